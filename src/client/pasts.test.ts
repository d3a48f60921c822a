/**
 * Both pasts of a long session on a box of 64 GiB, of which one machine takes 36 MiB: what was seen, and the machines that stand
 * by for undo and redo, take together what the page says they may, whatever a person does.
 */
import { expect, test } from "vitest";
import type { Command } from "../engine/time/commands.ts";
import { seededRandom } from "../engine/time/random.ts";
import { LIVE_BUDGET, PASTS_BUDGET } from "../protocol/pasts.ts";
import { fourNodes } from "../protocol/scenarios/four-nodes.ts";
import type { FromWorker } from "../protocol/messages.ts";
import { EngineHost } from "../worker/engine-host.ts";
import { Session } from "../worker/session.ts";
import { createPlayground } from "./create-playground.ts";
import { FrameScheduler } from "./frame-scheduler.ts";
import type { ChannelEnds } from "./worker-channel.ts";

/** PASTS_STEPS takes more of them. */
const STEPS = Number(process.env.PASTS_STEPS ?? 40);

test("both pasts together keep to their budget", { timeout: 60_000 + 1000 * STEPS }, async () => {
  let time = 0;
  const displays: ((now: number) => void)[] = [];
  const deferred: (() => void)[] = [];
  const turns: (() => void)[] = [];
  const inbox: FromWorker[] = [];
  let ends: ChannelEnds | undefined;
  const playground = createPlayground(fourNodes.name, {
    scenarios: () => fourNodes,
    scheduler: new FrameScheduler({ request: (callback) => displays.push(callback), mark: () => {} }),
    defer: (callback) => deferred.push(callback),
    heartbeat: { now: () => 0, hidden: () => false, every: () => () => {} },
    open: (channel) => {
      ends = channel;
      const session = new Session({
        build: (given) => new EngineHost(given),
        send: (message, transfer) => inbox.push(structuredClone(message, { transfer })),
        clock: () => time,
        later: (callback) => turns.push(callback),
      });
      return {
        send: (message, transfer = []) => session.receive(structuredClone(message, { transfer })),
        close: () => {},
      };
    },
  });
  const frame = async (): Promise<void> => {
    for (const callback of deferred.splice(0)) callback();
    for (let turn = 0; turn < 4; turn++) {
      time += 4;
      for (const callback of turns.splice(0)) callback();
    }
    for (const message of inbox.splice(0)) ends?.receive(message);
    for (const callback of displays.splice(0)) callback(time);
    await new Promise((resolve) => setTimeout(resolve));
  };
  const until = async <T>(answer: Promise<T>): Promise<T> => {
    let settled = false;
    const done = answer.finally(() => {
      settled = true;
    });
    while (!settled) await frame();
    return done;
  };
  for (let i = 0; i < 3; i++) await frame();
  const { film } = await until(playground.reel());
  const random = seededRandom(3);
  const below = (n: number): number => Math.floor(random() * n);
  const command = (): Command => {
    if (random() < 0.3) return { do: "press", dimm: `d${below(8)}` };
    const kind = (["anon", "cache", "slab"] as const)[below(3)] ?? "anon";
    return { do: "load", partition: "A", load: { kind, mib: 16 + below(200), node: below(4), policy: "preferred" } };
  };
  let most = 0;
  let standing = 0;
  const went = { undo: 0, redo: 0 };
  for (let step = 0; step < STEPS; step++) {
    const what = random();
    if (what < 0.6) {
      await until(playground.send(command()));
      playground.setSpeed(1 / 4);
    } else {
      const way = what < 0.82 ? "undo" : "redo";
      if (await until(playground.travel(way))) went[way]++;
    }
    for (let i = below(30); i >= 0; i--) {
      await frame();
      expect(film.bytes + film.standby, `step ${step}`).toBeLessThanOrEqual(PASTS_BUDGET);
      expect(film.standby, `step ${step}`).toBeLessThanOrEqual(LIVE_BUDGET);
      most = Math.max(most, film.bytes + film.standby);
      standing = Math.max(standing, film.standby);
    }
  }
  // It was worth a budget: two machines stood by, and one more would not have had room.
  expect(1.5 * standing).toBeGreaterThan(LIVE_BUDGET);
  expect(Math.min(went.undo, went.redo)).toBeGreaterThan(0);
  if (process.env.PASTS_STEPS) console.log({ most: most / 2 ** 20, standing: standing / 2 ** 20, ...went });
});

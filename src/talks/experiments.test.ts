/** Experiments for the table of what kernels support, on a real session of a simulator. */
import { expect, test } from "vitest";
import type { OpenChannel } from "../client/worker-channel.ts";
import type { ToWorker } from "../protocol/messages.ts";
import { EngineHost } from "../worker/engine-host.ts";
import { Session } from "../worker/session.ts";
import { experiment, type Wanted } from "./experiments.ts";

const heard: ToWorker[] = [];
let closed = 0;
const open: OpenChannel = (ends) => {
  const session = new Session({
    build: (scenario) => new EngineHost(scenario),
    send: (message) => void setTimeout(() => ends.receive(message)),
    clock: () => performance.now(),
    later: (callback, milliseconds) => void setTimeout(callback, milliseconds),
  });
  return {
    send: (message) => {
      heard.push(message);
      session.receive(message);
    },
    close: () => {
      closed++;
      session.receive({ type: "speed", speed: 0 });
    },
  };
};
const wanted: readonly Wanted[] = [
  { kernel: "3.8", ability: "remove" },
  { kernel: "3.9", ability: "remove" },
  { kernel: "3.9", ability: "online as Movable" },
];

test("each is made and told in its order, and the simulator is given back then", async () => {
  const told: unknown[] = [];
  experiment(wanted, ({ kernel, ability }, support) => told.push([kernel, ability, support]), open);
  await expect.poll(() => closed, { timeout: 10_000 }).toBe(1);
  expect(told).toEqual([
    ["3.8", "remove", "not support"],
    ["3.9", "remove", "support"],
    ["3.9", "online as Movable", "with limitation"],
  ]);
});

test("what is shown no more is not found out, and where nothing is to be found no simulator is asked for", async () => {
  heard.length = 0;
  const told: unknown[] = [];
  const stop = experiment(wanted, (one) => told.push(one), open);
  await expect.poll(() => heard.map(({ type }) => type)).toContain("support");
  stop();
  stop();
  expect(closed).toBe(2);
  const before = [told.length, heard.length];
  expect(before[0]).toBeLessThan(wanted.length);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect([told.length, heard.length]).toEqual(before);
  experiment(
    [],
    () => {},
    () => expect.fail("opened"),
  )();
});

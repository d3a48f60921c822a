/**
 * The seen past of a long session on a 64 GiB box: 10,000 commands, each with an attempt and its part, log lines, and frames in
 * which a watched 2 GiB block changes. How soon any instant is shown, what taking a frame costs, and what all of it takes.
 */
import { existsSync, readFileSync } from "node:fs";
import { applyFrame } from "../../src/client/apply-frame.ts";
import { Film } from "../../src/client/film/film.ts";
import { FILM_BUDGET } from "../../src/protocol/pasts.ts";
import type { PlaygroundState } from "../../src/client/playground.ts";
import { createFakePlayground } from "../../src/client/sample-world.ts";
import { simNs } from "../../src/engine/units.ts";
import type { Frame } from "../../src/protocol/messages.ts";
import type { Patch } from "../../src/protocol/records.ts";
import type { Bench } from "./bench.ts";

const COMMANDS = 10_000;
const FRAMES_EACH = 4;
const BLOCKS = 32;
const PAGES = 2 ** 19;
const SEEKS = 300;
/** Simulated ns between two frames. */
const STEP = 16e6;
const MINUTE = 60e9;

const processor = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const MAIN_THREAD = `/proc/self/task/${process.pid}/schedstat`;

/** Milliseconds that this thread was on a processor, collections in it included and those beside it not, where the system says so. */
const ofThread = (): number =>
  existsSync(MAIN_THREAD) ? Number.parseInt(readFileSync(MAIN_THREAD, "utf8"), 10) / 1e6 : processor();

const p95 = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(0.95 * all.length)] ?? 0;

async function record(): Promise<{ readonly film: Film; readonly take: number; readonly slowest: number }> {
  const film = new Film();
  const sample = createFakePlayground().store.getState();
  let state: PlaygroundState = { ...sample, records: { ...sample.records, block: {}, attempt: {} }, log: [] };
  const [block] = Object.values(sample.records.block);
  const [attempt] = Object.values(sample.records.attempt);
  if (!block || !attempt) throw new Error("the sample has nothing to go by");
  const blockRecord = (number: number, pinned: number): Patch => {
    const key = `A:${number}`;
    return ["block", key, { ...structuredClone(block), key, number, pages: PAGES, pinned }];
  };
  const map = new Uint8Array(PAGES).fill(2);
  let seq = 0;
  let took = 0;
  let slowest = 0;
  for (let frame = 0; frame < COMMANDS * FRAMES_EACH; frame++) {
    const command = Math.floor(frame / FRAMES_EACH);
    const at = simNs(frame * STEP);
    const begins = frame % FRAMES_EACH === 0;
    const ends = frame % FRAMES_EACH === FRAMES_EACH - 1;
    const patches: Patch[] = frame === 0 ? Array.from({ length: BLOCKS }, (_, number) => blockRecord(number, 0)) : [];
    patches.push(blockRecord(command % BLOCKS, frame));
    if (begins || ends) {
      const result = begins ? "running" : command % 10 === 0 ? "failed" : "ok";
      for (const [id, parent] of [
        [2 * command, null],
        [2 * command + 1, 2 * command],
      ] as const)
        patches.push([
          "attempt",
          String(id),
          {
            ...structuredClone(attempt),
            key: String(id),
            id,
            parent,
            result,
            startedAt: at,
            endedAt: ends ? at : null,
          },
        ]);
    }
    // Six pageblocks of the watched block change in a frame.
    for (let i = 0; i < 6; i++) {
      const from = 512 * ((frame * 7 + i * 131) % (PAGES / 512));
      map.fill((frame + i) % 18, from, from + 300);
    }
    const next: Frame = {
      type: "frame",
      frame,
      anew: frame === 0 ? { entries: 0, instant: { step: 0, at: simNs(0) } } : null,
      offers: null,
      now: at,
      place: { entries: command, instant: { step: frame, at } },
      idle: ends,
      patches,
      log: begins
        ? [{ seq: seq++, at, partition: "A", level: "command", line: `echo ${command}`, transaction: 0 }]
        : [],
      pages: { block: "A:0", map: map.buffer },
      look: null,
      pageblocks: [{ block: "A:0", map: new Uint8Array(1024).fill(frame % 5).buffer }],
    };
    state = { ...state, ...applyFrame(state, next) };
    // As on a page, where what collects has its turns between two frames.
    await new Promise((resolve) => setImmediate(resolve));
    const began = ofThread();
    film.take(next, state, "A:0");
    const cost = ofThread() - began;
    took += cost;
    slowest = Math.max(slowest, cost);
  }
  return { film, take: took / (COMMANDS * FRAMES_EACH), slowest };
}

function seeks(film: Film, from: number): number[] {
  return Array.from({ length: SEEKS }, (_, i) => {
    // Here and there, in no order, and the same every time.
    const share = ((i * 7919) % SEEKS) / SEEKS;
    const began = processor();
    const scene = film.seek(from + Math.floor(share * (film.length - from)));
    scene.pages();
    return processor() - began;
  });
}

const scrubbing: Bench = {
  name: "seen past of 10,000 commands on 64 GiB",
  figures: [
    { name: "any instant, p95, processor time", unit: "ms", better: "lower", target: 100 },
    { name: "of the last minute, p95, processor time", unit: "ms", better: "lower", target: 16 },
    { name: "a frame is taken, processor time", unit: "ms", better: "lower", target: 2 },
    { name: "the slowest frame, some of it thinned out", unit: "ms", better: "lower", target: 16 },
    { name: "bytes it counts", unit: "MiB", better: "lower", target: FILM_BUDGET / 2 ** 20 },
    { name: "bytes more in this process", unit: "MiB", better: "lower" },
    { name: "instants kept", unit: "", better: "higher" },
  ],
  runs: 1,
  warmUp: 0,
  async run() {
    const taken = (): number => {
      globalThis.gc?.();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = taken();
    const { film, take, slowest } = await record();
    const more = taken() - before;
    const all = p95(seeks(film, 0));
    const last = film.indexFrom(film.at(film.length - 1) - MINUTE);
    return [all, p95(seeks(film, last)), take, slowest, film.bytes / 2 ** 20, more / 2 ** 20, film.length];
  },
};

export const benches: readonly Bench[] = [scrubbing];

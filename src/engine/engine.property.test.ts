import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { audit } from "./kernel/audit.ts";
import type { Kernel } from "./kernel/kernel.ts";
import type { MemoryDriver } from "./kernel/memory-driver.ts";
import { type Action, actions, cmdlines, IN_USE } from "./testing/random-actions.ts";
import { addAllFiles } from "./time/disk.ts";
import { smallBox } from "./testing/small-box.ts";
import { Engine } from "./time/engine.ts";

/** One seed for everybody, so that a run means the same everywhere; PROPERTY_SEED and PROPERTY_RUNS search elsewhere and longer. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 200);
const SEED = Number(process.env.PROPERTY_SEED ?? 2013);

function play(
  line: string,
  steps: readonly Action[],
  after: (engine: Engine) => void,
  run = (engine: Engine, wait: number) => engine.runFor(wait),
): Engine {
  const engine = new Engine({ seed: 7, box: smallBox(line) });
  // What takes several steps where there is much of it does so here, too.
  for (const kernel of engine.kernels.values()) {
    kernel.slicePages = 64;
    addAllFiles(engine, kernel.id);
  }
  // A box that is in use: what follows meets memory that is held and blocks that can be emptied.
  for (const command of IN_USE) {
    engine.submit(command);
    engine.settle();
  }
  for (const { resolve, wait } of steps) {
    const command = resolve(engine);
    if (command) engine.submit(command);
    after(engine);
    run(engine, wait);
    after(engine);
  }
  return engine;
}

/** A device has a part of an online block, and not all of it. */
const hasHole = (kernel: Kernel, driver: MemoryDriver): boolean =>
  [...kernel.blocks.values()].some(
    (block) => block.zone !== null && driver.owns(block) && kernel.offlinePages(block) > 0,
  );

const problems = (engine: Engine): string[] => [...engine.kernels.values()].flatMap(audit);

/** All that happened since boot. */
const told = (engine: Engine) => engine.transactions.reader("first").read();

describe("whatever people do", () => {
  test("the memory agrees with itself after every command and in the middle of every operation", () => {
    const seen = {
      moved: 0,
      refused: 0,
      interrupted: 0,
      inFlight: 0,
      ending: 0,
      removed: 0,
      holes: 0,
      shrunk: 0,
    };
    fc.assert(
      fc.property(cmdlines, actions(12), (line, steps) => {
        const engine = play(line, steps, (now) => {
          expect(problems(now)).toEqual([]);
          for (const kernel of now.kernels.values()) if (kernel.inFlight > 0) seen.inFlight++;
          for (const { processes } of now.kernels.values())
            if ([...processes.values()].some(({ alive }) => !alive)) seen.ending++;
          for (const kernel of now.kernels.values())
            if (kernel.memoryDrivers.some((driver) => hasHole(kernel, driver))) seen.holes++;
        });
        for (const attempt of engine.attempts.values()) {
          const { kind, errno, pagesMoved, result } = attempt.value();
          if (kind === "offline" && pagesMoved > 0) seen.moved++;
          if (errno === "EBUSY") seen.refused++;
          if (errno === "EINTR") seen.interrupted++;
          if (kind === "eject" && result === "ok") seen.removed++;
          if (kind === "remove" && result === "ok") seen.shrunk++;
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // A search that never migrates, refuses, interrupts or removes would prove nothing.
    const least = Math.ceil(RUNS / 25);
    for (const [what, times] of Object.entries(seen))
      expect(`${what} ${times >= least ? "often enough" : `only ${times} times`}`).toBe(`${what} often enough`);
  }, 1_200_000);

  test("the same seed and commands give the same transactions, byte for byte", () => {
    fc.assert(
      fc.property(cmdlines, actions(10), (line, steps) => {
        const once = told(play(line, steps, () => {}));
        const again = told(play(line, steps, () => {}));
        expect(JSON.stringify(again)).toBe(JSON.stringify(once));
      }),
      { numRuns: 40, seed: SEED },
    );
  }, 120_000);

  test("cutting time into other pieces changes nothing", () => {
    fc.assert(
      fc.property(cmdlines, actions(8), fc.integer({ min: 20_000, max: 3_000_000 }), (line, steps, piece) => {
        const whole = play(line, steps, () => {});
        const cut = play(
          line,
          steps,
          () => {},
          (engine, wait) => {
            const end = engine.now + wait;
            for (let at = engine.now + piece; at < end; at += piece) engine.runUntil(at);
            engine.runUntil(end);
          },
        );
        expect(JSON.stringify(told(cut))).toBe(JSON.stringify(told(whole)));
      }),
      { numRuns: 25, seed: SEED },
    );
  }, 120_000);
});

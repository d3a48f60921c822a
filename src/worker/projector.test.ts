/** Records are read by any number of readers, each at its own pace, and none takes from another what it has not seen. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { addFiles } from "../engine/sysfs/more/index.ts";
import { actions, cmdlines, IN_USE } from "../engine/testing/random-actions.ts";
import { smallBox } from "../engine/testing/small-box.ts";
import type { Command } from "../engine/time/commands.ts";
import { Engine } from "../engine/time/engine.ts";
import { simNs } from "../engine/units.ts";
import type { Patch } from "../protocol/records.ts";
import { Projector } from "./projector.ts";

/** PROJECTOR_RUNS and PROJECTOR_SEED search elsewhere and longer. */
const RUNS = Number(process.env.PROJECTOR_RUNS ?? 30);
const SEED = Number(process.env.PROJECTOR_SEED ?? 3);
/** Simulated time between two looks: in the middle of operations, too. */
const LOOK = 300_000;

type Records = Map<string, unknown>;

function inUse(line: string): Engine {
  const engine = new Engine({ seed: 1, box: smallBox(line) });
  addFiles(engine.files("A"));
  for (const command of IN_USE) {
    engine.submit(command);
    engine.settle();
  }
  return engine;
}

/** A reader that keeps what it was told. */
function reader(engine: Engine) {
  const projector = new Projector(engine);
  const records: Records = new Map();
  const read = (): Records => {
    for (const [kind, key, record] of projector.patches() as readonly Patch[]) {
      if (record === null) records.delete(`${kind} ${key}`);
      else records.set(`${kind} ${key}`, record);
    }
    return records;
  };
  return { projector, read };
}

/** All records, as someone gets them who comes now. */
const fresh = (engine: Engine): Records => reader(engine).read();

const sorted = (records: Records) => [...records].sort(([a], [b]) => (a < b ? -1 : 1));

function expectSame(told: Records, now: Records): void {
  // Texts are quicker to compare; where they differ, the difference is worth showing.
  if (JSON.stringify(sorted(told)) !== JSON.stringify(sorted(now))) expect(sorted(told)).toEqual(sorted(now));
}

test("two readers at different pace end with the same records as one who comes at the end", () => {
  const seen = { middle: 0 };
  fc.assert(
    fc.property(cmdlines, actions(12), fc.integer({ min: 2, max: 40 }), (line, steps, pace) => {
      const engine = inUse(line);
      const hasty = reader(engine);
      const slow = reader(engine);
      let looks = 0;
      const look = (): void => {
        hasty.read();
        if (++looks % pace > 0) return;
        if (!engine.idle) seen.middle++;
        const now = fresh(engine);
        expectSame(slow.read(), now);
        expectSame(hasty.read(), now);
      };
      for (const { resolve, wait } of steps) {
        const command = resolve(engine);
        if (command) engine.submit(command);
        look();
        const end = engine.now + wait;
        for (let at = engine.now + LOOK; at < end && !engine.idle; at += LOOK) {
          engine.runUntil(simNs(at));
          look();
        }
        engine.runUntil(simNs(end));
      }
      const now = fresh(engine);
      expectSame(hasty.read(), now);
      expectSame(slow.read(), now);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // Looks at a machine that rests would prove little.
  expect(seen.middle).toBeGreaterThan(RUNS / 3);
}, 300_000);

test.each<readonly [string, (pid: number) => Command]>([
  ["a mark of zones", () => ({ do: "write", partition: "A", path: "/proc/sys/vm/min_free_kbytes", text: "20000" })],
  [
    "a reserve",
    () => ({ do: "write", partition: "A", path: "/proc/sys/vm/lowmem_reserve_ratio", text: "64 64 8 0 0" }),
  ],
  ["where a process runs", (pid) => ({ do: "affinity", partition: "A", pid, cpus: [2, 3] })],
  [
    "a policy",
    () => ({ do: "write", partition: "A", path: "/sys/devices/system/memory/auto_online_blocks", text: "offline" }),
  ],
  [
    "a page that breaks",
    () => ({ do: "write", partition: "A", path: "/sys/devices/system/memory/hard_offline_page", text: "0x10000000" }),
  ],
])("%s is told when it changes", (_what, command) => {
  const engine = inUse("");
  const { read } = reader(engine);
  const pid = engine.kernel("A").processes.keys().next().value as number;
  const before = JSON.stringify(sorted(read()));
  expect(engine.submit(command(pid)).errno).toBeNull();
  engine.settle();
  const now = fresh(engine);
  expect(JSON.stringify(sorted(now))).not.toBe(before);
  expectSame(read(), now);
});

test("a machine on which nothing happens has nothing to tell, whoever else has read it", () => {
  const engine = new Engine({ seed: 1, box: smallBox() });
  const first = reader(engine);
  const second = reader(engine);
  expect(first.read().size).toBeGreaterThan(10);
  expect(first.projector.patches()).toEqual([]);
  expect(second.projector.patches().length).toBeGreaterThan(10);
  expect(second.projector.patches()).toEqual([]);
});

test("blocks whose pages changed are told to maps and to records, each when it asks", () => {
  const engine = new Engine({ seed: 1, box: smallBox() });
  const { projector } = reader(engine);
  projector.patches();
  projector.takeChangedBlocks();
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 1 } });
  engine.settle();
  const blocks = projector.takeChangedBlocks();
  expect(blocks.length).toBeGreaterThan(0);
  expect(projector.takeChangedBlocks()).toEqual([]);
  const told = projector.patches().flatMap(([kind, key]) => (kind === "block" ? [key] : []));
  expect(told.toSorted()).toEqual(blocks.toSorted());
});

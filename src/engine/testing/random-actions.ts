/**
 * Random things that people do, for property tests. An action is resolved against the box as it is when its turn
 * comes (the third online block, the operation that runs now), so that most of them do something.
 */
import fc from "fast-check";
import type { Command, LoadKind } from "../time/commands.ts";
import type { Engine } from "../time/engine.ts";

export type Resolve = (engine: Engine) => Command | undefined;
export interface Action {
  readonly resolve: Resolve;
  /** Simulated time that passes afterwards: from one kernel function to long enough for anything. */
  readonly wait: number;
}

const pick = <T>(items: readonly T[], n: number): T | undefined => items[n % Math.max(1, items.length)];
const partition = fc.constantFrom("A", "A", "A", "B");
const nth = fc.nat({ max: 1000 });

const write = (path: (engine: Engine, id: string, n: number) => string | undefined, words: readonly string[]) =>
  fc.tuple(partition, nth, fc.constantFrom(...words)).map(([id, n, text]): Resolve => (engine) => {
    const found = path(engine, id, n);
    return found === undefined ? undefined : { do: "write", partition: id, path: found, text };
  });

const stateOf = (online: boolean) => (engine: Engine, id: string, n: number) => {
  const blocks = [...engine.kernel(id).blocks.values()].filter((block) => (block.state === "online") === online);
  // Blocks that came with DIMMs are the ones that can be emptied.
  const block = pick(blocks.filter((b) => b.dimm !== null).length > 0 ? blocks.filter((b) => b.dimm !== null) : blocks, n);
  return block && `/sys/devices/system/memory/memory${block.number}/state`;
};

const move = fc.tuple(nth, nth).map(([which, where]): Resolve => (engine) => {
  const dimm = pick([...engine.chassis.dimms.keys()], which);
  const slots = [...engine.chassis.slots.keys(), "shelf"];
  const to = pick(slots, where) as string;
  return dimm === undefined ? undefined : { do: "move", dimm, to: to === "shelf" ? { shelf: true } : { slot: to } };
});

const load = fc
  .record({
    id: partition,
    kind: fc.constantFrom<LoadKind>("anon", "anon", "shm", "mlock", "pin", "longterm", "pipes", "cache", "cache", "slab", "vmalloc", "server"),
    mib: fc.integer({ min: 1, max: 160 }),
    count: fc.integer({ min: 1, max: 400 }),
    node: fc.integer({ min: -1, max: 2 }),
    policy: fc.constantFrom("bind" as const, "preferred" as const, "default" as const),
  })
  .map(({ id, ...description }): Resolve => () => ({ do: "load", partition: id, load: description }));

const kill = fc.tuple(partition, nth).map(([id, n]): Resolve => (engine) => {
  const pid = pick([...engine.kernel(id).processes.keys()], n);
  return pid === undefined ? undefined : { do: "kill", partition: id, pid };
});

const signal = nth.map((n): Resolve => (engine) => {
  const op = pick(
    [...engine.attempts.values()].filter((attempt) => attempt.running).map((attempt) => attempt.id),
    n,
  );
  return op === undefined ? undefined : { do: "signal", op };
});

const press = nth.map((n): Resolve => (engine) => {
  const dimm = pick([...engine.chassis.dimms.keys()], n);
  return dimm === undefined ? undefined : { do: "press", dimm };
});

export const actions = (maxLength: number): fc.Arbitrary<Action[]> =>
  fc.array(
    fc.record({
      resolve: fc.oneof(
        { weight: 4, arbitrary: move },
        { weight: 1, arbitrary: press },
        { weight: 4, arbitrary: write(stateOf(true), ["offline"]) },
        { weight: 2, arbitrary: write(stateOf(false), ["online", "online_kernel", "online_movable", "bogus"]) },
        { weight: 6, arbitrary: load },
        { weight: 2, arbitrary: kill },
        { weight: 2, arbitrary: signal },
      ),
      wait: fc.constantFrom(0, 30_000, 200_000, 3_000_000, 40_000_000, 400_000_000),
    }),
    { minLength: 1, maxLength },
  );

export const cmdlines = fc.constantFrom(
  "memhp_default_state=online_movable",
  "movable_node memhp_default_state=online_movable",
  "movable_node",
  "memhp_default_state=online_kernel",
  "memhp_default_state=offline memory_hotplug.memmap_on_memory=1",
  "memory_hotplug.online_policy=auto-movable",
);

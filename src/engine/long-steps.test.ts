/**
 * No step of the machine computes for long, however much memory it is about: between two steps nobody is heard and no
 * frame leaves. Commands count as steps. Booting doesn't: there is nobody to be heard yet.
 */
import { describe, expect, test } from "vitest";
import type { BoxDescription } from "./hardware/description.ts";
import { HOLE, Mapping } from "./holders/mappings.ts";
import { audit } from "./kernel/audit.ts";
import { PageKind } from "./memory/kinds.ts";
import { type LongEvent, longestEvent, Stopwatch } from "./testing/stopwatch.ts";
import type { Command } from "./time/commands.ts";
import { Engine } from "./time/engine.ts";
import { bytes, GIB, MIB, PAGE_SIZE } from "./units.ts";
import type { LoadDescription } from "./workload/load-description.ts";

/** Ms of computing that one step may take. */
const LONGEST = 20;
/** Repetitions; a machine that others use delays some of them. */
const MOST_RUNS = 5;

const box: BoxDescription = {
  partitions: [
    {
      id: "A",
      name: "large",
      nodes: [0, 1].map((node) => ({ onboard: bytes(6 * GIB), cpus: `${2 * node}-${2 * node + 1}`, slots: [null] })),
      maxMemory: bytes(32 * GIB),
      kernel: "6.12",
      cmdline: "memhp_default_state=online_movable",
    },
  ],
  shelf: [{ id: "d1", size: bytes(2 * GIB) }],
};

/** So much that memory blocks are of 2 GiB (block-size.ts). */
const largeBlocks: BoxDescription = {
  partitions: [
    {
      id: "A",
      name: "larger",
      nodes: [34, 33].map((gib, node) => ({ onboard: bytes(gib * GIB), cpus: `${node}`, slots: [null] })),
      maxMemory: bytes(128 * GIB),
      kernel: "6.12",
      cmdline: "memhp_default_state=online_movable",
    },
  ],
  shelf: [{ id: "d1", size: bytes(4 * GIB) }],
};

type Act = (engine: Engine) => Command;

const write =
  (path: string, text: string): Act =>
  () => ({ do: "write", partition: "A", path, text });
const load =
  (kind: LoadDescription["kind"], mib: number, node = -1): Act =>
  () => ({ do: "load", partition: "A", load: { kind, mib, node } });
/** Ends the process that came last. */
const kill: Act = (engine) => ({
  do: "kill",
  partition: "A",
  pid: [...engine.kernel("A").processes.keys()].at(-1) ?? -1,
});
const insert: Act = () => ({ do: "move", dimm: "d1", to: { slot: "A/1/0" } });
const toShelf: Act = () => ({ do: "move", dimm: "d1", to: { shelf: true } });

const clocks = {
  wall: () => performance.now(),
  processor: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

function timed(acts: readonly Act[], machine = box): Stopwatch {
  const engine = new Engine({ seed: 1, box: machine });
  const watch = new Stopwatch(engine, clocks);
  for (const act of acts) {
    const command = act(engine);
    const { errno, op } = watch.around(() => engine.submit(command));
    expect(errno).toBe(null);
    while (!engine.idle) engine.runUntil(engine.now + 1e9, watch);
    if (op !== null) expect(engine.operation(op)?.errno, JSON.stringify(command)).toBe(null);
  }
  expect(audit(engine.kernel("A"))).toEqual([]);
  return watch;
}

/** The longest step; runs again while one seems too long. */
function longest(acts: readonly Act[], machine = box): LongEvent {
  const runs = [timed(acts, machine)];
  let found = longestEvent(1, () => runs[0] as Stopwatch);
  while (found.ms > LONGEST && runs.length < MOST_RUNS) {
    runs.push(timed(acts, machine));
    let next = 0;
    found = longestEvent(runs.length, () => runs[next++] as Stopwatch);
  }
  return found;
}

const DROP = "/proc/sys/vm/drop_caches";

describe("no step computes for long", () => {
  test.each<[string, readonly Act[]]>([
    ["a process with 3 GiB ends", [load("anon", 3072), kill]],
    ["a process with huge pages ends", [load("thp", 3072), kill]],
    ["shared memory goes with its process", [load("shm", 3072), kill]],
    ["vmalloc memory goes back", [load("vmalloc", 2048), kill]],
    ["a balloon deflates", [load("balloon", 2048), kill]],
    ["pins", [load("pin", 2048), kill]],
    ["pins that last leave ZONE_MOVABLE", [insert, load("longterm", 2048, 1), kill]],
    ["page cache is dropped", [load("cache", 4096), write(DROP, "1")]],
    ["slab is dropped", [load("slab", 2048), write(DROP, "2")]],
    [
      "a pool of huge pages grows, is used and shrinks",
      [write("/proc/sys/vm/nr_hugepages", "2000"), load("huge", 3000), kill, write("/proc/sys/vm/nr_hugepages", "0")],
    ],
    ["a DIMM of 2 GiB arrives, is filled and leaves", [insert, load("anon", 4000, 1), toShelf, kill]],
    [
      "many processes end at once",
      [...Array.from({ length: 30 }, () => load("anon", 100)), () => ({ do: "killall", partition: "A" })],
    ],
  ])("%s", { timeout: 120_000 }, (_, acts) => {
    const event = longest(acts);
    expect(event.ms, `step ${event.ordinal} at ${event.at} ns`).toBeLessThanOrEqual(LONGEST);
  });
});

test("no step computes for long when a DIMM with blocks of 2 GiB arrives, is filled and leaves", {
  timeout: 240_000,
}, () => {
  expect(new Engine({ seed: 1, box: largeBlocks }).kernel("A").blockPages * 4096).toBe(2 * GIB);
  const event = longest([insert, load("anon", 4000, 1), toShelf], largeBlocks);
  expect(event.ms, `step ${event.ordinal} at ${event.at} ns`).toBeLessThanOrEqual(LONGEST);
});

test("room for a mapping of 62 GiB is there at once", () => {
  const length = (62 * GIB) / PAGE_SIZE;
  const before = clocks.processor();
  const mapping = new Mapping(0, "root-files", PageKind.PageCache, length, 0);
  expect(clocks.processor() - before).toBeLessThanOrEqual(5);
  expect([mapping.at(0), mapping.at(length - 1), mapping.at(length)]).toEqual([HOLE, HOLE, HOLE]);
  mapping.bring(length - 1, 7, 1);
  expect([mapping.at(length - 1), ...mapping.present()]).toEqual([7, 7]);
});

test("no step computes for long when a process takes most of a large machine at once", { timeout: 240_000 }, () => {
  const event = longest([load("anon", 24 * 1024)], largeBlocks);
  expect(event.ms, `step ${event.ordinal} at ${event.at} ns`).toBeLessThanOrEqual(LONGEST);
});

test("a process that gives back what it held is there until the last of it is, and its memory comes free by and by", () => {
  const engine = new Engine({ seed: 1, box });
  const kernel = engine.kernel("A");
  const free = () => kernel.nodes.reduce((sum, node) => sum + node.free, 0);
  engine.submit(load("anon", 1024)(engine));
  engine.settle();
  const { pid } = kill(engine) as { pid: number };
  const before = free();
  const { op } = engine.submit({ do: "kill", partition: "A", pid });
  expect(op).not.toBe(null);
  expect(kernel.processes.get(pid)?.alive).toBe(false);
  const some = free() - before;
  expect(some).toBeGreaterThan(1000);
  expect(some).toBeLessThan((1024 * MIB) / 4096 / 2);
  expect(audit(kernel)).toEqual([]);
  // It is ending already.
  expect(engine.submit({ do: "kill", partition: "A", pid })).toMatchObject({ errno: null, op: null });
  engine.settle();
  expect(kernel.processes.has(pid)).toBe(false);
  expect(free() - before).toBeGreaterThanOrEqual((1024 * MIB) / 4096);
  expect(audit(kernel)).toEqual([]);
});

test("what holds little is gone when the command is done", () => {
  const engine = new Engine({ seed: 1, box });
  engine.submit(load("anon", 40)(engine));
  engine.settle();
  const { pid } = kill(engine) as { pid: number };
  expect(engine.submit({ do: "kill", partition: "A", pid }).op).toBe(null);
  expect(engine.kernel("A").processes.has(pid)).toBe(false);
});

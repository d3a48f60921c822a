/**
 * What a built-in scenario says is a claim, and its machine has to keep it. Each piece of a text has a check beside it; no
 * word may be left over, and a scenario without claims fails.
 */
import { describe, expect, test } from "vitest";
import { kernelRegions } from "../../engine/inspect/index.ts";
import { Scale } from "../../engine/inspect/scale/index.ts";
import { addFiles } from "../../engine/sysfs/more/index.ts";
import { PageFlag, PageKind } from "../../engine/memory/kinds.ts";
import { addAllFiles } from "../../engine/time/disk.ts";
import { Engine } from "../../engine/time/engine.ts";
import { GIB, MIB, PAGE_SIZE, sectionOf, TIB } from "../../engine/units.ts";
import { type Scenario, withKernels } from "../scenario.ts";
import { SCENARIOS } from "./index.ts";

/** A scenario's machines as the person finds them: the setup is over. */
class Found {
  readonly engine: Engine;
  readonly scenario: Scenario;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.engine = new Engine(scenario);
    for (const command of scenario.setup) {
      const { errno } = this.engine.submit(command);
      expect(errno, `setup: ${JSON.stringify(command)}`).toBeNull();
      for (let i = 0; i < 60_000 && !this.engine.idle; i++) this.engine.runFor(10e6);
    }
  }

  /** Partition and node of each DIMM that is in a slot, by the DIMM's name. */
  get places(): ReadonlyMap<string, { readonly partition: string; readonly node: number }> {
    const places = new Map<string, { partition: string; node: number }>();
    for (const { key, partition, dimm } of this.engine.chassis.slots.values())
      if (dimm !== null) places.set(dimm, { partition, node: Number(key.split("/")[1]) });
    return places;
  }

  blocks(dimm: string) {
    const { partition } = this.places.get(dimm) ?? expect.fail(`${dimm} is in no slot`);
    const kernel = this.engine.kernel(partition);
    const blocks = [...kernel.blocks.values()].filter((block) => block.dimm === dimm);
    expect(blocks.length).toBeGreaterThan(0);
    return { kernel, blocks };
  }

  zones(dimm: string): string[] {
    return [...new Set(this.blocks(dimm).blocks.map(({ zone }) => zone?.name ?? "none"))];
  }

  /** Pages of a DIMM that hold the kernel's own data. */
  kernelPages(dimm: string): number {
    const { kernel, blocks } = this.blocks(dimm);
    let sum = 0;
    for (const { startPfn } of blocks)
      for (let kind = PageKind.Slab as number; kind <= PageKind.BootMemmap; kind++)
        sum += kernel.pages.countIn(sectionOf(startPfn), kind);
    return sum;
  }

  process(comm: string) {
    const all = [...this.engine.kernels.values()].flatMap((kernel) => [...kernel.processes.values()]);
    return all.find((process) => process.comm === comm) ?? expect.fail(`no ${comm} runs`);
  }

  /** What a process maps of a kind: how much, and on which nodes. */
  holds(comm: string, kind: PageKind): { readonly bytes: number; readonly nodes: readonly number[] } {
    const process = this.process(comm);
    const kernel = [...this.engine.kernels.values()].find(({ processes }) => processes.has(process.pid));
    const nodes = new Set<number>();
    let bytes = 0;
    for (const mapping of process.mappings)
      for (const page of mapping.present()) {
        if (!kernel || kernel.pages.kind[page] !== kind) continue;
        bytes += PAGE_SIZE * 2 ** mapping.order;
        nodes.add(kernel.zoneOfIndex(page).node);
      }
    return { bytes, nodes: [...nodes] };
  }

  /** Carries a DIMM to the shelf, and how that ended. */
  pull(dimm: string) {
    this.engine.submit({ do: "move", dimm, to: { shelf: true } });
    const newest = () =>
      [...this.engine.attempts.values()].filter((log) => log.target === dimm && log.kind === "eject").at(-1);
    for (let i = 0; i < 1_200 && newest()?.running !== false; i++) this.engine.runFor(100e6);
    this.engine.runFor(1e9);
    return { attempt: newest()?.value(), gone: this.places.get(dimm) === undefined };
  }
}

interface Claim {
  /** A piece of the title or of the text below it. */
  readonly says: string;
  readonly holds: (found: Found) => void;
}

/** Bytes of page cache in a DIMM that are not on a disk yet. */
function dirtyOn(engine: Engine, dimm: string): number {
  const { pages, blocks } = engine.kernel("A");
  let dirty = 0;
  for (const block of blocks.values()) {
    if (block.dimm !== dimm) continue;
    const first = pages.indexOf(block.startPfn);
    for (let page = first; page < first + block.pages; page++)
      if (pages.kind[page] === PageKind.PageCache && (pages.flags[page] as number) & PageFlag.Dirty) dirty += PAGE_SIZE;
  }
  return dirty;
}

const CLAIMS: Readonly<Record<string, readonly Claim[]>> = {
  "busy-server": [
    {
      says: "Pull a DIMM from a busy server",
      holds: (found) => expect(found.pull("d3").gone).toBe(true),
    },
    {
      says: "A database is at work on node 1.",
      holds: (found) => {
        const database = found.process("postgres");
        const heap = database.mappings.at(-1) ?? expect.fail("it has no memory");
        const kernel = found.engine.kernel("A");
        const nodes = new Set([...heap.present()].map((page) => kernel.zoneOfIndex(page).node));
        expect([...nodes]).toEqual([1]);
        const before = [...heap.present()];
        found.engine.runFor(1e9);
        expect([...heap.present()]).not.toEqual(before);
      },
    },
    {
      says: "Its DIMMs d3 and d4 are in ZONE_MOVABLE:",
      holds: (found) => {
        const own = [...found.places].filter(([, { partition, node }]) => partition === "A" && node === 1);
        expect(own.map(([dimm]) => dimm)).toEqual(["d3", "d4"]);
        for (const dimm of ["d3", "d4"]) expect(found.zones(dimm)).toEqual(["Movable"]);
      },
    },
    {
      says: "drag d3 away and watch its pages move.",
      holds: (found) => {
        const { attempt, gone } = found.pull("d3");
        expect(gone).toBe(true);
        expect(attempt).toMatchObject({ result: "ok", errno: null });
        expect(attempt?.pagesMoved).toBeGreaterThan(100_000);
      },
    },
    {
      says: "The others are in ZONE_NORMAL, among the kernel's own pages,",
      holds: (found) => {
        const others = [...found.places.keys()].filter((dimm) => dimm !== "d3" && dimm !== "d4");
        expect(others).toEqual(["d1", "d2", "d5"]);
        for (const dimm of others) {
          expect(found.zones(dimm)).toEqual(["Normal"]);
          expect(found.kernelPages(dimm)).toBeGreaterThan(1_000);
        }
      },
    },
    {
      says: "and stay.",
      holds: (found) => {
        for (const dimm of ["d1", "d2", "d5"]) {
          const { attempt, gone } = found.pull(dimm);
          expect(gone).toBe(false);
          expect(attempt).toMatchObject({ errno: "EBUSY", culprit: { reason: "unmovable page", zone: "Normal" } });
        }
      },
    },
  ],
  "device-busy": [
    {
      says: "Device or resource busy",
      holds: (found) => expect(found.pull("d3").attempt?.errno).toBe("EBUSY"),
    },
    {
      says: "The DIMMs are in ZONE_NORMAL,",
      holds: (found) => {
        expect(found.places.size).toBe(5);
        for (const dimm of found.places.keys()) expect(found.zones(dimm)).toEqual(["Normal"]);
      },
    },
    {
      says: "and the kernel has put its own data there.",
      holds: (found) => {
        for (const dimm of found.places.keys()) expect(found.kernelPages(dimm)).toBeGreaterThan(1_000);
      },
    },
    {
      says: "Try to pull one and see what it says.",
      holds: (found) => {
        for (const dimm of found.places.keys()) {
          const { attempt, gone } = found.pull(dimm);
          expect(gone).toBe(false);
          expect(attempt).toMatchObject({ errno: "EBUSY", culprit: { reason: "unmovable page" } });
        }
      },
    },
  ],
  "four-nodes": [
    {
      says: "Sixty-four GiB, four nodes",
      holds: ({ engine }) => {
        const { nodes, blocks } = engine.kernel("A");
        expect(nodes.filter(({ hasMemory }) => hasMemory)).toHaveLength(4);
        // What the hole below 4 GiB takes is missing, and nothing else.
        const absent = [...blocks.values()].reduce((sum, { pages }) => sum + pages, 0) * PAGE_SIZE - memTotal(engine);
        expect(absent / (64 * GIB)).toBeLessThan(0.04);
      },
    },
    {
      says: "Memory ends at 64 GiB, so a memory block is 2 GiB,",
      holds: ({ engine }) => {
        const { blocks, blockPages } = engine.kernel("A");
        const last = [...blocks.values()].at(-1) ?? expect.fail("no blocks");
        expect((last.startPfn + last.pages) * PAGE_SIZE).toBe(64 * GIB);
        expect(blockPages * PAGE_SIZE).toBe(2 * GIB);
        const size = engine.files("A").read("/sys/devices/system/memory/block_size_bytes");
        expect("text" in size && Number.parseInt(size.text, 16)).toBe(2 * GIB);
      },
    },
    {
      says: "and a DIMM two blocks.",
      holds: (found) => {
        expect(found.places.size).toBe(8);
        for (const dimm of found.places.keys()) expect(found.blocks(dimm).blocks).toHaveLength(2);
      },
    },
    {
      says: "oracle has 2 GiB of hugetlb pages on node 2,",
      holds: (found) => expect(found.holds("oracle", PageKind.Hugetlb)).toEqual({ bytes: 2 * GIB, nodes: [2] }),
    },
    {
      says: "mongod as much in transparent huge pages on node 1.",
      holds: (found) => expect(found.holds("mongod", PageKind.AnonHuge)).toEqual({ bytes: 2 * GIB, nodes: [1] }),
    },
    {
      says: "Pull d4 or d2: huge pages move whole.",
      holds: (found) => {
        for (const [dimm, comm, kind] of [
          ["d4", "oracle", PageKind.Hugetlb],
          ["d2", "mongod", PageKind.AnonHuge],
        ] as const) {
          const before = found.holds(comm, kind).bytes;
          const { attempt, gone } = found.pull(dimm);
          expect(gone).toBe(true);
          expect(attempt?.pagesMoved).toBeGreaterThan(100_000);
          expect(found.holds(comm, kind).bytes).toBe(before);
        }
      },
    },
    {
      says: "A slow disk is at /mnt:",
      holds: ({ engine, scenario }) => {
        addAllFiles(engine, "A");
        expect(engine.submit({ do: "move", dimm: "d8", to: { slot: "A/0/2" } }).errno).toBeNull();
        engine.settle();
        const size = 128 * MIB;
        const file = { do: "file", partition: "A", file: 1, path: "/mnt/x" } as const;
        expect(engine.submit({ ...file, call: "write", from: 0, to: size }).errno).toBeNull();
        expect(dirtyOn(engine, "d8")).toBe(size);
        const before = engine.now;
        engine.submit({ do: "sync", partition: "A" });
        engine.settle();
        const writes = scenario.box.partitions[0]?.disk?.writes ?? 0;
        expect((engine.now - before) / 1e9).toBeGreaterThan((0.9 * size) / writes);
        expect(dirtyOn(engine, "d8")).toBe(0);
      },
    },
    {
      says: "a DIMM with pages on their way to it waits for them.",
      holds: (found) => {
        const { engine } = found;
        addAllFiles(engine, "A");
        engine.submit({ do: "move", dimm: "d8", to: { slot: "A/0/2" } });
        engine.settle();
        const file = { do: "file", partition: "A", file: 1, path: "/mnt/x", from: 0, to: 128 * MIB } as const;
        expect(engine.submit({ ...file, call: "write" }).errno).toBeNull();
        engine.submit({ do: "sync", partition: "A" });
        const before = engine.now;
        const { attempt, gone } = found.pull("d8");
        expect(gone).toBe(true);
        expect(((attempt?.endedAt ?? before) - before) / 1e9).toBeGreaterThan(2);
      },
    },
  ],
  "sixteen-nodes": [
    {
      says: "Sixteen nodes, 16 TiB",
      holds: ({ engine }) => {
        const kernel = engine.kernel("A");
        expect(kernel.nodes.filter(({ hasMemory }) => hasMemory)).toHaveLength(16);
        const last = [...kernel.blocks.values()].at(-1) ?? expect.fail("no blocks");
        expect((last.startPfn + last.pages) * PAGE_SIZE).toBe(16 * TIB);
        expect(memTotal(engine) / (16 * TIB)).toBeGreaterThan(0.98);
      },
    },
    {
      says: "8,192 memory blocks of 2 GiB.",
      holds: ({ engine }) => {
        const { blocks, blockPages } = engine.kernel("A");
        expect(blocks.size).toBe(8192);
        expect(blockPages * PAGE_SIZE).toBe(2 * GIB);
      },
    },
    {
      says: "Nodes 4 to 15 are ZONE_MOVABLE throughout.",
      holds: ({ engine }) => {
        const zones = engine.kernel("A").zones.filter(({ populated }) => populated);
        for (let node = 4; node < 16; node++)
          expect(zones.filter((zone) => zone.node === node).map(({ name }) => name)).toEqual(["Movable"]);
      },
    },
    {
      says: "redis (pid 700) holds 3 GiB on node 9,",
      holds: (found) => {
        expect(found.process("redis").pid).toBe(700);
        expect(found.holds("redis", PageKind.AnonHuge)).toEqual({ bytes: 3 * GIB, nodes: [9] });
      },
    },
    {
      says: "postgres is at work on node 5,",
      holds: (found) => {
        const heap = found.process("postgres").mappings.at(-1) ?? expect.fail("it has no memory");
        const kernel = found.engine.kernel("A");
        const nodes = new Set([...heap.present()].map((page) => kernel.zoneOfIndex(page).node));
        expect([...nodes]).toEqual([5]);
        const before = [...heap.present()];
        found.engine.runFor(1e9);
        expect([...heap.present()]).not.toEqual(before);
      },
    },
    {
      says: "and 4,096 pages on node 2 are pinned.",
      holds: ({ engine }) => {
        expect(search(engine, "pinned node 2")).toBe(4096);
        expect(search(engine, "pinned")).toBe(4096);
      },
    },
    {
      says: "Page tables have five levels.",
      holds: ({ engine }) => {
        expect(kernelRegions(engine.kernel("A")).levels).toBe(5);
        // What an address of five levels leads to is found by it.
        expect(search(engine, "0xff11000100000000")).toBe(1);
      },
    },
    {
      says: "See all memory, press / and ask for them.",
      holds: ({ engine }) => {
        expect(search(engine, "pid 700")).toBeGreaterThan((3 * GIB) / PAGE_SIZE);
        expect(search(engine, "postgres node 5")).toBeGreaterThan(10_000);
      },
    },
  ],
};

function memTotal(engine: Engine): number {
  addFiles(engine.files("A"));
  const file = engine.files("A").read("/proc/meminfo");
  return Number(/MemTotal: +(\d+) kB/.exec("text" in file ? file.text : "")?.[1]) * 1024;
}

/** Pages that the search of the page's own view finds. */
function search(engine: Engine, text: string): number {
  const { problem, total } = new Scale().search(engine.kernel("A"), engine.now, text, true);
  expect(problem).toBeNull();
  return total;
}

describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))("%s", (name, scenario) => {
  const claims = CLAIMS[name] ?? [];

  test("says nothing that is not held to its machine", () => {
    let text = `${scenario.title} ${scenario.about}`;
    for (const { says } of claims) {
      expect(text).toContain(says);
      text = text.replace(says, "");
    }
    expect(text.trim()).toBe("");
  });

  test.each(claims.map((claim) => [claim.says, claim] as const))("%s", (_, { holds }) => {
    holds(new Found(scenario));
  });

  test("shows a node first that is there", () => {
    const [partition = "", node = ""] = scenario.focus?.node?.split("/") ?? [];
    expect(new Found(scenario).engine.kernel(partition).nodes[Number(node)]?.hasMemory).toBe(true);
  });
});

test.each(["6.1", "6.12"] as const)("on %s a cache outlives who filled it, and not all of it is dropped", (version) => {
  const scenario = SCENARIOS.find(({ name }) => name === "device-busy") as Scenario;
  const found = new Found(withKernels(scenario, { A: version }));
  const { culprit } = found.pull("d3").attempt ?? expect.fail("nothing was tried");
  expect(culprit).toMatchObject({ kind: PageKind.SlabReclaimable, pid: null, lifetime: "cache" });
  const kernel = found.engine.kernel("A");
  const offline = (): string | null => {
    const { op } = found.engine.submit({
      do: "write",
      partition: "A",
      path: `/sys/devices/system/memory/memory${culprit?.block}/state`,
      text: "offline",
    });
    found.engine.runFor(10e9);
    return found.engine.operation(op ?? -1)?.errno ?? null;
  };
  const slab = (): number => kernel.pages.countIn(sectionOf(culprit?.pfn ?? 0), PageKind.SlabReclaimable);
  const filled = slab();
  expect(filled).toBeGreaterThan(100);
  found.engine.submit({ do: "kill", partition: "A", pid: found.process("find").pid });
  found.engine.runFor(1e9);
  expect(slab()).toBe(filled);
  expect(offline()).toBe("EBUSY");
  kernel.dropCaches(3);
  expect(slab()).toBeGreaterThan(0);
  expect(slab()).toBeLessThan(filled / 10);
  expect(offline()).toBe("EBUSY");
});

/**
 * What a built-in scenario says is a claim, and its machine has to keep it. Each piece of a text has a check beside it; no
 * word may be left over, and a scenario without claims fails.
 */
import { describe, expect, test } from "vitest";
import { PageKind } from "../../engine/memory/kinds.ts";
import { Engine } from "../../engine/time/engine.ts";
import { sectionOf } from "../../engine/units.ts";
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
        const nodes = new Set([...heap.pages].filter((page) => page >= 0).map((page) => kernel.zoneOfIndex(page).node));
        expect([...nodes]).toEqual([1]);
        const before = [...heap.pages];
        found.engine.runFor(1e9);
        expect([...heap.pages]).not.toEqual(before);
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
};

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

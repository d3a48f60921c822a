import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { Kernel } from "../kernel/kernel.ts";
import { audit } from "../kernel/audit.ts";
import type { Verdict } from "../memory/allocator.ts";
import { Steal } from "../memory/buddy.ts";
import { MigrateType, PageKind, ZoneType } from "../memory/kinds.ts";
import type { Zone } from "../memory/zone.ts";
import { actions, cmdlines } from "../testing/random-actions.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { replay } from "../time/replay.ts";
import { stateHash } from "../time/state-hash.ts";
import { ASKERS, type Ask } from "./askers.ts";
import { placementOf, requestOf } from "./placement.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 20);
const SEED = Number(process.env.PROPERTY_SEED ?? 5);

const seen = new Set<Verdict | string>();

const asks = fc.record<Ask>({
  asker: fc.constantFrom(...ASKERS),
  order: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10 })),
  node: fc.integer({ min: 0, max: 3 }),
  policy: fc.constantFrom("default", "bind", "preferred", "interleave"),
});

/** What the allocator really does with an ask, held to what was said before. The pages go back. */
function holds(kernel: Kernel, ask: Ask): void {
  const placement = placementOf(kernel, ask);
  const request = requestOf(kernel, ask);
  if (!placement || !request) {
    expect(kernel.nodes[ask.node]?.online ?? false).toBe(false);
    return;
  }
  const { gfp, order, node, mask } = request;
  const { found, otherwise, tries } = placement;
  for (const { asked } of tries) for (const { verdict } of asked) seen.add(verdict);
  const serving = tries.at(-1)?.asked.at(-1);
  expect(serving?.verdict === "serves").toBe(found !== null);
  for (const one of tries.flatMap(({ asked }) => asked))
    if (one.verdict === "below") expect(one.left).toBeLessThanOrEqual(one.mark + one.protection);
    else if (one.verdict === "serves") expect(one.left).toBeGreaterThan(one.mark + one.protection);
  const chunks = [...kernel.zones].map((zone) => [...zone.chunks]);
  const index = kernel.allocator.alloc(gfp, order, node, mask, PageKind.KernelBuffer, 0, -1, -1);
  if (!found) {
    seen.add(otherwise ? "reclaims" : "fails");
    if (!otherwise || otherwise.reclaims.length === 0) expect(index).toBe(-1);
  } else {
    seen.add(`steal ${found.steal}`);
    const pfn = kernel.pages.pfnOf(index);
    expect(found, JSON.stringify(ask)).toMatchObject({
      pfn,
      node: kernel.zoneAt(pfn)?.node,
      zone: kernel.zoneAt(pfn)?.name,
      becomes: kernel.pageblockTypeAt(pfn),
      type: gfp.type,
    });
    expect(serving).toMatchObject({ node: found.node, zone: found.zone });
    // The chunk that was cut was on the list that was named.
    const zone = kernel.zoneAt(pfn)?.index ?? -1;
    if (found.steal === Steal.Nothing) expect(chunks[zone]?.[found.order * 6 + found.from]).toBeGreaterThan(0);
  }
  if (index >= 0) kernel.allocator.free(index, order);
}

describe("where an allocation would go", () => {
  test("is where the very next one goes, on random machines; asking changes nothing", () => {
    fc.assert(
      fc.property(cmdlines, actions(6), fc.array(asks, { minLength: 3, maxLength: 12 }), (line, steps, questions) => {
        const engine = new Engine({ seed: 7, box: smallBox(line) });
        for (const { resolve, wait } of steps) {
          const command = resolve(engine);
          if (command) engine.submit(command);
          engine.runFor(wait);
        }
        const before = stateHash(engine);
        const told = questions.map((ask) => placementOf(engine.kernel("A"), ask));
        expect(stateHash(engine)).toBe(before);
        const again = new Engine({ seed: 7, box: smallBox(line) });
        replay(again, engine.journal, engine.instant);
        expect(questions.map((ask) => placementOf(again.kernel("A"), ask))).toEqual(told);
        for (const kernel of again.kernels.values()) {
          for (const ask of questions) holds(kernel, ask);
          expect(audit(kernel)).toEqual([]);
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, 300_000);

  test("also when zones are nearly full, to the last page", () => {
    const engine = new Engine({ seed: 3, box: smallBox("memhp_default_state=online_kernel") });
    const kernel = engine.kernel("A");
    const types = ["anon", "slab", "pipes", "cache"] as const;
    for (let round = 0; round < 60; round++) {
      const kind = types[round % types.length] as (typeof types)[number];
      const load = { kind, mib: 30, count: 400, node: round % 2, policy: "bind" as const };
      engine.submit({ do: "load", partition: "A", load });
      engine.settle();
      if (round % 5 === 4) {
        const pid = [...kernel.processes.keys()][round % kernel.processes.size];
        if (pid !== undefined) engine.submit({ do: "kill", partition: "A", pid });
      }
      for (const asker of ASKERS)
        for (const order of [0, 1, 3, 9, 10])
          for (const policy of ["default", "bind"] as const) holds(kernel, { asker, order, node: round % 2, policy });
    }
    expect(audit(kernel)).toEqual([]);
  }, 60_000);

  test.each([
    ["kernel", MigrateType.Movable, "every other page"],
    ["movable", MigrateType.Unmovable, "every other page"],
    ["kernel", MigrateType.Movable, "chunks of several sizes"],
    ["movable", MigrateType.Unmovable, "chunks of several sizes"],
  ] as const)("of %s where what is free is of another type: %i, %s", (asker, type, what) => {
    // Of several sizes: the largest is what is stolen, and the smallest of its pageblock is what is served.
    const isFree = (page: number): boolean =>
      what === "every other page" ? page % 2 === 0 : page % 64 >= 32 || page % 64 === 1 || page % 64 === 6;
    const engine = new Engine({ seed: 3, box: smallBox("memhp_default_state=online_kernel") });
    engine.submit({ do: "move", dimm: "d4", to: { slot: "A/0/1" } });
    engine.settle();
    const kernel = engine.kernel("A");
    const normal = kernel.nodes[0]?.zones[ZoneType.Normal] as Zone;
    expect(normal.populated).toBe(true);
    const kept: number[] = [];
    // Nothing is left in the node's lower zones.
    for (const zone of kernel.nodes[0]?.zones ?? [])
      for (let page = 0; page >= 0; ) {
        page = kernel.buddy.take(zone, 0, type, true);
        if (page >= 0) kernel.pages.setKind(page, 1, PageKind.KernelBuffer, 0);
        if (page >= 0 && zone === normal && isFree(page)) kept.push(page);
      }
    for (const page of kept) kernel.allocator.free(page, 0);
    for (const order of [0, 1, 0, 4, 9])
      for (const policy of ["default", "bind"] as const) holds(kernel, { asker, order, node: 0, policy });
  });

  test("to a node without kernel zones, a policy of that node is no restriction for the kernel", () => {
    const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
    engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
    engine.settle();
    const kernel = engine.kernel("A");
    const ask = { order: 0, node: 2, policy: "bind" } as const;
    expect(placementOf(kernel, { ...ask, asker: "kernel" })).toMatchObject({ list: 0, mask: null, found: { node: 0 } });
    expect(placementOf(kernel, { ...ask, asker: "movable" })).toMatchObject({ list: 2, mask: [2], found: { node: 2 } });
    expect(placementOf(kernel, { ...ask, node: 9, asker: "kernel" })).toBeUndefined();
  });

  test("to where nothing is left at all: movable memory is reclaimed for, and what may not wait fails", () => {
    const kernel = new Engine({ seed: 1, box: smallBox() }).kernel("A");
    for (const zone of kernel.zones)
      for (let page = 0; page >= 0; ) {
        page = kernel.buddy.take(zone, 0, MigrateType.Movable, true);
        if (page >= 0) kernel.pages.setKind(page, 1, PageKind.KernelBuffer, 0);
      }
    for (const [asker, waits] of [
      ["kernel", true],
      ["movable", true],
      ["atomic", false],
      ["huge", false],
    ] as const) {
      const ask = { asker, order: 0, node: 0, policy: "default" } as const;
      const placement = placementOf(kernel, ask);
      expect([asker, placement?.found, placement?.otherwise !== null]).toEqual([asker, null, waits]);
      holds(kernel, ask);
    }
  });

  // A search that never met a full zone would prove little.
  afterAll(() => {
    const all = ["above", "mask", "stays near", "below", "no chunk", "would mix", "serves", "fails", "reclaims"];
    expect([...seen].sort()).toEqual([...all, "steal 0", "steal 1", "steal 2"].sort());
  });
});

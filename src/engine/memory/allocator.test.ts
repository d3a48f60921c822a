/** Which zone a request is served from, and what that does to the books. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainMemory } from "../testing/plain-memory.ts";
import { MAX_ORDER, PAGEBLOCK_PAGES, PAGES_PER_SECTION } from "../units.ts";
import {
  GFP_ATOMIC,
  GFP_HIGHUSER_MOVABLE,
  GFP_KERNEL,
  GFP_USER_MOVABLE,
  type Gfp,
  newPlacement,
  type NodeMask,
  pagesOf,
  usableZones,
  usesCma,
  type Verdict,
} from "./allocator.ts";
import { MigrateType, PageFlag, PageKind, ZoneType } from "./kinds.ts";
import { NOT_HEAD } from "./page-array.ts";
import type { Zone } from "./zone.ts";

const { DMA32, Normal, Movable } = ZoneType;

/** Two nodes: the first with three zones, the second with a kernel zone alone. */
function machine() {
  const memory = plainMemory([{ [DMA32]: 1, [Normal]: 1, [Movable]: 1 }, { [Normal]: 1 }]);
  const zone = (node: number, type: ZoneType): Zone => memory.zones[node]?.[type] as Zone;
  const { allocator, buddy, pages } = memory;
  /** Takes pages from a zone, past every rule, until so many are left. */
  const leave = (from: Zone, left: number): void => {
    for (let order = MAX_ORDER; order >= 0; order--)
      while (from.free - (1 << order) >= left) {
        const page = buddy.take(from, order, MigrateType.Movable, true);
        if (page < 0) break;
        pages.setKind(page, 1 << order, PageKind.KernelBuffer, 0);
      }
    if (from.free !== left) throw new Error("not so many");
  };
  /** What each zone on the way says to a request, try by try. */
  const asks = (gfp: Gfp, order = 0, node = 0, mask: NodeMask = null) => {
    const said: [string, boolean, string, Verdict][] = [];
    allocator.decide(gfp, order, node, mask, newPlacement(), (mark, mixes, each, verdict) =>
      said.push([mark, mixes, `${each.node}${each.name}`, verdict]),
    );
    return said;
  };
  return { ...memory, zone, leave, asks };
}

describe("marks", () => {
  test("grow by a boost, but that of GFP_ATOMIC, which is three eighths of min; who frees memory keeps none", () => {
    const { zone } = machine();
    const normal = zone(0, Normal);
    normal.setMarks(100, 130, 160);
    normal.boost = 7;
    expect((["low", "min", "atomic", "none"] as const).map((mark) => pagesOf(normal, mark))).toEqual([137, 107, 38, 0]);
  });

  test("a request is served above low, then above min, and below that by reclaim", () => {
    const { allocator, zone, leave, nodes } = machine();
    const [only] = [zone(1, Normal)];
    only.setMarks(20, 30, 40);
    leave(only, 32);
    const on = (gfp: Gfp) => allocator.alloc(gfp, 0, 1, new Set([1]), PageKind.Slab, 0, -1, -1) >= 0;
    const reclaims: [number, string[]][] = [];
    let comes = 0;
    allocator.reclaim = (zones, wanted) => {
      reclaims.push([wanted, zones.map(({ node, name }) => `${node}${name}`)]);
      return comes;
    };
    const woken: string[][] = [];
    allocator.kswapd = (zones) => woken.push(zones.map(({ node, name }) => `${node}${name}`));
    expect([on(GFP_KERNEL), on(GFP_KERNEL), woken.length]).toEqual([true, true, 0]);
    // 30 pages are left: the low mark is reached, and kswapd is woken with each request.
    while (only.free > 20) expect(on(GFP_KERNEL)).toBe(true);
    expect(woken).toEqual(Array.from({ length: 10 }, () => ["1Normal"]));
    // Nothing can be reclaimed: one round. Reclaim that frees nothing here in the end: sixteen of them.
    expect([on(GFP_KERNEL), reclaims.length]).toEqual([false, 1]);
    comes = 1;
    expect([on(GFP_KERNEL), reclaims.length]).toEqual([false, 17]);
    expect(new Set(reclaims.map((one) => JSON.stringify(one)))).toEqual(new Set(['[32,["1Normal"]]']));
    // Some requests never reclaim, and go deeper: half and a quarter of what is below min, to the last page.
    expect(on({ ...GFP_KERNEL, noReclaim: true })).toBe(false);
    while (only.free > 8) expect(on(GFP_ATOMIC)).toBe(true);
    const [rounds, wakes] = [reclaims.length, woken.length];
    expect(on(GFP_ATOMIC)).toBe(false);
    while (only.free > 1) expect(on({ ...GFP_KERNEL, memalloc: true })).toBe(true);
    expect([reclaims.length, woken.length]).toEqual([rounds, wakes]);
    // Larger requests ask for as much as they need.
    expect(allocator.alloc(GFP_KERNEL, 6, 1, new Set([1]), PageKind.Slab, 0, -1, -1)).toBe(-1);
    expect(reclaims.at(-1)?.[0]).toBe(64);
    expect(usableZones(nodes[0]?.zonelist ?? [], GFP_KERNEL, 0, null).map(({ node, type }) => [node, type])).toEqual([
      [0, Normal],
      [0, DMA32],
      [1, Normal],
    ]);
  });

  test("reclaim takes the boost away; where nothing comes of it zones may stay boosted", () => {
    const { allocator, zone, leave } = machine();
    const only = zone(1, Normal);
    leave(only, 100);
    only.setMarks(50, 60, 1000);
    only.boost = 200;
    const on = (gfp: Gfp, order = 0) => allocator.alloc(gfp, order, 1, new Set([1]), PageKind.Slab, 0, -1, -1) >= 0;
    allocator.reclaim = () => 0;
    for (const [stays, gfp, order, raised] of [
      [false, GFP_KERNEL, 0, 0],
      [true, GFP_USER_MOVABLE, 0, 0],
      [true, GFP_KERNEL, 1, 0],
      [true, GFP_KERNEL, 0, PAGEBLOCK_PAGES],
    ] as const) {
      allocator.starvedStayBoosted = stays;
      only.boost = 200;
      expect(on(gfp, order)).toBe(false);
      expect(only.boost).toBe(200 + raised);
    }
    allocator.reclaim = () => 1;
    expect(on(GFP_KERNEL)).toBe(true);
    expect(only.boost).toBe(0);
  });
});

describe("zones on the way", () => {
  test("each says why it doesn't serve", () => {
    const { zone, leave, asks, allocator } = machine();
    expect(asks(GFP_HIGHUSER_MOVABLE)).toEqual([["low", true, "0Movable", "serves"]]);
    expect(asks(GFP_KERNEL)).toEqual([
      ["low", true, "0Movable", "above"],
      ["low", false, "0Normal", "serves"],
    ]);
    expect(asks({ ...GFP_KERNEL, thisNode: true }, 0, 1).at(-1)).toEqual(["low", true, "1Normal", "serves"]);
    leave(zone(1, Normal), 0);
    expect(
      asks({ ...GFP_KERNEL, thisNode: true }, 0, 1)
        .slice(1, 4)
        .map(([, , at, verdict]) => [at, verdict]),
    ).toEqual([
      ["0Movable", "above"],
      ["0Normal", "other node"],
      ["0DMA32", "other node"],
    ]);
    expect(asks(GFP_KERNEL, 0, 0, new Set([1])).every(([, , , verdict]) => verdict !== "serves")).toBe(true);
    expect(asks(GFP_KERNEL, 0, 0, new Set([1]))[1]).toEqual(["low", true, "0Normal", "mask"]);
    // Pages enough, but none of them has its neighbours.
    const [normal, lower] = [zone(0, Normal), zone(0, DMA32)];
    leave(normal, 0);
    leave(lower, 0);
    const singles = Array.from({ length: 64 }, (_, i) => 2 * i);
    const base = allocator.pages.indexOf(normal.startPfn);
    for (const i of singles) allocator.free(base + i, 0);
    expect(
      asks(GFP_KERNEL, 1)
        .filter(([, , at]) => at === "0Normal")
        .map(([, , , verdict]) => verdict),
    ).toContain("no chunk");
  });

  test("before migrate types are mixed near by, another zone of the node is asked, and no other node", () => {
    const { zone, leave, asks, allocator } = machine();
    const normal = zone(0, Normal);
    leave(normal, 0);
    // Free pages of movable pageblocks, less than a pageblock together.
    const base = allocator.pages.indexOf(normal.startPfn);
    for (let i = 0; i < 128; i += 2) allocator.free(base + i, 0);
    expect(asks(GFP_KERNEL).slice(1)).toEqual([
      ["low", false, "0Normal", "would mix"],
      ["low", false, "0DMA32", "serves"],
    ]);
    leave(zone(0, DMA32), 0);
    expect(asks(GFP_KERNEL).slice(1)).toEqual([
      ["low", false, "0Normal", "would mix"],
      ["low", false, "0DMA32", "below"],
      ["low", false, "1Normal", "stays near"],
      ["low", true, "0Movable", "above"],
      ["low", true, "0Normal", "serves"],
    ]);
    // A machine with one node has nothing farther away to keep from; a Normal zone alone on its node mixes at once.
    allocator.onlineNodes = 1;
    expect(asks(GFP_KERNEL).slice(1, 4)).toEqual([
      ["low", false, "0Normal", "would mix"],
      ["low", false, "0DMA32", "below"],
      ["low", false, "1Normal", "serves"],
    ]);
    allocator.onlineNodes = 2;
    leave(zone(1, Normal), 0);
    allocator.free(allocator.pages.indexOf(zone(1, Normal).startPfn), 0);
    expect(asks(GFP_KERNEL, 0, 1)[0]).toEqual(["low", true, "1Normal", "serves"]);
    allocator.onlineNodes = 1;
    expect(asks(GFP_KERNEL, 0, 1)[0]).toEqual(["low", false, "1Normal", "would mix"]);
  });

  test("what is kept for those who can only use lower zones is kept", () => {
    const { zone, leave, allocator } = machine();
    leave(zone(0, Movable), 0);
    leave(zone(0, Normal), 10);
    zone(0, Normal).setProtection([0, 0, 0, 10, 0]);
    const taken = (gfp: Gfp) => {
      const index = allocator.alloc(gfp, 0, 0, null, PageKind.Anon, 0, -1, -1);
      const { type } = allocator.zoneOf(index);
      allocator.free(index, 0);
      return type;
    };
    expect([taken(GFP_HIGHUSER_MOVABLE), taken(GFP_USER_MOVABLE)]).toEqual([DMA32, Normal]);
  });

  test("contiguous areas serve what moves, and not what stays for long", () => {
    expect([GFP_HIGHUSER_MOVABLE, GFP_KERNEL, { ...GFP_HIGHUSER_MOVABLE, staysForLong: true }].map(usesCma)).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("books", () => {
  test("whom a zone serves is counted, for itself and for others, near and far", () => {
    const { allocator, zone, leave } = machine();
    const take = (node: number, mask: NodeMask = null) =>
      allocator.alloc(GFP_KERNEL, 0, node, mask, PageKind.Slab, 0, -1, -1);
    allocator.cpuNode = 0;
    take(0);
    take(0);
    take(1);
    leave(zone(1, Normal), 0);
    take(1);
    const { hit, miss, foreign, local, other } = zone(0, Normal).served;
    expect({ hit, miss, foreign, local, other }).toEqual({ hit: 2, miss: 1, foreign: 0, local: 3, other: 0 });
    expect(zone(1, Normal).served).toEqual({ hit: 1, miss: 0, foreign: 1, local: 0, other: 1 });
  });

  test("a chunk is of its kind, its cause and its words from the first page to the last, and no other page is", () => {
    const { allocator, pages } = machine();
    allocator.causes = { stamp: 5 };
    for (const order of [0, 3]) {
      const index = allocator.alloc(GFP_KERNEL, order, 0, null, PageKind.Slab, PageFlag.Dirty, 11, 12);
      const of = (i: number) => [pages.kind[i], pages.flags[i], pages.born[i], pages.a[i], pages.b[i]];
      const end = index + (1 << order);
      for (let i = index; i < end; i++) expect(of(i)).toEqual([PageKind.Slab, PageFlag.Dirty, 5, 11, 12]);
      expect(pages.kind[end]).toBe(PageKind.Free);
      expect(pages.order[index]).toBe(order === 0 ? NOT_HEAD : order);
      const freed: unknown[] = [];
      allocator.onFree = (...what) => freed.push(what);
      allocator.free(index, order);
      allocator.onFree = null;
      expect(freed).toEqual([[index, order]]);
      expect(pages.kind[index]).toBe(PageKind.Free);
    }
  });

  test("copies of many pages are those that as many requests would get, wherever memory ends", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(80), fc.nat(30), fc.boolean(), (left, count, mark, withCma) => {
        const made = [machine(), machine()];
        const taken = made.map(({ allocator, pages, zone, leave }, number) => {
          leave(zone(0, Movable), 0);
          const normal = zone(0, Normal);
          leave(normal, left);
          normal.setMarks(mark >> 1, mark, mark);
          if (withCma) normal.cma = 1;
          leave(zone(0, DMA32), 3);
          leave(zone(1, Normal), 2);
          allocator.causes = { stamp: 9 };
          const kinds = [PageKind.Anon, PageKind.PageCache];
          // Any pages of these kinds will do as what is copied.
          const originals = Array.from({ length: count + 2 }, (_, i) => pages.indexOf(normal.startPfn) + i);
          for (const [i, page] of originals.entries()) pages.kind[page] = kinds[i % 2] as number;
          const into: number[] = [-5];
          if (number === 0)
            allocator.allocCopies(
              GFP_HIGHUSER_MOVABLE,
              originals.slice(1, count + 1),
              { node: 0, mask: null },
              { flags: PageFlag.Isolated, a: 3, b: 4 },
              into,
            );
          else
            for (let i = 0; i < count; i++) {
              const kind = pages.kind[originals[i + 1] as number] as number;
              const page = allocator.alloc(GFP_HIGHUSER_MOVABLE, 0, 0, null, kind, PageFlag.Isolated, 3, 4);
              if (page < 0) break;
              into.push(page);
            }
          const state = into
            .slice(1)
            .map((i) => [pages.pfnOf(i), pages.kind[i], pages.flags[i], pages.born[i], pages.a[i], pages.b[i]]);
          return {
            state,
            first: into[0],
            books: [0, 1].map((node) => ({ ...zone(node, Normal).served, free: zone(node, Normal).free })),
          };
        });
        expect(taken[0]).toEqual(taken[1]);
      }),
      { numRuns: 25, seed: 8 },
    );
  });

  test("a run that is given back is the same as its pages one by one, also where books are kept on each", () => {
    for (const watched of [false, true]) {
      const { allocator, pages, zone } = machine();
      const first = allocator.alloc(GFP_KERNEL, 5, 0, null, PageKind.Slab, 0, -1, -1);
      const { free } = zone(0, Normal);
      const seen: unknown[] = [];
      if (watched) allocator.onFree = (...what) => seen.push(what);
      allocator.freeRun(first + 1, 7);
      expect(zone(0, Normal).free - free).toBe(7);
      expect([0, 1, 7, 8].map((i) => pages.kind[first + i])).toEqual([
        PageKind.Slab,
        PageKind.Free,
        PageKind.Free,
        PageKind.Slab,
      ]);
      expect(seen).toEqual(watched ? Array.from({ length: 7 }, (_, i) => [first + 1 + i, 0]) : []);
    }
  });

  test("where zones share a section, it is asked whose each page is", () => {
    const { allocator, pages, zone } = machine();
    const [lower, normal] = [zone(0, DMA32), zone(0, Normal)];
    const index = allocator.alloc(GFP_KERNEL, 2, 0, null, PageKind.Slab, 0, -1, -1);
    pages.zoneOfSection[normal.startPfn / PAGES_PER_SECTION] = -2;
    allocator.mixedZone = (page) => (page === index ? lower : normal);
    const before = [lower.free, normal.free];
    allocator.freeRun(index, 3);
    expect([lower.free, normal.free].map((free, i) => free - (before[i] as number))).toEqual([1, 2]);
  });
});

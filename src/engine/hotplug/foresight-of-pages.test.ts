/** Foresight of a block by what is in it: pages are made to be what they are, and nothing else happens. */
import { describe, expect, test } from "vitest";
import type { KernelVersion } from "../hardware/description.ts";
import { GIGANTIC } from "../holders/gigantic-pool.ts";
import { Trial } from "../experiments/trial.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import { boxWith } from "../testing/stirred-box.ts";
import { foreseeAll, foreseeOffline, likelyTarget } from "./foresight.ts";

const { Anon, Slab, Poisoned, Offline, Hugetlb, PageCache, Reserved } = PageKind;
const { Isolated, Pinned } = PageFlag;

/** DIMM d4 on node 2, its last block Movable (old kernels can't make others so), with entries of its own. */
function machine(version: KernelVersion = "6.1") {
  const trial = new Trial(boxWith(version, "movable_node memhp_default_state=offline"));
  const { kernel } = trial;
  const blocks = trial.insert("d4", "A/2/0");
  const [block, before] = blocks.toReversed() as [MemoryBlock, MemoryBlock];
  for (const each of [block, before]) expect(trial.state(each, "online_movable")).toBeNull();
  const { pages } = kernel;
  for (const { zone, startPfn } of [block, before]) if (zone) kernel.buddy.touch(zone, startPfn / 32768);
  /** Makes a page of a block; not in the allocator's books. */
  const put = (at: number, kind: PageKind, flags = 0, owner = 1, count = 1, of = block) => {
    const index = pages.indexOf(of.startPfn) + at;
    pages.setKind(index, count, kind, flags);
    pages.a.fill(owner, index, index + count);
  };
  const says = (of = block, assumed = {}) => foreseeOffline(kernel, of, assumed);
  return { trial, kernel, block, before, blocks, put, says };
}

describe("a Movable block", () => {
  test.each([
    ["nothing", [], { outlook: "leaves", code: null, pagesToMove: 0 }],
    ["pages of users", [[3, Anon, 0, 1, 5] as const], { outlook: "leaves", pagesToMove: 5 }],
    ["a page out of use", [[3, Poisoned, 0, -1] as const], { outlook: "leaves", pagesToMove: 0 }],
    ["what a driver keeps", [[3, Offline, 0, -1, 9] as const], { outlook: "leaves", pagesToMove: 0 }],
    ["a balloon", [[3, Offline, 0, 1, 9] as const], { outlook: "leaves", pagesToMove: 9 }],
    ["a pin", [[7, Anon, Pinned] as const, [9, Anon, Pinned] as const], { outlook: "goes-on", code: "pinned", at: 7 }],
    [
      "two that somebody moves",
      [[7, Anon, Isolated] as const, [9, Anon, Isolated] as const],
      { outlook: "may-leave", code: "busy", at: 7 },
    ],
    [
      "a pin, and one that somebody moves",
      [[5, Anon, Pinned] as const, [9, Anon, Isolated] as const],
      { outlook: "may-leave", code: "busy", at: 9 },
    ],
    [
      "two held balloon pages",
      [[6, Offline, Pinned] as const, [8, Offline, Pinned] as const],
      { outlook: "refused", code: "held-offline", errno: "EBUSY", at: 6 },
    ],
    [
      "a pin before such a page",
      [[4, Anon, Pinned] as const, [6, Offline, Pinned] as const],
      { outlook: "goes-on", code: "pinned", at: 4 },
    ],
    [
      "a pin behind it",
      [[6, Offline, Pinned] as const, [8, Anon, Pinned] as const],
      { outlook: "refused", code: "held-offline", at: 6 },
    ],
    ["slab", [[11, Slab] as const, [12, Slab] as const], { outlook: "goes-on", code: "kernel-memory", at: 11 }],
    [
      "slab behind a pin",
      [[11, Slab] as const, [20, Anon, Pinned] as const],
      { outlook: "goes-on", code: "pinned", at: 20 },
    ],
    ["memory of boot", [[1030, Reserved] as const], { outlook: "refused", code: "reserved", errno: "EBUSY", at: 1030 }],
  ] as const)("with %s", (_, made, expected) => {
    const { block, put, says } = machine();
    for (const [at, kind, flags, owner, count] of made as readonly (readonly [
      number,
      PageKind,
      number?,
      number?,
      number?,
    ])[])
      put(at, kind, flags, owner, count);
    const { at, ...rest } = expected as { at?: number };
    const pfn = at === undefined ? -1 : block.startPfn + at;
    expect(says()).toMatchObject({ ...rest, pfn });
  });

  test("whose pages would be gone by then counts them as free", () => {
    const { kernel, block, put, says } = machine();
    put(3, Slab);
    put(9, Anon, 0, 1, 4);
    const index = kernel.pages.indexOf(block.startPfn + 3);
    expect(says(block, { gone: (page: number) => page === index })).toMatchObject({
      outlook: "leaves",
      pagesToMove: 4,
    });
    expect(says(block, { gone: () => false })).toMatchObject({ outlook: "goes-on" });
  });

  test("that is offline leaves; one that is on its way may", () => {
    const { block, says } = machine();
    const nothing = { errno: null, pfn: -1, pagesToMove: 0 };
    expect(says({ ...block, state: "offline" })).toEqual({ outlook: "leaves", code: "already-offline", ...nothing });
    expect(says({ ...block, state: "going-offline" })).toEqual({ outlook: "may-leave", code: "busy", ...nothing });
    expect(says({ ...block, zone: null })).toEqual({
      outlook: "refused",
      code: "spans-zones",
      ...nothing,
      errno: "EINVAL",
    });
  });

  test("with huge pages of the pool: free ones leave as far as they are not promised, those in use move as one piece", () => {
    const { kernel, put, says } = machine();
    put(512, Hugetlb, 0, -2, 512);
    put(1024, Hugetlb, 0, -2, 512);
    const { hugePages } = kernel;
    const pool = (free: number, promised: number) => {
      Object.defineProperty(hugePages, "freePages", { value: free, configurable: true });
      hugePages.reserved = promised;
    };
    pool(2, 0);
    expect(says()).toMatchObject({ outlook: "leaves", code: null, pagesToMove: 0 });
    pool(3, 1);
    expect(says()).toMatchObject({ outlook: "leaves" });
    pool(3, 2);
    expect(says()).toMatchObject({ outlook: "refused", code: "huge-promised", errno: "EBUSY", pfn: -1 });
    pool(0, 5);
    expect(says()).toMatchObject({ outlook: "refused", code: "huge-promised" });
    put(2048, Hugetlb, 0, 1, 512);
    pool(3, 0);
    expect(says()).toMatchObject({ outlook: "may-leave", code: "memory-tight", pagesToMove: 512 });
    pool(3, 1);
    expect(says()).toMatchObject({ outlook: "may-leave", code: "huge-promised" });
    // Parts of a page of 1 GiB are no pages of this pool.
    const other = machine();
    other.put(512, Hugetlb, 0, GIGANTIC, 512);
    expect(other.says()).toMatchObject({ outlook: "leaves", pagesToMove: 0 });
  });

  test("needs room for its pages elsewhere, above the marks, and a margin of 8 MiB", () => {
    const { kernel, block, put, says } = machine();
    put(3, Anon, 0, 1, 10);
    const { zone } = block;
    // Copies go to other nodes as long as one has memory.
    const others = kernel.zones.filter((each) => each.populated && each.node !== 2);
    const room = (pages: number) => {
      for (const each of others) {
        each.setProtection([]);
        each.setMarks(0, each.free + (each === others[0] ? -pages : 5), 0);
      }
    };
    room(10 + 2048);
    expect(says()).toMatchObject({ outlook: "leaves", code: null });
    room(10 + 2047);
    expect(says()).toMatchObject({ outlook: "may-leave", code: "memory-tight", pfn: -1, pagesToMove: 10 });
    // What others of the same errand need.
    room(10 + 2048);
    expect(says(block, { pagesTaken: 1 })).toMatchObject({ outlook: "may-leave", code: "memory-tight" });
    room(10 + 2049);
    expect(says(block, { pagesTaken: 1 })).toMatchObject({ outlook: "leaves" });
    // What is held back there from such requests, and contiguous areas, are no room.
    room(10 + 2048 + 7);
    others[0]?.setProtection([0, 0, 0, 8]);
    expect(says()).toMatchObject({ code: "memory-tight" });
    others[0]?.setProtection([0, 0, 0, 7]);
    expect(says()).toMatchObject({ code: null });
    Object.assign(others[0] ?? {}, { cma: 1 });
    expect(says()).toMatchObject({ code: "memory-tight" });
    expect(zone?.node).toBe(2);
  });
});

describe("before 4.15", () => {
  test.each([
    ["a pin", [[7, Anon, Pinned] as const], { outlook: "goes-on", code: "pinned", errno: null, at: 7 }],
    ["one that somebody moves", [[7, Anon, Isolated] as const], { outlook: "may-leave", code: "busy", at: 7 }],
    [
      "slab, which spoils rounds",
      [[11, Slab] as const],
      { outlook: "refused", code: "kernel-memory", errno: "EBUSY", at: 11 },
    ],
    [
      "slab and a pin",
      [[11, Slab] as const, [20, Anon, Pinned] as const],
      { outlook: "refused", code: "kernel-memory", errno: null, at: 11 },
    ],
    [
      "a held page",
      [[6, Offline, Pinned] as const],
      { outlook: "refused", code: "held-offline", errno: "EBUSY", at: 6 },
    ],
    [
      "a free huge page",
      [[512, Hugetlb, 0, -2, 512] as const],
      { outlook: "may-leave", code: "huge-promised", at: undefined },
    ],
    ["files", [[512, PageCache, 0, 1, 3] as const], { outlook: "leaves", pagesToMove: 3, at: undefined }],
  ] as const)("with %s", (_, made, { at, ...expected }) => {
    const { block, put, says } = machine("3.14");
    for (const [place, kind, flags, owner, count] of made as readonly (readonly [
      number,
      PageKind,
      number?,
      number?,
      number?,
    ])[])
      put(place, kind, flags, owner, count);
    expect(says()).toMatchObject({ ...expected, pfn: at === undefined ? -1 : block.startPfn + at });
  });
});

describe("several blocks one after the other", () => {
  test("the first that does not leave decides, those that stay are counted by why", () => {
    const { kernel, block, before, blocks, put } = machine();
    put(3, Anon, 0, 1, 4);
    put(3, Anon, 0, 1, 6, before);
    expect(foreseeAll(kernel, [before, block])).toEqual({
      outlook: "leaves",
      decides: null,
      staying: new Map(),
      blocks: 2,
      pagesToMove: 10,
    });
    put(20, Anon, Pinned);
    put(20, Anon, Pinned, 1, 1, before);
    const all = foreseeAll(kernel, [...blocks.slice(0, 2), before, block]);
    expect(all).toMatchObject({ outlook: "goes-on", blocks: 4, pagesToMove: 10 });
    expect(all.decides).toMatchObject({
      block: before.number,
      foresight: { code: "pinned", pfn: before.startPfn + 20 },
    });
    expect([...all.staying]).toEqual([["pinned", 2]]);
    // What may leave is not said to stay; it may decide all the same.
    put(20, Anon, Isolated, 1, 1, before);
    const may = foreseeAll(kernel, [before, block]);
    expect(may.outlook).toBe("may-leave");
    expect([...may.staying]).toEqual([["pinned", 1]]);
    expect(foreseeAll(kernel, [before, block], { gone: () => true }).outlook).toBe("leaves");
  });

  test("pages of one may go to the next, and have to move again", () => {
    const { kernel, block, before, put } = machine();
    put(3, Anon, 0, 1, 4, before);
    put(3, Anon, 0, 1, 4);
    const others = kernel.zones.filter((each) => each.populated && each.node !== 2);
    const room = (pages: number) => {
      for (const each of others) {
        each.setProtection([]);
        each.setMarks(0, each.free - (each === others[0] ? pages : 0), 0);
      }
    };
    room(4 + 2048 + before.pages);
    expect(foreseeAll(kernel, [before, block]).outlook).toBe("leaves");
    room(4 + 2047 + before.pages);
    expect(foreseeAll(kernel, [before, block]).decides).toMatchObject({
      block: block.number,
      foresight: { code: "memory-tight" },
    });
    // A block that is offline already has taken nothing.
    expect(foreseeAll(kernel, [{ ...before, state: "offline" }, block]).outlook).toBe("leaves");
  });
});

test("pages of a node go to the nearest other one with memory, or stay on it", () => {
  const { kernel } = machine();
  const [first, second, third] = kernel.nodes;
  if (!first || !second || !third) throw new Error("no nodes");
  first.fallback = [0, 2, 1];
  expect(likelyTarget(kernel, 0)).toBe(2);
  third.hasMemory = false;
  expect(likelyTarget(kernel, 0)).toBe(1);
  second.hasMemory = false;
  expect(likelyTarget(kernel, 0)).toBe(0);
  expect(likelyTarget(kernel, 9)).toBe(9);
});

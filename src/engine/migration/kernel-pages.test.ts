/** Moving kernel memory on the `what-if` profile: what it costs, what stays when memory ends, and who finds what moved. */
import { expect, test } from "vitest";
import { Trial, twoNodeBox } from "../experiments/trial.ts";
import { audit } from "../kernel/audit.ts";
import { Cost } from "../kernel/costs.ts";
import { PageKind } from "../memory/kinds.ts";
import { NO_PAGE } from "../memory/page-array.ts";
import { timed } from "../testing/timed.ts";
import { PAGES_PER_SECTION } from "../units.ts";
import { kernelMove, moveKernelPages } from "./kernel-pages.ts";

const BOX = twoNodeBox("what-if", "memhp_default_state=online_kernel movable_kernel movable_vmalloc");

/** A block of a DIMM on node 1 with memory of the kernel that an owner took in chunks of an order. */
function machine(kind: PageKind, chunks: number, order = 0) {
  const trial = new Trial(BOX);
  const [block] = trial.insert("d1", "A/1/0");
  const { kernel } = trial;
  if (!block?.zone) throw new Error("no block");
  const { pages, buddy, owners, allocator } = kernel;
  const owner = owners.add("slab:thing", kind, { highest: 2, type: 0 });
  // Its own memory, and nobody's beside it: the chunks at the end of the block.
  buddy.touch(block.zone, block.startPfn / PAGES_PER_SECTION);
  const first = pages.indexOf(block.startPfn) + PAGES_PER_SECTION - 1024;
  buddy.takeChunk(block.zone, first);
  for (let i = 0; i < chunks; i++) {
    const page = first + (i << order);
    pages.setKind(page, 1 << order, kind, 0);
    if (order > 0) pages.order[page] = order;
    pages.a.fill(owner.id, page, page + (1 << order));
    pages.b.fill(i, page, page + (1 << order));
    if (owner.chunks.length <= i) {
      const wider = new Int32Array(2 * i);
      wider.set(owner.chunks);
      owner.chunks = wider;
    }
    owner.chunks[owner.count++] = page;
  }
  for (let page = first + (chunks << order); page < first + 1024; page++) buddy.give(block.zone, page, 0, false);
  expect(audit(kernel)).toEqual([]);
  const start = pages.pfnOf(first);
  const moved: [number, number][] = [];
  const move = (from: number = start, to: number = start + 1024) =>
    timed(
      moveKernelPages(kernel, from, to, { node: 0, mask: new Set([0]) }, ({ node }, count) =>
        moved.push([node, count]),
      ),
    );
  return { trial, kernel, allocator, block, owner, first, start, move, moved };
}

test("what moves, and how: slab and tables by their virtual address, vmalloc by its entries; the rest stays", () => {
  const { kernel } = new Trial(BOX);
  const { Slab, SlabReclaimable, PageTable, Vmemmap, Vmalloc, KernelStack, KernelBuffer, Reserved, Anon } = PageKind;
  const ways = (kinds: readonly PageKind[]) => kinds.map((kind) => kernelMove(kernel, kind));
  expect(ways([Slab, SlabReclaimable, PageTable, Vmemmap])).toEqual(["remap", "remap", "remap", "remap"]);
  expect(ways([Vmalloc, KernelStack])).toEqual(["rewrite", "rewrite"]);
  expect(ways([KernelBuffer, Reserved, Anon])).toEqual([undefined, undefined, undefined]);
  Object.assign(kernel.parameters.whatIf, { movableKernel: false });
  expect(ways([Slab, Vmemmap, Vmalloc])).toEqual([undefined, undefined, "rewrite"]);
  Object.assign(kernel.parameters.whatIf, { movableKernel: true, movableVmalloc: false });
  expect(ways([Slab, Vmemmap, Vmalloc])).toEqual(["remap", "remap", undefined]);
});

test.each([
  [PageKind.Slab, 100, 0],
  [PageKind.Slab, 64, 0],
  [PageKind.Slab, 20, 3],
  [PageKind.Vmalloc, 100, 0],
  [PageKind.KernelStack, 30, 2],
] as const)("kind %i, %i chunks of order %i: each page is copied once, 64 or more at a time", (kind, chunks, order) => {
  const { kernel, owner, first, move, moved } = machine(kind, chunks, order);
  const before = [...owner.chunks.subarray(0, chunks)];
  const { result, ns, steps } = move();
  const pages = chunks << order;
  const stops = Math.ceil(pages / 64);
  const remaps = kind === PageKind.Slab;
  expect(result.moved).toBe(pages);
  expect(moved).toEqual(before.map(() => [0, 1 << order]));
  expect([steps, result.stops, result.failed]).toEqual([stops, remaps ? stops : 0, -1]);
  // Only what leads to it through the direct mapping has its large entries split.
  expect(result.splits > 0).toBe(remaps);
  const copy = Math.round((Cost.copyPage * (1 << order) * kernel.distance(0, 0)) / 10) * chunks;
  const work = copy + pages * Cost.remapPage + result.splits * Cost.splitEntry;
  const still = result.stops * Cost.stopMachine;
  expect(result.stoppedNs).toBe(remaps ? work + still : 0);
  expect(ns).toBe(work + still + stops * Cost.flushTlb * kernel.cpuCount);
  // Its owner finds it where it is.
  for (const [i, page] of owner.chunks.subarray(0, chunks).entries()) {
    expect(kernel.zoneOfIndex(page).node).toBe(0);
    expect([kernel.pages.kind[page], kernel.pages.a[page], kernel.pages.b[page]]).toEqual([kind, owner.id, i]);
    expect(kernel.pages.kind[before[i] as number]).toBe(PageKind.Free);
  }
  expect(kernel.pages.kind[first]).toBe(PageKind.Free);
  expect(kernel.displaced.count).toBe(remaps ? pages : 0);
  expect(audit(kernel)).toEqual([]);
});

test("only what is in the range moves, and sections without entries have nothing that does", () => {
  const { kernel, start, move, owner } = machine(PageKind.Slab, 10);
  expect(move(start + 3, start + 5).result.moved).toBe(2);
  const places = () => [...owner.chunks.subarray(0, 10)].map((page) => kernel.zoneOfIndex(page).node);
  expect(places()).toEqual([1, 1, 1, 0, 0, 1, 1, 1, 1, 1]);
  const empty = [...kernel.blocks.values()].find(({ startPfn }) => kernel.pages.indexOf(startPfn) === NO_PAGE);
  if (!empty) throw new Error("all sections have entries");
  expect(move(empty.startPfn, empty.startPfn + 100)).toEqual({
    result: { moved: 0, splits: 0, stops: 0, stoppedNs: 0, failed: -1 },
    ns: 0,
    steps: 0,
  });
});

test("where memory ends it stops, and says at which page; where a table for a split can't be had all of the chunk goes back", () => {
  const { kernel, start, move, owner, allocator } = machine(PageKind.Slab, 3, 2);
  const { displaced } = kernel;
  const way = displaced.move.bind(displaced);
  let calls = 0;
  displaced.move = (...args) => (++calls === 7 ? -1 : way(...args));
  const free = kernel.nodes[0]?.free ?? 0;
  const { result } = move();
  // The third page of the second chunk.
  expect([result.moved, result.failed]).toEqual([4, start + 4]);
  expect([...owner.chunks.subarray(0, 3)].map((page) => kernel.zoneOfIndex(page).node)).toEqual([0, 1, 1]);
  expect(displaced.count).toBe(4);
  expect(free - (kernel.nodes[0]?.free ?? 0)).toBeGreaterThanOrEqual(4);
  displaced.move = way;
  expect(audit(kernel)).toEqual([]);
  const real = allocator.alloc.bind(allocator);
  allocator.alloc = (gfp, order, ...rest) => (order === 2 ? -1 : real(gfp, order, ...rest));
  expect(move().result).toEqual({ moved: 0, splits: 0, stops: 0, stoppedNs: 0, failed: start + 4 });
});

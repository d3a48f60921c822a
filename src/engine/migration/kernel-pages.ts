/**
 * Moving kernel memory, which no Linux does: what the talk's first solution would mean, on the `what-if` profile.
 *
 * Kernel memory is used by its address in the direct mapping, where address and frame go together. If that tie is cut, a
 * page can be copied and its virtual address made to lead to the copy: large entries are split for it, all CPUs stand
 * still meanwhile, and their TLBs are flushed. vmalloc memory is easier: its addresses are mapped page by page anyway,
 * so only its entries are rewritten. Pages whose frame a device or the processor may know stay: buffers that are handed
 * to devices, page tables of the kernel itself, what boot reserved.
 */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageKind } from "../memory/kinds.ts";
import { NO_PAGE } from "../memory/page-array.ts";
import type { Zone } from "../memory/zone.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import { MAX_ORDER } from "../units.ts";
import type { OnMoved, MigrationTarget } from "./moving.ts";

/** Pages that are moved while the CPUs stand still once. */
const PAGES_A_STOP = 64;

export type KernelMove = "remap" | "rewrite";

/** How a kind of kernel memory could move on this kernel; `undefined` when it stays. */
export function kernelMove(kernel: Kernel, kind: number): KernelMove | undefined {
  const { movableKernel, movableVmalloc } = kernel.parameters.whatIf;
  switch (kind) {
    case PageKind.Slab:
    case PageKind.SlabReclaimable:
    case PageKind.PageTable:
    case PageKind.Vmemmap:
      return movableKernel ? "remap" : undefined;
    case PageKind.Vmalloc:
    case PageKind.KernelStack:
      return movableVmalloc ? "rewrite" : undefined;
    default:
      return undefined;
  }
}

export interface KernelMoveReport {
  moved: number;
  /** Entries of the direct mapping that were split, each for a page of page tables. */
  splits: number;
  /** Times that all CPUs stood still, and TLBs were flushed. */
  stops: number;
  /** Simulated ns for which they did. */
  stoppedNs: number;
  /** First page that could not be moved for want of memory, or -1. */
  failed: number;
}

/** Moves all kernel memory that can move out of `[start, end)`. Stops at the first page for which there is no memory. */
export function* moveKernelPages(
  kernel: Kernel,
  start: number,
  end: number,
  target: MigrationTarget,
  onMoved: OnMoved,
): Steps<KernelMoveReport> {
  const report: KernelMoveReport = { moved: 0, splits: 0, stops: 0, stoppedNs: 0, failed: -1 };
  const cpus = kernel.cpuCount;
  let batch = 0;
  let cost = 0;
  let stopped = 0;
  /** The end of a batch: CPUs go on, with empty TLBs. */
  const flush = (): number => {
    const spent = cost + (stopped > 0 ? Cost.stopMachine : 0) + Cost.flushTlb * cpus;
    if (stopped > 0) {
      report.stops++;
      report.stoppedNs += stopped + Cost.stopMachine;
    }
    batch = cost = stopped = 0;
    return spent;
  };
  for (let frame = start; frame < end; frame++) {
    const index = kernel.pages.indexOf(frame);
    if (index === NO_PAGE) continue;
    const how = kernelMove(kernel, kernel.pages.kind[index] as number);
    if (how === undefined) continue;
    const moved = moveOne(kernel, index, how, target);
    if (moved === undefined) {
      report.failed = frame;
      break;
    }
    if (moved.pages === 0) continue;
    report.moved += moved.pages;
    report.splits += moved.splits;
    onMoved(moved.zone, moved.pages);
    const copying = Math.round((moved.pages * Cost.copyPage * kernel.distance(target.node, moved.zone.node)) / 10);
    const mapping = moved.pages * Cost.remapPage + moved.splits * Cost.splitEntry;
    cost += copying + mapping;
    if (how === "remap") stopped += copying + mapping;
    batch += moved.pages;
    if (batch >= PAGES_A_STOP) yield spend(flush(), "move_kernel_pages");
  }
  if (batch > 0) yield spend(flush(), "move_kernel_pages");
  return report;
}

interface MovedChunk {
  readonly zone: Zone;
  /** 0 when the page had gone before it could be moved. */
  readonly pages: number;
  readonly splits: number;
}

/** Copies one chunk and puts the copy in its place. `undefined` (-ENOMEM) with nothing changed. */
function moveOne(kernel: Kernel, page: number, how: KernelMove, target: MigrationTarget): MovedChunk | undefined {
  const { pages, owners, tables, allocator } = kernel;
  const kind = pages.kind[page] as number;
  const isTable = kind === PageKind.PageTable;
  const owner = owners.get(pages.a[page] as number);
  if (!owner) return undefined;
  const head = isTable ? page : (owner.chunks[pages.b[page] as number] as number);
  const written = pages.order[head] as number;
  const order = written <= MAX_ORDER ? written : 0;
  const copy = allocator.alloc(owner.gfp, order, target.node, target.mask, kind, 0, owner.id, -1);
  if (copy < 0) return undefined;
  const zone = kernel.zoneOfIndex(copy);
  // Finding room may have reclaimed the page itself.
  const position = pages.b[head] as number;
  const there =
    pages.kind[head] === kind && (isTable ? tables.pageOf[position] === head : owner.chunks[position] === head);
  if (!there) {
    allocator.free(copy, order);
    return { zone, pages: 0, splits: 0 };
  }
  const count = 1 << order;
  let splits = 0;
  if (how === "remap" && kind !== PageKind.Vmemmap) {
    for (let i = 0; i < count; i++) {
      // The tables that a split takes go where the copy went: not into memory that is about to leave.
      const split = kernel.displaced.move(head + i, copy + i, pages.pfnOf(head + i), zone.node);
      if (split < 0) {
        // Those before lead to the copy already; they go back.
        for (let undo = 0; undo < i; undo++)
          kernel.displaced.move(copy + undo, head + undo, pages.pfnOf(head + undo), zone.node);
        allocator.free(copy, order);
        return undefined;
      }
      splits += split;
    }
  }
  pages.b.fill(position, copy, copy + count);
  for (let i = 0; i < count; i++) pages.inherit(copy + i, head + i);
  if (isTable) tables.pageOf[position] = copy;
  else owner.chunks[position] = copy;
  if (kind === PageKind.Vmemmap) renameMemoryMap(kernel, head, copy);
  allocator.free(head, order);
  kernel.migrationWatch?.moves(head, copy, order);
  return { zone, pages: count, splits };
}

/** The memory map has a region of its own, mapped by one entry for each chunk: only where the chunk lies is written down anew. */
function renameMemoryMap(kernel: Kernel, from: number, to: number): void {
  for (const [section, chunks] of kernel.memoryMaps) {
    if (!chunks.includes(from)) continue;
    kernel.memoryMaps.set(
      section,
      chunks.map((chunk) => (chunk === from ? to : chunk)),
    );
    return;
  }
}

/**
 * The physical axis that the direct mapping stands above and the memory map below: memory blocks in the order of their
 * addresses, holes folded to a fixed gap. Pure: what is drawn follows from what is known.
 */
import type { Looked } from "../../protocol/messages.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import { PAGES_PER_SECTION } from "../../engine/units.ts";

export type KernelLook = Extract<Looked, { of: "kernel" }>;

/** 2^15 pages: what the sparse memory model counts in. */
const GIB_PAGES = 262_144;
/** Width of a hole, as a share of the whole. */
const GAP = 0.03;

/** What a block is to this picture. */
export type AxisBlock = Pick<
  BlockRecord,
  "key" | "number" | "startPfn" | "pages" | "zone" | "state" | "dimm" | "nodes"
>;

/** A stretch of the axis: one block, or several where there are more than can be told apart. */
export interface Cell {
  readonly blocks: readonly AxisBlock[];
  readonly first: number;
  readonly end: number;
  readonly x0: number;
  readonly x1: number;
}

export interface Axis {
  readonly cells: readonly Cell[];
  /** Between which x there is nothing. */
  readonly holes: readonly { readonly x0: number; readonly x1: number }[];
}

/** Lays blocks (sorted by address) on a line of this many pixels, in at most `most` cells. */
export function layAxis(blocks: readonly AxisBlock[], width: number, most: number): Axis {
  const sorted = [...blocks].sort((a, b) => a.startPfn - b.startPfn);
  const each = Math.max(1, Math.ceil(sorted.length / most));
  const groups: AxisBlock[][] = [];
  for (const block of sorted) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const joins =
      group && last && group.length < each && endOf(last) === block.startPfn && group[0]?.dimm === block.dimm;
    if (joins) group.push(block);
    else groups.push([block]);
  }
  const pages = sorted.reduce((sum, block) => sum + block.pages, 0);
  const gaps = groups.slice(1).filter((group, i) => startOf(group) !== endOf(groups[i]?.at(-1))).length;
  const gap = Math.min(width * GAP, (width * 0.2) / Math.max(1, gaps));
  const scale = pages === 0 ? 0 : (width - gaps * gap) / pages;
  const cells: Cell[] = [];
  const holes: { x0: number; x1: number }[] = [];
  let x = 0;
  for (const group of groups) {
    const first = startOf(group);
    const end = endOf(group.at(-1));
    const before = cells.at(-1);
    if (before && before.end !== first) {
      holes.push({ x0: x, x1: x + gap });
      x += gap;
    }
    const x1 = x + (end - first) * scale;
    cells.push({ blocks: group, first, end, x0: x, x1 });
    x = x1;
  }
  return { cells, holes };
}

const startOf = (group: readonly AxisBlock[]): number => group[0]?.startPfn ?? 0;
const endOf = (block: AxisBlock | undefined): number => (block ? block.startPfn + block.pages : 0);

/** Where a frame stands on the axis; `undefined` where no block holds it. */
export function placeOf(axis: Axis, pfn: number): number | undefined {
  const cell = axis.cells.find(({ first, end }) => pfn >= first && pfn < end);
  return cell && cell.x0 + ((pfn - cell.first) / (cell.end - cell.first)) * (cell.x1 - cell.x0);
}

/** An entry of the direct mapping's PUD table, on the axis. */
export interface Gigabyte {
  readonly index: number;
  readonly x0: number;
  readonly x1: number;
  /** `null`: it maps 1 GiB itself, and reaches down through all rows. */
  readonly table: number | "boot" | null;
  /** Bytes mapped by entries below. */
  readonly bytes: number;
  readonly splits: number;
  readonly isNew: boolean;
}

/** Entries of the direct mapping that something on the axis is mapped by. */
export function gigabytes(axis: Axis, { tables }: KernelLook, isNew: (cell: Cell) => boolean): Gigabyte[] {
  return tables.directMap.flatMap(({ index, table, bytes, splits }) => {
    const from = index * GIB_PAGES;
    const within = axis.cells.filter(({ first, end }) => first < from + GIB_PAGES && end > from);
    const [first, last] = [within[0], within.at(-1)];
    if (!first || !last) return [];
    const x0 = placeOf(axis, Math.max(from, first.first)) ?? first.x0;
    const x1 = from + GIB_PAGES >= last.end ? last.x1 : (placeOf(axis, from + GIB_PAGES - 1) ?? last.x1);
    return [{ index, x0, x1, table, bytes, splits: splits.length, isNew: table !== null && within.some(isNew) }];
  });
}

/** The struct pages of a cell, and where they lie. */
export interface Described {
  readonly cell: Cell;
  readonly origin: "boot" | "added" | "self" | null;
  /** First page that holds them, `null` before there is any. */
  readonly pfn: number | null;
  readonly isNew: boolean;
}

export function described(axis: Axis, { tables }: KernelLook, isNew: (cell: Cell) => boolean): Described[] {
  const places = new Map(tables.memoryMap.map((place) => [place.section, place]));
  return axis.cells.map((cell) => {
    const place = places.get(Math.floor(cell.first / PAGES_PER_SECTION));
    return { cell, origin: place?.origin ?? null, pfn: place?.runs[0]?.first ?? null, isNew: isNew(cell) };
  });
}

/** Neighbours whose struct pages lie in one block: a ribbon from them to it. */
export interface Ribbon {
  readonly from: readonly [number, number];
  /** Middle of where the pages lie. */
  readonly to: number;
  /** Key of the block that holds them. */
  readonly host: string;
  readonly isNew: boolean;
}

export function ribbons(axis: Axis, all: readonly Described[]): Ribbon[] {
  const found: { from: [number, number]; to: number; host: string; isNew: boolean; count: number }[] = [];
  for (const { cell, pfn, isNew } of all) {
    const host = pfn === null ? undefined : hostOf(axis, pfn);
    const at = pfn === null ? undefined : placeOf(axis, pfn);
    if (!host || at === undefined) continue;
    const last = found.at(-1);
    if (last && last.host === host.key && last.isNew === isNew && Math.abs(last.from[1] - cell.x0) < 0.01) {
      last.from[1] = cell.x1;
      last.to = (last.to * last.count + at) / (last.count + 1);
      last.count++;
    } else found.push({ from: [cell.x0, cell.x1], to: at, host: host.key, isNew, count: 1 });
  }
  return found;
}

/** The block that holds a frame. */
export function hostOf(axis: Axis, pfn: number): AxisBlock | undefined {
  for (const { blocks } of axis.cells)
    for (const block of blocks) if (pfn >= block.startPfn && pfn < block.startPfn + block.pages) return block;
  return undefined;
}

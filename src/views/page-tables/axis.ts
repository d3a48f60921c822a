/**
 * The physical axis that the direct mapping stands above and the memory map below: memory blocks in the order of their
 * addresses, holes folded to a fixed gap, and the part of it that is in sight. Pure: what is drawn follows from what is known.
 */
import type { Looked } from "../../protocol/messages.ts";
import type { BlockRecord } from "../../protocol/records.ts";

export type KernelLook = Extract<Looked, { of: "kernel" }>;

/** Width of a hole, as a share of the whole. */
const GAP = 0.04;

/** What a block is to this picture. */
export type AxisBlock = Pick<
  BlockRecord,
  "key" | "number" | "startPfn" | "pages" | "zone" | "state" | "dimm" | "nodes"
>;

/** All blocks on a line of length 1. */
export interface Fold {
  /** By address. */
  readonly blocks: readonly AxisBlock[];
  /** Where each begins, 0 to 1. */
  readonly starts: Float64Array;
  /** Length of a page. */
  readonly page: number;
  /** Between which blocks (the second by its place in `blocks`) there is nothing, and how long that is drawn. */
  readonly holes: readonly number[];
  readonly gap: number;
}

/** Which part of the line is in sight: shares of its length. */
export interface Sight {
  readonly from: number;
  readonly to: number;
}
export const ALL: Sight = { from: 0, to: 1 };
/** Nothing is out of sight. */
export const isWhole = ({ from, to }: Sight): boolean => to - from > 0.999;

/** A stretch of the axis: one block, or several where there are more than can be told apart. In pixels. */
export interface Cell {
  readonly blocks: readonly AxisBlock[];
  readonly first: number;
  readonly end: number;
  readonly x0: number;
  readonly x1: number;
}

export interface Axis {
  readonly fold: Fold;
  readonly sight: Sight;
  /** Length. */
  readonly width: number;
  /** Where it runs downward: how much room words have in each row, which is a column then. */
  readonly columns: Readonly<Record<string, number>> | null;
  /** Pixels of a page. */
  readonly scale: number;
  readonly cells: readonly Cell[];
  /** Between which x, and which frames, there is nothing. */
  readonly holes: readonly { readonly x0: number; readonly x1: number; readonly first: number; readonly end: number }[];
}

export function foldBlocks(blocks: readonly AxisBlock[]): Fold {
  const sorted = [...blocks].sort((a, b) => a.startPfn - b.startPfn);
  const holes: number[] = [];
  let pages = 0;
  for (const [i, block] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before && endOf(before) !== block.startPfn) holes.push(i);
    pages += block.pages;
  }
  const gap = Math.min(GAP, 0.2 / Math.max(1, holes.length));
  const page = pages === 0 ? 0 : (1 - holes.length * gap) / pages;
  const starts = new Float64Array(sorted.length);
  let at = 0;
  let next = 0;
  for (const [i, block] of sorted.entries()) {
    if (holes[next] === i) {
      at += gap;
      next++;
    }
    starts[i] = at;
    at += block.pages * page;
  }
  return { blocks: sorted, starts, page, holes, gap };
}

/** Lays what is in sight on a line of this many pixels, in at most about `most` cells. */
export function layAxis(
  fold: Fold,
  width: number,
  most: number,
  sight: Sight = ALL,
  columns: Axis["columns"] = null,
): Axis {
  const { blocks, starts, page } = fold;
  const stretch = width / (sight.to - sight.from);
  const x = (at: number) => (at - sight.from) * stretch;
  const begin = Math.max(0, lastAt(starts, sight.from));
  let end = begin;
  while (end < blocks.length && (starts[end] as number) < sight.to) end++;
  const each = Math.max(1, Math.ceil((end - begin) / most));
  const cells: Cell[] = [];
  let group: AxisBlock[] = [];
  const close = (next: number): void => {
    const [first, last] = [group[0], group.at(-1)];
    if (!first || !last) return;
    const at = starts[next - group.length] as number;
    const to = (starts[next - 1] as number) + last.pages * page;
    // What ends where the sight begins is not seen.
    if (to > sight.from) cells.push({ blocks: group, first: first.startPfn, end: endOf(last), x0: x(at), x1: x(to) });
    group = [];
  };
  for (let i = begin; i < end; i++) {
    const block = blocks[i] as AxisBlock;
    const last = group.at(-1);
    const joins = last && group.length < each && endOf(last) === block.startPfn && group[0]?.dimm === block.dimm;
    if (!joins) close(i);
    group.push(block);
  }
  close(end);
  const holes = fold.holes
    .map((i) => ({
      x0: x((starts[i] as number) - fold.gap),
      x1: x(starts[i] as number),
      first: endOf(blocks[i - 1] as AxisBlock),
      end: (blocks[i] as AxisBlock).startPfn,
    }))
    .filter(({ x0, x1 }) => x1 > 0 && x0 < width);
  return { fold, sight, width, columns, scale: page * stretch, cells, holes };
}

const endOf = (block: AxisBlock): number => block.startPfn + block.pages;

/** Place of the last start that is not beyond a point; -1 before the first. */
function lastAt(starts: ArrayLike<number>, point: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= point) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function indexOf({ blocks }: Fold, pfn: number): number {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle] as AxisBlock).startPfn <= pfn) low = middle + 1;
    else high = middle;
  }
  const block = blocks[low - 1];
  return block && pfn < endOf(block) ? low - 1 : -1;
}

/** The block that holds a frame. */
export const hostOf = ({ fold }: Pick<Axis, "fold">, pfn: number): AxisBlock | undefined =>
  fold.blocks[indexOf(fold, pfn)];

/** Where a frame stands on the line, 0 to 1; `undefined` where no block holds it. */
export function pointOf(fold: Fold, pfn: number): number | undefined {
  const i = indexOf(fold, pfn);
  const block = fold.blocks[i];
  return block && (fold.starts[i] as number) + (pfn - block.startPfn) * fold.page;
}

/** Where a frame stands in the picture, in pixels, be it in sight or not; `undefined` where no block holds it. */
export function placeOf({ fold, sight, width }: Axis, pfn: number): number | undefined {
  const point = pointOf(fold, pfn);
  return point === undefined ? undefined : ((point - sight.from) / (sight.to - sight.from)) * width;
}

/** The frame at a point of the line; in a hole the one behind it. */
export function frameAt(fold: Fold, point: number): number {
  const i = Math.max(0, lastAt(fold.starts, point));
  const block = fold.blocks[i];
  if (!block) return 0;
  const into = Math.max(0, (point - (fold.starts[i] as number)) / fold.page);
  const next = fold.blocks[i + 1];
  return into >= block.pages && next ? next.startPfn : block.startPfn + Math.min(block.pages - 1, Math.floor(into));
}

/** The largest that a page gets, in pixels. */
const LARGEST_PAGE = 40;

/** Nearer (a factor over 1) or farther, the point `at` of the line staying where it is. */
export function zoomSight(fold: Fold, width: number, { from, to }: Sight, factor: number, at: number): Sight {
  const least = Math.min(1, (fold.page * width) / LARGEST_PAGE);
  const length = Math.max(least, Math.min(1, (to - from) / factor));
  const share = (at - from) / (to - from);
  return keep(at - share * length, length);
}

/** A stretch of frames with a little room beside it. */
export function sightOf(fold: Fold, width: number, first: number, end: number): Sight {
  const [a, b] = [pointOf(fold, first), pointOf(fold, end - 1)];
  if (a === undefined || b === undefined) return ALL;
  const room = (b + fold.page - a) * 0.04;
  const least = Math.min(1, (fold.page * width) / LARGEST_PAGE);
  const length = Math.min(1, Math.max(least, b + fold.page - a + 2 * room));
  return keep((a + b + fold.page - length) / 2, length);
}

export const panSight = ({ from, to }: Sight, by: number): Sight => keep(from + by, to - from);

function keep(from: number, length: number): Sight {
  const begin = Math.max(0, Math.min(1 - length, from));
  return { from: begin, to: begin + length };
}

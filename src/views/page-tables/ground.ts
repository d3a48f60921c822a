/** What every mark stands on: the axis, the frames of it that are in sight, and where a stretch of them lies. */
import { PAGE_SIZE, PUD_ENTRY_PAGES, TABLE_ENTRIES } from "../../engine/units.ts";
import type { Selection } from "../../client/playground.ts";
import { type Axis, type AxisBlock, frameAt, hostOf, type KernelLook, placeOf } from "./axis.ts";
import type { Row } from "./mark.ts";

/** Frames that an entry of a PGD stands for. */
export const PGD_PAGES = PUD_ENTRY_PAGES * TABLE_ENTRIES;
/** Entries get marks of their own from this width on; pixels. */
export const ROOM = 9;
/** A line of words, pixels. */
const LINE = 13;

/** Stretches of frames that the last operation made. */
export type Fresh = readonly { readonly first: number; readonly end: number }[];

export class Ground {
  readonly axis: Axis;
  readonly look: KernelLook;
  /** Frames in sight. */
  readonly first: number;
  readonly end: number;
  readonly #fresh: Fresh;

  constructor(axis: Axis, look: KernelLook, fresh: Fresh) {
    this.axis = axis;
    this.look = look;
    this.#fresh = fresh;
    this.first = frameAt(axis.fold, axis.sight.from);
    this.end = frameAt(axis.fold, axis.sight.to) + 1;
  }

  /** Whether the last operation made something in a stretch. */
  isFresh(first: number, end: number): boolean {
    return this.#fresh.some((one) => one.first < end && one.end > first);
  }

  /** Of what is mapped in a stretch, what the last operation made. */
  freshBytes(first: number, end: number, mapped: number): number {
    const overlap = (one: Fresh[number]) => Math.max(0, Math.min(end, one.end) - Math.max(first, one.first));
    return Math.min(mapped, this.#fresh.reduce((pages, one) => pages + overlap(one), 0) * PAGE_SIZE);
  }

  /** What of a stretch is in sight. */
  within(first: number, end: number): [number, number] {
    return [Math.max(first, this.first), Math.min(end, this.end)];
  }

  /** Where the memory between two frames stands: from the first that there is to the last; `null` without any. */
  stretch(first: number, end: number): { readonly x0: number; readonly x1: number } | null {
    const { fold, width } = this.axis;
    const from = placeOf(this.axis, first) ?? placeOf(this.axis, nextFrame(fold.blocks, first, end));
    const to = placeOf(this.axis, end - 1) ?? placeOf(this.axis, lastFrame(fold.blocks, first, end));
    if (from === undefined || to === undefined) return null;
    const x1 = to + this.axis.scale;
    return x1 <= 0 || from >= width ? null : { x0: Math.max(0, from), x1: Math.min(width, x1) };
  }

  /** Pixels that words have in a row: as long as its stretch of the axis is; in a column as wide as that, for a line of them. */
  room(row: Row, { x0, x1 }: { readonly x0: number; readonly x1: number }): number {
    const { columns } = this.axis;
    if (!columns) return x1 - x0;
    return x1 - x0 < LINE ? 0 : (columns[row] ?? 0);
  }

  /** The block that a frame lies in. */
  lies(frame: number | null): AxisBlock | null {
    return frame === null ? null : (hostOf(this.axis, frame) ?? null);
  }

  selectsBlock(frame: number): Partial<Selection> | null {
    const block = hostOf(this.axis, frame);
    return block ? { block: block.key } : null;
  }

  selectsPage(frame: number): Partial<Selection> | null {
    const block = hostOf(this.axis, frame);
    return block ? { block: block.key, pfn: frame } : null;
  }
}

const nextFrame = (blocks: readonly AxisBlock[], first: number, end: number): number =>
  blocks.find(({ startPfn }) => startPfn >= first && startPfn < end)?.startPfn ?? -1;
const lastFrame = (blocks: readonly AxisBlock[], first: number, end: number): number => {
  const block = blocks.findLast((one) => one.startPfn + one.pages > first && one.startPfn + one.pages <= end);
  return block ? block.startPfn + block.pages - 1 : -1;
};

/** Numbers of all blocks while there is room, else of every fourth, else none: the DIMMs' names stand below. */
export function numbered(axis: Axis, width: number, number: number): boolean {
  const room = axis.columns ? LINE : String(number).length * 7 + 4;
  return room <= width || (number % 4 === 0 && room <= width * Math.min(4, axis.cells.length));
}

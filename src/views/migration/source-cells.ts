/** The source's cells: what each holds, and how a cursor goes over them. Pure. */
import type { MigrationState } from "../../engine/inspect/index.ts";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";
import { SLOTS } from "./rate-shapes.ts";

export const CELLS_A_ROW = 16;
const WORDS = SLOTS + 1;

export interface SourceCell {
  /** Its first pageblock, counted from the block's start. */
  readonly first: number;
  /** Pages that it can hold. */
  readonly size: number;
  /** Pages in use when it began to be watched. */
  readonly before: number;
  /** Pages in use, and how many of them can't move now. */
  readonly there: number;
  readonly stuck: number;
  /** Pages in use that can move, by slot. */
  readonly bySlot: readonly number[];
  /** The run is there now, and something that can move is left; where it is not, the run only passes by. */
  readonly working: boolean;
}

export function sourceCells({
  cells,
  before,
  perCell,
  batch,
}: Pick<MigrationState, "cells" | "before" | "perCell" | "batch">): SourceCell[] {
  return Array.from({ length: cells.length / WORDS }, (_, i): SourceCell => {
    const bySlot = Array.from(cells.subarray(i * WORDS, i * WORDS + SLOTS));
    const stuck = cells[i * WORDS + SLOTS] ?? 0;
    const there = bySlot.reduce((sum, one) => sum + one, 0);
    // What can't move is drawn once, below: it is taken from the largest part, where it nearly always is.
    let rest = stuck;
    for (const slot of [...bySlot.keys()].sort((x, y) => (bySlot[y] ?? 0) - (bySlot[x] ?? 0))) {
      const taken = Math.min(rest, bySlot[slot] ?? 0);
      bySlot[slot] = (bySlot[slot] ?? 0) - taken;
      rest -= taken;
    }
    const first = i * perCell;
    const working = batch !== null && there > stuck && batch[0] < first + perCell && batch[1] >= first;
    return { first, size: PAGEBLOCK_PAGES * perCell, before: before[i] ?? 0, there, stuck, bySlot, working };
  });
}

/** The cell under a point, given as shares of width and height. */
export function cellAt(x: number, y: number, cells: number): number | null {
  if (x < 0 || x >= 1 || y < 0 || y >= 1) return null;
  const cell = Math.floor(y * Math.ceil(cells / CELLS_A_ROW)) * CELLS_A_ROW + Math.floor(x * CELLS_A_ROW);
  return cell < cells ? cell : null;
}

/** Where a key takes the cursor; `null` where the key means nothing here. */
export function step(cursor: number | null, key: string, cells: number): number | null {
  const now = cursor ?? -1;
  const to = {
    ArrowRight: now + 1,
    ArrowLeft: now - 1,
    ArrowDown: cursor === null ? 0 : now + CELLS_A_ROW,
    ArrowUp: cursor === null ? 0 : now - CELLS_A_ROW,
    Home: 0,
    End: cells - 1,
  }[key];
  if (to === undefined) return null;
  return to < 0 || to >= cells ? Math.max(0, now) : to;
}

/** Pageblocks of a zone as cells in rows: where each stands, and what it holds. Pure. */
import type { ZoneLists } from "../../engine/inspect/index.ts";
import { MIGRATE_TYPES } from "../../engine/memory/kinds.ts";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";

/** Cells in a row: a memory block of 128 MiB, pageblock by pageblock. */
export const COLUMNS = 64;
/** More rows than these are not looked through: cells stand for several pageblocks then. */
const MOST_ROWS = 24;

export interface Cell {
  /** First page frame that it could hold. */
  readonly pfn: number;
  readonly row: number;
  readonly column: number;
  /** Pageblocks by migrate type. */
  readonly counts: readonly number[];
  readonly pageblocks: number;
}

export interface CellRow {
  readonly pfn: number;
  /** Page frames that a row stands for. */
  readonly pages: number;
}

export interface Cells {
  readonly perCell: number;
  readonly rows: readonly CellRow[];
  /** In the order of their addresses; places that no pageblock of the zone is at have none. */
  readonly cells: readonly Cell[];
}

export function layCells(runs: ZoneLists["runs"]): Cells {
  let perCell = 1;
  while (rowsOf(runs, perCell).size > MOST_ROWS) perCell *= 2;
  const pages = COLUMNS * perCell * PAGEBLOCK_PAGES;
  const numbers = [...rowsOf(runs, perCell)].sort((a, b) => a - b);
  const rowOf = new Map(numbers.map((number, row) => [number, row]));
  const cells: { pfn: number; row: number; column: number; counts: number[]; pageblocks: number }[] = [];
  for (const { startPfn, pageblocks, type } of runs) {
    const end = startPfn + pageblocks * PAGEBLOCK_PAGES;
    for (let frame = startPfn; frame < end; ) {
      const cellPages = perCell * PAGEBLOCK_PAGES;
      const pfn = frame - (frame % cellPages);
      const upTo = Math.min(end, pfn + cellPages);
      let cell = cells.at(-1);
      if (cell?.pfn !== pfn) {
        const number = Math.floor(pfn / pages);
        const column = (pfn - number * pages) / cellPages;
        cell = { pfn, row: rowOf.get(number) ?? 0, column, counts: new Array(MIGRATE_TYPES).fill(0), pageblocks: 0 };
        cells.push(cell);
      }
      const many = (upTo - frame) / PAGEBLOCK_PAGES;
      cell.counts[type] = (cell.counts[type] as number) + many;
      cell.pageblocks += many;
      frame = upTo;
    }
  }
  return { perCell, rows: numbers.map((number) => ({ pfn: number * pages, pages })), cells };
}

/** Numbers of the rows that pageblocks lie in. */
function rowsOf(runs: ZoneLists["runs"], perCell: number): Set<number> {
  const pages = COLUMNS * perCell * PAGEBLOCK_PAGES;
  const rows = new Set<number>();
  for (const { startPfn, pageblocks } of runs) {
    const last = Math.floor((startPfn + pageblocks * PAGEBLOCK_PAGES - 1) / pages);
    for (let row = Math.floor(startPfn / pages); row <= last; row++) rows.add(row);
  }
  return rows;
}

/** Pageblocks whose migrate type is another one than before, or that were not there: neighbours together. */
export function changedSince(before: ZoneLists["runs"], now: ZoneLists["runs"]): readonly Stretch[] {
  const changed: { startPfn: number; pageblocks: number }[] = [];
  const add = (from: number, to: number): void => {
    if (to <= from) return;
    const last = changed.at(-1);
    const pageblocks = (to - from) / PAGEBLOCK_PAGES;
    if (last && endOf(last) === from) last.pageblocks += pageblocks;
    else changed.push({ startPfn: from, pageblocks });
  };
  let i = 0;
  for (const run of now) {
    let at = run.startPfn;
    while (at < endOf(run)) {
      while (i < before.length && endOf(before[i] as Stretch) <= at) i++;
      const old = before[i];
      const from = Math.min(old?.startPfn ?? endOf(run), endOf(run));
      // Up to the next old run nothing was there.
      add(at, from);
      const to = old ? Math.min(endOf(old), endOf(run)) : endOf(run);
      if (old && old.type !== run.type) add(Math.max(at, from), to);
      at = Math.max(from, to);
    }
  }
  return changed;
}

/** How many of some pageblocks lie in a cell. */
export function within(stretches: readonly Stretch[], { pfn }: Pick<Cell, "pfn">, perCell: number): number {
  const end = pfn + perCell * PAGEBLOCK_PAGES;
  let pages = 0;
  for (const stretch of stretches)
    pages += Math.max(0, Math.min(end, endOf(stretch)) - Math.max(pfn, stretch.startPfn));
  return pages / PAGEBLOCK_PAGES;
}

export interface Stretch {
  readonly startPfn: number;
  readonly pageblocks: number;
}
const endOf = ({ startPfn, pageblocks }: Stretch): number => startPfn + pageblocks * PAGEBLOCK_PAGES;

/** The cell that the cursor goes to from another, by an arrow key; the same where there is none. */
export function neighbour({ cells }: Cells, from: number, key: string): number | null {
  const at = cells[from];
  if (!at) return cells.length === 0 ? null : 0;
  switch (key) {
    case "ArrowRight":
      return Math.min(cells.length - 1, from + 1);
    case "ArrowLeft":
      return Math.max(0, from - 1);
    case "Home":
      return 0;
    case "End":
      return cells.length - 1;
    case "ArrowUp":
    case "ArrowDown": {
      const row = at.row + (key === "ArrowUp" ? -1 : 1);
      let best = from;
      let least = Number.POSITIVE_INFINITY;
      for (const [i, cell] of cells.entries()) {
        const off = Math.abs(cell.column - at.column);
        if (cell.row === row && off < least) [best, least] = [i, off];
      }
      return best;
    }
    default:
      return null;
  }
}

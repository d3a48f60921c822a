/** What the lens shows: the pages round one page, large enough to tell them apart. */
import { cellOf, type PageLayout } from "./page-geometry.ts";

/** CSS pixels of a page in the lens, where text has its usual size. */
export const LENS_CELL = 6;
export const LENS_COLUMNS = 16;
export const LENS_ROWS = 14;

export interface LensWindow {
  /** First column and row of the grid of all pages that the lens shows. */
  readonly column: number;
  readonly row: number;
  /** Where in the lens the page is. */
  readonly markColumn: number;
  readonly markRow: number;
}

/** The part of the map round a page; at an edge of the map the page is off the lens's middle. */
export function lensWindow(layout: PageLayout, page: number): LensWindow {
  const at = cellOf(layout, page);
  const column = within(at.column - LENS_COLUMNS / 2, layout.blocksAcross * layout.pagesAcross - LENS_COLUMNS);
  const row = within(at.row - LENS_ROWS / 2, layout.blocksDown * layout.pagesDown - LENS_ROWS);
  return { column, row, markColumn: at.column - column, markRow: at.row - row };
}

const within = (value: number, most: number): number => Math.max(0, Math.min(most, value));

/**
 * Where each of a section's 32,768 pages lies on the canvas, and which page lies under a point.
 *
 * Everything is in device pixels and whole numbers: a page is an exact rectangle, so scaling never blurs or drops
 * one. Pages fill a pageblock row by row, pageblocks fill the map row by row, with a gap between them.
 */
import { PAGEBLOCK_PAGES, PAGEBLOCKS_PER_SECTION, PAGES_PER_SECTION } from "../../engine/units.ts";

export interface PageLayout {
  /** Pages in a row and in a column of one pageblock. */
  readonly pagesAcross: number;
  readonly pagesDown: number;
  /** Pageblocks in a row and in a column of the map. */
  readonly blocksAcross: number;
  readonly blocksDown: number;
  /** Device pixels of one page. */
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Device pixels between pageblocks; as much room lies round the map, for outlines. */
  readonly gap: number;
  /** Device pixels of the whole map, without the margin. */
  readonly width: number;
  readonly height: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Pageblocks in a row of the map, and pages in a row of a pageblock; the first of equals is taken. */
const ARRANGEMENTS = [16, 8, 32, 4].flatMap((across) => [16, 32].map((pages) => [across, pages] as const));
/** A page may be up to this much longer than wide: beyond, a pageblock reads as stripes. */
const MAX_STRETCH = 2;
/** Cells of unequal sides cost this share of the area they win. */
const STRETCH_COST = 0.08;

/**
 * The arrangement that makes the pages largest in `width` by `height` device pixels, the margin of one gap all round
 * included; at least one pixel a page.
 */
export function layoutPages(width: number, height: number, unit = 1): PageLayout {
  let best: PageLayout | undefined;
  let bestScore = -1;
  // Narrower gaps where they let a page have another pixel.
  for (let gap = Math.max(2, Math.round(1.5 * unit)); gap >= 1; gap--) {
    const roomAcross = width - 2 * gap;
    const roomDown = height - 2 * gap;
    for (const [blocksAcross, pagesAcross] of ARRANGEMENTS) {
      const columns = blocksAcross * pagesAcross;
      const rows = PAGES_PER_SECTION / columns;
      const blocksDown = PAGEBLOCKS_PER_SECTION / blocksAcross;
      let cellWidth = Math.max(1, Math.floor((roomAcross - gap * (blocksAcross - 1)) / columns));
      let cellHeight = Math.max(1, Math.floor((roomDown - gap * (blocksDown - 1)) / rows));
      cellWidth = Math.min(cellWidth, cellHeight * MAX_STRETCH);
      cellHeight = Math.min(cellHeight, cellWidth * MAX_STRETCH);
      const layout: PageLayout = {
        pagesAcross,
        pagesDown: PAGEBLOCK_PAGES / pagesAcross,
        blocksAcross,
        blocksDown,
        cellWidth,
        cellHeight,
        gap,
        width: columns * cellWidth + gap * (blocksAcross - 1),
        height: rows * cellHeight + gap * (blocksDown - 1),
      };
      const fits = layout.width <= roomAcross && layout.height <= roomDown;
      const stretch = Math.max(cellWidth, cellHeight) / Math.min(cellWidth, cellHeight) - 1;
      // What does not fit can still be shown when nothing does: the one that overflows least.
      const score = fits
        ? cellWidth * cellHeight * (1 - STRETCH_COST * stretch)
        : Math.min(roomAcross / layout.width, roomDown / layout.height) * 0.5;
      if (score > bestScore) {
        best = layout;
        bestScore = score;
      }
    }
  }
  return best as PageLayout;
}

/** Column and row of a page in the grid of all pages, gaps left out. */
export function cellOf(layout: PageLayout, page: number): { readonly column: number; readonly row: number } {
  const block = Math.floor(page / PAGEBLOCK_PAGES);
  const inside = page % PAGEBLOCK_PAGES;
  return {
    column: (block % layout.blocksAcross) * layout.pagesAcross + (inside % layout.pagesAcross),
    row: Math.floor(block / layout.blocksAcross) * layout.pagesDown + Math.floor(inside / layout.pagesAcross),
  };
}

/** Page (index in the section) at a column and row of the grid of all pages. */
export function pageOfCell(layout: PageLayout, column: number, row: number): number {
  const block = Math.floor(row / layout.pagesDown) * layout.blocksAcross + Math.floor(column / layout.pagesAcross);
  return block * PAGEBLOCK_PAGES + (row % layout.pagesDown) * layout.pagesAcross + (column % layout.pagesAcross);
}

/** Rectangle of a page. */
export function pageRect(layout: PageLayout, page: number): Rect {
  const { column, row } = cellOf(layout, page);
  return {
    x: column * layout.cellWidth + Math.floor(column / layout.pagesAcross) * layout.gap,
    y: row * layout.cellHeight + Math.floor(row / layout.pagesDown) * layout.gap,
    width: layout.cellWidth,
    height: layout.cellHeight,
  };
}

/** Rectangle of a pageblock, without the gap round it. */
export function pageblockRect(layout: PageLayout, pageblock: number): Rect {
  const width = layout.pagesAcross * layout.cellWidth;
  const height = layout.pagesDown * layout.cellHeight;
  return {
    x: (pageblock % layout.blocksAcross) * (width + layout.gap),
    y: Math.floor(pageblock / layout.blocksAcross) * (height + layout.gap),
    width,
    height,
  };
}

/** Page under a point; a point in a gap belongs to the page before it. `undefined` outside of the map. */
export function pageAt(layout: PageLayout, x: number, y: number): number | undefined {
  if (x < 0 || y < 0 || x >= layout.width || y >= layout.height) return undefined;
  const column = alongAxis(x, layout.pagesAcross, layout.cellWidth, layout.gap);
  const row = alongAxis(y, layout.pagesDown, layout.cellHeight, layout.gap);
  return pageOfCell(layout, column, row);
}

function alongAxis(position: number, pages: number, cell: number, gap: number): number {
  const stride = pages * cell + gap;
  const block = Math.floor(position / stride);
  return block * pages + Math.min(pages - 1, Math.floor((position - block * stride) / cell));
}

export type PageMove =
  | "left"
  | "right"
  | "up"
  | "down"
  | "block-left"
  | "block-right"
  | "block-up"
  | "block-down"
  | "previous-block"
  | "next-block"
  | "first"
  | "last";

/** Page reached from `page` by a key. Arrows follow the picture, the pageblock keys of a keypad follow the pfns. */
export function movePage(layout: PageLayout, page: number, move: PageMove): number {
  const { column, row } = cellOf(layout, page);
  const columns = layout.blocksAcross * layout.pagesAcross;
  const rows = layout.blocksDown * layout.pagesDown;
  const to = (c: number, r: number) => (c < 0 || r < 0 || c >= columns || r >= rows ? page : pageOfCell(layout, c, r));
  switch (move) {
    case "left":
      return to(column - 1, row);
    case "right":
      return to(column + 1, row);
    case "up":
      return to(column, row - 1);
    case "down":
      return to(column, row + 1);
    case "block-left":
      return to(column - layout.pagesAcross, row);
    case "block-right":
      return to(column + layout.pagesAcross, row);
    case "block-up":
      return to(column, row - layout.pagesDown);
    case "block-down":
      return to(column, row + layout.pagesDown);
    case "previous-block":
      return Math.max(0, page - PAGEBLOCK_PAGES);
    case "next-block":
      return Math.min(PAGES_PER_SECTION - 1, page + PAGEBLOCK_PAGES);
    case "first":
      return 0;
    case "last":
      return PAGES_PER_SECTION - 1;
  }
}

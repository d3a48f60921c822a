/**
 * Where the tiles of a node's blocks lie. In device pixels and whole numbers, like the pages.
 *
 * A tile is a mosaic of 8 by 8 pageblocks while these have at least a pixel each; with more blocks than that it
 * shrinks to a plain cell, and with yet more the list scrolls.
 */
import type { Rect } from "./page-geometry.ts";

/** A tile is a mosaic of this many cells each way. */
export const MOSAIC = 8;

export interface TileLayout {
  /** Side of a tile. */
  readonly tile: number;
  /** Side of one cell of its mosaic; 0 when tiles are plain. */
  readonly cell: number;
  /** Between cells. */
  readonly grid: number;
  /** Between tiles. */
  readonly gap: number;
  readonly columns: number;
  /** Left edge of the first column; the groups' labels are left of it. */
  readonly left: number;
  readonly groups: readonly TileGroupLayout[];
  readonly width: number;
  /** Of everything, also what one must scroll to. */
  readonly height: number;
  readonly count: number;
}
export interface TileGroupLayout {
  /** Top of the first row of tiles, and of the label beside it. */
  readonly top: number;
  /** Down to the last row of tiles, or the end of the label when that is longer. */
  readonly height: number;
  /** Index of the first tile. */
  readonly first: number;
  readonly count: number;
}

/** CSS pixels where text has its usual size; `unit` is their device pixels. */
const LABEL_WIDTH = 70;
const LABEL_HEIGHT = 30;
const GROUP_GAP = 6;
const LARGEST_TILE = 96;
const SMALLEST_PLAIN = 5;
/** When even the smallest doesn't fit, the list scrolls and tiles are large enough to be told apart. */
const SCROLLED_TILE = 16;

/** Side lengths that a tile can have, largest first: every mosaic with whole cells, then plain ones. */
export function tileSizes(
  unit: number,
): readonly { readonly tile: number; readonly cell: number; readonly grid: number }[] {
  const sizes: { tile: number; cell: number; grid: number }[] = [];
  for (let cell = Math.floor((LARGEST_TILE * unit) / MOSAIC); cell >= 1; cell--) {
    const grid = cell >= 4 ? Math.max(1, Math.round(unit / 2)) : 0;
    sizes.push({ tile: MOSAIC * cell + (MOSAIC - 1) * grid, cell, grid });
  }
  for (let tile = MOSAIC - 1; tile >= Math.round(SMALLEST_PLAIN * unit); tile--) sizes.push({ tile, cell: 0, grid: 0 });
  return sizes;
}

/** The largest tiles that fit; `size` (index into `tileSizes`) overrides, then the list may be taller than `height`. */
export function layoutTiles(
  counts: readonly number[],
  width: number,
  height: number,
  unit: number,
  size?: number,
): TileLayout {
  const sizes = tileSizes(unit);
  const chosen = size === undefined ? undefined : sizes[Math.min(Math.max(size, 0), sizes.length - 1)];
  if (chosen) return place(counts, width, unit, chosen);
  for (const candidate of sizes) {
    const layout = place(counts, width, unit, candidate);
    if (layout.height <= height) return layout;
  }
  const scrolled = sizes.findLast((candidate) => candidate.tile >= SCROLLED_TILE * unit) ?? sizes[0]!;
  return place(counts, width, unit, scrolled);
}

function place(
  counts: readonly number[],
  width: number,
  unit: number,
  { tile, cell, grid }: { readonly tile: number; readonly cell: number; readonly grid: number },
): TileLayout {
  const gap = Math.round((tile >= 24 * unit ? 5 : tile >= 12 * unit ? 4 : tile >= MOSAIC ? 3 : 2) * unit);
  // Outlines stand outside of tiles, so half a gap lies round everything.
  const margin = Math.ceil(gap / 2) + 1;
  const left = Math.round(LABEL_WIDTH * unit) + margin;
  const columns = roundColumns(Math.floor((width - left - margin + gap) / (tile + gap)));
  const groups: TileGroupLayout[] = [];
  let y = margin;
  let first = 0;
  for (const count of counts) {
    const rows = Math.ceil(count / columns) * (tile + gap) - gap;
    const high = Math.max(rows, Math.round(LABEL_HEIGHT * unit));
    groups.push({ top: y, height: high, first, count });
    y += high + gap + Math.round(GROUP_GAP * unit);
    first += count;
  }
  const height = Math.max(0, y - gap - Math.round(GROUP_GAP * unit) + margin);
  return { tile, cell, grid, gap, columns, left, groups, width, height, count: first };
}

/** Columns in fours, so that the same place in a row means the same address bits. */
function roundColumns(columns: number): number {
  return columns >= 4 ? columns - (columns % 4) : Math.max(1, columns);
}

/** Rectangle of a tile. */
export function tileRect(layout: TileLayout, index: number): Rect {
  const group = groupAt(layout, index);
  const inside = index - group.first;
  const pitch = layout.tile + layout.gap;
  return {
    x: layout.left + (inside % layout.columns) * pitch,
    y: group.top + Math.floor(inside / layout.columns) * pitch,
    width: layout.tile,
    height: layout.tile,
  };
}

function groupAt(layout: TileLayout, index: number): TileGroupLayout {
  const group = layout.groups.find(
    (candidate) => index >= candidate.first && index < candidate.first + candidate.count,
  );
  if (!group) throw new RangeError(`no tile ${index}`);
  return group;
}

/** Tile under a point, half of the gap round it included: a small tile is easier to hit. `undefined` between groups. */
export function tileAt(layout: TileLayout, x: number, y: number): number | undefined {
  const pitch = layout.tile + layout.gap;
  const half = layout.gap / 2;
  const column = Math.floor((x - layout.left + half) / pitch);
  if (column < 0 || column >= layout.columns) return undefined;
  for (const group of layout.groups) {
    const row = Math.floor((y - group.top + half) / pitch);
    const inside = row * layout.columns + column;
    if (row >= 0 && inside < group.count) return group.first + inside;
    if (row >= 0 && y < group.top + Math.ceil(group.count / layout.columns) * pitch) return undefined;
  }
  return undefined;
}

export type TileMove = "left" | "right" | "up" | "down" | "first" | "last" | "page-up" | "page-down";
const ROWS_A_PAGE = 5;

/** Tile reached from another by a key; up and down cross from group to group in the same column. */
export function moveTile(layout: TileLayout, index: number, move: TileMove): number {
  const last = layout.count - 1;
  switch (move) {
    case "left":
      return Math.max(0, index - 1);
    case "right":
      return Math.min(last, index + 1);
    case "first":
      return 0;
    case "last":
      return last;
    case "up":
      return rowAway(layout, index, -1);
    case "down":
      return rowAway(layout, index, 1);
    case "page-up":
    case "page-down": {
      let to = index;
      for (let row = 0; row < ROWS_A_PAGE; row++) to = rowAway(layout, to, move === "page-up" ? -1 : 1);
      return to;
    }
  }
}

function rowAway(layout: TileLayout, index: number, step: 1 | -1): number {
  const at = layout.groups.findIndex((group) => index >= group.first && index < group.first + group.count);
  const group = layout.groups[at];
  if (!group) return index;
  const column = (index - group.first) % layout.columns;
  const row = Math.floor((index - group.first) / layout.columns) + step;
  const rows = Math.ceil(group.count / layout.columns);
  const target = row < 0 ? layout.groups[at - 1] : row >= rows ? layout.groups[at + 1] : group;
  if (!target) return index;
  const targetRow = target === group ? row : step > 0 ? 0 : Math.ceil(target.count / layout.columns) - 1;
  return target.first + Math.min(target.count - 1, targetRow * layout.columns + column);
}

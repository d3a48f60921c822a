/** Memory blocks as cells on a module: what each shows, and how many fit. Pure; drawn by ./cell-painter.ts. */
import type { BlockRecord } from "../../protocol/records.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { displayGroups, kindToken, PINNED_TOKEN } from "../kinds.ts";

/** Part of a cell's pages that share a colour. */
export interface Share {
  /** Colour token of their group of kinds. */
  readonly token: string;
  /** Of all pages of the cell, 0..1. */
  readonly share: number;
}

export interface Cell {
  readonly state: BlockRecord["state"];
  /** What its pages hold, from the bottom up: what stays put first. Nothing for an offline block. */
  readonly shares: readonly Share[];
  /** Share of its pages that hold something, 0..1. */
  readonly used: number;
  readonly zone: string | null;
  /** Colour token of most of what keeps it from being offlined: a single page is enough, and no share shows that. */
  readonly stuck: string | null;
  /** Pages that cannot be moved away, pinned ones included. */
  readonly stuckPages: number;
  readonly usedPages: number;
  readonly pages: number;
}

/** Tokens from the bottom of a cell to its top: always the same, so that a share grows and shrinks at its place. */
const STACK = [...displayGroups]
  .sort((a, b) => Number(b.offlining === "stays") - Number(a.offlining === "stays"))
  .map((group) => group.token);

const known = new WeakMap<BlockRecord, Cell>();

/** Whether pages of this kind can't leave their block: the engine's verdict, as the record has it. */
const staysPut = (block: BlockRecord, kind: number): boolean => ((block.staying >> kind) & 1) === 1;

/** The cell of one block. Records are replaced, never changed, so each is looked at once. */
export function cellOf(block: BlockRecord): Cell {
  let cell = known.get(block);
  if (!cell) {
    cell = mix([block]);
    known.set(block, cell);
  }
  return cell;
}

/** One cell for several neighbouring blocks, where there is no room for each. */
export function mix(blocks: readonly BlockRecord[]): Cell {
  const byToken = new Map<string, number>();
  const zones = new Map<string, number>();
  let pages = 0;
  let used = 0;
  let stuckPages = 0;
  let pinned = 0;
  for (const block of blocks) {
    pages += block.pages;
    pinned += block.pinned;
    if (block.zone !== null) zones.set(block.zone, (zones.get(block.zone) ?? 0) + 1);
    if (block.state === "offline") continue;
    for (const [kind, count] of block.kinds.entries()) {
      if (count === 0 || kind === PageKind.Free || kind === PageKind.None) continue;
      const token = kindToken(kind);
      used += count;
      byToken.set(token, (byToken.get(token) ?? 0) + count);
      if (staysPut(block, kind)) stuckPages += count;
    }
  }
  const stuckToken = stuckPages > 0 ? mostStuck(blocks) : pinned > 0 ? PINNED_TOKEN : null;
  return {
    state: blocks.some((block) => block.state === "going-offline")
      ? "going-offline"
      : blocks.every((block) => block.state === "offline")
        ? "offline"
        : "online",
    shares: STACK.flatMap((token) => {
      const count = byToken.get(token) ?? 0;
      return count === 0 ? [] : [{ token, share: count / pages }];
    }),
    used: pages === 0 ? 0 : used / pages,
    zone: most(zones),
    stuck: stuckToken,
    stuckPages: stuckPages + pinned,
    usedPages: used,
    pages,
  };
}

function most(counts: ReadonlyMap<string, number>): string | null {
  let best: string | null = null;
  let bestCount = 0;
  for (const [key, count] of counts) {
    if (count > bestCount) {
      best = key;
      bestCount = count;
    }
  }
  return best;
}

function mostStuck(blocks: readonly BlockRecord[]): string | null {
  const byToken = new Map<string, number>();
  for (const block of blocks) {
    for (const [kind, count] of block.kinds.entries()) {
      if (count === 0 || !staysPut(block, kind)) continue;
      byToken.set(kindToken(kind), (byToken.get(kindToken(kind)) ?? 0) + count);
    }
  }
  return most(byToken);
}

export interface CellGrid {
  readonly columns: number;
  readonly rows: number;
  /** Blocks that share a cell. */
  readonly blocksPerCell: number;
  /** Size of a cell without its gap, px. */
  readonly width: number;
  readonly height: number;
  readonly gap: number;
}

/** Smallest cell that still tells something, px, gap included. */
const LEAST = 4;
/** Cells look like the chips of a module: somewhat wider than high. */
const SHAPE = 1.5;

/** The grid for `blocks` cells on a face of this size, px. */
export function gridFor(blocks: number, width: number, height: number): CellGrid {
  const room = Math.max(1, Math.floor(width / LEAST) * Math.floor(height / LEAST));
  let blocksPerCell = 1;
  while (Math.ceil(blocks / blocksPerCell) > room) blocksPerCell *= 2;
  const cells = Math.max(1, Math.ceil(blocks / blocksPerCell));
  let best = { columns: 1, cost: Number.POSITIVE_INFINITY };
  for (let columns = 1; columns <= cells && columns <= Math.max(1, Math.floor(width / LEAST)); columns++) {
    const rows = Math.ceil(cells / columns);
    if (height / rows < LEAST && rows > 1) continue;
    const ragged = rows * columns - cells;
    const cost = Math.abs(Math.log(width / columns / (height / rows) / SHAPE)) + (ragged / cells) * 2;
    if (cost < best.cost) best = { columns, cost };
  }
  const rows = Math.ceil(cells / best.columns);
  const pitch = Math.min(width / best.columns, height / rows);
  const gap = pitch >= 14 ? 3 : pitch >= 9 ? 2 : 1;
  return {
    columns: best.columns,
    rows,
    blocksPerCell,
    width: (width + gap) / best.columns - gap,
    height: (height + gap) / rows - gap,
    gap,
  };
}

/** What a module's label says about its blocks. */
export interface Digest {
  readonly blocks: number;
  readonly offline: number;
  /** Blocks of each zone, most first. */
  readonly zones: readonly (readonly [string, number])[];
  readonly usedPercent: number;
  /** Online blocks that hold something that cannot be moved away. */
  readonly stuckBlocks: number;
}

export function digest(blocks: readonly BlockRecord[]): Digest {
  const zones = new Map<string, number>();
  let offline = 0;
  let used = 0;
  let pages = 0;
  let stuckBlocks = 0;
  for (const block of blocks) {
    const cell = cellOf(block);
    if (cell.state === "offline") {
      offline++;
      continue;
    }
    pages += cell.pages;
    used += cell.usedPages;
    if (cell.stuckPages > 0) stuckBlocks++;
    if (cell.zone !== null) zones.set(cell.zone, (zones.get(cell.zone) ?? 0) + 1);
  }
  return {
    blocks: blocks.length,
    offline,
    zones: [...zones].sort((a, b) => b[1] - a[1]),
    usedPercent: pages === 0 ? 0 : Math.round((used / pages) * 100),
    stuckBlocks,
  };
}

/** A process's leaf tables as columns, and the ribbons from them to the blocks that their pages are in. Pure. */
import { MIGRATING } from "../../engine/inspect/columns.ts";
import { PAGE_SIZE, TABLE_ENTRIES } from "../../engine/units.ts";
import type { Looked } from "../../protocol/messages.ts";

export type ProcessLook = Extract<Looked, { of: "process" }>;
type Tables = NonNullable<ProcessLook["tables"]>;
type Leaf = Tables["leaves"][number];

/** Entries in a row of the table that is seen entry by entry. */
export const A_ROW = 32;

/** A column: the table's 512 entries from the top down. */
export interface Column {
  readonly leaf: Leaf;
  readonly x0: number;
  readonly x1: number;
}

export function columns(tables: Tables, width: number): Column[] {
  const each = tables.leaves.length === 0 ? 0 : Math.min(24, width / tables.leaves.length);
  return tables.leaves.map((leaf, i) => ({ leaf, x0: i * each, x1: (i + 1) * each }));
}

/** How four entries look that stand at one place of a column: `none`, `near` and `far` from the node that it runs on. */
export type Look = "none" | "near" | "far" | "migrating";

export function lookOf(value: number, own: number): Look {
  if (value & MIGRATING) return "migrating";
  return value === 0 ? "none" : value - 1 === own ? "near" : "far";
}

/** Base of the table that is seen first, entry by entry: one that pages are being moved from, else the fullest. */
export function firstSeen({ leaves }: Tables): string | null {
  let first: Leaf | undefined;
  for (const leaf of leaves) {
    if (leaf.huge) continue;
    if (leaf.migrating > 0) return leaf.base;
    if (!first || leaf.used > first.used) first = leaf;
  }
  return first?.base ?? null;
}

/** Areas over the columns of their tables: what is too narrow to be seen is left out. */
export function areasOver(tables: Tables, all: readonly Column[]) {
  const spans = all.map(({ leaf, x0, x1 }) => ({ first: Number.parseInt(leaf.base, 16), x0, x1 }));
  return tables.areas.flatMap((area) => {
    const start = Number.parseInt(area.start, 16);
    const end = start + area.pages * PAGE_SIZE;
    const inside = spans.filter(({ first }) => first < end && first + TABLE_ENTRIES * PAGE_SIZE > start);
    const [from, to] = [inside[0], inside.at(-1)];
    return from && to ? [{ area, end: end.toString(16), x0: from.x0, x1: to.x1 }] : [];
  });
}

/** An entry of a table, as it is now. */
export interface Entry {
  readonly index: number;
  /** 0: nothing is mapped. */
  readonly pfn: number;
  readonly migrating: boolean;
}

/** Pages of a table by memory block, what is being moved apart: from the most to the least. */
export function shareOut(entries: readonly Entry[], blockPages: number) {
  const blocks = new Map<number, number>();
  let migrating = 0;
  for (const { pfn, migrating: moves } of entries) {
    if (pfn === 0) continue;
    if (moves) migrating++;
    else blocks.set(Math.floor(pfn / blockPages), (blocks.get(Math.floor(pfn / blockPages)) ?? 0) + 1);
  }
  return { migrating, blocks: [...blocks].sort((x, y) => y[1] - x[1]) };
}

/** A step of the cursor through 16 rows of 32. */
export function stepEntry(at: number, key: string): number | null {
  const by = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: A_ROW,
    ArrowUp: -A_ROW,
    PageDown: 4 * A_ROW,
    PageUp: -4 * A_ROW,
  }[key];
  if (key === "Home") return 0;
  if (key === "End") return TABLE_ENTRIES - 1;
  if (by === undefined) return null;
  const to = at + by;
  return to < 0 || to >= TABLE_ENTRIES ? at : to;
}

/** A block that holds pages of the process, in address order. */
export interface Holder {
  readonly block: number;
  readonly pages: number;
  /** From one to the next. */
  readonly each: number;
  readonly x0: number;
  readonly x1: number;
}

export function holders(tables: Tables, width: number): Holder[] {
  const pages = new Map<number, number>();
  for (const { blocks } of tables.leaves)
    for (const [block, count] of blocks) pages.set(block, (pages.get(block) ?? 0) + count);
  const sorted = [...pages].sort((a, b) => a[0] - b[0]);
  const each = sorted.length === 0 ? 0 : Math.min(96, width / sorted.length);
  return sorted.map(([block, count], i) => ({ block, pages: count, each, x0: i * each, x1: (i + 1) * each - 4 }));
}

/** Neighbouring columns that have most of their pages in the same block. */
export interface Stream {
  readonly from: readonly [number, number];
  readonly block: number;
}

export function streams(all: readonly Column[]): Stream[] {
  const found: { from: [number, number]; block: number }[] = [];
  for (const { leaf, x0, x1 } of all) {
    let most: readonly [number, number] | undefined;
    for (const one of leaf.blocks) if (!most || one[1] > most[1]) most = one;
    if (!most) continue;
    const last = found.at(-1);
    if (last && last.block === most[0] && Math.abs(last.from[1] - x0) < 0.01) last.from[1] = x1;
    else found.push({ from: [x0, x1], block: most[0] });
  }
  return found;
}

/** A process's leaf tables as columns, and the ribbons from them to the blocks that their pages are in. Pure. */
import type { Looked } from "../../protocol/messages.ts";

export type ProcessLook = Extract<Looked, { of: "process" }>;
type Tables = NonNullable<ProcessLook["tables"]>;
type Leaf = Tables["leaves"][number];

const ENTRIES = 512;

/** A column: shares of its 512 entries, from the top. They add up to 1 with what is not touched. */
export interface Column {
  readonly leaf: Leaf;
  readonly x0: number;
  readonly x1: number;
  /** On the node that the process runs on. */
  readonly near: number;
  readonly far: number;
  /** Entries that stand in for pages that are being moved. */
  readonly migrating: number;
}

export function columns(tables: Tables, width: number): Column[] {
  const each = tables.leaves.length === 0 ? 0 : Math.min(24, width / tables.leaves.length);
  return tables.leaves.map((leaf, i) => {
    const here = leaf.nodes.find(([node]) => node === tables.node)?.[1] ?? 0;
    // A page that is being moved counts as migrating alone, wherever it still is.
    const migrating = Math.min(leaf.migrating, leaf.used);
    const settled = leaf.used === 0 ? 0 : (leaf.used - migrating) / leaf.used;
    return {
      leaf,
      x0: i * each,
      x1: (i + 1) * each,
      near: (here * settled) / ENTRIES,
      far: ((leaf.used - here) * settled) / ENTRIES,
      migrating: migrating / ENTRIES,
    };
  });
}

/** A block that holds pages of the process, in address order. */
export interface Holder {
  readonly block: number;
  readonly pages: number;
  readonly x0: number;
  readonly x1: number;
}

export function holders(tables: Tables, width: number): Holder[] {
  const pages = new Map<number, number>();
  for (const { blocks } of tables.leaves)
    for (const [block, count] of blocks) pages.set(block, (pages.get(block) ?? 0) + count);
  const sorted = [...pages].sort((a, b) => a[0] - b[0]);
  const each = sorted.length === 0 ? 0 : Math.min(96, width / sorted.length);
  return sorted.map(([block, count], i) => ({ block, pages: count, x0: i * each, x1: (i + 1) * each - 4 }));
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

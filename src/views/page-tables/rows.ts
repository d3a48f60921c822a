/**
 * How high the rows of the kernel's picture stand; pixels, for text of 12. On a phone the axis runs downward: rows are columns
 * then, from left to right, and what is a height here is a width. Pure.
 */
import type { Row } from "./mark.ts";

type Sizes = Readonly<Record<Row, number>>;

const ACROSS: Sizes = { pgd: 20, p4d: 20, pud: 20, pmd: 20, pte: 18, physical: 26, map: 20 };
/** Wide enough for a number or two. */
const DOWN: Sizes = { pgd: 26, p4d: 26, pud: 42, pmd: 32, pte: 20, physical: 42, map: 40 };
/** Room between rows: for lines from new tables to their pages, for the node, for DIMMs and ribbons; and of a shared table. */
const GAPS = {
  across: { lead: 19, node: 17, below: 44, bar: 20 },
  down: { lead: 3, node: 17, below: 44, bar: 20 },
} as const;

export interface RowPlaces extends Sizes {
  readonly height: Sizes;
  readonly down: boolean;
  /** Where lines lead from new tables to their pages. */
  readonly lead: number;
  readonly node: number;
  readonly dimm: number;
  /** Tables that are shared by all of the memory map. */
  readonly maps: number;
  readonly bar: number;
  readonly end: number;
}

export function layRows(levels: 4 | 5, down: boolean): RowPlaces {
  const height = down ? DOWN : ACROSS;
  const gap = down ? GAPS.down : GAPS.across;
  const p4d = levels === 5 ? height.pgd + 1 : 0;
  const pud = p4d + height[levels === 5 ? "p4d" : "pgd"] + 1;
  const pmd = pud + height.pud + 1;
  const pte = pmd + height.pmd;
  const lead = pte + height.pte;
  const physical = lead + gap.lead + gap.node;
  const map = physical + height.physical + gap.below;
  const maps = map + height.map + 2;
  return {
    ...{ height, down, pgd: 0, p4d, pud, pmd, pte, physical, map, lead },
    ...{ node: physical - gap.node, dimm: physical + height.physical + 2, maps, bar: gap.bar, end: maps + 2 * gap.bar },
  };
}

/** How high the rows of the kernel's picture stand; pixels, for text of 12. Pure. */
import type { Row } from "./marks.ts";

const HEIGHT: Readonly<Record<Row, number>> = { pgd: 20, p4d: 20, pud: 20, pmd: 20, pte: 18, physical: 26, map: 20 };

export interface RowPlaces extends Readonly<Record<Row, number>> {
  readonly height: Readonly<Record<Row, number>>;
  /** Where lines lead from new tables to their pages. */
  readonly lead: number;
  readonly node: number;
  readonly dimm: number;
  /** Tables that are shared by all of the memory map. */
  readonly maps: number;
  readonly end: number;
}

export function layRows(levels: 4 | 5): RowPlaces {
  const more = levels === 5 ? 21 : 0;
  const [pud, pmd, pte] = [21 + more, 42 + more, 62 + more];
  const lead = pte + HEIGHT.pte;
  const physical = lead + 36;
  const map = physical + 84;
  return {
    ...{ height: HEIGHT, pgd: 0, p4d: more, pud, pmd, pte, physical, map, lead },
    ...{ node: physical - 17, dimm: physical + 41, maps: map + 22, end: map + 64 },
  };
}

/** What is in use in the block that is being emptied: counted from the page array, by pageblock and as a whole. Read only. */
import type { Kernel } from "../kernel/kernel.ts";
import { isMovableKind, PAGE_KINDS, PageFlag, PageKind } from "../memory/kinds.ts";
import { PAGEBLOCK_PAGES, PAGES_PER_SECTION, SECTION_SHIFT, sectionOf } from "../units.ts";
import { CELL_WORDS, OTHER_SLOT, SLOTS } from "./migration-state.ts";

/** Cells at most: as many as can be told apart. */
const MOST_CELLS = 128;

/** Slot of a kind of page. */
export const slotOf = (kind: number): number =>
  kind >= PageKind.Anon && kind < PageKind.Anon + OTHER_SLOT ? kind - PageKind.Anon : OTHER_SLOT;

/** Kinds that are in use, so that an offline has to do something about them: not free, not out of use, not the block's own map. */
const IN_USE: readonly number[] = Array.from({ length: PAGE_KINDS }, (_, kind) => kind).filter(
  (kind) =>
    kind !== PageKind.None &&
    kind !== PageKind.Free &&
    kind !== PageKind.SelfMemmap &&
    kind !== PageKind.Poisoned &&
    kind !== PageKind.Offline,
);

/** Pages in use in a range of whole sections. Counters only, but where a balloon may be. */
export function pagesInUse({ pages }: Kernel, start: number, count: number): number {
  let sum = 0;
  for (let section = sectionOf(start); section < sectionOf(start + count); section++) {
    for (const kind of IN_USE) sum += pages.countIn(section, kind);
    if (pages.countIn(section, PageKind.Offline) === 0) continue;
    const slot = pages.slotOf[section] as number;
    for (let page = slot << SECTION_SHIFT; slot >= 0 && page < (slot + 1) << SECTION_SHIFT; page++)
      if (pages.kind[page] === PageKind.Offline && (pages.a[page] as number) >= 0) sum++;
  }
  return sum;
}

/** Whether the page at an index is in use: as `pagesInUse` counts. */
export function isInUse({ pages }: Kernel, index: number): boolean {
  const kind = pages.kind[index] as number;
  return kind === PageKind.Offline ? (pages.a[index] as number) >= 0 : USED[kind] === 1;
}
const USED = Uint8Array.from({ length: PAGE_KINDS }, (_, kind) => (IN_USE.includes(kind) ? 1 : 0));

export interface Cells {
  /** Pageblocks a cell. */
  readonly perCell: number;
  /** `CELL_WORDS` a cell. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** Pages that are on no list and that no offline can move, and the first of them (pfn) or -1. */
  readonly stuck: number;
  readonly firstStuck: number;
  /** The same by cell. */
  readonly stuckIn: Uint32Array<ArrayBuffer>;
}

/** The block pageblock by pageblock; of a large block several make a cell. */
export function cellsOf(kernel: Kernel, start: number, count: number): Cells {
  const { pages } = kernel;
  const perCell = Math.ceil(count / PAGEBLOCK_PAGES / MOST_CELLS);
  const words = new Uint32Array((count / PAGEBLOCK_PAGES / perCell) * CELL_WORDS);
  const stuckIn = new Uint32Array(words.length / CELL_WORDS);
  let stuck = 0;
  let firstStuck = -1;
  for (let frame = start; frame < start + count; frame += PAGES_PER_SECTION) {
    const section = sectionOf(frame);
    const slot = pages.slotOf[section] as number;
    if (slot < 0) continue;
    const base = slot << SECTION_SHIFT;
    for (let at = 0; at < PAGES_PER_SECTION; at++) {
      const page = base + at;
      if (!isInUse(kernel, page)) continue;
      const kind = pages.kind[page] as number;
      const cell = Math.floor((frame - start + at) / (PAGEBLOCK_PAGES * perCell)) * CELL_WORDS;
      const slotAt = cell + slotOf(kind);
      words[slotAt] = (words[slotAt] as number) + 1;
      const pinned = ((pages.flags[page] as number) & PageFlag.Pinned) !== 0;
      const offList = !isMovableKind(kind) && kind !== PageKind.Offline;
      if (offList) {
        stuck++;
        stuckIn[cell / CELL_WORDS] = (stuckIn[cell / CELL_WORDS] as number) + 1;
        if (firstStuck < 0) firstStuck = frame + at;
      }
      if (pinned || offList) words[cell + SLOTS] = (words[cell + SLOTS] as number) + 1;
    }
  }
  return { perCell, words, stuck, firstStuck, stuckIn };
}

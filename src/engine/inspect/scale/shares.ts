/**
 * What is on screen of a large memory: shares by kind of each pageblock, and pages one by one, as arrays to transfer. Of
 * sections whose pages are all alike a byte is all that has to be told.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { PageFlag, PageKind } from "../../memory/kinds.ts";
import { PAGEBLOCK_PAGES, PAGEBLOCKS_PER_SECTION, PAGES_PER_SECTION, sectionOf } from "../../units.ts";
import { type Details, MIXED, PAGE_BIT, SHARE } from "./layout.ts";
import type { Search } from "./search.ts";

/** Shares of sections that have been asked for, counted anew when a page of theirs has changed. */
export class Shares {
  readonly #kernel: Kernel;
  readonly #known = new Map<
    number,
    { readonly slot: number; readonly revision: number; readonly shares: Uint16Array }
  >();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  details(blocks: readonly number[], pageblocks: readonly number[], search: Search | null): Details {
    const { pages } = this.#kernel;
    const sections = blocks.flatMap((block) => this.#sectionsOf(block));
    const kinds = new Uint8Array(sections.length);
    const found = new Int32Array(sections.length);
    const mixed: number[] = [];
    for (const [at, section] of sections.entries()) {
      const own = (pages.slotOf[section] as number) >= 0;
      kinds[at] = own ? MIXED : (pages.uniformKind[section] as number);
      found[at] = search?.foundIn(section) ?? 0;
      if (own) mixed.push(section);
    }
    const each = PAGEBLOCKS_PER_SECTION * SHARE.columns;
    const shares = new Uint16Array(mixed.length * each);
    for (const [at, section] of mixed.entries()) {
      shares.set(this.#sharesOf(section), at * each);
      for (let nth = 0; search && nth < PAGEBLOCKS_PER_SECTION; nth++)
        shares[at * each + nth * SHARE.columns + SHARE.found] = search.foundInPageblock(section, nth);
    }
    const known = new Set(mixed);
    for (const section of this.#known.keys()) if (!known.has(section)) this.#known.delete(section);
    return { sections: Int32Array.from(sections), kinds, found, shares, ...this.#pages(pageblocks, search) };
  }

  #sectionsOf(block: number): number[] {
    const { pages, blockPages, blocks } = this.#kernel;
    const record = blocks.get(block);
    if (!record) return [];
    const first = sectionOf(record.startPfn);
    const end = Math.min(first + blockPages / PAGES_PER_SECTION, pages.sections);
    return Array.from({ length: end - first }, (_, i) => first + i);
  }

  #sharesOf(section: number): Uint16Array {
    const { slotOf, revisionOf } = this.#kernel.pages;
    const slot = slotOf[section] as number;
    const revision = revisionOf[section] as number;
    const known = this.#known.get(section);
    if (known?.slot === slot && known.revision === revision) return known.shares;
    const shares = known?.shares ?? new Uint16Array(PAGEBLOCKS_PER_SECTION * SHARE.columns);
    this.#known.set(section, { slot, revision, shares });
    const first = slot * PAGEBLOCKS_PER_SECTION;
    for (let nth = 0; nth < PAGEBLOCKS_PER_SECTION; nth++)
      countPageblock(this.#kernel, (first + nth) * PAGEBLOCK_PAGES, shares.subarray(nth * SHARE.columns));
    return shares;
  }

  #pages(pageblocks: readonly number[], search: Search | null): Pick<Details, "frames" | "pages"> {
    const { pages } = this.#kernel;
    const there = pageblocks.filter((pageblock) => sectionOf(pageblock * PAGEBLOCK_PAGES) < pages.sections);
    const bytes = new Uint8Array(there.length * PAGEBLOCK_PAGES);
    for (const [at, pageblock] of there.entries()) {
      const first = pageblock * PAGEBLOCK_PAGES;
      const index = pages.indexOf(first);
      const kind = pages.kindAt(first);
      for (let page = 0; page < PAGEBLOCK_PAGES; page++) {
        let byte = index < 0 ? kind : (pages.kind[index + page] as number);
        if (index >= 0 && byte > PageKind.Free) {
          const flags = pages.flags[index + page] as number;
          if (flags & PageFlag.Isolated) byte |= PAGE_BIT.isolated;
          if (flags & PageFlag.Pinned) byte |= PAGE_BIT.pinned;
        }
        if (search?.has(first + page)) byte |= PAGE_BIT.found;
        bytes[at * PAGEBLOCK_PAGES + page] = byte;
      }
    }
    return { frames: Float64Array.from(there, (pageblock) => pageblock * PAGEBLOCK_PAGES), pages: bytes };
  }
}

/** Counts the pages of one pageblock, from an index on, into a row of shares; what was found there is left alone. */
function countPageblock(kernel: Kernel, index: number, row: Uint16Array): void {
  const { kind, flags } = kernel.pages;
  row.fill(0, 0, SHARE.found);
  for (let page = index; page < index + PAGEBLOCK_PAGES; page++) {
    const is = kind[page] as number;
    row[is] = (row[is] as number) + 1;
    if ((flags[page] as number) & PageFlag.Pinned) row[SHARE.pinned] = (row[SHARE.pinned] as number) + 1;
  }
}

/** Whether two pictures show the same. */
export function sameDetails(one: Details, other: Details): boolean {
  return (["sections", "kinds", "found", "shares", "frames", "pages"] as const).every((what) => {
    const [ours, theirs] = [one[what], other[what]];
    if (ours.length !== theirs.length) return false;
    for (let i = 0; i < ours.length; i++) if (ours[i] !== theirs[i]) return false;
    return true;
  });
}

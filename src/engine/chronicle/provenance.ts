/**
 * When and why pages got their present use. A page names its provenance by a number in `PageArray.born`, which costs
 * four bytes a page however many causes there were. A provenance is made when the first page of a cause is taken; numbers
 * that no page in use names any more are given out again, so what is kept is bounded by the memory that is in use and
 * not by what has happened so far.
 */
import { BOOT, type Occasion } from "./occasion.ts";
import { PageKind } from "../memory/kinds.ts";
import type { PageArray } from "../memory/page-array.ts";
import { PAGES_PER_SECTION, SECTION_SHIFT, type SimNs, simNs } from "../units.ts";

export interface Provenance {
  /** The how-manyth it is since boot, which is 0: never given twice. */
  readonly id: number;
  readonly at: SimNs;
  readonly origin: string;
  readonly occasion: Occasion;
}

/** Allocations of one cause within this time share a provenance. */
const SHARED_NS = 1_000_000;
/** Fewer than this are not worth a look at the pages. */
const LEAST = 2_048;
/** One more may be kept for each so many pages: looking at all of them then costs each provenance about as much as making it. */
const PAGES_EACH = 256;

/** A look at all pages for the numbers that they name, one slot of a page array at a time. */
interface Sweep {
  /** 1 for each number that is named. Numbers that came since lie beyond its end. */
  readonly named: Uint8Array;
  /** Where it stands. */
  array: number;
  slot: number;
  /** Pages that it looked at. */
  entries: number;
}

export class Provenances {
  private readonly all: (Provenance | undefined)[] = [{ id: 0, at: simNs(0), origin: "boot", occasion: BOOT }];
  /** Numbers to give out again, the lowest last. */
  private readonly unused: number[] = [];
  /** With so many, those that no page names are looked for. */
  private limit = LEAST;
  private nextId = 1;
  private last = 0;
  private readonly arrays: PageArray[] = [];
  private sweep: Sweep | null = null;

  /** Provenances that are kept. */
  get count(): number {
    return this.all.length - this.unused.length;
  }

  /** Numbers that were ever given: the largest is one less. */
  get numbers(): number {
    return this.all.length;
  }

  /** Tells of pages that name provenances: all that ever do, before the first of them does. `before` are the pages whose place they take. */
  watch(pages: PageArray, before?: PageArray): void {
    const place = before ? this.arrays.indexOf(before) : -1;
    if (place < 0) this.arrays.push(pages);
    else this.arrays[place] = pages;
    // Which numbers are named is found out again: those of the old pages are not, any more.
    if (before && this.sweep) {
      for (const array of this.arrays) array.inherited = null;
      this.sweep = null;
    }
  }

  get(number: number): Provenance | undefined {
    return this.all[number];
  }

  /** The number of a cause, for pages that are taken now. */
  numberOf(now: SimNs, origin: string, occasion: Occasion): number {
    const last = this.all[this.last] as Provenance;
    if (last.origin === origin && last.occasion === occasion && now - last.at <= SHARED_NS) return this.last;
    if (this.sweep) this.sweepOn(this.sweep);
    else if (this.unused.length === 0 && this.all.length >= this.limit) this.beginSweep();
    const number = this.unused.pop() ?? this.all.length;
    if (this.sweep && number < this.sweep.named.length) this.sweep.named[number] = 1;
    this.all[number] = { id: this.nextId++, at: now, origin, occasion };
    this.last = number;
    return number;
  }

  /** For each number, 1 when its provenance is not older than a time. */
  since(at: number): Uint8Array {
    const { all } = this;
    const since = new Uint8Array(all.length);
    for (let number = 0; number < all.length; number++) if ((all[number]?.at ?? -1) >= at) since[number] = 1;
    return since;
  }

  /** Forgets what no page in use names, at once. The order in which numbers are given out stays the simulation's own. */
  forgetUnnamed(): void {
    const sweep = this.sweep ?? this.beginSweep();
    while (this.sweep === sweep) this.sweepOn(sweep);
  }

  /**
   * Begins to look for what no page names. Looking at all pages of a large machine at once takes a tenth of a second, so
   * each number that is given from now on goes one section further. Meanwhile a page may pass its provenance on to one
   * that was looked at already: arrays note that (`PageArray.inherit`).
   */
  private beginSweep(): Sweep {
    const named = new Uint8Array(this.all.length);
    named[0] = named[this.last] = 1;
    for (const pages of this.arrays) pages.inherited = named;
    this.sweep = { named, array: 0, slot: 0, entries: 0 };
    return this.sweep;
  }

  /** Goes one section further; after the last one the numbers that are not named can be given out again. */
  private sweepOn(sweep: Sweep): void {
    const pages = this.arrays[sweep.array];
    if (pages === undefined) {
      this.endSweep(sweep);
      return;
    }
    sweep.slot = pages.nextSlot(sweep.slot);
    if (sweep.slot < 0) {
      sweep.array++;
      sweep.slot = 0;
      return;
    }
    markNamed(pages, sweep.slot++, sweep.named);
    sweep.entries += PAGES_PER_SECTION;
  }

  private endSweep({ named, entries }: Sweep): void {
    for (const pages of this.arrays) pages.inherited = null;
    this.sweep = null;
    this.unused.length = 0;
    for (let number = this.all.length - 1; number > 0; number--) {
      if (number >= named.length || named[number]) continue;
      this.all[number] = undefined;
      this.unused.push(number);
    }
    this.limit = Math.max(LEAST, 2 * this.count, Math.floor(entries / PAGES_EACH));
  }
}

/** Marks the numbers that pages in use of a slot name (free pages keep their list's type there). */
function markNamed({ kind, born }: PageArray, slot: number, named: Uint8Array): void {
  const end = (slot + 1) << SECTION_SHIFT;
  // Neighbours mostly have one cause.
  let marked = -1;
  for (let page = slot << SECTION_SHIFT; page < end; page++) {
    const number = born[page] as number;
    if (number === marked || (kind[page] as number) <= PageKind.Free) continue;
    if (number < named.length) named[number] = 1;
    marked = number;
  }
}

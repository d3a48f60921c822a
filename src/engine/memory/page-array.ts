/**
 * The page array: state of every 4 KiB page, as structure of arrays, by section (mm/sparse.c).
 *
 * A section costs a few bytes until one of its pages differs from the others; then it is *materialised*: it gets a
 * slot of 32,768 entries in the arrays. Until then it is *uniform*: every page has the same kind. A uniform free
 * section still stands in its zone's free lists, as one token for its 32 chunks of order 10 (see buddy.ts).
 *
 * Inside the engine a page is named by its index: `slot * 32768 + offset in the section`. Indexes fit in 31 bits and
 * stay valid while the section is materialised; pfns (which may exceed 31 bits) are for everybody else.
 */
import { Columns } from "./columns.ts";
import { MigrateType, PAGE_KINDS, PageFlag, PageKind } from "./kinds.ts";
import {
  PAGEBLOCK_ORDER,
  PAGEBLOCKS_PER_SECTION,
  PAGES_PER_SECTION,
  type Pfn,
  SECTION_SHIFT,
  sectionOf,
} from "../units.ts";

/** Life of a section: SECTION_MARKED_PRESENT and SECTION_IS_ONLINE in the kernel's words. */
export const SectionState = { Absent: 0, Offline: 1, Online: 2 } as const;
export const NO_PAGE = -1;
/** `zoneOfSection` of a section that several zones share (boot only) or that has none. */
export const NO_ZONE = -1;
export const MIXED_ZONES = -2;

const OFFSET_MASK = PAGES_PER_SECTION - 1;
/** The arrays that have room for every slot, with their entries a slot. */
const COLUMNS = {
  kind: PAGES_PER_SECTION,
  order: PAGES_PER_SECTION,
  flags: PAGES_PER_SECTION,
  a: PAGES_PER_SECTION,
  b: PAGES_PER_SECTION,
  born: PAGES_PER_SECTION,
  pageblockType: PAGEBLOCKS_PER_SECTION,
  kindCount: PAGE_KINDS,
  pinnedCount: 1,
  sectionOfSlot: 1,
} as const;
/** `order` of a page that is not the head of a free chunk or compound page. */
export const NOT_HEAD = 255;

export class PageArray {
  readonly sections: number;
  /** Slot of a materialised section, else -1. */
  readonly slotOf: Int32Array;
  readonly state: Uint8Array;
  /** Kind of all pages of a section that is not materialised. */
  readonly uniformKind: Uint8Array;
  /** Index into the kernel's zones, NO_ZONE or MIXED_ZONES. */
  readonly zoneOfSection: Int16Array;
  /** Links of tokens (uniform free sections) in free lists. */
  readonly tokenNext: Int32Array;
  readonly tokenPrev: Int32Array;

  /** Section of each slot; -1 for a slot that is free. */
  sectionOfSlot: Int32Array;
  kind: Uint8Array;
  order: Uint8Array;
  flags: Uint8Array;
  /** Two words whose meaning depends on the kind: free list links; mapping and offset; owner and position. */
  a: Int32Array;
  b: Int32Array;
  /** Provenance (chronicle/provenance.ts) of a page in use: when and why it got that use. */
  born: Uint32Array;
  /** While somebody looks for the provenances that pages name: 1 for each that a page has passed on to another. */
  inherited: Uint8Array | null = null;
  /** Migrate type of each pageblock, 64 a slot. */
  pageblockType: Uint8Array;
  /** Pages by kind, PAGE_KINDS a slot. */
  kindCount: Int32Array;
  pinnedCount: Int32Array;

  private slots = 0;
  private readonly columns: Columns;
  private readonly freeSlots: number[] = [];
  /** Goes up with every change to a page's kind or flags, or to a pageblock's type. */
  revision = 0;
  /** The same of each section, modulo 2³² (see changed-sections.ts). */
  readonly revisionOf: Uint32Array;

  constructor(sections: number, initialSlots = 8) {
    this.sections = sections;
    this.slotOf = new Int32Array(sections).fill(-1);
    this.state = new Uint8Array(sections);
    this.uniformKind = new Uint8Array(sections);
    this.zoneOfSection = new Int16Array(sections).fill(NO_ZONE);
    this.tokenNext = new Int32Array(sections);
    this.tokenPrev = new Int32Array(sections);
    this.revisionOf = new Uint32Array(sections);
    this.sectionOfSlot = new Int32Array(0);
    this.kind = this.order = this.flags = this.pageblockType = new Uint8Array(0);
    this.a = this.b = this.kindCount = this.pinnedCount = new Int32Array(0);
    this.born = new Uint32Array(0);
    this.columns = new Columns(this, COLUMNS, initialSlots);
  }

  /** A page that takes another's place goes on with its provenance. */
  inherit(copy: number, page: number): void {
    const number = this.born[page] as number;
    this.born[copy] = number;
    if (this.inherited !== null && number < this.inherited.length) this.inherited[number] = 1;
  }

  /** The first slot from one on that a section has, or -1. */
  nextSlot(from: number): number {
    for (let slot = from; slot < this.slots; slot++) if ((this.sectionOfSlot[slot] as number) >= 0) return slot;
    return -1;
  }

  /** Number of materialised sections. */
  get materialised(): number {
    return this.slots - this.freeSlots.length;
  }

  /** Bytes that the arrays take. */
  get byteLength(): number {
    const perSection = this.slotOf.byteLength * 4 + this.zoneOfSection.byteLength + this.state.byteLength * 2;
    return perSection + this.columns.byteLength;
  }

  /** Makes room for that many materialised sections at once, and for as many more as let their arrays rest until then. */
  reserveSlots(slots: number): void {
    this.columns.reserveAtRest(slots);
  }

  /** Index of a page, or NO_PAGE while its section is not materialised. */
  indexOf(frame: number): number {
    const slot = this.slotOf[sectionOf(frame)] ?? -1;
    return slot < 0 ? NO_PAGE : (slot << SECTION_SHIFT) | (frame & OFFSET_MASK);
  }

  pfnOf(index: number): Pfn {
    return ((this.sectionOfSlot[index >> SECTION_SHIFT] as number) * PAGES_PER_SECTION + (index & OFFSET_MASK)) as Pfn;
  }

  sectionOfIndex(index: number): number {
    return this.sectionOfSlot[index >> SECTION_SHIFT] as number;
  }

  kindAt(frame: number): number {
    const section = sectionOf(frame);
    const slot = this.slotOf[section] ?? -1;
    if (slot >= 0) return this.kind[(slot << SECTION_SHIFT) | (frame & OFFSET_MASK)] as number;
    return this.uniformKind[section] ?? PageKind.None;
  }

  /** Pages of that kind in a section. */
  countIn(section: number, kind: number): number {
    const slot = this.slotOf[section] as number;
    if (slot >= 0) return this.kindCount[slot * PAGE_KINDS + kind] as number;
    return this.uniformKind[section] === kind ? PAGES_PER_SECTION : 0;
  }

  pinnedIn(section: number): number {
    const slot = this.slotOf[section] as number;
    return slot >= 0 ? (this.pinnedCount[slot] as number) : 0;
  }

  /**
   * Gives a section its own entries, all of its uniform kind. For a free section the caller (buddy.ts) replaces
   * the token by chunks; everything else may call this freely.
   */
  materialise(section: number): number {
    const known = this.slotOf[section] as number;
    if (known >= 0) return known;
    let slot = this.freeSlots.pop();
    if (slot === undefined) {
      this.columns.makeRoom(this.slots);
      slot = this.slots++;
    }
    const kind = this.uniformKind[section] as number;
    const from = slot << SECTION_SHIFT;
    const to = from + PAGES_PER_SECTION;
    this.slotOf[section] = slot;
    this.sectionOfSlot[slot] = section;
    this.kind.fill(kind, from, to);
    this.order.fill(NOT_HEAD, from, to);
    this.flags.fill(0, from, to);
    this.born.fill(0, from, to);
    this.a.fill(-1, from, to);
    this.b.fill(-1, from, to);
    this.pageblockType.fill(MigrateType.Movable, slot * PAGEBLOCKS_PER_SECTION, (slot + 1) * PAGEBLOCKS_PER_SECTION);
    this.kindCount.fill(0, slot * PAGE_KINDS, (slot + 1) * PAGE_KINDS);
    this.kindCount[slot * PAGE_KINDS + kind] = PAGES_PER_SECTION;
    this.pinnedCount[slot] = 0;
    this.countChange(section);
    return slot;
  }

  /** Forgets a section's entries: every page now has this kind. */
  makeUniform(section: number, kind: number): void {
    const slot = this.slotOf[section] as number;
    if (slot >= 0) {
      this.slotOf[section] = -1;
      this.sectionOfSlot[slot] = -1;
      this.freeSlots.push(slot);
    }
    this.uniformKind[section] = kind;
    this.countChange(section);
  }

  /** Sets the kind of `count` pages from an index on (all in one section) and keeps the counters. */
  setKind(index: number, count: number, kind: number, flags: number): void {
    const slot = index >> SECTION_SHIFT;
    const counters = slot * PAGE_KINDS;
    if (count === 1) {
      const old = this.kind[index] as number;
      const before = this.flags[index] as number;
      this.kindCount[counters + old] = (this.kindCount[counters + old] as number) - 1;
      this.kindCount[counters + kind] = (this.kindCount[counters + kind] as number) + 1;
      this.kind[index] = kind;
      if ((before | flags) & PageFlag.Pinned) this.countPin(slot, before, flags);
      this.flags[index] = flags;
    } else {
      const { kind: kinds, flags: flagsOf, kindCount, pinnedCount } = this;
      const end = index + count;
      let pinned = flags & PageFlag.Pinned ? count : 0;
      // Neighbours mostly are of one kind.
      for (let from = index, i = index; from < end; from = i) {
        const old = kinds[from] as number;
        for (; i < end && kinds[i] === old; i++) if ((flagsOf[i] as number) & PageFlag.Pinned) pinned--;
        kindCount[counters + old] = (kindCount[counters + old] as number) - (i - from);
      }
      kindCount[counters + kind] = (kindCount[counters + kind] as number) + count;
      pinnedCount[slot] = (pinnedCount[slot] as number) + pinned;
      kinds.fill(kind, index, end);
      flagsOf.fill(flags, index, end);
    }
    this.countChange(this.sectionOfSlot[slot] as number);
  }

  /** Says who uses so many pages from an index on (`a` and `b`): a compound page, which may be longer than a section. */
  setUser(index: number, count: number, a: number, b: number): void {
    const frame = this.pfnOf(index);
    for (let done = 0; done < count; done += PAGES_PER_SECTION) {
      const from = this.indexOf(frame + done);
      const end = from + Math.min(count - done, PAGES_PER_SECTION);
      this.a.fill(a, from, end);
      this.b.fill(b, from, end);
    }
  }

  /** Gives so many pages from an index on a provenance. */
  setBorn(index: number, count: number, stamp: number): void {
    const frame = this.pfnOf(index);
    for (let done = 0; done < count; done += PAGES_PER_SECTION) {
      const from = this.indexOf(frame + done);
      this.born.fill(stamp, from, from + Math.min(count - done, PAGES_PER_SECTION));
    }
  }

  /** Sets and clears flag bits of one page and keeps the pin counter. */
  setFlags(index: number, set: number, clear: number): void {
    const before = this.flags[index] as number;
    const after = (before & ~clear) | set;
    if (before === after) return;
    const slot = index >> SECTION_SHIFT;
    if ((before ^ after) & PageFlag.Pinned) this.countPin(slot, before, after);
    this.flags[index] = after;
    this.countChange(this.sectionOfSlot[slot] as number);
  }

  private countPin(slot: number, before: number, after: number): void {
    const change = (after & PageFlag.Pinned ? 1 : 0) - (before & PageFlag.Pinned ? 1 : 0);
    this.pinnedCount[slot] = (this.pinnedCount[slot] as number) + change;
  }

  /** Says what the pageblock of a page is for (set_pageblock_migratetype). */
  setPageblockType(index: number, type: MigrateType): void {
    this.pageblockType[index >> PAGEBLOCK_ORDER] = type;
    this.countChange(this.sectionOfIndex(index));
  }

  private countChange(section: number): void {
    this.revision++;
    this.revisionOf[section]!++;
  }
}

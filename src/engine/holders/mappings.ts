/**
 * What pages of users belong to: anonymous areas, shared memory, files. A mapping knows its page at each offset; a page
 * knows its mapping (`a`) and offset (`b`); areas say where a mapping is visible in a process. Together they are the
 * reverse map (mm/rmap.c, struct anon_vma and struct address_space).
 */
import type { Holding } from "../memory/holding.ts";
import type { Allocator, Gfp, NodeMask, Nodes } from "../memory/allocator.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { NOT_HEAD, type PageArray } from "../memory/page-array.ts";
import { Pte } from "../memory/page-tables.ts";
import { AT_ONCE, finish, type Slices } from "../chronicle/slices.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import { HUGE_ORDER, HUGE_PAGES } from "./huge-pool.ts";
import type { MemoryCgroups } from "./memory-cgroup.ts";
import type { Process } from "./process.ts";

export const HOLE = -1;
/** What going past a page costs, in pages that are freed. */
const PASSING = 1 / 16;
/** What is held, or what the disk has not yet. */
const STAYING = PageFlag.Pinned | PageFlag.Isolated | PageFlag.Mlocked | PageFlag.Dirty | PageFlag.Writeback;
/** Mapping of a page whose user is gone while a migration holds it, or that a migration is about to fill. */
export const ORPHAN = -1;

/** A stretch of a process's address space (struct vm_area_struct). */
export interface Area {
  readonly process: Process;
  /** First virtual page number. */
  readonly start: number;
  /** Length, in pages of the mapping's size. */
  readonly pages: number;
  readonly mapping: Mapping;
  /** Offset in the mapping of the first page. */
  readonly offset: number;
  /** Its pages stay in memory (VM_LOCKED). */
  locked: boolean;
  /** Which of its pages are merged with others' (./ksm.ts); `null` where none may be. */
  merged: Merged | null;
}

/** Pages of an area that are merged with others'. An area that shows merged pages shares this with the one that it stands beside. */
export interface Merged {
  /** Mapping of the merged page, by offset; HOLE where the area has a page of its own, or none. */
  readonly into: Int32Array;
  /** Merged pages. */
  count: number;
}

/** Whether an area shows what its mapping has at an offset, and not a merged page instead, or the other way round. */
const shows = ({ merged, mapping }: Area, offset: number): boolean =>
  merged === null || merged.into[offset] === (mapping.kind === PageKind.Ksm ? mapping.id : HOLE);

/** Virtual page number at which an area shows an offset of its mapping. */
export const vpnOf = (area: Area, offset: number): number =>
  area.start + (offset - area.offset) * 2 ** area.mapping.order;

/**
 * Position in the page tables of the entry that maps the page at an offset: a leaf entry, or a third-level one where a
 * huge page is mapped. -1 when the area does not show the offset or has not touched it.
 */
export function entryOf(area: Area, offset: number): number {
  if (offset < area.offset || offset >= area.offset + area.pages || !shows(area, offset)) return -1;
  const vpn = vpnOf(area, offset);
  const { tables } = area.process;
  if (area.mapping.order > 0) return tables.hugeEntryOf(vpn);
  const leaf = tables.entryOf(vpn);
  return leaf >= 0 || area.mapping.kind !== PageKind.Anon ? leaf : tables.hugeEntryOf(vpn);
}

export class Mapping {
  readonly id: number;
  readonly what: Holding;
  /** Anon, Shmem, PageCache or Hugetlb; Offline for a balloon, which nobody maps. */
  readonly kind: PageKind;
  /** `~page` of each offset. A hole is 0, as a new array is: memory for a whole machine is mapped without a touch of it. */
  private entries: Int32Array;
  readonly areas: Area[] = [];
  /** Resident pages of 4 KiB. */
  resident = 0;
  /** Offsets whose page is in swap: an entry stands there (./swap.ts), less than HOLE. */
  swapped = 0;
  /** Order of the pages at the offsets: 9 for hugetlb, 18 for its pages of 1 GiB, else 0. Offsets count pages of this size. */
  readonly order: number;
  /** Goes up whenever another page, or none, is at an offset. */
  revision = 0;
  /** Number of the group that what is at an offset is charged to, 0 for none; `null` while nobody is charged. */
  charges: Uint16Array | null = null;

  constructor(id: number, what: Holding, kind: PageKind, length: number, order: number) {
    this.id = id;
    this.what = what;
    this.kind = kind;
    this.order = order;
    this.entries = new Int32Array(length);
  }

  /** Offsets. */
  get length(): number {
    return this.entries.length;
  }

  /** Page at an offset, an entry of swap, or HOLE, which is also beyond the end. */
  at(offset: number): number {
    return ~(this.entries[offset] as number);
  }

  /** The pages that are in memory, by offset. */
  *present(): Generator<number, void> {
    for (const entry of this.entries) if (entry < 0) yield ~entry;
  }

  /** Makes a page the one at an offset that was a hole, with so many pages of 4 KiB. */
  bring(offset: number, page: number, size: number): void {
    this.put(offset, page);
    this.resident += size;
  }

  /** Another page takes the place of the one at an offset. */
  put(offset: number, page: number): void {
    this.entries[offset] = ~page;
    this.revision++;
  }

  /** Makes a hole of some offsets, whose pages had so many of 4 KiB. */
  empty(offset: number, offsets: number, size: number): void {
    this.entries.fill(~HOLE, offset, offset + offsets);
    this.resident -= size;
    this.revision++;
  }

  /** Makes room for this many offsets at least. */
  reach(length: number): void {
    if (length <= this.length) return;
    const longer = new Int32Array(Math.max(length, this.length * 2));
    longer.set(this.entries);
    this.entries = longer;
    if (!this.charges) return;
    const charges = new Uint16Array(longer.length);
    charges.set(this.charges);
    this.charges = charges;
  }
}

export class Mappings {
  private readonly all: (Mapping | undefined)[] = [];
  /** Numbers of mappings that are gone, to give out again. */
  private readonly unused: number[] = [];
  private readonly allocator: Allocator;
  /** Files with cached pages, for reclaim; and where its hand stands. */
  private readonly files: Mapping[] = [];
  private hand = { file: 0, offset: 0 };
  /** Pages whose user went away while they were isolated; whoever isolated them frees them. */
  orphaned = 0;
  /** Groups that pages are charged to; `null` as long as there was none, and their code need not be there. */
  cgroups: MemoryCgroups | null = null;

  constructor(allocator: Allocator) {
    this.allocator = allocator;
  }

  /** `order` of its pages: that of huge pages of the pool or, of other kinds, of small ones if not given. */
  add(what: Holding, kind: PageKind, length: number, order = kind === PageKind.Hugetlb ? HUGE_ORDER : 0): Mapping {
    const mapping = new Mapping(this.unused.pop() ?? this.all.length, what, kind, length, order);
    this.all[mapping.id] = mapping;
    if (kind === PageKind.PageCache) this.files.push(mapping);
    return mapping;
  }

  get(id: number): Mapping | undefined {
    return this.all[id];
  }

  /** Pages of files that are in memory. */
  get cached(): number {
    return this.files.reduce((sum, { resident }) => sum + resident, 0);
  }

  /** Numbers that mappings have lie below this. */
  get most(): number {
    return this.all.length;
  }

  /** Mappings that exist, for the audit. */
  *[Symbol.iterator](): Iterator<Mapping> {
    for (const mapping of this.all) if (mapping) yield mapping;
  }

  /** Brings in the page at an offset. Returns its index, or -1 (-ENOMEM). */
  fill(mapping: Mapping, offset: number, gfp: Gfp, { node, mask }: Nodes, flags: number): number {
    const page = this.allocator.alloc(gfp, 0, node, mask, mapping.kind, flags, mapping.id, offset);
    if (page < 0) return -1;
    if (mapping.at(offset) < HOLE) {
      this.cameBack();
      this.forget(mapping, offset);
    }
    mapping.bring(offset, page, 1);
    if (mapping.kind === PageKind.Offline) this.manage(page, -1);
    return page;
  }

  /** Pages of a balloon are the hypervisor's: nobody manages them until they come back (adjust_managed_page_count). */
  manage(page: number, change: 1 | -1): void {
    this.allocator.zoneOf(page).countManaged(change);
  }

  /** Puts a page that was taken from a zone directly (boot) at an offset. */
  adopt(mapping: Mapping, offset: number, page: number): void {
    const { pages } = this.allocator;
    pages.setKind(page, 1, mapping.kind, 0);
    pages.born[page] = this.allocator.stamp;
    pages.a[page] = mapping.id;
    pages.b[page] = offset;
    mapping.bring(offset, page, 1);
  }

  /** Makes a resident page visible in an area's page tables. False when a table page could not be had. */
  static map(area: Area, offset: number, node: number, mask: NodeMask): boolean {
    const bits = Pte.Present | Pte.Writable | Pte.Young | (area.mapping.kind === PageKind.PageCache ? 0 : Pte.Dirty);
    return area.process.tables.map(vpnOf(area, offset), area.mapping.at(offset), bits, node, mask);
  }

  /** How many page-table entries map a user's page (page_mapcount). */
  static mapCount(mappings: Mappings, pages: PageArray, index: number): number {
    const mapping = mappings.get(pages.a[index] as number);
    const offset = pages.b[index] as number;
    let count = 0;
    for (const area of mapping?.areas ?? [])
      if (offset >= area.offset && offset < area.offset + area.pages && shows(area, offset)) count++;
    return count;
  }

  /**
   * Unmaps the page at an offset everywhere and frees it; a transparent huge page goes as a whole. A page that is off
   * its list to be migrated is freed by who holds it.
   */
  drop(mapping: Mapping, offset: number): void {
    const { pages } = this.allocator;
    let page = mapping.at(offset);
    if (page === HOLE) return;
    if (page < HOLE) {
      this.forget(mapping, offset);
      return;
    }
    const huge = pages.kind[page] === PageKind.AnonHuge;
    const order = huge ? HUGE_ORDER : mapping.order;
    let first = offset;
    if (huge) {
      first -= page & (HUGE_PAGES - 1);
      page &= ~(HUGE_PAGES - 1);
    }
    for (const area of mapping.areas) {
      const entry = entryOf(area, first);
      if (entry >= 0) area.process.store.clear(entry);
      if (entry >= 0 && huge) area.process.tables.withdraw();
      if (mapping.kind !== PageKind.Ksm || area.merged?.into[first] !== mapping.id) continue;
      area.merged.into[first] = HOLE;
      area.merged.count--;
    }
    const offsets = huge ? HUGE_PAGES : 1;
    mapping.empty(first, offsets, 1 << order);
    if (mapping.charges) for (let at = first; at < first + offsets; at++) this.cgroups?.uncharge(mapping, at);
    if (mapping.kind === PageKind.Offline) this.manage(page, 1);
    if ((pages.flags[page] as number) & PageFlag.Isolated) {
      pages.setUser(page, 1 << order, ORPHAN, pages.b[page] as number);
      this.orphaned += 1 << order;
    } else this.release(page, order);
  }

  /** Frees a page that has no user any more: huge pages of the pool return to it. */
  release(page: number, order: number): void {
    if (this.allocator.pages.kind[page] === PageKind.Hugetlb) this.returnHuge(page);
    else this.allocator.free(page, order);
  }

  /** Makes a hole where a swap entry is. */
  private forget(mapping: Mapping, offset: number): void {
    this.freeEntry(mapping.at(offset));
    mapping.swapped--;
    mapping.put(offset, HOLE);
    if (mapping.charges) this.cgroups?.unchargeSwap(mapping, offset);
  }

  /** Unmaps the small page at an offset everywhere and frees it: what was in it is where a swap entry says (shrink_folio_list). */
  evict(mapping: Mapping, offset: number, entry: number): void {
    const page = mapping.at(offset);
    for (const area of mapping.areas) {
      const at = entryOf(area, offset);
      if (at >= 0) area.process.store.clear(at);
    }
    if (mapping.charges) this.cgroups?.chargeSwap(mapping, offset);
    mapping.empty(offset, 1, 1);
    mapping.put(offset, entry);
    mapping.swapped++;
    this.release(page, 0);
  }

  /** split_huge_page: 512 small pages where the transparent huge page with this first page was, with its flags. */
  split(page: number): void {
    const { pages } = this.allocator;
    const offset = pages.b[page] as number;
    for (const area of this.get(pages.a[page] as number)?.areas ?? [])
      if (entryOf(area, offset) >= 0) area.process.tables.splitHuge(vpnOf(area, offset));
    pages.setKind(page, HUGE_PAGES, PageKind.Anon, pages.flags[page] as number);
    pages.order.fill(NOT_HEAD, page, page + HUGE_PAGES);
  }

  /** Lets go of what a swap entry stands for, and is told of a page that comes back from one: swap sets them. */
  freeEntry: (entry: number) => void = () => {};
  cameBack: () => void = () => {};

  /** Where huge pages of the pool go back to; the kernel sets it. */
  returnHuge: (page: number) => void = () => {};

  /** Makes a page of a pool the one at an offset. */
  fillHuge(mapping: Mapping, offset: number, page: number): void {
    const { pages, stamp } = this.allocator;
    const size = 2 ** mapping.order;
    pages.setUser(page, size, mapping.id, offset);
    pages.setBorn(page, size, stamp);
    mapping.bring(offset, page, size);
  }

  /** Brings in a transparent huge page at an aligned offset. Returns its first page, or -1 when there is no chunk of 2 MiB. */
  fillTransparent(mapping: Mapping, offset: number, gfp: Gfp, { node, mask }: Nodes, flags: number): number {
    const page = this.allocator.alloc(
      { ...gfp, noReclaim: true },
      HUGE_ORDER,
      node,
      mask,
      PageKind.AnonHuge,
      flags,
      mapping.id,
      offset,
    );
    if (page < 0) return -1;
    for (let i = 0; i < HUGE_PAGES; i++) {
      this.allocator.pages.b[page + i] = offset + i;
      mapping.bring(offset + i, page + i, 1);
    }
    return page;
  }

  /** Ends a mapping: all its pages go back. */
  remove(mapping: Mapping): void {
    finish(this.removing(mapping, AT_ONCE));
  }

  /** The same in slices; the mapping is there until its last page is gone. */
  *removing(mapping: Mapping, slices: Slices): Steps<void> {
    for (let offset = 0; mapping.resident + mapping.swapped > 0 && offset < mapping.length; offset++) {
      const before = mapping.resident;
      this.drop(mapping, offset);
      const dropped = before - mapping.resident;
      if (slices.full(dropped === 0 ? PASSING : dropped)) yield spend(slices.cost, "unmap_vmas");
    }
    this.all[mapping.id] = undefined;
    this.unused.push(mapping.id);
    const at = this.files.indexOf(mapping);
    if (at >= 0) {
      this.files.splice(at, 1);
      this.hand = { file: 0, offset: 0 };
    }
  }

  /**
   * Drops clean, unmapped cache pages that lie in some zones, in the order in which a hand goes round the files
   * (what mm/vmscan.c does to the inactive file list, without ages). Returns the pages freed.
   */
  shrink(inZone: (index: number) => boolean, wanted: number): number {
    return finish(this.shrinking(inZone, wanted, AT_ONCE));
  }

  /** The same in slices. */
  *shrinking(inZone: (index: number) => boolean, wanted: number, slices: Slices): Steps<number> {
    let freed = 0;
    let left = this.files.reduce((sum, file) => sum + file.length, 0);
    while (freed < wanted && left-- > 0 && this.files.length > 0) {
      const file = this.files[this.hand.file % this.files.length] as Mapping;
      const offset = this.hand.offset++;
      if (this.hand.offset >= file.length) this.hand = { file: (this.hand.file + 1) % this.files.length, offset: 0 };
      const page = file.at(offset);
      const goes = page !== HOLE && inZone(page) && !((this.allocator.pages.flags[page] as number) & STAYING);
      if (goes) {
        this.drop(file, offset);
        freed++;
      }
      if (slices.full(goes ? 1 : PASSING)) yield spend(slices.cost, "drop_pagecache_sb");
    }
    return freed;
  }
}

/**
 * Four-level page tables (arch/x86/include/asm/pgtable.h, mm/memory.c). Every table is a page of kernel memory taken
 * from the allocator; its 512 entries live in a store shared by all tables of a kernel.
 *
 * Entries of upper levels hold the store's number of the next table; leaf entries hold the index of the mapped page.
 */
import { type Allocator, GFP_KERNEL, type NodeMask } from "./allocator.ts";
import { PageKind } from "./kinds.ts";

export const ENTRIES = 512;
const EMPTY = -1;
/** 2^27 pages an entry of the top level, 2^18 of the second, 2^9 of the third. */
const PGD_SPAN = 2 ** 27;
const PUD_SPAN = 2 ** 18;

/** Bits of a leaf entry. A migration entry stands in for a page that is being moved: touching it waits. */
export const Pte = { Present: 1, Writable: 2, Dirty: 4, Young: 8, Migration: 16 } as const;

export class PageTableStore {
  entries = new Int32Array(64 * ENTRIES).fill(EMPTY);
  bits = new Uint8Array(64 * ENTRIES);
  /** Page index of each table; -1 for a free number. */
  pageOf = new Int32Array(64).fill(EMPTY);
  /** Entries in use of each table. */
  used = new Int32Array(64);
  private count = 0;
  private readonly free: number[] = [];

  add(page: number): number {
    const table = this.free.pop() ?? this.count++;
    if (table >= this.pageOf.length) this.grow();
    this.pageOf[table] = page;
    this.used[table] = 0;
    return table;
  }

  remove(table: number): void {
    this.pageOf[table] = EMPTY;
    this.entries.fill(EMPTY, table * ENTRIES, (table + 1) * ENTRIES);
    this.bits.fill(0, table * ENTRIES, (table + 1) * ENTRIES);
    this.free.push(table);
  }

  set(table: number, at: number, value: number, bits: number): void {
    const entry = table * ENTRIES + at;
    if (this.entries[entry] === EMPTY) this.used[table] = (this.used[table] as number) + 1;
    this.entries[entry] = value;
    this.bits[entry] = bits;
  }

  clear(entry: number): void {
    if (this.entries[entry] === EMPTY) return;
    const table = Math.floor(entry / ENTRIES);
    this.entries[entry] = EMPTY;
    this.bits[entry] = 0;
    this.used[table] = (this.used[table] as number) - 1;
  }

  /** Tables that exist, for the audit. */
  *tables(): Iterable<number> {
    for (let table = 0; table < this.count; table++) if (this.pageOf[table] !== EMPTY) yield table;
  }

  private grow(): void {
    const size = this.pageOf.length * 2;
    const entries = new Int32Array(size * ENTRIES).fill(EMPTY, this.entries.length);
    entries.set(this.entries);
    this.entries = entries;
    const bits = new Uint8Array(size * ENTRIES);
    bits.set(this.bits);
    this.bits = bits;
    const pageOf = new Int32Array(size).fill(EMPTY, this.pageOf.length);
    pageOf.set(this.pageOf);
    this.pageOf = pageOf;
    const used = new Int32Array(size);
    used.set(this.used);
    this.used = used;
  }
}

/** One process's tree of page tables. */
export class PageTables {
  private readonly store: PageTableStore;
  private readonly allocator: Allocator;
  private readonly owner: number;
  private readonly root: number;
  /** Table pages of this tree, the root included. */
  tables = 0;
  /** The last leaf table used: neighbours are nearly always in the same one. */
  private cachedSpan = -1;
  private cachedTable = -1;

  private constructor(store: PageTableStore, allocator: Allocator, owner: number, root: number) {
    this.store = store;
    this.allocator = allocator;
    this.owner = owner;
    this.root = root;
    this.tables = 1;
  }

  /** A tree with an empty top level, or `undefined` when there is no page for it. `owner` is charged for table pages. */
  static create(store: PageTableStore, allocator: Allocator, owner: number, node: number, mask: NodeMask): PageTables | undefined {
    const page = allocator.alloc(GFP_KERNEL, 0, node, mask, PageKind.PageTable, 0, owner, -1);
    if (page < 0) return undefined;
    const root = store.add(page);
    allocator.pages.b[page] = root;
    return new PageTables(store, allocator, owner, root);
  }

  /** Maps a page at a virtual page number, building tables on the way. False when a table page could not be had. */
  map(vpn: number, page: number, bits: number, node: number, mask: NodeMask): boolean {
    const leaf = this.leafFor(vpn, node, mask);
    if (leaf < 0) return false;
    this.store.set(leaf, vpn & (ENTRIES - 1), page, bits);
    return true;
  }

  /** Position of the leaf entry for a virtual page in the store's arrays, or -1 where there is no table. */
  entryOf(vpn: number): number {
    const span = Math.floor(vpn / ENTRIES);
    if (span === this.cachedSpan) return this.cachedTable * ENTRIES + (vpn & (ENTRIES - 1));
    let table = this.root;
    for (const at of [Math.floor(vpn / PGD_SPAN) & 511, Math.floor(vpn / PUD_SPAN) & 511, span & 511]) {
      table = this.store.entries[table * ENTRIES + at] as number;
      if (table < 0) return -1;
    }
    this.cachedSpan = span;
    this.cachedTable = table;
    return table * ENTRIES + (vpn & (ENTRIES - 1));
  }

  /** Gives back every table page. The pages that were mapped are the caller's business. */
  destroy(): void {
    this.freeLevel(this.root, 4);
    this.cachedSpan = -1;
    this.tables = 0;
  }

  private leafFor(vpn: number, node: number, mask: NodeMask): number {
    const span = Math.floor(vpn / ENTRIES);
    if (span === this.cachedSpan) return this.cachedTable;
    let table = this.root;
    for (const at of [Math.floor(vpn / PGD_SPAN) & 511, Math.floor(vpn / PUD_SPAN) & 511, span & 511]) {
      let next = this.store.entries[table * ENTRIES + at] as number;
      if (next < 0) {
        const page = this.allocator.alloc(GFP_KERNEL, 0, node, mask, PageKind.PageTable, 0, this.owner, -1);
        if (page < 0) return -1;
        next = this.store.add(page);
        this.allocator.pages.b[page] = next;
        this.store.set(table, at, next, Pte.Present | Pte.Writable);
        this.tables++;
      }
      table = next;
    }
    this.cachedSpan = span;
    this.cachedTable = table;
    return table;
  }

  private freeLevel(table: number, level: number): void {
    if (level > 1) {
      for (let at = 0; at < ENTRIES; at++) {
        const next = this.store.entries[table * ENTRIES + at] as number;
        if (next >= 0) this.freeLevel(next, level - 1);
      }
    }
    const page = this.store.pageOf[table] as number;
    this.store.remove(table);
    this.allocator.free(page, 0);
  }
}

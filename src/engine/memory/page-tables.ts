/**
 * Four-level page tables (arch/x86/include/asm/pgtable.h, mm/memory.c). Every table is a page of kernel memory taken
 * from the allocator; its 512 entries live in a store shared by all tables of a kernel.
 *
 * Entries of upper levels hold the store's number of the next table; leaf entries hold the index of the mapped page.
 */
import { Columns } from "./columns.ts";
import { type Allocator, GFP_KERNEL, type NodeMask, type Nodes } from "./allocator.ts";
import { PUD_ENTRY_PAGES, TABLE_ENTRIES } from "../units.ts";
import { PageKind } from "./kinds.ts";

const EMPTY = -1;
/** What clearing and freeing a table costs, in pages that are freed. */
const TABLE = 8;
/** 2^27 pages an entry of the top level, 2^18 of the second, 2^9 of the third. */
const PUD_SPAN = PUD_ENTRY_PAGES;
const PGD_SPAN = PUD_SPAN * TABLE_ENTRIES;

/** Bits of a leaf entry. A migration entry stands in for a page that is being moved: touching it waits. */
export const Pte = {
  Present: 1,
  Writable: 2,
  Dirty: 4,
  Young: 8,
  Migration: 16,
  /** An entry of the third level that maps a huge page of 2 MiB itself, or of the second that maps one of 1 GiB, without a table below. */
  Huge: 32,
} as const;

/** The arrays of a store, with their entries a table. */
const COLUMNS = { entries: TABLE_ENTRIES, bits: TABLE_ENTRIES, pageOf: 1, used: 1 } as const;
/** Tables that a store has room for from the start. */
const SOME = 64;

export class PageTableStore {
  /** Entries of all tables that were ever there. */
  entries = new Int32Array(0);
  bits = new Uint8Array(0);
  /** Page index of each table; -1 for a free number. */
  pageOf = new Int32Array(0);
  /** Entries in use of each table. */
  used = new Int32Array(0);
  private count = 0;
  private readonly columns: Columns = new Columns(this, COLUMNS, SOME);
  private readonly free: number[] = [];
  /** Of each table, how often one of its entries came to lead elsewhere. For who counts what they lead to: no part of the machine. */
  #changes = new Uint32Array(SOME);

  add(page: number): number {
    let table = this.free.pop();
    if (table === undefined) {
      this.columns.makeRoom(this.count);
      table = this.count++;
      if (table >= this.#changes.length) this.#changes = widened(this.#changes);
      this.entries.fill(EMPTY, table * TABLE_ENTRIES, (table + 1) * TABLE_ENTRIES);
    }
    this.pageOf[table] = page;
    this.used[table] = 0;
    return table;
  }

  remove(table: number): void {
    this.pageOf[table] = EMPTY;
    this.entries.fill(EMPTY, table * TABLE_ENTRIES, (table + 1) * TABLE_ENTRIES);
    this.bits.fill(0, table * TABLE_ENTRIES, (table + 1) * TABLE_ENTRIES);
    this.free.push(table);
    this.#changed(table);
  }

  set(table: number, at: number, value: number, bits: number): void {
    const entry = table * TABLE_ENTRIES + at;
    if (this.entries[entry] === EMPTY) this.used[table] = (this.used[table] as number) + 1;
    this.entries[entry] = value;
    this.bits[entry] = bits;
    this.#changed(table);
  }

  /** A migration entry becomes one that leads to the page's copy (mm/migrate.c, remove_migration_pte). */
  follow(entry: number, copy: number): void {
    this.entries[entry] = copy;
    this.bits[entry] = ((this.bits[entry] as number) & ~Pte.Migration) | Pte.Present;
    this.#changed(Math.floor(entry / TABLE_ENTRIES));
  }

  clear(entry: number): void {
    if (this.entries[entry] === EMPTY) return;
    const table = Math.floor(entry / TABLE_ENTRIES);
    this.entries[entry] = EMPTY;
    this.bits[entry] = 0;
    this.used[table] = (this.used[table] as number) - 1;
    this.#changed(table);
  }

  /** A number that stays the same for as long as every entry of a table leads where it led, present or on the move. */
  changesOf(table: number): number {
    return this.#changes[table] as number;
  }

  #changed(table: number): void {
    this.#changes[table] = (this.#changes[table] as number) + 1;
  }

  /** Tables that exist, for the audit. */
  *tables(): Iterable<number> {
    for (let table = 0; table < this.count; table++) if (this.pageOf[table] !== EMPTY) yield table;
  }
}

function widened(old: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const wide = new Uint32Array(old.length * 2);
  wide.set(old);
  return wide;
}

export type UpperLevel = "PGD" | "P4D" | "PUD" | "PMD";
const UPPER: readonly UpperLevel[] = ["PGD", "PUD", "PMD"];
const UPPER_OF_FIVE: readonly UpperLevel[] = ["PGD", "P4D", "PUD", "PMD"];

/** One process's tree of page tables. */
export class PageTables {
  private readonly store: PageTableStore;
  private readonly allocator: Allocator;
  private readonly owner: number;
  private readonly root: number;
  /** With five levels the PGD, of which one entry leads to the root; else `null`. */
  private readonly top: number | null;
  /** Table pages of this tree, the root included. */
  tables = 0;
  /** The last leaf table used: neighbours are nearly always in the same one. */
  private cachedSpan = -1;
  private cachedTable = -1;
  /** Leaf tables set aside for huge pages. */
  private readonly deposits: number[] = [];

  private constructor(store: PageTableStore, allocator: Allocator, owner: number, root: number, top: number | null) {
    this.store = store;
    this.allocator = allocator;
    this.owner = owner;
    this.root = root;
    this.top = top;
    this.tables = top === null ? 1 : 2;
  }

  /** A tree with an empty top level, or `undefined` when there is no page for it. `owner` is charged for table pages. */
  static create(
    store: PageTableStore,
    allocator: Allocator,
    owner: number,
    { node, mask }: Nodes,
    levels: 4 | 5 = 4,
  ): PageTables | undefined {
    const table = (): number => {
      const page = allocator.alloc(GFP_KERNEL, 0, node, mask, PageKind.PageTable, 0, owner, -1);
      if (page < 0) return -1;
      const added = store.add(page);
      allocator.pages.b[page] = added;
      return added;
    };
    const root = table();
    if (root < 0) return undefined;
    if (levels === 4) return new PageTables(store, allocator, owner, root, null);
    // All that a process of today uses lies below 2^47: one entry of the top level.
    const top = table();
    if (top >= 0) {
      store.set(top, 0, root, Pte.Present | Pte.Writable);
      return new PageTables(store, allocator, owner, root, top);
    }
    const page = store.pageOf[root] as number;
    store.remove(root);
    allocator.free(page, 0);
    return undefined;
  }

  /** The tree as it is: what a table of each level is called, top level first, down to that above the leaf tables. */
  get levels(): readonly UpperLevel[] {
    return this.top === null ? UPPER : UPPER_OF_FIVE;
  }

  /** Maps a page at a virtual page number, building tables on the way. False when a table page could not be had. */
  map(vpn: number, page: number, bits: number, node: number, mask: NodeMask): boolean {
    const leaf = this.leafFor(vpn, node, mask);
    if (leaf < 0) return false;
    this.store.set(leaf, vpn & (TABLE_ENTRIES - 1), page, bits);
    return true;
  }

  /** Maps a huge page of 2 MiB by an entry of the third level. False when a table page could not be had, or small pages are mapped there. */
  mapHuge(vpn: number, page: number, bits: number, node: number, mask: NodeMask): boolean {
    const table = this.tableFor(vpn, 2, node, mask);
    if (table < 0) return false;
    const at = Math.floor(vpn / TABLE_ENTRIES) & (TABLE_ENTRIES - 1);
    const entry = table * TABLE_ENTRIES + at;
    if ((this.store.entries[entry] as number) >= 0 && !((this.store.bits[entry] as number) & Pte.Huge)) return false;
    this.store.set(table, at, page, bits | Pte.Huge);
    return true;
  }

  /** Maps a page of 1 GiB by an entry of the second level. False when a table page could not be had, or a table is there. */
  mapGigantic(vpn: number, page: number, bits: number, node: number, mask: NodeMask): boolean {
    const table = this.tableFor(vpn, 1, node, mask);
    if (table < 0) return false;
    const at = Math.floor(vpn / PUD_SPAN) & (TABLE_ENTRIES - 1);
    const entry = table * TABLE_ENTRIES + at;
    if ((this.store.entries[entry] as number) >= 0 && !((this.store.bits[entry] as number) & Pte.Huge)) return false;
    this.store.set(table, at, page, bits | Pte.Huge);
    return true;
  }

  /** Pages of the tables above the leaf table of a virtual page: top level first, as far as there are any. */
  pagesAbove(vpn: number): number[] {
    const tops = this.top === null ? [this.root] : [this.top, this.root];
    const found = tops.map((table) => this.store.pageOf[table] as number);
    let table = this.root;
    for (const at of [
      Math.floor(vpn / PGD_SPAN) & (TABLE_ENTRIES - 1),
      Math.floor(vpn / PUD_SPAN) & (TABLE_ENTRIES - 1),
    ]) {
      const entry = table * TABLE_ENTRIES + at;
      table = this.store.entries[entry] as number;
      if (table < 0 || (this.store.bits[entry] as number) & Pte.Huge) break;
      found.push(this.store.pageOf[table] as number);
    }
    return found;
  }

  /** Position of the entry that maps a huge page at a virtual page number, of the third level or, of 1 GiB, of the second; or -1. */
  hugeEntryOf(vpn: number): number {
    let table = this.root;
    for (const at of [
      Math.floor(vpn / PGD_SPAN) & (TABLE_ENTRIES - 1),
      Math.floor(vpn / PUD_SPAN) & (TABLE_ENTRIES - 1),
    ]) {
      const entry = table * TABLE_ENTRIES + at;
      if ((this.store.bits[entry] as number) & Pte.Huge) return entry;
      table = this.store.entries[entry] as number;
      if (table < 0) return -1;
    }
    const entry = table * TABLE_ENTRIES + (Math.floor(vpn / TABLE_ENTRIES) & (TABLE_ENTRIES - 1));
    return (this.store.bits[entry] as number) & Pte.Huge ? entry : -1;
  }

  /**
   * Sets a leaf table aside for a huge page, as the kernel does so that a split can never fail for want of memory
   * (pgtable_trans_huge_deposit). False (-ENOMEM) when there is no page for it.
   */
  deposit(node: number, mask: NodeMask): boolean {
    const page = this.allocator.alloc(GFP_KERNEL, 0, node, mask, PageKind.PageTable, 0, this.owner, -1);
    if (page < 0) return false;
    const table = this.store.add(page);
    this.allocator.pages.b[page] = table;
    this.deposits.push(table);
    this.tables++;
    return true;
  }

  /** Gives one deposited table back: its huge page is gone. */
  withdraw(): void {
    const table = this.deposits.pop();
    if (table === undefined) return;
    const page = this.store.pageOf[table] as number;
    this.store.remove(table);
    this.allocator.free(page, 0);
    this.tables--;
  }

  /** Maps what a huge entry maps by 512 small ones, in a deposited table (__split_huge_pmd). */
  splitHuge(vpn: number): void {
    const entry = this.hugeEntryOf(vpn);
    const table = this.deposits.at(-1);
    if (entry < 0 || table === undefined) throw new Error("a huge mapping without a deposited table cannot be split");
    this.deposits.pop();
    const first = this.store.entries[entry] as number;
    const bits = (this.store.bits[entry] as number) & ~Pte.Huge;
    for (let i = 0; i < TABLE_ENTRIES; i++) this.store.set(table, i, first + i, bits);
    this.store.set(Math.floor(entry / TABLE_ENTRIES), entry % TABLE_ENTRIES, table, Pte.Present | Pte.Writable);
    this.cachedSpan = -1;
  }

  /** Position of the leaf entry for a virtual page in the store's arrays, or -1 where there is no table. */
  entryOf(vpn: number): number {
    const span = Math.floor(vpn / TABLE_ENTRIES);
    if (span === this.cachedSpan) return this.cachedTable * TABLE_ENTRIES + (vpn & (TABLE_ENTRIES - 1));
    let table = this.root;
    for (const at of [
      Math.floor(vpn / PGD_SPAN) & (TABLE_ENTRIES - 1),
      Math.floor(vpn / PUD_SPAN) & (TABLE_ENTRIES - 1),
      span & (TABLE_ENTRIES - 1),
    ]) {
      const entry = table * TABLE_ENTRIES + at;
      table = this.store.entries[entry] as number;
      if (table < 0 || (this.store.bits[entry] as number) & Pte.Huge) return -1;
    }
    this.cachedSpan = span;
    this.cachedTable = table;
    return table * TABLE_ENTRIES + (vpn & (TABLE_ENTRIES - 1));
  }

  /**
   * Gives back every table page; after each it says what that cost, in pages that are freed. The pages that were mapped
   * are the caller's business.
   */
  *dismantle(): Generator<number, void, void> {
    this.cachedSpan = -1;
    yield* this.emptyLevel(this.root, 4);
    while (this.deposits.length > 0) {
      this.withdraw();
      yield TABLE;
    }
    if (this.top !== null) {
      this.store.clear(this.top * TABLE_ENTRIES);
      this.freeTable(this.top);
    }
    this.freeTable(this.root);
  }

  private leafFor(vpn: number, node: number, mask: NodeMask): number {
    const span = Math.floor(vpn / TABLE_ENTRIES);
    if (span === this.cachedSpan) return this.cachedTable;
    const table = this.tableFor(vpn, 3, node, mask);
    if (table < 0) return -1;
    this.cachedSpan = span;
    this.cachedTable = table;
    return table;
  }

  /** The table that is `depth` levels below the root on the way to a virtual page, built where it is missing. */
  private tableFor(vpn: number, depth: number, node: number, mask: NodeMask): number {
    let table = this.root;
    const way = [
      Math.floor(vpn / PGD_SPAN) & (TABLE_ENTRIES - 1),
      Math.floor(vpn / PUD_SPAN) & (TABLE_ENTRIES - 1),
      Math.floor(vpn / TABLE_ENTRIES) & (TABLE_ENTRIES - 1),
    ];
    for (let level = 0; level < depth; level++) {
      const at = way[level] as number;
      const entry = table * TABLE_ENTRIES + at;
      if ((this.store.bits[entry] as number) & Pte.Huge) return -1;
      let next = this.store.entries[entry] as number;
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
    return table;
  }

  /** Tables below a table go, and their entries with them: between two of them the tree is whole. */
  private *emptyLevel(table: number, level: number): Generator<number, void, void> {
    for (let at = 0; at < TABLE_ENTRIES; at++) {
      const entry = table * TABLE_ENTRIES + at;
      const next = this.store.entries[entry] as number;
      if (next < 0 || (this.store.bits[entry] as number) & Pte.Huge) continue;
      if (level > 2) yield* this.emptyLevel(next, level - 1);
      this.freeTable(next);
      this.store.clear(entry);
      yield TABLE;
    }
  }

  private freeTable(table: number): void {
    const page = this.store.pageOf[table] as number;
    this.store.remove(table);
    this.allocator.free(page, 0);
    this.tables--;
  }
}

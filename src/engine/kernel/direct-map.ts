/**
 * The kernel's direct mapping of all memory (arch/x86/mm/init.c, init_memory_mapping; init_64.c, remove_pagetable):
 * how much is mapped by 1 GiB, 2 MiB and 4 KiB entries, and the page-table pages that this takes.
 *
 * The table pages are real: each gibibyte that is mapped by smaller entries has a PMD page taken from the allocator, and
 * gives it back when its last entry goes.
 *
 * What no Linux does: a virtual page may be *lent*, that is, lead to another physical page than its own, so that kernel
 * memory can move and keep its address (the `what-if` profile). Then the large entry that covers it is split, and what
 * is lent stays mapped when the memory behind the rest is removed.
 */
import { GFP_ATOMIC } from "../memory/allocator.ts";
import { PageKind } from "../memory/kinds.ts";
import { GIB, MIB, PAGE_SIZE, TABLE_ENTRIES } from "../units.ts";
import type { Owner, Owners } from "../holders/owners.ts";

const TWO_MIB = 2 * MIB;
/** A table that came with boot memory. */
const OF_BOOT = -1;
/** A table that lies on the memory that it maps. */
const SELF_HOSTED = -2;

interface Gigabyte {
  /** Bytes of present memory mapped by 2 MiB and 4 KiB entries. */
  small: number;
  /** The PMD page, OF_BOOT or SELF_HOSTED. */
  table: number;
  /** Address of the memory that hosts a self-hosted table. */
  host: number;
  /** 2 MiB stretches that exist only because something in them is lent. */
  orphans: number;
}

/** 2 MiB that are mapped by single pages. */
interface Split {
  readonly table: number;
  /** Virtual pages in it that lead elsewhere. */
  lent: number;
  /** The memory behind it has been removed: only what is lent is mapped. */
  orphan: boolean;
}

/** 2 MiB of the direct mapping that 512 entries of 4 KiB map (what-if). */
export interface DirectMapSplit {
  /** Of the PMD entry in its table. */
  readonly index: number;
  /** Page index of the table. */
  readonly table: number;
  /** Virtual pages in it that lead elsewhere. */
  readonly lent: number;
  readonly orphan: boolean;
}

/** One entry of the PUD table: a gibibyte of physical addresses. */
export interface DirectMapEntry {
  /** Physical address / 1 GiB. */
  readonly gigabyte: number;
  /**
   * The PMD page below it: page index; `boot` where it is one of boot's; an address where it lies on the memory that it
   * maps; `null` where the entry maps the gibibyte itself.
   */
  readonly table: number | "boot" | { readonly host: number } | null;
  /** Bytes mapped. */
  readonly bytes: number;
  readonly splits: readonly DirectMapSplit[];
}

export class DirectMap {
  /** Bytes mapped by entries of each size. */
  mapped4k = 0;
  mapped2M = 0;
  mapped1G = 0;
  /** Entries that were split since boot: 2 MiB into 4 KiB, 1 GiB into 2 MiB. */
  splits2M = 0;
  splits1G = 0;
  /** Virtual pages that lead to another physical page than their own. */
  lent = 0;
  private readonly owners: Owners;
  private readonly owner: Owner;
  /** Gibibytes mapped by 2 MiB and 4 KiB entries. */
  private readonly partial = new Map<number, Gigabyte>();
  private readonly whole = new Set<number>();
  /** By address / 2 MiB. */
  private readonly split = new Map<number, Split>();
  /** As last told, until something changes: out of sight of who compares states, since whether anybody asked is no part of them. */
  #sorted: readonly DirectMapEntry[] | null = null;

  constructor(owners: Owners) {
    this.owners = owners;
    this.owner = owners.add("direct-map-tables", PageKind.KernelPageTable, GFP_ATOMIC);
  }

  /** Every gibibyte that is mapped, in address order: by one entry, or by a table of smaller ones. */
  entries(): readonly DirectMapEntry[] {
    this.#sorted ??= [...this.whole, ...this.partial.keys()]
      .sort((x, y) => x - y)
      .map((gigabyte) => this.entryAt(gigabyte) as DirectMapEntry);
    return this.#sorted;
  }

  /** The entry of one gibibyte of physical addresses; `undefined` where nothing is mapped. */
  entryAt(gigabyte: number): DirectMapEntry | undefined {
    if (this.whole.has(gigabyte)) return { gigabyte, table: null, bytes: GIB, splits: [] };
    const entry = this.partial.get(gigabyte);
    if (!entry) return undefined;
    const { small: bytes, table, host } = entry;
    const splits: DirectMapSplit[] = [];
    for (let index = 0; this.split.size > 0 && index < TABLE_ENTRIES; index++) {
      const split = this.split.get(gigabyte * TABLE_ENTRIES + index);
      if (split) splits.push({ index, table: split.table, lent: split.lent, orphan: split.orphan });
    }
    return { gigabyte, table: table === OF_BOOT ? "boot" : table === SELF_HOSTED ? { host } : table, bytes, splits };
  }

  /** Pages that hold its tables, as far as the allocator gave them. */
  get tablePages(): number {
    return this.owner.count;
  }

  /** Maps a range at boot: its tables are among the boot reservations. */
  mapBoot(start: number, end: number): void {
    this.#sorted = null;
    this.each(start, end, (gigabyte, size) => {
      if (size === GIB) {
        this.whole.add(gigabyte);
        this.mapped1G += GIB;
      } else {
        this.entryOf(gigabyte, OF_BOOT).small += size;
        this.mapped2M += Math.floor(size / TWO_MIB) * TWO_MIB;
        this.mapped4k += size % TWO_MIB;
      }
    });
  }

  /** Addresses in a range whose gibibyte needs a table that it does not have yet. */
  tablesNeeded(start: number, end: number): number[] {
    const needed: number[] = [];
    this.each(start, end, (gigabyte, size, at) => {
      if (size < GIB && !this.partial.has(gigabyte)) needed.push(at);
    });
    return needed;
  }

  /**
   * Maps hot-added memory. False (-ENOMEM) when no page for a table could be had on the way. With `selfHosted`, tables
   * lie on the memory itself.
   */
  map(start: number, end: number, node: number, selfHosted = false): boolean {
    this.#sorted = null;
    let complete = true;
    this.each(start, end, (gigabyte, size, at) => {
      if (size === GIB) {
        this.whole.add(gigabyte);
        this.mapped1G += GIB;
        return;
      }
      let entry = this.partial.get(gigabyte);
      if (!entry) {
        const table = selfHosted ? SELF_HOSTED : this.owners.take(this.owner, 0, node, null);
        if (table === -1) {
          complete = false;
          return;
        }
        entry = this.entryOf(gigabyte, table);
        entry.host = at;
      }
      entry.small += size;
      this.mapped2M += size;
    });
    return complete;
  }

  /** Takes a range out of the mapping and frees tables that became empty. A 1 GiB entry is split first when only part goes. */
  unmap(start: number, end: number, node: number): void {
    this.#sorted = null;
    this.each(start, end, (gigabyte, size, at) => {
      if (this.whole.has(gigabyte)) {
        if (size === GIB) {
          this.whole.delete(gigabyte);
          this.mapped1G -= GIB;
          return;
        }
        // Without a page for the table the kernel makes do with one that it kept back at boot.
        if (!this.splitGigabyte(gigabyte, node)) this.splitGigabyte(gigabyte, node, OF_BOOT);
      }
      const entry = this.partial.get(gigabyte);
      if (!entry) return;
      entry.small -= size;
      this.mapped2M -= size - this.unmapSplits(at, at + size, entry);
      if (
        entry.table === SELF_HOSTED &&
        entry.host >= start &&
        entry.host < end &&
        (entry.small > 0 || entry.orphans > 0)
      ) {
        // The table would go with the memory it lies on, but maps more than that.
        entry.table = this.owners.take(this.owner, 0, node, null);
      }
      this.dropIfEmpty(gigabyte, entry);
    });
  }

  /**
   * Lends the virtual page of a frame: from now on it leads to another physical page. Splits the entries that cover it.
   * Returns how many were split, or -1 (-ENOMEM) with nothing changed.
   */
  lend(frame: number, node: number): number {
    this.#sorted = null;
    const address = frame * PAGE_SIZE;
    const gigabyte = Math.floor(address / GIB);
    let splits = 0;
    if (this.whole.has(gigabyte)) {
      if (!this.splitGigabyte(gigabyte, node)) return -1;
      splits++;
    }
    const at = Math.floor(address / TWO_MIB);
    let split = this.split.get(at);
    if (!split) {
      const table = this.owners.take(this.owner, 0, node, null);
      if (table < 0) return -1;
      split = { table, lent: 0, orphan: false };
      this.split.set(at, split);
      this.splits2M++;
      splits++;
      this.mapped2M -= TWO_MIB;
      this.mapped4k += TWO_MIB;
    }
    split.lent++;
    this.lent++;
    return splits;
  }

  /** Gives a lent virtual page back: it leads to its own frame again, or nowhere when that is gone. */
  restore(frame: number): void {
    this.#sorted = null;
    const at = Math.floor((frame * PAGE_SIZE) / TWO_MIB);
    const split = this.split.get(at);
    if (!split) throw new Error(`the virtual page of pfn ${frame} was not lent`);
    split.lent--;
    this.lent--;
    if (!split.orphan) return;
    this.mapped4k -= PAGE_SIZE;
    if (split.lent > 0) return;
    this.split.delete(at);
    this.owners.give(this.owner, split.table);
    const gigabyte = Math.floor((frame * PAGE_SIZE) / GIB);
    const entry = this.partial.get(gigabyte);
    if (!entry) return;
    entry.orphans--;
    this.dropIfEmpty(gigabyte, entry);
  }

  /** Virtual pages of a range that lead elsewhere: memory cannot be mapped there while they do. */
  lentIn(start: number, end: number): number {
    let sum = 0;
    if (this.lent > 0)
      for (const [at, split] of this.split) if (at * TWO_MIB < end && (at + 1) * TWO_MIB > start) sum += split.lent;
    return sum;
  }

  /** Unmaps the split stretches of a range; those of which something is lent remain. Returns the bytes that they had mapped. */
  private unmapSplits(start: number, end: number, entry: Gigabyte): number {
    let bytes = 0;
    if (this.split.size === 0) return 0;
    for (let at = Math.floor(start / TWO_MIB); at * TWO_MIB < end; at++) {
      const split = this.split.get(at);
      if (!split) continue;
      bytes += TWO_MIB;
      this.mapped4k -= (TABLE_ENTRIES - split.lent) * PAGE_SIZE;
      if (split.lent === 0) {
        this.split.delete(at);
        this.owners.give(this.owner, split.table);
      } else {
        split.orphan = true;
        entry.orphans++;
      }
    }
    return bytes;
  }

  /** A 1 GiB entry becomes 512 of 2 MiB. False when there is no page for the table. */
  private splitGigabyte(gigabyte: number, node: number, kept?: number): boolean {
    const table = kept ?? this.owners.take(this.owner, 0, node, null);
    if (table < 0 && kept === undefined) return false;
    this.whole.delete(gigabyte);
    this.entryOf(gigabyte, table).small = GIB;
    this.splits1G++;
    this.mapped1G -= GIB;
    this.mapped2M += GIB;
    return true;
  }

  private entryOf(gigabyte: number, table: number): Gigabyte {
    const known = this.partial.get(gigabyte);
    if (known) return known;
    const entry: Gigabyte = { small: 0, table, host: gigabyte * GIB, orphans: 0 };
    this.partial.set(gigabyte, entry);
    return entry;
  }

  private dropIfEmpty(gigabyte: number, entry: Gigabyte): void {
    if (entry.small > 0 || entry.orphans > 0) return;
    if (entry.table >= 0) this.owners.give(this.owner, entry.table);
    this.partial.delete(gigabyte);
  }

  private each(start: number, end: number, visit: (gigabyte: number, size: number, at: number) => void): void {
    for (let at = start; at < end; ) {
      const gigabyte = Math.floor(at / GIB);
      const next = Math.min(end, (gigabyte + 1) * GIB);
      visit(gigabyte, next - at, at);
      at = next;
    }
  }
}

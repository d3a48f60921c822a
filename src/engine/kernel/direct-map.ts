/**
 * The kernel's direct mapping of all memory (arch/x86/mm/init.c, init_memory_mapping; init_64.c, remove_pagetable):
 * how much is mapped by 1 GiB, 2 MiB and 4 KiB entries, and the page-table pages that this takes.
 *
 * The table pages are real: each gibibyte that is mapped by 2 MiB entries has a PMD page taken from the allocator, and
 * gives it back when its last entry goes.
 */
import { GFP_ATOMIC } from "../memory/allocator.ts";
import { PageKind } from "../memory/kinds.ts";
import { GIB, MIB } from "../units.ts";
import type { Owner, Owners } from "../workload/owners.ts";

const TWO_MIB = 2 * MIB;

interface Gigabyte {
  /** Bytes mapped by 2 MiB entries. */
  small: number;
  /** The PMD page; -1 when it came from boot memory. */
  table: number;
}

export class DirectMap {
  /** Bytes mapped by entries of each size. */
  mapped4k = 0;
  mapped2M = 0;
  mapped1G = 0;
  private readonly owners: Owners;
  private readonly owner: Owner;
  /** Gibibytes mapped by 2 MiB entries. */
  private readonly partial = new Map<number, Gigabyte>();
  private readonly whole = new Set<number>();

  constructor(owners: Owners) {
    this.owners = owners;
    this.owner = owners.add("page tables of the direct map", PageKind.KernelPageTable, GFP_ATOMIC);
  }

  /** Maps a range at boot: its tables are among the boot reservations. */
  mapBoot(start: number, end: number): void {
    this.each(start, end, (gigabyte, size) => {
      if (size === GIB) {
        this.whole.add(gigabyte);
        this.mapped1G += GIB;
      } else {
        const entry = this.partial.get(gigabyte) ?? { small: 0, table: -1 };
        entry.small += size;
        this.partial.set(gigabyte, entry);
        this.mapped2M += Math.floor(size / TWO_MIB) * TWO_MIB;
        this.mapped4k += size % TWO_MIB;
      }
    });
  }

  /** Maps hot-added memory. False (-ENOMEM) when no page for a table could be had on the way. */
  map(start: number, end: number, node: number): boolean {
    let complete = true;
    this.each(start, end, (gigabyte, size) => {
      if (size === GIB) {
        this.whole.add(gigabyte);
        this.mapped1G += GIB;
        return;
      }
      let entry = this.partial.get(gigabyte);
      if (!entry) {
        const table = this.owners.take(this.owner, 0, node, null);
        if (table < 0) {
          complete = false;
          return;
        }
        entry = { small: 0, table };
        this.partial.set(gigabyte, entry);
      }
      entry.small += size;
      this.mapped2M += size;
    });
    return complete;
  }

  /** Takes a range out of the mapping and frees tables that became empty. A 1 GiB entry is split first when only part goes. */
  unmap(start: number, end: number, node: number): void {
    this.each(start, end, (gigabyte, size) => {
      if (this.whole.has(gigabyte)) {
        this.whole.delete(gigabyte);
        this.mapped1G -= GIB;
        if (size === GIB) return;
        const table = this.owners.take(this.owner, 0, node, null);
        this.partial.set(gigabyte, { small: GIB, table });
        this.mapped2M += GIB;
      }
      const entry = this.partial.get(gigabyte);
      if (!entry) return;
      entry.small -= size;
      this.mapped2M -= size;
      if (entry.small > 0) return;
      if (entry.table >= 0) this.owners.give(this.owner, entry.table);
      this.partial.delete(gigabyte);
    });
  }

  private each(start: number, end: number, visit: (gigabyte: number, size: number) => void): void {
    for (let at = start; at < end; ) {
      const gigabyte = Math.floor(at / GIB);
      const next = Math.min(end, (gigabyte + 1) * GIB);
      visit(gigabyte, next - at);
      at = next;
    }
  }
}

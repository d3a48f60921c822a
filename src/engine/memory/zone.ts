/** A zone: a span of a node's pages with its own free lists, counters and watermarks (include/linux/mmzone.h, struct zone). */
import { MIGRATE_TYPES, MigrateType, ZONE_NAMES, ZONE_TYPES, type ZoneType } from "./kinds.ts";
import { MAX_ORDER, PAGEBLOCK_PAGES } from "../units.ts";

export const NIL = -1;

export class Zone {
  /** Position in the kernel's list of zones; what the page array stores. */
  readonly index: number;
  readonly node: number;
  readonly type: ZoneType;
  readonly name: string;

  startPfn = 0;
  spanned = 0;
  present = 0;
  /** Pages of kernel zones that were there at boot; the auto-movable policy counts them. */
  presentEarly = 0;
  managed = 0;
  /** Pages of contiguous memory areas (see cma.ts). */
  cma = 0;

  /** NR_FREE_PAGES: free pages outside Isolate pageblocks. */
  free = 0;
  min = 0;
  low = 0;
  high = 0;
  /** On top of every mark, since pageblocks were mixed for want of others (watermark_boost). */
  boost = 0;
  /** lowmem_reserve: pages kept from requests that could have used zone `i`. */
  readonly protection = new Int32Array(ZONE_TYPES);

  /** First and last chunk of each free list, at `order * MIGRATE_TYPES + type`. A chunk is a page index, or a token (see buddy.ts). */
  readonly head = new Int32Array((MAX_ORDER + 1) * MIGRATE_TYPES).fill(NIL);
  readonly tail = new Int32Array((MAX_ORDER + 1) * MIGRATE_TYPES).fill(NIL);
  /** Chunks on each list; a token counts as 32. */
  readonly chunks = new Int32Array((MAX_ORDER + 1) * MIGRATE_TYPES);

  /**
   * Requests served from here, since boot (enum numa_stat_item): as wanted, in place of another zone, and by another in
   * place of this one; for the CPUs' own node, and for another.
   */
  readonly served = { hit: 0, miss: 0, foreign: 0, local: 0, other: 0 };

  /** Goes up with every change to a figure above or below; whoever reads them compares it with the one that they saw. */
  revision = 0;

  constructor(index: number, node: number, type: ZoneType) {
    this.index = index;
    this.node = node;
    this.type = type;
    this.name = ZONE_NAMES[type] as string;
  }

  /** Free pages came or went, or went to another list. */
  countFree(change: number): void {
    this.free += change;
    this.revision++;
  }

  /** Pages came into the allocator's care, or left it (adjust_managed_page_count). */
  countManaged(change: number): void {
    this.managed += change;
    this.revision++;
  }

  /** Pages of memory came or went. */
  countPresent(change: number): void {
    this.present += change;
    this.revision++;
  }

  setSpan(startPfn: number, spanned: number): void {
    this.startPfn = startPfn;
    this.spanned = spanned;
    this.revision++;
  }

  setMarks(min: number, low: number, high: number): void {
    this.min = min;
    this.low = low;
    this.high = high;
    this.revision++;
  }

  /** Pages kept from requests that could have used each higher zone. */
  setProtection(above: readonly number[]): void {
    this.protection.fill(0);
    this.protection.set(above);
    this.revision++;
  }

  /**
   * Asks for more than the marks while pageblocks are being mixed (boost_watermark, with vm.watermark_boost_factor 15,000): by
   * a pageblock, up to one and a half times high. Small zones never do.
   */
  raise(): void {
    if (this.managed < 4 * PAGEBLOCK_PAGES) return;
    this.boost = Math.min(this.boost + PAGEBLOCK_PAGES, Math.max(PAGEBLOCK_PAGES, Math.floor(this.high * 1.5)));
    this.revision++;
  }

  get populated(): boolean {
    return this.present > 0;
  }

  get end(): number {
    return this.startPfn + this.spanned;
  }

  /** zone_intersects: an empty zone intersects nothing. */
  intersects(start: number, pages: number): boolean {
    return this.spanned > 0 && start < this.end && start + pages > this.startPfn;
  }

  /** Free chunks of an order over all migrate types. */
  chunksOfOrder(order: number): number {
    let sum = 0;
    for (let type = 0; type < MIGRATE_TYPES; type++) sum += this.chunks[order * MIGRATE_TYPES + type] as number;
    return sum;
  }

  /** Free pages of a migrate type. */
  freeOfType(type: MigrateType): number {
    let sum = 0;
    for (let order = 0; order <= MAX_ORDER; order++)
      sum += (this.chunks[order * MIGRATE_TYPES + type] as number) << order;
    return sum;
  }

  /**
   * Whether a request may take pages from here (mm/page_alloc.c, __zone_watermark_ok): what is left must exceed the
   * mark and what is held back for requests that can only use lower zones, and a chunk that large must exist. Free pages
   * of a contiguous area are there for movable requests only.
   */
  watermarkOk(order: number, mark: number, highestZone: number, usesCma = false): boolean {
    return !this.isBelow(order, mark, highestZone, usesCma) && (order === 0 || this.hasChunk(order, usesCma));
  }

  /** Whether a request would leave no more than the mark and what is held back from it. */
  isBelow(order: number, mark: number, highestZone: number, usesCma: boolean): boolean {
    return this.wouldLeave(order, usesCma) <= mark + (this.protection[highestZone] as number);
  }

  /** Free pages that a request of an order counts on: less all but one of its own, and less what it may not use. */
  wouldLeave(order: number, usesCma: boolean): number {
    return this.free - ((1 << order) - 1) - (this.cma > 0 && !usesCma ? this.freeOfType(MigrateType.Cma) : 0);
  }

  /** Whether there is a free chunk of an order or larger on a list that a request may use. */
  hasChunk(order: number, usesCma: boolean): boolean {
    for (let o = order; o <= MAX_ORDER; o++) {
      const at = o * MIGRATE_TYPES;
      if (usesCma && this.chunks[at + MigrateType.Cma]) return true;
      if (
        this.chunks[at + MigrateType.Unmovable] ||
        this.chunks[at + MigrateType.Movable] ||
        this.chunks[at + MigrateType.Reclaimable]
      )
        return true;
    }
    return false;
  }
}

/** What a zone's line of figures says, in pages: in its record, beside its lists. */
export interface ZoneFigures {
  readonly node: number;
  readonly zone: string;
  readonly startPfn: number;
  readonly spanned: number;
  readonly present: number;
  readonly managed: number;
  /** NR_FREE_PAGES: free pages outside Isolate pageblocks. */
  readonly free: number;
  readonly min: number;
  readonly low: number;
  readonly high: number;
  /** lowmem_reserve against requests that could use each zone type, DMA to Device. */
  readonly protection: readonly number[];
}

export function figuresOf(zone: Zone): ZoneFigures {
  const { node, name, startPfn, spanned, present, managed, free, min, low, high } = zone;
  const protection = [...zone.protection];
  return { node, zone: name, startPfn, spanned, present, managed, free, min, low, high, protection };
}

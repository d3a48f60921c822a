/**
 * Page allocation over all zones: which zone a request gets its pages from, and what is tried when nothing is left
 * (mm/page_alloc.c, __alloc_pages, get_page_from_freelist, __alloc_pages_slowpath).
 */
import type { Buddy } from "./buddy.ts";
import { MigrateType, ZoneType } from "./kinds.ts";
import type { NumaNode } from "./node.ts";
import { NOT_HEAD, type PageArray } from "./page-array.ts";
import { SECTION_SHIFT } from "../units.ts";
import type { Zone } from "./zone.ts";

/** What a request may use: `gfp_t` reduced to what decides where pages come from. */
export interface Gfp {
  readonly highest: ZoneType;
  readonly type: MigrateType;
  /** May dip into reserves and never reclaims (GFP_ATOMIC). */
  readonly atomic?: boolean;
  /** Stay on the preferred node (__GFP_THISNODE). */
  readonly thisNode?: boolean;
  /** Will not move again soon: no page of a contiguous area (a task that pins, PF_MEMALLOC_PIN). */
  readonly staysForLong?: boolean;
  /** Do not reclaim: fail at once (huge pages, first tries). */
  readonly noReclaim?: boolean;
}
export const GFP_KERNEL: Gfp = { highest: ZoneType.Normal, type: MigrateType.Unmovable };
export const GFP_ATOMIC: Gfp = { highest: ZoneType.Normal, type: MigrateType.Unmovable, atomic: true };
export const GFP_RECLAIMABLE: Gfp = { highest: ZoneType.Normal, type: MigrateType.Reclaimable };
export const GFP_HIGHUSER_MOVABLE: Gfp = { highest: ZoneType.Movable, type: MigrateType.Movable };
/** User pages that must not be in ZONE_MOVABLE: long-term pins, migration targets of kernel-zone pages. */
export const GFP_USER_MOVABLE: Gfp = { highest: ZoneType.Normal, type: MigrateType.Movable };

/** Nodes that a request may use; `null` is any. */
export type NodeMask = ReadonlySet<number> | null;

/** Frees pages when memory is short; returns how many. */
export type Reclaim = (zones: readonly Zone[], wanted: number) => number;

/** Rounds of reclaim before a request gives up (MAX_RECLAIM_RETRIES). */
const RECLAIM_ROUNDS = 16;
/** Pages that one round of direct reclaim aims for (SWAP_CLUSTER_MAX). */
const RECLAIM_BATCH = 32;

const BOOT = { stamp: 0 };

export class Allocator {
  readonly pages: PageArray;
  readonly buddy: Buddy;
  private readonly nodes: readonly NumaNode[];
  /** What allocations are charged to: says when and why. All that boot takes is charged to boot. */
  causes: { readonly stamp: number } = BOOT;
  reclaim: Reclaim = () => 0;
  /** Order-0 pages that requests took, all zones: drives the cost of reclaim in the busy server. */
  onlineNodes = 1;
  /** Node of the CPUs that requests come from. */
  cpuNode = 0;

  constructor(pages: PageArray, buddy: Buddy, nodes: readonly NumaNode[]) {
    this.pages = pages;
    this.buddy = buddy;
    this.nodes = nodes;
  }

  /** For `PageArray.born`: the number of the present cause. */
  get stamp(): number {
    return this.causes.stamp;
  }

  /**
   * Takes 2^order pages for a use. Returns the index of the first page, or -1 (-ENOMEM).
   * All pages get the kind, flags and words given; `order` of the first page is set for chunks larger than one page.
   */
  alloc(
    gfp: Gfp,
    order: number,
    node: number,
    mask: NodeMask,
    kind: number,
    flags: number,
    a: number,
    b: number,
  ): number {
    const zone = this.place(gfp, order, node, mask);
    if (zone === undefined) return -1;
    const index = this.taken;
    const pages = this.pages;
    pages.setKind(index, 1 << order, kind, flags);
    if (order === 0) {
      pages.born[index] = this.stamp;
      pages.a[index] = a;
      pages.b[index] = b;
    } else {
      const end = index + (1 << order);
      pages.born.fill(this.stamp, index, end);
      pages.a.fill(a, index, end);
      pages.b.fill(b, index, end);
      pages.order[index] = order;
    }
    return index;
  }

  /** Told of every chunk that is given back, where somebody keeps books on pages in use. */
  onFree: ((index: number, order: number) => void) | null = null;

  /** Gives 2^order pages back to the zone that they belong to. */
  free(index: number, order: number): void {
    const pages = this.pages;
    if (this.onFree !== null) this.onFree(index, order);
    pages.order[index] = NOT_HEAD;
    this.buddy.give(this.zoneOf(index), index, order, false);
  }

  zoneOf(index: number): Zone {
    const section = this.pages.sectionOfSlot[index >> SECTION_SHIFT] as number;
    const zone = this.pages.zoneOfSection[section] as number;
    return (zone >= 0 ? this.zones[zone] : this.mixedZone(index)) as Zone;
  }

  /** All zones by index; and how to find the zone of a page in a boot section that several zones share. */
  zones: readonly Zone[] = [];
  mixedZone: (index: number) => Zone | undefined = () => undefined;

  private taken = -1;

  private place(gfp: Gfp, order: number, node: number, mask: NodeMask): Zone | undefined {
    const list = (this.nodes[node] as NumaNode).zonelist;
    let zone = this.walk(list, gfp, order, node, mask, "low");
    if (zone) return zone;
    zone = this.walk(list, gfp, order, node, mask, gfp.atomic ? "atomic" : "min");
    if (zone || gfp.atomic || gfp.noReclaim) return zone;
    const usable = list.filter(
      (z) => z.type <= gfp.highest && (!mask || mask.has(z.node)) && (!gfp.thisNode || z.node === node),
    );
    for (let round = 0; round < RECLAIM_ROUNDS; round++) {
      if (this.reclaim(usable, Math.max(RECLAIM_BATCH, 1 << order)) === 0) return undefined;
      zone = this.walk(list, gfp, order, node, mask, "min");
      if (zone) return zone;
    }
    return undefined;
  }

  /** zone_statistics. */
  private account(preferred: Zone, zone: Zone): void {
    if (zone.node === preferred.node) zone.served.hit++;
    else {
      zone.served.miss++;
      preferred.served.foreign++;
    }
    if (zone.node === this.cpuNode) zone.served.local++;
    else zone.served.other++;
  }

  /** get_page_from_freelist. Leaves the chunk found in `taken`. */
  private walk(
    list: readonly Zone[],
    gfp: Gfp,
    order: number,
    node: number,
    mask: NodeMask,
    mark: "low" | "min" | "atomic",
  ): Zone | undefined {
    let preferred: Zone | undefined;
    let noFragment = false;
    for (;;) {
      let leftPreferredNode = false;
      for (const zone of list) {
        if (zone.type > gfp.highest || (mask !== null && !mask.has(zone.node)) || (gfp.thisNode && zone.node !== node))
          continue;
        if (preferred === undefined) {
          preferred = zone;
          noFragment = this.avoidsFragmentation(zone);
        }
        if (noFragment && zone !== preferred && this.onlineNodes > 1 && zone.node !== preferred.node) {
          leftPreferredNode = true;
          break;
        }
        const threshold =
          mark === "low" ? zone.low : mark === "min" ? zone.min : zone.min - (zone.min >> 1) - (zone.min >> 3);
        const usesCma = gfp.type === MigrateType.Movable && !gfp.staysForLong;
        if (!zone.watermarkOk(order, threshold, gfp.highest, usesCma)) continue;
        const page = this.buddy.take(zone, order, gfp.type, !noFragment, usesCma);
        if (page >= 0) {
          this.taken = page;
          this.account(preferred, zone);
          return zone;
        }
      }
      if (!noFragment && !leftPreferredNode) return undefined;
      noFragment = false;
      if (preferred === undefined) return undefined;
    }
  }

  /** alloc_flags_nofragment: Normal above a populated DMA32 rather takes from there than mixes migrate types. */
  private avoidsFragmentation(zone: Zone): boolean {
    if (zone.type !== ZoneType.Normal) return false;
    const below = (this.nodes[zone.node] as NumaNode).zones[ZoneType.DMA32] as Zone;
    return this.onlineNodes === 1 || below.populated;
  }
}

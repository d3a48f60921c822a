/**
 * Page allocation over all zones: which zone a request gets its pages from, and what is tried when nothing is left
 * (mm/page_alloc.c, __alloc_pages, get_page_from_freelist, __alloc_pages_slowpath).
 */
import { type Buddy, type Choice, newChoice, Steal } from "./buddy.ts";
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
  /** Of who frees memory: may take the last page there is, and reclaims none (PF_MEMALLOC). */
  readonly memalloc?: boolean;
}
export const GFP_KERNEL: Gfp = { highest: ZoneType.Normal, type: MigrateType.Unmovable };
export const GFP_ATOMIC: Gfp = { highest: ZoneType.Normal, type: MigrateType.Unmovable, atomic: true };
export const GFP_RECLAIMABLE: Gfp = { highest: ZoneType.Normal, type: MigrateType.Reclaimable };
/** Of users, and not movable: with 64 bits there is no high memory, and nothing tells it from the kernel's own. */
export const GFP_HIGHUSER: Gfp = GFP_KERNEL;
export const GFP_HIGHUSER_MOVABLE: Gfp = { highest: ZoneType.Movable, type: MigrateType.Movable };
/** User pages that must not be in ZONE_MOVABLE: long-term pins, migration targets of kernel-zone pages. */
export const GFP_USER_MOVABLE: Gfp = { highest: ZoneType.Normal, type: MigrateType.Movable };

/** Nodes that a request may use; `null` is any. */
export type NodeMask = ReadonlySet<number> | null;

/** Where a request begins, and where it may go from there. */
export interface Nodes {
  readonly node: number;
  readonly mask: NodeMask;
}

/** Frees pages when memory is short; returns how many. */
export type Reclaim = (zones: readonly Zone[], wanted: number) => number;

/** Rounds of reclaim before a request gives up (MAX_RECLAIM_RETRIES). */
const RECLAIM_ROUNDS = 16;
/** Pages that one round of direct reclaim aims for (SWAP_CLUSTER_MAX). */
const RECLAIM_BATCH = 32;

const BOOT = { stamp: 0 };

/** Which mark a zone's free pages must exceed: a first try asks for more than the second, and GFP_ATOMIC for less. */
export type Mark = "low" | "min" | "atomic" | "none";

/** What a try says of a zone on its way, in the order in which that is asked. */
export type Verdict =
  /** A zone that the request may not use: above its highest (`gfp_zone`), */
  | "above"
  /** of a node that its policy leaves out, */
  | "mask"
  /** or of another node than the only one (__GFP_THISNODE). */
  | "other node"
  /** Before another node is asked, the near one may mix migrate types. Ends the try. */
  | "stays near"
  /** Too few pages would be left. */
  | "below"
  /** Enough pages, but no chunk so large. */
  | "no chunk"
  /** Chunks of other migrate types only, none of them a whole pageblock, and nothing is to be mixed yet. */
  | "would mix"
  | "serves";

/** Is told of every zone that a request asks, try by try. */
export type Witness = (mark: Mark, mayFragment: boolean, zone: Zone, verdict: Verdict) => void;

/** Where a request is served: a zone, and a chunk of its lists. */
export interface Placement {
  zone: Zone | null;
  /** The zone that it would like best (zone_statistics). */
  preferred: Zone | null;
  /** The mark that is kept. */
  mark: Mark;
  readonly chunk: Choice;
}
export const newPlacement = (): Placement => ({ zone: null, preferred: null, mark: "low", chunk: newChoice() });

/** For requests that are carried out at once. No state: each fills it before it reads it. */
const AT_ONCE = newPlacement();

/** The mark in pages; GFP_ATOMIC may use half and a quarter of what is below min. */
export const pagesOf = (zone: Zone, mark: Mark): number =>
  mark === "low"
    ? zone.low + zone.boost
    : mark === "min"
      ? zone.min + zone.boost
      : mark === "atomic"
        ? zone.min - (zone.min >> 1) - (zone.min >> 3)
        : 0;

/** Movable requests may use contiguous areas, unless they stay for long (ALLOC_CMA). */
export const usesCma = (gfp: Gfp): boolean => gfp.type === MigrateType.Movable && !gfp.staysForLong;

/** Zones of a list that a request may use: those that direct reclaim looks through for it. */
export const usableZones = (list: readonly Zone[], gfp: Gfp, node: number, mask: NodeMask): Zone[] =>
  list.filter((zone) => forbids(zone, gfp, node, mask) === null);

const forbids = (zone: Zone, gfp: Gfp, node: number, mask: NodeMask): "above" | "mask" | "other node" | null =>
  zone.type > gfp.highest
    ? "above"
    : mask !== null && !mask.has(zone.node)
      ? "mask"
      : gfp.thisNode && zone.node !== node
        ? "other node"
        : null;

export class Allocator {
  readonly pages: PageArray;
  readonly buddy: Buddy;
  private readonly nodes: readonly NumaNode[];
  /** What allocations are charged to: says when and why. All that boot takes is charged to boot. */
  causes: { readonly stamp: number } = BOOT;
  reclaim: Reclaim = () => 0;
  /** Told of the zones of a request that found less than their low marks; nobody, as long as nothing can be swapped out (wakeup_kswapd). */
  kswapd: ((zones: readonly Zone[]) => void) | null = null;
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
    const index = this.take(gfp, order, node, mask);
    if (index < 0) return -1;
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

  /**
   * Takes a single page for each of the pages in `originals`, of its kind, with the flags and words given: those that as
   * many requests one after the other would get. Appends their indexes to `into`, fewer where no more can be had (-ENOMEM).
   */
  allocCopies(
    gfp: Gfp,
    originals: readonly number[],
    { node, mask }: Nodes,
    { flags, a, b }: { readonly flags: number; readonly a: number; readonly b: number },
    into: number[],
  ): void {
    const { pages, stamp } = this;
    const begin = into.length;
    for (let left = originals.length; left > 0; ) {
      const had = this.takeSingles(gfp, left, node, mask, into);
      if (had === 0) break;
      left -= had;
    }
    for (let i = begin; i < into.length; i++) {
      const index = into[i] as number;
      pages.setKind(index, 1, pages.kind[originals[i - begin] as number] as number, flags);
      pages.born[index] = stamp;
      pages.a[index] = a;
      pages.b[index] = b;
    }
  }

  /** Takes up to `wanted` single pages from the zone that the next request would be served from. Returns how many; 0 is -ENOMEM. */
  private takeSingles(gfp: Gfp, wanted: number, node: number, mask: NodeMask, into: number[]): number {
    const { chunk } = AT_ONCE;
    const decided = this.decide(gfp, 0, node, mask, AT_ONCE);
    const zone = AT_ONCE.zone as Zone;
    // Of the next requests nothing is known where reclaim helps, a chunk is stolen, or a contiguous area has its share.
    if (!decided || chunk.steal !== Steal.Nothing || zone.cma > 0) {
      const page = decided ? this.carryOut(gfp, 0, node, mask) : this.take(gfp, 0, node, mask);
      if (page < 0) return 0;
      into.push(page);
      return 1;
    }
    const above = zone.free - pagesOf(zone, AT_ONCE.mark) - (zone.protection[gfp.highest] as number);
    const had = this.buddy.takeSingles(zone, Math.min(wanted, above), chunk.from, into);
    this.account(AT_ONCE.preferred as Zone, zone, had);
    if (AT_ONCE.mark !== "low") this.wake(gfp, node, mask);
    return had;
  }

  /** Zones that nothing can be reclaimed from go on asking for more than their marks. */
  starvedStayBoosted = false;

  /** Told of every chunk that is given back, where somebody keeps books on pages in use. */
  onFree: ((index: number, order: number) => void) | null = null;

  /** Gives 2^order pages back to the zone that they belong to. */
  free(index: number, order: number): void {
    const pages = this.pages;
    if (this.onFree !== null) this.onFree(index, order);
    pages.order[index] = NOT_HEAD;
    this.buddy.give(this.zoneOf(index), index, order, false);
  }

  /** Gives back single pages of a section that follow each other: the same as one after the other. */
  freeRun(first: number, count: number): void {
    const { pages } = this;
    const section = pages.sectionOfIndex(first);
    if (this.onFree !== null || (pages.zoneOfSection[section] as number) < 0) {
      for (let index = first; index < first + count; index++) this.free(index, 0);
      return;
    }
    this.buddy.giveRun(this.zoneOf(first), first, count);
  }

  zoneOf(index: number): Zone {
    const section = this.pages.sectionOfSlot[index >> SECTION_SHIFT] as number;
    const zone = this.pages.zoneOfSection[section] as number;
    return (zone >= 0 ? this.zones[zone] : this.mixedZone(index)) as Zone;
  }

  /** All zones by index; and how to find the zone of a page in a boot section that several zones share. */
  zones: readonly Zone[] = [];
  mixedZone: (index: number) => Zone | undefined = () => undefined;

  /** Decides, carries out, and reclaims where nothing can be had (__alloc_pages). Returns the first page or -1. */
  private take(gfp: Gfp, order: number, node: number, mask: NodeMask): number {
    if (this.decide(gfp, order, node, mask, AT_ONCE)) return this.carryOut(gfp, order, node, mask);
    if (gfp.atomic || gfp.noReclaim || gfp.memalloc) return -1;
    const list = (this.nodes[node] as NumaNode).zonelist;
    const usable = usableZones(list, gfp, node, mask);
    for (let round = 0; round < RECLAIM_ROUNDS; round++) {
      if (this.reclaim(usable, Math.max(RECLAIM_BATCH, 1 << order)) === 0) {
        // kswapd, which would take the boost away again, has given up on nodes where nothing can be reclaimed.
        if (this.starvedStayBoosted && order === 0 && gfp.type !== MigrateType.Movable)
          for (const zone of usable) zone.raise();
        return -1;
      }
      for (const zone of usable) zone.boost = 0;
      if (this.walk(list, gfp, order, node, mask, "min", AT_ONCE)) return this.carryOut(gfp, order, node, mask);
    }
    return -1;
  }

  /**
   * Where a request would be served without reclaim: above the low marks, else above min (get_page_from_freelist, and the
   * slow path's first try). False when nowhere. Changes nothing: whoever wants to know what would happen asks here, too.
   */
  decide(
    gfp: Gfp,
    order: number,
    node: number,
    mask: NodeMask,
    placement: Placement,
    witness: Witness | null = null,
  ): boolean {
    const list = (this.nodes[node] as NumaNode).zonelist;
    return (
      this.walk(list, gfp, order, node, mask, "low", placement, witness) ||
      this.walk(list, gfp, order, node, mask, gfp.memalloc ? "none" : gfp.atomic ? "atomic" : "min", placement, witness)
    );
  }

  private carryOut(gfp: Gfp, order: number, node: number, mask: NodeMask): number {
    const zone = AT_ONCE.zone as Zone;
    const { mark } = AT_ONCE;
    this.account(AT_ONCE.preferred as Zone, zone, 1);
    const page = this.buddy.carryOut(zone, order, gfp.type, AT_ONCE.chunk);
    if (mark !== "low") this.wake(gfp, node, mask);
    return page;
  }

  /** wake_all_kswapds. */
  private wake(gfp: Gfp, node: number, mask: NodeMask): void {
    if (this.kswapd === null || gfp.noReclaim || gfp.memalloc) return;
    this.kswapd(usableZones((this.nodes[node] as NumaNode).zonelist, gfp, node, mask));
  }

  /** zone_statistics. */
  private account(preferred: Zone, zone: Zone, pages: number): void {
    if (zone.node === preferred.node) zone.served.hit += pages;
    else {
      zone.served.miss += pages;
      preferred.served.foreign += pages;
    }
    if (zone.node === this.cpuNode) zone.served.local += pages;
    else zone.served.other += pages;
  }

  /** get_page_from_freelist, without taking the page. */
  private walk(
    list: readonly Zone[],
    gfp: Gfp,
    order: number,
    node: number,
    mask: NodeMask,
    mark: Mark,
    placement: Placement,
    witness: Witness | null = null,
  ): boolean {
    const cma = usesCma(gfp);
    placement.zone = placement.preferred = null;
    placement.mark = mark;
    let noFragment = false;
    for (;;) {
      let leftPreferredNode = false;
      for (const zone of list) {
        const forbidden = forbids(zone, gfp, node, mask);
        if (forbidden !== null) {
          witness?.(mark, !noFragment, zone, forbidden);
          continue;
        }
        if (placement.preferred === null) {
          placement.preferred = zone;
          noFragment = this.avoidsFragmentation(zone);
        }
        if (noFragment && this.onlineNodes > 1 && zone.node !== placement.preferred.node) {
          witness?.(mark, false, zone, "stays near");
          leftPreferredNode = true;
          break;
        }
        const pages = pagesOf(zone, mark);
        if (!zone.watermarkOk(order, pages, gfp.highest, cma)) {
          witness?.(mark, !noFragment, zone, zone.isBelow(order, pages, gfp.highest, cma) ? "below" : "no chunk");
          continue;
        }
        if (this.buddy.choose(zone, order, gfp.type, !noFragment, cma, placement.chunk)) {
          witness?.(mark, !noFragment, zone, "serves");
          placement.zone = zone;
          return true;
        }
        witness?.(mark, !noFragment, zone, noFragment ? "would mix" : "no chunk");
      }
      if (!noFragment && !leftPreferredNode) return false;
      noFragment = false;
      if (placement.preferred === null) return false;
    }
  }

  /** alloc_flags_nofragment: Normal above a populated DMA32 rather takes from there than mixes migrate types. */
  private avoidsFragmentation(zone: Zone): boolean {
    if (zone.type !== ZoneType.Normal) return false;
    const below = (this.nodes[zone.node] as NumaNode).zones[ZoneType.DMA32] as Zone;
    return this.onlineNodes === 1 || below.populated;
  }
}

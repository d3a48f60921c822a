/**
 * The pool of huge pages of 2 MiB (mm/hugetlb.c): pages set aside by an administrator, taken by mappings that asked for
 * them, moved or dissolved when their memory block goes offline.
 */
import type { ErrnoName } from "../hotplug/outcome.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type Gfp, GFP_HIGHUSER_MOVABLE, type NodeMask } from "../memory/allocator.ts";
import { PageKind } from "../memory/kinds.ts";
import { PAGEBLOCK_ORDER, PAGES_PER_SECTION, SECTION_SHIFT, sectionOf } from "../units.ts";

export const HUGE_ORDER = PAGEBLOCK_ORDER;
export const HUGE_PAGES = 1 << HUGE_ORDER;
/** Mapping of a huge page that nobody uses. */
const POOLED = -2;
const GFP_HUGE: Gfp = { ...GFP_HIGHUSER_MOVABLE, noReclaim: true };

export interface HugeTarget {
  readonly page: number;
  /** Taken from the buddy allocator for this move: the page that it replaces goes back there. */
  readonly temporary: boolean;
}

export class HugePool {
  private readonly kernel: Kernel;
  /** Free pages of each node, the newest last: the next to be taken. */
  private readonly free: number[][];
  /** Pages of each node, free or in use. */
  readonly total: number[];
  readonly surplus: number[];
  /** Pages promised to mappings that have not touched them yet. */
  reserved = 0;
  /** vm.nr_overcommit_hugepages. */
  overcommit = 0;
  private nextNode = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.free = kernel.nodes.map(() => []);
    this.total = kernel.nodes.map(() => 0);
    this.surplus = kernel.nodes.map(() => 0);
  }

  get pages(): number {
    return this.total.reduce((sum, n) => sum + n, 0);
  }

  get freePages(): number {
    return this.free.reduce((sum, list) => sum + list.length, 0);
  }

  freeOn(node: number): number {
    return this.free[node]?.length ?? 0;
  }

  /** Pages of users do not count the pool's free ones; the audit adds them. */
  get pooledBasePages(): number {
    return this.freePages * HUGE_PAGES;
  }

  /**
   * Makes the pool as large as asked, as far as memory allows (set_max_huge_pages): over all nodes in turn, or on one
   * node. Never fails; what could not be had is seen by reading back.
   */
  resize(count: number, node: number | null): void {
    const nodes = node === null ? this.kernel.nodes.filter((one) => one.hasMemory).map((one) => one.id) : [node];
    const size = (): number =>
      node === null ? this.persistent : (this.total[node] as number) - (this.surplus[node] as number);
    while (size() < count && this.growOnOneOf(nodes));
    while (size() > count && this.freePages > this.reserved && this.shrinkOnOneOf(nodes));
  }

  /** A page for a mapping, from the pool (dequeue_huge_page): the nearest allowed node that has one. -1 when none has. */
  take(node: number, mask: NodeMask, promised: boolean): number {
    if (!promised && this.freePages - this.reserved <= 0) return -1;
    for (const id of this.nearTo(node, mask)) {
      const page = this.free[id]?.pop();
      if (page === undefined) continue;
      if (promised) this.reserved--;
      return page;
    }
    return -1;
  }

  /** A mapping is done with a page (free_huge_page). */
  put(page: number): void {
    const node = this.kernel.zoneOfIndex(page).node;
    if ((this.surplus[node] as number) > 0) {
      this.surplus[node] = (this.surplus[node] as number) - 1;
      this.giveToBuddy(page, node);
      return;
    }
    this.mark(page, POOLED, -1);
    (this.free[node] as number[]).push(page);
  }

  /** Where a page can move to: a free page of the pool on an allowed node, or a fresh one (alloc_huge_page_nodemask). */
  targetFor(node: number, mask: NodeMask): HugeTarget | undefined {
    const pooled = this.take(node, mask, false);
    if (pooled >= 0) return { page: pooled, temporary: false };
    const fresh = this.kernel.allocator.alloc(GFP_HUGE, HUGE_ORDER, node, mask, PageKind.Hugetlb, 0, POOLED, -1);
    if (fresh < 0) return undefined;
    const on = this.kernel.zoneOfIndex(fresh).node;
    this.total[on] = (this.total[on] as number) + 1;
    return { page: fresh, temporary: true };
  }

  /** A target that was not needed after all. */
  returnTarget(target: HugeTarget): void {
    if (target.temporary) this.giveToBuddy(target.page, this.kernel.zoneOfIndex(target.page).node);
    else this.put(target.page);
  }

  /** The page that a target replaced: temporary pages change places with it, so that no pool grows by a move. */
  replaced(page: number, target: HugeTarget): void {
    if (target.temporary) this.giveToBuddy(page, this.kernel.zoneOfIndex(page).node);
    else this.put(page);
  }

  /** dissolve_free_huge_pages: free pages in a range leave the pool for good. EBUSY when they are promised. */
  dissolve(startPfn: number, pages: number): ErrnoName | null {
    const end = startPfn + pages;
    for (let section = sectionOf(startPfn); section * PAGES_PER_SECTION < end; section++) {
      const slot = this.kernel.pages.slotOf[section] as number;
      if (slot < 0 || this.kernel.pages.countIn(section, PageKind.Hugetlb) === 0) continue;
      for (let page = slot << SECTION_SHIFT; page < (slot + 1) << SECTION_SHIFT; page += HUGE_PAGES) {
        if (this.kernel.pages.kind[page] !== PageKind.Hugetlb || this.kernel.pages.a[page] !== POOLED) continue;
        if (this.freePages - this.reserved <= 0) return "EBUSY";
        this.dissolveOne(page);
      }
    }
    return null;
  }

  /** A free page leaves the pool, e.g. because part of it is broken (dissolve_free_huge_page). */
  dissolveOne(page: number): void {
    const node = this.kernel.zoneOfIndex(page).node;
    const list = this.free[node] as number[];
    list.splice(list.indexOf(page), 1);
    this.giveToBuddy(page, node);
  }

  /** Free pages by index, for the audit. */
  *[Symbol.iterator](): Iterator<number> {
    for (const list of this.free) yield* list;
  }

  private get persistent(): number {
    return this.pages - this.surplus.reduce((sum, n) => sum + n, 0);
  }

  /** A fresh page on the next of these nodes that has one (alloc_pool_huge_page). */
  private growOnOneOf(nodes: readonly number[]): boolean {
    for (let tried = 0; tried < nodes.length; tried++) {
      const node = nodes[this.nextNode++ % nodes.length] as number;
      const page = this.kernel.allocator.alloc(
        { ...GFP_HUGE, thisNode: true },
        HUGE_ORDER,
        node,
        null,
        PageKind.Hugetlb,
        0,
        POOLED,
        -1,
      );
      if (page < 0) continue;
      this.total[node] = (this.total[node] as number) + 1;
      (this.free[node] as number[]).push(page);
      return true;
    }
    return false;
  }

  private shrinkOnOneOf(nodes: readonly number[]): boolean {
    for (let tried = 0; tried < nodes.length; tried++) {
      const node = nodes[this.nextNode++ % nodes.length] as number;
      const page = this.free[node]?.pop();
      if (page === undefined) continue;
      this.giveToBuddy(page, node);
      return true;
    }
    return false;
  }

  private giveToBuddy(page: number, node: number): void {
    this.total[node] = (this.total[node] as number) - 1;
    this.kernel.allocator.free(page, HUGE_ORDER);
  }

  private *nearTo(node: number, mask: NodeMask): Iterable<number> {
    for (const id of this.kernel.nodes[node]?.fallback ?? []) if (!mask || mask.has(id)) yield id;
  }

  private mark(page: number, a: number, b: number): void {
    this.kernel.pages.a.fill(a, page, page + HUGE_PAGES);
    this.kernel.pages.b.fill(b, page, page + HUGE_PAGES);
  }
}

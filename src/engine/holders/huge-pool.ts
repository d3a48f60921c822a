/**
 * The pool of huge pages of 2 MiB (mm/hugetlb.c): pages set aside by an administrator, taken by mappings that asked for
 * them, moved or dissolved when their memory block goes offline.
 */
import { AT_ONCE, finish, type Slices } from "../chronicle/slices.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { type Allocator, type Gfp, GFP_HIGHUSER_MOVABLE, type NodeMask } from "../memory/allocator.ts";
import { PageKind } from "../memory/kinds.ts";
import type { NumaNode } from "../memory/node.ts";
import type { PageArray } from "../memory/page-array.ts";
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

/** What of a kernel the pool works with. */
export interface PoolMemory {
  readonly nodes: readonly NumaNode[];
  readonly memoryNodes: readonly number[];
  readonly pages: PageArray;
  readonly allocator: Allocator;
  readonly profile: {
    readonly poolsHugeInBatches: boolean;
    readonly sharesOutBootHuge: boolean;
    readonly countsPersistentHuge: boolean;
  };
}

export class HugePool {
  private readonly kernel: PoolMemory;
  /** Free pages of each node, the newest last: the next to be taken. */
  private readonly free: number[][];
  /** Pages of each node, free or in use. */
  readonly total: number[];
  /** Pages of each node beyond the administrator's number: they leave the pool when they come free. */
  readonly surplus: number[];
  /** Pages promised to mappings that have not touched them yet. */
  reserved = 0;
  /** vm.nr_overcommit_hugepages: how many surplus pages there may be. */
  overcommit: number | bigint = 0;
  /** vm.nr_hugepages: what the administrator got, less what was dissolved since (max_huge_pages). */
  most = 0;
  /** Somebody changes its size (resize_lock). */
  private resizes = false;
  /** Whose turn it is to give memory to the pool, and to get some back (next_nid_to_alloc, next_nid_to_free). */
  private readonly turn = { grow: 0, shrink: 0 };

  constructor(kernel: PoolMemory) {
    this.kernel = kernel;
    this.free = kernel.nodes.map(() => []);
    this.total = kernel.nodes.map(() => 0);
    this.surplus = kernel.nodes.map(() => 0);
  }

  /** Free, in use and surplus. */
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

  get surplusPages(): number {
    return this.surplus.reduce((sum, n) => sum + n, 0);
  }

  /**
   * Makes the pool as large as asked, as far as memory allows (set_max_huge_pages): over all nodes in turn, or on one
   * node. Never fails; what could not be had is seen by reading back. Surplus pages are taken over first; pages in use
   * beyond the number become surplus.
   */
  resize(count: number, node: number | null): void {
    finish(this.resizing(count, node, AT_ONCE));
  }

  /** The same in slices; one at a time, as the kernel's resize_lock has it. */
  *resizing(count: number, node: number | null, slices: Slices): Steps<void> {
    while (this.resizes) yield spend(slices.cost, "set_max_huge_pages");
    this.resizes = true;
    const nodes = this.nodesToAsk(node);
    // The whole pool has its number, and a node's is counted up to it.
    const whole = node === null ? count : count + this.elsewhere(node);
    while (this.persistent < whole && this.makePersistent(nodes));
    const grown = new Set<number>();
    while (this.persistent < whole && this.growOnOneOf(nodes, grown))
      if (slices.full(HUGE_PAGES)) yield spend(slices.cost, "set_max_huge_pages");
    if (this.kernel.profile.poolsHugeInBatches) for (const list of this.free) turnRound(list, grown);
    // Pages may have been taken meanwhile, and promises made: what can go is looked at each time.
    const least = () => Math.max(whole, this.reserved + this.pages - this.freePages);
    while (this.persistent > least() && this.shrinkOnOneOf(nodes))
      if (slices.full(HUGE_PAGES)) yield spend(slices.cost, "set_max_huge_pages");
    while (this.persistent > whole && this.makeSurplus(nodes));
    this.most = this.persistent;
    this.resizes = false;
  }

  /** `hugepages=`: over all nodes in turn, or on one node; as many as there is room for (hugetlb_hstate_alloc_pages). */
  fillAtBoot(count: number, node: number | null): void {
    const nodes = this.nodesToAsk(node);
    const shared = this.kernel.profile.sharesOutBootHuge;
    for (const share of shared && node === null ? shares(count, nodes.length) : [count]) {
      for (let i = 0; i < share && this.growOnOneOf(nodes); i++);
      // Whose turn it is, each thread knew for itself.
      if (shared) this.turn.grow = 0;
    }
    this.most = this.persistent;
  }

  /**
   * Promises pages to a mapping (hugetlb_acct_memory): what the pool lacks is taken as surplus, near the node given.
   * False, with nothing changed, when there can't be so many.
   */
  promise(count: number, node: number): boolean {
    const missing = this.reserved + count - this.freePages;
    const gathered: number[] = [];
    while (gathered.length < missing) {
      const page = this.takeSurplus(node, null);
      if (page < 0) {
        for (const each of gathered) this.put(each);
        return false;
      }
      gathered.push(page);
    }
    for (const page of gathered) this.keep(page);
    this.reserved += count;
    return true;
  }

  /** A mapping ends without having touched so many of its pages (return_unused_surplus_pages). */
  release(count: number): void {
    this.reserved -= count;
    for (let left = Math.min(count, this.surplusPages); left > 0; left--) {
      const node = this.free.findIndex((list, id) => list.length > 0 && (this.surplus[id] as number) > 0);
      if (node < 0) return;
      this.put((this.free[node] as number[]).pop() as number);
    }
  }

  /** A page that was promised, for a mapping that touches it: where its policy wants it, or a surplus one. -1 when none can be had. */
  takePromised(node: number, mask: NodeMask): number {
    const pooled = this.takeFree(node, mask);
    const page = pooled >= 0 ? pooled : this.takeSurplus(node, mask);
    if (page >= 0) this.reserved--;
    return page;
  }

  /** A page that another pool gives (demote_pool_huge_page): the administrator's number grows with it. */
  adopt(page: number, node: number): void {
    adjust(this.total, node, 1);
    this.kernel.pages.order[page] = HUGE_ORDER;
    this.most++;
    this.keep(page);
  }

  /** A mapping is done with a page (free_huge_page). */
  put(page: number): void {
    const node = this.nodeOf(page);
    if ((this.surplus[node] as number) > 0) this.leave(page, node, true);
    else this.keep(page);
  }

  /** Where a page can move to: a free page of the pool on an allowed node, or a fresh one (alloc_huge_page_nodemask). */
  targetFor(node: number, mask: NodeMask): HugeTarget | undefined {
    const pooled = this.mayDissolve ? this.takeFree(node, mask) : -1;
    if (pooled >= 0) return { page: pooled, temporary: false };
    const fresh = this.takeFresh(GFP_HUGE, node, mask);
    return fresh < 0 ? undefined : { page: fresh, temporary: true };
  }

  /** A target that was not needed after all. */
  returnTarget(target: HugeTarget): void {
    if (target.temporary) this.leave(target.page, this.nodeOf(target.page), false);
    else this.put(target.page);
  }

  /**
   * The page that a target replaced (move_hugetlb_state): temporary pages change places with it, so that no pool grows
   * by a move, and what was surplus on its node is so on theirs.
   */
  replaced(page: number, target: HugeTarget): void {
    if (!target.temporary) {
      this.put(page);
      return;
    }
    const from = this.nodeOf(page);
    const to = this.nodeOf(target.page);
    if (from !== to && (this.surplus[from] as number) > 0) {
      adjust(this.surplus, from, -1);
      adjust(this.surplus, to, 1);
    }
    this.leave(page, from, false);
  }

  /** dissolve_free_huge_pages: free pages in a range leave the pool for good. EBUSY when they are promised. */
  dissolve(startPfn: number, pages: number): ErrnoName | null {
    const end = startPfn + pages;
    for (let section = sectionOf(startPfn); section * PAGES_PER_SECTION < end; section++) {
      const slot = this.kernel.pages.slotOf[section] as number;
      if (slot < 0 || this.kernel.pages.countIn(section, PageKind.Hugetlb) === 0) continue;
      for (let page = slot << SECTION_SHIFT; page < (slot + 1) << SECTION_SHIFT; page += HUGE_PAGES) {
        if (this.kernel.pages.kind[page] !== PageKind.Hugetlb || !this.isFree(page)) continue;
        if (!this.mayDissolve) return "EBUSY";
        this.dissolveOne(page);
      }
    }
    return null;
  }

  /** Free pages in a range change places with fresh ones of their node (alloc_and_dissolve_hugetlb_folio). False when none can be had. */
  replaceFree(startPfn: number, pages: number): boolean {
    for (const [node, list] of this.free.entries())
      for (const page of [...list]) {
        const frame = this.kernel.pages.pfnOf(page);
        if (frame < startPfn || frame >= startPfn + pages) continue;
        const fresh = this.takeFresh({ ...GFP_HUGE, thisNode: true }, node, null);
        if (fresh < 0) return false;
        list.splice(list.indexOf(page), 1);
        this.leave(page, node, false);
        this.keep(fresh);
      }
    return true;
  }

  isFree(page: number): boolean {
    return this.kernel.pages.a[page] === POOLED;
  }

  /** Whether a free page may leave: all that are left can be promised. */
  get mayDissolve(): boolean {
    return this.freePages > this.reserved;
  }

  /** A free page leaves the pool, e.g. because part of it is broken (dissolve_free_huge_page). */
  dissolveOne(page: number): void {
    const node = this.nodeOf(page);
    const list = this.free[node] as number[];
    list.splice(list.indexOf(page), 1);
    this.leave(page, node, (this.surplus[node] as number) > 0);
    this.most--;
  }

  /** Free pages by index, for the audit. */
  *[Symbol.iterator](): Iterator<number> {
    for (const list of this.free) yield* list;
  }

  private nodesToAsk(node: number | null): readonly number[] {
    return node === null ? this.kernel.memoryNodes : [node];
  }

  private nodeOf(page: number): number {
    return this.kernel.allocator.zoneOf(page).node;
  }

  private elsewhere(node: number): number {
    const all = this.pages - (this.total[node] as number);
    return this.kernel.profile.countsPersistentHuge ? all - this.surplusPages + (this.surplus[node] as number) : all;
  }

  private get persistent(): number {
    return this.pages - this.surplusPages;
  }

  private takeFree(node: number, mask: NodeMask): number {
    for (const id of this.nearTo(node, mask)) {
      const page = this.free[id]?.pop();
      if (page !== undefined) return page;
    }
    return -1;
  }

  /** A fresh page beyond the administrator's number, as far as overcommitting goes (alloc_surplus_huge_page). */
  private takeSurplus(node: number, mask: NodeMask): number {
    if (this.surplusPages >= this.overcommit) return -1;
    const page = this.takeFresh(GFP_HUGE, node, mask);
    if (page >= 0) adjust(this.surplus, this.nodeOf(page), 1);
    return page;
  }

  private takeFresh(gfp: Gfp, node: number, mask: NodeMask): number {
    const page = this.kernel.allocator.alloc(gfp, HUGE_ORDER, node, mask, PageKind.Hugetlb, 0, POOLED, -1);
    if (page >= 0) adjust(this.total, this.nodeOf(page), 1);
    return page;
  }

  /** A fresh page on the next of these nodes that has one (alloc_pool_huge_page). */
  private growOnOneOf(nodes: readonly number[], grown?: Set<number>): boolean {
    return this.onNext("grow", nodes, (node) => {
      const page = this.takeFresh({ ...GFP_HUGE, thisNode: true }, node, null);
      if (page >= 0) this.keep(page);
      if (page >= 0) grown?.add(page);
      return page >= 0;
    });
  }

  /** A free page of the next of these nodes that has one (remove_pool_huge_page). */
  private shrinkOnOneOf(nodes: readonly number[]): boolean {
    return this.onNext("shrink", nodes, (node) => {
      const page = this.free[node]?.pop();
      if (page !== undefined) this.leave(page, node, false);
      return page !== undefined;
    });
  }

  /** adjust_pool_surplus, both ways. */
  private makePersistent(nodes: readonly number[]): boolean {
    return this.onNext("grow", nodes, (node) => {
      const some = (this.surplus[node] as number) > 0;
      if (some) adjust(this.surplus, node, -1);
      return some;
    });
  }
  private makeSurplus(nodes: readonly number[]): boolean {
    return this.onNext("shrink", nodes, (node) => {
      const some = (this.surplus[node] as number) < (this.total[node] as number);
      if (some) adjust(this.surplus, node, 1);
      return some;
    });
  }

  /** Whether one of the nodes could, asked in turn from where the last turn ended. `nodes` by number. */
  private onNext(way: "grow" | "shrink", nodes: readonly number[], can: (node: number) => boolean): boolean {
    const after = (node: number): number => nodes.find((id) => id > node) ?? (nodes[0] as number);
    return nodes.some(() => {
      const node = nodes.includes(this.turn[way]) ? this.turn[way] : after(this.turn[way]);
      this.turn[way] = after(node);
      return can(node);
    });
  }

  private keep(page: number): void {
    this.kernel.pages.a.fill(POOLED, page, page + HUGE_PAGES);
    this.kernel.pages.b.fill(-1, page, page + HUGE_PAGES);
    (this.free[this.nodeOf(page)] as number[]).push(page);
  }

  /** A page that is on no list goes back to the buddy allocator (remove_hugetlb_page). */
  private leave(page: number, node: number, wasSurplus: boolean): void {
    if (wasSurplus) adjust(this.surplus, node, -1);
    adjust(this.total, node, -1);
    this.kernel.allocator.free(page, HUGE_ORDER);
  }

  private *nearTo(node: number, mask: NodeMask): Iterable<number> {
    for (const id of this.kernel.nodes[node]?.fallback ?? []) if (!mask || mask.has(id)) yield id;
  }
}

/** Those of a list that are in a set change places with each other: the last comes first. */
function turnRound(list: number[], some: ReadonlySet<number>): void {
  const places = [...list.keys()].filter((at) => some.has(list[at] as number));
  const turned = places.map((at) => list[at] as number).reverse();
  for (const [nth, at] of places.entries()) list[at] = turned[nth] as number;
}

const adjust = (counters: number[], node: number, by: 1 | -1): void => {
  counters[node] = (counters[node] as number) + by;
};

/** How padata_do_multithreaded cuts up the work of boot's huge pages: two threads a node, each with several pieces. */
function shares(pages: number, nodes: number): number[] {
  const threads = 2 * nodes;
  const least = Math.floor(pages / threads);
  const workers = Math.min(Math.max(1, Math.floor(pages / Math.max(least, 1))), threads);
  if (workers === 1) return [pages];
  const piece = Math.max(Math.floor(pages / (workers * PIECES_A_WORKER)), least, 1);
  return Array.from({ length: Math.ceil(pages / piece) }, (_, i) => Math.min(piece, pages - i * piece));
}
const PIECES_A_WORKER = 4;

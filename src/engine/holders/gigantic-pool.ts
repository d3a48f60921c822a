/**
 * The pool of pages of 1 GiB (mm/hugetlb.c, an hstate of gigantic order): set aside by `hugepages=` out of what memblock has,
 * or made later of ranges that can be emptied (../migration/gigantic.ts). Such a page is eight sections long, so it is
 * named by its first pfn. Processes map them where this size is the default one. There are none beyond the administrator's
 * number: a pool that becomes smaller keeps what is in use.
 */
import type { NodeMask } from "../memory/allocator.ts";
import { PageKind } from "../memory/kinds.ts";
import { NOT_HEAD } from "../memory/page-array.ts";
import { PAGES_PER_SECTION, SECTION_SHIFT, sectionOf } from "../units.ts";
import type { PoolMemory } from "./huge-pool.ts";

export const GIGANTIC_SECTIONS = 8;
export const GIGANTIC_ORDER = 18;
export const GIGANTIC_PAGES = GIGANTIC_SECTIONS * PAGES_PER_SECTION;
/** Mapping of a page that is part of a free page of 1 GiB. */
export const GIGANTIC = -3;

/** What files tell of a pool. */
export interface PoolFigures {
  readonly pages: number;
  readonly freePages: number;
  readonly reserved: number;
  readonly surplusPages: number;
  /** The administrator's number (max_huge_pages). */
  readonly most: number;
  overcommit: number | bigint;
  readonly total: readonly number[];
  readonly surplus: readonly number[];
  freeOn(node: number): number;
}

export class GiganticPool implements PoolFigures {
  private readonly memory: Pick<PoolMemory, "nodes" | "pages" | "allocator">;
  /** First pfns by node, the newest last. */
  private readonly free: number[][];
  /** First pfns of those in use, with their nodes. */
  private readonly used = new Map<number, number>();
  readonly surplus: readonly number[];
  /** Pages promised to mappings that have not touched them yet. */
  reserved = 0;
  readonly surplusPages = 0;
  overcommit: number | bigint = 0;
  /** Pages of this size are the default (`default_hugepagesz=1G`). */
  isDefault = false;
  most = 0;
  /** Somebody changes its size (resize_lock). */
  resizes = false;
  /** Whose turn it is to give memory to the pool, and to get some back (next_nid_to_alloc, next_nid_to_free). */
  readonly turn = { grow: 0, shrink: 0 };

  constructor(memory: Pick<PoolMemory, "nodes" | "pages" | "allocator">) {
    this.memory = memory;
    this.free = memory.nodes.map(() => []);
    this.surplus = this.free.map(() => 0);
  }

  /** By node, free or in use. */
  get total(): readonly number[] {
    const total = this.free.map((list) => list.length);
    for (const node of this.used.values()) total[node] = (total[node] as number) + 1;
    return total;
  }

  /** Free or in use. */
  get pages(): number {
    return this.freePages + this.used.size;
  }

  get freePages(): number {
    return this.free.reduce((sum, list) => sum + list.length, 0);
  }

  freeOn(node: number): number {
    return this.free[node]?.length ?? 0;
  }

  /** Takes over a range that nobody else has: its eight sections get entries of their own. */
  keep(node: number, startPfn: number): void {
    const { pages, allocator } = this.memory;
    for (let section = sectionOf(startPfn); section < sectionOf(startPfn + GIGANTIC_PAGES); section++) {
      const first = pages.materialise(section) << SECTION_SHIFT;
      const end = first + PAGES_PER_SECTION;
      pages.setKind(first, PAGES_PER_SECTION, PageKind.Hugetlb, 0);
      pages.order.fill(NOT_HEAD, first, end);
      pages.a.fill(GIGANTIC, first, end);
      pages.b.fill(-1, first, end);
      pages.born.fill(allocator.stamp, first, end);
    }
    (this.free[node] as number[]).push(startPfn);
  }

  /** Promises pages to a mapping (hugetlb_acct_memory). False, with nothing changed, when there aren't so many. */
  promise(count: number): boolean {
    if (this.freePages - this.reserved < count) return false;
    this.reserved += count;
    return true;
  }

  /** A mapping ends without having touched so many of its pages. */
  release(count: number): void {
    this.reserved -= count;
  }

  /** A page that was promised, near a node and where a policy wants it: its first page's index, or -1. */
  takePromised(node: number, mask: NodeMask): number {
    const page = this.takeNear(node, mask);
    if (page >= 0) this.reserved--;
    return page;
  }

  /** Where a page can move to: a free one that nobody was promised. None is made for it (alloc_migrate_hugetlb_folio). -1 if there is none. */
  targetFor(node: number, mask: NodeMask): number {
    return this.freePages > this.reserved ? this.takeNear(node, mask) : -1;
  }

  /** A page is nobody's any more (free_huge_folio), by the index of its first page. */
  put(page: number): void {
    const { pages } = this.memory;
    const startPfn = pages.pfnOf(page);
    const node = this.used.get(startPfn) as number;
    this.used.delete(startPfn);
    pages.order[page] = NOT_HEAD;
    pages.setUser(page, GIGANTIC_PAGES, GIGANTIC, -1);
    (this.free[node] as number[]).push(startPfn);
  }

  /** First page's index of the page in use that a pfn lies in, or -1. */
  usedAt(frame: number): number {
    if (this.used.size === 0) return -1;
    const startPfn = Math.floor(frame / GIGANTIC_PAGES) * GIGANTIC_PAGES;
    return this.used.has(startPfn) ? this.memory.pages.indexOf(startPfn) : -1;
  }

  /** Whether the page at an index is part of one in use. */
  uses(page: number): boolean {
    return this.used.size > 0 && this.usedAt(this.memory.pages.pfnOf(page)) >= 0;
  }

  private takeNear(node: number, mask: NodeMask): number {
    const { nodes, pages } = this.memory;
    for (const id of nodes[node]?.fallback ?? []) {
      const startPfn = !mask || mask.has(id) ? this.free[id]?.pop() : undefined;
      if (startPfn === undefined) continue;
      this.used.set(startPfn, id);
      const page = pages.indexOf(startPfn);
      pages.order[page] = GIGANTIC_ORDER;
      return page;
    }
    return -1;
  }

  /** The newest free one of a node. */
  take(node: number): number | undefined {
    return this.free[node]?.pop();
  }

  /** That which a pfn lies in, or undefined. */
  at(frame: number): { readonly node: number; readonly startPfn: number } | undefined {
    return this.within(frame, 1)[0];
  }

  /** Those that have pages in a range, free or in use, by pfn. */
  within(
    startPfn: number,
    pages: number,
  ): { readonly node: number; readonly startPfn: number; readonly free: boolean }[] {
    return [
      ...this.free.flatMap((list, node) => list.map((start) => ({ node, startPfn: start, free: true }))),
      ...[...this.used].map(([start, node]) => ({ node, startPfn: start, free: false })),
    ]
      .filter((one) => one.startPfn < startPfn + pages && one.startPfn + GIGANTIC_PAGES > startPfn)
      .sort((x, y) => x.startPfn - y.startPfn);
  }

  /** A free one leaves the pool. */
  remove(node: number, startPfn: number): void {
    const list = this.free[node] as number[];
    list.splice(list.indexOf(startPfn), 1);
  }
}

/** The last pfn of a range that ends in the middle of a page of 1 GiB, or undefined. */
export function giganticAcrossEnd(pool: GiganticPool, startPfn: number, pages: number): number | undefined {
  const end = startPfn + pages;
  const one = pool.at(end);
  return one !== undefined && one.startPfn !== end ? end - 1 : undefined;
}

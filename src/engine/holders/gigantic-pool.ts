/**
 * The pool of pages of 1 GiB (mm/hugetlb.c, an hstate of gigantic order): set aside by `hugepages=` out of what memblock has,
 * or made later of ranges that can be emptied (../migration/gigantic.ts). Such a page is eight sections long, so it is
 * named by its first pfn. Nobody maps them here: all are free.
 */
import { PageKind } from "../memory/kinds.ts";
import { NOT_HEAD } from "../memory/page-array.ts";
import { PAGES_PER_SECTION, SECTION_SHIFT, sectionOf } from "../units.ts";
import type { PoolMemory } from "./huge-pool.ts";

export const GIGANTIC_SECTIONS = 8;
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
  private readonly memory: Pick<PoolMemory, "pages" | "allocator">;
  /** First pfns by node, the newest last. */
  private readonly free: number[][];
  readonly surplus: readonly number[];
  readonly reserved = 0;
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

  get total(): readonly number[] {
    return this.free.map((list) => list.length);
  }

  get pages(): number {
    return this.free.reduce((sum, list) => sum + list.length, 0);
  }

  get freePages(): number {
    return this.pages;
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

  /** The newest of a node. */
  take(node: number): number | undefined {
    return this.free[node]?.pop();
  }

  /** That which a pfn lies in, or undefined. */
  at(frame: number): { readonly node: number; readonly startPfn: number } | undefined {
    for (const [node, list] of this.free.entries())
      for (const startPfn of list)
        if (frame >= startPfn && frame < startPfn + GIGANTIC_PAGES) return { node, startPfn };
    return undefined;
  }

  /** Those that have pages in a range, by pfn. */
  within(startPfn: number, pages: number): { readonly node: number; readonly startPfn: number }[] {
    return this.free
      .flatMap((list, node) => list.map((start) => ({ node, startPfn: start })))
      .filter((one) => one.startPfn < startPfn + pages && one.startPfn + GIGANTIC_PAGES > startPfn)
      .sort((x, y) => x.startPfn - y.startPfn);
  }

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

/**
 * What all that moves pages has in common: where pages go and what came of it, the entries that lead to a page while it
 * moves, and pages whose user has gone meanwhile (mm/migrate.c; mm/rmap.c).
 */
import { GIGANTIC_ORDER } from "../holders/gigantic-pool.ts";
import { HUGE_ORDER } from "../holders/huge-pool.ts";
import { entryOf, type Mapping } from "../holders/mappings.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Gfp, NodeMask } from "../memory/allocator.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { Pte } from "../memory/page-tables.ts";
import type { Zone } from "../memory/zone.ts";

export interface MigrationTarget {
  /** Node that distances are counted from. */
  readonly node: number;
  readonly mask: NodeMask;
  /** Zones allowed, or `undefined` to decide by the zone that a page comes from. */
  readonly gfp?: Gfp;
}

export interface MigrationReport {
  /** Items of the list that moved or were freed: a huge page is one item. */
  moved: number;
  /** Pages left after all passes, or -12 (-ENOMEM) when a target could not be had. */
  result: number;
  /** Pages left, in the order tried. */
  left: number[];
}

/** Told of every batch that moved: how many pages went to which zone. */
export type OnMoved = (zone: Zone, pages: number) => void;

/** A call of migrate_pages on its way. */
export interface Migration {
  readonly kernel: Kernel;
  readonly target: MigrationTarget;
  readonly onMoved: OnMoved;
  readonly report: MigrationReport;
  /** Pages that stayed for now, for the next pass. */
  again: number[];
}

/** remove_migration_ptes with the old page: what unmap did is undone. */
export function remap(kernel: Kernel, page: number): void {
  const mapping = kernel.mappings.get(kernel.pages.a[page] as number);
  const offset = kernel.pages.b[page] as number;
  const bits = kernel.tables.bits;
  for (const area of mapping?.areas ?? []) {
    const entry = entryOf(area, offset);
    if (entry >= 0) bits[entry] = ((bits[entry] as number) & ~Pte.Migration) | Pte.Present;
  }
}

/** try_to_migrate: every page-table entry of the page becomes a migration entry. */
export function unmap(kernel: Kernel, page: number): void {
  const mapping = kernel.mappings.get(kernel.pages.a[page] as number);
  if (!mapping) return;
  const offset = kernel.pages.b[page] as number;
  const bits = kernel.tables.bits;
  for (const area of mapping.areas) {
    const entry = entryOf(area, offset);
    if (entry >= 0) bits[entry] = ((bits[entry] as number) & ~Pte.Present) | Pte.Migration;
  }
}

/** What names the first page of a huge page names that of its copy: the mapping where its offsets are huge pages, and page tables. */
export function takePlace({ pages, tables }: Kernel, mapping: Mapping, page: number, copy: number): void {
  const offset = pages.b[page] as number;
  if (mapping.order > 0) mapping.put(offset, copy);
  pages.setFlags(copy, (pages.flags[page] as number) & ~PageFlag.Isolated, PageFlag.Isolated);
  for (const area of mapping.areas) {
    const entry = entryOf(area, offset);
    if (entry >= 0) tables.follow(entry, copy);
  }
  pages.setFlags(page, 0, PageFlag.Isolated);
}

/** Order of what the page at an index is the first page of, as migration sees it. */
export const orderOf = (kernel: Kernel, page: number): number =>
  !isHuge(kernel, page) ? 0 : kernel.pages.order[page] === GIGANTIC_ORDER ? GIGANTIC_ORDER : HUGE_ORDER;

/** Whether the page at an index is the first of a page of 2 MiB, of a pool or of a process, or of one of 1 GiB. */
export const isHuge = (kernel: Kernel, page: number): boolean =>
  kernel.pages.kind[page] === PageKind.AnonHuge || kernel.pages.kind[page] === PageKind.Hugetlb;

/** Frees a page without a user. Returns how many pages of 4 KiB it has. */
export function freeOrphan(kernel: Kernel, page: number): number {
  const order = orderOf(kernel, page);
  kernel.migrationWatch?.frees(page, order);
  kernel.mappings.orphaned -= 1 << order;
  kernel.pages.setFlags(page, 0, PageFlag.Isolated);
  kernel.mappings.release(page, order);
  return 1 << order;
}

/**
 * Huge pages that move as one: of 2 MiB, of a pool or transparent, and of 1 GiB (mm/migrate.c, unmap_and_move and
 * unmap_and_move_huge_page; mm/hugetlb.c, alloc_hugetlb_folio_nodemask).
 */
import { spend, type Steps } from "../chronicle/task.ts";
import { GIGANTIC_ORDER, GIGANTIC_PAGES } from "../holders/gigantic-pool.ts";
import { HUGE_ORDER, HUGE_PAGES } from "../holders/huge-pool.ts";
import { type Mapping, ORPHAN } from "../holders/mappings.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type Gfp, GFP_HIGHUSER_MOVABLE } from "../memory/allocator.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { freeOrphan, type Migration, type MigrationTarget, takePlace, unmap } from "./moving.ts";

const GFP_TRANSHUGE: Gfp = { ...GFP_HIGHUSER_MOVABLE, noReclaim: true };

/** Where a huge page goes. */
export interface Room {
  /** Index of its first page; isolated, and nobody's yet. */
  readonly copy: number;
  readonly order: number;
  /** The copy is whose the page was. */
  handOver(mapping: Mapping): void;
  /** The page that was left is free. */
  leave(): void;
  /** Nobody needs the copy after all. */
  giveBack(): void;
}

/** Room for a huge page on another node; `undefined` where there is none. None is made for a page of 1 GiB: its pool has one, or not. */
export function roomFor(kernel: Kernel, page: number, target: MigrationTarget): Room | undefined {
  const room =
    kernel.pages.order[page] === GIGANTIC_ORDER
      ? inGiganticPool(kernel, page, target)
      : kernel.pages.kind[page] === PageKind.Hugetlb
        ? inPool(kernel, page, target)
        : ofChunk(kernel, page, target);
  if (room) kernel.pages.setFlags(room.copy, PageFlag.Isolated, 0);
  return room;
}

function inGiganticPool({ pages, gigantic }: Kernel, page: number, { node, mask }: MigrationTarget): Room | undefined {
  const copy = gigantic.targetFor(node, mask);
  if (copy < 0) return undefined;
  pages.setUser(copy, GIGANTIC_PAGES, ORPHAN, -1);
  return {
    copy,
    order: GIGANTIC_ORDER,
    handOver: (mapping) => {
      pages.setUser(copy, GIGANTIC_PAGES, mapping.id, pages.b[page] as number);
      pages.setBorn(copy, GIGANTIC_PAGES, pages.born[page] as number);
      pages.inherit(copy, page);
    },
    leave: () => gigantic.put(page),
    giveBack: () => gigantic.put(copy),
  };
}

function inPool({ pages, hugePages }: Kernel, page: number, { node, mask }: MigrationTarget): Room | undefined {
  const place = hugePages.targetFor(node, mask);
  if (!place) return undefined;
  const copy = place.page;
  pages.a.fill(ORPHAN, copy, copy + HUGE_PAGES);
  return {
    copy,
    order: HUGE_ORDER,
    handOver: (mapping) => handOverEach(pages, mapping, page, copy),
    leave: () => hugePages.replaced(page, place),
    giveBack: () => hugePages.returnTarget(place),
  };
}

function ofChunk(
  { pages, allocator, profile }: Kernel,
  page: number,
  { node, mask }: MigrationTarget,
): Room | undefined {
  if (!profile.movesHugeWhole) return undefined;
  const copy = allocator.alloc(GFP_TRANSHUGE, HUGE_ORDER, node, mask, PageKind.AnonHuge, 0, ORPHAN, ORPHAN);
  if (copy < 0) return undefined;
  return {
    copy,
    order: HUGE_ORDER,
    handOver: (mapping) => handOverEach(pages, mapping, page, copy),
    leave: () => allocator.free(page, HUGE_ORDER),
    giveBack: () => allocator.free(copy, HUGE_ORDER),
  };
}

/** Each of the 512 small pages that a huge one is made of. */
function handOverEach(pages: Kernel["pages"], mapping: Mapping, page: number, copy: number): void {
  const offset = pages.b[page] as number;
  for (let i = 0; i < HUGE_PAGES; i++) {
    pages.a[copy + i] = pages.a[page + i] as number;
    pages.b[copy + i] = pages.b[page + i] as number;
    pages.inherit(copy + i, page + i);
    if (mapping.order === 0) mapping.put(offset + i, copy + i);
  }
}

/** Unmaps a huge page, copies it and maps the copy; where its user has gone meanwhile both are free. */
export function* moveWhole({ kernel, target, report, onMoved }: Migration, page: number, room: Room): Steps<void> {
  const { pages } = kernel;
  const { copy, order } = room;
  const count = 1 << order;
  kernel.inFlight += count;
  unmap(kernel, page);
  kernel.migrationWatch?.unmaps(page, copy);
  yield spend(Cost.unmapPage, "try_to_migrate");
  kernel.inFlight -= count;
  report.moved++;
  if (pages.a[page] === ORPHAN) {
    pages.setFlags(copy, 0, PageFlag.Isolated);
    room.giveBack();
    kernel.vmstat.pgmigrateSuccess += freeOrphan(kernel, page);
    return;
  }
  const mapping = kernel.mappings.get(pages.a[page] as number);
  if (!mapping) throw new Error(`huge page ${page} has a mapping that does not exist`);
  const zone = kernel.zoneOfIndex(copy);
  room.handOver(mapping);
  takePlace(kernel, mapping, page, copy);
  room.leave();
  kernel.migrationWatch?.moves(page, copy, order);
  kernel.vmstat.pgmigrateSuccess += count;
  onMoved(zone, count);
  const copying = Math.round((count * Cost.copyPage * kernel.distance(target.node, zone.node)) / 10);
  yield spend(copying, "migrate_folio");
  yield spend(Cost.remapPage, "remove_migration_ptes");
}

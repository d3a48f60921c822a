/** Pages of 1 GiB that processes map, moved as one (mm/migrate.c, unmap_and_move_huge_page; mm/hugetlb.c). */
import { spend, type Steps } from "../chronicle/task.ts";
import { GIGANTIC_ORDER, GIGANTIC_PAGES } from "../holders/gigantic-pool.ts";
import { ORPHAN } from "../holders/mappings.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageFlag } from "../memory/kinds.ts";
import { freeOrphan, type MigrationReport, type MigrationTarget, type OnMoved, takePlace, unmap } from "./moving.ts";

/**
 * Moves a page of 1 GiB to a free one of the pool; none is made for it, so where none is free the run ends for want of
 * memory (unmap_and_move_huge_page; mm/hugetlb.c, alloc_hugetlb_folio_nodemask). True then.
 */
export function* migrateGigantic(
  kernel: Kernel,
  page: number,
  target: MigrationTarget,
  report: MigrationReport,
  onMoved: OnMoved,
): Steps<boolean> {
  const { pages, gigantic } = kernel;
  const copy = gigantic.targetFor(target.node, target.mask);
  if (copy < 0) {
    kernel.migrationWatch?.stays(page, "ENOMEM");
    return true;
  }
  pages.setUser(copy, GIGANTIC_PAGES, ORPHAN, -1);
  pages.setFlags(copy, PageFlag.Isolated, 0);
  kernel.inFlight += GIGANTIC_PAGES;
  unmap(kernel, page);
  kernel.migrationWatch?.unmaps(page, copy);
  yield spend(Cost.unmapPage, "try_to_migrate");
  kernel.inFlight -= GIGANTIC_PAGES;
  report.moved++;
  const mapping = kernel.mappings.get(pages.a[page] as number);
  if (!mapping) {
    pages.setFlags(copy, 0, PageFlag.Isolated);
    gigantic.put(copy);
    kernel.vmstat.pgmigrateSuccess += freeOrphan(kernel, page);
    return false;
  }
  const zone = kernel.zoneOfIndex(copy);
  const offset = pages.b[page] as number;
  pages.setUser(copy, GIGANTIC_PAGES, mapping.id, offset);
  pages.setBorn(copy, GIGANTIC_PAGES, pages.born[page] as number);
  pages.inherit(copy, page);
  takePlace(kernel, mapping, page, copy);
  gigantic.put(page);
  kernel.migrationWatch?.moves(page, copy, GIGANTIC_ORDER);
  kernel.vmstat.pgmigrateSuccess += GIGANTIC_PAGES;
  onMoved(zone, GIGANTIC_PAGES);
  const copying = Math.round((GIGANTIC_PAGES * Cost.copyPage * kernel.distance(target.node, zone.node)) / 10);
  yield spend(copying, "migrate_folio");
  yield spend(Cost.remapPage, "remove_migration_ptes");
  return false;
}

/**
 * Moving pages: take them off their lists, unmap them everywhere, copy, map the copies, free the originals
 * (mm/migrate.c, migrate_pages and what it calls; mm/memory_hotplug.c, do_migrate_range).
 *
 * Pages move in batches: first all of a batch are unmapped (their page-table entries become migration entries), then
 * all are copied and mapped again. Other tasks run between the two, as they do on Linux between the flush and the move.
 */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { GFP_HIGHUSER_MOVABLE, GFP_USER_MOVABLE } from "../memory/allocator.ts";
import { isMovableKind, PageFlag, PageKind, ZoneType } from "../memory/kinds.ts";
import type { Zone } from "../memory/zone.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import { GIGANTIC_ORDER } from "../holders/gigantic-pool.ts";
import { HUGE_ORDER, HUGE_PAGES } from "../holders/huge-pool.ts";
import { entryOf, ORPHAN } from "../holders/mappings.ts";
import { append } from "../lists.ts";
import { PAGES_PER_SECTION } from "../units.ts";
import { moveWhole, roomFor } from "./move-whole.ts";
import {
  freeOrphan,
  isHuge,
  type Migration,
  type MigrationReport,
  type MigrationTarget,
  type OnMoved,
  remap,
  unmap,
} from "./moving.ts";

/** Pages unmapped together before they are moved. */
const BATCH = 32;
/** What a copy is until something is copied to it: on no list, and nobody's. */
const UNUSED_COPY = { flags: PageFlag.Isolated, a: ORPHAN, b: ORPHAN } as const;
/** Passes over pages that may become movable any moment (NR_MAX_MIGRATE_SYNC_RETRY and its siblings). */
export const PASSES = 10;

/**
 * Moves isolated pages (indexes). Pages whose user went away meanwhile are freed and count as moved, as
 * migrate_pages counts them. Pages that stay are still isolated: `putBack` returns them.
 */
export function* migratePages(
  kernel: Kernel,
  list: readonly number[],
  target: MigrationTarget,
  onMoved: OnMoved,
): Steps<MigrationReport> {
  const report: MigrationReport = { moved: 0, result: 0, left: [] };
  const migration: Migration = { kernel, target, onMoved, report, again: [] };
  let pending = list;
  for (let pass = 0; pass < PASSES && pending.length > 0; pass++) {
    kernel.migrationWatch?.passes(list, pass, pending);
    migration.again = [];
    for (let at = 0; at < pending.length; at += BATCH) {
      const batch = pending.slice(at, at + BATCH);
      const outOfMemory = yield* migrateBatch(migration, batch);
      if (outOfMemory) {
        append(report.left, migration.again);
        append(report.left, pending.slice(at + BATCH));
        report.result = -12;
        kernel.vmstat.pgmigrateFail += 1;
        return report;
      }
    }
    pending = migration.again;
  }
  append(report.left, pending);
  report.result = pending.length;
  kernel.vmstat.pgmigrateFail += pending.length;
  return report;
}

/** A batch on its way. */
interface Progress {
  /** How many of its pages were dealt with. */
  at: number;
  /** Simulated ns of what has been done since the last step. */
  cost: number;
  /** Memory for a copy ran out. */
  failed: boolean;
  /** Pages that are unmapped and not copied yet, and where each goes. */
  readonly sources: number[];
  readonly copies: number[];
}

/**
 * One batch. True when memory for a copy ran out: the rest of the batch is then in `report.left`. What is done page by
 * page is done by functions that are no generators: those go on in code that no compiler has made fast.
 */
function* migrateBatch(migration: Migration, batch: readonly number[]): Steps<boolean> {
  const { kernel, report } = migration;
  if (kernel.disk) yield* kernel.disk.writeback.ended(batch);
  const progress: Progress = { at: 0, cost: 0, failed: false, sources: [], copies: [] };
  while (!progress.failed && progress.at < batch.length) {
    const page = batch[progress.at] as number;
    if (goesWhole(kernel, page)) {
      progress.failed = yield* migrateHuge(migration, page);
      if (!progress.failed) progress.at++;
    } else unmapSmall(migration, batch, progress);
  }
  if (progress.failed) append(report.left, batch.slice(progress.at));
  kernel.migrationWatch?.at("try_to_migrate");
  if (progress.cost > 0) yield spend(progress.cost, "try_to_migrate");
  const { copying, mapping } = moveUnmapped(migration, progress);
  kernel.migrationWatch?.at("migrate_folio");
  if (copying > 0) yield spend(copying, "migrate_folio");
  kernel.migrationWatch?.at("remove_migration_ptes");
  if (mapping > 0) yield spend(mapping, "remove_migration_ptes");
  return progress.failed;
}

/** Unmaps the pages of a batch up to the next huge page that moves as a whole; what has no user any more is freed. */
function unmapSmall(migration: Migration, batch: readonly number[], progress: Progress): void {
  const { kernel, target, report, again } = migration;
  const { pages, allocator, migrationWatch: watch } = kernel;
  const { sources, copies } = progress;
  while (progress.at < batch.length) {
    const page = batch[progress.at] as number;
    if (pages.a[page] === ORPHAN) {
      kernel.vmstat.pgmigrateSuccess += freeOrphan(kernel, page);
      report.moved++;
      progress.at++;
      continue;
    }
    if ((pages.flags[page] as number) & PageFlag.Pinned) {
      // Unmapped, found to have more references than mappings, mapped again.
      again.push(page);
      watch?.stays(page, "EAGAIN");
      progress.cost += Cost.failPage;
      progress.at++;
      continue;
    }
    if (isHuge(kernel, page)) return;
    const zone = kernel.zoneOfIndex(page);
    const gfp = target.gfp ?? (zone.type === ZoneType.Movable ? GFP_HIGHUSER_MOVABLE : GFP_USER_MOVABLE);
    let end = progress.at + 1;
    while (end < batch.length && isPlain(kernel, batch[end] as number, zone)) end++;
    allocator.allocCopies(gfp, batch.slice(progress.at, end), target, UNUSED_COPY, copies);
    while (sources.length < copies.length) {
      const source = batch[progress.at++] as number;
      unmap(kernel, source);
      watch?.unmaps(source, copies[sources.length] as number);
      sources.push(source);
      kernel.inFlight++;
      progress.cost += Cost.unmapPage;
    }
    if (progress.at === end) continue;
    watch?.stays(batch[progress.at] as number, "ENOMEM");
    progress.failed = true;
    return;
  }
}

/** Copies what is unmapped, maps the copies, and frees the originals. Returns what copying and mapping cost, in simulated ns. */
function moveUnmapped(
  { kernel, target, report, again, onMoved }: Migration,
  { sources, copies }: Progress,
): { readonly copying: number; readonly mapping: number } {
  const { pages, allocator, migrationWatch: watch } = kernel;
  const freed = new FreedRun(kernel);
  let copying = 0;
  let mapping = 0;
  let lastZone: Zone | undefined;
  let costOfCopy = 0;
  let run = 0;
  let succeeded = 0;
  for (let i = 0; i < sources.length; i++) {
    const page = sources[i] as number;
    const copy = copies[i] as number;
    kernel.inFlight--;
    if (pages.a[page] === ORPHAN) {
      // Its user ended between unmapping and copying: both pages are free now.
      freed.end();
      pages.setFlags(copy, 0, PageFlag.Isolated);
      allocator.free(copy, 0);
      succeeded += freeOrphan(kernel, page);
      report.moved++;
      continue;
    }
    if ((pages.flags[page] as number) & PageFlag.Pinned) {
      // Somebody took a reference between unmapping and copying: mapped again, to be tried later.
      freed.end();
      remap(kernel, page);
      pages.setFlags(copy, 0, PageFlag.Isolated);
      allocator.free(copy, 0);
      again.push(page);
      watch?.stays(page, "EAGAIN");
      mapping += Cost.failPage;
      continue;
    }
    const zone = kernel.zoneOfIndex(copy);
    move(kernel, page, copy);
    freed.add(page);
    watch?.moves(page, copy, 0);
    report.moved++;
    succeeded++;
    if (zone !== lastZone) {
      if (lastZone && run > 0) onMoved(lastZone, run);
      lastZone = zone;
      run = 0;
      costOfCopy = Math.round((Cost.copyPage * kernel.distance(target.node, zone.node)) / 10);
    }
    run++;
    copying += costOfCopy;
    mapping += Cost.remapPage;
  }
  freed.end();
  if (lastZone && run > 0) onMoved(lastZone, run);
  kernel.vmstat.pgmigrateSuccess += succeeded;
  return { copying, mapping };
}

/** Whether a page is huge, has a user and nobody who holds it. */
const goesWhole = (kernel: Kernel, page: number): boolean =>
  isHuge(kernel, page) &&
  kernel.pages.a[page] !== ORPHAN &&
  ((kernel.pages.flags[page] as number) & PageFlag.Pinned) === 0;

/** Whether a page is small, has a user and nobody who holds it, and is in this zone. */
const isPlain = (kernel: Kernel, page: number, zone: Zone): boolean =>
  kernel.pages.a[page] !== ORPHAN &&
  ((kernel.pages.flags[page] as number) & PageFlag.Pinned) === 0 &&
  !isHuge(kernel, page) &&
  kernel.zoneOfIndex(page) === zone;

/** Pages that were left and follow each other: given back in one go. */
class FreedRun {
  private readonly kernel: Kernel;
  private first = 0;
  private count = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  add(page: number): void {
    if (page !== this.first + this.count || (page & (PAGES_PER_SECTION - 1)) === 0) {
      this.end();
      this.first = page;
    }
    this.count++;
  }

  end(): void {
    if (this.count > 0) this.kernel.allocator.freeRun(this.first, this.count);
    this.count = 0;
  }
}

/**
 * Moves a huge page as a whole: to a page of its pool, or to another chunk of 2 MiB. A transparent one that finds no
 * chunk is split, and its pages are tried again one by one. True when the run must end for want of memory.
 */
function* migrateHuge(migration: Migration, page: number): Steps<boolean> {
  const { kernel, target, again } = migration;
  const room = roomFor(kernel, page, target);
  if (room) {
    yield* moveWhole(migration, page, room);
    return false;
  }
  if (kernel.pages.kind[page] === PageKind.AnonHuge) {
    append(again, splitTransparent(kernel, page));
    return false;
  }
  kernel.migrationWatch?.stays(page, "ENOMEM");
  return true;
}

/** split_huge_page: 512 small pages in the same place, all isolated as the huge one was. Returns them. */
export function splitTransparent(kernel: Kernel, page: number): number[] {
  kernel.mappings.split(page);
  return Array.from({ length: HUGE_PAGES }, (_, i) => page + i);
}

/** migrate_folio and remove_migration_ptes: the copy takes the page's place everywhere; the page is nobody's. */
function move(kernel: Kernel, page: number, copy: number): void {
  const { pages, tables } = kernel;
  const id = pages.a[page] as number;
  const offset = pages.b[page] as number;
  const mapping = kernel.mappings.get(id);
  if (!mapping) throw new Error(`page ${page} has a mapping that does not exist`);
  pages.a[copy] = id;
  pages.b[copy] = offset;
  pages.inherit(copy, page);
  pages.setFlags(copy, (pages.flags[page] as number) & ~PageFlag.Isolated, PageFlag.Isolated);
  mapping.put(offset, copy);
  for (const area of mapping.areas) {
    const entry = entryOf(area, offset);
    if (entry >= 0) tables.follow(entry, copy);
  }
  if (mapping.kind === PageKind.Offline) {
    kernel.mappings.manage(page, 1);
    kernel.mappings.manage(copy, -1);
  }
}

/** Takes a page off its LRU list (isolate_lru_page). */
export function isolatePage(kernel: Kernel, page: number): void {
  kernel.pages.setFlags(page, PageFlag.Isolated, 0);
}

/** putback_movable_pages: pages that did not move go back to their lists; pages without a user are freed. */
export function putBack(kernel: Kernel, list: readonly number[]): void {
  kernel.migrationWatch?.putsBack(list);
  for (const page of list) {
    if (kernel.pages.a[page] === ORPHAN) freeOrphan(kernel, page);
    else kernel.pages.setFlags(page, 0, PageFlag.Isolated);
  }
}

/** Whether a page can be taken off a list to be moved: huge pages by their first page, those of the pool only while in use. */
export function isOnList(kernel: Kernel, page: number): boolean {
  const kind = kernel.pages.kind[page] as number;
  if (kind === PageKind.Offline) return isMovableBalloon(kernel, page);
  if (!isMovableKind(kind) || (kernel.pages.flags[page] as number) & PageFlag.Isolated) return false;
  if (kind <= PageKind.Shmem || kind === PageKind.Zsmalloc || kind === PageKind.Ksm) return true;
  if (kind === PageKind.Hugetlb && !kernel.profile.movesHugetlb) return false;
  const order = kernel.pages.order[page];
  return (
    (order === HUGE_ORDER || order === GIGANTIC_ORDER) &&
    (kind === PageKind.AnonHuge || (kernel.pages.a[page] as number) >= 0)
  );
}

/** First page's index of the page of 1 GiB that a section lies in, if a process maps it and it is on its list; else -1. */
export function giganticOnList(kernel: Kernel, section: number): number {
  const page = kernel.gigantic.usedAt(section * PAGES_PER_SECTION);
  return page >= 0 && isOnList(kernel, page) ? page : -1;
}

/** A page of a balloon that its driver can replace by another (movable_ops): in a balloon, and not held there. */
const isMovableBalloon = ({ pages }: Kernel, page: number): boolean =>
  (pages.a[page] as number) >= 0 && ((pages.flags[page] as number) & (PageFlag.Isolated | PageFlag.Pinned)) === 0;

/** Offline to everybody and still referenced: no offline gets past it (scan_movable_pages). */
export const isHeldOffline = ({ pages }: Kernel, page: number): boolean =>
  pages.kind[page] === PageKind.Offline && ((pages.flags[page] as number) & PageFlag.Pinned) !== 0;

/**
 * Allocating a given range of pages, whatever is in it: isolate its pageblocks, move everything out that can move, take
 * all pages at once (mm/page_alloc.c, alloc_contig_range; mm/compaction.c, isolate_migratepages_range). virtio-mem
 * unplugs memory this way.
 *
 * Unlike an offline this gives up soon: pages that stay are tried a few times, and then everything is put back.
 */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { NO_PAGE } from "../memory/page-array.ts";
import type { Zone } from "../memory/zone.ts";
import { call, spend, type Steps } from "../chronicle/task.ts";
import {
  MAX_ORDER,
  PAGES_PER_MAX_ORDER,
  PAGEBLOCK_ORDER,
  PAGEBLOCK_PAGES,
  PAGES_PER_SECTION,
  sectionOf,
} from "../units.ts";
import { IsolatedRange } from "./isolation.ts";
import { isOnList, isolatePage, migratePages, putBack } from "./migrate.ts";
import type { OnMoved } from "./moving.ts";

/** Pages that are taken off their lists before they are moved together (COMPACT_CLUSTER_MAX). */
const CLUSTER = 32;
/** Times that the pages of a cluster are tried. */
const TRIES = 5;

export type ContiguousErrno = "EBUSY" | "ENOMEM";

/** Whole pageblocks of one zone that are wanted for a use. */
export interface ContiguousRange {
  readonly zone: Zone;
  readonly startPfn: number;
  readonly pages: number;
  /** What they become. */
  readonly kind: PageKind;
}

/**
 * Takes `[startPfn, startPfn + pages)` out of the allocator. Returns the errno with everything put back, or null.
 * `prepare` is called once the range is isolated; false ends it.
 */
export function* takeContiguous(
  kernel: Kernel,
  { zone, startPfn, pages, kind }: ContiguousRange,
  onMoved: OnMoved = () => {},
  prepare: () => boolean = () => true,
): Steps<ContiguousErrno | null> {
  const range = new IsolatedRange(kernel, zone, startPfn, pages, "allocation");
  const isolated = yield* call("start_isolate_page_range", range.isolate());
  if (!isolated.ok) return "EBUSY";
  yield spend(Cost.drain, "drain_all_pages");
  const moving = moveOut(kernel, zone, startPfn, startPfn + pages, onMoved);
  const errno = prepare() ? yield* call("__alloc_contig_migrate_range", moving) : "ENOMEM";
  if (errno !== null || !range.allFree) {
    range.release();
    return errno ?? "EBUSY";
  }
  range.takeFor(kind);
  return null;
}

/** __alloc_contig_migrate_range: cluster by cluster upwards; a cluster that does not go away ends it. */
function* moveOut(
  kernel: Kernel,
  zone: Zone,
  start: number,
  end: number,
  onMoved: OnMoved,
): Steps<ContiguousErrno | null> {
  let from = start;
  for (;;) {
    const cluster = nextCluster(kernel, from, end);
    const looking = (cluster.next - from) * Cost.scanPage + cluster.pages.length * Cost.isolatePage;
    yield spend(Math.max(Cost.call, looking), "isolate_migratepages_range");
    from = cluster.next;
    if (cluster.pages.length === 0) return null;
    let left: readonly number[] = cluster.pages;
    for (let tries = 0; left.length > 0; tries++) {
      if (tries === TRIES) {
        putBack(kernel, left);
        return "EBUSY";
      }
      const migrating = migratePages(kernel, left, { node: zone.node, mask: null }, onMoved);
      const report = yield* call("migrate_pages", migrating);
      if (report.result < 0) {
        putBack(kernel, report.left);
        return "ENOMEM";
      }
      left = report.left;
    }
  }
}

/**
 * isolate_migratepages_range: the next pages on lists, taken off them. Clean pages of files are dropped instead
 * (reclaim_clean_pages_from_list).
 */
function nextCluster(kernel: Kernel, from: number, end: number): { readonly pages: number[]; readonly next: number } {
  const { pages, mappings } = kernel;
  const cluster: number[] = [];
  let frame = from;
  while (frame < end && cluster.length < CLUSTER) {
    const index = pages.indexOf(frame);
    if (index === NO_PAGE) {
      frame = Math.min(end, (sectionOf(frame) + 1) * PAGES_PER_SECTION);
      continue;
    }
    frame++;
    if (!isOnList(kernel, index)) continue;
    const file = pages.kind[index] === PageKind.PageCache ? mappings.get(pages.a[index] as number) : undefined;
    const keeps =
      (pages.flags[index] as number) & (PageFlag.Dirty | PageFlag.Pinned | PageFlag.Mlocked | PageFlag.Writeback);
    if (file && file.areas.length === 0 && keeps === 0) {
      mappings.drop(file, pages.b[index] as number);
      continue;
    }
    isolatePage(kernel, index);
    cluster.push(index);
  }
  return { pages: cluster, next: frame };
}

/**
 * Gives a range that was kept from the allocator to it, in the largest chunks that its borders allow. Memory that it
 * never had goes behind what is free already (generic_online_page); what was taken from it comes first again
 * (free_contig_range).
 */
export function giveContiguous(kernel: Kernel, zone: Zone, startPfn: number, pages: number, toTail: boolean): void {
  const end = startPfn + pages;
  for (let frame = startPfn; frame < end; ) {
    kernel.buddy.touch(zone, sectionOf(frame));
    const whole = frame % PAGES_PER_MAX_ORDER === 0 && frame + PAGES_PER_MAX_ORDER <= end;
    kernel.buddy.give(zone, kernel.pages.indexOf(frame), whole ? MAX_ORDER : PAGEBLOCK_ORDER, toTail);
    frame += whole ? PAGES_PER_MAX_ORDER : PAGEBLOCK_PAGES;
  }
}

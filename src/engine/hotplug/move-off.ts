/**
 * Moving pages out of a range that is being offlined, as all kernels do it: find the next page on a list, choose where
 * pages go, migrate them, tell what stayed (mm/memory_hotplug.c, scan_movable_pages and do_migrate_range).
 */
import { culpritAt } from "../migration/describe.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { dumpPage } from "../kernel/page-dump.ts";
import { GFP_USER_MOVABLE } from "../memory/allocator.ts";
import { PageKind } from "../memory/kinds.ts";
import type { Zone } from "../memory/zone.ts";
import type { IsolatedRange } from "../migration/isolation.ts";
import { moveKernelPages } from "../migration/kernel-pages.ts";
import { giganticOnList, isHeldOffline, isOnList, migratePages, putBack } from "../migration/migrate.ts";
import { type MigrationReport, type MigrationTarget, type OnMoved, orderOf } from "../migration/moving.ts";
import { call, type Steps, type Task } from "../chronicle/task.ts";
import { PAGES_PER_SECTION, SECTION_SHIFT, sectionOf } from "../units.ts";
import type { AttemptLog } from "../chronicle/attempt.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { warn } from "./warn.ts";

/** A block on its way offline, once its pages are isolated: whose it is, what is emptied, who may stop it, where it is told. */
export interface Offlining {
  readonly kernel: Kernel;
  readonly block: MemoryBlock;
  /** The one zone that it is in. */
  readonly zone: Zone;
  /** Its pages, but for those that hold its own memory map. */
  readonly range: IsolatedRange;
  readonly task: Task;
  readonly attempt: AttemptLog;
}

/** What ended the emptying of a range, with the words of the log. */
export interface Refusal {
  readonly errno: ErrnoName;
  readonly why: string;
}

/** Interval and burst of the rate limit of migration failures in the log. */
const FAILURE_INTERVAL_NS = 5e9;
const FAILURE_BURST = 10;

/** A round that moved nothing, or found nothing to move. As long as nothing else happens in the machine, every further one does the same. */
export interface Standstill {
  readonly epoch: number;
  readonly cost: number;
  /** Items of its list, all of which stayed. */
  readonly left: number;
}

/** What a round that began at `begun` (ns) says of the next; `null` when it moved something, or had nothing left. */
export function standstillAfter(kernel: Kernel, report: MigrationReport, begun: number): Standstill | null {
  if (report.moved > 0 || report.left.length === 0) return null;
  return { epoch: kernel.epoch, cost: Math.max(Cost.call, kernel.now - begun), left: report.left.length };
}

/**
 * Counts a round that does what the one before did, without doing it. False where it may be another one: something
 * happened in the machine, or the log's rate limit lets failures be told again.
 */
export function repeats(kernel: Kernel, standstill: Standstill): boolean {
  const { since, printed } = kernel.failureLog;
  const tells = standstill.left > 0 && (printed < FAILURE_BURST || kernel.now - since > FAILURE_INTERVAL_NS);
  if (standstill.epoch !== kernel.epoch || tells) return false;
  kernel.failureLog.missed += standstill.left;
  kernel.vmstat.pgmigrateFail += standstill.left;
  return true;
}

/** The first page in [from, end) that is marked offline and still referenced, where scan_movable_pages gives up; or -1. */
export function heldOfflinePage(kernel: Kernel, from: number, end: number): number {
  const { pages } = kernel;
  for (let at = from; at < end; ) {
    const section = sectionOf(at);
    const stop = Math.min(end, (section + 1) * PAGES_PER_SECTION);
    if ((pages.slotOf[section] as number) >= 0 && pages.countIn(section, PageKind.Offline) > 0) {
      for (let frame = at; frame < stop; frame++) if (isHeldOffline(kernel, pages.indexOf(frame))) return frame;
    }
    at = stop;
  }
  return -1;
}

/** scan_movable_pages: the first page in [from, end) that sits on a list, or -1. */
export function scanMovable(kernel: Kernel, from: number, end: number): number {
  for (let at = from; at < end; ) {
    const section = sectionOf(at);
    const stop = Math.min(end, (section + 1) * PAGES_PER_SECTION);
    const slot = kernel.pages.slotOf[section] as number;
    // Any part of a page of 1 GiB leads to its head.
    if (giganticOnList(kernel, section) >= 0) return at;
    if (slot >= 0) {
      const base = (slot << SECTION_SHIFT) - section * PAGES_PER_SECTION;
      for (let frame = at; frame < stop; frame++) if (isOnList(kernel, base + frame)) return frame;
    }
    at = stop;
  }
  return -1;
}

/** Migrates pages that were taken off their lists, and puts back those that stay. */
export function* migrateList(
  { kernel, block, zone, attempt }: Offlining,
  list: readonly number[],
): Steps<MigrationReport> {
  const arrivals = new Arrivals(attempt);
  const migrating = migratePages(kernel, list, targetOf(kernel, zone), arrivals.onMoved);
  const report = yield* call("migrate_pages", migrating);
  const pagesLeft = pagesIn(kernel, report.left);
  tellFailures(kernel, block, report, pagesLeft, attempt);
  putBack(kernel, report.left);
  arrivals.tell(kernel, block, pagesLeft);
  return report;
}

/** How many pages of a block arrived in which zone, in one go. */
class Arrivals {
  private readonly pages = new Map<Zone, number>();
  readonly onMoved: OnMoved;

  constructor(attempt: AttemptLog) {
    this.onMoved = (to, pages) => {
      attempt.moved(to.node, to.name, pages);
      this.pages.set(to, (this.pages.get(to) ?? 0) + pages);
    };
  }

  tell(kernel: Kernel, block: MemoryBlock, pagesLeft: number): void {
    const to = [...this.pages].map(([zone, pages]) => [zone.node, zone.name, pages] as const);
    kernel.recorder.emit({
      c: "migrated",
      partition: kernel.id,
      block: block.number,
      pagesMoved: to.reduce((sum, [, , pages]) => sum + pages, 0),
      pagesLeft,
      to,
    });
  }
}

/**
 * What is left in an emptied range are free huge pages: they go back to the allocator, unless the pool has promised them
 * (dissolve_free_huge_pages). Then that ends the offline.
 */
export function dissolvePool({ kernel, range, attempt }: Offlining): Refusal | null {
  const errno = kernel.hugePages.dissolve(range.startPfn, range.pages);
  if (errno === null) return null;
  attempt.check("dissolve-hugetlb", "fail", "dissolve_free_huge_pages", { reserved: kernel.hugePages.reserved });
  return { errno, why: "failure to dissolve huge pages" };
}

/**
 * Where pages of a zone go: to other nodes, the nearest first, as long as any has memory (new_migration_target, 4.13 on).
 * Before 4.8: to where the CPU that runs the writer allocates, and to kernel zones only, for nothing asks for Movable
 * (alloc_migrate_target).
 */
export function targetOf(kernel: Kernel, zone: Zone): MigrationTarget {
  if (kernel.profile.migrationTarget === "near the CPU")
    return { node: kernel.cpuNode.id, mask: null, gfp: GFP_USER_MOVABLE };
  const others = kernel.nodes.filter((node) => node.hasMemory && node.id !== zone.node).map((node) => node.id);
  return { node: zone.node, mask: new Set(others.length > 0 ? others : [zone.node]) };
}

/**
 * The what-if kernel's last step: kernel memory follows, its addresses stay. Returns why not, or null. What it cost is
 * told with the check.
 */
export function* moveKernelMemory({ kernel, block, zone, range, attempt }: Offlining): Steps<ErrnoName | null> {
  const { movableKernel, movableVmalloc } = kernel.parameters.whatIf;
  if (!movableKernel && !movableVmalloc) return null;
  const arrivals = new Arrivals(attempt);
  const report = yield* moveKernelPages(
    kernel,
    range.startPfn,
    range.startPfn + range.pages,
    targetOf(kernel, zone),
    arrivals.onMoved,
  );
  if (report.moved === 0 && report.failed < 0) return null;
  const { stops, stoppedNs, splits } = report;
  attempt.tally("kernel-memory", "move_kernel_pages", {
    moved: report.moved,
    splits,
    stops,
    stoppedMs: stoppedNs / 1e6,
  });
  arrivals.tell(kernel, block, 0);
  if (report.failed < 0) return null;
  attempt.check("kernel-memory", "fail", "move_kernel_pages", { moved: report.moved });
  attempt.blame(culpritAt(kernel, report.failed, "migration failure", 0));
  return "ENOMEM";
}

/** Pages of 4 KiB in a list whose items may be huge pages. */
const pagesIn = (kernel: Kernel, list: readonly number[]): number =>
  list.reduce((sum, page) => sum + 2 ** orderOf(kernel, page), 0);

/** Logs pages that stayed, within the rate limit, and remembers the first as the one to blame. */
function tellFailures(
  kernel: Kernel,
  block: MemoryBlock,
  report: MigrationReport,
  pagesLeft: number,
  attempt: AttemptLog,
): void {
  attempt.failed(pagesLeft);
  if (report.left.length === 0) return;
  const order = kernel.profile.listsFailuresBackwards ? [...report.left].reverse() : report.left;
  const limit = kernel.failureLog;
  for (const page of order) {
    if (kernel.now - limit.since > FAILURE_INTERVAL_NS) {
      if (limit.missed > 0 && kernel.profile.dumpsPages)
        warn(kernel, attempt, `do_migrate_range: ${limit.missed} callbacks suppressed`);
      limit.since = kernel.now;
      limit.printed = 0;
      limit.missed = 0;
    }
    if (limit.printed >= FAILURE_BURST) {
      limit.missed++;
      continue;
    }
    limit.printed++;
    if (!kernel.profile.dumpsPages) continue;
    const frame = kernel.pages.pfnOf(page);
    warn(kernel, attempt, `migrating pfn ${frame.toString(16)} failed ret:${report.result}`);
    for (const line of dumpPage(kernel, frame, "migration failure")) warn(kernel, attempt, line);
  }
  const first = kernel.pages.pfnOf(report.left[0] as number);
  attempt.check("migrate", "fail", "migrate_pages", {
    left: pagesLeft,
    block: block.number,
    result: report.result,
  });
  attempt.blame(culpritAt(kernel, first, "migration failure", report.left.length - 1));
}

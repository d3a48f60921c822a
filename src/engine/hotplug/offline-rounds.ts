/**
 * How kernels before 4.15 emptied a memory block (mm/memory_hotplug.c of 3.10, __offline_pages and do_migrate_range):
 * rounds of at most 256 pages, until nothing is left on a list, five rounds went wrong, or 120 s are over.
 */
import { dissolveGigantic } from "../migration/gigantic.ts";
import { Cost } from "../kernel/costs.ts";
import { culpritAt, unmovablePages } from "../migration/describe.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageKind, ZoneType } from "../memory/kinds.ts";
import { NO_PAGE } from "../memory/page-array.ts";
import { isOnList, isolatePage, putBack } from "../migration/migrate.ts";
import { call, spend, type Steps } from "../chronicle/task.ts";
import {
  dissolvePool,
  migrateList,
  type Offlining,
  type Refusal,
  repeats,
  scanMovable,
  type Standstill,
  standstillAfter,
} from "./move-off.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";

/** The caller's patience, counted from the moment when everything is isolated. */
const TIMEOUT_NS = 120e9;
/** Rounds that may end with an error, over the whole attempt. */
const HARD_FAILURES = 5;
/** NR_OFFLINE_AT_ONCE_PAGES. */
const PAGES_A_ROUND = 256;

/** Empties an isolated range. EAGAIN after 120 s, EINTR on a signal, else the error of the fifth round that went wrong. */
export function* emptyInRounds(offlining: Offlining): Steps<Refusal | null> {
  const { kernel, range, task, attempt } = offlining;
  const start = range.startPfn;
  const end = start + range.pages;
  const expires = kernel.now + TIMEOUT_NS;
  let mayFail = HARD_FAILURES;
  let stuck: Standstill | null = null;
  for (let round = 0; ; round++) {
    if (kernel.now > expires) {
      attempt.check("in-time", "fail", "offline_pages", { seconds: TIMEOUT_NS / 1e9 });
      return { errno: "EAGAIN", why: "timeout" };
    }
    if (task.signalled) {
      attempt.check("signal", "fail", "offline_pages", {});
      return { errno: "EINTR", why: "signal backoff" };
    }
    if (stuck !== null && repeats(kernel, stuck)) {
      attempt.pass();
      yield spend(stuck.cost, "do_migrate_range", "migrate_pages");
      continue;
    }
    const begun = kernel.now;
    if (round > 0) yield spend(Cost.drain, "lru_add_drain_all");
    kernel.migrationWatch?.at("scan_movable_pages");
    const found = scanMovable(kernel, start, end);
    const looked = (found < 0 ? end : found) - start;
    yield spend(Math.max(Cost.call, looked * Cost.scanPage), "scan_movable_pages");
    if (found < 0) break;
    attempt.pass();
    const { list, obstacle } = takeRound(kernel, found, end);
    kernel.migrationWatch?.isolates(list);
    yield spend(list.length * Cost.isolatePage + Cost.call, "do_migrate_range", "isolate_lru_page");
    let failed: ErrnoName | null = null;
    stuck = null;
    if (obstacle >= 0) {
      putBack(kernel, list);
      failed = "EBUSY";
    } else {
      const report = yield* call("do_migrate_range", migrateList(offlining, list));
      if (report.result < 0) failed = "ENOMEM";
      // The first round has nothing to drain, so the others aren't quite like it.
      else if (round > 0) stuck = standstillAfter(kernel, report, begun);
    }
    if (failed === null || --mayFail > 0) continue;
    if (obstacle >= 0) blameStaying(offlining, obstacle);
    return { errno: failed, why: "unmovable page" };
  }
  yield spend(Cost.drain, "drain_all_pages");
  const promised = kernel.profile.movesHugetlb ? dissolvePool(offlining) : null;
  if (promised !== null) return promised;
  dissolveGigantic(kernel, start, range.pages);
  if (range.empty) return null;
  blameStaying(offlining, firstLeft(kernel, start, end));
  return { errno: "EBUSY", why: "unmovable page" };
}

/** Names the page that is in use and on no list. */
function blameStaying({ kernel, block, zone, attempt }: Offlining, frame: number): void {
  const others = unmovablePages(kernel, block.startPfn, block.pages, zone.type === ZoneType.Movable) - 1;
  attempt.check("all-free", "fail", "check_pages_isolated", { left: Math.max(1, others + 1) });
  attempt.blame(culpritAt(kernel, frame, "unmovable page", Math.max(0, others)));
}

/** Takes pages off their lists, in order, up to a round's worth. A page in use that is on no list spoils the round. */
function takeRound(kernel: Kernel, from: number, end: number): { readonly list: number[]; readonly obstacle: number } {
  const list: number[] = [];
  for (let frame = from; frame < end && list.length < PAGES_A_ROUND; frame++) {
    const index = kernel.pages.indexOf(frame);
    if (index === NO_PAGE) continue;
    if (isOnList(kernel, index)) {
      isolatePage(kernel, index);
      list.push(index);
    } else if (stays(kernel.pages.kind[index] as number, kernel.profile.movesHugetlb)) return { list, obstacle: frame };
  }
  return { list, obstacle: -1 };
}

/** In use, and nothing that an offline can take: not free, not out of use, and not part of a huge page that moves with its head. */
const stays = (kind: number, movesHugetlb: boolean): boolean =>
  (kind >= PageKind.Slab && kind <= PageKind.BootMemmap) ||
  kind === PageKind.Offline ||
  (kind === PageKind.Hugetlb && !movesHugetlb);

function firstLeft(kernel: Kernel, start: number, end: number): number {
  for (let frame = start; frame < end; frame++) {
    const kind = kernel.pages.kindAt(frame);
    if (kind !== PageKind.Free && kind !== PageKind.Poisoned && kind !== PageKind.SelfMemmap) return frame;
  }
  return -1;
}

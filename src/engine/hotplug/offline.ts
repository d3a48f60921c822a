/**
 * Taking a memory block offline, from the write to `state` to the last zonelist (drivers/base/memory.c,
 * memory_block_offline; mm/memory_hotplug.c, offline_pages, scan_movable_pages, do_migrate_range).
 *
 * Read top to bottom this is the story of an offline: one zone? no holes? isolate; ask the notifiers; then scan and
 * migrate until the block is empty or a signal arrives; then take the pages out of the zone.
 */
import { dissolveGigantic } from "../migration/gigantic.ts";
import { culpritAt, unmovablePages } from "../migration/describe.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { dumpPage } from "../kernel/page-dump.ts";
import { notifyChanged, notifyGoing } from "../kernel/notifiers.ts";
import { PageKind, ZoneType } from "../memory/kinds.ts";
import type { NumaNode } from "../memory/node.ts";
import type { Zone } from "../memory/zone.ts";
import { IsolatedRange } from "../migration/isolation.ts";
import { giganticOnList, isOnList, isolatePage } from "../migration/migrate.ts";
import type { MigrationReport } from "../migration/moving.ts";
import { call, spend, type Steps, type Task } from "../chronicle/task.ts";
import { PAGE_SIZE, PAGES_PER_SECTION, SECTION_SHIFT, sectionOf, toAddress, PAGEBLOCK_PAGES } from "../units.ts";
import type { AttemptLog } from "../chronicle/attempt.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import {
  dissolvePool,
  heldOfflinePage,
  migrateList,
  moveKernelMemory,
  type Offlining,
  type Refusal,
  repeats,
  scanMovable,
  type Standstill,
  standstillAfter,
} from "./move-off.ts";
import { warn } from "./warn.ts";
import { emptyInRounds } from "./offline-rounds.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { shrinkZone } from "./spans.ts";

/** Reasons that come before anything was isolated. */
const NOT_ISOLATED = "failure to isolate range";
const HOLES = "memory holes";

/** device_offline (drivers/base/core.c) of a block, and what it comes to. As `offlineBlock`. */
export function* deviceOffline(
  kernel: Kernel,
  block: MemoryBlock,
  task: Task,
  parent: AttemptLog | null,
): Steps<ErrnoName | null> {
  return yield* call("device_offline", call("memory_subsys_offline", offlineBlock(kernel, block, task, parent)));
}

/**
 * Offlines one block; the caller holds the hotplug lock and the block is online. Returns the errno or null.
 * Every refusal puts back what had been done.
 */
function* offlineBlock(
  kernel: Kernel,
  block: MemoryBlock,
  task: Task,
  parent: AttemptLog | null,
): Steps<ErrnoName | null> {
  const attempt = task.attempt("offline", kernel.id, `memory${block.number}`, parent);
  block.attempt = attempt.id;
  block.state = "going-offline";
  // The memory map that lies on the block goes first, so that a zone with nothing else left counts as empty.
  countPresent(kernel, block, -block.selfMemmapPages);
  kernel.emitBlock(block);
  yield spend(Cost.call, "memory_block_offline");
  const offlining = call("offline_pages", offlinePages(kernel, block, task, attempt));
  const errno = yield* call("memory_block_offline", offlining);
  if (errno !== null) {
    block.state = "online";
    countPresent(kernel, block, block.selfMemmapPages);
  } else kernel.tellDevice("offline", "memory", block.number);
  kernel.emitBlock(block);
  attempt.end(errno, kernel.recorder.now);
  kernel.recorder.emit({ c: "attempt", attempt: attempt.value() });
  return errno;
}

function* offlinePages(kernel: Kernel, block: MemoryBlock, task: Task, attempt: AttemptLog): Steps<ErrnoName | null> {
  const zone = block.zone;
  if (zone === null) {
    attempt.check("one-zone", "fail", "memory_block_offline", { zones: zonesOf(kernel, block).join(", ") });
    return "EINVAL";
  }
  attempt.check("one-zone", "pass", "memory_block_offline", { zone: zone.name, node: zone.node, pages: block.pages });
  if (kernel.profile.refusesHoles) {
    if (!kernel.resources.covers(toAddress(block.startPfn), block.pages * PAGE_SIZE)) {
      attempt.check("no-holes", "fail", "offline_pages", {});
      return refuse(kernel, block, attempt, "EINVAL", HOLES);
    }
    attempt.check("no-holes", "pass", "offline_pages", {});
  }
  if (kernel.profile.needsNormalMemory && leavesOnlyMovable(kernel.nodes[zone.node] as NumaNode, zone, block)) {
    attempt.check("normal-memory", "fail", "can_offline_normal", { node: zone.node });
    return refuse(kernel, block, attempt, "EINVAL", NOT_ISOLATED);
  }
  yield spend(Cost.call, "zone_pcp_disable");
  yield spend(Cost.drain - Cost.call, "lru_cache_disable");

  const start = block.startPfn + block.selfMemmapPages;
  const pages = block.pages - block.selfMemmapPages;
  const range = new IsolatedRange(kernel, zone, start, pages);
  const isolated = yield* call("start_isolate_page_range", range.isolate());
  if (!isolated.ok) {
    attempt.check("isolate", "fail", "start_isolate_page_range", {
      done: isolated.done,
      pageblocks: pages / PAGEBLOCK_PAGES,
    });
    const { pfn } = isolated.obstacle;
    if (pfn >= 0) {
      const others = unmovablePages(kernel, block.startPfn, block.pages, zone.type === ZoneType.Movable) - 1;
      attempt.blame(culpritAt(kernel, pfn, "unmovable page", Math.max(0, others)));
      // Of a page of 1 GiB nothing is said: its border is found before pages are looked at.
      if (kernel.profile.dumpsPages && isolated.obstacle.why.code !== "gigantic")
        for (const line of dumpPage(kernel, pfn, "unmovable page")) warn(kernel, attempt, line);
    }
    return refuse(kernel, block, attempt, "EBUSY", NOT_ISOLATED);
  }
  attempt.check("isolate", "pass", "start_isolate_page_range", { pageblocks: pages / PAGEBLOCK_PAGES });
  kernel.migrationWatch?.begins(attempt, range);

  const veto = yield* call("memory_notify", notifyGoing(kernel, "MEM_GOING_OFFLINE", block));
  yield spend(Cost.call * 4, "memory_notify");
  if (veto !== null) {
    attempt.check("notifiers", "fail", "memory_notify", { errno: veto });
    kernel.migrationWatch?.ends(veto);
    range.release();
    notifyChanged(kernel, "MEM_CANCEL_OFFLINE", block);
    return refuse(kernel, block, attempt, veto, "notifier failure");
  }
  attempt.check("notifiers", "pass", "memory_notify", {});

  const empty = kernel.profile.offlineGivesUp === "on a signal" ? emptyRange : emptyInRounds;
  const emptied = yield* empty({ kernel, block, zone, range, task, attempt });
  kernel.migrationWatch?.ends(emptied?.errno ?? null);
  if (emptied !== null) {
    range.release();
    notifyChanged(kernel, "MEM_CANCEL_OFFLINE", block);
    return refuse(kernel, block, attempt, emptied.errno, emptied.why);
  }
  attempt.check("migrate", "pass", "migrate_pages", { moved: attempt.pagesMoved });

  // Under mem_hotplug_lock nobody sees anything between here and the end: the time is charged first.
  yield spend(pages * Cost.initPage, "__offline_isolated_pages");
  yield spend(Cost.rebuild, "build_all_zonelists");
  // Pages that a driver had kept from the allocator were not managed.
  const withheld = kernel.offlinePages(block);
  range.takeOffline();
  const told = `Offlined Pages ${pages}`;
  if (kernel.profile.offlineTells === "nothing") kernel.logQuietly("offlined", told);
  else kernel.log("info", told);
  leaveZone(kernel, block, zone, pages - withheld);
  notifyChanged(kernel, "MEM_OFFLINE", block);
  return null;
}

/** Whether a node would keep Movable pages and lose its last in a kernel zone. */
export function leavesOnlyMovable(node: NumaNode, zone: Zone, block: MemoryBlock): boolean {
  if (zone.type > ZoneType.Normal || !node.zones[ZoneType.Movable]?.populated) return false;
  const kernelPages = node.zones.reduce((sum, each) => sum + (each.type <= ZoneType.Normal ? each.present : 0), 0);
  return kernelPages <= block.pages;
}

/**
 * Scans for pages that can move and moves them, again and again: no limit on rounds or time. Ends when the range is
 * empty (null), with EINTR when a signal arrives, or with EBUSY when free huge pages in it are promised to somebody or an
 * offline page in it is still referenced.
 */
function* emptyRange(offlining: Offlining): Steps<Refusal | null> {
  const { kernel, block, range, task, attempt } = offlining;
  const start = range.startPfn;
  const end = start + range.pages;
  let stuck: Standstill | null = null;
  for (;;) {
    let from = start;
    for (;;) {
      if (task.signalled) {
        attempt.check("signal", "fail", "offline_pages", {});
        return { errno: "EINTR", why: "signal backoff" };
      }
      if (stuck !== null && repeats(kernel, stuck)) {
        if (stuck.left === 0) {
          yield spend(stuck.cost, "scan_movable_pages");
          continue;
        }
        attempt.pass();
        yield spend(stuck.cost, "do_migrate_range", "migrate_pages");
        continue;
      }
      kernel.migrationWatch?.at("scan_movable_pages");
      const found = scanMovable(kernel, from, end);
      const looked = Math.min(found < 0 ? end : found, end) - from;
      yield spend(Math.max(Cost.call, looked * Cost.scanPage), "scan_movable_pages");
      const held = heldOfflinePage(kernel, from, found < 0 ? end : found);
      if (held >= 0) {
        attempt.check("migrate", "fail", "scan_movable_pages", { left: 1, block: block.number });
        attempt.blame(culpritAt(kernel, held, "unmovable page", 0));
        return { errno: "EBUSY", why: "unmovable page" };
      }
      if (found < 0) break;
      attempt.pass();
      const begun = kernel.now;
      const report = yield* call("do_migrate_range", migrateRange(offlining, found, end));
      stuck = standstillAfter(kernel, report, begun);
      from = found;
    }
    yield spend(Cost.call, "dissolve_free_huge_pages");
    const stayed = yield* moveKernelMemory(offlining);
    if (stayed !== null) return { errno: stayed, why: "no memory for kernel pages" };
    const promised = dissolvePool(offlining);
    if (promised !== null) return promised;
    dissolveGigantic(kernel, start, range.pages);
    if (range.empty) return null;
    stuck = lostIn(kernel, range, attempt);
  }
}

/** Rounds that find nothing to move are passed so many in one step: nobody sees one of them. */
const ROUNDS_AT_ONCE = 10;

/**
 * Nothing is left to move, and not all is free: pages that a kernel lost (test_pages_isolated refuses them). The next round does
 * the same; `null` where there are none.
 */
function lostIn(kernel: Kernel, { startPfn, pages }: IsolatedRange, attempt: AttemptLog): Standstill | null {
  let [first, left] = [-1, 0];
  for (let section = sectionOf(startPfn); section < sectionOf(startPfn + pages); section++)
    left += kernel.pages.countIn(section, PageKind.Lost);
  if (left === 0) return null;
  for (let frame = startPfn; first < 0; frame++) if (kernel.pages.kindAt(frame) === PageKind.Lost) first = frame;
  attempt.check("all-free", "pending", "test_pages_isolated", { left });
  attempt.blame(culpritAt(kernel, first, "unmovable page", left - 1));
  return { epoch: kernel.epoch, cost: ROUNDS_AT_ONCE * (pages * Cost.scanPage + Cost.call), left: 0 };
}

/** Of a block of 2 GiB so much is looked through in one step: others are heard in between. */
const SECTIONS_AT_ONCE = 4;

/** do_migrate_range: isolates every page on a list from `from` on and migrates them all. */
function* migrateRange(offlining: Offlining, from: number, end: number): Steps<MigrationReport> {
  const { kernel, attempt } = offlining;
  const list: number[] = [];
  for (let at = from; ; ) {
    const stop = Math.min(end, (sectionOf(at) + SECTIONS_AT_ONCE) * PAGES_PER_SECTION);
    const before = list.length;
    const scanned = takeOffLists(kernel, at, stop, list);
    if (stop === end) kernel.migrationWatch?.isolates(list);
    yield spend((list.length - before) * Cost.isolatePage + scanned * Cost.scanPage, "isolate_lru_page");
    if (stop === end) break;
    at = stop;
  }
  attempt.check("migrate", "pending", "migrate_pages", { left: list.length, ...kernel.disk?.writeback.under(list) });

  return yield* migrateList(offlining, list);
}

/** Adds every page of a range that is on a list, and takes it off that; gives how many were looked at. No generator: page to page. */
function takeOffLists(kernel: Kernel, from: number, end: number, list: number[]): number {
  let scanned = 0;
  for (let section = sectionOf(from); section * PAGES_PER_SECTION < end; section++) {
    const slot = kernel.pages.slotOf[section] as number;
    if (slot < 0) continue;
    const base = (slot << SECTION_SHIFT) - section * PAGES_PER_SECTION;
    const stop = Math.min(end, (section + 1) * PAGES_PER_SECTION);
    const gigantic = giganticOnList(kernel, section);
    if (gigantic >= 0) {
      isolatePage(kernel, gigantic);
      list.push(gigantic);
    }
    for (let frame = Math.max(from, section * PAGES_PER_SECTION); frame < stop; frame++) {
      scanned++;
      if (!isOnList(kernel, base + frame)) continue;
      isolatePage(kernel, base + frame);
      list.push(base + frame);
    }
  }
  return scanned;
}

/** From where nothing can fail any more: the zone shrinks, watermarks and zonelists follow, node states change. */
function leaveZone(kernel: Kernel, block: MemoryBlock, zone: Zone, pages: number): void {
  const node = kernel.nodes[zone.node] as NumaNode;
  zone.countManaged(-pages);
  countPresent(kernel, block, block.selfMemmapPages - block.pages);
  kernel.setupWatermarks();
  const hadMemory = node.hasMemory;
  const clearsFirst = kernel.profile.skipsMemorylessSelf;
  if (clearsFirst) updateNodeStates(kernel, node);
  if (!zone.populated) kernel.rebuildZonelistsLoudly();
  updateNodeStates(kernel, node);
  if (hadMemory && !node.hasMemory) kernel.tellDemotionTargets();
  if (kernel.profile.zoneFixedAt === "online") shrinkZone(kernel, zone, block.startPfn, block.pages);
  block.zone = null;
  block.state = "offline";
  block.onliner = null;
  kernel.revision++;
  kernel.emitZone(zone);
}

/** adjust_present_page_count: the zone's pages, the node's, and those of the block's group; none where a block has no one zone. */
function countPresent(kernel: Kernel, { zone, group, early }: MemoryBlock, change: number): void {
  if (zone === null || change === 0) return;
  zone.countPresent(change);
  if (early) zone.presentEarly += change;
  (kernel.nodes[zone.node] as NumaNode).present += change;
  if (group && zone.type === ZoneType.Movable) group.movablePages += change;
  else if (group) group.kernelPages += change;
}

/** node_states_clear_node, and the node's daemons stop when it has no memory left. */
function updateNodeStates(kernel: Kernel, node: NumaNode): void {
  node.hasMemory = node.zones.some((zone) => zone.populated);
  if (kernel.profile.normalMemoryFollows)
    node.hasNormalMemory = node.zones.some((zone) => zone.populated && zone.type <= ZoneType.Normal);
  if (!node.hasMemory) node.daemons = false;
}

function refuse(kernel: Kernel, block: MemoryBlock, attempt: AttemptLog, errno: ErrnoName, why: string): ErrnoName {
  const first = toAddress(block.startPfn).toString(16).padStart(8, "0");
  const last = (toAddress(block.startPfn + block.pages) - 1).toString(16).padStart(8, "0");
  const line = `memory offlining [mem 0x${first}-0x${last}] failed`;
  const { dumpsPages, offlineTells } = kernel.profile;
  if (dumpsPages) kernel.logQuietly("refused", `${line} due to ${why}`);
  // Without a reason it is told only when the range had been isolated.
  else if (why !== NOT_ISOLATED && why !== HOLES) {
    if (offlineTells === "all") kernel.log("info", line);
    else kernel.logQuietly("refused", line);
  }
  attempt.log(`offlining failed due to ${why}`);
  return errno;
}

/** Names of the zones that share a boot block. */
function zonesOf(kernel: Kernel, block: MemoryBlock): string[] {
  return kernel.zones
    .filter((zone) => zone.populated && zone.intersects(block.startPfn, block.pages))
    .map((zone) => zone.name);
}

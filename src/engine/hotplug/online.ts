/**
 * Bringing a memory block online (drivers/base/memory.c, memory_block_online; mm/memory_hotplug.c, online_pages):
 * choose the zone, put the pages into it isolated, ask the notifiers, free them to the allocator, tell everybody.
 */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { MemoryDriver } from "../kernel/memory-driver.ts";
import { notifyChanged, notifyGoing } from "../kernel/notifiers.ts";
import type { OnlineType } from "../kernel/parameters.ts";
import { PageFlag, PageKind, ZoneType } from "../memory/kinds.ts";
import { SectionState } from "../memory/page-array.ts";
import type { NumaNode } from "../memory/node.ts";
import type { Zone } from "../memory/zone.ts";
import { call, spend, type Steps, type Task } from "../chronicle/task.ts";
import {
  MAX_ORDER,
  PAGEBLOCK_ORDER,
  PAGEBLOCK_PAGES,
  PAGES_PER_SECTION,
  SECTION_SHIFT,
  sectionOf,
  toAddress,
} from "../units.ts";
import type { AttemptLog } from "../chronicle/attempt.ts";
import type { MemoryBlock, Onliner } from "../memory/memory-block.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { growZone, shrinkZone } from "./spans.ts";
import { changeSides } from "./zone-at-add.ts";
import { zoneForBlock } from "./zone-choice.ts";

/** Kernel stack and descriptor of a kernel thread: four pages and about two of slab. */
const THREAD_STACK_PAGES = 4;
const THREAD_SLAB_PAGES = 2;
/** kswapd and kcompactd. */
const DAEMONS = 2;
/** A slab for both task_structs, and pages of caches of smaller objects (seen on 6.18 and 7.3). */
const TASKS_ORDER = 3;
const SMALL_OBJECT_PAGES = 3;

/** How a block is to come online, and who wants it. */
export interface Onlining {
  /**
   * Whoever names no type (null: the file `online`, an eject that is undone) takes the one that was kept, or `online`
   * (memory_subsys_online); it is kept no longer.
   */
  readonly type: OnlineType | null;
  readonly onliner: Onliner;
}

/** device_online (drivers/base/core.c) of a block, and what it comes to. As `onlineBlock`. */
export function* deviceOnline(
  kernel: Kernel,
  block: MemoryBlock,
  { type, onliner }: Onlining,
  task: Task,
  parent: AttemptLog | null,
): Steps<ErrnoName | null> {
  const word = type ?? block.keptType ?? "online";
  block.keptType = null;
  return yield* call(
    "device_online",
    call(
      "memory_subsys_online",
      call("memory_block_online", onlineBlock(kernel, block, { word, onliner }, task, parent)),
    ),
  );
}

/** Onlines one offline block; the caller holds the hotplug lock. Returns the errno or null. */
function* onlineBlock(
  kernel: Kernel,
  block: MemoryBlock,
  { word, onliner }: { readonly word: OnlineType; readonly onliner: Onliner },
  task: Task,
  parent: AttemptLog | null,
): Steps<ErrnoName | null> {
  const attempt = task.attempt("online", kernel.id, `memory${block.number}`, parent);
  block.attempt = attempt.id;
  const chosen = zoneForBlock(kernel, block, word);
  if ("errno" in chosen) {
    attempt.check("online-zone", "fail", word === "online_movable" ? "move_pfn_range_right" : "move_pfn_range_left", {
      zone: block.fixedZone?.name ?? "none",
      word,
    });
    return end(kernel, block, attempt, chosen.errno);
  }
  const { zone, because } = chosen;
  if (chosen.moves) changeSides(kernel, block, zone);
  const node = kernel.nodes[zone.node] as NumaNode;
  const pages = block.pages - block.selfMemmapPages;
  if (block.poisoned > 0 && kernel.profile.refusesPoisonedBlocks) {
    attempt.check("not-poisoned", "fail", "memory_block_online", { pages: block.poisoned });
    return end(kernel, block, attempt, "EHWPOISON");
  }
  attempt.check("online-zone", "pass", "zone_for_pfn_range", { zone: zone.name, node: zone.node, word, because });

  growZone(kernel, zone, block.startPfn, block.pages);
  yield spend(pages * Cost.initPage, "online_pages", "move_pfn_range_to_zone");
  const veto = yield* call("online_pages", call("memory_notify", notifyGoing(kernel, "MEM_GOING_ONLINE", block)));
  yield spend(Cost.call * 4, "online_pages", "memory_notify");
  if (veto !== null) {
    notifyChanged(kernel, "MEM_CANCEL_ONLINE", block);
    attempt.check("notifiers", "fail", "memory_notify", { errno: veto });
    if (kernel.profile.zoneFixedAt === "online") shrinkZone(kernel, zone, block.startPfn, block.pages);
    const first = toAddress(block.startPfn).toString(16).padStart(8, "0");
    const last = (toAddress(block.startPfn + block.pages) - 1).toString(16).padStart(8, "0");
    kernel.logQuietly("online", `online_pages [mem 0x${first}-0x${last}] failed`);
    return end(kernel, block, attempt, veto);
  }
  attempt.check("notifiers", "pass", "memory_notify", {});

  const wasPopulated = zone.populated;
  const driver = kernel.driverOf(block);
  let withheld = 0;
  for (let section = sectionOf(block.startPfn); section < sectionOf(block.startPfn + block.pages); section++) {
    if (driver && !wholeSection(driver, section)) withheld += releasePlugged(kernel, zone, section, driver);
    else releaseSection(kernel, zone, section, section === sectionOf(block.startPfn) ? block.selfMemmapPages : 0);
  }
  zone.countManaged(pages - withheld);
  zone.countPresent(block.pages);
  node.present += block.pages;
  if (block.group) {
    if (zone.type === ZoneType.Movable) block.group.movablePages += block.pages;
    else block.group.kernelPages += block.pages;
  }
  const firstOfNode = !node.hasMemory;
  node.hasMemory = true;
  if (zone.type <= ZoneType.Normal && kernel.profile.normalMemoryFollows) node.hasNormalMemory = true;
  if (!wasPopulated) kernel.rebuildZonelistsLoudly();
  kernel.setupWatermarks();
  block.zone = zone;
  block.state = "online";
  block.onliner = onliner;
  startDaemons(kernel, node);
  notifyChanged(kernel, "MEM_ONLINE", block);
  if (firstOfNode) kernel.tellDemotionTargets();
  yield spend(Cost.rebuild, "online_pages", "build_all_zonelists");
  kernel.emitZone(zone);
  kernel.tellDevice("online", "memory", block.number);
  return end(kernel, block, attempt, null);
}

function end(kernel: Kernel, block: MemoryBlock, attempt: AttemptLog, errno: ErrnoName | null): ErrnoName | null {
  attempt.end(errno, kernel.recorder.now);
  kernel.emitBlock(block);
  kernel.recorder.emit({ c: "attempt", attempt: attempt.value() });
  return errno;
}

/**
 * online_pages_range and undo_isolate_page_range: the section's pages are free and Movable, at the tail of the lists.
 * Pages that hold the block's own memory map never become free; what is left of their chunk is one pageblock.
 */
function releaseSection(kernel: Kernel, zone: Zone, section: number, selfMemmap: number): void {
  const { pages, buddy } = kernel;
  pages.state[section] = SectionState.Online;
  pages.zoneOfSection[section] = zone.index;
  if (selfMemmap === 0) {
    pages.makeUniform(section, PageKind.Free);
    buddy.giveSection(zone, section);
    return;
  }
  pages.uniformKind[section] = PageKind.None;
  const first = pages.materialise(section) << SECTION_SHIFT;
  pages.setKind(first, selfMemmap, PageKind.SelfMemmap, 0);
  for (let at = first + selfMemmap; at < first + PAGES_PER_SECTION; ) {
    const order = at & ((1 << MAX_ORDER) - 1) ? PAGEBLOCK_ORDER : MAX_ORDER;
    buddy.give(zone, at, order, true);
    at += 1 << order;
  }
}

function wholeSection(driver: MemoryDriver, section: number): boolean {
  const first = section * PAGES_PER_SECTION;
  for (let frame = first; frame < first + PAGES_PER_SECTION; frame += PAGEBLOCK_PAGES)
    if (!driver.isPlugged(frame)) return false;
  return true;
}

/**
 * The online-page callback of a driver that has only a part of a section: pageblocks that it lacks are marked offline
 * (PageOffline; dirty, for they never were online) and kept from the allocator. Returns the pages kept.
 */
function releasePlugged(kernel: Kernel, zone: Zone, section: number, driver: MemoryDriver): number {
  const { pages, buddy } = kernel;
  pages.state[section] = SectionState.Online;
  pages.zoneOfSection[section] = zone.index;
  pages.uniformKind[section] = PageKind.None;
  const first = pages.materialise(section) << SECTION_SHIFT;
  const plugged = (page: number): boolean => driver.isPlugged(section * PAGES_PER_SECTION + page - first);
  let withheld = 0;
  for (let at = first; at < first + PAGES_PER_SECTION; at += PAGEBLOCK_PAGES) {
    if (plugged(at)) continue;
    pages.setKind(at, PAGEBLOCK_PAGES, PageKind.Offline, PageFlag.Dirty);
    withheld += PAGEBLOCK_PAGES;
  }
  for (let at = first; at < first + PAGES_PER_SECTION; at += 1 << MAX_ORDER) {
    const halves = [at, at + PAGEBLOCK_PAGES].filter(plugged);
    if (halves.length === 2) buddy.give(zone, at, MAX_ORDER, true);
    else for (const half of halves) buddy.give(zone, half, PAGEBLOCK_ORDER, true);
  }
  return withheld;
}

/**
 * kswapd_run and kcompactd_run. The threads are made by one that runs on the CPUs' node, and so is their memory, unless
 * the kernel asks for it on the node itself: that block then can't go while they run, and they run while it is online.
 */
function startDaemons(kernel: Kernel, node: NumaNode): void {
  if (node.daemons) return;
  node.daemons = true;
  const { owners, profile, cpuNode, daemonStacks, daemonObjects } = kernel;
  const stacksOn = profile.daemonsOnNode === "objects and stacks" ? node : cpuNode;
  if (profile.daemonsOnNode === "nothing")
    owners.takePages(kernel.metadata, DAEMONS * THREAD_SLAB_PAGES, cpuNode.id, null);
  else {
    owners.take(daemonObjects, TASKS_ORDER, node.id, null);
    owners.takePages(daemonObjects, SMALL_OBJECT_PAGES, node.id, null);
  }
  owners.takePages(daemonStacks, DAEMONS * THREAD_STACK_PAGES, stacksOn.id, null);
}

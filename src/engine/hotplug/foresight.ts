/**
 * What would happen, told beforehand: the checks of an offline in the order in which offline.ts makes them, without
 * doing anything. It never contradicts the outcome while nobody else acts: where chance or the machine's memory decides,
 * it says so (`may-leave`).
 */
import type { Kernel } from "../kernel/kernel.ts";
import { injectedErrno } from "../kernel/notifiers.ts";
import { PageFlag, PageKind, ZoneType } from "../memory/kinds.ts";
import type { NumaNode } from "../memory/node.ts";
import { NO_PAGE } from "../memory/page-array.ts";
import type { Zone } from "../memory/zone.ts";
import { isolationOrder } from "../migration/isolation.ts";
import { leaveOf, leaveOfKind, obstacleIn, type StayCode } from "../migration/leave.ts";
import { PAGE_SIZE, PAGEBLOCK_PAGES, PAGES_PER_SECTION, sectionOf, toAddress } from "../units.ts";
import { GIGANTIC, giganticAcrossEnd } from "../holders/gigantic-pool.ts";
import { HUGE_PAGES } from "../holders/huge-pool.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import { targetOf } from "./move-off.ts";
import { leavesOnlyMovable } from "./offline.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";

/** Why an offline is refused, goes on for ever, or may not end well. */
export type ForesightCode =
  | StayCode
  | "already-offline"
  | "busy" // something is under way with it; where it leaves: pages are on their way to a disk
  | "spans-zones"
  | "holes"
  | "last-normal-memory"
  | "veto" // a notifier would refuse
  | "huge-promised" // free huge pages in it are promised to somebody
  | "memory-tight"; // there may be no room for the copies

export interface BlockForesight {
  /** It leaves; it may, or not; the write is refused; or it goes on until somebody gives up. */
  readonly outlook: "leaves" | "may-leave" | "refused" | "goes-on";
  /** What speaks against it; `null` when nothing does. */
  readonly code: ForesightCode | null;
  /** What the write answers when it is refused. */
  readonly errno: ErrnoName | null;
  /** The page that decides; -1 when it is none in particular. */
  readonly pfn: number;
  /** Pages that hold something and would be moved. */
  readonly pagesToMove: number;
}

/** What is assumed to have happened before. */
export interface Assumed {
  /** Pages, by index, that would be free. */
  readonly gone?: (index: number) => boolean;
  /** Whether so many page frames from one on, which boot set aside, would have been given back. */
  readonly released?: (frame: number, frames: number) => boolean;
  /** Nobody would veto. */
  readonly noVeto?: boolean;
  /** Pages that others of the same errand need, or have left where they could go. */
  readonly pagesTaken?: number;
}

/** Pages beyond the watermarks that a move is certain to succeed with: free lists of CPUs, page tables, other users. */
const MARGIN = 2048;

export function foreseeOffline(kernel: Kernel, block: MemoryBlock, assumed: Assumed = {}): BlockForesight {
  const nothing = { errno: null, pfn: -1, pagesToMove: 0 };
  if (block.state === "offline") return { outlook: "leaves", code: "already-offline", ...nothing };
  if (block.state === "going-offline") return { outlook: "may-leave", code: "busy", ...nothing };
  const { zone } = block;
  const refused = (code: ForesightCode, errno: ErrnoName | null, pfn = -1, pagesToMove = 0): BlockForesight => ({
    outlook: "refused",
    code,
    errno,
    pfn,
    pagesToMove,
  });
  if (zone === null) return refused("spans-zones", "EINVAL");
  const { profile } = kernel;
  if (profile.refusesHoles && !kernel.resources.covers(toAddress(block.startPfn), block.pages * PAGE_SIZE))
    return refused("holes", "EINVAL");
  if (profile.needsNormalMemory && leavesOnlyMovable(kernel.nodes[zone.node] as NumaNode, zone, block))
    return refused("last-normal-memory", "EINVAL");
  const start = block.startPfn + block.selfMemmapPages;
  const pageblocks = (block.pages - block.selfMemmapPages) / PAGEBLOCK_PAGES;
  const found = survey(kernel, zone, start, start + pageblocks * PAGEBLOCK_PAGES, assumed);
  const pagesToMove = found.moving;
  const across =
    profile.giganticAcross === "refuses" ? giganticAcrossEnd(kernel.gigantic, start, block.pages) : undefined;
  if (across !== undefined && !assumed.gone?.(kernel.pages.indexOf(across)))
    return refused("gigantic", "EBUSY", across, pagesToMove);
  for (const number of isolationOrder(pageblocks, profile.isolatesEndsFirst)) {
    const first = start + number * PAGEBLOCK_PAGES;
    if (assumed.released?.(first, PAGEBLOCK_PAGES)) continue;
    const obstacle = obstacleIn(kernel, zone, first, "offline", assumed.gone);
    if (obstacle) return refused(obstacle.why.code, "EBUSY", obstacle.pfn, pagesToMove);
  }
  const veto = assumed.noVeto ? null : injectedErrno(kernel, "MEM_GOING_OFFLINE");
  if (veto !== null) return refused("veto", veto, -1, pagesToMove);
  const emptied = profile.offlineGivesUp === "on a signal" ? emptying(kernel, found) : emptyingInRounds(found);
  if (emptied.outlook !== "leaves" || pagesToMove + (assumed.pagesTaken ?? 0) === 0) return { ...emptied, pagesToMove };
  const needed = pagesToMove + (assumed.pagesTaken ?? 0) + MARGIN;
  const roomy = pagesFreeElsewhere(kernel, zone, found.free) >= needed;
  if (roomy && found.writing >= 0)
    return { outlook: "leaves", code: "busy", errno: null, pfn: found.writing, pagesToMove };
  return roomy
    ? { ...emptied, pagesToMove }
    : { outlook: "may-leave", code: "memory-tight", errno: null, pfn: -1, pagesToMove };
}

/** What is in a range, as far as its emptying goes by it. */
interface Survey {
  readonly free: number;
  /** Pages of 4 KiB that would be copied. */
  readonly moving: number;
  /** Free huge pages, and those in use. */
  readonly pooled: number;
  readonly pooledInUse: number;
  /** Part of a page of 1 GiB that a process maps. */
  readonly gigantic: boolean;
  /** The first page that is never emptied, -1 when there is none: pinned; being moved by somebody; of other kinds. */
  readonly pinned: number;
  readonly moved: number;
  readonly stuck: { readonly pfn: number; readonly code: StayCode } | null;
  /** The first page at which the scan gives up, or -1. */
  readonly held: number;
  /** The first page that is on its way to a disk, or -1. */
  readonly writing: number;
}

function survey(kernel: Kernel, zone: Zone, start: number, end: number, { gone, released }: Assumed): Survey {
  const { pages } = kernel;
  let [free, moving, pooled, pooledInUse] = [0, 0, 0, 0];
  let [pinned, moved, held, writing] = [-1, -1, -1, -1];
  let gigantic = false;
  let stuck: Survey["stuck"] = null;
  for (let frame = start; frame < end; frame++) {
    const index = pages.indexOf(frame);
    if (index === NO_PAGE) {
      const section = sectionOf(frame);
      const stop = Math.min(end, (section + 1) * PAGES_PER_SECTION);
      const kind = pages.uniformKind[section] as number;
      const whole = leaveOfKind(kernel, kind, zone.type);
      if (released?.(frame, stop - frame)) free += stop - frame;
      else if (!whole.can) stuck ??= { pfn: frame, code: whole.code };
      else if (kind === PageKind.Free) free += stop - frame;
      frame = stop - 1;
      continue;
    }
    const kind = pages.kind[index] as number;
    if (kind === PageKind.Free || gone?.(index) || (kind === PageKind.Reserved && released?.(frame, 1))) {
      free++;
      continue;
    }
    const leave = leaveOf(kernel, index, zone.type);
    if (leave.can) {
      if (leave.how === "dissolves") pooled += Number(pages.a[index] !== GIGANTIC);
      else if (leave.how !== "out-of-use" && leave.how !== "stays-with-block") moving++;
      if (writing < 0 && (pages.flags[index] as number) & PageFlag.Writeback) writing = frame;
      if (leave.how === "moves" && kind === PageKind.Hugetlb)
        if (kernel.gigantic.usedAt(frame) < 0) pooledInUse++;
        else gigantic = true;
    } else if (leave.code === "pinned") {
      if (pinned < 0) pinned = frame;
    } else if (leave.code === "isolated") {
      if (moved < 0) moved = frame;
    } else if (leave.stage === "scan") {
      if (held < 0) held = frame;
    } else stuck ??= { pfn: frame, code: leave.code };
  }
  return {
    free,
    moving,
    pooled: pooled / HUGE_PAGES,
    pooledInUse: pooledInUse / HUGE_PAGES,
    gigantic,
    pinned,
    moved,
    stuck,
    held,
    writing,
  };
}

type Emptying = Omit<BlockForesight, "pagesToMove">;
const LEAVES: Emptying = { outlook: "leaves", code: null, errno: null, pfn: -1 };

/** Since 4.15: round after round until the range is empty; what never goes keeps it at it. */
function emptying(kernel: Kernel, found: Survey): Emptying {
  const { pinned, moved, held, stuck, pooled, pooledInUse } = found;
  if (moved >= 0) return { outlook: "may-leave", code: "busy", errno: null, pfn: moved };
  // The scan never gets past a page that is tried again and again.
  if (held >= 0 && (pinned < 0 || held < pinned))
    return { outlook: "refused", code: "held-offline", errno: "EBUSY", pfn: held };
  if (pinned >= 0) return { outlook: "goes-on", code: "pinned", errno: null, pfn: pinned };
  const unpromised = kernel.hugePages.freePages - kernel.hugePages.reserved;
  if (pooledInUse > 0) {
    if (pooled + pooledInUse > unpromised) return { outlook: "may-leave", code: "huge-promised", errno: null, pfn: -1 };
  } else if (pooled > Math.max(0, unpromised))
    return { outlook: "refused", code: "huge-promised", errno: "EBUSY", pfn: -1 };
  if (stuck) return { outlook: "goes-on", code: stuck.code, errno: null, pfn: stuck.pfn };
  // A huge page of a pool moves as one piece: whether such a piece is to be had is not told by counting pages.
  if (pooledInUse > 0 || found.gigantic) return { outlook: "may-leave", code: "memory-tight", errno: null, pfn: -1 };
  return LEAVES;
}

/** Before 4.15: what is in use and on no list spoils a round, and the fifth such round ends it; 120 s do, too. */
function emptyingInRounds(found: Survey): Emptying {
  const { pinned, moved, held, stuck, pooled, pooledInUse } = found;
  if (moved >= 0) return { outlook: "may-leave", code: "busy", errno: null, pfn: moved };
  const staying = stuck ?? (held >= 0 ? { pfn: held, code: "held-offline" as const } : null);
  // Which of the two ends it depends on how many are tried in a round.
  if (staying) return { outlook: "refused", code: staying.code, errno: pinned < 0 ? "EBUSY" : null, pfn: staying.pfn };
  if (pinned >= 0) return { outlook: "goes-on", code: "pinned", errno: null, pfn: pinned };
  if (pooled + pooledInUse > 0) return { outlook: "may-leave", code: "huge-promised", errno: null, pfn: -1 };
  return LEAVES;
}

/**
 * Pages that copies of a zone's pages could take without pressing anyone. Free pages of the range itself, so many, are
 * none of them.
 */
function pagesFreeElsewhere(kernel: Kernel, zone: Zone, freeInRange: number): number {
  const target = targetOf(kernel, zone);
  const highest = target.gfp?.highest ?? (zone.type === ZoneType.Movable ? ZoneType.Movable : ZoneType.Normal);
  let room = 0;
  for (const each of kernel.zones) {
    if (!each.populated || each.type > highest || (target.mask && !target.mask.has(each.node))) continue;
    const own = each === zone ? freeInRange : 0;
    room += Math.max(0, each.free - own - each.low - (each.protection[highest] as number) - each.cma);
  }
  return room;
}

/** Several blocks that are to go offline one after the other, as an unplug does it: the first that does not leave decides. */
export interface ErrandForesight {
  readonly outlook: BlockForesight["outlook"];
  /** The block that decides, and what of it; `null` when all leave. */
  readonly decides: { readonly block: number; readonly foresight: BlockForesight } | null;
  /** Blocks that would not leave (certainly), by what speaks against it. */
  readonly staying: ReadonlyMap<ForesightCode, number>;
  readonly blocks: number;
  readonly pagesToMove: number;
}

export function foreseeAll(kernel: Kernel, blocks: readonly MemoryBlock[], assumed: Assumed = {}): ErrandForesight {
  const staying = new Map<ForesightCode, number>();
  let decides: ErrandForesight["decides"] = null;
  let pagesToMove = 0;
  // Pages of a block may go to the next one, and then have to move again; free pages of all are no room.
  let taken = 0;
  for (const block of blocks) {
    const foresight = foreseeOffline(kernel, block, { ...assumed, pagesTaken: taken });
    pagesToMove += foresight.pagesToMove;
    if (block.state !== "offline") taken += block.pages;
    if (foresight.outlook === "leaves") continue;
    decides ??= { block: block.number, foresight };
    if (foresight.code !== null && foresight.outlook !== "may-leave")
      staying.set(foresight.code, (staying.get(foresight.code) ?? 0) + 1);
  }
  return { outlook: decides?.foresight.outlook ?? "leaves", decides, staying, blocks: blocks.length, pagesToMove };
}

/** Node that pages of a node's blocks would go to first: the nearest other node with memory, or the node itself. */
export function likelyTarget(kernel: Kernel, node: number): number {
  return kernel.nodes[node]?.fallback.find((other) => other !== node && kernel.nodes[other]?.hasMemory) ?? node;
}

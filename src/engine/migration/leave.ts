/**
 * Can this page leave, and if not, why? The one answer to it (mm/page_isolation.c, has_unmovable_pages; mm/migrate.c,
 * isolate_movable_page; mm/memory_hotplug.c, scan_movable_pages): isolation, emptying, foresight, inspection and
 * the sentences of the views all go by it. It answers with codes; words are the views'.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { MigrateType, PAGE_KINDS, PageFlag, PageKind, ZoneType } from "../memory/kinds.ts";
import type { Zone } from "../memory/zone.ts";
import { PAGEBLOCK_ORDER, PAGEBLOCK_PAGES, sectionOf } from "../units.ts";
import { type KernelMove, kernelMove } from "./kernel-pages.ts";

/**
 * What a range is emptied for: memory that goes offline may hold pages that are out of use (poisoned, given to the
 * hypervisor); memory that is to be allocated as one piece may not (MEMORY_OFFLINE of start_isolate_page_range).
 */
export type LeavePurpose = "offline" | "allocation";

/** How a page leaves. */
export type WayOut =
  | "free" // in the allocator's hands already
  | "moves" // its contents are copied, and all that maps it follows
  | "dissolves" // a free huge page, given back to the allocator
  | "deflates" // a balloon's page, replaced by another
  | "moves-with-address" // what-if: kernel memory that keeps its virtual address
  | "stays-with-block" // the memory map that a block hosts itself
  | "out-of-use"; // poisoned, or the hypervisor's

/** Why a page stays. */
export type StayCode =
  | "hole" // nobody describes it
  | "reserved" // taken at boot, before there were zones
  | "kernel-memory" // used by its address
  | "cma" // in an area that a driver counts on
  | "isolated" // being emptied or moved by somebody else
  | "out-of-use" // poisoned or the hypervisor's, where the range is wanted for use
  | "pinned" // referenced by more than what maps it
  | "held-offline" // marked offline and still referenced: a balloon that can't move
  | "gigantic" // part of a free page of 1 GiB, which this kernel doesn't cut
  | "lost" // nobody's, and no free page either: what gave back the rest forgot it
  | "huge-pool"; // this kernel can't move pages of the huge pool

/**
 * When that is noticed: as its pageblock is isolated, which ends an attempt at once; by the scan, which ends it too; or
 * never, so that the attempt goes on.
 */
export type StayStage = "isolation" | "scan" | "never";

export type Leave =
  | { readonly can: true; readonly how: WayOut }
  | { readonly can: false; readonly code: StayCode; readonly stage: StayStage };
export type Stay = Extract<Leave, { readonly can: false }>;

const goes = (how: WayOut): Leave => ({ can: true, how });
const stays = (code: StayCode, stage: StayStage): Stay => ({ can: false, code, stage });

// Made once: a range has a hundred thousand pages.
const FREE = goes("free");
const MOVES = goes("moves");
const DISSOLVES = goes("dissolves");
const DEFLATES = goes("deflates");
const STAYS_WITH_BLOCK = goes("stays-with-block");
const OUT_OF_USE = goes("out-of-use");
const KERNEL_MOVES: Readonly<Record<KernelMove, Leave>> = {
  remap: goes("moves-with-address"),
  rewrite: goes("moves-with-address"),
};
const HOLE = stays("hole", "isolation");
const RESERVED = stays("reserved", "isolation");
const CMA = stays("cma", "isolation");
const SOMEBODY_ELSES = stays("isolated", "isolation");
const PINNED = stays("pinned", "never");
const HELD_OFFLINE = stays("held-offline", "scan");
/** A page of 1 GiB that reaches over a border of the range. */
export const GIGANTIC_ACROSS = stays("gigantic", "isolation");
/** Nobody refers to it, so isolation lets it pass; it is on no list, so nothing moves it. */
const LOST = stays("lost", "never");
const HUGE_POOL = stays("huge-pool", "never");
const AT_ISOLATION = {
  kernel: stays("kernel-memory", "isolation"),
  moving: stays("isolated", "isolation"),
  unused: stays("out-of-use", "isolation"),
} as const;
/** In ZONE_MOVABLE isolation believes the zone, and lets pass what then never goes. */
const LATER = {
  kernel: stays("kernel-memory", "never"),
  moving: stays("isolated", "never"),
  unused: stays("out-of-use", "never"),
} as const;

/** Whether the page at an index can leave a zone, by its kind and flags alone: what its pageblock is for comes before (`obstacleIn`). */
export function leaveOf(
  kernel: Kernel,
  index: number,
  zone: ZoneType | null,
  purpose: LeavePurpose = "offline",
): Leave {
  const { kind: kinds, flags, a } = kernel.pages;
  const kind = kinds[index] as PageKind;
  const isolated = ((flags[index] as number) & PageFlag.Isolated) !== 0;
  const pinned = ((flags[index] as number) & PageFlag.Pinned) !== 0;
  const no = zone === ZoneType.Movable ? LATER : AT_ISOLATION;
  switch (kind) {
    case PageKind.Free:
      return FREE;
    case PageKind.SelfMemmap:
      return STAYS_WITH_BLOCK;
    case PageKind.Poisoned:
      return purpose === "offline" ? OUT_OF_USE : no.unused;
    case PageKind.Offline:
      if ((a[index] as number) < 0) return purpose === "offline" ? OUT_OF_USE : no.unused;
      if (!pinned && !isolated) return DEFLATES;
      if (purpose === "allocation") return no.unused;
      return pinned ? HELD_OFFLINE : LATER.moving;
    case PageKind.Anon:
    case PageKind.PageCache:
    case PageKind.Shmem:
    case PageKind.AnonHuge:
    case PageKind.Zsmalloc:
    case PageKind.Ksm:
      return isolated ? no.moving : pinned ? PINNED : MOVES;
    case PageKind.Hugetlb:
      if (isolated) return no.moving;
      if (!kernel.profile.movesHugetlb) return HUGE_POOL;
      return pinned ? PINNED : (a[index] as number) < 0 ? DISSOLVES : MOVES;
    default:
      return leaveOfKind(kernel, kind, zone, purpose);
  }
}

/** The same of pages that hold no entry of their own, and of kinds for which nothing else counts. */
export function leaveOfKind(
  kernel: Kernel,
  kind: number,
  zone: ZoneType | null,
  purpose: LeavePurpose = "offline",
): Leave {
  const no = zone === ZoneType.Movable ? LATER : AT_ISOLATION;
  switch (kind) {
    case PageKind.Free:
      return FREE;
    case PageKind.SelfMemmap:
      return STAYS_WITH_BLOCK;
    case PageKind.Offline:
    case PageKind.Poisoned:
      return purpose === "offline" ? OUT_OF_USE : no.unused;
    case PageKind.Zsmalloc:
    case PageKind.Ksm:
      return MOVES;
    case PageKind.None:
      return HOLE;
    case PageKind.Lost:
      return LOST;
    case PageKind.Reserved:
    case PageKind.KernelImage:
    case PageKind.BootMemmap:
      return RESERVED;
    default: {
      const move = purpose === "offline" ? kernelMove(kernel, kind) : undefined;
      return move === undefined ? no.kernel : KERNEL_MOVES[move];
    }
  }
}

/** Kinds of pages that can't leave a zone whatever else is true of them: a bit for each PageKind. */
export function stayingKinds(kernel: Kernel, zone: ZoneType | null): number {
  let staying = kernel.profile.movesHugetlb ? 0 : 1 << PageKind.Hugetlb;
  for (let kind = PageKind.Hugetlb + 1; kind < PAGE_KINDS; kind++)
    if (!leaveOfKind(kernel, kind, zone).can) staying |= 1 << kind;
  return staying;
}

/** What keeps a pageblock from being isolated: a page (-1 for none in particular), and why. */
export interface Obstacle {
  readonly pfn: number;
  readonly why: Stay;
}

/**
 * Whether the pageblock at a pfn of a zone could be isolated (set_migratetype_isolate). Pages for which `gone` says
 * so are looked at as free: what would be, if their owners ended.
 */
export function obstacleIn(
  kernel: Kernel,
  zone: Zone,
  frame: number,
  purpose: LeavePurpose,
  gone?: (index: number) => boolean,
): Obstacle | undefined {
  const { pages } = kernel;
  const section = sectionOf(frame);
  for (const other of kernel.isolated) if (other.holdsAside(section)) return { pfn: -1, why: SOMEBODY_ELSES };
  const trusts = kernel.profile.isolationTrustsMigrateType;
  if ((pages.slotOf[section] as number) < 0) {
    const whole = leaveOfKind(kernel, pages.uniformKind[section] as number, zone.type, purpose);
    if (whole.can || trusts) return undefined;
    return { pfn: frame, why: whole.stage === "isolation" ? whole : AT_ISOLATION.kernel };
  }
  const first = pages.indexOf(frame);
  const type = pages.pageblockType[first >> PAGEBLOCK_ORDER];
  if (type === MigrateType.Isolate) return { pfn: -1, why: SOMEBODY_ELSES };
  if (type === MigrateType.Cma) return { pfn: frame, why: CMA };
  // Kernels before 4.15 believe a pageblock's type, and its zone, without looking at its pages.
  if (trusts && (zone.type === ZoneType.Movable || type === MigrateType.Movable)) return undefined;
  for (let index = first; index < first + PAGEBLOCK_PAGES; index++) {
    if (pages.kind[index] === PageKind.Free) continue;
    const leave = leaveOf(kernel, index, zone.type, purpose);
    if (leave.can || leave.stage !== "isolation" || gone?.(index)) continue;
    return { pfn: frame + (index - first), why: leave };
  }
  return undefined;
}

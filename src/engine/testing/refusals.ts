/**
 * Who says that the page which a refusal names is the one that was in the way, and when it came there: looked up page by
 * page, by rules of their own, while a machine runs. For tests of the answer to "back to the culprit".
 */
import { AttemptLog } from "../chronicle/attempt.ts";
import type { Culprit } from "../chronicle/outcome.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { MigrateType, PageFlag, PageKind, ZoneType } from "../memory/kinds.ts";
import { NO_PAGE } from "../memory/page-array.ts";
import { provenanceOf } from "../migration/describe.ts";
import type { Engine } from "../time/engine.ts";
import type { Instant } from "../time/journal.ts";
import { PAGEBLOCK_PAGES } from "../units.ts";

/** A page was named as what is in the way of an offline. */
export interface Named {
  /** Number of the attempt. */
  readonly attempt: number;
  readonly partition: string;
  readonly culprit: Culprit;
  /** What a plain look at the block's pages says instead; `null`: the same. */
  readonly objection: string | null;
  readonly at: Instant;
}

/** Boot takes these, and they stay in every zone. */
const OF_BOOT: ReadonlySet<number> = new Set([PageKind.Reserved, PageKind.KernelImage, PageKind.BootMemmap]);

/** Memory of the kernel, used by its address, and what boot took. */
const staysPut = (kind: number, movableZone: boolean): boolean =>
  OF_BOOT.has(kind) || (!movableZone && kind >= PageKind.Slab && kind <= PageKind.KernelPageTable);

/**
 * Hears of every page that an offline of a machine is refused for, just as it is named. Returns what it heard, which grows,
 * and how to stop.
 */
export function hearNames(engine: Engine): { readonly named: Named[]; stop(): void } {
  const named: Named[] = [];
  const { blame } = AttemptLog.prototype;
  AttemptLog.prototype.blame = function (culprit) {
    blame.call(this, culprit);
    if (this.kind !== "offline" || engine.attempts.get(this.id) !== this) return;
    const { id: attempt, partition } = this;
    const objection = objectionTo(engine.kernel(partition), culprit);
    named.push({ attempt, partition, culprit, objection, at: engine.instant });
  };
  return {
    named,
    stop: () => {
      AttemptLog.prototype.blame = blame;
    },
  };
}

function objectionTo(kernel: Kernel, { pfn, block, reason, kind }: Culprit): string | null {
  const start = block * kernel.blockPages;
  if (pfn < start || pfn >= start + kernel.blockPages) return `it is not in memory${block}`;
  const index = kernel.pages.indexOf(pfn);
  if (kernel.pages.kindAt(pfn) !== kind) return "it is of another kind";
  const flags = index === NO_PAGE ? 0 : (kernel.pages.flags[index] as number);
  if (reason === "migration failure")
    // Whoever looks for room tells which of its pages found none; all others are held by somebody.
    return (flags & PageFlag.Isolated) !== 0 ? null : "it was not being moved";
  if (kind === PageKind.Hugetlb) return kernel.gigantic.pages > 0 || !kernel.profile.movesHugetlb ? null : "it moves";
  if (kind === PageKind.Offline) return (flags & PageFlag.Pinned) !== 0 ? null : "nobody holds it";
  const first = kind === PageKind.Lost ? firstLost(kernel, start) : firstThatStays(kernel, start);
  return first === pfn ? null : `the first that stays is 0x${first.toString(16)}`;
}

/** Isolation takes these for free pages, so all others of the block have gone before; -1: none. */
function firstLost(kernel: Kernel, start: number): number {
  const frames = Array.from({ length: kernel.blockPages }, (_, i) => start + i);
  const lost = frames.filter((frame) => kernel.pages.kindAt(frame) === PageKind.Lost);
  const others = frames.some((frame) => {
    const kind = kernel.pages.kindAt(frame);
    return kind !== PageKind.Free && kind !== PageKind.Lost;
  });
  return others ? -1 : (lost[0] ?? -1);
}

/** Pageblock by pageblock as the kernel isolates them; -1: none. */
function firstThatStays(kernel: Kernel, start: number): number {
  const movable = kernel.zoneAt(start)?.type === ZoneType.Movable;
  const last = kernel.blockPages / PAGEBLOCK_PAGES - 1;
  const inOrder = Array.from({ length: last + 1 }, (_, i) => i);
  const order = kernel.profile.isolatesEndsFirst ? [0, last, ...inOrder.slice(1, last)] : inOrder;
  for (const number of order) {
    const from = start + number * PAGEBLOCK_PAGES;
    if (kernel.pageblockTypeAt(from) === MigrateType.Cma) return from;
    for (let frame = from; frame < from + PAGEBLOCK_PAGES; frame++)
      if (staysPut(kernel.pages.kindAt(frame), movable)) return frame;
  }
  return -1;
}

/** Allocations of one cause within this time have one number, simulated ns. */
const SHARED = 1e6;

/**
 * What is wrong with the instants at which pages are said to have been taken. `engine`: another machine, that has just been
 * built; `play` makes it do the same.
 */
export function objectionsTo(named: readonly Named[], engine: Engine, play: () => void): string[] {
  const lastUse = watchUses(
    engine,
    named.map(({ partition, culprit }) => ({ partition, pfn: culprit.pfn })),
  );
  const again = hearNames(engine);
  const found: string[] = [];
  let heard = 0;
  const { recorder } = engine;
  const { commit } = recorder;
  recorder.commit = () => {
    commit();
    for (const { partition, culprit, at } of again.named.slice(heard)) {
      const { pfn, transaction, allocatedAt } = culprit;
      const { id, kind, since, before } = lastUse(partition, pfn);
      const told = `0x${pfn.toString(16)} at ${at.at}`;
      if (id !== transaction) found.push(`${told}: it is ${id}, not ${transaction}`);
      if (allocatedAt === null ? since.step !== 0 : Math.abs(since.at - allocatedAt) > SHARED)
        found.push(`${told}: taken at ${since.at}, not at ${allocatedAt}`);
      // A page of a pool is hugetlb before somebody has it, too.
      const pooled = kind === PageKind.Hugetlb;
      if (before && before.id >= 0 && before.kind === kind && !pooled) found.push(`${told}: it was in use until then`);
    }
    heard = again.named.length;
  };
  try {
    play();
  } finally {
    again.stop();
  }
  if (heard !== named.length) found.push(`${heard} pages were named, not ${named.length}`);
  return found;
}

/** Since when a page is in use as it is now, and what it was before that. */
interface Use {
  /** Number of its provenance; -1: not in use. */
  readonly id: number;
  readonly kind: number;
  readonly since: Instant;
  readonly before: { readonly id: number; readonly kind: number } | null;
}

/** Watches pages after every step of a machine: what each is used for, and since when. */
function watchUses(engine: Engine, pages: readonly { readonly partition: string; readonly pfn: number }[]) {
  const uses = new Map<string, Use>();
  const look = (): void => {
    for (const { partition, pfn } of pages) {
      const key = `${partition} ${pfn}`;
      const known = uses.get(key);
      const kernel = engine.kernel(partition);
      const kind = kernel.pages.kindAt(pfn);
      const id = kind > PageKind.Free ? provenanceOf(kernel, pfn).id : -1;
      if (known && known.id === id && known.kind === kind) continue;
      uses.set(key, { id, kind, since: engine.instant, before: known ?? null });
    }
  };
  const { recorder } = engine;
  const commit = recorder.commit.bind(recorder);
  recorder.commit = () => {
    look();
    commit();
  };
  look();
  return (partition: string, pfn: number): Use => uses.get(`${partition} ${pfn}`) as Use;
}

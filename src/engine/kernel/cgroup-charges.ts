/**
 * Charging pages to groups of processes (mm/memcontrol.c, try_charge_memcg): at a limit a group gives up memory of its own, first
 * page cache, then pages of users where there is swap for them and the group may have some. How long who is above memory.high
 * has to wait (mem_cgroup_handle_over_high, calculate_high_delay).
 */
import type { Mapping } from "../holders/mappings.ts";
import { type MemoryCgroup, MemoryCgroups, type Reclaim } from "../holders/memory-cgroup.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import type { Kernel } from "./kernel.ts";

/** Pages that one round of reclaim aims for (SWAP_CLUSTER_MAX), and those that a task is charged with at a time. */
const RECLAIM_BATCH = 32;
export const CHARGE_BATCH = 64;
/** How often a charge is tried again where nothing can be reclaimed (MAX_RECLAIM_RETRIES). */
const TRIES = 16;
/** A task above memory.high waits two seconds at most, and not for less than 10 ms. Its clock ticks 250 times a second. */
const HZ = 250;
const MOST_TICKS = 2 * HZ;
const LEAST_TICKS = HZ / 100;
const NS_PER_TICK = 1e9 / HZ;

/** The groups of a kernel, and room in them. */
export class Charging extends MemoryCgroups {
  /** Not a part of what the groups are: the machine's state is told without it. */
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    super();
    this.#kernel = kernel;
  }

  override admit(group: MemoryCgroup, pages: number): boolean {
    return admit(this.#kernel, group, pages);
  }

  override waitsAboveHigh(group: MemoryCgroup, pages: number): number {
    return waitsAboveHigh(this.#kernel, group, pages);
  }

  /** First without what memory.low promises, and with it where nothing else is left; never what memory.min does. */
  override sparing(reclaim: Reclaim): number {
    const isKept = ({ isProtected }: MemoryCgroup): boolean => isProtected;
    const spared = this.those((group) => group.isSpared && !group.isProtected);
    if (spared.length > 0) {
      const freed = this.reclaimBut([...this.those(isKept), ...spared], reclaim);
      if (freed > 0) return freed;
      for (const group of spared) group.tell("low");
    }
    return this.reclaimBut(this.those(isKept), reclaim);
  }

  /** Without pages that are charged to some groups (mem_cgroup_calculate_protection). */
  private reclaimBut(kept: readonly MemoryCgroup[], reclaim: Reclaim): number {
    if (kept.length === 0) return reclaim(null, true);
    const { mappings, pages } = this.#kernel;
    const keptFiles = kept
      .filter(({ parent }) => !parent || !kept.includes(parent))
      .reduce((sum, { held }) => sum + held.file, 0);
    const mayGo = (page: number): boolean => {
      const mapping = mappings.get(pages.a[page] as number);
      const group = mapping ? this.at(mapping, pages.b[page] as number) : null;
      return group === null || !kept.includes(group);
    };
    return reclaim(mayGo, mappings.cached > keptFiles);
  }
}

function admit(kernel: Kernel, group: MemoryCgroup, pages: number): boolean {
  for (;;) {
    const full = group.fullFor(pages);
    if (!full) return true;
    full.failures++;
    full.tell("max");
    if (reclaimGroup(kernel, full, Math.max(RECLAIM_BATCH, pages)) > 0) continue;
    // Once more after the charges that CPUs keep in stock were given back, then as often as it is tried.
    full.tell("max", TRIES + 1);
    full.failures += TRIES + 1;
    return false;
  }
}

/** Takes memory from a group and those below it (try_to_free_mem_cgroup_pages). Returns the pages freed. */
export function reclaimGroup(kernel: Kernel, group: MemoryCgroup, wanted: number): number {
  const { mappings, swap } = kernel;
  const held = PageFlag.Pinned | PageFlag.Isolated | PageFlag.Mlocked;
  const dropFile = (file: Mapping, offset: number): boolean => {
    const page = file.at(offset);
    if (page < 0 || ((kernel.pages.flags[page] as number) & held) !== 0) return false;
    mappings.drop(file, offset);
    return true;
  };
  let files = 0;
  if (group.held.file > 0) files = goRound(kernel, group, wanted, (kind) => kind === PageKind.PageCache, dropFile);
  swap.counters.stolenFile += files;
  let freed = files;
  if (freed < wanted && swap.hasRoom && group.held.anon + group.held.shmem > 0 && group.maySwap)
    freed += goRound(
      kernel,
      group,
      wanted - freed,
      (kind) => kind !== PageKind.PageCache,
      (mapping, offset) => swap.takeOutAt(mapping, offset),
    );
  swap.counters.stolenDirectly += freed;
  return freed;
}

/** Goes once round all that is charged to a group, from where it was last, until so many pages have gone. */
function goRound(
  { mappings }: Kernel,
  group: MemoryCgroup,
  wanted: number,
  isWanted: (kind: PageKind) => boolean,
  take: (mapping: Mapping, offset: number) => boolean,
): number {
  const { most } = mappings;
  let freed = 0;
  let { mapping: id, offset } = group.hand;
  for (let left = most; left >= 0 && freed < wanted; left--) {
    const mapping = mappings.get(id % most);
    if (mapping?.charges && isWanted(mapping.kind))
      for (; offset < mapping.length && freed < wanted; offset++)
        if (mappings.cgroups?.at(mapping, offset)?.isWithin(group) && take(mapping, offset)) freed++;
    if (freed >= wanted) break;
    id = (id + 1) % most;
    offset = 0;
  }
  group.hand = { mapping: id, offset };
  return freed;
}

/**
 * Nanoseconds that a task waits which was just charged with some pages, as its group, or one above, holds more than memory.high
 * allows even after it gave up what it could: by the square of what is too much, in proportion.
 */
function waitsAboveHigh(kernel: Kernel, group: MemoryCgroup, pages: number): number {
  let ticks = 0;
  for (const each of group.upwards()) {
    if (each.usage <= each.high) continue;
    each.tell("high");
    reclaimGroup(kernel, each, Math.max(RECLAIM_BATCH, each.usage - each.high));
    if (each.usage <= each.high) continue;
    const over = (each.usage - each.high) / Math.max(each.high, 1);
    ticks = Math.max(ticks, Math.floor(over * over * HZ * 64));
  }
  const waits = Math.min(MOST_TICKS, Math.floor((ticks * pages) / CHARGE_BATCH));
  return waits <= LEAST_TICKS ? 0 : waits * NS_PER_TICK;
}

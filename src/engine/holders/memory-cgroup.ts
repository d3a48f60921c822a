/**
 * What a group of processes is charged with, and what limits that (mm/memcontrol.c, struct mem_cgroup; mm/page_counter.c). A page
 * is charged to the group of who touched it first, and to all groups above; it stays so wherever the page moves and whoever
 * joins another group, until it is freed. All figures are pages of 4 KiB.
 */
import { PageKind } from "../memory/kinds.ts";
import { PAGE_SIZE } from "../units.ts";
import type { Mapping } from "./mappings.ts";
import type { MayGo } from "./swap.ts";

/** Kinds of pages that are told apart, in the order of memory.stat. */
export const CHARGED = ["anon", "file", "shmem"] as const;
export type ChargedKind = (typeof CHARGED)[number];

/** What a mapping's pages are charged as; `null`: nobody is charged (huge pages of the pool, balloons, what zram keeps). */
export const chargedAs = (kind: PageKind): ChargedKind | null =>
  kind === PageKind.Anon || kind === PageKind.Ksm
    ? "anon"
    : kind === PageKind.PageCache
      ? "file"
      : kind === PageKind.Shmem
        ? "shmem"
        : null;

/** What memory.events counts, in its order. */
export interface GroupEvents {
  low: number;
  high: number;
  max: number;
  oom: number;
  oomKill: number;
  oomGroupKill: number;
}

const noEvents = (): GroupEvents => ({ low: 0, high: 0, max: 0, oom: 0, oomKill: 0, oomGroupKill: 0 });

/** A limit that is none, in pages (PAGE_COUNTER_MAX). */
const NO_LIMIT = 2n ** 51n - 1n;
const kb = (pages: number): string => String((Number.isFinite(pages) ? BigInt(pages) : NO_LIMIT) * 4n);

/** Reclaims pages of those that may go, page cache among them or not, and returns how many. */
export type Reclaim = (mayGo: MayGo, hasFiles: boolean) => number;

export class MemoryCgroup {
  /** Its number in mappings, from 1. */
  readonly id: number;
  /** As the log names it: `/x/y`. */
  readonly path: string;
  readonly parent: MemoryCgroup | null;
  /** Charged pages, with those of groups below. */
  usage = 0;
  peak = 0;
  /** Pages in swap, with those of groups below. */
  swapped = 0;
  readonly held: Record<ChargedKind, number> = { anon: 0, file: 0, shmem: 0 };
  /** Limits, Infinity where there is none; protections, 0 where there is none. */
  max = Number.POSITIVE_INFINITY;
  high = Number.POSITIVE_INFINITY;
  swapMax = Number.POSITIVE_INFINITY;
  low = 0;
  min = 0;
  /** Who is killed because this group is full takes all of the group along. */
  killsAll = false;
  /** Of this group and those below, and of this group alone. */
  readonly events = noEvents();
  readonly own = noEvents();
  /** Charges that failed at its limit (failcnt). */
  failures = 0;
  /** Pages that did not go to swap for want of room there (memory.swap.events, max). */
  swapRefused = 0;
  /** Where reclaim looks next: the number of a mapping, and an offset in it. */
  hand = { mapping: 0, offset: 0 };
  /** Its folder is gone: it is there as long as anything is charged to it. */
  gone = false;

  constructor(id: number, path: string, parent: MemoryCgroup | null) {
    this.id = id;
    this.path = path;
    this.parent = parent;
  }

  /** This group and those above it. */
  *upwards(): IterableIterator<MemoryCgroup> {
    for (let group: MemoryCgroup | null = this; group; group = group.parent) yield group;
  }

  /** Whether it is this group or lies below it. */
  isWithin(other: MemoryCgroup): boolean {
    for (const each of this.upwards()) if (each === other) return true;
    return false;
  }

  /** The nearest group upwards, this one first, that has no room for so many pages more. */
  fullFor(pages: number): MemoryCgroup | null {
    for (let group: MemoryCgroup | null = this; group; group = group.parent)
      if (group.usage + pages > group.max) return group;
    return null;
  }

  /** Whether another page may go to swap (mem_cgroup_try_charge_swap). */
  get maySwap(): boolean {
    for (let group: MemoryCgroup | null = this; group; group = group.parent)
      if (group.swapped >= group.swapMax) return false;
    return true;
  }

  /** Charges so many pages, or gives back where they are negative. */
  charge(kind: ChargedKind, pages: number): void {
    for (let group: MemoryCgroup | null = this; group; group = group.parent) {
      group.usage += pages;
      group.held[kind] += pages;
      if (group.usage > group.peak) group.peak = group.usage;
    }
  }

  chargeSwap(pages: number): void {
    for (let group: MemoryCgroup | null = this; group; group = group.parent) group.swapped += pages;
  }

  /** Counts an event here and, hierarchically, above (memcg_memory_event). */
  tell(event: keyof GroupEvents, times = 1): void {
    this.own[event] += times;
    for (const each of this.upwards()) each.events[event] += times;
  }

  /** What the log says of it when it may have no more (mem_cgroup_print_oom_meminfo). */
  get figures(): readonly string[] {
    return [
      `memory: usage ${kb(this.usage)}kB, limit ${kb(this.max)}kB, failcnt ${this.failures}`,
      `swap: usage ${kb(this.swapped)}kB, limit ${kb(this.swapMax)}kB, failcnt ${this.swapRefused}`,
      `Memory cgroup stats for ${this.path}:`,
      ...CHARGED.map((kind) => `${kind} ${this.held[kind] * PAGE_SIZE}`),
    ];
  }

  /** Reclaim for others leaves it alone: it, or one above it, holds no more than was promised to it (memory.min). */
  get isProtected(): boolean {
    return this.isPromised("min");
  }

  /** The same as long as others have something to give (memory.low). */
  get isSpared(): boolean {
    return this.isPromised("low");
  }

  private isPromised(by: "min" | "low"): boolean {
    for (const group of this.upwards()) if (group.usage > 0 && group.usage <= group[by]) return true;
    return false;
  }
}

/**
 * The groups of a kernel by number, those that are gone and still charged included; and what pages of mappings are charged to. Making
 * room at a limit is the kernel's (../kernel/cgroup-charges.ts).
 */
export abstract class MemoryCgroups {
  private readonly all: (MemoryCgroup | undefined)[] = [];

  add(path: string, parent: MemoryCgroup | null): MemoryCgroup {
    const free = this.all.indexOf(undefined);
    const at = free < 0 ? this.all.length : free;
    const group = new MemoryCgroup(at + 1, path, parent);
    this.all[at] = group;
    return group;
  }

  /** Those of which something holds. */
  those(test: (group: MemoryCgroup) => boolean): MemoryCgroup[] {
    return this.all.filter((group) => group !== undefined && test(group)) as MemoryCgroup[];
  }

  get(id: number): MemoryCgroup | undefined {
    return this.all[id - 1];
  }

  /** Groups below it keep it, too (css_offline, css_free). */
  leave(group: MemoryCgroup): void {
    group.gone = true;
    this.forget(group);
  }

  /** Forgets a group that is gone once nothing is charged to it. */
  forget(group: MemoryCgroup): void {
    for (const each of group.upwards()) {
      if (each.usage > 0 || each.swapped > 0) return;
      if (each.gone && !this.all.some((other) => other?.parent === each)) this.all[each.id - 1] = undefined;
    }
  }

  /** Makes room for so many pages in a group and in all above it. False where there is none, and somebody is to be killed. */
  abstract admit(group: MemoryCgroup, pages: number): boolean;

  /** Nanoseconds that a task has to wait that was just charged with some pages, as its group holds more than it should. */
  abstract waitsAboveHigh(group: MemoryCgroup, pages: number): number;

  /** Reclaims for all with what spares pages that groups were promised; `reclaim` is told which pages may go, and whether any page cache. */
  abstract sparing(reclaim: Reclaim): number;

  /** Group that what is at an offset is charged to, in memory or in swap. */
  at(mapping: Mapping, offset: number): MemoryCgroup | null {
    const id = mapping.charges?.[offset] ?? 0;
    return id === 0 ? null : (this.get(id) ?? null);
  }

  /** Charges a group with so many pages that were just brought in (__mem_cgroup_charge). */
  charge(mapping: Mapping, offset: number, pages: number, group: MemoryCgroup): void {
    const kind = chargedAs(mapping.kind);
    if (!kind) return;
    mapping.charges ??= new Uint16Array(mapping.length);
    mapping.charges.fill(group.id, offset, offset + pages);
    group.charge(kind, pages);
  }

  /** The page at an offset is nobody's any more (__mem_cgroup_uncharge). */
  uncharge(mapping: Mapping, offset: number): void {
    const group = this.at(mapping, offset);
    const kind = chargedAs(mapping.kind);
    if (!group || !kind || !mapping.charges) return;
    mapping.charges[offset] = 0;
    group.charge(kind, -1);
    this.forget(group);
  }

  /** What was in the page at an offset goes to swap, and is charged there. */
  chargeSwap(mapping: Mapping, offset: number): void {
    const group = this.at(mapping, offset);
    const kind = chargedAs(mapping.kind);
    if (!group || !kind) return;
    group.charge(kind, -1);
    group.chargeSwap(1);
  }

  unchargeSwap(mapping: Mapping, offset: number): void {
    const group = this.at(mapping, offset);
    if (!group || !mapping.charges) return;
    mapping.charges[offset] = 0;
    group.chargeSwap(-1);
    this.forget(group);
  }

  /** A page that is merged with others, or moved among those, stays charged to whom it was. */
  carry(from: Mapping, to: Mapping, offset: number): void {
    const group = this.at(from, offset);
    if (!group || !from.charges) return;
    from.charges[offset] = 0;
    to.charges ??= new Uint16Array(to.length);
    to.charges[offset] = group.id;
  }

  *[Symbol.iterator](): Iterator<MemoryCgroup> {
    for (const group of this.all) if (group) yield group;
  }
}

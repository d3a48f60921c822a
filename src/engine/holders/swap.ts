/**
 * Swap: areas on devices, and what is in them (mm/swapfile.c, mm/page_io.c); taking pages of users out of memory
 * (mm/vmscan.c, shrink_inactive_list). A mapping knows the entry of what was swapped out where it else knows a page.
 *
 * Without ages of pages, a hand goes round each zone as clocks do; what a program brought with its binary is in use all the time.
 */
import { MIXED_ZONES, type PageArray } from "../memory/page-array.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import type { Allocator } from "../memory/allocator.ts";
import type { Zone } from "../memory/zone.ts";
import { PAGES_PER_SECTION, SECTION_SHIFT, sectionOf } from "../units.ts";
import type { BlockDevice } from "./block-devices.ts";
import { HUGE_PAGES } from "./huge-pool.ts";
import { HOLE, type Mapping, type Mappings } from "./mappings.ts";

/** Pages that may be taken out of memory; `null`: all. */
export type MayGo = ((page: number) => boolean) | null;

/** Slots of an area that an entry can tell: 64 GiB. */
export const MOST_SLOTS = 2 ** 24;
/** MAX_SWAPFILES, without those that migration and devices take. */
const MOST_AREAS = 29;
const HELD = PageFlag.Pinned | PageFlag.Isolated | PageFlag.Mlocked;

export interface SwapArea {
  /** Its place among the areas, a part of its entries. */
  readonly type: number;
  /** As it was given to swapon. */
  readonly path: string;
  readonly device: BlockDevice;
  /** Pages that it has room for: the first of the device is the header's. */
  readonly pages: number;
  readonly priority: number;
  /** Slots in use: 1. */
  readonly slots: Uint8Array;
  used: number;
  /** Where a free slot is looked for next. */
  next: number;
  /** Nothing goes in any more: swapoff is under way. */
  leaving: boolean;
}

/** What is told of taking pages: by whom, in pages. */
export interface ReclaimCounters {
  swappedIn: number;
  swappedOut: number;
  stolenByKswapd: number;
  stolenDirectly: number;
  stolenAnon: number;
  stolenFile: number;
}

export class Swap {
  /** /proc/sys/vm/swappiness, 0 to 200. */
  swappiness = 60;
  readonly counters: ReclaimCounters = {
    swappedIn: 0,
    swappedOut: 0,
    stolenByKswapd: 0,
    stolenDirectly: 0,
    stolenAnon: 0,
    stolenFile: 0,
  };
  private readonly all: (SwapArea | undefined)[] = [];
  private readonly mappings: Mappings;
  private readonly allocator: Allocator;
  private readonly pages: PageArray;
  private leastPriority: number;
  private readonly firstPriority: number;
  /** Page frames at which the hands stand, by zone. */
  private readonly hands: number[] = [];

  /** `firstPriority`: the first area's when none is given; each further one's is one less (enable_swap_info). */
  constructor(mappings: Mappings, allocator: Allocator, firstPriority: number) {
    this.firstPriority = firstPriority;
    this.leastPriority = firstPriority + 1;
    this.mappings = mappings;
    this.allocator = allocator;
    this.pages = allocator.pages;
    mappings.freeEntry = (entry) => this.free(entry);
    mappings.cameBack = () => this.counters.swappedIn++;
  }

  /** Areas in the order in which they came. */
  get areas(): readonly SwapArea[] {
    return this.all.filter((area) => area !== undefined);
  }

  get active(): boolean {
    return this.all.some((area) => area !== undefined);
  }

  /** Pages of all areas, and those that are free in them. */
  get total(): number {
    return this.areas.reduce((sum, { pages }) => sum + pages, 0);
  }
  get unused(): number {
    return this.areas.reduce((sum, { pages, used }) => sum + pages - used, 0);
  }

  /** Begins to use a device (swapon). `undefined` when there are too many areas. */
  add(device: BlockDevice, path: string, priority: number | null): SwapArea | undefined {
    const free = this.all.indexOf(undefined);
    const type = free < 0 ? this.all.length : free;
    if (type >= MOST_AREAS) return undefined;
    const pages = Math.min(device.pages - 1, MOST_SLOTS);
    const area: SwapArea = {
      type,
      path,
      device,
      pages,
      priority: priority ?? --this.leastPriority,
      slots: new Uint8Array(pages),
      used: 0,
      next: 0,
      leaving: false,
    };
    this.all[type] = area;
    return area;
  }

  /** An area that nothing is in any more is none (swapoff). */
  remove(area: SwapArea): void {
    this.all[area.type] = undefined;
    while (this.all.length > 0 && this.all.at(-1) === undefined) this.all.pop();
    if (this.all.length === 0) this.leastPriority = this.firstPriority + 1;
  }

  areaOf(entry: number): SwapArea | undefined {
    return this.all[Math.floor((HOLE - 1 - entry) / MOST_SLOTS)];
  }

  /** Place in its area of an entry, from 0. */
  slotOf = (entry: number): number => (HOLE - 1 - entry) % MOST_SLOTS;

  /** Nobody needs what is in a slot (swap_free). */
  private free(entry: number): void {
    const area = this.areaOf(entry);
    const slot = this.slotOf(entry);
    if (area?.slots[slot] !== 1) throw new Error(`swap entry ${entry} is not in use`);
    area.slots[slot] = 0;
    area.used--;
    area.device.discard(slot + 1);
  }

  /** The area that is filled next: of the highest priority, and of several the one with most room. */
  private roomiest(): SwapArea | undefined {
    let best: SwapArea | undefined;
    for (const area of this.all) {
      if (!area || area.leaving || area.used === area.pages) continue;
      const better =
        !best ||
        area.priority > best.priority ||
        (area.priority === best.priority && area.pages - area.used > best.pages - best.used);
      if (better) best = area;
    }
    return best;
  }

  get hasRoom(): boolean {
    return this.roomiest() !== undefined;
  }

  /** Takes a small page of a user out of memory. False when there is no slot, or the device has no memory for it. */
  private takeOut(mapping: Mapping, page: number): boolean {
    const area = this.roomiest();
    if (!area) return false;
    const slot = area.slots.indexOf(0, area.next);
    const at = slot < 0 ? area.slots.indexOf(0) : slot;
    if (!area.device.write(at + 1, compressedBytes(mapping))) return false;
    area.slots[at] = 1;
    area.used++;
    area.next = at + 1;
    this.counters.swappedOut++;
    this.mappings.evict(mapping, this.pages.b[page] as number, HOLE - 1 - (area.type * MOST_SLOTS + at));
    return true;
  }

  /** Takes pages of users out of some zones, as many as wanted of those that may go. Returns how many. */
  shrink(zones: readonly Zone[], wanted: number, mayGo: MayGo = null): number {
    let freed = 0;
    for (const zone of zones) {
      if (freed >= wanted || !this.hasRoom) break;
      freed += this.shrinkZone(zone, wanted - freed, mayGo);
    }
    this.counters.stolenAnon += freed;
    return freed;
  }

  /** Takes the page of a user at an offset out of memory, if it is one that may go. */
  takeOutAt(mapping: Mapping, offset: number): boolean {
    const page = mapping.at(offset);
    if (page < 0 || !this.isCandidate(page) || isInUse(mapping) || !this.mayGoToSwap(mapping, offset)) return false;
    if (this.pages.kind[page] === PageKind.AnonHuge) this.mappings.split(page & ~(HUGE_PAGES - 1));
    const goes = this.takeOut(mapping, page);
    if (goes) this.counters.stolenAnon++;
    return goes;
  }

  /** Whether its group may have more in swap; counts where not. */
  private mayGoToSwap(mapping: Mapping, offset: number): boolean {
    const group = this.mappings.cgroups?.at(mapping, offset);
    if (!group || group.maySwap) return true;
    group.swapRefused++;
    return false;
  }

  private shrinkZone(zone: Zone, wanted: number, mayGo: MayGo): number {
    const { pages } = this;
    const hand = this.hands[zone.index] ?? zone.startPfn;
    let at = hand >= zone.startPfn && hand < zone.end ? hand : zone.startPfn;
    let freed = 0;
    for (let left = zone.spanned; left > 0 && freed < wanted; ) {
      const section = sectionOf(at);
      const stop = Math.min((section + 1) * PAGES_PER_SECTION, zone.end, at + left);
      const slot = pages.slotOf[section] as number;
      const owner = pages.zoneOfSection[section] as number;
      const from = at;
      if (slot >= 0 && (owner === zone.index || owner === MIXED_ZONES) && this.hasCandidates(section)) {
        const base = (slot << SECTION_SHIFT) - section * PAGES_PER_SECTION;
        for (; at < stop && freed < wanted; at++) {
          const page = base + at;
          if (!this.isCandidate(page) || (owner === MIXED_ZONES && this.allocator.zoneOf(page) !== zone)) continue;
          const mapping = this.mappings.get(pages.a[page] as number);
          if (!mapping || isInUse(mapping) || mayGo?.(page) === false) continue;
          if (!this.mayGoToSwap(mapping, pages.b[page] as number)) continue;
          if (pages.kind[page] === PageKind.AnonHuge) this.mappings.split(page);
          if (!this.takeOut(mapping, page)) {
            this.hands[zone.index] = at;
            return freed;
          }
          freed++;
        }
      } else at = stop;
      left -= at - from;
      if (at >= zone.end) at = zone.startPfn;
    }
    this.hands[zone.index] = at;
    return freed;
  }

  private hasCandidates(section: number): boolean {
    const { pages } = this;
    return (
      pages.countIn(section, PageKind.Anon) +
        pages.countIn(section, PageKind.Shmem) +
        pages.countIn(section, PageKind.AnonHuge) >
      0
    );
  }

  private isCandidate(page: number): boolean {
    const { kind: kinds, flags } = this.pages;
    const kind = kinds[page];
    return (
      (kind === PageKind.Anon || kind === PageKind.Shmem || kind === PageKind.AnonHuge) &&
      ((flags[page] as number) & HELD) === 0
    );
  }
}

/** What a program brought with its binary is touched all the time. */
const isInUse = ({ what }: Mapping): boolean => what.startsWith("image:");

/** What a page of the recorded loads comes to, of which one byte is written: measured on 6.12 with lz4. */
const NEARLY_EMPTY = 48;
/** Memory of real programs, and what people write: a third. */
export const COMPRESSED = 1365;

/** What a page of a mapping is compressed to, in bytes. */
export const compressedBytes = ({ what }: Mapping): number =>
  what === "heap" || what === "area:mem" || what === "shared-memory" ? NEARLY_EMPTY : COMPRESSED;

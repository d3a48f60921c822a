/**
 * The buddy allocator of one kernel: free lists by order and migrate type, splitting, merging, and stealing between
 * migrate types (mm/page_alloc.c).
 *
 * A free list links chunks: a page index >= 0 is the first page of a chunk; a *token* <= -2 stands for the 32
 * chunks of order 10 of a section that nobody has touched, in ascending order. A token becomes real chunks the moment
 * somebody takes one of them, so an untouched terabyte costs nothing and still is where it belongs in the lists.
 */
import { MIGRATE_TYPES, MigrateType, PageKind } from "./kinds.ts";
import { NOT_HEAD, type PageArray } from "./page-array.ts";
import {
  MAX_ORDER,
  PAGEBLOCK_ORDER,
  PAGEBLOCK_PAGES,
  PAGES_PER_MAX_ORDER,
  PAGES_PER_SECTION,
  SECTION_SHIFT,
} from "../units.ts";
import { NIL, type Zone } from "./zone.ts";

const CHUNKS_PER_SECTION = PAGES_PER_SECTION / PAGES_PER_MAX_ORDER;
const TOP_LIST = MAX_ORDER * MIGRATE_TYPES;
/** A pageblock changes hands when this many of its pages suit the new type. */
const HALF_PAGEBLOCK = PAGEBLOCK_PAGES / 2;

/** Order in which a request looks at other types when its own is empty (`fallbacks[][]`). */
const FALLBACKS: readonly (readonly MigrateType[])[] = [
  [MigrateType.Reclaimable, MigrateType.Movable],
  [MigrateType.Reclaimable, MigrateType.Unmovable],
  [MigrateType.Unmovable, MigrateType.Movable],
];

/** What happens to the free lists before a request takes its chunk (steal_suitable_fallback). */
export const Steal = {
  /** Nothing: the chunk is on the request's own list, or on that of a contiguous area. */
  Nothing: 0,
  /** The chunk alone changes to the request's list; its pageblock stays what it is. */
  Chunk: 1,
  /** All that is free in its pageblock does, and the pageblock itself where enough of it suits. */
  Pageblock: 2,
} as const;
export type Steal = (typeof Steal)[keyof typeof Steal];

/** Where a request's pages come from. Filled in place: it is asked for with every page. */
export interface Choice {
  /** Order of the free chunk. */
  order: number;
  /** Migrate type of the list that the chunk is on. */
  from: MigrateType;
  steal: Steal;
}
export const newChoice = (): Choice => ({ order: 0, from: MigrateType.Unmovable, steal: Steal.Nothing });

/** For requests that are carried out at once. No state: each fills it before it reads it. */
const AT_ONCE = newChoice();

export const tokenOf = (section: number): number => -(section + 2);
export const sectionOfToken = (token: number): number => -token - 2;

export class Buddy {
  readonly pages: PageArray;
  constructor(pages: PageArray) {
    this.pages = pages;
  }

  /**
   * Takes a chunk from this zone or returns -1. `mayFragment` false keeps to the own migrate type, or steals whole
   * pageblocks (ALLOC_NOFRAGMENT). `usesCma`: contiguous areas may serve it, too (ALLOC_CMA).
   */
  take(zone: Zone, order: number, type: MigrateType, mayFragment: boolean, usesCma = false): number {
    return this.choose(zone, order, type, mayFragment, usesCma, AT_ONCE)
      ? this.carryOut(zone, order, type, AT_ONCE)
      : -1;
  }

  /** __rmqueue, without doing it: which chunk a request would get. False when there is none; nothing changes. */
  choose(
    zone: Zone,
    order: number,
    type: MigrateType,
    mayFragment: boolean,
    usesCma: boolean,
    choice: Choice,
  ): boolean {
    const cma = usesCma && zone.cma > 0;
    choice.steal = Steal.Nothing;
    // Contiguous areas are used before they are all that is left: once they hold more than half of what is free.
    if (cma && zone.freeOfType(MigrateType.Cma) > zone.free / 2 && smallest(zone, order, MigrateType.Cma, choice))
      return true;
    if (smallest(zone, order, type, choice)) return true;
    if (cma && smallest(zone, order, MigrateType.Cma, choice)) return true;
    return fallback(zone, order, type, mayFragment, choice);
  }

  /** Does what was chosen, which must be the last that happened to the zone. Returns the first page. */
  carryOut(zone: Zone, order: number, type: MigrateType, choice: Choice): number {
    if (choice.steal !== Steal.Nothing) {
      this.steal(zone, type, choice);
      if (!smallest(zone, order, type, choice)) throw new Error("what was stolen is not there");
    }
    const page = this.cut(zone, order, choice);
    zone.countFree(-(1 << order));
    return page;
  }

  /**
   * Takes single pages of one migrate type, and steals none: those that as many requests one after the other would get, and
   * what is left is what they would leave. Appends them to `into` and returns how many there were.
   */
  takeSingles(zone: Zone, wanted: number, type: MigrateType, into: number[]): number {
    let left = wanted;
    while (left > 0 && smallest(zone, 0, type, AT_ONCE)) {
      const list = AT_ONCE.order * MIGRATE_TYPES + type;
      let page = zone.head[list] as number;
      if (page < NIL) page = this.unfold(zone, list, page);
      this.unlink(zone, list, page);
      // Not before: unfolding may have brought longer arrays.
      const orders = this.pages.order;
      orders[page] = NOT_HEAD;
      const end = page + (1 << AT_ONCE.order);
      const taken = Math.min(end, page + left);
      left -= taken - page;
      for (; page < taken; page++) into.push(page);
      // Shorter lists are empty: each gets at most one of the chunks that the rest falls into.
      for (let rest = taken; rest < end; ) {
        const order = alignment(rest);
        this.linkAlone(zone, order, type, rest);
        rest += 1 << order;
      }
    }
    zone.countFree(left - wanted);
    return wanted - left;
  }

  /** __rmqueue_smallest: the lower part of the chunk is taken, the rest goes back. */
  private cut(zone: Zone, order: number, choice: Choice): number {
    let o = choice.order;
    const list = o * MIGRATE_TYPES + choice.from;
    let page = zone.head[list] as number;
    if (page < NIL) page = this.unfold(zone, list, page);
    this.unlink(zone, list, page);
    const orders = this.pages.order;
    // Shorter lists are empty: the chunk was the smallest that is large enough.
    while (o > order) {
      o--;
      this.linkAlone(zone, o, choice.from, page + (1 << o));
    }
    orders[page] = NOT_HEAD;
    return page;
  }

  /** steal_suitable_fallback: moves free pages of another migrate type to ours, and retypes pageblocks that suit. */
  private steal(zone: Zone, to: MigrateType, { order, from, steal }: Choice): void {
    const list = order * MIGRATE_TYPES + from;
    let page = zone.head[list] as number;
    if (page < NIL) page = this.unfold(zone, list, page);
    const { pages } = this;
    if (order >= PAGEBLOCK_ORDER) {
      for (let i = page; i < page + (1 << order); i += PAGEBLOCK_PAGES) pages.setPageblockType(i, to);
    } else if (steal === Steal.Pageblock) {
      const start = page & ~(PAGEBLOCK_PAGES - 1);
      const suits = this.suits(start, from, to);
      this.moveFreePages(zone, start, to);
      if (suits) pages.setPageblockType(start, to);
      return;
    }
    this.unlink(zone, list, page);
    this.linkTail(zone, order * MIGRATE_TYPES + to, page);
  }

  /** Whether at least half of a pageblock is free or of the kind that a migrate type is for. */
  suits(start: number, from: MigrateType, to: MigrateType): boolean {
    let movable = 0;
    let free = 0;
    for (let i = start; i < start + PAGEBLOCK_PAGES; i++) {
      const kind = this.pages.kind[i] as number;
      if (kind === PageKind.Free) free++;
      else if (kind >= PageKind.Anon && kind <= PageKind.AnonHuge) movable++;
    }
    const alike =
      to === MigrateType.Movable ? movable : from === MigrateType.Movable ? PAGEBLOCK_PAGES - free - movable : 0;
    return free + alike >= HALF_PAGEBLOCK;
  }

  /** move_freepages_block: all free chunks that begin in a pageblock go to another list. Returns the pages moved. */
  moveFreePages(zone: Zone, start: number, to: MigrateType): number {
    const { kind, order } = this.pages;
    let moved = 0;
    for (let page = start; page < start + PAGEBLOCK_PAGES; ) {
      const o = order[page] as number;
      if (kind[page] !== PageKind.Free || o === NOT_HEAD) {
        page++;
        continue;
      }
      this.unlink(zone, o * MIGRATE_TYPES + this.listTypeOf(page), page);
      this.linkTail(zone, o * MIGRATE_TYPES + to, page);
      moved += 1 << o;
      page += 1 << o;
    }
    return moved;
  }

  /**
   * Which list a free chunk is on. A chunk normally is on its pageblock's list, but not after a single chunk was
   * stolen, so the list is remembered in `born`, which free pages have no other use for.
   */
  listTypeOf(page: number): MigrateType {
    return this.pages.born[page] as MigrateType;
  }

  /** Removes one specific free chunk (isolation, poisoning). */
  takeChunk(zone: Zone, page: number): void {
    const o = this.pages.order[page] as number;
    const type = this.listTypeOf(page);
    this.unlink(zone, o * MIGRATE_TYPES + type, page);
    this.pages.order[page] = NOT_HEAD;
    zone.countFree(type === MigrateType.Isolate ? 0 : -(1 << o));
  }

  /** Cuts the largest chunk that begins here, if it is free, into two pageblocks on the same list (split_free_page). */
  cutChunk(zone: Zone, page: number): void {
    const { kind, order } = this.pages;
    if (kind[page] !== PageKind.Free || order[page] !== MAX_ORDER) return;
    const type = this.listTypeOf(page);
    this.unlink(zone, TOP_LIST + type, page);
    for (const half of [page, page + PAGEBLOCK_PAGES]) {
      order[half] = PAGEBLOCK_ORDER;
      this.linkTail(zone, PAGEBLOCK_ORDER * MIGRATE_TYPES + type, half);
    }
  }

  /**
   * __free_one_page: gives a chunk back, merging with its buddy as far as possible. `toTail` keeps freshly onlined
   * memory behind what is already free.
   */
  give(zone: Zone, page: number, order: number, toTail: boolean): void {
    const pages = this.pages;
    const { pageblockType, born } = pages;
    const kinds = pages.kind;
    const orders = pages.order;
    pages.setKind(page, 1 << order, PageKind.Free, 0);
    if (order > 0) orders.fill(NOT_HEAD, page, page + (1 << order));
    let type = pageblockType[page >> PAGEBLOCK_ORDER] as MigrateType;
    zone.countFree(type === MigrateType.Isolate ? 0 : 1 << order);
    let o = order;
    while (o < MAX_ORDER) {
      const buddy = page ^ (1 << o);
      if (kinds[buddy] !== PageKind.Free || orders[buddy] !== o) break;
      if (o >= PAGEBLOCK_ORDER) {
        const buddyType = pageblockType[buddy >> PAGEBLOCK_ORDER] as MigrateType;
        if (type !== buddyType && (type > MigrateType.Reclaimable || buddyType > MigrateType.Reclaimable)) break;
      }
      this.unlink(zone, o * MIGRATE_TYPES + (born[buddy] as number), buddy);
      orders[buddy] = NOT_HEAD;
      page &= buddy;
      o++;
    }
    type = pageblockType[page >> PAGEBLOCK_ORDER] as MigrateType;
    orders[page] = o;
    if (toTail || this.mergeIsLikely(page, o)) this.linkTail(zone, o * MIGRATE_TYPES + type, page);
    else this.linkHead(zone, o * MIGRATE_TYPES + type, page);
  }

  /** Gives back single pages that follow each other: the same as one after the other, in as few steps as can be. */
  giveRun(zone: Zone, first: number, count: number): void {
    const end = first + count;
    for (let page = first; page < end; ) {
      const order = Math.min(alignment(page), 31 - Math.clz32(end - page));
      this.give(zone, page, order, false);
      page += 1 << order;
    }
  }

  /** buddy_merge_likely: the next larger buddy is free, so this chunk had better not be handed out soon. */
  private mergeIsLikely(page: number, order: number): boolean {
    if (order >= MAX_ORDER - 1) return false;
    const higher = page & ~(1 << order);
    const higherBuddy = higher ^ (1 << (order + 1));
    return this.pages.kind[higherBuddy] === PageKind.Free && this.pages.order[higherBuddy] === order + 1;
  }

  /** Puts an untouched section at the end of its zone's order-10 list as one token. The section's pages must all be free. */
  giveSection(zone: Zone, section: number): void {
    this.linkTail(zone, TOP_LIST + MigrateType.Movable, tokenOf(section));
    zone.countFree(PAGES_PER_SECTION);
  }

  /** Takes an untouched section out of the lists. */
  takeSection(zone: Zone, section: number): void {
    this.unlinkToken(zone, TOP_LIST + MigrateType.Movable, tokenOf(section));
    zone.countFree(-PAGES_PER_SECTION);
  }

  /** Makes sure that a section has entries of its own, replacing its token if it is an untouched free one. */
  touch(zone: Zone | undefined, section: number): void {
    const pages = this.pages;
    if ((pages.slotOf[section] as number) >= 0) return;
    if (pages.uniformKind[section] === PageKind.Free && zone)
      this.unfold(zone, TOP_LIST + MigrateType.Movable, tokenOf(section));
    else pages.materialise(section);
  }

  /** Replaces a token by its 32 chunks, in place. Returns the first chunk. */
  private unfold(zone: Zone, list: number, token: number): number {
    const pages = this.pages;
    const section = sectionOfToken(token);
    const before = this.prevOf(token);
    const after = this.nextOf(token);
    const first = pages.materialise(section) << SECTION_SHIFT;
    const { a, b, order, born } = pages;
    const type = list % MIGRATE_TYPES;
    for (let i = 0; i < CHUNKS_PER_SECTION; i++) {
      const page = first + i * PAGES_PER_MAX_ORDER;
      order[page] = MAX_ORDER;
      born[page] = type;
      b[page] = i === 0 ? before : page - PAGES_PER_MAX_ORDER;
      a[page] = i === CHUNKS_PER_SECTION - 1 ? after : page + PAGES_PER_MAX_ORDER;
    }
    const last = first + (CHUNKS_PER_SECTION - 1) * PAGES_PER_MAX_ORDER;
    if (before === NIL) zone.head[list] = first;
    else this.setNext(before, first);
    if (after === NIL) zone.tail[list] = last;
    else this.setPrev(after, last);
    return first;
  }

  /** A page begins a free chunk, the only one of a list that was empty. */
  private linkAlone(zone: Zone, order: number, type: MigrateType, chunk: number): void {
    const { pages } = this;
    const list = order * MIGRATE_TYPES + type;
    pages.order[chunk] = order;
    pages.a[chunk] = NIL;
    pages.b[chunk] = NIL;
    pages.born[chunk] = type;
    zone.head[list] = chunk;
    zone.tail[list] = chunk;
    zone.chunks[list] = 1;
  }

  private linkHead(zone: Zone, list: number, chunk: number): void {
    const old = zone.head[list] as number;
    this.setNext(chunk, old);
    this.setPrev(chunk, NIL);
    if (old === NIL) zone.tail[list] = chunk;
    else this.setPrev(old, chunk);
    zone.head[list] = chunk;
    this.countIn(zone, list, chunk);
  }

  private linkTail(zone: Zone, list: number, chunk: number): void {
    const old = zone.tail[list] as number;
    this.setNext(chunk, NIL);
    this.setPrev(chunk, old);
    if (old === NIL) zone.head[list] = chunk;
    else this.setNext(old, chunk);
    zone.tail[list] = chunk;
    this.countIn(zone, list, chunk);
  }

  private countIn(zone: Zone, list: number, chunk: number): void {
    if (chunk >= 0) {
      this.pages.born[chunk] = list % MIGRATE_TYPES;
      zone.chunks[list] = (zone.chunks[list] as number) + 1;
    } else zone.chunks[list] = (zone.chunks[list] as number) + CHUNKS_PER_SECTION;
  }

  /** Takes a chunk, not a token, off its list. Written out: no step is as frequent, ten times where a page comes back. */
  private unlink(zone: Zone, list: number, chunk: number): void {
    const { a, b } = this.pages;
    const next = a[chunk] as number;
    const prev = b[chunk] as number;
    if (prev >= 0) a[prev] = next;
    else if (prev === NIL) zone.head[list] = next;
    else this.setNext(prev, next);
    if (next >= 0) b[next] = prev;
    else if (next === NIL) zone.tail[list] = prev;
    else this.setPrev(next, prev);
    zone.chunks[list] = (zone.chunks[list] as number) - 1;
  }

  private unlinkToken(zone: Zone, list: number, token: number): void {
    const next = this.nextOf(token);
    const prev = this.prevOf(token);
    if (prev === NIL) zone.head[list] = next;
    else this.setNext(prev, next);
    if (next === NIL) zone.tail[list] = prev;
    else this.setPrev(next, prev);
    zone.chunks[list] = (zone.chunks[list] as number) - CHUNKS_PER_SECTION;
  }

  /** Next chunk on a free list; for the audit and the views. */
  nextOf(chunk: number): number {
    return (chunk >= 0 ? this.pages.a[chunk] : this.pages.tokenNext[sectionOfToken(chunk)]) as number;
  }

  prevOf(chunk: number): number {
    return (chunk >= 0 ? this.pages.b[chunk] : this.pages.tokenPrev[sectionOfToken(chunk)]) as number;
  }

  private setNext(chunk: number, next: number): void {
    if (chunk >= 0) this.pages.a[chunk] = next;
    else this.pages.tokenNext[sectionOfToken(chunk)] = next;
  }

  private setPrev(chunk: number, prev: number): void {
    if (chunk >= 0) this.pages.b[chunk] = prev;
    else this.pages.tokenPrev[sectionOfToken(chunk)] = prev;
  }
}

/** Order of the largest chunk that may begin at a page. */
const alignment = (page: number): number => Math.min(MAX_ORDER, page === 0 ? MAX_ORDER : 31 - Math.clz32(page & -page));

/** The smallest chunk of a migrate type that is large enough. */
function smallest(zone: Zone, order: number, type: MigrateType, choice: Choice): boolean {
  for (let o = order; o <= MAX_ORDER; o++) {
    if (zone.head[o * MIGRATE_TYPES + type] === NIL) continue;
    choice.order = o;
    choice.from = type;
    return true;
  }
  return false;
}

/** __rmqueue_fallback: which free pages of another migrate type would be moved to ours, the largest chunk first. */
function fallback(zone: Zone, order: number, type: MigrateType, mayFragment: boolean, choice: Choice): boolean {
  const fallbacks = FALLBACKS[type];
  if (!fallbacks) return false;
  const lowest = mayFragment ? order : Math.max(order, PAGEBLOCK_ORDER);
  for (let o = MAX_ORDER; o >= lowest; o--) {
    const other = fallbackAt(zone, o, fallbacks);
    if (other < 0) continue;
    fill(choice, o, other as MigrateType, type);
    if (choice.steal === Steal.Pageblock || type !== MigrateType.Movable || o === order) return true;
    // A movable request leaves the others their large chunks.
    for (let small = order; small <= o; small++) {
      const there = fallbackAt(zone, small, fallbacks);
      if (there < 0) continue;
      fill(choice, small, there as MigrateType, type);
      return true;
    }
  }
  return false;
}

function fill(choice: Choice, order: number, from: MigrateType, type: MigrateType): void {
  choice.order = order;
  choice.from = from;
  choice.steal = canSteal(order, type) ? Steal.Pageblock : Steal.Chunk;
}

function fallbackAt(zone: Zone, order: number, fallbacks: readonly MigrateType[]): number {
  for (const other of fallbacks) if (zone.head[order * MIGRATE_TYPES + other] !== NIL) return other;
  return -1;
}

/** can_steal_fallback: large chunks, and kernel requests, may take over a pageblock. */
function canSteal(order: number, type: MigrateType): boolean {
  return order >= PAGEBLOCK_ORDER >> 1 || type === MigrateType.Unmovable || type === MigrateType.Reclaimable;
}

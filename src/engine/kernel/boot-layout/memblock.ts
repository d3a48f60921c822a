/**
 * The boot-time allocator: memory ranges, reserved ranges, and allocation from the top down (mm/memblock.c). Bytes,
 * not pages: small allocations share pages, and a page with one reserved byte is reserved. A boot makes some hundred
 * allocations, so plain sorted arrays do.
 */
import { PageKind } from "../../memory/kinds.ts";
import { MIB } from "../../units.ts";

export interface MemblockMemory {
  readonly start: number;
  readonly end: number;
  readonly node: number;
  /** Marked hot-pluggable and `movable_node` given: never allocated from. */
  readonly avoided: boolean;
}

/** What an allocation is for. Neighbours with the same label are kept as one range. */
export interface Purpose {
  readonly kind: PageKind;
  readonly what: string;
}

export const EARLY: Purpose = { kind: PageKind.Reserved, what: "early kernel allocations" };
export const PAGE_TABLES: Purpose = { kind: PageKind.KernelPageTable, what: "kernel page tables" };
/** Most early allocations prefer memory above the DMA zone. */
export const ABOVE_DMA = 16 * MIB;

export interface MemblockReserved {
  readonly start: number;
  readonly end: number;
  readonly purpose: Purpose;
}

export interface AllocationLimits {
  /** Preferred node; others serve when it has no room, unless `exact`. */
  readonly node?: number;
  readonly exact?: boolean;
  /** Lowest and highest (exclusive) address; without room above `from`, lower addresses serve. */
  readonly from?: number;
  readonly to?: number;
}

export class Memblock {
  readonly #memory: readonly MemblockMemory[];
  /** Sorted by start, disjoint. */
  #reserved: MemblockReserved[] = [];

  /** @param memory sorted by address, disjoint */
  constructor(memory: readonly MemblockMemory[]) {
    this.#memory = memory;
  }

  get reserved(): readonly MemblockReserved[] {
    return this.#reserved;
  }

  /** Marks [start, end) reserved; what is reserved already keeps its purpose. */
  reserve(start: number, end: number, purpose: Purpose): void {
    let at = start;
    const added: MemblockReserved[] = [];
    for (const range of this.#reserved) {
      if (range.end <= at) continue;
      if (range.start >= end) break;
      if (range.start > at) added.push({ start: at, end: range.start, purpose });
      at = Math.max(at, range.end);
    }
    if (at < end) added.push({ start: at, end, purpose });
    for (const range of added) this.#insert(range);
  }

  /** Gives [start, end) back. */
  free(start: number, end: number): void {
    this.#reserved = this.#reserved.flatMap((range) => {
      if (range.end <= start || range.start >= end) return [range];
      const rest: MemblockReserved[] = [];
      if (range.start < start) rest.push({ ...range, end: start });
      if (range.end > end) rest.push({ ...range, start: end });
      return rest;
    });
  }

  /** Reserves `size` bytes at the highest address that allows it; `null` when there is no room. */
  allocate(size: number, align: number, purpose: Purpose, limits: AllocationLimits = {}): number | null {
    const from = limits.from ?? 0;
    const to = limits.to ?? Number.POSITIVE_INFINITY;
    const tries: (readonly [number | undefined, number])[] = [[limits.node, from]];
    if (!limits.exact) {
      tries.push([undefined, from]);
      if (from > 0) tries.push([limits.node, 0], [undefined, 0]);
    }
    for (const [node, least] of tries) {
      const found = this.#highest(size, align, node, least, to);
      if (found === null) continue;
      this.#insert({ start: found, end: found + size, purpose });
      return found;
    }
    return null;
  }

  /**
   * The same up to `count` times, one after the other; where there is room for many in a row they are found at once. `align` divides
   * `size`. Returns where each lies, fewer than asked when there is no more room.
   */
  allocateEach(count: number, size: number, align: number, purpose: Purpose, limits: AllocationLimits = {}): number[] {
    const places: number[] = [];
    while (places.length < count) {
      const start = this.allocate(size, align, purpose, limits);
      if (start === null) break;
      places.push(start);
      const room = start - this.#bottomOfGap(start, size, limits.from ?? 0);
      const more = Math.max(0, Math.min(count - places.length, Math.floor(room / size)));
      if (more === 0) continue;
      this.#insert({ start: start - more * size, end: start, purpose });
      for (let i = 1; i <= more; i++) places.push(start - i * size);
    }
    return places;
  }

  /** How far down memory is free below what was allocated last, at `start`. */
  #bottomOfGap(start: number, size: number, from: number): number {
    const memory = this.#memory.find((one) => one.start <= start && one.end >= start + size);
    let bottom = Math.max(memory?.start ?? start, from);
    for (const range of this.#reserved) {
      if (range.start >= start) break;
      // Joined with what lay right below.
      if (range.end > start) return start;
      bottom = Math.max(bottom, range.end);
    }
    return bottom;
  }

  #highest(size: number, align: number, node: number | undefined, from: number, to: number): number | null {
    let next = this.#reserved.length - 1;
    for (let m = this.#memory.length - 1; m >= 0; m -= 1) {
      const memory = this.#memory[m];
      if (!memory || memory.avoided || (node !== undefined && memory.node !== node)) continue;
      const low = Math.max(memory.start, from);
      let high = Math.min(memory.end, to);
      while (next >= 0 && (this.#reserved[next]?.start ?? 0) >= high) next -= 1;
      while (high - low >= size) {
        const range = next >= 0 ? this.#reserved[next] : undefined;
        const floor = range && range.end > low ? Math.min(range.end, high) : low;
        const start = Math.floor((high - size) / align) * align;
        if (start >= floor) return start;
        if (floor === low) break;
        high = range?.start ?? low;
        next -= 1;
      }
    }
    return null;
  }

  #insert(range: MemblockReserved): void {
    let low = 0;
    let high = this.#reserved.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#reserved[middle]?.start ?? 0) < range.start) low = middle + 1;
      else high = middle;
    }
    const before = this.#reserved[low - 1];
    const after = this.#reserved[low];
    const joinsBefore =
      before !== undefined && before.end === range.start && before.purpose.what === range.purpose.what;
    const joinsAfter = after !== undefined && after.start === range.end && after.purpose.what === range.purpose.what;
    const joined = {
      start: joinsBefore ? before.start : range.start,
      end: joinsAfter ? after.end : range.end,
      purpose: range.purpose,
    };
    this.#reserved.splice(low - (joinsBefore ? 1 : 0), (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), joined);
  }
}

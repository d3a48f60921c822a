import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { PageKind } from "../../memory/kinds.ts";
import { Memblock } from "./memblock.ts";

const purpose = (what: string) => ({ kind: PageKind.Reserved, what });
const memory = [
  { start: 0x1000, end: 0x9000, node: 0, avoided: false },
  { start: 0x10000, end: 0x20000, node: 1, avoided: false },
  { start: 0x20000, end: 0x30000, node: 1, avoided: true },
];

describe("Memblock", () => {
  it("allocates from the top down, never from avoided memory", () => {
    const memblock = new Memblock(memory);
    expect(memblock.allocate(0x1000, 0x1000, purpose("a"))).toBe(0x1f000);
    expect(memblock.allocate(0x100, 0x40, purpose("b"))).toBe(0x1ef00);
  });

  it("fills gaps that are large enough", () => {
    const memblock = new Memblock(memory);
    memblock.reserve(0x1e000, 0x1f800, purpose("hole"));
    expect(memblock.allocate(0x400, 0x40, purpose("a"))).toBe(0x1fc00);
    expect(memblock.allocate(0x800, 0x1000, purpose("b"))).toBe(0x1d000);
  });

  it("falls back to other nodes and below the wished address, unless told not to", () => {
    const memblock = new Memblock(memory);
    expect(memblock.allocate(0x9000, 0x1000, purpose("a"), { node: 0, exact: true })).toBeNull();
    expect(memblock.allocate(0x9000, 0x1000, purpose("a"), { node: 0 })).toBe(0x17000);
    expect(memblock.allocate(0x1000, 0x1000, purpose("b"), { node: 0, from: 0x40000 })).toBe(0x8000);
    expect(memblock.allocate(0x1000, 0x1000, purpose("c"), { to: 0x12000 })).toBe(0x11000);
  });

  it("finds many in a row where one after the other would be found", () => {
    const range = fc.record({ start: fc.integer({ min: 0, max: 0x30 }), length: fc.integer({ min: 1, max: 9 }) });
    const limits = fc.record({
      node: fc.constantFrom(0, 1),
      exact: fc.boolean(),
      from: fc.constantFrom(0, 0x2000, 0x12000, 0x40000),
    });
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), limits, fc.integer({ min: 1, max: 60 }), (taken, where, count) => {
        const [many, each] = [new Memblock(memory), new Memblock(memory)];
        for (const { start, length } of taken)
          for (const one of [many, each]) one.reserve(start * 0x1000, (start + length) * 0x1000, purpose("taken"));
        const places: number[] = [];
        for (let i = 0; i < count; i++) {
          const place = each.allocate(0x800, 0x800, purpose("map"), where);
          if (place !== null) places.push(place);
        }
        expect(many.allocateEach(count, 0x800, 0x800, purpose("map"), where)).toEqual(places);
        expect(many.reserved).toEqual(each.reserved);
      }),
    );
  });

  it("keeps reservations sorted and disjoint, and gives each allocation memory of its own", () => {
    const step = fc.record({
      size: fc.integer({ min: 1, max: 0x3000 }),
      align: fc.constantFrom(1, 0x40, 0x1000),
      node: fc.constantFrom(0, 1, undefined),
      free: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const memblock = new Memblock(memory);
        const held: { start: number; end: number }[] = [];
        for (const [i, { size, align, node, free }] of steps.entries()) {
          if (free && held.length > 0) {
            const given = held.shift() ?? { start: 0, end: 0 };
            memblock.free(given.start, given.end);
            continue;
          }
          const start = memblock.allocate(size, align, purpose(String(i)), node === undefined ? {} : { node });
          if (start === null) continue;
          const end = start + size;
          expect(start % align).toBe(0);
          expect(memory.some((range) => !range.avoided && range.start <= start && end <= range.end)).toBe(true);
          expect(held.some((other) => other.start < end && start < other.end)).toBe(false);
          held.push({ start, end });
        }
        const total = memblock.reserved.reduce((sum, range) => sum + range.end - range.start, 0);
        expect(total).toBe(held.reduce((sum, range) => sum + range.end - range.start, 0));
        for (let i = 1; i < memblock.reserved.length; i += 1)
          expect(memblock.reserved[i]?.start).toBeGreaterThanOrEqual(memblock.reserved[i - 1]?.end ?? 0);
      }),
    );
  });
});

/** What a zone says of its free pages, against sums over a plain list of chunks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_ORDER, PAGEBLOCK_PAGES } from "../units.ts";
import { MIGRATE_TYPES, MigrateType, ZONE_TYPES, ZoneType } from "./kinds.ts";
import { Zone } from "./zone.ts";

const { Unmovable, Movable, Reclaimable, Isolate, Cma } = MigrateType;
const chunks = fc.array(
  fc.record({
    order: fc.integer({ min: 0, max: MAX_ORDER }),
    type: fc.constantFrom<MigrateType>(Unmovable, Movable, Reclaimable, Isolate, Cma),
    count: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 5 },
);

test("which request a zone can serve follows from its chunks, its marks and what it holds back", () => {
  fc.assert(
    fc.property(
      chunks,
      fc.integer({ min: 0, max: MAX_ORDER }),
      fc.integer({ min: -2, max: 2 }),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: ZONE_TYPES - 1 }),
      fc.boolean(),
      (list, order, off, protection, highest, usesCma) => {
        const zone = new Zone(0, 0, ZoneType.Normal);
        for (const { order: o, type, count } of list)
          zone.chunks[o * MIGRATE_TYPES + type] = (zone.chunks[o * MIGRATE_TYPES + type] as number) + count;
        const pages = (types: readonly number[]) =>
          list.reduce((sum, each) => sum + (types.includes(each.type) ? each.count * 2 ** each.order : 0), 0);
        zone.countFree(pages([Unmovable, Movable, Reclaimable, Cma]));
        zone.cma = pages([Cma]);
        zone.setProtection(Array.from({ length: ZONE_TYPES }, (_, type) => (type === highest ? protection : 10_000)));
        for (const type of [Unmovable, Movable, Reclaimable, Isolate, Cma])
          expect(zone.freeOfType(type)).toBe(pages([type]));
        for (let o = 0; o <= MAX_ORDER; o++)
          expect(zone.chunksOfOrder(o)).toBe(list.reduce((sum, each) => sum + (each.order === o ? each.count : 0), 0));
        // All but one of the request's own pages are gone before it is served; those of contiguous areas may be no use to it.
        const left = pages(usesCma ? [Unmovable, Movable, Reclaimable, Cma] : [Unmovable, Movable, Reclaimable]);
        expect(zone.wouldLeave(order, usesCma)).toBe(left - 2 ** order + 1);
        // A mark at the edge: as many pages as would be left are too few.
        const mark = left - 2 ** order + 1 - protection + off;
        const below = off >= 0;
        expect(zone.isBelow(order, mark, highest, usesCma)).toBe(below);
        const usable = usesCma ? [Unmovable, Movable, Reclaimable, Cma] : [Unmovable, Movable, Reclaimable];
        const there = list.some((each) => each.order >= order && usable.includes(each.type as 0));
        expect(zone.hasChunk(order, usesCma)).toBe(there);
        expect(zone.watermarkOk(order, mark, highest, usesCma)).toBe(!below && (order === 0 || there));
      },
    ),
    { numRuns: 500, seed: 3 },
  );
});

test("an empty zone intersects nothing; others what shares a page with them", () => {
  const zone = new Zone(0, 0, ZoneType.Normal);
  expect(zone.intersects(0, 100)).toBe(false);
  zone.setSpan(100, 50);
  expect([zone.startPfn, zone.end]).toEqual([100, 150]);
  for (const [start, pages, shares] of [
    [0, 100, false],
    [0, 101, true],
    [120, 1, true],
    [149, 10, true],
    [150, 10, false],
    [0, 400, true],
  ] as const)
    expect([start, zone.intersects(start, pages)]).toEqual([start, shares]);
});

test("it asks for a pageblock more each time that migrate types are mixed, up to one and a half times its high mark", () => {
  const zone = new Zone(0, 0, ZoneType.Normal);
  zone.setMarks(10, 20, 1000);
  zone.countManaged(4 * PAGEBLOCK_PAGES - 1);
  zone.raise();
  expect(zone.boost).toBe(0);
  zone.countManaged(1);
  const boosts = [1, 2, 3, 4].map(() => {
    zone.raise();
    return zone.boost;
  });
  expect(boosts).toEqual([512, 1024, 1500, 1500]);
  // However low its marks are, by a pageblock.
  const low = new Zone(0, 0, ZoneType.Normal);
  low.countManaged(4 * PAGEBLOCK_PAGES);
  low.raise();
  low.raise();
  expect(low.boost).toBe(512);
});

test("whoever looks at its figures is told of every change", () => {
  const zone = new Zone(0, 0, ZoneType.Normal);
  zone.countManaged(4 * PAGEBLOCK_PAGES);
  const changes: readonly (() => void)[] = [
    () => zone.countFree(5),
    () => zone.countManaged(5),
    () => zone.countPresent(5),
    () => zone.setSpan(1, 2),
    () => zone.setMarks(1, 2, 3),
    () => zone.setProtection([1]),
    () => zone.raise(),
  ];
  for (const [i, change] of changes.entries()) {
    const before = zone.revision;
    change();
    expect([i, zone.revision]).toEqual([i, before + 1]);
  }
  expect([zone.free, zone.present, zone.managed]).toEqual([5, 5, 4 * PAGEBLOCK_PAGES + 5]);
  expect([zone.startPfn, zone.spanned, zone.min, zone.low, zone.high]).toEqual([1, 2, 1, 2, 3]);
  zone.setProtection([0, 7]);
  zone.setProtection([3]);
  expect([...zone.protection]).toEqual([3, 0, 0, 0, 0]);
  expect([zone.populated, new Zone(1, 0, ZoneType.Normal).populated]).toEqual([true, false]);
});

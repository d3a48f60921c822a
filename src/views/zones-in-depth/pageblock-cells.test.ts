import fc from "fast-check";
import { expect, test } from "vitest";
import type { ZoneLists } from "../../engine/inspect/index.ts";
import type { MigrateType } from "../../engine/memory/kinds.ts";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";
import { changedSince, COLUMNS, layCells, neighbour, within } from "./pageblock-cells.ts";

const runs = fc
  .array(
    fc.record({
      gap: fc.constantFrom(0, 0, 0, 1, 64, 700),
      pageblocks: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constant(3000)),
      type: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((parts): ZoneLists["runs"] => {
    let at = 2048;
    return parts.map(({ gap, pageblocks, type }) => {
      const startPfn = (at + gap) * PAGEBLOCK_PAGES;
      at += gap + pageblocks;
      return { startPfn, pageblocks, type: type as MigrateType };
    });
  });

test("cells hold every pageblock once, each in a place of its own, in few rows", () => {
  fc.assert(
    fc.property(runs, (given) => {
      const { cells, rows, perCell } = layCells(given);
      expect(rows.length).toBeLessThanOrEqual(24);
      for (let type = 0; type < 6; type++)
        expect(cells.reduce((sum, { counts }) => sum + (counts[type] as number), 0)).toBe(
          given.reduce((sum, run) => sum + (run.type === type ? run.pageblocks : 0), 0),
        );
      expect(new Set(cells.map(({ row, column }) => `${row} ${column}`)).size).toBe(cells.length);
      for (const { pfn, row, column, counts, pageblocks } of cells) {
        expect(counts.reduce((sum, many) => sum + many, 0)).toBe(pageblocks);
        expect(pageblocks).toBeLessThanOrEqual(perCell);
        expect(column).toBeLessThan(COLUMNS);
        expect(pfn).toBe((rows[row]?.pfn ?? 0) + column * perCell * PAGEBLOCK_PAGES);
      }
    }),
    { numRuns: 25 },
  );
});

test("arrow keys go to the next cell of the row and to the nearest of the next row, and stay inside", () => {
  const cells = layCells([{ startPfn: 0, pageblocks: 3 * COLUMNS - 10, type: 1 }]);
  expect(neighbour(cells, 0, "ArrowRight")).toBe(1);
  expect(neighbour(cells, 0, "ArrowLeft")).toBe(0);
  expect(neighbour(cells, 5, "ArrowDown")).toBe(5 + COLUMNS);
  expect(neighbour(cells, 2 * COLUMNS - 1, "ArrowDown")).toBe(cells.cells.length - 1);
  expect(neighbour(cells, 5, "ArrowUp")).toBe(5);
  expect(neighbour(cells, 5, "End")).toBe(cells.cells.length - 1);
  expect(neighbour(cells, 5, "x")).toBeNull();
  expect(neighbour(layCells([]), 0, "ArrowRight")).toBeNull();
});

test("what changed is what a pageblock by pageblock comparison finds", () => {
  const types = (given: ZoneLists["runs"]): Map<number, number> =>
    new Map(
      given.flatMap(({ startPfn, pageblocks, type }) =>
        Array.from({ length: pageblocks }, (_, i) => [startPfn + i * PAGEBLOCK_PAGES, type] as const),
      ),
    );
  fc.assert(
    fc.property(runs, runs, (before, now) => {
      const old = types(before);
      const expected = [...types(now)].flatMap(([pfn, type]) => (old.get(pfn) === type ? [] : [pfn]));
      const found = changedSince(before, now).flatMap(({ startPfn, pageblocks }) =>
        Array.from({ length: pageblocks }, (_, i) => startPfn + i * PAGEBLOCK_PAGES),
      );
      expect(found).toEqual(expected);
      const { cells, perCell } = layCells(now);
      const shown = cells.reduce((sum, cell) => sum + within(changedSince(before, now), cell, perCell), 0);
      expect(shown).toBe(expected.length);
    }),
    { numRuns: 25 },
  );
  expect(changedSince([], [])).toEqual([]);
});

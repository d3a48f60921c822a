import fc from "fast-check";
import { expect, test } from "vitest";
import { pfn } from "../../engine/units.ts";
import {
  ALL,
  type AxisBlock,
  foldBlocks,
  frameAt,
  hostOf,
  type KernelLook,
  layAxis,
  placeOf,
  sightOf,
  zoomSight,
} from "./axis.ts";
import { type Mark, ROWS } from "./mark.ts";
import { marksOf, markTo } from "./marks.ts";
import { ribbons } from "./memory-map-marks.ts";

const SECTION = 32_768;
const block = (number: number, dimm: string | null = null, node = 0): AxisBlock => ({
  key: `A:${number}`,
  number,
  startPfn: number * SECTION,
  pages: SECTION,
  zone: "Normal",
  state: "online",
  dimm,
  nodes: [node],
});
const look = (sections: readonly (readonly [section: number, first: number])[]): KernelLook => ({
  of: "kernel",
  partition: "A",
  regions: {
    levels: 4,
    directMap: { base: "ffff888000000000", pgd: 273 },
    memoryMap: { base: "ffffea0000000000", pgd: 468 },
  },
  pins: [],
  pinsHold: true,
  tables: {
    directMap: [
      { index: 0, count: 1, bytes: 2 ** 30, table: "boot", splits: [] },
      { index: 4, count: 1, bytes: 2 ** 30, table: null, splits: [] },
      { index: 5, count: 1, bytes: 2 ** 29, table: pfn(33 * SECTION + 7), splits: [] },
    ],
    memoryMap: sections.map(([section, first]) => ({
      section,
      count: 1,
      origin: "boot",
      runs: [{ first: pfn(first), pages: 512 }],
    })),
  },
});

test("cells stand in the order of addresses, fill the width but for the holes, and lie in none of each other", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat({ max: 400 }), { minLength: 1, maxLength: 120 }),
      fc.integer({ min: 200, max: 1800 }),
      fc.integer({ min: 8, max: 96 }),
      (numbers, width, most) => {
        const { cells, holes } = layAxis(foldBlocks(numbers.map((number) => block(number))), width, most);
        let x = 0;
        for (const cell of cells) {
          expect(cell.x0).toBeGreaterThanOrEqual(x - 1e-6);
          expect(cell.x1).toBeGreaterThan(cell.x0);
          x = cell.x1;
        }
        expect(x).toBeCloseTo(width, 3);
        const gaps = holes.reduce((sum, hole) => sum + hole.x1 - hole.x0, 0);
        const filled = cells.reduce((sum, cell) => sum + cell.x1 - cell.x0, 0);
        expect(gaps + filled).toBeCloseTo(width, 3);
        expect(gaps).toBeLessThanOrEqual(width * 0.2 + 1e-6);
        expect(cells.flatMap((cell) => cell.blocks).map(({ number }) => number)).toEqual(
          [...numbers].sort((a, b) => a - b),
        );
      },
    ),
    { seed: 2013 },
  );
});

const few = [...[0, 1, 2], ...Array.from({ length: 12 }, (_, i) => 32 + i)].map((number) => block(number));
const inRow = (marks: readonly Mark[], row: Mark["row"]) => marks.filter((one) => one.row === row);

test("an entry of 1 GiB reaches over its eight blocks; one with a table over those that it maps", () => {
  const axis = layAxis(foldBlocks(few), 1000, 96);
  const found = inRow(marksOf(axis, look([]), [{ first: 40 * SECTION, end: 44 * SECTION }]), "pud");
  expect(found.map(({ cells: [, index], what, host, fresh }) => [index, what, host, fresh])).toEqual([
    [0, "table", null, false],
    [4, "whole", null, false],
    [5, "table", 33 * SECTION + 7, true],
  ]);
  expect(found[1]?.x0).toBeCloseTo(placeOf(axis, 32 * SECTION) ?? -1, 3);
  expect(found[1]?.x1).toBeCloseTo(placeOf(axis, 40 * SECTION) ?? -1, 1);
  expect(found[2]?.x1).toBeCloseTo(1000, 3);
  // The entry above them reaches 512 GiB, and is one for all.
  expect(inRow(marksOf(axis, look([]), []), "pgd")).toMatchObject([
    {
      x0: 0,
      x1: 1000,
      cells: ["PGD, direct map", 273, "ffff888000000000", expect.any(String), expect.any(String), "at boot"],
    },
  ]);
});

test("neighbours whose struct pages lie in one block share a ribbon; what the operation made has its own", () => {
  const axis = layAxis(foldBlocks([32, 33, 34, 35].map((number) => block(number))), 400, 96);
  const sections = [
    [32, 35 * SECTION],
    [33, 35 * SECTION + 512],
    [34, 35 * SECTION + 1024],
  ] as const;
  const marks = inRow(marksOf(axis, look(sections), [{ first: 34 * SECTION, end: 35 * SECTION }]), "map");
  expect(marks.map(({ host }) => host)).toEqual([35 * SECTION, 35 * SECTION + 512, 35 * SECTION + 1024, null]);
  expect(marks.map(({ what, fresh }) => [what, fresh])).toEqual([
    ["map", false],
    ["map", false],
    ["map", true],
    ["none", false],
  ]);
  expect(ribbons(axis, marks).map(({ from, host, fresh }) => [from, host.key, fresh])).toEqual([
    [[0, 200], "A:35", false],
    [[200, 300], "A:35", true],
  ]);
  expect(hostOf(axis, 35 * SECTION + 9)?.number).toBe(35);
  expect(hostOf(axis, 99 * SECTION)).toBeUndefined();
});

test("of blocks without struct pages the first says that it is made next; what the last operation made is fresh, and only that", () => {
  const axis = layAxis(foldBlocks([32, 33, 34, 35].map((number) => block(number))), 400, 96);
  const sections = [
    [32, 32 * SECTION],
    [33, 32 * SECTION + 512],
  ] as const;
  const marks = inRow(marksOf(axis, look(sections), [{ first: 33 * SECTION, end: 34 * SECTION }]), "map");
  expect(marks.map(({ what, fresh, says }) => [what, fresh, /made next/.test(says)])).toEqual([
    ["map", false, false],
    ["map", true, false],
    ["none", false, true],
    ["none", false, false],
  ]);
});

test("nearer there are entries of 2 MiB, then pages, and the pages that hold their struct pages: few marks at every step", () => {
  const fold = foldBlocks(few);
  const target = 41 * SECTION + 12_345;
  const sections = few.map(({ number }) => [number, 32 * SECTION + number * 512] as const);
  let sight = ALL;
  const seen = new Set<string>();
  for (let step = 0; step < 40; step++) {
    const axis = layAxis(fold, 1000, 96, sight);
    const marks = marksOf(axis, look(sections), []);
    expect(marks.length).toBeLessThan(400);
    // The page stays where it is, and each row has something over it.
    const x = placeOf(axis, target) ?? -1;
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(1000);
    for (const row of ["pgd", "pud", "physical", "map"] as const)
      expect(
        inRow(marks, row).some(({ x0, x1, first, end }) => x0 <= x && x1 >= x && first <= target && end > target),
        row,
      ).toBe(true);
    for (const { row, end, first } of marks) seen.add(`${row} ${end - first}`);
    const at = sight.from + (x / 1000) * (sight.to - sight.from);
    sight = zoomSight(fold, 1000, sight, 2, at);
  }
  for (const one of ["pmd 512", "physical 512", "physical 1", "map 64"]) expect(seen).toContain(one);
  const axis = layAxis(fold, 1000, 96, sight);
  const map = inRow(marksOf(axis, look(sections), []), "map").find(({ first, end }) => first <= target && end > target);
  expect(map?.host).toBe(32 * SECTION + 41 * 512 + Math.floor((target % SECTION) / 64));
  expect(frameAt(fold, sightOf(fold, 1000, 41 * SECTION, 42 * SECTION).from)).toBeLessThanOrEqual(41 * SECTION);
});

test("a split entry opens into a table of 4 KiB entries, at any distance", () => {
  const kernel = look([]);
  const split = { index: 3, table: pfn(33 * SECTION + 99), lent: 2 };
  const directMap = kernel.tables.directMap.map((one) => (one.index === 5 ? { ...one, splits: [split] } : one));
  const its = { ...kernel, tables: { ...kernel.tables, directMap } };
  const fold = foldBlocks(few);
  const far = inRow(marksOf(layAxis(fold, 1000, 96), its, []), "pmd");
  expect(far).toMatchObject([{ what: "table", host: 33 * SECTION + 99 }]);
  expect(far[0]?.says).toContain("2 lead elsewhere");
  const [first] = far;
  const near = layAxis(fold, 1000, 96, sightOf(fold, 1000, (first?.first ?? 0) + 5, (first?.first ?? 0) + 9));
  expect(inRow(marksOf(near, its, []), "pte").length).toBeGreaterThan(3);
});

test("sixteen thousand entries and eight thousand blocks are a few hundred marks", () => {
  const big = Array.from({ length: 8192 }, (_, i) => ({ ...block(i * 16), number: i, pages: 16 * SECTION }));
  const all = look([]);
  const directMap = [{ index: 0, count: 16_384, bytes: 2 ** 44, table: null, splits: [] }];
  const memoryMap = [
    { section: 0, count: 131_072, origin: "boot" as const, runs: [{ first: pfn(77 * SECTION), pages: 512 * 131_072 }] },
  ];
  const axis = layAxis(foldBlocks(big), 1300, 96);
  const marks = marksOf(axis, { ...all, tables: { directMap, memoryMap } }, []);
  expect(marks.length).toBeLessThan(300);
  expect(inRow(marks, "pgd")).toHaveLength(32);
});

test("every mark is reached by arrow keys alone", () => {
  const axis = layAxis(foldBlocks(few), 1000, 96);
  const marks = marksOf(axis, look(few.map(({ number }) => [number, 32 * SECTION + number * 512])), []);
  const reached = new Set<number>([0]);
  for (const at of reached)
    for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
      const to = markTo(marks, at, key);
      if (to !== null) reached.add(to);
    }
  expect(reached.size).toBe(marks.length);
  expect(markTo(marks, null, "ArrowRight")).toBe(0);
  expect(ROWS).toContain(marks[0]?.row);
});

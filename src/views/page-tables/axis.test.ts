import fc from "fast-check";
import { expect, test } from "vitest";
import { pfn } from "../../engine/units.ts";
import { type AxisBlock, described, gigabytes, hostOf, type KernelLook, layAxis, placeOf, ribbons } from "./axis.ts";

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
  regions: { directMap: { base: "ffff888000000000", pgd: 273 }, memoryMap: { base: "ffffea0000000000", pgd: 468 } },
  pins: [],
  pinsHold: true,
  tables: {
    directMap: [
      { index: 0, bytes: 2 ** 30, table: "boot", splits: [] },
      { index: 4, bytes: 2 ** 30, table: null, splits: [] },
      { index: 5, bytes: 2 ** 29, table: pfn(33 * SECTION + 7), splits: [] },
    ],
    memoryMap: sections.map(([section, first]) => ({
      section,
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
        const { cells, holes } = layAxis(
          numbers.map((number) => block(number)),
          width,
          most,
        );
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

test("an entry of 1 GiB reaches over its eight blocks; one with a table over those that it maps", () => {
  const blocks = [...[0, 1, 2], ...Array.from({ length: 12 }, (_, i) => 32 + i)].map((number) => block(number));
  const axis = layAxis(blocks, 1000, 96);
  const found = gigabytes(axis, look([]), ({ blocks: [first] }) => (first?.number ?? 0) >= 40);
  expect(found.map(({ index, table, isNew }) => [index, table, isNew])).toEqual([
    [0, "boot", false],
    [4, null, false],
    [5, 33 * SECTION + 7, true],
  ]);
  expect(found[1]?.x0).toBeCloseTo(placeOf(axis, 32 * SECTION) ?? -1, 3);
  expect(found[1]?.x1).toBeCloseTo(placeOf(axis, 40 * SECTION) ?? -1, 1);
  expect(found[2]?.x1).toBeCloseTo(1000, 3);
});

test("neighbours whose struct pages lie in one block share a ribbon; what the operation made has its own", () => {
  const axis = layAxis(
    [32, 33, 34, 35].map((number) => block(number)),
    400,
    96,
  );
  const maps = described(
    axis,
    look([
      [32, 35 * SECTION],
      [33, 35 * SECTION + 512],
      [34, 35 * SECTION + 1024],
    ]),
    ({ blocks: [first] }) => first?.number === 34,
  );
  expect(maps.map(({ pfn: at }) => at)).toEqual([35 * SECTION, 35 * SECTION + 512, 35 * SECTION + 1024, null]);
  const found = ribbons(axis, maps);
  expect(found.map(({ from, host, isNew }) => [from, host, isNew])).toEqual([
    [[0, 200], "A:35", false],
    [[200, 300], "A:35", true],
  ]);
  expect(hostOf(axis, 35 * SECTION + 9)?.number).toBe(35);
  expect(hostOf(axis, 99 * SECTION)).toBeUndefined();
});

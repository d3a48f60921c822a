import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleRecords } from "../../client/sample-records.ts";
import { PAGE_KINDS, PageKind } from "../../engine/memory/kinds.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import { PINNED_TOKEN } from "../kinds.ts";
import { cellOf, digest, gridFor, mix } from "./cells.ts";

const { block: blocks } = sampleRecords();
function block(
  key: string,
  change: Partial<BlockRecord> = {},
  kinds: readonly (readonly [number, number])[] = [],
): BlockRecord {
  const found = blocks[key];
  if (!found) throw new Error(`the sample box has no ${key}`);
  const pages = new Array<number>(PAGE_KINDS).fill(0);
  for (const [kind, count] of kinds) pages[kind] = count;
  return { ...found, ...(kinds.length > 0 ? { kinds: pages } : {}), ...change };
}

describe("a block as a cell", () => {
  it("takes the colour of most of its used pages and fills up with them", () => {
    const cell = cellOf(
      block("A:40", {}, [
        [PageKind.Free, 8192],
        [PageKind.Anon, 8192],
        [PageKind.PageCache, 16384],
      ]),
    );
    expect(cell).toMatchObject({ token: "--kind-file", used: 0.75, stuck: null, zone: "Movable" });
  });

  it("shows kernel pages under a colour that would hide them", () => {
    const cell = cellOf(
      block("A:40", {}, [
        [PageKind.Anon, 32000],
        [PageKind.Slab, 768],
      ]),
    );
    expect(cell).toMatchObject({ token: "--kind-anon", stuck: "--kind-kernel", stuckPages: 768 });
  });

  it("shows pinned pages, which no kind tells", () => {
    expect(cellOf(block("A:41", { pinned: 3 }, [[PageKind.Anon, 32768]]))).toMatchObject({
      stuck: PINNED_TOKEN,
      stuckPages: 3,
    });
  });

  it("has nothing in it when offline", () => {
    expect(cellOf(block("A:49"))).toMatchObject({ state: "offline", token: null, used: 0 });
  });

  it("stands for several blocks where there is no room for each", () => {
    const cell = mix([block("A:48"), block("A:49")]);
    expect(cell.state).toBe("going-offline");
    expect(cell.pages).toBe(2 * 32768);
  });
});

describe("the grid of cells", () => {
  it("fits any number of blocks on any face, each with a cell or a share of one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9000 }),
        fc.integer({ min: 8, max: 120 }),
        fc.integer({ min: 20, max: 500 }),
        (count, width, height) => {
          const grid = gridFor(count, width, height);
          expect(grid.columns * grid.rows * grid.blocksPerCell).toBeGreaterThanOrEqual(count);
          expect(grid.columns * (grid.width + grid.gap) - grid.gap).toBeLessThanOrEqual(width + 0.001);
          expect(grid.rows * (grid.height + grid.gap) - grid.gap).toBeLessThanOrEqual(height + 0.001);
          expect(grid.width).toBeGreaterThan(0);
          expect(grid.height).toBeGreaterThan(0);
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });

  it("gives the blocks of a small module one column", () => {
    expect(gridFor(4, 40, 130)).toMatchObject({ columns: 1, rows: 4, blocksPerCell: 1 });
  });
});

describe("what a label says", () => {
  it("counts zones, offline blocks, use and blocks that cannot be emptied", () => {
    const about = digest([block("A:36"), block("A:37"), block("A:40"), block("A:49")]);
    expect(about).toMatchObject({
      blocks: 4,
      offline: 1,
      zones: [
        ["Normal", 2],
        ["Movable", 1],
      ],
      stuckBlocks: 2,
    });
    expect(about.usedPercent).toBeGreaterThan(0);
  });
});

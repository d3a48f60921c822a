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
  it("shows shares: what stays put below, what moves above", () => {
    const cell = cellOf(
      block("A:40", {}, [
        [PageKind.Free, 8192],
        [PageKind.Anon, 6144],
        [PageKind.PageCache, 16384],
        [PageKind.Slab, 1024],
        [PageKind.Vmalloc, 1024],
      ]),
    );
    expect(cell).toMatchObject({ used: 0.75, stuck: "--kind-kernel", zone: "Movable" });
    expect(cell.shares).toEqual([
      { token: "--kind-kernel", share: 0.0625 },
      { token: "--kind-anon", share: 0.1875 },
      { token: "--kind-file", share: 0.5 },
    ]);
  });

  it("hardly changes when one kind overtakes another", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16383 }), (anon) => {
        const with_ = (more: number) =>
          cellOf(
            block("A:40", {}, [
              [PageKind.Anon, anon + more],
              [PageKind.Slab, 32768 - anon - more],
            ]),
          );
        const [before, after] = [with_(0), with_(1)];
        expect(after.shares.map(({ token }) => token)).toEqual(before.shares.map(({ token }) => token));
        for (const [index, { share }] of after.shares.entries())
          expect(Math.abs(share - (before.shares[index]?.share ?? 9))).toBeLessThan(1e-4);
      }),
    );
  });

  it("tells of kernel pages that are too few to be seen", () => {
    const cell = cellOf(
      block("A:40", {}, [
        [PageKind.Anon, 32000],
        [PageKind.Slab, 768],
      ]),
    );
    expect(cell).toMatchObject({ stuck: "--kind-kernel", stuckPages: 768 });
  });

  it("shows pinned pages, which no kind tells", () => {
    expect(cellOf(block("A:41", { pinned: 3 }, [[PageKind.Anon, 32768]]))).toMatchObject({
      stuck: PINNED_TOKEN,
      stuckPages: 3,
    });
  });

  it("has nothing in it when offline", () => {
    expect(cellOf(block("A:49"))).toMatchObject({ state: "offline", shares: [], used: 0 });
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

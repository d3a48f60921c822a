import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PAGES_PER_SECTION } from "../../engine/units.ts";
import { calloutAt } from "./callout.ts";
import { cellOf, layoutPages, movePage, pageAt, pageblockRect, pageOfCell, pageRect } from "./page-geometry.ts";

const layouts = fc
  .tuple(fc.integer({ min: 200, max: 4000 }), fc.integer({ min: 140, max: 2400 }), fc.constantFrom(1, 1.5, 2, 3))
  .map(([width, height, ratio]) => ({ width, height, layout: layoutPages(width, height, ratio) }));
const pages = fc.integer({ min: 0, max: PAGES_PER_SECTION - 1 });

describe("layout", () => {
  test("holds every page of a section and its map is as large as it says", () => {
    fc.assert(
      fc.property(layouts, ({ layout }) => {
        expect(layout.pagesAcross * layout.pagesDown * layout.blocksAcross * layout.blocksDown).toBe(PAGES_PER_SECTION);
        const last = pageRect(layout, PAGES_PER_SECTION - 1);
        expect([last.x + last.width, last.y + last.height]).toEqual([layout.width, layout.height]);
      }),
    );
  });

  test("fits wherever a page can have a pixel", () => {
    fc.assert(
      fc.property(fc.integer({ min: 290, max: 4000 }), fc.integer({ min: 142, max: 2400 }), (width, height) => {
        const layout = layoutPages(width, height);
        expect(layout.width + 2 * layout.gap).toBeLessThanOrEqual(width);
        expect(layout.height + 2 * layout.gap).toBeLessThanOrEqual(height);
      }),
    );
  });

  test("is 256 by 128 square pages in the panel of a laptop", () => {
    expect(layoutPages(550, 268)).toMatchObject({ cellWidth: 2, cellHeight: 2, width: 542, height: 262 });
  });

  test("gives a phone's narrow, dense screen upright pageblocks it can show", () => {
    const layout = layoutPages(362 * 3, 420 * 3, 3);
    expect(layout.cellWidth * layout.cellHeight).toBeGreaterThanOrEqual(16);
  });
});

describe("pages and points", () => {
  test("each point of a page's rectangle is that page", () => {
    fc.assert(
      fc.property(layouts, pages, fc.double({ min: 0, max: 0.999, noNaN: true }), ({ layout }, page, share) => {
        const rect = pageRect(layout, page);
        expect(pageAt(layout, rect.x + rect.width * share, rect.y + rect.height * share)).toBe(page);
      }),
    );
  });

  test("columns and rows lead back to the page", () => {
    fc.assert(
      fc.property(layouts, pages, ({ layout }, page) => {
        const { column, row } = cellOf(layout, page);
        expect(pageOfCell(layout, column, row)).toBe(page);
      }),
    );
  });

  test("a page lies inside its pageblock", () => {
    fc.assert(
      fc.property(layouts, pages, ({ layout }, page) => {
        const inner = pageRect(layout, page);
        const outer = pageblockRect(layout, Math.floor(page / 512));
        expect(inner.x).toBeGreaterThanOrEqual(outer.x);
        expect(inner.y).toBeGreaterThanOrEqual(outer.y);
        expect(inner.x + inner.width).toBeLessThanOrEqual(outer.x + outer.width);
        expect(inner.y + inner.height).toBeLessThanOrEqual(outer.y + outer.height);
      }),
    );
  });

  test("a point in a gap is the page before it; a point outside is none", () => {
    const layout = layoutPages(550, 268);
    const first = pageblockRect(layout, 0);
    expect(pageAt(layout, first.width, 0)).toBe(15);
    expect(pageAt(layout, layout.width, 0)).toBeUndefined();
    expect(pageAt(layout, -1, 0)).toBeUndefined();
  });
});

describe("keys", () => {
  const layout = layoutPages(550, 268);

  test("never leave the section", () => {
    const moves = [
      "left",
      "right",
      "up",
      "down",
      "block-left",
      "block-right",
      "block-up",
      "block-down",
      "previous-block",
      "next-block",
      "first",
      "last",
    ] as const;
    fc.assert(
      fc.property(layouts, pages, fc.constantFrom(...moves), ({ layout: any }, page, move) => {
        const next = movePage(any, page, move);
        expect(next).toBeGreaterThanOrEqual(0);
        expect(next).toBeLessThan(PAGES_PER_SECTION);
      }),
    );
  });

  test("cross from one pageblock to the one beside it", () => {
    expect(movePage(layout, 15, "right")).toBe(512);
    expect(movePage(layout, 512, "left")).toBe(15);
    expect(movePage(layout, 496, "down")).toBe(16 * 512);
  });

  test("stop at the edge", () => {
    expect(movePage(layout, 0, "left")).toBe(0);
    expect(movePage(layout, 3, "up")).toBe(3);
    expect(movePage(layout, 100, "previous-block")).toBe(0);
    expect(movePage(layout, PAGES_PER_SECTION - 2, "next-block")).toBe(PAGES_PER_SECTION - 1);
  });

  test("pageblock keys keep the place inside the pageblock", () => {
    expect(movePage(layout, 37, "block-right")).toBe(512 + 37);
    expect(movePage(layout, 37, "block-down")).toBe(16 * 512 + 37);
    expect(movePage(layout, 37, "next-block")).toBe(512 + 37);
  });
});

test("the label of the page to blame stays inside its picture, however low that is", () => {
  for (const height of [26, 62, 74, 110, 400])
    for (const y of [2, height / 2 - 1, height / 2 + 3, height - 2])
      for (const x of [3, 597]) {
        const { top, to, right } = calloutAt({ x, y }, 600, height, 1);
        expect(top, `${height} ${y}`).toBeGreaterThanOrEqual(0);
        expect(top + 25, `${height} ${y}`).toBeLessThanOrEqual(height);
        expect(right ? 600 - to.x : to.x).toBeGreaterThan(500);
      }
  // Where there is room it stands off the page.
  expect(calloutAt({ x: 100, y: 300 }, 600, 400, 1).top).toBe(300 - 26 - 25);
  expect(calloutAt({ x: 100, y: 100 }, 600, 400, 1).top).toBe(126);
});

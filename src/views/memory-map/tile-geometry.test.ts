import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layoutTiles, moveTile, tileAt, tileRect, tileSizes } from "./tile-geometry.ts";
import { groupBlocks, groupOf, runsOf, type TileBlock } from "./tile-groups.ts";

const worlds = fc
  .record({
    counts: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
    width: fc.integer({ min: 300, max: 2000 }),
    height: fc.integer({ min: 160, max: 1200 }),
    ratio: fc.constantFrom(1, 1.25, 2, 3),
  })
  .map(({ counts, width, height, ratio }) => layoutTiles(counts, width * ratio, height * ratio, ratio));

describe("layout of tiles", () => {
  test("each tile is found under its own rectangle, and no two overlap", () => {
    fc.assert(
      fc.property(worlds, fc.nat(), (layout, pick) => {
        const index = pick % layout.count;
        const rect = tileRect(layout, index);
        expect(tileAt(layout, rect.x, rect.y)).toBe(index);
        expect(tileAt(layout, rect.x + rect.width - 1, rect.y + rect.height - 1)).toBe(index);
        expect(rect.x + rect.width).toBeLessThanOrEqual(layout.width);
        expect(rect.y + rect.height).toBeLessThanOrEqual(layout.height);
      }),
    );
  });

  test.each([
    [8, 8],
    [64, 8],
    [384, 8],
  ])("%i blocks are mosaics in the panel of a laptop", (count) => {
    const layout = layoutTiles([count], 390, 270, 1);
    expect(layout.height).toBeLessThanOrEqual(270);
    expect(layout.cell).toBeGreaterThanOrEqual(1);
  });

  test("some hundreds more are plain cells that still fit", () => {
    const layout = layoutTiles([900], 390, 270, 1);
    expect(layout.cell).toBe(0);
    expect(layout.height).toBeLessThanOrEqual(270);
  });

  test("thousands scroll, and are mosaics again", () => {
    const layout = layoutTiles([8192], 390, 270, 1);
    expect(layout.height).toBeGreaterThan(270);
    expect(layout.cell).toBeGreaterThanOrEqual(2);
  });

  test("a chosen size holds, and the list grows", () => {
    const sizes = tileSizes(1);
    const large = layoutTiles([384], 390, 270, 1, 0);
    expect(large.tile).toBe(sizes[0]?.tile);
    expect(large.height).toBeGreaterThan(270);
  });

  test("long rows hold a multiple of four", () => {
    for (const width of [300, 390, 700]) expect(layoutTiles([200], width, 270, 1).columns % 4).toBe(0);
  });

  test("a group is at least as high as its label", () => {
    const { groups } = layoutTiles(new Array(5).fill(1), 390, 100, 1, 60);
    expect((groups[1]?.top ?? 0) - (groups[0]?.top ?? 0)).toBeGreaterThanOrEqual(30);
  });
});

describe("keys", () => {
  const layout = layoutTiles([10, 3], 540, 270, 1, 0);

  test("never leave the tiles", () => {
    fc.assert(
      fc.property(
        worlds,
        fc.nat(),
        fc.constantFrom("left", "right", "up", "down", "first", "last", "page-up", "page-down" as const),
        (any, pick, move) => {
          const to = moveTile(any, pick % any.count, move as "left");
          expect(to).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThan(any.count);
        },
      ),
    );
  });

  test("down goes on into the next group, up comes back", () => {
    const columns = layout.columns;
    expect(columns).toBe(4);
    expect(moveTile(layout, 1, "down")).toBe(5);
    expect(moveTile(layout, 9, "down")).toBe(11);
    expect(moveTile(layout, 11, "up")).toBe(9);
    expect(moveTile(layout, 12, "up")).toBe(9);
    expect(moveTile(layout, 0, "up")).toBe(0);
  });
});

describe("groups", () => {
  const block = (number: number, zone: string | null, state: TileBlock["state"] = "online"): TileBlock => ({
    key: `A:${number}`,
    number,
    zone,
    state,
    dimm: null,
    pages: 32768,
    refused: false,
  });

  test("follow the zones, then blocks of several zones, then offline ones; by number inside", () => {
    const groups = groupBlocks([
      block(9, null, "offline"),
      block(5, "Movable"),
      block(4, "Movable", "going-offline"),
      block(0, null),
      block(1, "DMA32"),
      block(2, "Normal"),
    ]);
    expect(groups.map((group) => [group.id, group.blocks.map((one) => one.number)])).toEqual([
      ["DMA32", [1]],
      ["Normal", [2]],
      ["Movable", [4, 5]],
      ["several", [0]],
      ["offline", [9]],
    ]);
  });

  test("a block on its way offline keeps its place", () => {
    expect(groupOf(block(4, "Movable", "going-offline"))).toBe("Movable");
  });

  test("every block is in exactly one group", () => {
    const blocks = fc.uniqueArray(
      fc
        .tuple(
          fc.nat(2000),
          fc.constantFrom("DMA", "DMA32", "Normal", "Movable", "Device", null),
          fc.constantFrom("online", "offline", "going-offline" as const),
        )
        .map(([number, zone, state]) => block(number, zone, state as TileBlock["state"])),
      { selector: (one) => one.key, maxLength: 60 },
    );
    fc.assert(
      fc.property(blocks, (list) => {
        const keys = groupBlocks(list).flatMap((group) => group.blocks.map((one) => one.key));
        expect([...keys].sort()).toEqual(list.map((one) => one.key).sort());
      }),
    );
  });

  test("runs are as few as can be", () => {
    expect(runsOf([0, 1, 2, 5, 7, 8])).toEqual([
      [0, 2],
      [5, 5],
      [7, 8],
    ]);
    expect(runsOf([])).toEqual([]);
  });
});

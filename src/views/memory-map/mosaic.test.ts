import { describe, expect, test } from "vitest";
import { PageKind } from "../../engine/memory/kinds.ts";
import { gatherMosaic, MOSAIC_CELLS, stackOf } from "./mosaic.ts";

const gathered = (map: Uint8Array) => {
  const cells = new Uint8Array(MOSAIC_CELLS);
  gatherMosaic(map, cells);
  return cells;
};

describe("mosaic", () => {
  test("a block of one section shows each pageblock, without its flags", () => {
    const map = Uint8Array.from({ length: 64 }, (_, index) => (index % 5) | 64);
    expect([...gathered(map)]).toEqual(Array.from({ length: 64 }, (_, index) => index % 5));
  });

  test("a 2 GiB block shows the commonest kind of every 16 pageblocks", () => {
    const map = new Uint8Array(1024).fill(PageKind.Free);
    map.fill(PageKind.Anon, 0, 9);
    map.fill(PageKind.Slab, 16, 24);
    const cells = gathered(map);
    expect([cells[0], cells[1], cells[2]]).toEqual([PageKind.Anon, PageKind.Slab, PageKind.Free]);
  });

  const stacked = (cells: Uint8Array) => {
    const bands: [number, number][] = [];
    stackOf(cells, (kind, share) => bands.push([kind, share]));
    return bands;
  };

  test("a plain tile shows shares, what stays put below, however little", () => {
    const cells = new Uint8Array(MOSAIC_CELLS).fill(PageKind.PageCache);
    cells.fill(PageKind.Anon, 10, 16);
    cells[17] = PageKind.Slab;
    cells[18] = PageKind.KernelStack;
    cells[19] = PageKind.Free;
    expect(stacked(cells)).toEqual([
      [PageKind.Slab, 2],
      [PageKind.Anon, 6],
      [PageKind.PageCache, 55],
    ]);
  });

  test("a plain tile keeps its order when one kind overtakes another", () => {
    const order = [10, 32, 50].map((anon) =>
      stacked(new Uint8Array(MOSAIC_CELLS).fill(PageKind.Slab).fill(PageKind.Anon, 0, anon)).map(([kind]) => kind),
    );
    expect(new Set(order.map(String)).size).toBe(1);
  });

  test("a plain tile of a free block is free", () => {
    expect(stacked(new Uint8Array(MOSAIC_CELLS).fill(PageKind.Free))).toEqual([]);
  });
});

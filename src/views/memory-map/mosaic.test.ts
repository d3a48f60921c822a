import { describe, expect, test } from "vitest";
import { PageKind } from "../../engine/memory/kinds.ts";
import { dominantUse, gatherMosaic, MOSAIC_CELLS } from "./mosaic.ts";

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

  test("a plain tile shows what most of its use is, and how full it is", () => {
    const cells = new Uint8Array(MOSAIC_CELLS).fill(PageKind.Free);
    cells.fill(PageKind.PageCache, 0, 10);
    cells.fill(PageKind.Anon, 10, 16);
    const result = { kind: 0, stuck: 0, share: 0 };
    dominantUse(cells, result);
    expect(result).toEqual({ kind: PageKind.PageCache, stuck: PageKind.PageCache, share: 0.25 });
  });

  test("a plain tile does not hide what keeps its block from going offline", () => {
    const cells = new Uint8Array(MOSAIC_CELLS).fill(PageKind.PageCache);
    cells[17] = PageKind.Slab;
    const result = { kind: 0, stuck: 0, share: 0 };
    dominantUse(cells, result);
    expect(result).toEqual({ kind: PageKind.PageCache, stuck: PageKind.Slab, share: 1 });
  });

  test("a plain tile of a free block is free", () => {
    const result = { kind: 0, stuck: 0, share: 0 };
    dominantUse(new Uint8Array(MOSAIC_CELLS).fill(PageKind.Free), result);
    expect(result).toEqual({ kind: PageKind.Free, stuck: PageKind.Free, share: 0 });
  });
});

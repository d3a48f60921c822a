import { simNs } from "../engine/units.ts";
import { expect, test } from "vitest";
import type { Frame } from "../protocol/messages.ts";
import { PageMaps } from "./page-maps.ts";

const mapOf = (...bytes: number[]): ArrayBuffer => new Uint8Array(bytes).buffer;
const frame = (parts: Partial<Frame>): Frame => ({
  type: "frame",
  frame: 1,
  anew: null,
  offers: null,
  now: 0,
  place: { entries: 0, instant: { step: 0, at: simNs(0) } },
  idle: true,
  patches: [],
  log: [],
  pages: null,
  look: null,
  pageblocks: [],
  ...parts,
});

test("maps of a block that is gone go with it, those of others stay", () => {
  const maps = new PageMaps();
  maps.take(
    frame({
      pages: { block: "A:1", map: mapOf(1, 1) },
      pageblocks: [
        { block: "A:1", map: mapOf(1) },
        { block: "A:2", map: mapOf(2) },
      ],
    }),
  );
  maps.take(frame({ patches: [["block", "A:2", null]] }));
  expect(maps.pageblocks("A:2")).toBeUndefined();
  expect(maps.pages?.block).toBe("A:1");
  maps.take(frame({ patches: [["block", "A:1", null]] }));
  expect(maps.pageblocks("A:1")).toBeUndefined();
  expect(maps.pages).toBeNull();
});

test("a map that is replaced gives its buffer back, and a block's pageblocks stay in one array", () => {
  const maps = new PageMaps();
  const first = mapOf(1, 1);
  expect(
    maps.take(frame({ pages: { block: "A:1", map: first }, pageblocks: [{ block: "A:1", map: mapOf(3) }] })),
  ).toEqual([]);
  const held = maps.pageblocks("A:1");
  expect(
    maps.take(frame({ pages: { block: "A:1", map: mapOf(2, 2) }, pageblocks: [{ block: "A:1", map: mapOf(4) }] })),
  ).toEqual([first]);
  expect(maps.pages?.bytes).toEqual(new Uint8Array([2, 2]));
  expect(held).toEqual(new Uint8Array([4]));
});

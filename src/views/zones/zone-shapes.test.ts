import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleRecords } from "../../client/sample-records.ts";
import type { BlockRecord, ZoneRecord } from "../../protocol/records.ts";
import { clip, extentOf, freeScale, orderScale, populated, stretchesOf } from "./zone-shapes.ts";
import { percent, zoneStrings } from "./strings.ts";

const records = sampleRecords();
const zones = Object.values(records.zone).filter((zone) => zone.partition === "A" && zone.node === 1);
const blocks = (records.node["A/1"]?.blocks ?? []).flatMap((key) => records.block[key] ?? []);

describe("where zones lie", () => {
  test("stretches of a zone hold exactly its online blocks", () => {
    const own = blocks.filter((block) => block.zone === "Movable" && block.state !== "offline");
    const pages = stretchesOf("Movable", blocks).reduce((sum, stretch) => sum + stretch.pages, 0);
    expect(pages).toBe(own.reduce((sum, block) => sum + block.pages, 0));
  });

  test("an offline block leaves a hole in the zone", () => {
    expect(stretchesOf("Movable", blocks).map(({ start, pages }) => [start / 32768, pages / 32768])).toEqual([
      [40, 9],
      [50, 2],
    ]);
  });

  test("a block of several zones is shown in each", () => {
    const several: BlockRecord[] = blocks.slice(0, 1).map((block) => ({ ...block, zone: null }));
    expect(stretchesOf("DMA", several)).toEqual(stretchesOf("DMA32", several));
    expect(stretchesOf("DMA", several)).toHaveLength(1);
  });

  test("the node's extent holds all blocks and spans", () => {
    const { start, pages } = extentOf(zones, blocks);
    for (const block of blocks) {
      expect(block.startPfn).toBeGreaterThanOrEqual(start);
      expect(block.startPfn + block.pages).toBeLessThanOrEqual(start + pages);
    }
    expect(extentOf([], [])).toEqual({ start: 0, pages: 1 });
  });

  test("clipping never leaves the span", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 500 }), fc.nat(1000), fc.nat(500), (a, n, start, pages) => {
        const part = clip({ start: a, pages: n }, start, pages);
        if (!part) return;
        expect(part.start).toBeGreaterThanOrEqual(Math.max(a, start));
        expect(part.start + part.pages).toBeLessThanOrEqual(Math.min(a + n, start + pages));
      }),
    );
  });
});

describe("zones that are shown", () => {
  test("come in the kernel's order, unpopulated ones left out", () => {
    const [first] = zones as [ZoneRecord];
    const made = ["Movable", "DMA", "Normal"].map((zone) => ({ ...first, zone }));
    expect(populated([...made, { ...first, zone: "DMA32", present: 0 }]).map((zone) => zone.zone)).toEqual([
      "DMA",
      "Normal",
      "Movable",
    ]);
  });
});

describe("scales", () => {
  test("the bar is full at managed, never falls, and tells the watermarks apart", () => {
    const scale = freeScale(100_000, 600, 300);
    expect([scale(0), scale(100_000), scale(200_000)]).toEqual([0, 300, 300]);
    expect(scale(500) - scale(400)).toBeGreaterThan(5);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e7 }), fc.nat(1e6), fc.nat(1e7), fc.nat(1e7), (managed, high, a, b) => {
        const any = freeScale(managed, high, 300);
        expect(any(Math.min(a, b))).toBeLessThanOrEqual(any(Math.max(a, b)));
      }),
    );
  });

  test("orders weigh by memory", () => {
    const scale = orderScale([1024, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], 20);
    expect(scale(2 * 1024)).toBe(20);
    expect(scale(1024)).toBeLessThan(20);
  });
});

describe("words", () => {
  test("percents never round something to nothing or everything", () => {
    expect([
      percent(0, 10),
      percent(1, 1000),
      percent(1, 2),
      percent(999, 1000),
      percent(10, 10),
      percent(1, 0),
    ]).toEqual(["0 %", "< 1 %", "50 %", "> 99 %", "100 %", "0 %"]);
  });

  test("the state against the watermarks is said only when it matters", () => {
    const marks = { min: 10, low: 20, high: 30 };
    expect(zoneStrings.state(31, marks)).toBe("");
    expect(new Set([5, 15, 25].map((free) => zoneStrings.state(free, marks))).size).toBe(3);
  });
});

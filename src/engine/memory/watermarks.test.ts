/** Marks and reserves, from the sizes of zones (figures worked out by hand from the kernel's formulas). */
import { expect, test } from "vitest";
import { PAGES_PER_SECTION } from "../units.ts";
import { plainMemory } from "../testing/plain-memory.ts";
import { ZoneType } from "./kinds.ts";
import { computedMinFreeKb, recommendedMinFreeKb, setMarks, setReserves } from "./watermarks.ts";
import type { Zone } from "./zone.ts";

const { DMA32, Normal, Movable, Device } = ZoneType;
/** 32,768 pages of DMA32, three times as many of Normal, as many of Movable; a node with Normal alone. */
const machine = () => plainMemory([{ [DMA32]: 1, [Normal]: 3, [Movable]: 1 }, { [Normal]: 1 }]);
const marks = ({ min, low, high }: Zone) => [min, low, high];
const populated = (zones: readonly (readonly Zone[])[]) => zones.flat().filter((zone) => zone.populated);

test("what is kept free follows from the memory that the kernel can use: the root of sixteen times its KiB", () => {
  const { nodes } = machine();
  const [cpus] = nodes;
  if (!cpus) throw new Error("no node");
  // Five sections of 128 MiB: √(655,360 × 16) = 3,238.2
  expect(computedMinFreeKb(cpus)).toBe(3238);
  // Eleven pageblocks in each of three zones, as long as that is no more than a twentieth: 163,840 / 20.
  expect(recommendedMinFreeKb(nodes, cpus)).toBe(4 * 8192);
  const large = plainMemory([{ [DMA32]: 1, [Normal]: 11, [Movable]: 1 }, {}]);
  expect(recommendedMinFreeKb(large.nodes, large.nodes[0] as never)).toBe(4 * 512 * 11 * 2);
});

test("it is shared out by size; the marks above leave a quarter of it, or what the scale factor says", () => {
  const { zones } = machine();
  const all = populated(zones);
  // 6,000 pages over six sections.
  setMarks(all, 24_003, { boundsMovable: false, scaleFactor: 10 });
  expect(all.map(marks)).toEqual([
    [1000, 1250, 1500],
    [3000, 3750, 4500],
    [1000, 1250, 1500],
    [1000, 1250, 1500],
  ]);
  setMarks(all, 24_000, { boundsMovable: false, scaleFactor: null });
  expect(marks(all[0] as Zone)).toEqual([1000, 1250, 1500]);
  // 32,768 pages × 1,000 / 10,000.
  setMarks(all, 24_000, { boundsMovable: false, scaleFactor: 1000 });
  expect(marks(all[0] as Zone)).toEqual([1000, 4276, 7552]);
});

test("since 6.7 Movable has no share in the sum, and a min of 32 to 128 pages", () => {
  const { zones } = machine();
  const all = populated(zones);
  const movable = zones[0]?.[Movable] as Zone;
  for (const [managed, min] of [
    [PAGES_PER_SECTION - 1, 32],
    [100 * 1024, 100],
    [200 * 1024, 128],
  ] as const) {
    movable.managed = managed;
    setMarks(all, 20_000, { boundsMovable: true, scaleFactor: null });
    // 5,000 pages over five sections; the gap is a quarter of what Movable's share would have been.
    const gap = Math.floor(Math.floor((5000 * managed) / (5 * PAGES_PER_SECTION)) / 4);
    expect(marks(movable)).toEqual([min, min + gap, min + 2 * gap]);
    expect(marks(zones[0]?.[Normal] as Zone)).toEqual([3000, 3750, 4500]);
  }
  movable.managed = 0;
  setMarks([movable], 20_000, { boundsMovable: false, scaleFactor: null });
  expect(marks(movable)).toEqual([0, 0, 0]);
});

test("what requests for a higher zone leave in a lower one is the memory above it by the ratio of the lower", () => {
  const { nodes, zones } = machine();
  const ratios = [256, 256, 32, 0, 0];
  setReserves(nodes, ratios);
  const kept = (node: number, type: ZoneType) => [...(zones[node]?.[type]?.protection ?? [])];
  expect(kept(0, DMA32)).toEqual([0, 0, (3 * 32768) / 256, (4 * 32768) / 256, (4 * 32768) / 256]);
  expect(kept(0, Normal)).toEqual([0, 0, 0, 1024, 1024]);
  expect([kept(0, Movable), kept(0, Device), kept(1, DMA32)]).toEqual([
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
  ]);
  setReserves(nodes, [256, 0, 1]);
  expect([kept(0, DMA32), kept(0, Normal)]).toEqual([
    [0, 0, 0, 0, 0],
    [0, 0, 0, 32768, 32768],
  ]);
  // What a device has is no zone that others fall back to, whatever is written.
  (zones[0]?.[Device] as Zone).managed = 10;
  setReserves(nodes, [1, 1, 1, 1, 1]);
  expect(kept(0, Device)).toEqual([0, 0, 0, 0, 0]);
  expect(kept(0, Movable)).toEqual([0, 0, 0, 0, 10]);
});

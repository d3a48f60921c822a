import { expect, test } from "vitest";
import { layRate, rateNow, SLOTS } from "./rate-shapes.ts";

test("areas are stacked, a stretch has one height, and the last one that is over is the rate now", () => {
  const pages = new Uint32Array(4 * SLOTS);
  pages[1 * SLOTS + 0] = 100;
  pages[2 * SLOTS + 0] = 300;
  pages[2 * SLOTS + 2] = 100;
  const rate = { from: 0, stretch: 500_000, count: 4, pages };
  const shapes = layRate(rate, 100, 42);
  expect(shapes.areas.map(({ slot }) => slot)).toEqual([0, 2]);
  expect(shapes).toMatchObject({ top: 800, firstAfter: 500_000, lastAfter: 1_500_000, shown: 2_000_000 });
  expect(rateNow(rate)).toEqual({ now: 800, any: true });
  // The second kind stands on the first: it begins at its height, and reaches the upper edge.
  expect(shapes.areas[1]?.path).toContain("L50 2H75");
  expect(shapes.areas[0]?.path).toContain("L50 12H75");
});

test("before anything has moved nothing is drawn", () => {
  const rate = { from: 0, stretch: 250_000, count: 1, pages: new Uint32Array(SLOTS) };
  expect(layRate(rate, 100, 40)).toMatchObject({ areas: [], firstAfter: null, lastAfter: null });
  expect(rateNow(rate)).toEqual({ now: 0, any: false });
});

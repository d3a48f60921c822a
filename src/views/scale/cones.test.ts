import { expect, test } from "vitest";
import { coneAside, coneBelow } from "./cones.ts";

const picture = { left: 0, top: 0, right: 100, bottom: 100 };

test("a cone's edges go on over the picture, straight from the mark's corners", () => {
  const mark = { left: 10, top: 20, right: 20, bottom: 30 };
  const to = { left: 120, top: 0, right: 220, bottom: 100 };
  const { points, lines } = coneAside(picture, mark, to);
  expect(lines).toEqual([
    [20, 20, 100, 4],
    [20, 30, 100, 86],
  ]);
  expect(points).toBe("100,4 120,0 120,100 100,86");
});

test("a mark at the edge has no line over the picture", () => {
  const mark = { left: 90, top: 20, right: 100, bottom: 30 };
  expect(coneAside(picture, mark, { left: 120, top: 0, right: 220, bottom: 100 }).lines).toEqual([]);
});

test("on the way down lines are drawn over the rows below the mark, and not over the names between them", () => {
  const mark = { left: 40, top: 10, right: 60, bottom: 40 };
  const to = { left: 0, top: 160, right: 50, bottom: 260 };
  const rows = [
    [10, 40],
    [60, 100],
  ] as const;
  const { lines, points } = coneBelow(picture, mark, to, 140, rows);
  expect(lines).toEqual([
    [32, 60, 16, 100],
    [58, 60, 54, 100],
  ]);
  expect(points).toBe("16,100 54,100 50,140 0,140");
  // From the last row nothing lies between.
  expect(coneBelow(picture, { ...mark, top: 60, bottom: 100 }, to, 140, rows).lines).toEqual([]);
});

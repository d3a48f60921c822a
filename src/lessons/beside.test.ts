/** Where a bubble stands. */
import { expect, test } from "vitest";
import { spotFor } from "./beside.ts";

const WINDOW = { width: 1440, height: 900 };
const SIZE = { width: 270, height: 50 };

test("below what it is about where nothing is in the way, in the middle of it", () => {
  expect(spotFor({ left: 700, top: 300, width: 60, height: 100 }, SIZE, WINDOW, [])).toEqual({
    side: "below",
    left: 595,
    top: 410,
  });
});

test("on the side where it covers least, and never the place itself", () => {
  const place = { left: 700, top: 300, width: 60, height: 100 };
  const below = { left: 0, top: 405, width: 1440, height: 400 };
  expect(spotFor(place, SIZE, WINDOW, [below])?.side).toBe("right");
  const right = { left: 765, top: 0, width: 600, height: 900 };
  expect(spotFor(place, SIZE, WINDOW, [below, right])?.side).toBe("left");
  for (const others of [[], [below], [below, right]]) {
    const { left, top } = spotFor(place, SIZE, WINDOW, others) ?? { left: 0, top: 0 };
    const apart =
      left + SIZE.width <= place.left ||
      left >= place.left + place.width ||
      top + SIZE.height <= place.top ||
      top >= place.top + place.height;
    expect(apart).toBe(true);
  }
});

test("on the page, at its edges too; nowhere where no side has room", () => {
  const corner = spotFor({ left: 1400, top: 850, width: 30, height: 40 }, SIZE, WINDOW, []);
  expect(corner?.side).not.toBe("below");
  expect((corner?.left ?? 0) + SIZE.width).toBeLessThanOrEqual(1440);
  expect(spotFor({ left: 5, top: 5, width: 1430, height: 890 }, SIZE, WINDOW, [])).toBeNull();
});

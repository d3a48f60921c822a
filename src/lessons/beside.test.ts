/** Where a bubble stands. */
import { expect, test } from "vitest";
import { type Rect, type Spot, spotFor } from "./beside.ts";

const WINDOW = { width: 1440, height: 900 };
const SIZE = { width: 270, height: 50 };
const SIZES = [SIZE, { width: 70, height: 20 }];

const covers = (spot: Spot | null, others: readonly Rect[], height = SIZE.height): boolean =>
  others.some(
    (other) =>
      spot !== null &&
      spot.left < other.left + other.width &&
      spot.left + spot.width > other.left &&
      spot.top < other.top + other.height &&
      spot.top + height > other.top,
  );

test("below what it is about where nothing is in the way, in the middle of it", () => {
  expect(spotFor({ left: 700, top: 300, width: 60, height: 100 }, SIZES, WINDOW, [])).toEqual({
    side: "below",
    left: 595,
    top: 406,
    tip: 135,
    width: 270,
  });
});

test("where it covers nothing: on another side, further off, to one end of itself, then without its sentence", () => {
  const place = { left: 700, top: 300, width: 60, height: 100 };
  const label = { left: 690, top: 404, width: 80, height: 20 };
  const all = { left: 0, top: 404, width: 1440, height: 496 };
  const right = { left: 765, top: 0, width: 675, height: 900 };
  for (const [others, side] of [
    [[all], "right"],
    [[all, right], "left"],
  ] as const) {
    const spot = spotFor(place, SIZES, WINDOW, others);
    expect(spot?.side).toBe(side);
    expect(covers(spot, [place, ...others])).toBe(false);
  }
  // Boxed in on three sides: below its label.
  const shut = [right, { ...right, left: 0, width: 695 }, { left: 0, top: 0, width: 1440, height: 295 }];
  const open = shut.map((one) => ({ ...one, height: Math.min(one.height, 420) }));
  const further = spotFor(place, SIZES, WINDOW, [...open, label]);
  expect(further?.side).toBe("below");
  expect(further?.top).toBeGreaterThanOrEqual(424);
  expect(covers(further, [place, label, ...open])).toBe(false);
  const slid = spotFor(place, SIZES, WINDOW, [
    ...shut.slice(1),
    { ...all, left: 0, width: 660 },
    { ...all, left: 990 },
  ]);
  expect(covers(slid, [place, ...shut.slice(1), { ...all, left: 0, width: 660 }, { ...all, left: 990 }])).toBe(false);
  // A gap that only the first two words fit in.
  const narrow = [...open, { left: 0, top: 430, width: 1440, height: 470 }];
  const short = spotFor(place, SIZES, WINDOW, narrow);
  expect(short).toMatchObject({ width: 70, side: "below" });
  expect(covers(short, [place, ...narrow], 20)).toBe(false);
});

test("over as little as can be where something has to be covered, on the page, at its edges too; or nowhere", () => {
  const place = { left: 700, top: 300, width: 60, height: 100 };
  const least = spotFor(place, SIZES, WINDOW, [{ left: 0, top: 0, width: 1440, height: 900 }]);
  expect(least?.width).toBe(70);
  expect(covers(least, [place], 20)).toBe(false);
  const corner = spotFor({ left: 1400, top: 850, width: 30, height: 40 }, SIZES, WINDOW, []);
  expect(corner?.side).not.toBe("below");
  expect((corner?.left ?? 0) + SIZE.width).toBeLessThanOrEqual(1440);
  expect(spotFor({ left: 5, top: 5, width: 1430, height: 890 }, SIZES, WINDOW, [])).toBeNull();
});

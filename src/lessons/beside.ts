/** Where a bubble stands beside what it is about: on the page, near it, and over as little as can be of what can be acted on. */

export interface Spot {
  readonly left: number;
  readonly top: number;
  /** Of the place that it is about. */
  readonly side: "below" | "above" | "right" | "left";
}

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const GAP = 10;
const MARGIN = 8;

const overlap = (one: Rect, other: Rect): number =>
  Math.max(0, Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left)) *
  Math.max(0, Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top));

const inside = (at: number, length: number, room: number): number =>
  Math.max(MARGIN, Math.min(at, room - length - MARGIN));

/**
 * Of the four sides the one where it covers least of `others`, and nothing of the place itself; `null` where no side has room.
 * All in pixels of the window.
 */
export function spotFor(
  place: Rect,
  size: Pick<Rect, "width" | "height">,
  window: Pick<Rect, "width" | "height">,
  others: readonly Rect[],
): Spot | null {
  const { width, height } = size;
  const middle = { left: place.left + place.width / 2 - width / 2, top: place.top + place.height / 2 - height / 2 };
  const left = inside(middle.left, width, window.width);
  const top = inside(middle.top, height, window.height);
  const spots: readonly Spot[] = [
    { side: "below", left, top: place.top + place.height + GAP },
    { side: "right", left: place.left + place.width + GAP, top },
    { side: "left", left: place.left - width - GAP, top },
    { side: "above", left, top: place.top - height - GAP },
  ];
  const room = spots.filter(
    (spot) =>
      spot.left >= MARGIN &&
      spot.top >= MARGIN &&
      spot.left + width <= window.width - MARGIN &&
      spot.top + height <= window.height - MARGIN,
  );
  const covered = (spot: Spot): number =>
    others.reduce((sum, other) => sum + overlap({ left: spot.left, top: spot.top, width, height }, other), 0);
  let best: Spot | null = null;
  for (const spot of room) if (best === null || covered(spot) < covered(best)) best = spot;
  return best;
}

/** What a bubble had better not cover: DIMMs, blocks that can be pointed at, controls, and the column with the lesson. */
const KEEP_FREE =
  "[data-item], [data-block], button, select, [role=tab], #panel-lesson, .xterm-rows, [data-panel=verdict]";

/** Beside an element that is seen whole or in part; `null` where it is not, or there is no room. */
export function besideOf(place: Element, bubble: Element): Spot | null {
  const { innerWidth: width, innerHeight: height } = globalThis;
  const at = place.getBoundingClientRect();
  const seen = at.width > 0 && at.bottom > 0 && at.right > 0 && at.top < height && at.left < width;
  // A place as large as a panel has nothing beside it.
  if (!seen || at.width * at.height > (width * height) / 8) return null;
  const others = [...document.querySelectorAll(KEEP_FREE)].filter(
    (one) => !one.contains(place) && !place.contains(one) && !bubble.contains(one),
  );
  return spotFor(
    at,
    bubble.getBoundingClientRect(),
    { width, height },
    others.map((one) => one.getBoundingClientRect()),
  );
}

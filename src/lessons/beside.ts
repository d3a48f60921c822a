/** Where a bubble stands beside what it is about: on the page, near it, and over nothing that can be read or acted on. */

export interface Spot {
  readonly left: number;
  readonly top: number;
  /** Of the place that it is about. */
  readonly side: Side;
  /** From the bubble's corner to where it points at the place, along the side. */
  readonly tip: number;
  /** Of the bubble: with all that it says, or with as much as there is room for. */
  readonly width: number;
}

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Size = Pick<Rect, "width" | "height">;
type Side = "below" | "above" | "right" | "left";
const SIDES: readonly Side[] = ["below", "right", "left", "above"];

/** Between the place and the bubble; further off it is about something else. */
const GAPS = { least: 6, most: 48, step: 3 } as const;
/** Where on its side the bubble points from: in the middle, then nearer to its ends. */
const TIPS = [0.5, 0.35, 0.65, 0.2, 0.8, 0.08, 0.92] as const;
const MARGIN = 8;

const overlap = (one: Rect, other: Rect): number =>
  Math.max(0, Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left)) *
  Math.max(0, Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top));

/** A bubble of a size on a side of a place, at a gap, that points at the place's middle with this share of its side before it. */
function standing(place: Rect, { width, height }: Size, side: Side, gap: number, share: number): Omit<Spot, "width"> {
  const across = side === "below" || side === "above";
  const tip = share * (across ? width : height);
  const left = place.left + place.width / 2 - tip;
  const top = place.top + place.height / 2 - tip;
  if (side === "below") return { side, tip, left, top: place.top + place.height + gap };
  if (side === "above") return { side, tip, left, top: place.top - height - gap };
  if (side === "right") return { side, tip, left: place.left + place.width + gap, top };
  return { side, tip, left: place.left - width - gap, top };
}

/**
 * The nearest spot where it covers none of `others`, in the first of `sizes` that has one; where none has, the spot that covers
 * least, in the last size. Never over the place itself; `null` where no side has room. All in pixels of the window.
 */
export function spotFor(place: Rect, sizes: readonly Size[], window: Size, others: readonly Rect[]): Spot | null {
  let least: { readonly spot: Spot; readonly covered: number } | null = null;
  for (const size of sizes) {
    least = null;
    for (let gap: number = GAPS.least; gap <= GAPS.most; gap += GAPS.step)
      for (const share of TIPS)
        for (const side of SIDES) {
          const spot = standing(place, size, side, gap, share);
          const { left, top } = spot;
          const right = left + size.width;
          const bottom = top + size.height;
          if (left < MARGIN || top < MARGIN || right > window.width - MARGIN || bottom > window.height - MARGIN)
            continue;
          const covered = others.reduce((sum, other) => sum + overlap({ left, top, ...size }, other), 0);
          if (covered === 0) return { ...spot, width: size.width };
          if (least === null || covered < least.covered) least = { spot: { ...spot, width: size.width }, covered };
        }
  }
  return least?.spot ?? null;
}

/** What can be pointed at or pressed, and the column with the lesson. */
const KEEP_FREE = "[data-item], [data-block], button, select, input, [role=tab], #panel-lesson, .xterm-rows";

/** All that a bubble within `reach` had better not cover: what can be acted on, and words. */
function obstacles(reach: Rect, place: Element, bubble: Element): Rect[] {
  const found: Rect[] = [];
  const add = (rect: Rect) => {
    if (overlap(rect, reach) > 0) found.push(rect);
  };
  for (const one of document.querySelectorAll(KEEP_FREE))
    if (!one.contains(place) && !place.contains(one) && !bubble.contains(one)) add(one.getBoundingClientRect());
  for (const panel of document.querySelectorAll("[data-panel], header")) {
    const seen = panel.getBoundingClientRect();
    if (overlap(seen, reach) === 0) continue;
    const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      if (text.nodeValue?.trim() === "" || place.contains(text) || text.parentElement?.closest(".visually-hidden"))
        continue;
      range.selectNodeContents(text);
      // Of what a panel scrolls only what is in sight can be covered.
      for (const rect of range.getClientRects()) if (overlap(rect, seen) > 0) add(rect);
    }
  }
  return found;
}

/** Beside an element that is seen whole or in part; `null` where it is not, or there is no room. `sizes`: what the bubble can be. */
export function besideOf(place: Element, bubble: Element, sizes: readonly Size[]): Spot | null {
  const { innerWidth: width, innerHeight: height } = globalThis;
  const at = place.getBoundingClientRect();
  const seen = at.width > 0 && at.bottom > 0 && at.right > 0 && at.top < height && at.left < width;
  // A place as large as a panel has nothing beside it.
  if (!seen || at.width * at.height > (width * height) / 8) return null;
  const far = sizes.reduce((most, size) => Math.max(most, GAPS.most + Math.max(size.width, size.height)), 0);
  const reach = {
    left: at.left - far,
    top: at.top - far,
    width: at.width + 2 * far,
    height: at.height + 2 * far,
  };
  return spotFor(at, sizes, { width, height }, obstacles(reach, place, bubble));
}

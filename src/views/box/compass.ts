/**
 * Which place the arrow keys lead to. Left and Right follow the reading order and so reach everything; Up and Down go
 * to what a person sees above or below. Without geometry (nothing is laid out) they follow the order too.
 */
import type { PlaceKey } from "./floor.ts";

export type Direction = "left" | "right" | "up" | "down" | "first" | "last";

export interface Spot {
  /** A place, or anything else that can be stepped on. */
  readonly key: PlaceKey;
  /** Centre and half sizes, px; `undefined` when it has no box. */
  readonly box?: { readonly x: number; readonly y: number; readonly halfWidth: number; readonly halfHeight: number };
}

/** The spot to step on next, or `null` when there is none that way. `spots` are in reading order. */
export function stepFrom(spots: readonly Spot[], from: Spot | null, direction: Direction): PlaceKey | null {
  const others = spots.filter((spot) => spot.key !== from?.key);
  const ends = { first: others[0]?.key ?? null, last: others.at(-1)?.key ?? null };
  if (direction === "first" || direction === "last") return ends[direction];
  const sign = direction === "left" || direction === "up" ? -1 : 1;
  if (!from) return sign < 0 ? ends.last : ends.first;
  if (direction === "up" || direction === "down") {
    const seen = below(others, from, sign);
    if (seen !== undefined) return seen;
  }
  const index = spots.findIndex((spot) => spot.key === from.key);
  if (index >= 0) return spots[index + sign]?.key ?? null;
  return nearest(others, from, sign);
}

/** Nearest spot wholly above (-1) or below (1), by how far it is sideways and then down; `null` when none is. */
function below(spots: readonly Spot[], from: Spot, sign: number): PlaceKey | null | undefined {
  const origin = from.box;
  if (!origin || spots.some((spot) => !spot.box)) return undefined;
  let best: PlaceKey | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const { key, box } of spots) {
    if (!box) continue;
    const away = (box.y - origin.y) * sign - (box.halfHeight + origin.halfHeight) * 0.8;
    if (away < 0) continue;
    const sideways = Math.max(0, Math.abs(box.x - origin.x) - box.halfWidth);
    const cost = away * 4 + sideways;
    if (cost < bestCost) {
      best = key;
      bestCost = cost;
    }
  }
  return best;
}

/** From something that is no spot itself (a DIMM on its way to its targets): the closest that way, else any closest. */
function nearest(spots: readonly Spot[], from: Spot, sign: number): PlaceKey | null {
  const origin = from.box;
  if (!origin) return (sign < 0 ? spots.at(-1) : spots[0])?.key ?? null;
  const ranked = spots
    .map((spot) => {
      const dx = (spot.box?.x ?? 0) - origin.x;
      const dy = (spot.box?.y ?? 0) - origin.y;
      return { key: spot.key, wrongWay: dx * sign <= 0 ? 1 : 0, distance: Math.hypot(dx, dy * 2) };
    })
    .sort((a, b) => a.wrongWay - b.wrongWay || a.distance - b.distance);
  return ranked[0]?.key ?? null;
}

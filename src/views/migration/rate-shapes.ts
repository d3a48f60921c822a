/** The rate of a migration as stacked areas over simulated time. Pure. */
import type { MigrationState } from "../../engine/inspect/index.ts";

/** Slots of the engine's counters: kinds from `PageKind.Anon` on, then everything else. */
export const SLOTS = 6;
const MS = 1e6;

export interface RateShapes {
  /** For each slot with pages its outline. */
  readonly areas: readonly { readonly slot: number; readonly path: string }[];
  /** Pages a simulated millisecond at the upper edge. */
  readonly top: number;
  /** Simulated ns from the beginning to the first copies, and to the last; `null` before any. */
  readonly firstAfter: number | null;
  readonly lastAfter: number | null;
  /** Simulated ns that the axis shows. */
  readonly shown: number;
}

type Rate = MigrationState["rate"];

/** Pages a simulated millisecond in a stretch, of all kinds. */
function totalIn({ pages, stretch }: Rate, i: number): number {
  let sum = 0;
  for (let slot = 0; slot < SLOTS; slot++) sum += pages[i * SLOTS + slot] ?? 0;
  return (sum * MS) / stretch;
}

/** Pages a simulated millisecond in the last stretch that is over; and whether any have been copied at all. */
export function rateNow(rate: Rate): { readonly now: number; readonly any: boolean } {
  const { count, pages } = rate;
  return {
    now: totalIn(rate, count > 1 ? count - 2 : 0),
    any: pages.subarray(0, count * SLOTS).some((many) => many > 0),
  };
}

export function layRate(rate: Rate, width: number, height: number): RateShapes {
  const { count, stretch, pages } = rate;
  const totals = Array.from({ length: count }, (_, i) => totalIn(rate, i));
  const top = totals.reduce((most, total) => Math.max(most, total), 1);
  const x = (i: number): number => round((i / Math.max(1, count)) * width);
  const y = (value: number): number => round(height - (value / top) * (height - 2));
  const base = new Array<number>(count).fill(0);
  const areas: { slot: number; path: string }[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    const values = Array.from({ length: count }, (_, i) => ((pages[i * SLOTS + slot] ?? 0) * MS) / stretch);
    // Most kinds have no pages here.
    if (!values.some((value) => value > 0)) continue;
    let upper = "";
    let lower = "";
    for (const [i, value] of values.entries()) {
      const below = base[i] as number;
      // Steps: a stretch has one rate.
      upper += `${i === 0 ? "M" : "L"}${x(i)} ${y(below + value)}H${x(i + 1)}`;
      lower = `L${x(i + 1)} ${y(below)}H${x(i)}${lower}`;
      base[i] = below + value;
    }
    areas.push({ slot, path: `${upper}${lower}Z` });
  }
  const first = totals.findIndex((total) => total > 0);
  const last = totals.findLastIndex((total) => total > 0);
  return {
    areas,
    top,
    firstAfter: first < 0 ? null : first * stretch,
    lastAfter: last < 0 ? null : (last + 1) * stretch,
    shown: count * stretch,
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The speeds that are offered: real time, and slower by powers of four. */

/** Simulated time per real time, fastest first. */
export const SPEEDS: readonly number[] = [1, 1 / 4, 1 / 16, 1 / 64, 1 / 256, 1 / 1024];

/** The next offered speed below, or the slowest. */
export const slowerThan = (speed: number): number =>
  SPEEDS.find((offered) => offered < speed) ?? SPEEDS.at(-1) ?? speed;

/** The next offered speed above, or the fastest. */
export const fasterThan = (speed: number): number =>
  SPEEDS.findLast((offered) => offered > speed) ?? SPEEDS[0] ?? speed;

/** What a menu of speeds offers: these, and the one that is wanted now. The fastest first. */
export const speedsWith = (speed: number): readonly number[] =>
  SPEEDS.includes(speed) ? SPEEDS : [speed, ...SPEEDS].sort((a, b) => b - a);

/** Simulated seconds in which an offline moves about 100,000 pages. */
const MOVED_IN = 0.3;

/** How long one sees 100,000 pages move at a speed: `0.3` seconds, `77` seconds, `5` minutes. */
export function timeToSee(speed: number): { readonly many: number; readonly unit: "seconds" | "minutes" } {
  const seconds = MOVED_IN / speed;
  if (seconds < 1) return { many: Number(seconds.toPrecision(1)), unit: "seconds" };
  if (seconds < 90) return { many: Math.round(seconds), unit: "seconds" };
  return { many: Math.round(seconds / 60), unit: "minutes" };
}

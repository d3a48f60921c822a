/** The speeds that are offered: real time, and slower by powers of four. */

/** Simulated time per real time, fastest first. */
export const SPEEDS: readonly number[] = [1, 1 / 4, 1 / 16, 1 / 64, 1 / 256, 1 / 1024];

/** The next offered speed below, or the slowest. */
export const slowerThan = (speed: number): number =>
  SPEEDS.find((offered) => offered < speed) ?? SPEEDS.at(-1) ?? speed;

/** The next offered speed above, or the fastest. */
export const fasterThan = (speed: number): number =>
  SPEEDS.findLast((offered) => offered > speed) ?? SPEEDS[0] ?? speed;

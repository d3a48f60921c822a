/** Figures of the memory map, the same in any language. */

export const hex = (pfn: number): string => `0x${pfn.toString(16)}`;

/** A stretch of simulated time, to two or three digits: `4.2 s`, `310 µs`. */
export function duration(ns: number): string {
  for (const [unit, scale] of [
    ["s", 1e9],
    ["ms", 1e6],
    ["µs", 1e3],
  ] as const)
    if (ns >= scale) return `${(ns / scale).toFixed(ns < 10 * scale ? 1 : 0)} ${unit}`;
  return `${Math.round(ns)} ns`;
}

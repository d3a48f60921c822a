import { GIB, MIB, TIB } from "../../engine/units.ts";

/** Lengths of simulated time in words, with three digits at most. */
export function lengthOf(ns: number): string {
  if (ns < 1e6) return `${digits(ns / 1e3)} µs`;
  if (ns < 1e9) return `${digits(ns / 1e6)} ms`;
  if (ns < 60e9) return `${digits(ns / 1e9)} s`;
  return `${Math.floor(ns / 60e9)} min ${Math.round((ns / 1e9) % 60)} s`;
}

const digits = (value: number): string => String(Number(value.toPrecision(value < 1 ? 2 : 3)));

/** Bytes in words: `1.83 GiB`, with as many digits while they change. */
export function sizeOf(bytes: number): string {
  if (bytes >= TIB) return `${(bytes / TIB).toFixed(2)} TiB`;
  return bytes >= GIB ? `${(bytes / GIB).toFixed(2)} GiB` : `${digits(bytes / MIB)} MiB`;
}

/** A sentence with its weights: plain words, what matters most, and what is spelt as the kernel spells it. */
import { count } from "../reading.ts";

export type Piece = string | { readonly strong: string } | { readonly code: string };
export type Phrase = readonly Piece[];

export const strong = (text: string): Piece => ({ strong: text });
export const code = (text: string): Piece => ({ code: text });

/** The sentence as it is read aloud or copied. */
export const plainText = (phrase: Phrase): string =>
  phrase.map((piece) => (typeof piece === "string" ? piece : "strong" in piece ? piece.strong : piece.code)).join("");

export { count };
/** `1 page`, `104,212 pages` */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
/** `0x23a07`, as the kernel prints a pfn. */
export const hexPfn = (pfn: number): string => `0x${pfn.toString(16)}`;

/** A span of simulated time: `4.2 s`, `310 ms`, `12 µs`. */
export function duration(ns: number): string {
  for (const [unit, scale] of [
    ["s", 1e9],
    ["ms", 1e6],
    ["µs", 1e3],
  ] as const) {
    const value = ns / scale;
    // 999.6 ms is a second, not 1000 ms.
    if (value >= 0.9995) return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(2))} ${unit}`;
  }
  return `${Math.round(ns)} ns`;
}

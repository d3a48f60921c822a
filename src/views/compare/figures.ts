/** Of comparisons, what is the same in any language. */
import type { Brief } from "../../protocol/beside.ts";

export const ms = (ns: number): string =>
  ns < 1e6 ? `${(ns / 1e6).toFixed(2)} ms` : ns < 1e9 ? `${Math.round(ns / 1e6)} ms` : `${(ns / 1e9).toFixed(2)} s`;

export const short = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

/** A recording's name, from its path: `6.12 · dimm-add`. */
export const optionOf = (path: string): string =>
  path
    .replace(/\.json$/, "")
    .replace(/^linux-/, "")
    .replaceAll("/linux-", " · ")
    .replaceAll("/", " · ");

/** Firmware was told that it did not go: anything but success, and that it is being worked on (ACPI _OST). */
const NOT_REFUSED = new Set(["0", "132"]);

export function refused({ refused: monitor, exit, events }: Brief): boolean {
  const status = /^OST \d+,(\d+)$/.exec(events.at(-1) ?? "")?.[1];
  return monitor !== null || (exit !== null && exit !== 0) || (status !== undefined && !NOT_REFUSED.has(status));
}

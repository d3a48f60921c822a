/** Sets of page frames as sorted, disjoint, half-open ranges: what boot works on instead of pages. */
import { type Pfn, pfn } from "../../units.ts";

/** Page frames [start, end). */
export interface PfnRange {
  readonly start: Pfn;
  readonly end: Pfn;
}

export const pfnRange = (start: number, end: number): PfnRange => ({ start: pfn(start), end: pfn(end) });

export const rangePages = (range: PfnRange): number => range.end - range.start;

export const totalPages = (ranges: readonly PfnRange[]): number =>
  ranges.reduce((sum, range) => sum + rangePages(range), 0);

/** Sorts, drops what is empty, joins what touches or overlaps. */
export function normalise(ranges: readonly PfnRange[]): PfnRange[] {
  const joined: PfnRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    if (range.start >= range.end) continue;
    const last = joined.at(-1);
    if (last && range.start <= last.end)
      joined[joined.length - 1] = pfnRange(last.start, Math.max(last.end, range.end));
    else joined.push(range);
  }
  return joined;
}

/** The part of sorted ranges inside [start, end). */
export function clip(ranges: readonly PfnRange[], start: number, end: number): PfnRange[] {
  return ranges.flatMap((range) => {
    const from = Math.max(range.start, start);
    const to = Math.min(range.end, end);
    return from < to ? [pfnRange(from, to)] : [];
  });
}

/** Pages of sorted ranges inside [start, end). */
export function pagesWithin(ranges: readonly PfnRange[], start: number, end: number): number {
  let pages = 0;
  for (const range of ranges) pages += Math.max(0, Math.min(range.end, end) - Math.max(range.start, start));
  return pages;
}

/** What is in `ranges` and not in `holes`; both sorted. */
export function subtract(ranges: readonly PfnRange[], holes: readonly PfnRange[]): PfnRange[] {
  return ranges.flatMap((range) => {
    const left: PfnRange[] = [];
    let at: number = range.start;
    for (const hole of holes) {
      if (hole.end <= at) continue;
      if (hole.start >= range.end) break;
      if (hole.start > at) left.push(pfnRange(at, hole.start));
      at = Math.max(at, hole.end);
    }
    if (at < range.end) left.push(pfnRange(at, range.end));
    return left;
  });
}

/** A sorted set of small numbers as sysfs lists them: `0-2,5`, empty for none. */
export function formatList(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length; i += 1) {
    const first = numbers[i] as number;
    while (i + 1 < numbers.length && numbers[i + 1] === (numbers[i] as number) + 1) i += 1;
    const last = numbers[i] as number;
    parts.push(first === last ? `${first}` : `${first}-${last}`);
  }
  return parts.join(",");
}

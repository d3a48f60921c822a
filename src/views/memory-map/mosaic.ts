/** What a block's tile shows: the kinds of its pageblocks, gathered to 64 cells, and their shares for a plain tile. */
import { PAGE_KIND_NAMES } from "../../engine/memory/kind-names.ts";
import { PAGE_KINDS, PageKind } from "../../engine/memory/kinds.ts";
import { MAP_KIND_MASK } from "../../protocol/messages.ts";
import { displayGroups, kindGroup } from "../kinds.ts";
import { MOSAIC } from "./tile-geometry.ts";

export const MOSAIC_CELLS = MOSAIC * MOSAIC;

const tally = new Uint16Array(32);

/**
 * Writes the most frequent kind of each 64th of `map` (one byte a pageblock) to `cells`. Where two are equal the
 * larger kind wins, which is the one that is harder to move.
 */
export function gatherMosaic(map: Uint8Array, cells: Uint8Array): void {
  const each = map.length / MOSAIC_CELLS;
  for (let cell = 0; cell < MOSAIC_CELLS; cell++) {
    if (each <= 1) {
      cells[cell] = map[Math.floor(cell * each)]! & MAP_KIND_MASK;
      continue;
    }
    tally.fill(0);
    const end = Math.floor((cell + 1) * each);
    for (let index = Math.floor(cell * each); index < end; index++) tally[map[index]! & MAP_KIND_MASK]!++;
    cells[cell] = mostFrequent(PageKind.None, PAGE_KINDS);
  }
}

const groupOfKind = PAGE_KIND_NAMES.map((_, kind) => displayGroups.indexOf(kindGroup(kind)));
/** A kind of each group, and the groups from the bottom of a plain tile to its top: what stays put first. */
const stack = displayGroups
  .map((group, index) => ({ index, kind: group.kinds[0] ?? PageKind.None, stays: group.offlining === "stays" }))
  .filter(({ kind }) => kind > PageKind.Free)
  .sort((a, b) => Number(b.stays) - Number(a.stays));

/**
 * What a plain tile shows: calls `band` for each group of kinds that cells hold, from the bottom up, with a kind of that
 * group and how many of the 64 cells it has.
 */
export function stackOf(cells: Uint8Array, band: (kind: number, cells: number) => void): void {
  tally.fill(0);
  for (let cell = 0; cell < MOSAIC_CELLS; cell++) tally[groupOfKind[cells[cell]!] ?? 0]!++;
  for (const { index, kind } of stack) if (tally[index]! > 0) band(kind, tally[index]!);
}

function mostFrequent(firstKind: number, endKind: number): number {
  let best = firstKind;
  for (let kind = firstKind; kind < endKind; kind++) if (tally[kind]! >= tally[best]!) best = kind;
  return best;
}

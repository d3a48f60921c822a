/** What a block's tile shows: the kinds of its pageblocks, gathered to 64 cells, and one kind for a plain tile. */
import { PAGE_KINDS, PageKind } from "../../engine/memory/kinds.ts";
import { MAP_KIND_MASK } from "../../protocol/messages.ts";
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

/** What a plain tile shows. */
export interface Use {
  /** The most frequent kind among cells that hold something; free when none does. */
  kind: number;
  /** The most frequent kind that can't be moved; `kind` when there is none. */
  stuck: number;
  /** Share (0 to 1) of cells that hold something. */
  share: number;
}

export function dominantUse(cells: Uint8Array, result: Use): void {
  tally.fill(0);
  let used = 0;
  for (let cell = 0; cell < MOSAIC_CELLS; cell++) {
    const kind = cells[cell]!;
    if (kind <= PageKind.Free) continue;
    tally[kind]!++;
    used++;
  }
  result.kind = used === 0 ? PageKind.Free : mostFrequent(PageKind.Anon, PAGE_KINDS);
  const stuck = mostFrequent(PageKind.Slab, PAGE_KINDS);
  result.stuck = tally[stuck] === 0 ? result.kind : stuck;
  result.share = used / MOSAIC_CELLS;
}

function mostFrequent(firstKind: number, endKind: number): number {
  let best = firstKind;
  for (let kind = firstKind; kind < endKind; kind++) if (tally[kind]! >= tally[best]!) best = kind;
  return best;
}

/** Where pages that left a block arrived, read off the records of two frames. Pure. */
import type { RecordTables } from "../../client/playground.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import type { BlockRecord } from "../../protocol/records.ts";

/** Pages on their way from one block to another that holds more than before. */
export interface Arrival {
  readonly from: BlockRecord;
  readonly to: BlockRecord;
  /** Pages of 4 KiB that the block gained: at most what moved, for others fill blocks, too. */
  readonly pages: number;
}

const usedPages = ({ pages, kinds }: BlockRecord): number =>
  pages - (kinds[PageKind.Free] ?? 0) - (kinds[PageKind.None] ?? 0);

/** What arrived between two frames: blocks that grew where a running offline says that its pages went. */
export function arrivalsBetween(before: RecordTables, after: RecordTables): readonly Arrival[] {
  if (after.attempt === before.attempt || after.block === before.block) return [];
  const found: Arrival[] = [];
  for (const attempt of Object.values(after.attempt)) {
    const was = before.attempt[attempt.key];
    if (attempt === was || attempt.kind !== "offline" || attempt.result !== "running") continue;
    const number = /^memory(\d+)$/.exec(attempt.target)?.[1];
    const from = after.block[`${attempt.partition}:${number}`];
    if (!from) continue;
    for (const [node, zone, pages] of attempt.movedTo) {
      const moved = pages - (was?.movedTo.find(([n, z]) => n === node && z === zone)?.[2] ?? 0);
      if (moved <= 0) continue;
      for (const key of after.node[`${attempt.partition}/${node}`]?.blocks ?? []) {
        const [to, earlier] = [after.block[key], before.block[key]];
        if (!to || !earlier || to === earlier || to === from || to.zone !== zone) continue;
        const gained = usedPages(to) - usedPages(earlier);
        if (gained > 0) found.push({ from, to, pages: Math.min(gained, moved) });
      }
    }
  }
  return found;
}

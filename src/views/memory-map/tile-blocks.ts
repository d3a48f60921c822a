/** What the tiles need of a node's blocks, kept identical from frame to frame while only counters move. */
import type { PlaygroundState } from "../../client/playground.ts";
import type { TileBlock } from "./tile-groups.ts";

/** A selector for `usePlaygroundState`; make it once per node. */
export function tileBlocksOf(node: string | null): (state: PlaygroundState) => readonly TileBlock[] {
  let last: readonly TileBlock[] = [];
  return ({ records }) => {
    const keys = (node !== null && records.node[node]?.blocks) || [];
    let same = keys.length === last.length;
    const next: TileBlock[] = [];
    for (const [index, key] of keys.entries()) {
      const record = records.block[key];
      if (!record) {
        same = false;
        continue;
      }
      const attempt = record.attempt === null ? undefined : records.attempt[record.attempt];
      const refused = attempt?.result === "failed" && attempt.culprit !== null;
      const before = last[index];
      if (
        before?.key === key &&
        before.state === record.state &&
        before.zone === record.zone &&
        before.dimm === record.dimm &&
        before.refused === refused &&
        before.pages === record.pages
      )
        next.push(before);
      else {
        same = false;
        const { number, state, zone, dimm, pages } = record;
        next.push({ key, number, state, zone, dimm, pages, refused });
      }
    }
    if (!same) last = next;
    return last;
  };
}

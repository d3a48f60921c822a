/** The blocks of a node, gathered by the zone they are in, in the order of the zones. */
import type { BlockRecord } from "../../protocol/records.ts";

/** What tiles are grouped by: a zone name, blocks whose pages lie in more than one zone, or blocks that are offline. */
export type TileGroupId = "DMA" | "DMA32" | "Normal" | "Movable" | "Device" | "several" | "offline";

const GROUP_ORDER: readonly TileGroupId[] = ["DMA", "DMA32", "Normal", "Movable", "Device", "several", "offline"];

/** What of a block decides where its tile is and how it is outlined: short, so that counters that move don't matter. */
export interface TileBlock extends Pick<BlockRecord, "key" | "number" | "state" | "zone" | "dimm" | "pages"> {
  /** Its last attempt failed, and a page is to blame. */
  readonly refused: boolean;
}

export interface TileGroup {
  readonly id: TileGroupId;
  readonly blocks: readonly TileBlock[];
}

export function groupOf(block: Pick<TileBlock, "state" | "zone">): TileGroupId {
  if (block.state === "offline") return "offline";
  return GROUP_ORDER.find((id) => id === block.zone) ?? "several";
}

/** Groups that have blocks; inside a group by block number. */
export function groupBlocks(blocks: readonly TileBlock[]): readonly TileGroup[] {
  return GROUP_ORDER.map((id) => ({
    id,
    blocks: blocks.filter((block) => groupOf(block) === id).sort((a, b) => a.number - b.number),
  })).filter((group) => group.blocks.length > 0);
}

/** Numbers as runs, `[[32, 35], [40, 47]]`; the numbers must rise. */
export function runsOf(numbers: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}

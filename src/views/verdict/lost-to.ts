/** Which blocks of a DIMM udev's rule came too late for, and whether that changed where they are. Pure. */
import type { Onliner } from "../../engine/memory/memory-block.ts";
import type { BlockRecord } from "../../protocol/records.ts";

export interface Lost {
  /** Who brought the first of them online. */
  readonly by: Exclude<Onliner["by"], "boot">;
  /** What the rule wrote. */
  readonly word: string;
  /** Names of the zones that they are in. */
  readonly zones: readonly string[];
  /** How many blocks. */
  readonly count: number;
  /** Each is in a zone that the rule would have put it in. */
  readonly harmless: boolean;
}

/** `null` where no write came too late. */
export function lostTo(blocks: readonly Pick<BlockRecord, "zone" | "onliner">[]): Lost | null {
  const late = blocks.flatMap(({ zone, onliner }) =>
    onliner && onliner.by !== "boot" && onliner.late !== undefined
      ? [{ by: onliner.by, word: onliner.late, zone: zone?.split("/").at(-1) ?? null }]
      : [],
  );
  const [first] = late;
  if (!first) return null;
  return {
    by: first.by,
    word: first.word,
    zones: [...new Set(late.flatMap(({ zone }) => zone ?? []))],
    count: late.length,
    harmless: late.every(({ word, zone }) => (word === "online_movable") === (zone === "Movable")),
  };
}

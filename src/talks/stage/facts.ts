/** What a picture on the stage shows of the machine's records, and what is told of it to who hears it: one reading for both. */
import { PAGE_SIZE } from "../../engine/units.ts";
import type { BlockRecord, DimmRecord, Records, ZoneRecord } from "../../protocol/records.ts";

/** Where a DIMM is on its way round, and how many of its blocks are online. */
export function phaseOf(dimm: DimmRecord | undefined, blocks: readonly BlockRecord[]) {
  const online = blocks.filter(({ state }) => state !== "offline").length;
  const at = dimm?.slot == null ? "shelf" : online > 0 ? "online" : "added";
  return { at, online } as const;
}

/** Bytes present in the zones of a node: in ZONE_MOVABLE, and in those that the kernel allocates from itself. */
export function bytesOf(zones: readonly ZoneRecord[]): { readonly kernel: number; readonly movable: number } {
  const sum = (movable: boolean): number =>
    zones.reduce((all, { zone, present }) => all + ((zone === "Movable") === movable ? present : 0), 0) * PAGE_SIZE;
  return { kernel: sum(false), movable: sum(true) };
}

/** A node's blocks that are soldered on, and DIMMs with blocks there that are in slots which no node has: a guest's. */
export function partsOf(blocks: readonly BlockRecord[], inSlots: readonly (string | null)[]) {
  const elsewhere = blocks.flatMap(({ dimm }) => (dimm === null || inSlots.includes(dimm) ? [] : [dimm]));
  return { soldered: blocks.filter(({ dimm }) => dimm === null), shared: [...new Set(elsewhere)] };
}

/** Why a DIMM that is in use was refused last; `null` when it was not. */
export const refusalOf = ({ phase }: DimmRecord, attempt: Records["attempt"] | undefined) =>
  phase === "in-use" && attempt?.result === "failed" ? attempt.errno : null;

/** How places and DIMMs are called, in the box's labels and to a screen reader. */
import { machineWords } from "../../client/machine-words.ts";
import type { RecordTables } from "../../client/playground.ts";
import { type PlaceKey, SHELF } from "./floor.ts";
import { boxStrings } from "./strings.ts";

export type NamedRecords = Pick<RecordTables, "partition" | "node" | "slot" | "dimm">;

/** `node 1, slot 2`, with the partition in front when the box has several; `the spare shelf`. */
export function placeName(records: NamedRecords, key: PlaceKey): string {
  if (key === SHELF) return boxStrings.theShelf;
  const slot = records.slot[key];
  if (!slot) return key;
  const node = slot.node === null ? undefined : records.node[slot.node];
  const place = node ? boxStrings.slotOfNode(node.id, slot.index) : boxStrings.sharedSlot(slot.index);
  const partition = records.partition[slot.partition];
  return partition && Object.keys(records.partition).length > 1
    ? `${machineWords.partition(partition.name)}, ${place}`
    : place;
}

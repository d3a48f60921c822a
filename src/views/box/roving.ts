/** The one tab stop of the box: what had the focus last, as long as it is still there. */
import type { Floor, PlaceKey } from "./floor.ts";

/** Identity of something that can have the focus: a module, an empty slot, a free spot on the shelf, on-board memory. */
export const itemOf = {
  dimm: (key: string) => `dimm:${key}`,
  slot: (key: PlaceKey) => `slot:${key}`,
  board: (node: string) => `board:${node}`,
};
export const SHELF_ITEM = "spot:shelf";

/** The item that Tab reaches, given what had the focus last. */
export function tabStop(floor: Floor, last: string | null): string {
  if (last !== null && isThere(floor, last)) return last;
  const first = floor.slots.find((slot) => slot.dimm !== null) ?? floor.slots[0];
  if (!first) return SHELF_ITEM;
  return first.dimm === null ? itemOf.slot(first.key) : itemOf.dimm(first.dimm);
}

function isThere(floor: Floor, item: string): boolean {
  const colon = item.indexOf(":");
  const key = item.slice(colon + 1);
  switch (item.slice(0, colon)) {
    case "dimm":
      return floor.dimms.has(key);
    case "slot":
      return floor.slotByKey.get(key)?.dimm === null;
    case "board":
      return floor.partitions.some((partition) => partition.nodes.includes(key));
    default:
      return item === SHELF_ITEM;
  }
}

/**
 * The box as a floor of places: which slots there are, what stands in them, what may be carried where. Derived from
 * the records; keeps its identity while nothing about places changed, so that emptying a DIMM (its record changes
 * every frame) redraws nothing but that DIMM.
 */
import type { RecordTables } from "../../client/playground.ts";
import type { Place } from "../../engine/time/commands.ts";
import type { DimmRecord } from "../../protocol/records.ts";
import { natural } from "../reading.ts";

/** Key of a slot, or `shelf`. */
export type PlaceKey = string;
export const SHELF: PlaceKey = "shelf";
export const placeOf = (key: PlaceKey): Place => (key === SHELF ? { shelf: true } : { slot: key });

export interface FloorSlot {
  readonly key: PlaceKey;
  readonly partition: string;
  /** Key of its node; `null` for a slot that belongs to no node. */
  readonly node: string | null;
  readonly index: number;
  /** DIMM that stands in it. */
  readonly dimm: string | null;
  /** DIMM that is being emptied to come here. */
  readonly reservedFor: string | null;
}
export interface FloorDimm {
  readonly key: string;
  readonly place: PlaceKey;
  readonly phase: DimmRecord["phase"];
  /** Where it goes when it is empty. */
  readonly destination: PlaceKey | null;
}
export interface FloorPartition {
  readonly key: string;
  /** Keys of nodes, by number. */
  readonly nodes: readonly string[];
  /** Slots that belong to no node. */
  readonly sharedSlots: readonly PlaceKey[];
}
export interface Floor {
  readonly partitions: readonly FloorPartition[];
  /** Slots in reading order: partition by partition, node by node. */
  readonly slots: readonly FloorSlot[];
  readonly slotByKey: ReadonlyMap<PlaceKey, FloorSlot>;
  readonly dimms: ReadonlyMap<string, FloorDimm>;
  readonly shelf: readonly string[];
}

/** Why a DIMM cannot be picked up, or a place cannot take it; `null` when it can. */
export type Obstacle = "unknown" | "being-emptied" | "being-inserted" | "occupied" | "reserved" | "already-there";

/** A DIMM that is on its way already has to arrive, or be called back, before it can be carried again. */
export function liftObstacle(floor: Floor, dimm: string): Obstacle | null {
  const known = floor.dimms.get(dimm);
  if (!known) return "unknown";
  if (known.phase === "ejecting") return "being-emptied";
  if (known.phase === "inserting") return "being-inserted";
  return null;
}

/** Whether the place can take the DIMM at all. What the kernel would say to it is the foresight's business. */
export function placeObstacle(floor: Floor, dimm: string, place: PlaceKey): Obstacle | null {
  if (floor.dimms.get(dimm)?.place === place) return "already-there";
  if (place === SHELF) return null;
  const slot = floor.slotByKey.get(place);
  if (!slot) return "unknown";
  if (slot.dimm !== null) return "occupied";
  return slot.reservedFor === null ? null : "reserved";
}

/** Places that can take the DIMM, in reading order, the shelf last. */
export function targetsOf(floor: Floor, dimm: string): readonly PlaceKey[] {
  return [...floor.slots.map((slot) => slot.key), SHELF].filter((key) => placeObstacle(floor, dimm, key) === null);
}

const byKey = (a: { readonly key: string }, b: { readonly key: string }) => natural(a.key, b.key);

/** Reads the floor off the records. */
export function readFloor(records: Pick<RecordTables, "partition" | "node" | "slot" | "dimm">): Floor {
  const dimms = Object.values(records.dimm)
    .map(
      (dimm): FloorDimm => ({
        key: dimm.key,
        place: dimm.slot ?? SHELF,
        phase: dimm.phase,
        destination: dimm.phase === "ejecting" ? dimm.destination : null,
      }),
    )
    .sort(byKey);
  const comingTo = new Map(dimms.flatMap((dimm) => (dimm.destination === null ? [] : [[dimm.destination, dimm.key]])));
  const standsIn = new Map(dimms.map((dimm) => [dimm.place, dimm.key]));
  const slots: FloorSlot[] = [];
  const partitions: FloorPartition[] = [];
  const shared = Object.values(records.slot).filter((slot) => slot.node === null);

  const lay = (key: string) => {
    const slot = records.slot[key];
    if (!slot) return;
    slots.push({
      key,
      partition: slot.partition,
      node: slot.node,
      index: slot.index,
      dimm: slot.dimm ?? standsIn.get(key) ?? null,
      reservedFor: comingTo.get(key) ?? null,
    });
  };
  for (const partition of Object.values(records.partition).sort(byKey)) {
    for (const node of partition.nodes) for (const slot of records.node[node]?.slots ?? []) lay(slot);
    const sharedSlots = shared
      .filter((slot) => slot.partition === partition.key)
      .sort((a, b) => a.index - b.index)
      .map((slot) => slot.key);
    for (const slot of sharedSlots) lay(slot);
    partitions.push({ key: partition.key, nodes: partition.nodes, sharedSlots });
  }
  return {
    partitions,
    slots,
    slotByKey: new Map(slots.map((slot) => [slot.key, slot])),
    dimms: new Map(dimms.map((dimm) => [dimm.key, dimm])),
    shelf: dimms.filter((dimm) => dimm.place === SHELF).map((dimm) => dimm.key),
  };
}

/** Everything that tells two floors apart, as one string. */
function signature(floor: Floor): string {
  return JSON.stringify([floor.partitions, floor.slots, [...floor.dimms.values()]]);
}

/** A selector that gives the same `Floor` object as long as nothing about places changed. */
export function createFloorSelector(): (records: RecordTables) => Floor {
  let tables: readonly object[] = [];
  let floor: Floor | undefined;
  let sign = "";
  return (records) => {
    const now = [records.partition, records.node, records.slot, records.dimm];
    if (floor && now.every((table, index) => table === tables[index])) return floor;
    tables = now;
    const next = readFloor(records);
    const nextSign = signature(next);
    if (!floor || nextSign !== sign) {
      floor = next;
      sign = nextSign;
    }
    return floor;
  };
}

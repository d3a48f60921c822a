/**
 * A scenario's box before its machines answer: what the description alone says of partitions, nodes, slots and DIMMs.
 * Drawn from it, the box has its final size at once, and nothing moves when the simulator's first records come.
 */
import { memoryDevices } from "../engine/hardware/acpi.ts";
import type { DimmDescription, PartitionDescription } from "../engine/hardware/description.ts";
import { SECTION_BYTES } from "../engine/units.ts";
import type { DimmRecord, NodeRecord, PartitionRecord, Records, SlotRecord } from "../protocol/records.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { NO_RECORDS } from "./apply-frame.ts";
import type { RecordTables } from "./playground.ts";

/** Records without a block, a zone or a process: those are the kernels' to find. Amounts are what is installed. */
export function outlineOf({ box, setup }: Pick<Scenario, "box" | "setup">): RecordTables {
  const slots = new Map<string, SlotRecord>();
  const dimms = new Map<string, DimmRecord>(box.shelf.map((dimm) => [dimm.id, dimmRecord(dimm, null)]));
  const insert = (dimm: DimmDescription, key: string) => {
    const slot = slots.get(key);
    if (!slot) return;
    slots.set(key, { ...slot, dimm: dimm.id });
    dimms.set(dimm.id, dimmRecord(dimm, key));
  };
  for (const partition of box.partitions) {
    for (const { slotKey, pxm } of memoryDevices(partition)) {
      const node = pxm === null ? null : nodeKey(partition, pxm);
      slots.set(slotKey, {
        key: slotKey,
        node,
        partition: partition.id,
        index: Number(slotKey.split("/").at(-1)),
        device: "",
        dimm: null,
      });
    }
    for (const [node, { slots: filled }] of partition.nodes.entries())
      for (const [index, dimm] of filled.entries()) if (dimm) insert(dimm, `${nodeKey(partition, node)}/${index}`);
    for (const dimm of partition.coldplug ?? []) {
      const free = [...slots.values()].find((slot) => slot.partition === partition.id && slot.dimm === null);
      if (free) insert(dimm, free.key);
    }
  }
  // What is carried about before the first frame lies where it was carried to.
  for (const command of setup) {
    const dimm = command.do === "move" ? dimms.get(command.dimm) : undefined;
    if (command.do !== "move" || !dimm) continue;
    const from = dimm.slot === null ? undefined : slots.get(dimm.slot);
    if (from) slots.set(from.key, { ...from, dimm: null });
    const described = { id: dimm.key, size: dimm.bytes as DimmDescription["size"], health: dimm.health };
    if ("slot" in command.to) insert(described, command.to.slot);
    else dimms.set(dimm.key, dimmRecord(described, null));
  }
  const nodes = box.partitions.flatMap((partition) =>
    partition.nodes.map((_, node) => nodeRecord(partition, node, [...slots.values()], dimms)),
  );
  return {
    ...NO_RECORDS,
    partition: table(box.partitions.map(partitionRecord)),
    node: table(nodes),
    slot: table([...slots.values()]),
    dimm: table([...dimms.values()]),
  };
}

const nodeKey = (partition: PartitionDescription, node: number): string => `${partition.id}/${node}`;

function table<R extends Records[keyof Records]>(records: readonly R[]): Readonly<Record<string, R>> {
  return Object.fromEntries(records.map((record) => [record.key, record]));
}

function partitionRecord(partition: PartitionDescription): PartitionRecord {
  return {
    key: partition.id,
    name: partition.name,
    kernel: partition.kernel,
    cmdline: partition.cmdline,
    notSimulated: [],
    blockBytes: SECTION_BYTES,
    nodes: partition.nodes.map((_, node) => nodeKey(partition, node)),
    processes: [],
    autoOnline: "offline",
    onlinePolicy: "contig-zones",
  };
}

function nodeRecord(
  partition: PartitionDescription,
  id: number,
  slots: readonly SlotRecord[],
  dimms: ReadonlyMap<string, DimmRecord>,
): NodeRecord {
  const key = nodeKey(partition, id);
  const own = slots.filter(({ node }) => node === key);
  const { onboard = 0, cpus = "" } = partition.nodes[id] ?? {};
  const totalBytes = own.reduce((sum, { dimm }) => sum + (dimms.get(dimm ?? "")?.bytes ?? 0), onboard);
  const distance = (to: number) =>
    partition.distances?.find(([from, other]) => from === id && other === to)?.[2] ?? (to === id ? 10 : 20);
  return {
    key,
    partition: partition.id,
    id,
    cpus,
    online: totalBytes > 0 || cpus !== "",
    hasMemory: totalBytes > 0,
    slots: own.map((slot) => slot.key),
    blocks: [],
    zones: [],
    totalBytes,
    freeBytes: totalBytes,
    onboardBytes: onboard,
    distances: partition.nodes.map((_, to) => [nodeKey(partition, to), distance(to)] as const),
  };
}

function dimmRecord({ id, size, health = "ok" }: DimmDescription, slot: string | null): DimmRecord {
  const works = health !== "failed";
  return {
    key: id,
    bytes: size,
    health,
    slot,
    phase: slot === null ? "shelf" : works ? "in-use" : "inert",
    led: slot === null ? (health === "ok" ? "off" : "fault") : works ? "on" : "fault",
    destination: null,
    blocks: [],
    attempt: null,
    usedPages: 0,
    usedPagesAtStart: 0,
  };
}

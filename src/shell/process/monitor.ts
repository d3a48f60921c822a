/** The memory devices of a partition as the monitor of an emulated machine lists them. */
import type { Engine } from "../../engine/time/engine.ts";
import type { Machine, MonitorDevice } from "../system.ts";

/** By address. */
export function monitorDevices(engine: Engine, partition: string): MonitorDevice[] {
  const { chassis } = engine;
  const atBoot = new Set(engine.description(partition).coldplug?.map(({ id }) => id));
  const dimms = chassis.dimmsOf(partition).map(
    (dimm): MonitorDevice => ({
      kind: "dimm",
      id: dimm.id,
      address: dimm.ranges[0]?.start ?? 0,
      size: dimm.size,
      node: dimm.pxm ?? 0,
      slot: chassis.slots.get(dimm.slot ?? "")?.device.slot ?? 0,
      requested: null,
      region: null,
      hotplugged: !atBoot.has(dimm.id),
    }),
  );
  const growing = engine.virtio(partition).memory.map(
    (device): MonitorDevice => ({
      kind: "virtio-mem",
      id: device.id,
      address: device.address,
      size: device.size,
      node: device.pxm,
      slot: null,
      requested: device.requested,
      region: device.regionSize,
      hotplugged: false,
    }),
  );
  return [...dimms, ...growing].sort((a, b) => a.address - b.address);
}

/** The nodes of a partition as it was switched on: their CPUs, as a list, and bytes that no device brings. */
export const baseNodes = (engine: Engine, partition: string): Machine["baseNodes"] =>
  engine.description(partition).nodes.map(({ cpus, onboard }) => ({ cpus, bytes: onboard }));

/** The box that the built-in scenarios share: two servers in one chassis, and three spare DIMMs. */
import type {
  BoxDescription,
  DimmDescription,
  KernelVersion,
  PartitionDescription,
} from "../../engine/hardware/description.ts";
import { bytes, GIB, MIB } from "../../engine/units.ts";

/** A healthy DIMM of so many MiB. */
export const dimm = (id: string, mib: number): DimmDescription => ({ id, size: bytes(mib * MIB) });

/** What a new box boots: the newest kernel that is compared with recordings. */
export const TODAYS_KERNEL: KernelVersion = "7.3";

/**
 * `cmdline` is that of partition A, where the scenarios happen. `kernel` is both servers': scenarios and lessons that name
 * figures stay on the kernel that they were written for.
 */
export function standardBox(cmdline: string, kernel: KernelVersion = TODAYS_KERNEL): BoxDescription {
  const database: PartitionDescription = {
    id: "A",
    name: "Database server",
    nodes: [
      { onboard: bytes(GIB), cpus: "0-3", slots: [dimm("d1", 512), dimm("d2", 512), null] },
      { onboard: bytes(512 * MIB), cpus: "4-7", slots: [dimm("d3", 1024), dimm("d4", 512), null] },
    ],
    maxMemory: bytes(16 * GIB),
    distances: [
      [0, 1, 21],
      [1, 0, 21],
    ],
    kernel,
    cmdline,
  };
  const web: PartitionDescription = {
    id: "B",
    name: "Web server",
    nodes: [{ onboard: bytes(GIB), cpus: "0-3", slots: [dimm("d5", 512), null, null] }],
    maxMemory: bytes(8 * GIB),
    kernel,
    cmdline: "memhp_default_state=online_movable",
  };
  return {
    partitions: [database, web],
    shelf: [dimm("d6", 512), dimm("d7", 1024), { ...dimm("d8", 512), health: "failing" }],
  };
}

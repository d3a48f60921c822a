/**
 * How a box is described before it is switched on. Plain values: scenario files, traces and built-in
 * scenarios all end up here, validated at the border (src/protocol/scenario.ts).
 */
import type { Bytes } from "../units.ts";

/** Kernels that a partition can boot, as profiles (../kernel/profiles): releases, the talk's proposal, and what never was. */
export const KERNEL_VERSIONS = [
  "3.7",
  "3.8",
  "3.9",
  "3.14",
  "4.14",
  "5.10",
  "5.15",
  "6.1",
  "6.12",
  "6.18",
  "7.3",
  "2013-proposal",
  "what-if",
] as const;
/** 6.1 and 6.12 are compared with recorded kernels. */
export type KernelVersion = (typeof KERNEL_VERSIONS)[number];

/** Options that distributions build their kernels with or without. */
export const BUILD_OPTIONS = ["CONFIG_MEMORY_FAILURE", "CONFIG_ZSWAP"] as const;
export type BuildOption = (typeof BUILD_OPTIONS)[number];

export interface DimmDescription {
  readonly id: string;
  readonly size: Bytes;
  readonly health?: DimmHealth;
}
/** `failing`: correctable errors rising; `failed`: uncorrectable errors, does not power on. */
export type DimmHealth = "ok" | "failing" | "failed";

export interface NodeDescription {
  /** Memory that is soldered on: always in the boot memory map, in no slot. */
  readonly onboard: Bytes;
  /** CPU list as sysfs prints it, e.g. `0-7`; empty when the node has no CPUs. */
  readonly cpus: string;
  /** Slots of this node; `null` is an empty slot. A machine with `sharedSlots` leaves this empty. */
  readonly slots: readonly (DimmDescription | null)[];
}

export interface PartitionDescription {
  readonly id: string;
  readonly name: string;
  readonly nodes: readonly NodeDescription[];
  /** Slots that belong to no node (an emulated PC): the inserter says which node the DIMM is on. */
  readonly sharedSlots?: number;
  /** Upper end of what firmware reserves for memory: boot memory plus hot-plug window (QEMU's maxmem). */
  readonly maxMemory: Bytes;
  /** SLIT: `[from, to, distance]`; what is missing is 10 on the diagonal and 20 elsewhere. */
  readonly distances?: readonly (readonly [number, number, number])[];
  /** Nodes whose boot memory the SRAT marks hot-pluggable. */
  readonly hotpluggable?: readonly number[];
  readonly kernel: KernelVersion;
  /** What this build of the kernel lacks; nothing when left out. */
  readonly builtWithout?: readonly BuildOption[];
  readonly cmdline: string;
  /** Its userland has udev with these rules (a file's text, ../workload/udev-rules.ts); it has none when left out. */
  readonly udevRules?: string;
  /** Its processors have page tables of five levels (LA57); kernels before 6.1 here are built without, `no5lvl` does without. */
  readonly la57?: boolean;
  /** DIMMs found by the ACPI scan at boot, in the hot-plug window, not in the boot memory map (QEMU cold plug). */
  readonly coldplug?: readonly { readonly id: string; readonly size: Bytes; readonly node: number }[];
  /** A disk with a file system, mounted at /mnt. */
  readonly disk?: DiskDescription;
  /** virtio-mem devices: they grow and shrink on request while the partition runs, once the kernel has their driver. */
  readonly virtioMem?: readonly VirtioMemDescription[];
  /** Size of the initial ram disk, where it is known: what boot reserves lies round it. */
  readonly ramDisk?: Bytes;
  /** Pages of the initial file system's files, where a recording tells. */
  readonly rootFilePages?: number;
  /** What a real kernel of this machine had at boot; the simulated one starts from it. */
  readonly calibration?: readonly ZoneCalibration[];
}
export interface DiskDescription {
  readonly size: Bytes;
  /** What it writes in a second. */
  readonly writes: Bytes;
}
export interface VirtioMemDescription {
  readonly id: string;
  /** Proximity domain: index of the node. */
  readonly node: number;
  /** Its region of addresses in the hot-plug window: the most that it can give. */
  readonly size: Bytes;
  /** What it is asked to give at power-on; nothing when left out. */
  readonly requested?: Bytes;
  /** Blocks are given and taken back in this size: 2 MiB when left out. */
  readonly blockSize?: Bytes;
}
export interface ZoneCalibration {
  readonly node: number;
  readonly zone: string;
  readonly managed: number;
  readonly free: number;
}

export interface BoxDescription {
  readonly partitions: readonly PartitionDescription[];
  readonly shelf: readonly DimmDescription[];
}

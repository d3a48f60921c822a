/** What boot memory looks like in /proc/iomem and /sys/firmware/memmap. */
import type { PartitionDescription } from "../../hardware/description.ts";
import type { AddressRange, E820Entry, E820Type, FirmwareMap } from "../../hardware/memory-map.ts";
import { type Bytes, KIB, MIB } from "../../units.ts";
import type { KernelCmdline } from "./cmdline.ts";
import type { BootMemory } from "./node-memory.ts";
import { sratOverride } from "./reserved.ts";

export interface FirmwareMemmapEntry {
  readonly index: number;
  readonly start: Bytes;
  /** Inclusive, as the file prints it. */
  readonly end: Bytes;
  readonly type: "System RAM" | "Reserved";
}

const hex = (value: number): string => value.toString(16).padStart(8, "0");

/** `00001000-0009fbff : System RAM`: eight digits or more, both ends inclusive. */
export const iomemLine = (range: AddressRange): string => `${hex(range.start)}-${hex(range.end - 1)} : System RAM`;

/** System RAM to the byte (e820__reserve_resources): the kernel's RAM without a replaced ACPI table. */
export function systemRam(
  partition: PartitionDescription,
  map: FirmwareMap,
  memory: BootMemory,
  cmdline: KernelCmdline,
): AddressRange[] {
  const override = sratOverride(partition, map, cmdline);
  return memory.ram
    .flatMap((range): AddressRange[] => {
      if (!override || override.start < range.start || override.start >= range.end) return [range];
      return [
        { start: range.start, end: override.start },
        { start: override.end, end: range.end },
      ];
    })
    .filter((range) => range.start < range.end);
}

/** Names of other ranges (e820_type_to_string). */
const NAMES: Readonly<Record<Exclude<E820Type, "usable">, string>> = {
  reserved: "Reserved",
  "ACPI data": "ACPI Tables",
  persistent: "Persistent Memory (legacy)",
};

/** What is no RAM in the kernel's map, with its name in /proc/iomem. */
export const otherRanges = (map: readonly E820Entry[]): (AddressRange & { readonly name: string })[] =>
  map.flatMap(({ start, end, type }) => (type === "usable" ? [] : [{ start, end, name: NAMES[type] }]));

/**
 * What the kernel keeps free of devices behind RAM that ends within 64 KiB, 1 MiB or 64 MiB, depending on where it lies
 * (ram_alignment); what else lies there keeps its place (arch/x86/kernel/e820.c, e820__reserve_resources_late).
 */
export function ramBuffers(ram: readonly AddressRange[]): AddressRange[] {
  return ram.flatMap(({ end }) => {
    const alignment = end < MIB ? 64 * KIB : end < 16 * MIB ? MIB : 64 * MIB;
    const aligned = Math.ceil(end / alignment) * alignment;
    return end < aligned ? [{ start: end, end: aligned as Bytes }] : [];
  });
}

/**
 * Boot entries of /sys/firmware/memmap: the map as firmware gave it, in order. They are numbered when the directory is
 * made, after DIMMs that ACPI found in the hot-plug window at boot took their numbers (firmware_memmap_init).
 */
export function firmwareMemmap(map: FirmwareMap, coldplugged: number): FirmwareMemmapEntry[] {
  return map.e820.map((entry, index) => ({
    index: coldplugged + index,
    start: entry.start,
    end: (entry.end - 1) as Bytes,
    type: entry.type === "usable" ? "System RAM" : "Reserved",
  }));
}

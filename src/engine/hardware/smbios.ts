/**
 * How much memory firmware keeps for its tables at the top of RAM below 4 GiB. SeaBIOS takes 128 KiB for the ACPI
 * tables; SMBIOS tables of up to 600 bytes fit beside the BIOS in the 0xf0000 segment, larger ones take one more page
 * here. A table grows with the machine: one memory device record for each 16 GiB (QEMU hw/smbios/smbios.c).
 */
import { type Bytes, bytes, GIB, KIB, PAGE_SIZE } from "../units.ts";
import type { NodeDescription } from "./description.ts";

const ACPI_TABLES = 128 * KIB;
const BYTES_PER_MEMORY_DEVICE = 16 * GIB;
const DEVICES_THAT_FIT = 4;

/** Bytes reserved below the end of low RAM on an emulated PC with this much boot memory. */
export function legacyTableBytes(bootMemory: number, _nodes: readonly NodeDescription[]): Bytes {
  const devices = Math.ceil(bootMemory / BYTES_PER_MEMORY_DEVICE);
  return bytes(ACPI_TABLES + (devices > DEVICES_THAT_FIT ? PAGE_SIZE : 0));
}

/**
 * How much memory firmware keeps for its tables at the top of RAM below 4 GiB. SeaBIOS takes 128 KiB for the ACPI
 * tables; SMBIOS tables of up to 600 bytes fit beside the BIOS in the 0xf0000 segment, larger ones go here, in whole
 * pages. They grow with the machine: a memory device record for each 16 GiB (QEMU hw/smbios/smbios.c), so the first
 * page goes with the fifth device (above 64 GiB) and the second with the seventieth, as seen on the emulator. For a disk it keeps a queue
 * of three pages there, too.
 */
import { type Bytes, bytes, GIB, KIB, PAGE_SIZE } from "../units.ts";

const ACPI_TABLES = 128 * KIB;
const BYTES_PER_MEMORY_DEVICE = 16 * GIB;
const FITS_BESIDE_BIOS = 600;
const DISK_QUEUE = 3 * PAGE_SIZE;
/** All other records. */
const FIXED = 367;
/** A memory device: 40 bytes and the strings `DIMM n` and `QEMU`, each ended, and the end of the strings. */
const memoryDeviceBytes = (index: number): number => 40 + `DIMM ${index}`.length + 1 + "QEMU".length + 1 + 1;

/** Bytes reserved below the end of low RAM on an emulated PC with this much boot memory, and a disk or none. */
export function legacyTableBytes(bootMemory: number, hasDisk = false): Bytes {
  let tables = FIXED;
  for (let device = 0; device < Math.ceil(bootMemory / BYTES_PER_MEMORY_DEVICE); device += 1)
    tables += memoryDeviceBytes(device);
  const queue = hasDisk ? DISK_QUEUE : 0;
  return bytes(ACPI_TABLES + queue + (tables > FITS_BESIDE_BIOS ? Math.ceil(tables / PAGE_SIZE) * PAGE_SIZE : 0));
}

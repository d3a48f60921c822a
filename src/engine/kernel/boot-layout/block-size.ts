/** How large memory blocks are (arch/x86/mm/init_64.c, probe_memory_block_size). */
import type { KernelVersion, PartitionDescription } from "../../hardware/description.ts";
import { type FirmwareMap, firmwareMap, MAX_BLOCK, MIN_BLOCK } from "../../hardware/memory-map.ts";
import { bytes, type Bytes, GIB } from "../../units.ts";
import { profileOf } from "../profiles/index.ts";

/** Machines with at least this much address space of boot RAM get large memory blocks. */
const LARGE_BLOCK_THRESHOLD = 64 * GIB;

/**
 * Size of a memory block (probe_memory_block_size, arch/x86/mm/init_64.c): 128 MiB while boot RAM ends below 64 GiB;
 * beyond that 2 GiB on bare metal, and under a hypervisor (a partition's firmware counts as one) the largest power of
 * two up to 2 GiB that divides the end of RAM. Kernels before 4.3 have blocks of 128 MiB whatever the size.
 */
export function memoryBlockBytes(
  endOfRam: number,
  { hypervisor = true, kernel = "6.1" }: { hypervisor?: boolean; kernel?: KernelVersion } = {},
): Bytes {
  const { blockSizes } = profileOf(kernel);
  if (endOfRam < LARGE_BLOCK_THRESHOLD || blockSizes === "128 MiB") return bytes(MIN_BLOCK);
  if (!hypervisor && blockSizes === "by machine") return bytes(MAX_BLOCK);
  let size = MAX_BLOCK;
  while (size > MIN_BLOCK && endOfRam % size !== 0) size /= 2;
  return bytes(size);
}

/** A partition's memory as its firmware lays it out at power-on. */
export const firmwareOf = (partition: PartitionDescription): FirmwareMap =>
  firmwareMap(partition, (endOfRam) => memoryBlockBytes(endOfRam, { kernel: partition.kernel }));

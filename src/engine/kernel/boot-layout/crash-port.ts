/**
 * `crashkernel=`, as the layout knows it. What it comes to is worked out by code that is fetched apart (./crash-kernel.ts): whoever makes
 * a machine whose command line has the word fetches it before.
 */
import type { AddressRange } from "../../hardware/memory-map.ts";
import type { KernelVersion, PartitionDescription } from "../../hardware/description.ts";
import type { Memblock } from "./memblock.ts";

export interface CrashKernel {
  readonly ranges: readonly AddressRange[];
  /** Bytes that /sys/kernel/kexec_crash_size tells: without what lies low for devices. */
  readonly size: number;
  readonly log: readonly string[];
}

export const NO_CRASH_KERNEL: CrashKernel = { ranges: [], size: 0, log: [] };

/** Sets aside what the words ask for; `ram` are the bytes of RAM that the kernel knows. */
type Reserve = (memblock: Memblock, words: readonly string[], ram: number, kernel: KernelVersion) => CrashKernel;

let reserve: Reserve | null = null;

/** From now on kernels can boot with the word. */
export const offerCrashKernel = (code: Reserve): void => {
  reserve = code;
};

/** The word is on the command line of one of these partitions, and its code isn't here. */
export const lacksCrashKernel = (partitions: readonly Pick<PartitionDescription, "cmdline">[]): boolean =>
  reserve === null && partitions.some(({ cmdline }) => cmdline.includes("crashkernel="));

/** Throws where the word's code was not fetched: the machine would be another one. */
export const reserveCrashKernel: Reserve = (memblock, words, ram, kernel) => {
  if (words.length === 0) return NO_CRASH_KERNEL;
  if (!reserve) throw new Error("the code of crashkernel= is not here");
  return reserve(memblock, words, ram, kernel);
};

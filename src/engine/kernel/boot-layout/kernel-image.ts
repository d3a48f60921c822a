/**
 * Where the kernel lies in memory and what it gives back after boot, for each version: Debian's cloud kernels, loaded
 * at 16 MiB. Addresses are those of the sections' symbols; sizes of early allocations are what `memblock=debug` shows.
 */
import type { KernelVersion } from "../../hardware/description.ts";

export interface KernelImage {
  /** First byte, and the end of the early heap (brk) behind bss. */
  readonly start: number;
  readonly end: number;
  /** Given back after boot: gaps between sections, init code and data, alternatives, unused decrypted memory. */
  readonly freed: readonly (readonly [number, number])[];
  /** Initial ram disk of the recorded machines, bytes. Free after boot, but in the way while memblock allocates. */
  readonly initrd: number;
  /** sizeof(pg_data_t), aligned to pages when allocated before 6.12 (and 64 bytes for nodes without memory). */
  readonly nodeData: number;
  readonly nodeDataAlign: number;
  /** sizeof(pg_data_t) as allocated for nodes without memory. */
  readonly memorylessNodeData: number;
  /** Bytes of per-CPU data of one CPU. */
  readonly percpu: number;
  /** Sizes of small allocations of the per-CPU allocator and of CPU masks, in order. */
  readonly percpuMetadata: readonly number[];
  readonly cpumasks: number;
}

const RECORDED: Readonly<Record<"6.1" | "6.12", KernelImage>> = {
  "6.1": {
    start: 0x1000000,
    end: 0x3811000,
    freed: [
      [0x1e02000, 0x2000000],
      [0x2827000, 0x2a00000],
      [0x301a000, 0x32b0000],
      [0x3603000, 0x3800000],
    ],
    initrd: 0x2a97da,
    nodeData: 0x2b000,
    nodeDataAlign: 4096,
    memorylessNodeData: 0x2a880,
    percpu: 0x3d000,
    percpuMetadata: [352, 144, 256, 264, 64, 144, 896, 904, 224],
    cpumasks: 6,
  },
  "6.12": {
    start: 0x1000000,
    end: 0x3c11000,
    freed: [
      [0x2aa8000, 0x2c00000],
      [0x32dd000, 0x36d5000],
      [0x3a05000, 0x3c00000],
    ],
    initrd: 0x29a658,
    nodeData: 0x2a980,
    nodeDataAlign: 64,
    memorylessNodeData: 0x2a980,
    percpu: 0x42000,
    percpuMetadata: [352, 200, 256, 264, 64, 200, 896, 904, 224],
    cpumasks: 3,
  },
};

/** The image of a kernel; older ones, of which there is no recording, are given that of 6.1. */
export const kernelImage = (kernel: KernelVersion): KernelImage =>
  RECORDED[["6.12", "6.18", "7.3", "what-if"].includes(kernel) ? "6.12" : "6.1"];

/** Characters that come before the description's own options on the recorded machines' command line. */
export const COMMAND_LINE_PREFIX = "console=ttyS0 loglevel=0 quiet panic=-1 nokaslr mitigations=off tsc=unstable "
  .length;

/**
 * Where the kernel lies in memory and what it gives back after boot, for each version: Debian's cloud kernels, loaded
 * at 16 MiB. Addresses are those of the sections' symbols; sizes of early allocations are what `memblock=debug` shows.
 */
import type { KernelVersion } from "../../hardware/description.ts";
import { KIB, MIB, PAGE_SIZE } from "../../units.ts";

export interface KernelImage {
  /** First byte, and the end of the early heap (brk) behind bss. */
  readonly start: number;
  readonly end: number;
  /** Text, read-only data, data and bss as /proc/iomem has them: first byte and last. */
  readonly sections: readonly (readonly [name: "code" | "rodata" | "data" | "bss", first: number, last: number])[];
  /** Given back after boot: gaps between sections, init code and data, alternatives, unused decrypted memory. */
  readonly freed: readonly (readonly [number, number])[];
  /** Pages of the places to patch when CPUs come and go, last of init's code and data: kept while more may come than were started. */
  readonly smpLocks: number;
  /** What is kept of the first MiB: all (5.13, x86/setup: always reserve the first 1M), or what firmware needs. */
  readonly firstMib: readonly (readonly [number, number])[];
  /** Pages for starting CPUs, where these are not in what is kept anyway; with `movable_node` they are put at the bottom, which is. */
  readonly realMode: readonly [number, number] | null;
  /** Initial ram disk of the recorded machines, bytes. Free after boot, but in the way while memblock allocates. */
  readonly initrd: number;
  /** sizeof(pg_data_t), aligned to pages when allocated before 6.12 (and 64 bytes for nodes without memory). */
  readonly nodeData: number;
  readonly nodeDataAlign: number;
  /** sizeof(pg_data_t) as allocated for nodes without memory; 0 where they get theirs later (to 5.17). */
  readonly memorylessNodeData: number;
  /**
   * When and how the memory map is laid out: early and in one piece a node, or with the zones (7.0, in free_area_init),
   * a section at a time.
   */
  readonly memoryMaps: "in one piece" | "by section";
  /** Bytes of usage bitmaps of one section. */
  readonly sectionUsage: number;
  /** Bytes of per-CPU data of one CPU. */
  readonly percpu: number;
  /** Sizes of small allocations of the per-CPU allocator and of CPU masks, in order. */
  readonly percpuMetadata: readonly number[];
  /** Masks of CPUs beside one of each node. */
  readonly cpumasks: number;
  /** What a log buffer that grew has beside its text, as shares of that: descriptors and infos. */
  readonly logShares: number;
  /** Bytes of the tables of bounce buffers. */
  readonly bounceTables: readonly number[];
}

/** What most of the images have in common. */
const COMMON = {
  start: 0x1000000,
  firstMib: [[0, MIB]],
  realMode: null,
  memoryMaps: "in one piece",
  sectionUsage: 56,
  logShares: 0.75 + 2.75,
  bounceTables: [768 * KIB],
} as const;

const RECORDED = {
  "5.10": {
    ...COMMON,
    end: 0x320d000,
    sections: [
      ["code", 0x1000000, 0x1c025f1],
      ["rodata", 0x1e00000, 0x24defff],
      ["data", 0x2600000, 0x288027f],
      ["bss", 0x2e69000, 0x31fffff],
    ],
    freed: [
      [0x1c03000, 0x1e00000],
      [0x24df000, 0x2600000],
      [0x2bf2000, 0x2e68000],
      [0x3003000, 0x3200000],
    ],
    smpLocks: 8,
    firstMib: [
      [0, 64 * KIB],
      [0x9f000, MIB],
    ],
    realMode: [0x99000, 0x9f000],
    initrd: 0x335fff,
    nodeData: 0x2a000,
    nodeDataAlign: PAGE_SIZE,
    memorylessNodeData: 0,
    percpu: 0x3f000,
    percpuMetadata: [640, 144, 256, 264, 64, 144, 896, 904, 224],
    cpumasks: 4,
    bounceTables: [128 * KIB, 256 * KIB],
  },
  "6.1": {
    ...COMMON,
    end: 0x3811000,
    sections: [
      ["code", 0x1000000, 0x1e01ef1],
      ["rodata", 0x2000000, 0x2826fff],
      ["data", 0x2a00000, 0x2c45dff],
      ["bss", 0x32b1000, 0x37fffff],
    ],
    freed: [
      [0x1e02000, 0x2000000],
      [0x2827000, 0x2a00000],
      [0x301a000, 0x32b0000],
      [0x3603000, 0x3800000],
    ],
    smpLocks: 9,
    initrd: 0x2a97da,
    nodeData: 0x2b000,
    nodeDataAlign: PAGE_SIZE,
    memorylessNodeData: 0x2a880,
    percpu: 0x3d000,
    percpuMetadata: [352, 144, 256, 264, 64, 144, 896, 904, 224],
    cpumasks: 4,
  },
  "6.12": {
    ...COMMON,
    end: 0x3c11000,
    sections: [
      ["code", 0x1000000, 0x1ffffff],
      ["rodata", 0x2000000, 0x2aa7fff],
      ["data", 0x2c00000, 0x2e72c7f],
      ["bss", 0x36d6000, 0x3bfffff],
    ],
    freed: [
      [0x2aa8000, 0x2c00000],
      [0x32dd000, 0x36d5000],
      [0x3a05000, 0x3c00000],
    ],
    smpLocks: 10,
    initrd: 0x29a658,
    nodeData: 0x2a980,
    nodeDataAlign: 64,
    memorylessNodeData: 0x2a980,
    percpu: 0x42000,
    percpuMetadata: [352, 200, 256, 264, 64, 200, 896, 904, 224],
    cpumasks: 1,
  },
  "6.18": {
    ...COMMON,
    end: 0x4011000,
    sections: [
      ["code", 0x1000000, 0x208fe77],
      ["rodata", 0x2200000, 0x2e3cfff],
      ["data", 0x3000000, 0x333903f],
      ["bss", 0x3c56000, 0x3ffffff],
    ],
    freed: [
      [0x2090000, 0x2200000],
      [0x2e3d000, 0x3000000],
      [0x3834000, 0x3c55000],
      [0x3e05000, 0x4000000],
    ],
    smpLocks: 12,
    initrd: 0x353fff,
    nodeData: 0x2ab00,
    nodeDataAlign: 64,
    memorylessNodeData: 0x2ab00,
    sectionUsage: 88,
    percpu: 0x3e000,
    percpuMetadata: [352, 200, 256, 264, 64, 200, 896, 904, 224],
    cpumasks: 1,
  },
  "7.3": {
    ...COMMON,
    end: 0x4211000,
    sections: [
      ["code", 0x1000000, 0x216f05f],
      ["rodata", 0x2200000, 0x2f67fff],
      ["data", 0x3000000, 0x335b67f],
      ["bss", 0x3cfc000, 0x41fffff],
    ],
    freed: [
      [0x2170000, 0x2200000],
      [0x2f68000, 0x3000000],
      [0x38ac000, 0x3cfb000],
      [0x4005000, 0x4200000],
    ],
    smpLocks: 0,
    initrd: 0x32afff,
    nodeData: 0x2b0c0,
    nodeDataAlign: 64,
    memorylessNodeData: 0x2b0c0,
    memoryMaps: "by section",
    sectionUsage: 88,
    percpu: 0x3f000,
    percpuMetadata: [352, 136, 256, 264, 64, 136, 896, 904, 224],
    cpumasks: 1,
    logShares: 0.75 + 3.5,
  },
} as const satisfies Partial<Record<KernelVersion, KernelImage>>;

/** The image of a kernel; those of which there is no recording are given one of about their time. */
export function kernelImage(kernel: KernelVersion): KernelImage {
  if (Object.hasOwn(RECORDED, kernel)) return RECORDED[kernel as keyof typeof RECORDED];
  return RECORDED[kernel === "what-if" ? "6.12" : "6.1"];
}

/** What comes before the description's own options on the recorded machines' command line. */
const CONSOLE = "console=ttyS0 loglevel=0 quiet panic=-1 nokaslr mitigations=off tsc=unstable ";

/** Characters of the command line as a recorded machine got it; descriptions made from recordings have its beginning already. */
export const commandLineLength = (cmdline: string): number =>
  (cmdline.startsWith(CONSOLE) ? 0 : CONSOLE.length) + cmdline.length;

/** A NUMA node as the kernel sees it (include/linux/mmzone.h, struct pglist_data). */
import type { Zone } from "./zone.ts";

export class NumaNode {
  readonly id: number;
  /** CPU list as sysfs prints it, of those that run; empty for a node of memory only. */
  readonly cpus: string;
  /** With those that were not started. */
  readonly presentCpus: string;
  /** DMA, DMA32, Normal, Movable, Device. */
  readonly zones: readonly Zone[];
  online = false;
  startPfn = 0;
  spanned = 0;
  present = 0;
  /** N_MEMORY: some page is online. N_NORMAL_MEMORY: some page in a kernel zone. */
  hasMemory = false;
  hasNormalMemory = false;
  /** Zones in the order in which allocations for this node try them. */
  zonelist: readonly Zone[] = [];
  /** Nodes in that order. */
  fallback: readonly number[] = [];
  /** kswapdN and kcompactdN run. */
  daemons = false;
  /** What came of pages that broke (memory_failure_stats). */
  readonly memoryFailures = { delayed: 0, failed: 0, ignored: 0, recovered: 0 };

  constructor(id: number, cpus: string, zones: readonly Zone[], presentCpus = cpus) {
    this.id = id;
    this.cpus = cpus;
    this.presentCpus = presentCpus;
    this.zones = zones;
  }

  get hasCpu(): boolean {
    return this.cpus !== "";
  }

  get end(): number {
    return this.startPfn + this.spanned;
  }

  get managed(): number {
    let sum = 0;
    for (const zone of this.zones) sum += zone.managed;
    return sum;
  }

  get free(): number {
    let sum = 0;
    for (const zone of this.zones) sum += zone.free;
    return sum;
  }
}

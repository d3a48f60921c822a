/** What takes memory, as a plain value: a part of commands. */
/** What a load takes; `mib` is its size, `count` the number of objects. `node` -1 is any. */
export interface LoadDescription {
  readonly kind: LoadKind;
  readonly mib?: number;
  readonly count?: number;
  readonly node?: number;
  readonly policy?: "default" | "bind" | "preferred";
  /** Name shown for the process. */
  readonly comm?: string;
  /** Process that starts it, whose CPUs it may run on; on all when left out. */
  readonly parent?: number;
  /** CPUs that it may run on, as `taskset` and `numactl -N` give them; its parent's when left out. */
  readonly cpus?: readonly number[];
  /** Cache name for slab loads, e.g. `dentry`. */
  readonly cache?: string;
  /** Balloon: whether its pages can be moved (CONFIG_BALLOON_COMPACTION). They can when left out. */
  readonly compaction?: boolean;
  /** Busy server: how much memory it turns over each second of simulated time, in MiB. */
  readonly churnMibPerSecond?: number;
}

/** Every kind of load, in the order in which lists of them are shown. */
export const LOAD_KINDS = [
  "anon",
  "thp",
  "shm",
  "mlock",
  "huge",
  /** Pages held by pipes: short-term references that migration cannot take. */
  "pin",
  /** Long-term pins (RDMA): moved out of ZONE_MOVABLE first. */
  "longterm",
  /** Buffers registered with io_uring: pinned for as long as the ring lives, and so out of ZONE_MOVABLE first. */
  "io_uring",
  /** All of a guest, mapped for a device that it was given (VFIO): pinned until the guest ends. */
  "vfio",
  /** All that the process has or will have is locked in memory (mlockall). */
  "mlockall",
  /** Memory that the kernel may merge with what is equal in other such processes (MADV_MERGEABLE), as of guests with one image. */
  "ksm",
  /** Pipes full of data: kernel memory. */
  "pipes",
  /** Files read into the page cache. */
  "cache",
  "slab",
  "vmalloc",
  /** Pages given to the hypervisor by a balloon driver. */
  "balloon",
  /** Allocates, touches and frees anonymous memory and page cache over simulated time. */
  "server",
] as const;
export type LoadKind = (typeof LOAD_KINDS)[number];

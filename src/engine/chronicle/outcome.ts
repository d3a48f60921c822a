/** The outcome of an attempt, as data: what was checked, what decided, and the page that is to blame. */
import type { PageOwner } from "../memory/holding.ts";
import type { KernelFunction } from "./functions.ts";
import type { Occasion } from "./occasion.ts";
import type { Pfn, SimNs } from "../units.ts";
import type { Lifetime } from "../memory/kinds.ts";

/** Errno names that the memory hot-plug paths return. */
export type ErrnoName =
  | "EPERM"
  | "EINTR"
  | "EIO"
  | "ENOTRECOVERABLE"
  | "ENXIO"
  | "EAGAIN"
  | "ENOMEM"
  | "EBUSY"
  | "EEXIST"
  | "ENODEV"
  | "EINVAL"
  | "ENOENT"
  | "EACCES"
  | "EFAULT"
  | "ENOSPC"
  | "E2BIG"
  | "ERANGE"
  | "EHWPOISON";

export type AttemptKind = "add" | "online" | "offline" | "remove" | "eject";

/** One check of an attempt. `rule` is stable and names the text shown; `data` fills it. */
export interface Check {
  readonly rule: CheckRule;
  readonly verdict: "pass" | "fail" | "pending";
  /** Kernel function that decides, e.g. `memory_block_offline`. */
  readonly where: KernelFunction;
  readonly data: Readonly<Record<string, string | number>>;
}
export type CheckRule =
  | "state-changes" // the block is not already in the wanted state
  | "one-zone" // all pages in one zone and node
  | "no-holes" // every page is System RAM
  | "isolate" // every pageblock can be isolated: no unmovable page
  | "notifiers" // nobody vetoed
  | "migrate" // all movable pages left
  | "dissolve-hugetlb"
  | "signal" // no signal arrived
  | "not-poisoned" // no page of the block is out of use after a memory error
  | "kernel-memory" // what-if: kernel memory moved and kept its addresses
  | "address-free" // what-if: no virtual address of the range leads elsewhere
  | "normal-memory" // the node keeps memory in a kernel zone
  | "all-free" // nothing is left that was on no list
  | "in-time" // less than 120 s have passed (before 4.15)
  | "removal-supported" // this kernel can remove memory (3.9 on)
  | "online-zone" // which zone the block goes to
  | "range-aligned"
  | "range-free" // no overlap with memory that exists
  | "node-possible"
  | "addressable"
  | "within-mem" // while the kernel boots, nothing is added beyond mem= (5.1)
  | "vmemmap" // memory for the memory map was found
  | "all-blocks-offline" // removal needs every block offline
  | "device-slot" // firmware side: slot, size, address
  | "powered-off" // _EJ0 took the DIMM off
  | "kernel-runs"; // the kernel did not panic meanwhile, nor did its machine restart

/** A page that stopped an attempt. */
export interface Culprit {
  readonly pfn: Pfn;
  /** PageKind. */
  readonly kind: number;
  readonly flags: number;
  readonly owner: PageOwner;
  /** The process whose end frees it. */
  readonly pid: number | null;
  /** What frees it: the end of a process, the shrinking of a cache (drop_caches, want of memory), nothing. */
  readonly lifetime: Lifetime;
  /** When it was allocated; `null` for boot allocations. */
  readonly allocatedAt: SimNs | null;
  /** What was being done then. */
  readonly allocatedWhy: Occasion;
  readonly transaction: number;
  readonly pageblock: { readonly index: number; readonly type: string };
  readonly zone: string;
  readonly node: number;
  readonly block: number;
  /** Why the kernel says it cannot go: text of "page dumped because: ". */
  readonly reason: "unmovable page" | "isolation failed" | "migration failure";
  /** More pages like it, seen while deciding (0 when the search stopped at the first). */
  readonly others: number;
}

/**
 * What became of a memory block in an attempt that takes several offline, or brings several online: one entry a block,
 * however often it was tried.
 */
export interface AttemptStep {
  /** `memory34`. */
  readonly target: string;
  readonly state:
    | "emptying"
    | "offline" // it went offline, and is
    | "stayed" // it was to go offline and did not
    | "coming-back"
    | "rolled-back" // it went offline, and came back online when another stayed
    | "not-back" // it went offline, and could not come back
    | "coming-online"
    | "online"
    | "not-online"; // it was to come online and did not
  /** The attempt that tells of it: the last one. */
  readonly attempt: number;
  /** Times that it was to go offline. */
  readonly tries: number;
}

export interface Attempt {
  readonly id: number;
  readonly kind: AttemptKind;
  readonly partition: string;
  /** `memory34` or a DIMM id. */
  readonly target: string;
  readonly startedAt: SimNs;
  readonly endedAt: SimNs | null;
  readonly result: "running" | "ok" | "failed";
  readonly errno: ErrnoName | null;
  readonly checks: readonly Check[];
  readonly culprit: Culprit | null;
  readonly pagesMoved: number;
  readonly pagesFailed: number;
  /** Where pages went: `[node, zone name, pages]`. */
  readonly movedTo: readonly (readonly [number, string, number])[];
  readonly passes: number;
  readonly log: readonly string[];
  /** Attempts that this one is made of (an eject offlines blocks). */
  readonly parent: number | null;
  /** What it was begun for, as transactions say their origin: `command:7` is the seventh entry of the journal. */
  readonly cause: string;
  /** Of an add: the eject after which the DIMM came here, by the same errand. */
  readonly follows: number | null;
  /** What became of its memory blocks, in the order in which their turn came first. */
  readonly steps: readonly AttemptStep[];
}

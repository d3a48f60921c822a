/** What a migration looks like at one instant: what a view draws, and nothing that a view would have to work out. */
import type { PageOwner } from "../memory/holding.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import type { KernelFunction } from "../chronicle/functions.ts";
import type { Pfn, SimNs } from "../units.ts";
import type { ByNode } from "./distances.ts";
import type { RateSeries } from "./rate.ts";

/** Numbers of a cell of the source: pages in use by slot, then how many of them can't move now. */
export const SLOTS = 6;
export const CELL_WORDS = SLOTS + 1;
/** Slot of kernel memory and whatever else moves seldom; the others are the kinds from `PageKind.Anon` on. */
export const OTHER_SLOT = SLOTS - 1;

export const SHARE_WORDS = 5;
export const STAY_WORDS = 4;
export const NO_PASS = 15;

/** Pages that went to a zone, by what they were. `kind` is `null` of those that had gone before anybody watched. */
export interface Flow {
  readonly kind: number | null;
  readonly node: number;
  readonly zone: string;
  readonly pages: number;
}

/** A zone that pages may go to, in the order in which the allocator tries them. */
export interface Destination {
  readonly node: number;
  readonly zone: string;
  /** SLIT distance from the source's node. */
  readonly distance: number;
  readonly free: number;
  readonly low: number;
  readonly managed: number;
}

/** Why pages stay. */
export interface Reason {
  /** `EAGAIN`: more references than mappings. `ENOMEM`: no frame elsewhere. `EBUSY`: on no list, never tried. */
  readonly errno: "EAGAIN" | "ENOMEM" | "EBUSY";
  readonly pages: number;
  readonly first: { readonly pfn: Pfn; readonly owner: PageOwner } | null;
}

/** A pass of the last run of migrate_pages, in pages of 4 KiB: `moved` and `stayed` of `pages`, the rest is to be tried. */
export interface Pass {
  readonly pages: number;
  readonly moved: number;
  readonly stayed: number;
}

export interface Paid {
  readonly pid: number;
  readonly comm: string;
  /** Node of its CPUs. */
  readonly node: number;
  /** Before the attempt; `null` where nobody watched then. */
  readonly before: ByNode | null;
  /** Now; `null` of a process that has ended. */
  readonly now: ByNode | null;
  readonly distanceBefore: number | null;
  readonly distanceNow: number | null;
}

/** What a function did to the followed page. */
export interface Step {
  readonly name: KernelFunction;
  readonly at: SimNs;
  /** Why it failed. */
  readonly errno: ErrnoName | null;
  /** Where content is, what entries lead to, and whether the old frame is in use, after it. */
  readonly content: "old" | "both" | "new";
  readonly entry: "old" | "migration" | "new";
  readonly freed: boolean;
}

export interface Followed {
  readonly pfn: Pfn;
  readonly kind: number;
  readonly order: number;
  readonly copy: Pfn | null;
  /** SLIT distance of the copy, and what copying cost by the simulation's own figures, in ns. */
  readonly distance: number | null;
  readonly copyNs: number | null;
  readonly outcome: "waiting" | "moving" | "moved" | "stayed" | "ended";
  /** Times that it was tried. */
  readonly tries: number;
  readonly steps: readonly Step[];
  /** The first of those who map it, as its page table says now. */
  readonly mapper: {
    readonly pid: number;
    readonly comm: string;
    /** Virtual address, hexadecimal without 0x. */
    readonly address: string;
    readonly level: "PTE" | "PMD";
    readonly index: number;
    readonly table: Pfn;
    readonly entry: "present" | "migration";
    readonly leadsTo: Pfn;
  } | null;
  readonly owner: PageOwner;
}

export interface MigrationState {
  readonly attempt: number;
  /** Attempt that it is a part of. */
  readonly whole: number | null;
  readonly block: number;
  readonly node: number;
  readonly zone: string;
  readonly startPfn: Pfn;
  /** Pages of 4 KiB of the block. */
  readonly pages: number;
  /** When the block was isolated, or when somebody began to watch. */
  readonly from: SimNs;
  /** Nobody watched from the beginning: what had moved by then is known by zone only. */
  readonly late: boolean;
  readonly endedAt: SimNs | null;
  readonly errno: ErrnoName | null;
  /** `inUse` = `moved` + `left` + `again`, always, in pages of 4 KiB. */
  readonly inUse: number;
  readonly moved: number;
  /** Of those moved: freed by their users meanwhile, and so never copied. */
  readonly ended: number;
  readonly left: number;
  /** Tried, and still there. */
  readonly again: number;
  readonly round: number;
  /** Rounds have no limit, or end after so many that went wrong. */
  readonly roundLimit: number | null;
  readonly function: KernelFunction;
  /** Pageblocks of the batch that is being worked on, first and last, counted from the block's start. */
  readonly batch: readonly [number, number] | null;
  /** Pageblocks that a cell stands for, and `CELL_WORDS` numbers a cell. */
  readonly perCell: number;
  readonly cells: Uint32Array<ArrayBuffer>;
  /** Pages in use in each cell when the block was isolated, or when somebody began to watch. */
  readonly before: Uint32Array<ArrayBuffer>;
  readonly flow: readonly Flow[];
  /** Places that `shares` counts, in the order in which they were first gone to. */
  readonly targets: readonly { readonly node: number; readonly zone: string }[];
  /** `SHARE_WORDS` numbers each: cell, slot, place in `targets`, pass (`NO_PASS` outside of any), pages that went so. */
  readonly shares: Uint32Array<ArrayBuffer>;
  readonly destinations: readonly Destination[];
  readonly reasons: readonly Reason[];
  /** `STAY_WORDS` numbers each: cell, slot, place of the reason in `reasons`, pages. */
  readonly stays: Uint32Array<ArrayBuffer>;
  readonly passes: readonly Pass[];
  /** Passes that a run has at most. */
  readonly passLimit: number;
  readonly rate: RateSeries;
  readonly paid: readonly Paid[];
}

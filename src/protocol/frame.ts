/** A frame: what has changed since the one before, in records, maps, log, and what is looked at. */
import type { Occasion } from "../engine/chronicle/occasion.ts";
import type { ErrnoName } from "../engine/chronicle/outcome.ts";
import type { LogLevel } from "../engine/chronicle/transactions.ts";
import type { AcpiEvent } from "../engine/hardware/acpi.ts";
import type {
  Ask,
  Followed,
  KernelRegions,
  KernelTables,
  MigrationState,
  Pin,
  Placement,
  ProcessTables,
  Running,
  ZoneLists,
} from "../engine/inspect/index.ts";
import type { Details } from "../engine/inspect/scale/index.ts";
import type { Command } from "../engine/time/commands.ts";
import type { JournalEntry } from "../engine/time/journal.ts";
import type { CallStack } from "../engine/time/operations.ts";
import type { Rejection } from "../engine/time/rejection.ts";
import type { Patch } from "./records.ts";
import type { KeptFuture, Look, PlaceInTime } from "./requests.ts";

/** A machine that the page saw, or would have seen, and that was left for another instant. */
export interface Left extends KeptFuture {
  /** No frame has told of it: the causes are all of them; else those that no frame has told of. */
  readonly whole: boolean;
  /** The way on which it was left: `after` and `back` lead to one that stood by. */
  readonly went: "before" | "after" | "there" | "back";
  /** How many stand by for redo from then on; it is the last of them when that are more than before. */
  readonly standing: number;
}

export type Looked =
  | { readonly of: "scale"; readonly partition: string; readonly details: Details }
  | {
      readonly of: "kernel";
      readonly partition: string;
      readonly regions: KernelRegions;
      readonly tables: KernelTables;
      /** For each DIMM of the partition: the pages outside it that describe or map it, by block. */
      readonly pins: readonly {
        readonly dimm: string;
        readonly pins: readonly Pin[];
        /** Frames of the DIMM: what has no memory block yet is being added. */
        readonly frames: readonly { readonly first: number; readonly end: number }[];
      }[];
      /** Those pages can't move, as everywhere but in the what-if profile. */
      readonly pinsHold: boolean;
    }
  /** `null`: there is no such process any more. */
  | {
      readonly of: "process";
      readonly partition: string;
      readonly pid: number;
      readonly table: string | null;
      readonly tables: ProcessTables | null;
      /** Of that table: the frames (0 where nothing is mapped) and the bits (`Pte`), 512 each. */
      readonly entries: { readonly frames: Float64Array; readonly bits: Uint8Array } | null;
    }
  | {
      readonly of: "zones";
      readonly partition: string;
      readonly node: number;
      readonly ask: Ask;
      readonly zones: readonly ZoneLists[];
      /** `null`: there is no such node any more. */
      readonly placement: Placement | null;
    }
  | { readonly of: "running"; readonly partition: string; readonly processes: readonly Running[] }
  | (Extract<Look, { of: "migration" }> & {
      /** Attempts of which all is kept that somebody watched, oldest first; the running one is the last. */
      readonly kept: readonly number[];
      /** `null`: nothing is kept of that attempt. */
      readonly state: MigrationState | null;
      readonly page: Followed | null;
    });

export interface Offers {
  /** What can be undone and done again. */
  readonly undo: Occasion | null;
  readonly redo: Occasion | null;
  /** The simulated time, ns, that redo leads back to from an earlier instant. */
  readonly back: number | null;
}

export interface Frame {
  readonly type: "frame";
  readonly frame: number;
  /**
   * The machine is another than in the frame before, or came here from another instant, and went on from this one:
   * records, log and maps begin anew.
   */
  readonly anew: PlaceInTime | null;
  /** Ways to other instants, where they have changed. */
  readonly offers: Offers | null;
  /** Nothing is new but how much of its way to another instant the machine has behind it, from 0 to 1. */
  readonly underway?: number;
  /** Bytes of the machines that stand by for undo and redo, when that is another figure than the last that was told. */
  readonly standby?: number;
  /** Simulated time, ns. */
  readonly now: number;
  /** Where the machine is then. */
  readonly place: PlaceInTime;
  /** Causes that it was given since the frame before; all of them when it is shown anew. */
  readonly causes?: readonly JournalEntry[];
  /** Machines that were left for another instant since the frame before, in order. */
  readonly left?: readonly Left[];
  /** Nothing left to simulate but the passing of time. */
  readonly idle: boolean;
  readonly patches: readonly Patch[];
  readonly log: readonly LogEntry[];
  /** Page map of the watched block: one byte a page (see `pageByte`). */
  readonly pages: { readonly block: string; readonly map: ArrayBuffer } | null;
  /** What is looked at, where it has changed. */
  readonly look: Looked | null;
  /** Time stands, and what is looked at is still as it was told last: that is of this instant, too. */
  readonly holds?: boolean;
  /** Instants on the way to this frame, in order, where somebody has to know of them. */
  readonly moments?: readonly MomentMark[];
  /** Where operations are at `now`, in which kernel functions: with each frame while that is watched. */
  readonly calls?: readonly CallStack[];
  /** Pageblock maps of the watched node, only blocks that changed: 64 bytes per 128 MiB, dominant kind of each pageblock. */
  readonly pageblocks: readonly { readonly block: string; readonly map: ArrayBuffer }[];
  /** Page maps of the blocks that are seen page by page besides, only those that changed. */
  readonly fine?: readonly { readonly block: string; readonly map: ArrayBuffer }[];
}

/**
 * Something that was commanded, by mouse, keys or shell, and what the answer was. What goes on is told when it begins, and
 * once more, by the same number, when it has come to another answer.
 */
export interface Act {
  readonly id: number;
  readonly at: number;
  readonly command: Command;
  readonly errno: ErrnoName | null;
}

/** An instant on the way to a frame: when, how many of the frame's patches had come until then, and what was done before it. */
export interface MomentMark {
  readonly at: number;
  readonly patches: number;
  readonly acts: readonly Act[];
}

/** A byte of a page map: low 5 bits PageKind, then flags. */
export const MapFlag = { Isolated: 32, Pinned: 64, Fresh: 128 } as const;

export const MAP_KIND_MASK = 31;

export interface LogEntry {
  readonly seq: number;
  readonly at: number;
  readonly partition: string;
  /** `command`: what was commanded; `shell`: the line that would do the same in a shell. */
  readonly level: LogLevel | "command" | "shell";
  readonly line: string;
  /** In place of a line: what was commanded, where that is none. */
  readonly occasion?: Occasion;
  /** In place of a line: the command just before was not accepted, and why. */
  readonly rejected?: { readonly errno: ErrnoName; readonly rejection: Rejection | null };
  readonly transaction: number;
  readonly acpi?: AcpiEvent;
}

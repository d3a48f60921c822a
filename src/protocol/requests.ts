/** What the page asks of the worker: a machine, commands, questions, what it wants to see; and the keys of its terminals. */
import type { Occasion } from "../engine/chronicle/occasion.ts";
import type { Ability } from "../engine/experiments/support-report.ts";
import type { KernelVersion } from "../engine/hardware/description.ts";
import type { Ask } from "../engine/inspect/index.ts";
import type { Command } from "../engine/time/commands.ts";
import type { Instant, JournalEntry } from "../engine/time/journal.ts";
import type { Scenario } from "./scenario.ts";

export type ToWorker =
  /** Builds a scenario's box in place of the one before. The page numbers its starts. */
  | { readonly type: "start"; readonly run: number; readonly scenario: Scenario; readonly resume?: Resume }
  /** Answered at once: who does not answer is stuck, or gone. */
  | { readonly type: "ping"; readonly ping: number }
  /** Code that is needed later is fetched now, for the network may be gone by then. Not answered. */
  | { readonly type: "fetch-ahead" }
  | { readonly type: "command"; readonly id: number; readonly command: Command }
  /** Simulated nanoseconds per real nanosecond; 0 pauses. */
  /** `stretch`: only while a stretch is played: what comes after its end changes nothing. */
  | { readonly type: "speed"; readonly speed: number; readonly stretch?: boolean }
  /** Page maps wanted from now on. */
  | { readonly type: "watch"; readonly watch: Watch }
  /** The page has drawn the frame; buffers come back for the next one. */
  | { readonly type: "ack"; readonly frame: number; readonly buffers: readonly ArrayBuffer[] }
  | { readonly type: "inspect"; readonly id: number; readonly partition: string; readonly pfn: number }
  | { readonly type: "foresee"; readonly id: number; readonly dimm: string; readonly to: string | "shelf" }
  /** What writing `offline` to a block's state would do. Answered as `foresee` is. */
  | { readonly type: "foresee-offline"; readonly id: number; readonly block: string }
  /** What would make a refused attempt succeed. */
  | { readonly type: "remedies"; readonly id: number; readonly attempt: number }
  | { readonly type: "audit"; readonly id: number }
  /** The machine as it is now, to compare with later; page maps of this block (key) first. */
  | { readonly type: "snapshot"; readonly id: number; readonly block: string | null }
  /**
   * Begins a search over all pages, or goes on with the one that runs: a slice of it is done and answered. The text is as it
   * was typed; its hits are in what a look at the scale shows.
   */
  | {
      readonly type: "search";
      readonly id: number;
      readonly partition: string;
      readonly text: string;
      readonly begin: boolean;
    }
  /** The hit after (1) or before (-1) a page; -1 is before the first page. */
  | {
      readonly type: "hit";
      readonly id: number;
      readonly partition: string;
      readonly from: number;
      readonly step: 1 | -1;
    }
  /** How a page is reached, described and mapped. */
  | { readonly type: "chain"; readonly id: number; readonly partition: string; readonly pfn: number }
  /**
   * Lets a copy of the machine do what these moves would: lines for a shell in /sys/devices/system/memory, or commands. The
   * machine itself does nothing.
   */
  | {
      readonly type: "rehearse";
      readonly id: number;
      readonly partition: string;
      readonly moves: readonly Move[];
      /** Begins anew from this instead of where the machine is. */
      readonly scenario: Scenario | null;
    }
  /** The machine's past: what has to be kept to make it again. */
  | { readonly type: "past"; readonly id: number }
  /** Back to just before what a person did last; and back from there. */
  | { readonly type: "undo" | "redo"; readonly id: number }
  /**
   * Commands given now, all at one instant, and the time that passes then: until nothing runs any more (`null`), or so many
   * simulated ns. After that time stands still, at an instant that is the same however fast it was played. `speed` as
   * below. `follows`: it belongs to what was done before, and is undone with it.
   */
  | {
      readonly type: "stretch";
      readonly id: number;
      readonly commands: readonly Command[];
      readonly length: number | null;
      readonly speed: number;
      readonly follows: boolean;
    }
  /** What a kernel supports of something, found out on a machine of its own (src/engine/experiments/support-report.ts). */
  | { readonly type: "support"; readonly id: number; readonly kernel: KernelVersion; readonly ability: Ability }
  /** Time stops, and goes on until an operation comes to another kernel function. */
  | { readonly type: "step"; readonly id: number }
  /** To a place of the machine's own past. Answered as `undo` is. */
  | { readonly type: "goto"; readonly id: number; readonly place: PlaceInTime }
  /** Back to when the page was allocated for which an attempt was refused. Answered as those are. */
  | { readonly type: "culprit"; readonly id: number; readonly attempt: number }
  | ToTerminal;

/** What a page has kept of a machine whose simulator is gone: another one makes it again, and goes on from there. */
export interface Resume {
  readonly causes: readonly JournalEntry[];
  readonly instant: Instant;
  /** What stands by for redo; the last is the first to be come back to. */
  readonly futures?: readonly KeptFuture[];
  /** The page's terminals. */
  readonly terminals: readonly {
    readonly terminal: number;
    readonly partition: string;
    readonly columns: number;
    readonly rows: number;
  }[];
}

/** A machine that was left, and may be come back to. */
export interface KeptFuture {
  /** What was undone; `null` when it was only left for an earlier instant. */
  readonly what: Occasion | null;
  readonly causes: readonly JournalEntry[];
  readonly instant: Instant;
}

/** To the worker's end of a terminal. The page numbers its terminals, and uses no number twice. */
export type ToTerminal = { readonly terminal: number } & (
  | { readonly type: "terminal-open"; readonly partition: string; readonly columns: number; readonly rows: number }
  /** As terminals send it: `\r` for Enter, `\x03` for Ctrl-C. */
  | { readonly type: "terminal-input"; readonly text: string }
  | { readonly type: "terminal-resize"; readonly columns: number; readonly rows: number }
  /** So many characters of its output are on the screen. */
  | { readonly type: "terminal-ack"; readonly characters: number }
  /** A file for the home folder. */
  | { readonly type: "terminal-drop"; readonly name: string; readonly text: string }
  | { readonly type: "terminal-close" }
);

export interface Watch {
  /** A block to see page by page: key of a block. */
  readonly block: string | null;
  /** Blocks to see pageblock by pageblock: all blocks of this node (key of a node). */
  readonly node: string | null;
  /** More blocks to see pageblock by pageblock, wherever they are: one that empties, and one that is filled. */
  readonly beside?: readonly string[];
  /** Blocks to see page by page besides `block`. */
  readonly fine?: readonly string[];
  /** What a view shows beyond records and maps. */
  readonly look: Look | null;
  /** Somebody has to know of every instant at which records changed, not only of those that frames end at. */
  readonly moments?: boolean;
  /** Frames tell where operations are (`Frame.calls`). */
  readonly calls?: boolean;
}

/**
 * What somebody looks at: a kernel's page tables, or those of a process; a node's zones, and where an allocation would go; what
 * runs; what is being migrated; or all of memory, of which these blocks are seen by pageblock, and these pageblocks (numbered from pfn 0) page by page.
 */
export type Look =
  | {
      readonly of: "scale";
      readonly partition: string;
      readonly blocks: readonly number[];
      readonly pageblocks: readonly number[];
    }
  | { readonly of: "kernel"; readonly partition: string }
  | {
      readonly of: "process";
      readonly partition: string;
      readonly pid: number;
      /** A leaf table to see entry by entry: virtual address of its first entry, hexadecimal. */
      readonly table: string | null;
    }
  | { readonly of: "zones"; readonly partition: string; readonly node: number; readonly ask: Ask }
  | { readonly of: "running"; readonly partition: string }
  | {
      readonly of: "migration";
      readonly partition: string;
      /** An attempt to empty a block; `null`: the one that runs, else the last. */
      readonly attempt: number | null;
      /** Page to follow; `null`: the next that moves, and another number in `next` asks for another one. */
      readonly follow: number | null;
      readonly next: number;
    };

/** Blocks, or pageblocks, that can be seen in more detail at once. */
export const MOST_IN_DETAIL = 1024;

/** The largest script that can be dropped on a terminal, in characters. */
export const LARGEST_SCRIPT = 1024 * 1024;

export type Move = string | Command;

/** A place in a machine's past: after so many entries of its journal, at this instant. */
export interface PlaceInTime {
  readonly entries: number;
  readonly instant: Instant;
}

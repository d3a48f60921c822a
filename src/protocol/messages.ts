/**
 * The messages between the page and the worker. Structure travels as patches of small records; page maps travel as
 * transferred byte arrays, only for what is watched, and go back to be filled again. At most one frame is in
 * flight: the worker sends the next one after the page has said `ack`.
 */
import type { Trouble } from "./trouble.ts";
import type { Occasion } from "../engine/chronicle/occasion.ts";
import type { Ability, Finding } from "../engine/experiments/support-report.ts";
import type { KernelVersion } from "../engine/hardware/description.ts";
import type { ErrandForesight, ForesightCode } from "../engine/hotplug/foresight.ts";
import type { ErrnoName } from "../engine/chronicle/outcome.ts";
import type { Remedy } from "../engine/hotplug/remedies.ts";
import type { Command } from "../engine/time/commands.ts";
import type { CallStack } from "../engine/time/operations.ts";
import type { Details, Hit, SearchProgress } from "../engine/inspect/scale/index.ts";
import type {
  Ask,
  Chain,
  Followed,
  KernelRegions,
  KernelTables,
  MigrationState,
  Pin,
  Placement,
  LeafTable,
  ProcessTables,
  Running,
  ZoneLists,
} from "../engine/inspect/index.ts";
import type { Instant, JournalData, JournalEntry } from "../engine/time/journal.ts";
import type { LogLevel } from "../engine/chronicle/transactions.ts";
import type { AcpiEvent } from "../engine/hardware/acpi.ts";
import type { Rejection } from "../engine/time/rejection.ts";
import type { PageInfo, Patch } from "./records.ts";
import type { Scenario } from "./scenario.ts";

export const PROTOCOL_VERSION = 1;

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

/** A machine that the page saw, or would have seen, and that was left for another instant. */
export interface Left extends KeptFuture {
  /** No frame has told of it: the causes are all of them; else those that no frame has told of. */
  readonly whole: boolean;
  /** The way on which it was left: `after` and `back` lead to one that stood by. */
  readonly went: "before" | "after" | "there" | "back";
  /** How many stand by for redo from then on; it is the last of them when that are more than before. */
  readonly standing: number;
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

export type FromWorker =
  | { readonly type: "ready"; readonly version: number; readonly run: number; readonly scenario: string }
  | { readonly type: "pong"; readonly ping: number }
  | Frame
  | { readonly type: "answer"; readonly id: number; readonly answer: Answer }
  /** `run`: the start that broke; `null` when it is not known which. `log`: the last lines, that no frame had yet. */
  | {
      readonly type: "fault";
      readonly run: number | null;
      readonly trouble: Trouble;
      readonly log: readonly LogEntry[];
    }
  | FromTerminal;

/** From the worker's end of a terminal. At most `TERMINAL_WINDOW` characters are on their way unacknowledged. */
export type FromTerminal = { readonly terminal: number } & (
  | { readonly type: "terminal-output"; readonly text: string }
  /** Whether a command runs in the foreground, and what sleeps there; told when that changes. */
  | { readonly type: "terminal-busy"; readonly busy: boolean; readonly sleep: ForegroundSleep | null }
  /** Nothing comes after this. `trouble` is `null` when the shell ended by itself. */
  | { readonly type: "terminal-end"; readonly status: number; readonly trouble: Trouble | null }
);

/** A sleep(1) in the foreground of a terminal: as it was typed, and from when to when, simulated ns since power-on. */
export interface ForegroundSleep {
  readonly command: string;
  readonly from: number;
  readonly until: number;
}

/** Output on its way to the page. This much is drawn in a display frame: well under a millisecond, and half a megabyte a second. */
export const TERMINAL_WINDOW = 8 * 1024;
/** The largest script that can be dropped on a terminal, in characters. */
export const LARGEST_SCRIPT = 1024 * 1024;

/** Why a command was not accepted: by the engine, or by nobody, because the simulator is gone for a reason that the page knows. */
export type Rejected = Rejection | { readonly why: "no-simulator"; readonly trouble: Trouble };

export type Answer =
  | {
      readonly to: "command";
      readonly errno: ErrnoName | null;
      readonly rejection: Rejected | null;
      readonly op: number | null;
    }
  | { readonly to: "inspect"; readonly page: PageInfo | null }
  | { readonly to: "foresee"; readonly foresight: Foresight }
  | { readonly to: "remedies"; readonly remedies: Remedies }
  | { readonly to: "support"; readonly finding: Pick<Finding, "ability" | "support"> | null }
  | { readonly to: "stretch"; readonly stretched: Stretched | null }
  /** False where nothing runs. */
  | { readonly to: "step"; readonly stepped: boolean }
  | { readonly to: "audit"; readonly problems: readonly string[] }
  | { readonly to: "snapshot"; readonly snapshot: Snapshot | null }
  | { readonly to: "chain"; readonly chain: Chain | null }
  | { readonly to: "search"; readonly search: SearchProgress | null }
  | { readonly to: "hit"; readonly hit: Hit | null }
  | { readonly to: "past"; readonly past: Past | null }
  | { readonly to: "rehearse"; readonly rehearsal: Rehearsed | null }
  /** Where it went (src/worker/history.ts), `null` when it stayed; what was undone or done again; the simulated time now, ns. */
  | {
      readonly to: "travel";
      readonly went: Left["went"] | null;
      readonly what: Occasion | null;
      readonly at: number;
    };

export type Move = string | Command;

/** Page maps that a snapshot has room for. */
export const MOST_BYTES_COMPARED = 8 * 1024 * 1024;

/** Leaf tables of processes that a snapshot has room for. */
export const MOST_TABLES_COMPARED = 4096;

/** A machine at an instant, as far as views compare it with another. */
export interface Snapshot {
  /** Simulated ns. */
  readonly at: number;
  /** All its records. */
  readonly patches: readonly Patch[];
  readonly partitions: readonly {
    readonly partition: string;
    readonly tables: KernelTables;
    /** Of all its nodes. */
    readonly zones: readonly ZoneLists[];
    readonly processes: readonly Running[];
    /** Leaf tables of processes, as far as `MOST_TABLES_COMPARED` go, those of processes with few first. */
    readonly leaves: readonly (readonly [pid: number, tables: readonly LeafTable[]])[];
  }[];
  /** By block (key): one byte a page (see MapFlag), or the kind of them all. */
  readonly pages: readonly (readonly [block: string, map: Uint8Array | number])[];
}

/** What one move did to a copy: what changed, what was done by it, and what its terminal showed. */
export interface RehearsedMove {
  readonly patches: readonly Patch[];
  readonly acts: readonly Act[];
  readonly text: string;
}

/** What became of a copy that was let do something. */
export interface Rehearsed {
  readonly at: number;
  /** All its records before the first move. */
  readonly begin: readonly Patch[];
  readonly moves: readonly RehearsedMove[];
}

/** A place in a machine's past: after so many entries of its journal, at this instant. */
export interface PlaceInTime {
  readonly entries: number;
  readonly instant: Instant;
}

/** What became of a stretch's commands (of those that still run: nothing yet), and where it ended. */
export interface Stretched {
  readonly outcomes: readonly (ErrnoName | null)[];
  readonly place: PlaceInTime;
  /** Simulated ns. */
  readonly took: number;
  /** What the machine's state comes to (src/engine/time/state-hash.ts). */
  readonly hash: string;
}

/** A machine's past and place: with its scenario enough to make it again (src/engine/time/replay.ts). */
export interface Past {
  readonly journal: JournalData;
  readonly instant: Instant;
  /** What the machine's state comes to (src/engine/time/state-hash.ts). */
  readonly hash: string;
}

/** What dropping a DIMM on a target would do, said beforehand: the engine's foresight, without doing anything. */
export interface Foresight {
  /** False when it will be refused, by whoever refuses it: it may be tried all the same, to see why. */
  readonly possible: boolean;
  readonly outlook:
    | "stays" // it is there already
    | "impossible" // before any kernel is asked, for the reason in `rejection`
    | "arrives" // from the shelf: nothing has to leave
    | ErrandForesight["outlook"];
  readonly rejection: Rejected | null;
  /** What decides, where something speaks against it; `no-removal`: this kernel can't forget memory. */
  readonly code: ForesightCode | "no-removal" | null;
  /** What the write answers, where a block is refused. */
  readonly errno: ErrnoName | null;
  /** The kernel that is asked, e.g. `6.1`. */
  readonly kernel: string | null;
  readonly blocks: number;
  /** Blocks that certainly stay. */
  readonly stayingBlocks: number;
  readonly pagesToMove: number;
  /** Node that pages go to first. */
  readonly target: number | null;
  /** What becomes of its blocks where it arrives. */
  readonly arrival: { readonly word: string; readonly node: number | null; readonly partition: string } | null;
}

/** Nothing happens, and nothing speaks against it. */
export const NOTHING_FORESEEN: Foresight = {
  possible: true,
  outlook: "stays",
  rejection: null,
  code: null,
  errno: null,
  kernel: null,
  blocks: 0,
  stayingBlocks: 0,
  pagesToMove: 0,
  target: null,
  arrival: null,
};

/** What would work where an attempt was refused, tried in foresight. */
export interface Remedies {
  /** What has to be done first; `null`: nothing known helps, or nothing has to be done. */
  readonly remedy: Remedy | null;
  /** Keys of its memory blocks that are offline, and could come online in ZONE_MOVABLE. */
  readonly movable: readonly string[];
  /** Boot made its memory Normal, and would have made it Movable with `movable_node`. */
  readonly movableNode: boolean;
}

export const NO_REMEDIES: Remedies = { remedy: null, movable: [], movableNode: false };

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

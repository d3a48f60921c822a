/** What the worker answers to a question, each under the name of what was asked. */
import type { Occasion } from "../engine/chronicle/occasion.ts";
import type { ErrnoName } from "../engine/chronicle/outcome.ts";
import type { Finding } from "../engine/experiments/support-report.ts";
import type { ErrandForesight, ForesightCode } from "../engine/hotplug/foresight.ts";
import type { Remedy } from "../engine/hotplug/remedies.ts";
import type { Chain, KernelTables, LeafTable, Running, ZoneLists } from "../engine/inspect/index.ts";
import type { Hit, SearchProgress } from "../engine/inspect/scale/index.ts";
import type { Instant, JournalData } from "../engine/time/journal.ts";
import type { Rejection } from "../engine/time/rejection.ts";
import type { Act, Left } from "./frame.ts";
import type { PageInfo, Patch } from "./records.ts";
import type { PlaceInTime } from "./requests.ts";
import type { Trouble } from "./trouble.ts";

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

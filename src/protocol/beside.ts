/**
 * What a page and its second worker say to each other: the one that plays things beside the machine that runs, and changes
 * nothing of it. Each job has a worker of its own: to end it is to end that.
 */
import type { Occasion } from "../engine/chronicle/occasion.ts";
import type { AttemptKind, Culprit, ErrnoName } from "../engine/chronicle/outcome.ts";
import type { JournalEntry } from "../engine/time/journal.ts";
import type { PlaceInTime, Resume } from "./messages.ts";
import type { Patch } from "./records.ts";
import type { Scenario } from "./scenario.ts";
import type { TraceStep } from "./trace.ts";

export type ToBeside =
  /** Plays a recorded trace, a file's text, and compares step by step. */
  | { readonly type: "trace"; readonly file: string; readonly text: string }
  /** Runs two futures, one after the other, and films both. */
  | { readonly type: "film"; readonly futures: readonly [Filming, Filming] }
  | SinceJob;

/** Finds when a refused attempt became impossible, and what would have prevented it, by trying it in forks. */
export interface SinceJob {
  readonly type: "since";
  readonly scenario: Scenario;
  readonly resume: Resume;
  readonly refusal: Refusal;
}

/** What was refused: an attempt, the memory block that stayed, and when that block's turn came (simulated ns). */
export interface Refusal {
  readonly kind: AttemptKind;
  readonly target: string;
  readonly startedAt: number;
  readonly partition: string;
  readonly block: number;
  readonly until: number;
}

/** What came of trying it. */
export interface Tried {
  readonly result: "running" | "ok" | "failed";
  readonly errno: ErrnoName | null;
  readonly culprit: Culprit | null;
}

export interface Found {
  /** From here on it would have been refused until it was; `null`: always, or only while it ran. */
  readonly since: PlaceInTime | null;
  /** What it was before: it could go offline, was offline, was not there; `boot`: there is no before. */
  readonly before: "can" | "cannot" | "offline" | "absent" | "boot";
  /** Before that it would have been refused from time to time: from, to; simulated ns. */
  readonly earlier: readonly (readonly [number, number])[];
  /** Tried in forks: then, and in the step before. */
  readonly at: Tried | null;
  readonly justBefore: Tried | null;
}

/** One thing otherwise: without what was done, or booted with an option. */
export interface Prevention {
  readonly by: "without" | "booted";
  /** An option of the command line is a line. */
  readonly what: Occasion;
  readonly film: Filming;
}

/** A future: a box, what is done to it after its setup, and until when it is looked at. */
export interface Filming {
  readonly scenario: Scenario;
  /** In the order of their times; what comes too early for this box is given as soon as its setup is over. */
  readonly causes: readonly JournalEntry[];
  /** It is the machine that they were given to: each comes between the same two steps. */
  readonly exact: boolean;
  /** Simulated ns. */
  readonly until: number;
}

export type FromBeside =
  /** The file can't be used: one sentence that names the field. */
  | { readonly type: "unusable"; readonly problem: string }
  | { readonly type: "trace"; readonly trace: TraceHead }
  | { readonly type: "row"; readonly row: TraceRow }
  /** The records of a future that changed since its shot before. */
  | { readonly type: "shot"; readonly side: 0 | 1; readonly at: number; readonly patches: readonly Patch[] }
  /** A future's end, and what it takes to go on from there. */
  | { readonly type: "filmed"; readonly side: 0 | 1; readonly resume: Resume }
  | { readonly type: "since"; readonly found: Found }
  /** What came of the same attempt then; `null`: it was not made. */
  | { readonly type: "prevention"; readonly prevention: Prevention; readonly came: Tried | null }
  /** Nothing comes after this. */
  | { readonly type: "done" };

/** A recording, without its answers. */
export interface TraceHead {
  readonly file: string;
  readonly name: string;
  readonly about: string;
  /** Release of the recorded kernel. */
  readonly kernel: string;
  readonly cmdline: string;
  /** Sizes of its nodes, as the trace writes them. */
  readonly nodes: readonly string[];
  readonly steps: number;
}

/** A row of the comparison: what was observed after boot (step 0), or a step. */
export interface TraceRow {
  readonly step: number;
  /** `null`: the boot. */
  readonly done: TraceStep | null;
  /** Fields that the rules compare, and those of them that agree (src/playback/compare.ts). */
  readonly fields: number;
  readonly agree: number;
  readonly answers: readonly AnswerRow[];
  /** Rules by which something was not compared, or not to the letter (src/playback/README.md). */
  readonly uncompared: readonly string[];
  /** Close figures that are farther off than the rules think likely: told, and counted as nothing. */
  readonly far: readonly {
    readonly where: string;
    readonly figure: string;
    readonly real: number;
    readonly simulated: number | null;
  }[];
  readonly real: Brief;
  /** `null`: the simulation did not come to it, for the reason in `failure`. */
  readonly simulated: Brief | null;
  readonly failure: string | null;
  /** The page for which the simulated kernel refused. */
  readonly culprit: Culprit | null;
}

/** An answer, or a part of one, on both sides. */
export interface AnswerRow {
  /** The field of the rules that it belongs to. */
  readonly field: string;
  /** Which block, zone, line …; empty where the field is one answer. */
  readonly of: string;
  /** Empty: there is none. */
  readonly real: string;
  readonly simulated: string;
  readonly agrees: boolean;
  /** So many parts of the field that both sides have alike, and that the step left as they were. */
  readonly quiet: number;
}

/** A side of a row in short. */
export interface Brief {
  readonly exit: number | null;
  /** The end of what a shell line wrote to stderr. */
  readonly phrase: string;
  /** What the emulator's monitor said instead of doing it. */
  readonly refused: string | null;
  /** First line of standard output, and how many there are. */
  readonly output: string;
  readonly lines: number;
  /** Pages that the kernel dumped, in hex, each once. */
  readonly dumped: readonly string[];
  readonly events: readonly string[];
  readonly rebuilt: boolean;
  /** Blocks that changed, in runs; `state` `null`: gone. After boot: all. */
  readonly changed: readonly BlockRun[];
  /** All blocks afterwards. */
  readonly blocks: readonly BlockRun[];
}

/** Blocks in a row that are alike. */
export interface BlockRun {
  readonly first: number;
  readonly last: number;
  readonly state: string | null;
  /** First word of valid_zones. */
  readonly zone: string;
}

/**
 * What the worker needs of the engine. `EngineHost` in ./engine-host.ts is the only one that has this shape, in tests too.
 */
import type { BoxDescription } from "../engine/hardware/description.ts";
import type { ErrnoName } from "../engine/chronicle/outcome.ts";
import type { Cause, Command, Place } from "../engine/time/commands.ts";
import type { Submission } from "../engine/time/engine.ts";
import type { CallStack } from "../engine/time/operations.ts";
import type { Instant, JournalEntry } from "../engine/time/journal.ts";
import type { Chain } from "../engine/inspect/index.ts";
import type { Hit, SearchProgress } from "../engine/inspect/scale/index.ts";
import type { SimNs } from "../engine/units.ts";
import type {
  ForegroundSleep,
  Foresight,
  LogEntry,
  Look,
  Looked,
  MomentMark,
  Past,
  Remedies,
  Snapshot,
} from "../protocol/messages.ts";
import type { PageInfo, Patch } from "../protocol/records.ts";
import type { TerminalSink } from "../shell/shell-terminals.ts";
import type { ShellLines } from "./shell-lines.ts";

/** A machine's terminals, once their code is there. */
export interface TerminalsOfMachine {
  /** A command runs in the foreground of a terminal. */
  busy(terminal: number): boolean;
  /** What sleeps there, and until when. */
  sleep(terminal: number): ForegroundSleep | null;
}

export interface EnginePort {
  readonly now: SimNs;
  /** Nothing left to simulate but the passing of time. */
  readonly idle: boolean;
  /** Hands a cause from outside to the engine, and says what became of it. */
  submit(command: Cause, origin?: string): Submission;
  /** It writes to a file that this worker may have after `fetchFiles` of ./more-files.ts. */
  needsMoreFiles(command: Command): boolean;
  /** Does what follows from such a cause: what a shell does. */
  act(command: Command, origin: string): Submission;
  /** Advances to `t`; returns early, with `now` where it got, when the budget expires. */
  runUntil(t: SimNs, budget?: { expired(): boolean }): void;
  /** What it takes, roughly, in bytes. */
  readonly bytes: number;
  /** Every cause so far. */
  readonly journal: { readonly length: number; slice(first: number): readonly JournalEntry[] };
  /** Where the machine is between two causes. */
  readonly instant: Instant;
  /**
   * Runs to an instant of a machine that did the same until then; false when the budget expired before. Throws where
   * this one can't get there.
   */
  advanceTo(instant: Instant, budget?: { expired(): boolean }): boolean;
  /** What became of an operation; `null`: it succeeded, or runs. */
  outcome(op: number): ErrnoName | null;
  /** Runs until all running operations ended, for `limit` ns (ten minutes) at most; false when the budget expired before. */
  settle(limit?: number, budget?: { expired(): boolean }): boolean;
  /** Each `drain` hands over what came up since the last call, and forgets it. */
  drainPatches(): Patch[];
  drainLog(): Omit<LogEntry, "seq">[];
  drainChangedBlocks(): string[];
  /** Whether instants at which records changed are kept apart from now on, for `drainMoments`. */
  keepMoments(wanted: boolean): void;
  /** Those on the way to the patches that were handed over last. */
  drainMoments(): MomentMark[];
  /** Where operations are, in which kernel functions. */
  callStacks(): CallStack[];
  /** The page that an attempt was refused for, and the number of what it was allocated for; `null`: none, or since boot. */
  culprit(attempt: number): { readonly partition: string; readonly pfn: number; readonly provenance: number } | null;
  /** The number of what the page at a frame was allocated for, 0 when that was boot or nothing. */
  provenance(partition: string, pfn: number): number;
  /** All of it is handed over again, for somebody who has seen nothing of it. */
  showAgain(): void;
  /** One byte a page of this block (see MapFlag), into an array of exactly that length. */
  pageMap(block: string, into: Uint8Array): void;
  /** One byte a pageblock of this block, the dominant kind. */
  pageblockMap(block: string, into: Uint8Array): void;
  /** How a page is reached, described and mapped; its code is fetched now. `null` where there is no such page. */
  chain(partition: string, pfn: number): Promise<Chain | null>;
  /** A slice of a search over all pages, begun or gone on with; its code is fetched now. `null`: no such partition. */
  search(
    partition: string,
    text: string,
    begin: boolean,
    budget: { expired(): boolean },
  ): Promise<SearchProgress | null>;
  /** The hit after or before a page, once something has been searched for. */
  hit(partition: string, from: number, step: 1 | -1): Hit | null;
  /** What is looked at (`null`: nothing any more), when it is not what was told last; `fresh`: for somebody who has seen nothing of it. */
  look(look: Look | null, fresh: boolean): Looked | null;
  /** All that views compare with an instant, page maps of this block (key) first; its code is fetched now. */
  snapshot(block: string | null): Promise<Snapshot>;
  inspect(partition: string, pfn: number): PageInfo | null;
  foresee(dimm: string, to: Place): Foresight | Promise<Foresight>;
  /** The same of taking a block offline. */
  foreseeOffline(block: string): Foresight | Promise<Foresight>;
  /** What would make a refused attempt succeed; its code is fetched now. */
  remedies(attempt: number): Promise<Remedies>;
  /** What a command, not carried out yet, is as shell lines; `null` where a shell has nothing to say. */
  shellLines(command: Command): ShellLines | null;
  /** Gives the machine terminals, whose code is fetched now. What processes do goes through `act`. */
  joinTerminals(sink: TerminalSink, act: EnginePort["act"]): Promise<TerminalsOfMachine>;
  past(): Past;
  /** Sentences about what does not agree with itself; empty when all is well. Its code is fetched now. */
  audit(): Promise<string[]>;
}

export type BuildEngine = (scenario: { readonly seed: number; readonly box: BoxDescription }) => EnginePort;

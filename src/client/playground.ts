/**
 * One playground on the page: a worker with a box in it, and the store that mirrors it. Never a module singleton:
 * two playgrounds can stand side by side. Views get it from React context (`usePlayground`, `useRecords` in ./react.tsx).
 */
import type { Trouble } from "../protocol/trouble.ts";
import type { Occasion } from "../engine/chronicle/occasion.ts";
import type { StoreApi } from "zustand/vanilla";
import type { Command } from "../engine/time/commands.ts";
import type { CallStack } from "../engine/time/operations.ts";
import type { Act, Answer, LogEntry, Look, Looked, Offers, PlaceInTime, Stretched } from "../protocol/messages.ts";
import type { Reel } from "./film/reel.ts";
import type { Futures, Kept } from "./keeper.ts";
import type { Questions } from "./questions.ts";
import type { TerminalEnds, TerminalLine, TerminalSize } from "./terminal-lines.ts";
import type { RecordKind, Records } from "../protocol/records.ts";
import type { KernelChoice, Scenario } from "../protocol/scenario.ts";

export type CommandAnswer = Extract<Answer, { to: "command" }>;

export interface Playground extends Questions {
  readonly store: StoreApi<PlaygroundState>;
  /** Sends a command; resolves when the engine has accepted or refused it (a long operation goes on after that). */
  send(command: Command): Promise<CommandAnswer>;
  /**
   * What to see from now on, in `looked`; `null`: nothing. One view at a time looks. While all of memory is looked at, no
   * page map of the selected block and node comes.
   */
  look(look: Look | null): void;
  /** Blocks (keys) to see pageblock by pageblock besides those of the selected node. One view at a time asks. */
  watchBeside(blocks: readonly string[]): void;
  /** Blocks (keys, at most 4) to see page by page besides the selected one: their maps are in `fineMap`. One view at a time asks. */
  watchFine(blocks: readonly string[]): void;
  fineMap(block: string): Uint8Array | undefined;
  /**
   * Takes the machine to another instant: to just before what a person did last, from where time goes on; to where such
   * a way began, unless something else was done since; or to when the page was allocated for which an attempt (key) was
   * refused, where time stands. False when there is no such way.
   */
  travel(to: "undo" | "redo" | { readonly culprit: string }): Promise<boolean>;
  /**
   * Gives commands at one instant and plays time to an exact end, where it stands still (`stretch` in
   * src/protocol/messages.ts). A speed set meanwhile plays the rest faster or slower, and changes nothing else. `null`:
   * the simulator is gone.
   */
  stretch(
    commands: readonly Command[],
    how: { readonly length: number | null; readonly speed: number; readonly follows?: boolean },
  ): Promise<Stretched | null>;
  /** Plays the rest of a stretch at another speed; nothing where none is played any more. */
  hurry(speed: number): void;
  /** Takes the machine to a place of its own past, where time stands still. False when it has no such place. */
  goTo(place: PlaceInTime): Promise<boolean>;
  /**
   * What the page showed so far, to be shown again; recorded from the first call on, for its code is fetched then. While
   * the past is shown, questions about the machine are not answered, and a command takes the machine there first.
   */
  reel(): Promise<Reel>;
  /** Opens a terminal with a shell on a partition's kernel. */
  openTerminal(partition: string, size: TerminalSize, ends: TerminalEnds): TerminalLine;
  /** Simulated ns per real ns; 0 pauses. */
  setSpeed(speed: number): void;
  /** Load a scenario from its beginning, with other kernels than its own where some are given. */
  load(scenario: string | Scenario, kernels?: KernelChoice): void;
  /** The machine as it is shown, as what was done to it; `null` before the first time. */
  readonly kept: Kept | null;
  /** Futures that were left for others: what was undone, and what came of it; and those that somebody keeps. */
  readonly futures: Futures;
  /** Goes on with a machine that was kept, and keeps the one that runs. */
  takeUp(kept: Kept): void;
  select(selection: Partial<Selection>): void;
  /** Bytes of the watched block, one a page; valid until the next frame. */
  pageMap(): { readonly block: string; readonly bytes: Uint8Array } | null;
  /** One byte a pageblock, dominant kind; kept for every block seen so far. */
  pageblockMap(block: string): Uint8Array | undefined;
  /** Called once a display frame, after the store holds that frame's records. */
  onFrame(listener: (frame: FrameInfo) => void): () => void;
  /** Is asked first in every display frame, whether a panel is rendered in it; returns how to stop. There is one at a time. */
  pacedBy(pace: Pace): () => void;
  /** Asks to hear in `FrameInfo.moments` of every instant at which records changed, or no more. */
  watchMoments(wanted: boolean): void;
  /** Asks to be told in `calls` where operations are, or no more. */
  watchCalls(wanted: boolean): void;
  /**
   * Stops time, and goes on until an operation comes to another kernel function. False when none runs; in the past it leads back
   * to the present first.
   */
  step(): Promise<boolean>;
  /** Asks for one more frame though nothing has changed: a view in the middle of a fade. */
  requestFrame(): void;
  /** Resolves when nothing is running, no frame is in flight and nothing waits to be drawn. */
  whenIdle(): Promise<void>;
  dispose(): void;
}

export type Pace = (frame: Pick<FrameInfo, "news" | "pagesChanged">) => boolean;

export interface FrameInfo {
  readonly now: number;
  /** Real milliseconds since the last frame. */
  readonly elapsed: number;
  /** Keys of blocks whose pageblock map changed in this frame. */
  readonly changedBlocks: readonly string[];
  readonly pagesChanged: boolean;
  /** The store has just taken in what came with this frame. */
  readonly news: boolean;
  /** A panel is rendered in this frame: a picture that takes long and can wait is painted in the next. */
  readonly panel: boolean;
  /** The machine is another than in the frame before, or at an earlier instant. */
  readonly anew: boolean;
  /** Instants on the way to this frame, where somebody asked to hear of them. */
  readonly moments: readonly Moment[];
}

/** The machine at an instant: its records, and what a person did just before. */
export interface Moment {
  readonly at: number;
  readonly records: RecordTables;
  readonly acts: readonly Act[];
}

/** What a copy did (Rehearsed in messages.ts), with all records after each move. */
export interface Rehearsal {
  readonly at: number;
  readonly begin: RecordTables;
  readonly moves: readonly {
    readonly records: RecordTables;
    readonly acts: readonly Act[];
    /** What its terminal showed. */
    readonly text: string;
  }[];
}

export type RecordTables = { readonly [K in RecordKind]: Readonly<Record<string, Records[K]>> };

export interface Selection {
  /** Keys, as in records. */
  readonly node: string | null;
  readonly block: string | null;
  readonly dimm: string | null;
  readonly attempt: string | null;
  /** Page pointed at, in the selected block's partition. */
  readonly pfn: number | null;
}

export interface Travelled {
  readonly went: "before" | "after" | "there" | "back";
  /** What was undone or done again. */
  readonly what: Occasion | null;
  readonly at: number;
}

/** The instant of the past that is shown: which shot of the film, and its simulated time, ns. */
export interface Cursor {
  readonly id: number;
  readonly index: number;
  readonly at: number;
}

export interface PlaygroundState {
  /** A fault stays until another start. */
  readonly status: "starting" | "running" | "fault";
  /** Why the simulation cannot go on. */
  readonly fault: Trouble | null;
  /** That the simulator does not answer, while that is so. It may yet answer again. */
  readonly silence: Trouble | null;
  /** Another simulator has made the machine again, as it was at this simulated time (ns), for the first was gone. */
  readonly replaced: number | null;
  readonly scenario: string;
  /** Its title; it may be none of those that come with the playground. */
  readonly title: string;
  /** Kernels chosen instead of the scenario's. */
  readonly kernels: KernelChoice;
  /** Unchanged records keep their identity from frame to frame, so selectors by key are cheap. */
  readonly records: RecordTables;
  /** Simulated ns since power-on, as of the newest records; a frame that has only maps tells its own in `FrameInfo`. */
  readonly now: number;
  readonly idle: boolean;
  readonly speed: number;
  /** What is looked at (`look`), and the simulated time at which they were so. */
  readonly looked: { readonly at: number; readonly look: Looked } | null;
  /** Where operations are, in which kernel functions; empty while nobody watches that. */
  readonly calls: readonly CallStack[];
  /** Newest last, at most 2,000. */
  readonly log: readonly LogEntry[];
  /** Ways to other instants. */
  readonly offers: Offers;
  /** The last one that was gone. */
  readonly travelled: Travelled | null;
  /** `null`: what is shown is the present. */
  readonly cursor: Cursor | null;
  readonly selection: Selection;
}

/**
 * The messages between the page and the worker. Structure travels as patches of small records; page maps travel as
 * transferred byte arrays, only for what is watched, and go back to be filled again. At most one frame is in
 * flight: the worker sends the next one after the page has said `ack`.
 *
 * Messages to the worker are in ./requests.ts, what it answers in ./answers.ts, what it tells by itself in ./frame.ts.
 */
import type { Answer } from "./answers.ts";
import type { Frame, LogEntry } from "./frame.ts";
import type { Trouble } from "./trouble.ts";

export * from "./answers.ts";
export * from "./frame.ts";
export * from "./requests.ts";

export const PROTOCOL_VERSION = 1;

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

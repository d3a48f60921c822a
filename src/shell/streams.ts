/** Standard input and outputs of commands. */
import type { FileErrno } from "../engine/sysfs/errno.ts";
import type { Running } from "./system.ts";

/** Where output goes. One `write` is one write(2): a file of the kernel sees the text whole. */
export interface Sink {
  write(text: string): Running<FileErrno | null>;
}

/**
 * A command's input: a file, a pipe whose writer is still at work, or a terminal. Every method may wait. Nothing is
 * read ahead, so commands can share an input, as `{ read line; cat; }` does.
 */
export interface Input {
  /** The next line without its newline; `undefined` at the end. */
  line(): Running<string | undefined>;
  /** What there is next, a few kilobytes at most; `undefined` at the end. For commands that stream (`cat`, `tee`). */
  chunk(): Running<string | undefined>;
  /** Everything up to the end. Not for commands that may stop early, or that may be given input without end. */
  rest(): Running<string>;
  /** Is it a terminal that somebody types on? */
  readonly isTerminal: boolean;
}

export interface Standard {
  readonly in: Input;
  readonly out: Sink;
  readonly err: Sink;
}

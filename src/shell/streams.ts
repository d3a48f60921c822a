/** Standard input and outputs of commands. */
import type { FileErrno } from "../engine/sysfs/errno.ts";
import { type Budget, type Files, type Running, writeThrough } from "./system.ts";

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

/** Text that is there from the beginning. */
export class TextInput implements Input {
  readonly isTerminal = false;
  private text: string;

  constructor(text: string) {
    this.text = text;
  }

  *rest(): Running<string> {
    const { text } = this;
    this.text = "";
    return text;
  }

  *chunk(): Running<string | undefined> {
    return (yield* this.rest()) || undefined;
  }

  *line(): Running<string | undefined> {
    if (this.text === "") return undefined;
    const end = this.text.indexOf("\n");
    const line = end < 0 ? this.text : this.text.slice(0, end);
    this.text = end < 0 ? "" : this.text.slice(end + 1);
    return line;
  }
}

/** Keeps what is written: a pipe, a command substitution, the terminal. */
export class Collected implements Sink {
  private readonly parts: string[] = [];
  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  *write(text: string): Running<FileErrno | null> {
    this.budget.text(text.length);
    this.parts.push(text);
    return null;
  }

  toString(): string {
    return this.parts.join("");
  }
}

/** A file opened for writing. */
export class FileSink implements Sink {
  private readonly files: Files;
  private readonly path: string;

  constructor(files: Files, path: string) {
    this.files = files;
    this.path = path;
  }

  *write(text: string): Running<FileErrno | null> {
    return yield* writeThrough(this.files, this.path, text);
  }
}

export interface Standard {
  readonly in: Input;
  readonly out: Sink;
  readonly err: Sink;
}

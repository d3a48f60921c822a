/** Standard input and outputs of commands. */
import type { FileErrno } from "../engine/sysfs/errno.ts";
import { type Budget, type Files, type Running, writeThrough } from "./system.ts";

/** Where output goes. One `write` is one write(2): a file of the kernel sees the text whole. */
export interface Sink {
  write(text: string): Running<FileErrno | null>;
}

/** Text still to be read, shared by the commands that read from it. */
export class Input {
  private text: string;

  constructor(text: string) {
    this.text = text;
  }

  rest(): string {
    const { text } = this;
    this.text = "";
    return text;
  }

  /** The next line without its newline; `undefined` at the end. */
  line(): string | undefined {
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

  // biome-ignore lint/correctness/useYield: a sink that never waits.
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

/** Open files by path, texts that are there from the beginning (here-documents), and places where output is gathered. */
import type { FileErrno } from "../../engine/sysfs/errno.ts";
import type { ReadResult } from "../../engine/sysfs/tree.ts";
import type { Process } from "../process/process.ts";
import { type Files, type Running, SLICE, done, writeThrough } from "../system.ts";
import { Counted, type OpenFile, endOfRead } from "./open-file.ts";

/** What is longer than this is read piece by piece, not kept. */
const MOST_KEPT = 8 * 1024 * 1024;
const PIECE = 1024 * 1024;

/** Numbers of /proc/sys are read from their beginning or not at all: a second read finds the end (kernel/sysctl.c, do_proc_dointvec). */
export const endsAfterOneRead = (path: string, text: string): boolean =>
  path.startsWith("/proc/sys/") && /^[-\d\s]*$/.test(text);

/** A file that was opened by its path. What is written goes to the end. */
export class PathFile extends Counted implements OpenFile {
  readonly path: string;
  readonly isTerminal = false;
  private readonly files: Files;
  private readonly how: "read" | "write" | "both";
  /** Devices give text without end; files of the kernel are rendered when reading begins, and stay so. */
  private readonly endless: boolean;
  private readonly long: boolean;
  private rendered: string | null = null;
  private offset = 0;

  constructor(files: Files, path: string, how: "read" | "write" | "both") {
    super();
    this.files = files;
    this.path = path;
    this.how = how;
    const stat = files.stat(path);
    this.endless = !("errno" in stat) && stat.device === true;
    this.long = !("errno" in stat) && stat.size > MOST_KEPT;
  }

  *read(by: Process, max: number, stop?: string): Running<ReadResult> {
    if (this.how === "write") return { errno: "EBADF" };
    // Devices that always have more would keep their reader, and everybody, from anything else.
    if (by.budget.owed > SLICE) yield { op: null, until: 0 };
    if (this.endless && by.caught.length > 0) return { errno: "EINTR" };
    if (!this.endless && this.rendered === null && this.long) {
      const piece = this.files.readAt(this.path, this.offset, Math.min(max, PIECE));
      if ("errno" in piece) return piece;
      const end = endOfRead(piece.text, 0, max, stop);
      this.offset += end;
      return { text: piece.text.slice(0, end) };
    }
    if (this.endless || this.rendered === null || this.offset >= this.rendered.length) {
      const read = this.files.read(this.path);
      if ("errno" in read) return read;
      this.rendered = read.text;
      if (this.endless) this.offset = 0;
    }
    const end =
      this.offset > 0 && endsAfterOneRead(this.path, this.rendered)
        ? this.offset
        : endOfRead(this.rendered, this.offset, max, stop);
    const text = this.rendered.slice(this.offset, end);
    this.offset = Math.max(this.offset, end);
    return { text };
  }

  *write(by: Process, text: string): Running<FileErrno | null> {
    return this.how === "read" ? "EBADF" : yield* writeThrough(this.files, this.path, text, by);
  }
}

/** A here-document or a script's own text. */
export class TextFile extends Counted implements OpenFile {
  readonly path = null;
  readonly isTerminal = false;
  private readonly text: string;
  private offset = 0;

  constructor(text: string) {
    super();
    this.text = text;
  }

  read(_by: Process, max: number, stop?: string): Running<ReadResult> {
    const end = endOfRead(this.text, this.offset, max, stop);
    const text = this.text.slice(this.offset, end);
    this.offset = end;
    return done({ text });
  }

  write(): Running<FileErrno | null> {
    return done("EBADF");
  }
}

/** Whoever takes output outside the machine takes 500 MB of it in a simulated second, from all writers together. */
const TAKING_NS = 2;

/** Hands what is written to somebody outside the machine. Can't be read. */
export class Capture extends Counted implements OpenFile {
  readonly path = null;
  readonly isTerminal = false;
  private readonly take: (text: string) => void;
  private readonly now: () => number;
  /** When all that was written will have been taken. */
  private takenAt = 0;

  constructor(take: (text: string) => void, now: () => number) {
    super();
    this.take = take;
    this.now = now;
  }

  read(): Running<ReadResult> {
    return done({ text: "" });
  }

  *write(_by: Process, text: string): Running<FileErrno | null> {
    this.take(text);
    this.takenAt = Math.max(this.takenAt, this.now()) + text.length * TAKING_NS;
    if (this.takenAt > this.now() + SLICE) yield { op: null, until: this.takenAt };
    return null;
  }
}

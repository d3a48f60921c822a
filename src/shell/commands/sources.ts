/** What a filter works on: files named, or standard input; whole, or line by line as they come. */
import type { ReadResult } from "../../engine/sysfs/tree.ts";
import { absolute } from "../state.ts";
import { type Budget, type Running, breathe, pass } from "../system.ts";
import { type CommandContext, MILLISECOND } from "./command.ts";
import { cannotOpen, complain } from "./output.ts";

export interface Source {
  readonly name: string;
  readonly text: string;
}

const isStandardInput = (path: string): boolean => path === "-" || path === "/dev/stdin";

const AT_ONCE = 65_536;

/** A file to its end: a large one in parts, so that others go on meanwhile. */
export function* wholeOf(context: CommandContext, path: string): Running<ReadResult> {
  const { files } = context.state.system;
  const { budget } = context.state;
  budget.spend(NS_PER_FILE);
  yield* breathe(budget);
  const stat = files.stat(path);
  if ("errno" in stat || stat.large === undefined) return files.read(path);
  const parts: string[] = [];
  for (let at = 0; ; ) {
    const read = files.readAt(path, at, Math.min(AT_ONCE, stat.large - at));
    if ("errno" in read) return read;
    if (read.text === "") return { text: parts.join("") };
    parts.push(read.text);
    at += read.text.length;
    budget.holds(at);
    budget.spend(read.text.length * NS_PER_BYTE);
    yield* breathe(budget);
  }
}

/** What the kernel computes of a large file. */
const NS_PER_BYTE = 4;
/** Opening a file, reading and closing it. */
const NS_PER_FILE = 4_000;

/** The files named, or standard input, each to its end. What can't be read is said and left out. */
export function* sources(
  context: CommandContext,
  paths: readonly string[],
): Running<{ readonly all: readonly Source[]; readonly status: number }> {
  if (paths.length === 0) return { all: [{ name: "(standard input)", text: yield* context.std.in.rest() }], status: 0 };
  const all: Source[] = [];
  let status = 0;
  for (const path of paths) {
    if (isStandardInput(path)) {
      all.push({ name: path, text: yield* context.std.in.rest() });
      continue;
    }
    const read = yield* wholeOf(context, absolute(context.state, path));
    if ("errno" in read) status = yield* complain(context, cannotOpen(context, path, read.errno));
    else all.push({ name: path, text: read.text });
  }
  for (const { text } of all) context.state.budget.text(text.length);
  return { all, status };
}

/** How often a device that has nothing new is asked again. */
const POLL = 100 * MILLISECOND;
/** Records of the kernel's log begin with their numbers. */
const RECORD = /^\d+,(\d+),/;

/** Text from one place, in pieces. */
export interface Pieces {
  readonly name: string;
  /** Whoever reads pays. */
  readonly budget: Budget;
  /** The next piece; `undefined` at the end. */
  next(): Running<string | undefined>;
}

/** Opens a file to be read in pieces; `undefined` when that failed and was said. Devices may never come to an end. */
export function* open(context: CommandContext, path: string, status: { value: number }): Running<Pieces | undefined> {
  if (isStandardInput(path)) return { name: path, budget: context.state.budget, next: () => context.std.in.chunk() };
  const { system, budget } = context.state;
  budget.spend(NS_PER_FILE);
  yield* breathe(budget);
  const whole = absolute(context.state, path);
  const stat = system.files.stat(whole);
  if (!("errno" in stat) && stat.device && /kmsg$/.test(whole)) return followLog(context, path, whole);
  const endless = !("errno" in stat) && stat.device === true;
  const large = "errno" in stat ? undefined : stat.large;
  const first = large === undefined ? system.files.read(whole) : system.files.readAt(whole, 0, AT_ONCE);
  let at = "errno" in first ? 0 : first.text.length;
  if ("errno" in first) {
    status.value = yield* complain(
      context,
      cannotOpen(context, path, first.errno),
      context.name === "grep" || context.name === "sed" ? 2 : 1,
    );
    return undefined;
  }
  let piece: string | undefined = first.text === "" ? undefined : first.text;
  return {
    name: path,
    budget,
    *next() {
      if (endless && piece !== undefined) yield* pass(system, 1000);
      const now = piece;
      if (now === undefined) return undefined;
      if (!endless) piece = undefined;
      context.state.budget.text(now.length);
      if (large !== undefined) {
        const next = system.files.readAt(whole, at, Math.min(AT_ONCE, large - at));
        piece = "errno" in next || next.text === "" ? undefined : next.text;
        at += piece?.length ?? 0;
        budget.spend(now.length * NS_PER_BYTE);
        yield* breathe(budget);
      }
      return now;
    },
  };
}

/** /dev/kmsg: all records there are, then each as it comes. */
function followLog(context: CommandContext, name: string, path: string): Pieces {
  const { system } = context.state;
  let after = -1;
  return {
    name,
    budget: context.state.budget,
    *next() {
      for (;;) {
        const read = system.files.read(path);
        if ("errno" in read) return undefined;
        const fresh = read.text.split("\n").filter((line) => Number(RECORD.exec(line)?.[1] ?? -1) > after);
        const last = fresh.at(-1);
        if (last !== undefined) {
          after = Number(RECORD.exec(last)?.[1]);
          return `${fresh.join("\n")}\n`;
        }
        yield* pass(system, POLL);
      }
    },
  };
}

/** What a filter does with a line. */
const NS_PER_LINE = 400;

/** Lines out of pieces. */
export class LineReader {
  private readonly pieces: Pieces;
  private held = "";
  private at = 0;
  private ended = false;
  /** The last line that was given had no newline. */
  unterminated = false;

  private readonly writer: Writer | undefined;

  /** What the writer holds goes out before anybody waits for more input. */
  constructor(pieces: Pieces, writer?: Writer) {
    this.pieces = pieces;
    this.writer = writer;
  }

  /** The next line without its newline; `undefined` at the end. */
  *next(separator = "\n"): Running<string | undefined> {
    const { budget } = this.pieces;
    budget.spend(NS_PER_LINE);
    yield* breathe(budget);
    for (;;) {
      const end = this.held.indexOf(separator, this.at);
      if (end >= 0) {
        const line = this.held.slice(this.at, end);
        this.at = end + separator.length;
        return line;
      }
      if (this.ended) {
        const line = this.held.slice(this.at);
        this.held = "";
        this.at = 0;
        if (line === "") return undefined;
        this.unterminated = true;
        return line;
      }
      if (this.writer) yield* this.writer.flush();
      const piece: string | undefined = yield* this.pieces.next();
      if (piece === undefined) this.ended = true;
      else {
        this.held = this.held.slice(this.at) + piece;
        this.at = 0;
      }
    }
  }
}

/**
 * Hands every line of the files named (or of standard input) to `each`, as they come. `each` says "stop" to end.
 * Returns 1 (2 for grep and sed) when some file could not be read.
 */
export function* eachLine(
  context: CommandContext,
  paths: readonly string[],
  each: (
    line: string,
    source: { readonly name: string; readonly terminated: boolean },
  ) => Running<"stop" | undefined> | Running<undefined> | Running<void>,
  writer?: Writer,
  separator = "\n",
): Running<number> {
  const status = { value: 0 };
  for (const path of paths.length === 0 ? ["-"] : paths) {
    const pieces = yield* open(context, path, status);
    if (!pieces) continue;
    const reader = new LineReader(pieces, writer);
    for (let line = yield* reader.next(separator); line !== undefined; line = yield* reader.next(separator)) {
      if ((yield* each(line, { name: path, terminated: !reader.unterminated })) === "stop") return status.value;
    }
  }
  return status.value;
}

/** Gathers output so that not every line is a write of its own, without holding back what a slow input gives. */
export class Writer {
  private text = "";
  private readonly write: (text: string) => Running<number>;
  status = 0;

  constructor(write: (text: string) => Running<number>) {
    this.write = write;
  }

  *put(text: string): Running<void> {
    this.text += text;
    if (this.text.length >= BUFFER) yield* this.flush();
  }

  *flush(): Running<void> {
    const { text } = this;
    this.text = "";
    if (text !== "") this.status = (yield* this.write(text)) || this.status;
  }
}
const BUFFER = 4096;

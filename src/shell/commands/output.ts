/** Printing from commands, and what they say of their errors. */
import { type FileErrno, strerror } from "../../engine/sysfs/errno.ts";
import { type Budget, type Running, breathe } from "../system.ts";
import type { CommandContext } from "./command.ts";
import { append } from "../../engine/lists.ts";

/** A command ends before its time: its reader has gone (SIGPIPE), or it said what is wrong. */
export class Ended extends Error {
  readonly status: number;

  constructor(status: number) {
    super("ended");
    this.status = status;
  }
}
/** Of a command that wrote what nobody reads. */
export const SIGPIPE_STATUS = 141;

/** Writes to standard output. A failed write is said once and ends the command, as does having no reader any more. Gives 0. */
export function* print(context: CommandContext, text: string, speaker = context.name): Running<number> {
  if (text === "") return 0;
  const errno = yield* context.std.out.write(text);
  if (errno === null) return 0;
  if (errno === "EPIPE") throw new Ended(SIGPIPE_STATUS);
  yield* context.std.err.write(`${speaker}: write error: ${strerror(errno)}\n`);
  throw new Ended(1);
}

export function* complain(context: CommandContext, message: string, status = 1): Running<number> {
  yield* context.std.err.write(`${context.name}: ${message}\n`);
  return status;
}

/** As `complain`, and what to try. */
export function* usage(context: CommandContext, message: string, status = 1): Running<number> {
  yield* context.std.err.write(`${context.name}: ${message}\nTry '${context.name} --help' for more information.\n`);
  return status;
}

/** How a command says that it does not know an option, or misses its value. */
export function optionError({ unknown, missing, possible }: Options): string {
  if (missing !== null)
    return missing.startsWith("--")
      ? `option '${missing}' requires an argument`
      : `option requires an argument -- '${missing}'`;
  if (possible.length > 0)
    return `option '${unknown ?? ""}' is ambiguous; possibilities: ${possible.map((name) => `'--${name}'`).join(" ")}`;
  return unknown?.startsWith("--") ? `unrecognized option '${unknown}'` : `invalid option -- '${unknown ?? ""}'`;
}

/** A file that cannot be opened or read, in the words of the command, or of busybox where that is what the machine runs. */
export function cannotOpen(context: CommandContext, path: string, errno: FileErrno): string {
  const why = strerror(errno);
  if (context.state.system.dialect === "busybox")
    return context.name === "grep" ? `${path}: ${why}` : `can't open '${path}': ${why}`;
  switch (context.name) {
    case "head":
    case "tail":
      return errno === "EISDIR" ? `error reading '${path}': ${why}` : `cannot open '${path}' for reading: ${why}`;
    case "sort":
      return errno === "EISDIR" ? `read failed: ${path}: ${why}` : `cannot read: ${path}: ${why}`;
    case "sed":
      return errno === "EISDIR" ? `couldn't edit ${path}: not a regular file` : `can't read ${path}: ${why}`;
    case "awk":
      return `cannot open "${path}" (${why})`;
    default:
      return `${path}: ${why}`;
  }
}

/** Splits text into lines; a last line without newline counts. */
export function lines(text: string): string[] {
  const all = text.split("\n");
  if (all.at(-1) === "") all.pop();
  return all;
}
/** As `lines`, of text that may be long: others go on meanwhile. Parts end with `end`. */
export function* parted(text: string, budget: Budget, end = "\n"): Running<string[]> {
  const all: string[] = [];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf(end, at);
    all.push(text.slice(at, next < 0 ? text.length : next));
    at = next < 0 ? text.length : next + end.length;
    budget.spend(NS_PER_STEP);
    yield* breathe(budget);
  }
  return all;
}

/** What `each` gives for every item; others go on meanwhile. */
export function* mapped<T, U>(
  items: readonly T[],
  budget: Budget,
  each: (item: T, i: number) => U,
  cost = NS_PER_STEP,
): Running<U[]> {
  const all: U[] = [];
  for (const [i, item] of items.entries()) {
    all.push(each(item, i));
    budget.spend(cost);
    yield* breathe(budget);
  }
  return all;
}

/** What one step of working through lines costs: reading one, comparing two, writing one. */
const NS_PER_STEP = 200;
const AT_ONCE = 65_536;

/** Prints what `shown` makes of each item, in large pieces. */
export function* printAll<T>(context: CommandContext, items: Iterable<T>, shown: (item: T) => string): Running<number> {
  const { budget } = context.state;
  let text = "";
  for (const item of items) {
    text += shown(item);
    budget.spend(NS_PER_STEP);
    yield* breathe(budget);
    if (text.length < AT_ONCE) continue;
    const status = yield* print(context, text);
    if (status !== 0) return status;
    text = "";
  }
  return yield* print(context, text);
}

export const joinLines = (all: readonly string[]): string => (all.length === 0 ? "" : `${all.join("\n")}\n`);

export interface Options {
  /** Letters given, with their last values where they take one. */
  readonly flags: ReadonlyMap<string, string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
  /** All that were given, repeated ones too, in their order. */
  readonly order: readonly (readonly [letter: string, value: string])[];
  /** The first option that is not known. */
  readonly unknown: string | null;
  /** What it may be short for, where that is more than one thing. */
  readonly possible: readonly string[];
  /** The first option that lacks its value. */
  readonly missing: string | null;
}

/**
 * Reads options as getopt_long does: long names may be cut short while they mean one option, options may stand behind
 * operands. `letters` is like `ab:c::`: a colon after what takes a value, two where the value is optional and
 * attached. A leading `+` stops at the first operand. `long` gives each long name its letter.
 */
export function options(
  args: readonly string[],
  letters: string,
  long: Readonly<Record<string, string>> = {},
): Options {
  const flags = new Map<string, string>();
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  const order: (readonly [letter: string, value: string])[] = [];
  let unknown: string | null = null;
  let possible: readonly string[] = [];
  let missing: string | null = null;
  const stops = letters.startsWith("+");
  const takes = (letter: string): "nothing" | "value" | "optional" => {
    const at = letters.indexOf(letter, stops ? 1 : 0);
    if (letters[at + 1] !== ":") return "nothing";
    return letters[at + 2] === ":" ? "optional" : "value";
  };
  const give = (letter: string, value: string) => {
    order.push([letter, value]);
    flags.delete(letter);
    flags.set(letter, value);
    values.set(letter, [...(values.get(letter) ?? []), value]);
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") {
      append(rest, args.slice(i + 1));
      break;
    }
    const named = /^--([\w-]+)(?:=(.*))?$/s.exec(arg);
    if (named) {
      const letter = longLetter(named[1] as string, long);
      if (letter === undefined && unknown === null) {
        possible = Object.keys(long).filter((name) => name.startsWith(named[1] as string));
        unknown = possible.length > 0 ? arg : arg.replace(/=.*/s, "");
      }
      if (letter === undefined) continue;
      if (takes(letter) !== "value") give(letter, named[2] ?? "");
      else if (named[2] === undefined && i + 1 >= args.length) missing ??= arg;
      else give(letter, named[2] ?? (args[++i] as string));
      continue;
    }
    if (!/^-./s.test(arg)) {
      rest.push(arg);
      if (!stops) continue;
      append(rest, args.slice(i + 1));
      break;
    }
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at] as string;
      if (letter === ":" || letter === "+" || !letters.includes(letter)) {
        unknown ??= letter;
        break;
      }
      if (takes(letter) === "nothing") {
        give(letter, "");
        continue;
      }
      const attached = arg.slice(at + 1);
      if (attached !== "" || takes(letter) === "optional") give(letter, attached);
      else if (i + 1 >= args.length) missing ??= letter;
      else give(letter, args[++i] as string);
      break;
    }
  }
  return { flags, values, rest, order, unknown, possible, missing };
}

function longLetter(name: string, long: Readonly<Record<string, string>>): string | undefined {
  if (Object.hasOwn(long, name)) return long[name];
  const letters = new Set(
    Object.keys(long)
      .filter((each) => each.startsWith(name))
      .map((each) => long[each] as string),
  );
  return letters.size === 1 ? [...letters][0] : undefined;
}

/** Wrong options, said: true when there are some. */
export const badOptions = ({ unknown, missing }: Options): boolean => unknown !== null || missing !== null;

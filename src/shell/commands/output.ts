/** Printing from commands. */
import { type FileErrno, strerror } from "../../engine/sysfs/errno.ts";
import type { Running } from "../system.ts";
import type { CommandContext } from "./command.ts";

/** Writes to standard output; a failed write is said as busybox says it, and is status 1. Applets in the shell speak as `sh`. */
export function* print(context: CommandContext, text: string, speaker = context.name): Running<number> {
  if (text === "") return 0;
  const errno = yield* context.std.out.write(text);
  if (errno === null) return 0;
  yield* context.std.err.write(`${speaker}: write error: ${strerror(errno)}\n`);
  return 1;
}

export function* complain(context: CommandContext, message: string, status = 1): Running<number> {
  yield* context.std.err.write(`${context.name}: ${message}\n`);
  return status;
}

/** `cat: can't open 'x': No such file or directory` */
export const cannotOpen = (path: string, errno: FileErrno): string => `can't open '${path}': ${strerror(errno)}`;

/** Splits text into lines; a last line without newline counts. */
export function lines(text: string): string[] {
  const all = text.split("\n");
  if (all.at(-1) === "") all.pop();
  return all;
}
export const joinLines = (all: readonly string[]): string => (all.length === 0 ? "" : `${all.join("\n")}\n`);

export interface Options {
  /** Letters given, with their values where they take one. */
  readonly flags: ReadonlyMap<string, string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
  /** The first option that is not known. */
  readonly unknown: string | null;
}

/**
 * Reads options as getopt does. `letters` is like `ab:c`: a colon after what takes a value. `long` gives each long
 * name its letter.
 */
export function options(
  args: readonly string[],
  letters: string,
  long: Readonly<Record<string, string>> = {},
): Options {
  const flags = new Map<string, string>();
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  let unknown: string | null = null;
  const takes = (letter: string) => letters[letters.indexOf(letter) + 1] === ":";
  const give = (letter: string, value: string) => {
    flags.set(letter, value);
    values.set(letter, [...(values.get(letter) ?? []), value]);
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      rest.push(...args.slice(i + 1));
      break;
    }
    const named = /^--([\w-]+)(?:=(.*))?$/s.exec(arg);
    if (named) {
      const letter = long[named[1] ?? ""];
      if (letter === undefined) unknown ??= arg;
      else give(letter, named[2] ?? (takes(letter) ? (args[++i] ?? "") : ""));
      continue;
    }
    if (!/^-./s.test(arg)) {
      rest.push(arg);
      continue;
    }
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at]!;
      if (letter === ":" || !letters.includes(letter)) {
        unknown ??= letter;
        break;
      }
      if (!takes(letter)) {
        give(letter, "");
        continue;
      }
      const attached = arg.slice(at + 1);
      if (attached === "" && i + 1 >= args.length) unknown ??= letter;
      give(letter, attached === "" ? (args[++i] ?? "") : attached);
      break;
    }
  }
  return { flags, values, rest, unknown };
}

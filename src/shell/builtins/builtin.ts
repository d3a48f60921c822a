/** What a builtin is given, and how builtins write and complain. */
import { strerror } from "../../engine/sysfs/errno.ts";
import type { Interpreter } from "../run/interpreter.ts";
import { say } from "../run/say.ts";
import type { Assigned } from "../run/simple.ts";
import { DescriptorInput, DescriptorSink } from "../run/streams-of.ts";
import type { ShellState } from "../state.ts";
import type { Input } from "../streams.ts";
import type { Running } from "../system.ts";

export interface BuiltinContext {
  readonly name: string;
  readonly args: readonly string[];
  /** The assignment that stands in an argument's place. */
  readonly assigned: (at: number) => Assigned | undefined;
  readonly interpreter: Interpreter;
  readonly state: ShellState;
}
export type Builtin = (context: BuiltinContext) => Running<number>;

/** Writes to standard output; a failed write is said, and is status 1. */
export function* print({ name, state }: BuiltinContext, text: string): Running<number> {
  if (text === "") return 0;
  const errno = yield* new DescriptorSink(state.system, state.process, 1).write(text);
  if (errno === null) return 0;
  // busybox's printf fails in silence.
  if (state.system.dialect === "busybox" && name === "printf") return 1;
  if (state.system.dialect === "busybox")
    yield* new DescriptorSink(state.system, state.process, 2).write(`sh: write error: ${strerror(errno)}\n`);
  else yield* say(state, `${name}: write error: ${strerror(errno)}`);
  return 1;
}

/** `bash: line 1: cd: MESSAGE` */
export function* complain({ name, state }: BuiltinContext, message: string, status = 1): Running<number> {
  yield* say(state, `${name}: ${message}`);
  return status;
}

/** An option that is not known, and what there is. */
export function* usage(context: BuiltinContext, option: string | null, synopsis: string): Running<number> {
  if (option !== null) yield* complain(context, `${option}: invalid option`);
  const file = context.state.process.descriptors.get(2);
  if (file) yield* file.write(context.state.process, `${context.name}: usage: ${synopsis}\n`);
  return 2;
}

export const input = ({ state }: BuiltinContext, descriptor = 0): Input =>
  new DescriptorInput(state.process, descriptor);

/**
 * Single-letter options before the operands. `letters` is like `ab:c`: a colon after what takes a value. `bad` is the
 * first that is not known.
 */
export function lettersOf(
  args: readonly string[],
  letters: string,
): { readonly flags: ReadonlyMap<string, string>; readonly rest: readonly string[]; readonly bad: string | null } {
  const flags = new Map<string, string>();
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === "--") return { flags, rest: args.slice(at + 1), bad: null };
    if (!/^-./.test(arg)) break;
    for (let i = 1; i < arg.length; i++) {
      const letter = arg[i] as string;
      const place = letters.indexOf(letter);
      if (place < 0 || letter === ":") return { flags, rest: args.slice(at), bad: `-${letter}` };
      if (letters[place + 1] !== ":") flags.set(letter, "");
      else {
        flags.set(letter, i + 1 < arg.length ? arg.slice(i + 1) : (args[++at] ?? ""));
        break;
      }
    }
  }
  return { flags, rest: args.slice(at), bad: null };
}

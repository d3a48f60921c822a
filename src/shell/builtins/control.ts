/** Builtins that steer the shell itself: leaving loops, running text, traps, finding commands, aliases, limits. */
import { strerror } from "../../engine/sysfs/errno.ts";
import type { ReadResult } from "../../engine/sysfs/tree.ts";
import { quoteAlways } from "../expand/quote.ts";
import { compute } from "../expand/words.ts";
import { signalNames, signalNumber } from "../process/signals.ts";
import { findInPath, runInPlace } from "../run/external.ts";
import { programs } from "../run/programs.ts";
import type { Interpreter } from "../run/interpreter.ts";
import { open } from "../run/redirect.ts";
import { runText } from "../run/script.ts";
import { runWords } from "../run/simple.ts";
import { runOwnTrap, setTrap, trapName, withoutTraps } from "../run/traps.ts";
import { type ShellState, Source, absolute } from "../state.ts";
import { type Running, done } from "../system.ts";
import { ShellError, Unwind } from "../unwind.ts";
import { type Builtin, type BuiltinContext, complain, lettersOf, print, usage } from "./builtin.ts";

export const answer =
  (status: number): Builtin =>
  () =>
    done(status);

/** `break` and `continue`. */
export const leave = (how: "break" | "continue"): Builtin =>
  function* (context) {
    const { state } = context;
    const [text] = context.args;
    if (state.loops === 0) {
      yield* complain(context, "only meaningful in a `for', `while', or `until' loop", 0);
      return 0;
    }
    if (text !== undefined && !/^[+-]?\d+$/.test(text)) {
      yield* complain(context, `${text}: numeric argument required`);
      throw new Unwind("exit", 128);
    }
    const count = Number(text ?? 1);
    if (count < 1) {
      yield* complain(context, `${text}: loop count out of range`);
      throw new Unwind("break", state.loops);
    }
    throw new Unwind(how, Math.min(count, state.loops));
  };

function* statusFrom(context: BuiltinContext): Running<number> {
  const [text] = context.args;
  if (text === undefined) return context.state.status;
  if (/^\s*[+-]?\d+\s*$/.test(text)) return Number(BigInt.asUintN(8, BigInt(text.trim())));
  yield* complain(context, `${text}: numeric argument required`);
  return 2;
}

export function* exit(context: BuiltinContext): Running<number> {
  if (context.args.length > 1 && /^[+-]?\d+$/.test(context.args[0] ?? "")) {
    yield* complain(context, "too many arguments");
    if (!context.state.interactive) throw new Unwind("exit", 1);
    return 1;
  }
  throw new Unwind("exit", yield* statusFrom(context));
}

export function* returnFrom(context: BuiltinContext): Running<number> {
  const { state } = context;
  if (state.frames.length === 0 && !state.trapping)
    return yield* complain(context, "can only `return' from a function or sourced script", 2);
  throw new Unwind("return", yield* statusFrom(context));
}

export function* evaluate({ args, interpreter, state }: BuiltinContext): Running<number> {
  const text = args.join(" ");
  if (text.trim() === "") return 0;
  return yield* runText(
    text,
    interpreter,
    new Source(text, state.source.name, state.source.lineAt(state.position), "eval"),
    "eval ",
  );
}

export function* source(context: BuiltinContext): Running<number> {
  const { interpreter, state } = context;
  const [path, ...positional] = context.args[0] === "--" ? context.args.slice(1) : context.args;
  if (path === undefined) return yield* usage(context, null, `${context.name} filename [arguments]`);
  const found = path.includes("/") ? path : (findInPath(path, state) ?? path);
  if ("names" in state.system.files.list(absolute(state, found)))
    return yield* complain(context, `${path}: is a directory`);
  const read = yield* textOf(found, state);
  if ("errno" in read) {
    yield* complain({ ...context, name: path }, strerror(read.errno));
    return 1;
  }
  const before = state.positional;
  state.frames.push({ name: "source", line: state.source.lineAt(state.position), source: path });
  if (positional.length > 0) state.positional = positional;
  try {
    const status = yield* withoutTraps(["DEBUG"], interpreter, () => fileBody(read.text, path, interpreter));
    yield* runOwnTrap("RETURN", interpreter);
    return status;
  } finally {
    state.frames.pop();
    if (positional.length > 0) state.positional = before;
  }
}

function* fileBody(text: string, path: string, interpreter: Interpreter): Running<number> {
  try {
    return yield* runText(text, interpreter, new Source(text, path), "source ");
  } catch (error) {
    if (error instanceof Unwind && error.how === "return") return error.count;
    throw error;
  }
}

/** A file's text, which may be a descriptor's: `. <(command)`. */
function* textOf(path: string, state: ShellState): Running<ReadResult> {
  const file = open(state, path, "read", false);
  if (typeof file === "string") return { errno: file };
  const parts: string[] = [];
  let held = 0;
  for (;;) {
    const read = yield* file.read(state.process, 65_536);
    if ("errno" in read) return read;
    if (read.text === "") return { text: parts.join("") };
    parts.push(read.text);
    held += read.text.length;
    // A device without end ends the process, not the machine.
    state.budget.text(read.text.length);
    state.budget.holds(held);
  }
}

export function* exec(context: BuiltinContext): Running<number> {
  const { rest, bad } = lettersOf(context.args, "cla:");
  if (bad !== null)
    return yield* usage(context, bad, "exec [-cl] [-a name] [command [argument ...]] [redirection ...]");
  const status = yield* runInPlace(rest, context.interpreter);
  if (status < 0 && context.state.interactive) return -status;
  context.state.traps.delete(0);
  throw new Unwind("exit", Math.abs(status));
}

const KEYWORDS: ReadonlySet<string> = new Set([
  "if",
  "then",
  "else",
  "elif",
  "fi",
  "case",
  "esac",
  "for",
  "select",
  "while",
  "until",
  "do",
  "done",
  "in",
  "function",
  "time",
  "{",
  "}",
  "!",
  "[[",
  "]]",
  "coproc",
]);

/** What a name is, as `type -t` says it. */
function kindOf(
  name: string,
  { state }: BuiltinContext,
): { readonly kind: "alias" | "keyword" | "function" | "builtin" | "file"; readonly path: string } | undefined {
  const alias = state.aliases.get(name);
  if (alias !== undefined && (state.interactive || state.shopts.has("expand_aliases")))
    return { kind: "alias", path: alias };
  if (KEYWORDS.has(name)) return { kind: "keyword", path: name };
  if (state.functions.has(name)) return { kind: "function", path: name };
  if (state.system.parts.builtins.has(name)) return { kind: "builtin", path: name };
  const path = state.system.dialect === "busybox" && programs().has(name) ? `/bin/${name}` : findInPath(name, state);
  return path === undefined ? undefined : { kind: "file", path };
}

export function* type(context: BuiltinContext): Running<number> {
  const { flags, rest, bad } = lettersOf(context.args, "afptP");
  if (bad !== null) return yield* usage(context, bad, "type [-afptP] name [name ...]");
  let status = 0;
  for (const name of rest) {
    const found = kindOf(name, context);
    if (!found || (flags.has("P") && found.kind !== "file")) {
      status = 1;
      if (!flags.has("t") && !flags.has("p") && !flags.has("P")) yield* complain(context, `${name}: not found`);
      continue;
    }
    const { kind, path } = found;
    if (flags.has("t")) yield* print(context, `${kind}\n`);
    else if (flags.has("p") || flags.has("P")) yield* print(context, kind === "file" ? `${path}\n` : "");
    else if (kind === "alias") yield* print(context, `${name} is aliased to \`${path}'\n`);
    else if (kind === "keyword") yield* print(context, `${name} is a shell keyword\n`);
    else if (kind === "builtin") yield* print(context, `${name} is a shell builtin\n`);
    else if (kind === "function")
      yield* print(context, `${name} is a function\n${context.state.functions.get(name)?.text ?? ""}\n`);
    else
      yield* print(context, context.state.hashed.has(name) ? `${name} is hashed (${path})\n` : `${name} is ${path}\n`);
  }
  return status;
}

export function* command(context: BuiltinContext): Running<number> {
  const { flags, rest, bad } = lettersOf(context.args, "pvV");
  if (bad !== null) return yield* usage(context, bad, "command [-pVv] command [arg ...]");
  if (rest.length === 0) return 0;
  if (flags.has("V")) return yield* type({ ...context, args: ["--", ...rest] });
  if (!flags.has("v")) return yield* runWords(rest, context.interpreter, { functions: false });
  let status = 1;
  for (const name of rest) {
    const found = kindOf(name, context);
    if (!found) continue;
    status = 0;
    yield* print(context, found.kind === "alias" ? `alias ${name}=${quoteAlways(found.path)}\n` : `${found.path}\n`);
  }
  return status;
}

export function* builtin(context: BuiltinContext): Running<number> {
  const name = context.args[0];
  const args = context.args.slice(1);
  if (name === undefined) return 0;
  const found = context.state.system.parts.builtins.get(name);
  if (!found) return yield* complain(context, `${name}: not a shell builtin`);
  return yield* found({ ...context, name, args, assigned: (at) => context.assigned(at + 1) });
}

export function* hash(context: BuiltinContext): Running<number> {
  const { state } = context;
  const { flags, rest } = lettersOf(context.args, "lrp:dt");
  if (flags.has("r")) state.hashed.clear();
  if (rest.length === 0) {
    if (flags.size > 0) return 0;
    if (state.hashed.size === 0) return yield* print(context, "hash: hash table empty\n");
    return yield* print(
      context,
      `hits\tcommand\n${[...state.hashed.values()].map((path) => `   1\t${path}\n`).join("")}`,
    );
  }
  let status = 0;
  for (const name of rest) {
    const path = flags.get("p") ?? findInPath(name, state);
    if (path === undefined) status = yield* complain(context, `${name}: not found`);
    else state.hashed.set(name, path);
  }
  return status;
}

type TrapKey = number | "ERR" | "DEBUG" | "RETURN";
function trapKey(text: string): TrapKey | undefined {
  const upper = text.toUpperCase().replace(/^SIG/, "");
  if (upper === "ERR" || upper === "DEBUG" || upper === "RETURN") return upper;
  return signalNumber(text);
}

export function* trap(context: BuiltinContext): Running<number> {
  const { state } = context;
  const { flags, rest, bad } = lettersOf(context.args, "lp");
  if (bad !== null) return yield* usage(context, bad, "trap [-lp] [[arg] signal_spec ...]");
  if (flags.has("l")) return yield* print(context, signalList());
  if (flags.has("p") || rest.length === 0) {
    const wanted = rest.map(trapKey);
    const listed = [...state.traps]
      .filter(([key]) => rest.length === 0 || wanted.includes(key))
      .sort(([a], [b]) => order(a) - order(b));
    return yield* print(
      context,
      listed.map(([key, text]) => `trap -- ${quoteAlways(text)} ${trapName(key)}\n`).join(""),
    );
  }
  const [action = "", ...signals] = rest;
  const reset = action === "-" || (signals.length === 0 && trapKey(action) !== undefined) || /^\d+$/.test(action);
  let status = 0;
  for (const name of reset && action !== "-" ? rest : signals) {
    const key = trapKey(name);
    if (key === undefined) status = yield* complain(context, `${name}: invalid signal specification`);
    else setTrap(state, key, reset ? null : action);
  }
  if (!reset && signals.length === 0) return yield* usage(context, null, "trap [-lp] [[arg] signal_spec ...]");
  return status;
}

const order = (key: TrapKey): number => (typeof key === "number" ? key : { DEBUG: 65, ERR: 66, RETURN: 67 }[key]);

export function signalList(): string {
  const all = signalNames.map((name, i) => `${String(i + 1).padStart(2)}) SIG${name}`);
  const lines: string[] = [];
  for (let i = 0; i < all.length; i += 5)
    lines.push(
      `${all
        .slice(i, i + 5)
        .map((text) => text.padEnd(15))
        .join("\t")
        .trimEnd()}\n`,
    );
  return lines.join("");
}

export function* alias(context: BuiltinContext): Running<number> {
  const { state } = context;
  const line = (name: string): string => `alias ${name}=${quoteAlways(state.aliases.get(name) ?? "")}\n`;
  const rest = context.args.filter((arg) => arg !== "-p");
  if (rest.length === 0) return yield* print(context, [...state.aliases.keys()].sort().map(line).join(""));
  let status = 0;
  for (const arg of rest) {
    const [, name = "", text] = /^([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (text !== undefined) state.aliases.set(name, text);
    else if (state.aliases.has(arg)) yield* print(context, line(arg));
    else status = yield* complain(context, `${arg}: not found`);
  }
  return status;
}

export function* unalias(context: BuiltinContext): Running<number> {
  const { state } = context;
  if (context.args[0] === "-a") {
    state.aliases.clear();
    return 0;
  }
  let status = 0;
  for (const name of context.args)
    if (!state.aliases.delete(name)) status = yield* complain(context, `${name}: not found`);
  return status;
}

export function* times(context: BuiltinContext): Running<number> {
  const clock = (ns: number): string => `${Math.floor(ns / 60e9)}m${((ns % 60e9) / 1e9).toFixed(3)}s`;
  return yield* print(context, `${clock(context.state.process.used)} 0m0.000s\n0m0.000s 0m0.000s\n`);
}

export function* umask(context: BuiltinContext): Running<number> {
  const { process } = context.state;
  const { flags, rest } = lettersOf(context.args, "Sp");
  const [text] = rest;
  if (text === undefined) {
    const part = (shift: number): string =>
      "rwx"
        .split("")
        .filter((_, i) => !(process.umask & ((4 >> i) << shift)))
        .join("");
    return yield* print(
      context,
      flags.has("S") ? `u=${part(6)},g=${part(3)},o=${part(0)}\n` : `${process.umask.toString(8).padStart(4, "0")}\n`,
    );
  }
  if (!/^[0-7]{1,4}$/.test(text)) return yield* complain(context, `${text}: octal number out of range`);
  process.umask = Number.parseInt(text, 8);
  return 0;
}

export function* ulimit(context: BuiltinContext): Running<number> {
  const { process } = context.state;
  const { flags, rest } = lettersOf(context.args, "SHacdefilmnpqrstuvxT");
  const [value] = rest;
  if (flags.has("a"))
    return yield* print(context, `max user processes                  (-u) ${process.limits.processes}\n`);
  if (!flags.has("u")) return yield* value === undefined ? print(context, "unlimited\n") : done(0);
  if (value === undefined) return yield* print(context, `${process.limits.processes}\n`);
  if (value !== "unlimited" && !/^\d+$/.test(value)) return yield* complain(context, `${value}: invalid number`);
  const wanted = value === "unlimited" ? Number.POSITIVE_INFINITY : Number(value);
  if (wanted > MAX_PROCESSES)
    return yield* complain(context, "max user processes: cannot modify limit: Operation not permitted");
  process.limits.processes = wanted;
  return 0;
}
const MAX_PROCESSES = 1024;

export function* letBuiltin(context: BuiltinContext): Running<number> {
  if (context.args.length === 0) return yield* complain(context, "expression expected");
  let value = 0n;
  for (const text of context.args) {
    try {
      value = compute(text, context.state);
    } catch (error) {
      if (error instanceof ShellError && error.ends !== "exit") return yield* complain(context, error.message);
      throw error;
    }
  }
  return Number(value === 0n);
}

/** HISTSIZE when nobody sets it. */
const HISTORY_SIZE = 500;

export function* history(context: BuiltinContext): Running<number> {
  const { history: lines } = context.state;
  if (context.args[0] === "-c") {
    lines.length = 0;
    return 0;
  }
  if (context.args[0] === "-s") {
    // In place of the command itself, when that was kept.
    if (context.state.interactive && context.interpreter.state.options.has("history")) lines.pop();
    if (context.args.length > 1) lines.push(context.args.slice(1).join(" "));
    const most = Number(context.state.variables.get("HISTSIZE") ?? HISTORY_SIZE);
    if (Number.isInteger(most) && most >= 0 && lines.length > most) lines.splice(0, lines.length - most);
    return 0;
  }
  const count = /^\d+$/.test(context.args[0] ?? "") ? Number(context.args[0]) : lines.length;
  const from = Math.max(0, lines.length - count);
  return yield* print(
    context,
    lines
      .slice(from)
      .map((line, i) => `${String(from + i + 1).padStart(5)}  ${line}\n`)
      .join(""),
  );
}

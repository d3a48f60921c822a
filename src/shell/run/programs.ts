/** Programs that are shells, run other programs, or are builtins under their own names in /bin. */
import { strerror } from "../../engine/sysfs/errno.ts";
import type { CommandContext, CommandFunction } from "../commands/command.ts";
import { Ended, badOptions, optionError, options, usage } from "../commands/output.ts";
import { EXTERNALS } from "../commands/table.ts";
import { type Process, exitStatus } from "../process/process.ts";
import { Signal, signalName, signalNumber } from "../process/signals.ts";
import { OPTION_LETTERS, absolute } from "../state.ts";
import { type Running, pass } from "../system.ts";
import { newShell } from "./new-shell.ts";

/** `sh` and `bash`: `-c LINE`, a script, or what standard input gives. */
function* shell(context: CommandContext): Running<number> {
  const { state, std } = context;
  const args = [...context.args];
  const options: string[] = [];
  let fromArgument = false;
  let fromInput = false;
  while (args[0] !== undefined && /^[-+]./.test(args[0])) {
    const arg = args.shift() as string;
    if (arg === "--" || arg === "--login" || arg === "--norc" || arg === "--noprofile" || arg === "--posix") {
      if (arg === "--") break;
      continue;
    }
    if (arg === "--version") {
      yield* std.out.write("GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n");
      return 0;
    }
    if (/^[-+]o$/.test(arg)) {
      options.push(`-o${args.shift() ?? ""}`);
      continue;
    }
    for (const letter of arg.slice(1)) {
      if (letter === "c") fromArgument = true;
      else if (letter === "s") fromInput = true;
      else if (!"lix".includes(letter) && !OPTION_LETTERS[letter]) {
        yield* std.err.write(`${context.name}: ${arg}: invalid option\n`);
        return 2;
      } else options.push(`-${letter}`);
    }
  }
  if (fromArgument) {
    const [text, name = context.name, ...positional] = args;
    if (text === undefined) {
      yield* std.err.write(`${context.name}: -c: option requires an argument\n`);
      return 2;
    }
    return yield* newShell(state, { text, name, positional, options, fromArgument });
  }
  if (fromInput)
    return yield* newShell(state, { text: yield* std.in.rest(), name: context.name, positional: args, options });
  const [path, ...positional] = args;
  if (path === undefined)
    return yield* newShell(state, { text: yield* std.in.rest(), name: context.name, positional: [], options });
  const whole = absolute(state, path);
  const read =
    "names" in state.system.files.list(whole) ? ({ errno: "EISDIR" } as const) : state.system.files.read(whole);
  if ("errno" in read) {
    const busybox = state.system.dialect === "busybox";
    yield* std.err.write(`${context.name}: ${busybox ? `can't open '${path}'` : path}: ${strerror(read.errno)}\n`);
    return busybox ? 2 : read.errno === "ENOENT" ? 127 : 126;
  }
  return yield* newShell(state, { text: read.text, name: path, positional, options });
}

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** `1.5`, `2m`, `infinity` in simulated ns. */
function duration(text: string): number | undefined {
  if (text === "infinity" || text === "inf") return Number.POSITIVE_INFINITY;
  const match = /^(\d{0,12}(?:\.\d{0,9})?)([smhd]?)$/.exec(text);
  if (!match || !/\d/.test(match[1] ?? "")) return undefined;
  return Number(match[1]) * (UNITS[match[2] ?? ""] ?? 1) * 1e9;
}

function* sleep(context: CommandContext): Running<number> {
  const { state, std, args } = context;
  const wrong = args.find((arg) => duration(arg) === undefined);
  if (args.length === 0) {
    yield* std.err.write("sleep: missing operand\nTry 'sleep --help' for more information.\n");
    return 1;
  }
  if (wrong !== undefined) {
    const busybox = state.system.dialect === "busybox";
    yield* std.err.write(
      busybox
        ? `sleep: invalid number '${wrong}'\n`
        : `sleep: invalid time interval '${wrong}'\nTry 'sleep --help' for more information.\n`,
    );
    return 1;
  }
  yield* pass(
    state.system,
    args.reduce((sum, arg) => sum + (duration(arg) ?? 0), 0),
  );
  return 0;
}

/**
 * `timeout SECONDS COMMAND…`: a signal when the time is over, SIGKILL when `-k` seconds later it still runs. SIGKILL goes to
 * its whole group, itself included, so that its shell says "Killed".
 */
function* timeout(context: CommandContext): Running<number> {
  const { state, std, process } = context;
  const { system } = state;
  const busybox = system.dialect === "busybox";
  const given = options(context.args, "+k:s:v", {
    foreground: "f",
    "kill-after": "k",
    "preserve-status": "p",
    signal: "s",
    verbose: "v",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given), 125);
  const { flags, rest } = given;
  for (const [letter, value] of flags) {
    if (letter === "k" && duration(value) === undefined)
      return yield* usage(context, `invalid time interval '${value}'`, 125);
    if (letter === "s" && signalNumber(value) === undefined)
      return yield* usage(context, `'${value}': invalid signal`, 125);
  }
  const signal = signalNumber(flags.get("s") ?? "TERM") ?? Signal.TERM;
  const patience = duration(flags.get("k") ?? "") || Number.POSITIVE_INFINITY;
  const [time, ...words] = rest;
  const [command = ""] = words;
  if (time === undefined || command === "") {
    yield* std.err.write("Try 'timeout --help' for more information.\n");
    return 125;
  }
  const limit = duration(time);
  if (limit === undefined) {
    if (!busybox) return yield* usage(context, `invalid time interval '${time}'`, 125);
    yield* std.err.write(`timeout: invalid number '${time}'\n`);
    return 1;
  }
  const child = yield* context.start(words);
  if ("problem" in child) {
    const why = child.status === 127 ? "No such file or directory" : "Permission denied";
    yield* std.err.write(`timeout: failed to run command '${command}': ${why}\n`);
    return child.status;
  }
  if ("errno" in child) {
    yield* std.err.write(`timeout: fork system call failed: ${strerror(child.errno)}\n`);
    return 125;
  }
  const send = function* (sent: number): Running<void> {
    if (flags.has("v")) yield* std.err.write(`timeout: sending signal ${signalName(sent)} to command '${command}'\n`);
    system.kill(child, sent);
    if (sent === Signal.KILL && !flags.has("f") && !busybox) {
      system.kill(process, sent);
      yield { op: null, until: 0 };
    }
    system.kill(child, Signal.CONT);
  };
  const deadline = limit === 0 ? Number.POSITIVE_INFINITY : system.now() + limit;
  // What ends it ends its child too.
  process.actions.set(Signal.TERM, "catch");
  process.actions.set(Signal.INT, "catch");
  if (yield* endsBefore(child, deadline, process, context)) {
    // What ended the command ends this too, so that whoever waits sees it.
    if (child.ending?.signal != null && !busybox) yield* die(process, child.ending.signal, context);
    return ended(child);
  }
  yield* send(signal);
  if (!(yield* endsBefore(child, system.now() + patience, process, context))) {
    yield* send(Signal.KILL);
    yield* endsBefore(child, Number.POSITIVE_INFINITY, process, context);
  }
  if (busybox) {
    // Its command had its own process: what the shell sees is that the signal ended it.
    yield* die(process, signal, context);
  }
  return flags.has("p") ? ended(child) : child.ending?.signal === Signal.KILL ? 137 : 124;
}

function* die(process: Process, signal: number, { state }: CommandContext): Running<void> {
  process.actions.clear();
  state.system.kill(process, signal);
  yield { op: null, until: 0 };
}

const ended = (child: Process): number => (child.ending ? exitStatus(child.ending) : 0);

/** Waits for a child up to a time; signals that come meanwhile are passed on. */
function* endsBefore(child: Process, deadline: number, process: Process, { state }: CommandContext): Running<boolean> {
  while (child.alive) {
    if (state.system.now() >= deadline) return false;
    yield { op: null, until: deadline, queue: child.changed };
    for (const signal of process.caught.splice(0)) state.system.kill(child, signal);
    process.fresh = false;
  }
  return true;
}

/** Builtins that are programs too, for those that run programs. */
const SHARED = ["echo", "printf", "test", "[", "true", "false", "pwd", "kill"] as const;

const shared = (name: string): CommandFunction =>
  function* ({ args, state }) {
    const builtin = state.system.parts.builtins.get(name);
    if (!builtin) return 127;
    return yield* builtin({
      name,
      args,
      assigned: () => undefined,
      interpreter: state.system.parts.interpreterOf(state),
      state,
    });
  };

const own: Readonly<Record<string, CommandFunction>> = { sh: shell, bash: shell, sleep, timeout };

/** All programs by name. What the tools bring wins over what the shell shares. */
let all: ReadonlyMap<string, CommandFunction> | null = null;

export function programs(): ReadonlyMap<string, CommandFunction> {
  if (all) return all;
  const made = new Map<string, CommandFunction>();
  for (const name of SHARED) made.set(name, shared(name));
  for (const [name, program] of Object.entries({ ...EXTERNALS, ...own })) made.set(name, program);
  all = made;
  return made;
}

/** Runs a program; one that ends before its time says with which status. */
export function* runProgram(program: CommandFunction, context: CommandContext): Running<number> {
  try {
    return yield* program(context);
  } catch (error) {
    if (error instanceof Ended) return error.status;
    throw error;
  }
}

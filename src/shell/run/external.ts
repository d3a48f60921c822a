/** Commands that are programs: found in PATH, run as processes; scripts among them get a shell of their own. */
import { type FileErrno, strerror } from "../../engine/sysfs/errno.ts";
import type { CommandContext, CommandFunction } from "../commands/command.ts";
import type { OpenFile } from "../io/open-file.ts";
import type { Process } from "../process/process.ts";
import { instead } from "../process/stack.ts";
import { exitStatus } from "../process/process.ts";
import { type ShellState, absolute, subshell } from "../state.ts";
import { type Running, waitOn } from "../system.ts";
import type { Interpreter } from "./interpreter.ts";
import { takeTerminal, waitForeground } from "./pipeline.ts";
import { say } from "./say.ts";
import { withLent } from "./lent-files.ts";
import { programs, runProgram } from "./programs.ts";
import { newShell } from "./new-shell.ts";
import { fork } from "./spawn.ts";
import { standardOf } from "./streams-of.ts";

/** What a name leads to: a program of ours, a script's text, or why there is nothing to run. */
type Found =
  | { readonly path: string; readonly program: CommandFunction; readonly name: string }
  | { readonly path: string; readonly script: string }
  | { readonly problem: string; readonly status: number };

const EXEC_NS = 700_000;
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** Where a command is, going through PATH; a name with a slash is a path itself. */
export function findInPath(name: string, state: ShellState): string | undefined {
  if (name.includes("/")) return isExecutable(absolute(state, name), state) ? name : undefined;
  const hashed = state.hashed.get(name);
  if (hashed !== undefined) return hashed;
  for (const folder of (state.variables.get("PATH") ?? "").split(":")) {
    const path = `${folder || "."}/${name}`;
    if (isExecutable(absolute(state, path), state)) return path;
  }
  return undefined;
}

function isExecutable(path: string, state: ShellState): boolean {
  const { files } = state.system;
  if (files.open(path, "read") !== null || "names" in files.list(path)) return false;
  return (modeOf(path, state) & 0o111) !== 0;
}

function modeOf(path: string, state: ShellState): number {
  let at = path;
  for (let links = 0; links < 8; links++) {
    const stat = state.system.files.stat(at);
    if ("errno" in stat) return 0;
    if (stat.kind !== "link" || stat.target === null) return stat.mode;
    at = stat.target.startsWith("/") ? stat.target : `${at.replace(/[^/]*$/, "")}${stat.target}`;
  }
  return 0;
}

function find(name: string, state: ShellState): Found {
  const { files, dialect } = state.system;
  const program = (path: string): Found => {
    const base = path.replace(/^.*\//, "");
    const known = programs().get(base);
    const read = files.read(absolute(state, path));
    const text = "text" in read ? read.text : "";
    if (text === "" && known) return { path, program: known, name: base };
    return { path, script: text };
  };
  if (dialect === "busybox") {
    const base = /^(?:\/bin\/|\/sbin\/|\/usr\/s?bin\/)?([\w.-]+)$/.exec(name)?.[1] ?? "";
    const known = programs().get(base);
    return known ? { path: name, program: known, name: base } : { problem: `${name}: not found`, status: NOT_FOUND };
  }
  if (!name.includes("/")) {
    const path = findInPath(name, state);
    if (path === undefined) return { problem: `${name}: command not found`, status: NOT_FOUND };
    state.hashed.set(name, path);
    return program(path);
  }
  const path = absolute(state, name);
  if ("names" in files.list(path)) return { problem: `${name}: Is a directory`, status: NOT_EXECUTABLE };
  const errno = files.open(path, "read");
  if (errno !== null)
    return { problem: `${name}: ${strerror(errno)}`, status: errno === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE };
  if (!isExecutable(path, state)) return { problem: `${name}: ${strerror("EACCES")}`, status: NOT_EXECUTABLE };
  return program(name);
}

/** Runs a program as a child, or in this process's own place, and gives its status. */
export function* runExternal(
  args: readonly string[],
  interpreter: Interpreter,
  options: { readonly replace: boolean; readonly text: string },
): Running<number> {
  const { state } = interpreter;
  const found = find(args[0] ?? "", state);
  if ("problem" in found) {
    // The path that was remembered may be gone.
    state.hashed.delete(args[0] ?? "");
    yield* say(state, found.problem);
    return found.status;
  }
  if (options.replace && state.traps.size === 0) {
    state.process.command = args.join(" ");
    return yield* become(found, args, state);
  }
  const group = state.options.has("monitor") ? { group: 0 } : {};
  const process = yield* fork(state, group, args.join(" "), (child) => execute(found, args, state, child));
  if (!process) return 254;
  takeTerminal(state, process.group);
  return yield* waitForeground([process], options.text, interpreter);
}

/** `exec command`: the process becomes the program; `undefined` when there is none, after saying so. */
export function* runInPlace(args: readonly string[], interpreter: Interpreter): Running<number> {
  const { state } = interpreter;
  const found = find(args[0] ?? "", state);
  if ("problem" in found) {
    yield* say(state, found.problem.replace(/command not found$/, "not found").replace(/^/, "exec: "));
    return -found.status;
  }
  state.process.command = args.join(" ");
  return yield* become(found, args, state);
}

/** The program in the shell's own process, and what is redirected now with it. */
function become(
  found: Exclude<Found, { readonly problem: string }>,
  args: readonly string[],
  state: ShellState,
): Running<never> {
  state.process.forgetAside();
  return instead(execute(found, args, state, state.process));
}

/** The program itself, in its own process. */
function* execute(
  found: Exclude<Found, { readonly problem: string }>,
  args: readonly string[],
  from: ShellState,
  process: Process,
): Running<number> {
  const { system } = from;
  const state = programState(from, process);
  // Caught signals are as if nothing had been said about them.
  for (const [signal, action] of process.actions) if (action === "catch") process.actions.delete(signal);
  system.forked();
  process.budget.spend(EXEC_NS);
  yield { op: null, until: 0 };
  if ("script" in found) return yield* runScriptFile(found.path, found.script, args, state);
  return yield* withLent(args, from.lent, system, process, (seen) =>
    runProgram(found.program, contextOf(found.name, args.slice(1), { ...state, system: seen }, process)),
  );
}

/** What a program sees of the shell: its folder and its environment. */
const programState = (from: ShellState, process: Process): ShellState =>
  Object.assign(subshell(from, process), { depth: 0 });

function* runScriptFile(path: string, text: string, args: readonly string[], state: ShellState): Running<number> {
  const shebang = /^#!\s*(\S+)(?:[ \t]+(\S.*))?/.exec(text);
  const interpreterName = shebang?.[1]?.replace(/^.*\//, "") ?? "bash";
  const words = [interpreterName === "env" ? (shebang?.[2] ?? "bash") : interpreterName];
  if (interpreterName !== "env" && shebang?.[2]) words.push(shebang[2].trim());
  if (["bash", "sh", "dash"].includes(words[0] ?? ""))
    return yield* newShell(state, { text, name: path, positional: args.slice(1), options: words.slice(1) });
  const program = programs().get(words[0] ?? "");
  if (program)
    return yield* runProgram(
      program,
      contextOf(words[0] ?? "", [...words.slice(1), path, ...args.slice(1)], state, state.process),
    );
  yield* say(state, `${path}: ${shebang?.[1]}: bad interpreter: ${strerror("ENOENT")}`);
  return NOT_EXECUTABLE;
}

export function contextOf(name: string, args: readonly string[], state: ShellState, process: Process): CommandContext {
  return {
    name,
    args,
    state,
    process,
    std: standardOf(state.system, process),
    run: (command, given) => runChild([command, ...given], state),
    start: (words, options) => startChild(words, state, options),
    shell: (text, shellName, positional) =>
      newShell(state, { text, name: shellName, positional, options: [], fromArgument: true }),
  };
}

/** Starts a program as a child of a program (`timeout`, `xargs`); an errno or a status when there is none. */
function* startChild(
  words: readonly string[],
  state: ShellState,
  options: { readonly group?: number; readonly descriptors?: ReadonlyMap<number, OpenFile> } = {},
): Running<Process | { readonly problem: string; readonly status: number } | { readonly errno: FileErrno }> {
  const found = find(words[0] ?? "", state);
  if ("problem" in found) return found;
  const process = state.system.spawn({
    ...options,
    parent: state.process,
    command: words.join(" "),
    steps: (child) => execute(found, words, state, child),
  });
  if (typeof process === "string") return { errno: process };
  yield { op: null, until: 0 };
  return process;
}

function* runChild(words: readonly string[], state: ShellState): Running<number> {
  const started = yield* startChild(words, state);
  if ("problem" in started) {
    yield* standardOf(state.system, state.process).err.write(
      `${state.process.command.split(" ", 1)[0]?.replace(/^.*\//, "")}: ${started.problem.replace(/: command not found$/, ": No such file or directory")}\n`,
    );
    return started.status;
  }
  if ("errno" in started) return NOT_EXECUTABLE;
  while (started.alive) yield* waitOn(started.changed);
  return started.ending ? exitStatus(started.ending) : 0;
}

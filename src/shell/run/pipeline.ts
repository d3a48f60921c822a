/** Pipelines, subshells and jobs: the processes that a command becomes, and waiting for them. */
import type { CommandNode, Pipeline, PipelineNode, Statement, Subshell } from "unbash";
import type { OpenFile } from "../io/open-file.ts";
import { PathFile } from "../io/files.ts";
import { pipe } from "../io/pipe.ts";
import type { Job } from "../jobs.ts";
import { type Process, exitStatus } from "../process/process.ts";
import { Signal, signalText } from "../process/signals.ts";
import type { ShellState } from "../state.ts";
import { type Running, waitOn } from "../system.ts";
import type { Interpreter } from "./interpreter.ts";
import { isolated } from "./isolated.ts";
import { say, tell } from "./say.ts";
import { fork } from "./spawn.ts";
import { announce } from "./traps.ts";
import { Interrupted } from "../unwind.ts";

const STOPPED_STATUS = 128 + Signal.TSTP;
const FORK_FAILED = 254;

export function* pipeline(node: PipelineNode, interpreter: Interpreter): Running<number> {
  const { state } = interpreter;
  if (node.type !== "Pipeline") {
    const status = yield* interpreter.command(node);
    if (node.type === "Command" || node.type === "Subshell" || node.type === "Redirected") state.pipeStatus = [status];
    return status;
  }
  state.replace = false;
  const times = node.prefixes.find((prefix) => prefix.type === "Time");
  const negated = node.prefixes.filter(({ type }) => type === "Negation").length % 2 === 1;
  const began = { now: state.system.now(), used: state.process.used };
  const run = () =>
    node.commands.length === 1 ? interpreter.command(node.commands[0] as CommandNode) : piped(node, interpreter);
  const status = yield* negated ? interpreter.unchecked(run) : run();
  if (node.commands.length === 1) state.pipeStatus = [status];
  if (times) {
    yield { op: null, until: 0 };
    yield* tellTime(state, state.system.now() - began.now, state.process.used - began.used, times.posix !== undefined);
  }
  if (negated) return Number(status === 0);
  return node.commands.length === 1 ? status : yield* interpreter.check(status);
}

function* tellTime(state: ShellState, real: number, user: number, posix: boolean): Running<void> {
  const clock = (ns: number): string =>
    posix ? (ns / 1e9).toFixed(2) : `${Math.floor(ns / 60e9)}m${((ns % 60e9) / 1e9).toFixed(3)}s`;
  const lines = [
    ["real", real],
    ["user", user],
    ["sys", 0],
  ] as const;
  const text = lines.map(([name, ns]) => `${name}${posix ? " " : "\t"}${clock(ns)}\n`).join("");
  yield* tell(state, posix ? text : `\n${text}`);
}

/** `shopt -s lastpipe`: the last command of a pipeline runs in the shell itself. */
function* lastInShell(
  part: CommandNode,
  input: OpenFile | null,
  processes: readonly Process[],
  interpreter: Interpreter,
): Running<number> {
  const { state } = interpreter;
  const before = state.process.descriptors.get(0) ?? null;
  before?.share();
  state.process.install(0, input);
  let status: number;
  try {
    status = yield* interpreter.command(part);
  } finally {
    state.process.install(0, before);
    before?.release();
  }
  for (const process of processes) yield* waitFor(process, interpreter);
  state.pipeStatus = [...processes.map((process) => (process.ending ? exitStatus(process.ending) : 0)), status];
  return state.options.has("pipefail") ? (state.pipeStatus.findLast((each) => each !== 0) ?? 0) : status;
}

/** What a stage's process is called before it runs: the program that it will become, where that is plain. */
function nameOf(node: CommandNode, { functions, system }: ShellState): string {
  const name = node.type === "Command" && node.name && !node.name.parts ? node.name.value : "bash";
  return functions.has(name) || system.parts.builtins.has(name) ? "bash" : name;
}

function* piped(node: Pipeline, interpreter: Interpreter): Running<number> {
  const { state } = interpreter;
  const processes: Process[] = [];
  let input: OpenFile | null = null;
  for (const [i, part] of node.commands.entries()) {
    const last = i === node.commands.length - 1;
    if (last && state.shopts.has("lastpipe") && !state.options.has("monitor"))
      return yield* lastInShell(part, input, processes, interpreter);
    if (part.type === "Command") yield* announce(part, interpreter);
    const next = last ? null : pipe();
    const descriptors = new Map(state.process.descriptors);
    if (input) descriptors.set(0, input);
    if (next) descriptors.set(1, next.writer);
    if (next && node.operators[i] === "|&") descriptors.set(2, next.writer);
    const group = state.options.has("monitor") ? (processes[0]?.group ?? 0) : undefined;
    const process = yield* fork(
      state,
      { descriptors, ...(group === undefined ? {} : { group }) },
      nameOf(part, state),
      (child) => {
        const inner = interpreter.forked(child);
        inner.state.replace = part.type === "Command";
        return isolated(inner, () => inside(part, inner));
      },
    );
    if (!process) {
      for (const end of [input, next?.reader, next?.writer]) drop(end);
      for (const begun of processes) yield* waitFor(begun, interpreter);
      return FORK_FAILED;
    }
    processes.push(process);
    input = next?.reader ?? null;
    takeTerminal(state, processes[0]?.group ?? 0);
  }
  return yield* waitForeground(processes, state.source.text.slice(node.pos, node.end), interpreter);
}

/** A command in a process that was made for it: a subshell needs no other. */
const inside = (node: CommandNode, interpreter: Interpreter): Running<number> =>
  node.type === "Subshell" ? interpreter.body(node.body) : interpreter.command(node);

/** Closes an end of a pipe that nobody holds. */
function drop(end: OpenFile | null | undefined): void {
  end?.share();
  end?.release();
}

/** Keys go to this group while it is in the foreground. */
export function takeTerminal(state: ShellState, group: number): void {
  const { terminal } = state.process;
  if (terminal && state.options.has("monitor")) terminal.foreground = group;
}

/** Waits for the end of a process, whatever signals come meanwhile: traps run after it. */
export function* waitFor(process: Process, _interpreter: Interpreter): Running<void> {
  while (process.alive) yield* waitOn(process.changed);
}

/** Waits for processes in the foreground. Stopped ones become a job. */
export function* waitForeground(
  processes: readonly Process[],
  text: string,
  interpreter: Interpreter,
  job?: Job,
): Running<number> {
  const { state } = interpreter;
  const monitor = state.options.has("monitor");
  for (;;) {
    const alive = processes.filter((process) => process.alive);
    const first = alive[0];
    if (!first) break;
    if (monitor && alive.every((process) => process.stopped !== null)) {
      takeTerminal(state, state.process.group);
      const held = job ?? state.jobs.add(text, processes, false);
      state.jobs.touch(held);
      held.background = true;
      held.told = "Stopped";
      yield* tell(state, `\n[${held.number}]${state.jobs.mark(held)}  Stopped                 ${text}\n`);
      return STOPPED_STATUS;
    }
    const waiting = alive.find((process) => process.stopped === null) ?? first;
    yield* waitOn(waiting.changed);
  }
  takeTerminal(state, state.process.group);
  if (job) state.jobs.remove(job);
  return yield* statusOf(processes, interpreter, text);
}

function* statusOf(processes: readonly Process[], interpreter: Interpreter, text: string): Running<number> {
  const { state } = interpreter;
  const statuses = processes.map((process) => (process.ending ? exitStatus(process.ending) : 0));
  state.pipeStatus = statuses;
  for (const process of processes) state.process.used += process.used;
  const last = processes.at(-1)?.ending;
  if (last?.signal != null) yield* tellOfSignal(last.signal, processes.at(-1) as Process, interpreter, text);
  if (state.options.has("pipefail")) return statuses.findLast((status) => status !== 0) ?? 0;
  return statuses.at(-1) ?? 0;
}

/** A shell tells of a child that a signal ended, but for Ctrl-C and closed pipes. */
function* tellOfSignal(signal: number, process: Process, { state }: Interpreter, text: string): Running<void> {
  if (signal === Signal.INT) {
    // Whoever sits at the shell meant all of the line.
    if (state.interactive) throw new Interrupted();
    return;
  }
  if (signal === Signal.PIPE) return;
  if (state.system.dialect === "busybox") return yield* tell(state, `${signalText(signal)}\n`);
  if (state.interactive) yield* tell(state, `${signalText(signal)}\n`);
  else yield* say(state, `${String(process.pid).padStart(5)} ${signalText(signal).padEnd(23)} ${text}`);
}

/** `( … )`: a process with a copy of the shell's state. */
export function* runSubshell(node: Subshell, interpreter: Interpreter): Running<number> {
  const { state } = interpreter;
  const group = state.options.has("monitor") ? { group: 0 } : {};
  const process = yield* fork(state, group, "bash", (child) => {
    const inner = interpreter.forked(child);
    return isolated(inner, () => inner.body(node.body));
  });
  if (!process) return FORK_FAILED;
  takeTerminal(state, process.group);
  const inside = state.source.text.slice(node.pos, node.end).replace(/^\(\s*|\s*\)$/g, "");
  return yield* waitForeground([process], `( ${inside} )`, interpreter);
}

/** `command &` */
export function* background(statement: Statement, interpreter: Interpreter): Running<number> {
  const { state } = interpreter;
  yield* interpreter.step();
  const monitor = state.options.has("monitor");
  const descriptors = new Map(state.process.descriptors);
  if (!monitor) descriptors.set(0, new PathFile(state.system.files, "/dev/null", "read"));
  const { command } = statement;
  const process = yield* fork(
    state,
    { descriptors, ...(monitor ? { group: 0 } : {}) },
    command.type === "AndOr" || command.type === "Pipeline" ? "bash" : nameOf(command, state),
    (child) => {
      if (!monitor) for (const signal of [Signal.INT, Signal.QUIT]) child.actions.set(signal, "ignore");
      const inner = interpreter.forked(child);
      inner.state.replace = command.type === "Command";
      return isolated(inner, () => (command.type === "Subshell" ? inside(command, inner) : inner.andOr(command)));
    },
  );
  if (!process) return FORK_FAILED;
  const text = state.source.text.slice(command.pos, command.end);
  const job = state.jobs.add(text, [process], true);
  state.lastBackground = process.pid;
  if (state.interactive) yield* tell(state, `[${job.number}] ${process.pid}\n`);
  return 0;
}

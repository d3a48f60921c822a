/** Builtins about processes: `jobs`, `fg`, `bg`, `wait`, `kill`, `disown`. */
import { strerror } from "../../engine/sysfs/errno.ts";
import type { Job } from "../jobs.ts";
import { type Process, exitStatus } from "../process/process.ts";
import { Signal, signalName, signalNumber, signalText } from "../process/signals.ts";
import { takeTerminal, waitForeground } from "../run/pipeline.ts";
import { say, tell } from "../run/say.ts";
import { runPendingTraps } from "../run/traps.ts";
import type { ShellState } from "../state.ts";
import { type Running, waitOn } from "../system.ts";
import { type BuiltinContext, complain, lettersOf, print, usage } from "./builtin.ts";
import { signalList } from "./control.ts";

/** A line of `jobs`. */
export function jobLine(job: Job, state: ShellState, withPid = false): string {
  const text = job.text + (job.background && job.state === "Running" ? " &" : "");
  return `[${job.number}]${state.jobs.mark(job)}  ${withPid ? `${job.pid} ` : ""}${job.state.padEnd(24)}${text}\n`;
}

/** Tells of jobs that ended since the last prompt, and forgets them. */
export function* tellOfJobs(state: ShellState): Running<void> {
  for (const job of state.jobs.list()) {
    if (!job.done) continue;
    if (state.interactive) yield* tell(state, jobLine(job, state));
    state.jobs.remove(job);
  }
}

export function* jobs(context: BuiltinContext): Running<number> {
  const { state } = context;
  const { flags, rest, bad } = lettersOf(context.args, "lnprs");
  if (bad !== null) return yield* usage(context, bad, "jobs [-lnprs] [jobspec ...] or jobs -x command [args]");
  let status = 0;
  const listed: Job[] = [];
  for (const spec of rest) {
    const job = state.jobs.find(spec.startsWith("%") ? spec : `%${spec}`);
    if (job) listed.push(job);
    else status = yield* complain(context, `${spec}: no such job`);
  }
  let out = "";
  for (const job of rest.length > 0 ? listed : state.jobs.list()) {
    if ((flags.has("r") && job.state !== "Running") || (flags.has("s") && job.state !== "Stopped")) continue;
    out += flags.has("p") ? `${job.pid}\n` : jobLine(job, state, flags.has("l"));
    if (job.done) state.jobs.remove(job);
  }
  return (yield* print(context, out)) || status;
}

function* chosen(context: BuiltinContext, spec: string | undefined): Running<Job | null> {
  const { state } = context;
  const job = spec === undefined ? state.jobs.current : state.jobs.find(spec.startsWith("%") ? spec : `%${spec}`);
  if (job) return job;
  yield* complain(context, `${spec ?? "current"}: no such job`);
  return null;
}

export function* fg(context: BuiltinContext): Running<number> {
  const { state, interpreter } = context;
  if (!state.options.has("monitor")) return yield* complain(context, "no job control");
  const job = yield* chosen(context, context.args[0]);
  if (!job) return 1;
  yield* print(context, `${job.text}\n`);
  job.background = false;
  state.jobs.touch(job);
  takeTerminal(state, job.group);
  state.system.killGroup(job.group, Signal.CONT);
  return yield* waitForeground(job.processes, job.text, interpreter, job);
}

export function* bg(context: BuiltinContext): Running<number> {
  const { state } = context;
  if (!state.options.has("monitor")) return yield* complain(context, "no job control");
  for (const spec of context.args.length > 0 ? context.args : [undefined]) {
    const job = yield* chosen(context, spec);
    if (!job) return 1;
    if (!job.stopped) return yield* complain(context, `job ${job.number} already in background`, 0);
    job.background = true;
    yield* print(context, `[${job.number}]${state.jobs.mark(job)} ${job.text} &\n`);
    state.system.killGroup(job.group, Signal.CONT);
  }
  return 0;
}

/** Waits until a condition holds. A signal that a trap is set for ends the wait: its status then. */
function* until(condition: () => boolean, context: BuiltinContext): Running<number | null> {
  const { process } = context.state;
  while (!condition()) {
    if (yield* waitOn(process.changed)) continue;
    const signal = process.caught[0];
    if (signal === undefined) continue;
    yield* runPendingTraps(context.interpreter);
    return 128 + signal;
  }
  return null;
}

export function* wait(context: BuiltinContext): Running<number> {
  const { state } = context;
  const { flags, rest, bad } = lettersOf(context.args, "fnp:");
  if (bad !== null) return yield* usage(context, bad, "wait [-fn] [-p var] [id ...]");
  const background = state.jobs.list().flatMap((job) => job.processes);
  if (flags.has("n")) {
    const any = rest.length > 0 ? rest.flatMap((spec) => target(spec, state) ?? []) : background;
    if (any.length === 0) return 127;
    const interrupted = yield* until(() => any.some((process) => !process.alive), context);
    if (interrupted !== null) return interrupted;
    const ended = any.find((process) => !process.alive) as Process;
    forget(ended, state);
    if (flags.has("p")) state.variables.set(flags.get("p") ?? "", String(ended.pid));
    return exitStatus(ended.ending ?? { status: 127, signal: null });
  }
  if (rest.length === 0) {
    const interrupted = yield* until(() => background.every((process) => !process.alive), context);
    if (state.interactive && interrupted === null) yield* tellOfJobs(state);
    for (const process of background) if (!state.interactive && process.ending?.signal == null) forget(process, state);
    return interrupted ?? 0;
  }
  let status = 0;
  for (const spec of rest) {
    const process = target(spec, state);
    if (!process) {
      status = yield* complain(
        context,
        spec.startsWith("%")
          ? `${spec}: no such job`
          : /^\d+$/.test(spec)
            ? `pid ${spec} is not a child of this shell`
            : `\`${spec}': not a pid or valid job spec`,
        /^\d+$|^%/.test(spec) ? 127 : 1,
      );
      continue;
    }
    const interrupted = yield* until(() => !process.alive, context);
    if (interrupted !== null) return interrupted;
    status = state.jobs.status(process);
    yield* tellOfEnd(process, state);
    forget(process, state);
  }
  return status;
}

function target(spec: string, state: ShellState): Process | undefined {
  if (spec.startsWith("%")) return state.jobs.find(spec)?.processes.at(-1);
  return state.jobs.process(Number(spec));
}

/** A script tells of a background process that a signal ended, but for those by which processes are ended on purpose. */
function* tellOfEnd(process: Process, state: ShellState): Running<void> {
  const signal = process.ending?.signal ?? null;
  const job = state.jobs.list().find((held) => held.processes.includes(process));
  if (state.interactive || !job || signal === null || UNTOLD.has(signal)) return;
  if (state.system.dialect === "busybox") return;
  yield* say(state, `${String(process.pid).padStart(5)} ${signalText(signal).padEnd(23)} ${job.text}`);
}
const UNTOLD: ReadonlySet<number> = new Set([Signal.INT, Signal.TERM, Signal.PIPE]);

function forget(process: Process, state: ShellState): void {
  const job = state.jobs.list().find((held) => held.processes.includes(process));
  if (job?.done && !state.interactive) state.jobs.remove(job);
}

export function* disown(context: BuiltinContext): Running<number> {
  const { state } = context;
  const specs = context.args.filter((arg) => !/^-[ahr]+$/.test(arg));
  if (specs.length === 0 && !state.jobs.current) return 0;
  if (context.args.includes("-a")) for (const job of state.jobs.list()) state.jobs.remove(job);
  else {
    for (const spec of specs.length > 0 ? specs : [undefined]) {
      const job = yield* chosen(context, spec);
      if (!job) return 1;
      state.jobs.remove(job);
    }
  }
  return 0;
}

export function* kill(context: BuiltinContext): Running<number> {
  const { state } = context;
  let args = [...context.args];
  let signal: number | undefined = Signal.TERM;
  const [first = ""] = args;
  if (first === "-l" || first === "-L") {
    if (args.length === 1) return yield* print(context, signalList());
    for (const arg of args.slice(1)) {
      const status = /^\d+$/.test(arg) && Number(arg) > 128 ? String(Number(arg) - 128) : arg;
      const value = signalNumber(status);
      if (value === undefined) return yield* complain(context, `${arg}: invalid signal specification`);
      yield* print(context, /^\d+$/.test(arg) ? `${signalName(value)}\n` : `${value}\n`);
    }
    return 0;
  }
  if (first === "-s" || first === "-n") {
    signal = signalNumber(args[1] ?? "");
    if (signal === undefined) return yield* complain(context, `${args[1] ?? ""}: invalid signal specification`);
    args = args.slice(2);
  } else if (/^-./.test(first) && first !== "--") {
    signal = signalNumber(first.slice(1));
    if (signal === undefined) return yield* complain(context, `${first.slice(1)}: invalid signal specification`);
    args = args.slice(1);
  }
  if (args[0] === "--") args = args.slice(1);
  if (args.length === 0)
    return yield* usage(
      context,
      null,
      "kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]",
    );
  let status = 0;
  for (const spec of args) {
    const problem = send(spec, signal, state);
    if (problem !== null) status = yield* complain(context, problem);
  }
  // A signal to the shell itself comes before the next command.
  yield { op: null, until: 0 };
  return status;
}

/** Sends a signal to a process, a group (negative) or a job; what is wrong otherwise. */
function send(spec: string, signal: number, state: ShellState): string | null {
  const { system } = state;
  if (spec.startsWith("%")) {
    const job = state.jobs.find(spec);
    if (!job) return `${spec}: no such job`;
    // A stopped process looks at its signals only when it goes on.
    const sent = state.options.has("monitor")
      ? system.killGroup(job.group, signal)
      : job.processes.map((process) => system.kill(process, signal)).includes(true);
    if (job.stopped && (signal === Signal.TERM || signal === Signal.HUP)) system.killGroup(job.group, Signal.CONT);
    return sent ? null : `(${job.pid}) - ${strerror("ESRCH")}`;
  }
  if (!/^-?\d+$/.test(spec)) return `${spec}: arguments must be process or job IDs`;
  const pid = Number(spec);
  if (pid < 0 || pid === 0)
    return system.killGroup(pid === 0 ? state.process.group : -pid, signal) ? null : `(${spec}) - ${strerror("ESRCH")}`;
  const process = system.processes.get(pid);
  if (process) return system.kill(process, signal) ? null : `(${pid}) - ${strerror("ESRCH")}`;
  return system.killOther(pid, signal) ? null : `(${pid}) - ${strerror("ESRCH")}`;
}

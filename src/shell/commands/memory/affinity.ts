/** `taskset` of util-linux 2.38, and what commands ask and tell the kernel about the CPUs of a process. */
import { exitStatus } from "../../process/process.ts";
import { type Running, waitOn } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, optionError, options, print, usage } from "../output.ts";
import { listed, readText } from "./meminfo-text.ts";

/** sched_getaffinity: CPUs that a process may run on, ascending; `null` when there is no such process. */
export function cpusOf(context: CommandContext, pid: number): number[] | null {
  const status = readText(context, `/proc/${pid}/status`);
  const list = /^Cpus_allowed_list:\t(.*)$/m.exec(status ?? "")?.[1];
  return list === undefined ? null : listed(list);
}

/**
 * sched_setaffinity: false when the machine has none of the CPUs (EINVAL). Where the kernel keeps no processes of shells that is
 * all that is found out.
 */
export function setCpus(context: CommandContext, pid: number, cpus: readonly number[]): boolean {
  const { machine } = context.state.system;
  if (!machine) return false;
  const { errno } = machine.submit({ do: "affinity", partition: machine.partition, pid, cpus });
  if (errno !== "ENOENT" || pid !== context.process.pid) return errno === null;
  const online = listed(readText(context, "/sys/devices/system/cpu/online") ?? "");
  return cpus.some((cpu) => online.includes(cpu));
}

const HELP = `
Usage: taskset [options] [mask | cpu-list] [pid|cmd [args...]]


Show or change the CPU affinity of a process.

Options:
 -a, --all-tasks         operate on all the tasks (threads) for a given pid
 -p, --pid               operate on existing given pid
 -c, --cpu-list          display and specify cpus in list format
 -h, --help              display this help
 -V, --version           display version

The default behavior is to run a new command:
    taskset 03 sshd -b 1024
You can retrieve the mask of an existing task:
    taskset -p 700
Or set it:
    taskset -p 03 700
List format uses a comma-separated list instead of a mask:
    taskset -pc 0,3,7-11 700
Ranges in list format can take a stride argument:
    e.g. 0-31:2 is equivalent to mask 0x55555555

For more details see taskset(1).
`.slice(1);

/** CPUs above are in no machine. */
const MOST_CPUS = 8192;

/** `0-31:2,40`; `null` when it can't be read. */
function listOf(text: string): number[] | null {
  const cpus: number[] = [];
  for (const part of text.split(",")) {
    const match = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part);
    if (!match) return null;
    const [first, last, stride] = [Number(match[1]), Number(match[2] ?? match[1]), Number(match[3] ?? 1)];
    if (last < first || stride === 0) return null;
    for (let cpu = first; cpu <= last && cpu < MOST_CPUS; cpu += stride) cpus.push(cpu);
  }
  return cpus;
}

/** `0x3`, or words with commas between them. */
function maskOf(text: string): number[] | null {
  const digits = text.replace(/^0x/i, "").replaceAll(",", "");
  if (!/^[0-9a-f]*$/i.test(digits)) return null;
  return [...digits]
    .reverse()
    .flatMap((digit, i) =>
      [0, 1, 2, 3].filter((bit) => (Number.parseInt(digit, 16) >> bit) & 1).map((bit) => 4 * i + bit),
    );
}

/** Neighbours as ranges from three on: `0,1`, `0-2`. Busybox makes a range of two. */
function asList(cpus: readonly number[], least = 3): string {
  const parts: string[] = [];
  for (let i = 0; i < cpus.length; ) {
    let end = i;
    while (cpus[end + 1] === (cpus[end] as number) + 1) end++;
    if (end - i + 1 < least) parts.push(cpus.slice(i, end + 1).join(","));
    else parts.push(`${cpus[i]}-${cpus[end]}`);
    i = end + 1;
  }
  return parts.join(",");
}

const asMask = (cpus: readonly number[]): string =>
  cpus.reduce((mask, cpu) => mask | (1n << BigInt(cpu)), 0n).toString(16);

export function* taskset(context: CommandContext): Running<number> {
  const given = options(context.args, "+apchV", {
    "all-tasks": "a",
    pid: "p",
    "cpu-list": "c",
    help: "h",
    version: "V",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (flags.has("V")) return yield* print(context, "taskset from util-linux 2.38.1\n");
  if (flags.has("h")) return yield* print(context, HELP);
  const ofPid = flags.has("p");
  // The last word names the process, even when there is none but the option.
  const target = rest.at(-1) ?? context.args.at(-1) ?? "";
  if (ofPid && !/^\s*\d{1,10}$/.test(target)) {
    yield* context.std.err.write(`taskset: invalid PID argument: '${target}'\n`);
    return 1;
  }
  const pid = Number(target);
  if (ofPid ? pid === 0 || rest.length > 2 || rest.length < 1 : rest.length < 2)
    return yield* usage(context, "bad usage");
  const inLists = flags.has("c");
  const busybox = context.state.system.dialect === "busybox";
  const cannot = busybox ? "can't" : "failed to";
  const fail = function* (message: string, status = 1): Running<number> {
    yield* context.std.err.write(`taskset: ${message}\n`);
    return status;
  };
  const tell = function* (which: "current" | "new"): Running<number | undefined> {
    const cpus = cpusOf(context, pid);
    if (cpus === null) return yield* fail(`${cannot} get pid ${pid}'s affinity: No such process`);
    const text = inLists ? `list: ${asList(cpus, busybox ? 2 : 3)}` : `mask: ${asMask(cpus)}`;
    yield* print(context, `pid ${pid}'s ${which} affinity ${text}\n`);
    return undefined;
  };
  if (ofPid && rest.length === 1) return (yield* tell("current")) ?? 0;
  const [wanted = "", ...command] = rest;
  const cpus = inLists ? listOf(wanted) : maskOf(wanted);
  if (cpus === null)
    return yield* fail(
      busybox ? `bad affinity '${wanted}'` : `failed to parse CPU ${inLists ? "list" : "mask"}: ${wanted}`,
    );
  const whose = ofPid ? pid : context.process.pid;
  // To busybox its own process is number 0.
  const refused = `${cannot} set pid ${busybox && !ofPid ? 0 : whose}'s affinity: Invalid argument`;
  if (ofPid) {
    const status = yield* tell("current");
    if (status !== undefined) return status;
    return setCpus(context, pid, cpus) ? ((yield* tell("new")) ?? 0) : yield* fail(refused);
  }
  if (!setCpus(context, whose, cpus)) return yield* fail(refused);
  const started = yield* context.start(command);
  if ("problem" in started || "errno" in started) {
    const missing = "errno" in started || started.status === 127;
    const why = missing ? "No such file or directory" : started.problem.replace(/^.*: /, "");
    const what = busybox ? `can't execute '${command[0]}'` : `failed to execute ${command[0]}`;
    return yield* fail(`${what}: ${why}`, missing ? 127 : 126);
  }
  while (started.alive) yield* waitOn(started.changed);
  return started.ending ? exitStatus(started.ending) : 0;
}

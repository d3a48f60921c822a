/**
 * Commands that take memory: `memhog` (numactl), `stress-ng` and `stress` as far as memory goes, and `mem`, the program
 * of the recorded machines. The memory belongs to a process of the simulated kernel, which these start and end.
 */
import type { FileErrno } from "../../../engine/sysfs/errno.ts";
import { strerror } from "../../../engine/sysfs/errno.ts";
import { LOAD_KINDS, type LoadDescription, type LoadKind } from "../../../engine/workload/load-description.ts";
import { MIB, parseSize } from "../../../engine/units.ts";
import { type Machine, type Running, pass } from "../../system.ts";
import { type CommandContext, SECOND } from "../command.ts";
import { badOptions, complain, optionError, options, print } from "../output.ts";
import { readText } from "./meminfo-text.ts";
import { POLICY } from "./numa.ts";

/** What `numactl` gave on the way. */
function policyOf(context: CommandContext): Pick<LoadDescription, "node" | "policy"> {
  const [mode, nodes = ""] = (context.state.variables.environment().get(POLICY) ?? "default").split(":");
  if (mode !== "bind" && !mode?.startsWith("preferred")) return { node: -1, policy: "default" };
  return { node: Number(nodes.split(",")[0]), policy: mode === "bind" ? "bind" : "preferred" };
}

interface Held {
  readonly errno: FileErrno | null;
  readonly pid: number;
}

/** Starts a load and waits until it holds what it wants. When the command is ended before, so is the load. */
function* hold(context: CommandContext, machine: Machine, load: LoadDescription): Running<Held> {
  const before = new Set(pids(context));
  const parent = context.process.pid;
  const { errno, op } = machine.submit({ do: "load", partition: machine.partition, load: { ...load, parent } });
  if (errno !== null) return { errno, pid: -1 };
  const pid = pids(context).find((each) => !before.has(each)) ?? -1;
  let held = false;
  try {
    const woken = op === null ? { errno: null } : yield { op, until: Number.POSITIVE_INFINITY };
    held = true;
    return { errno: woken.errno, pid };
  } finally {
    if (!held && pid >= 0) machine.submit({ do: "kill", partition: machine.partition, pid });
  }
}

const pids = (context: CommandContext): number[] => {
  const listed = context.state.system.files.list("/proc");
  return ("names" in listed ? listed.names : []).filter((name) => /^\d+$/.test(name)).map(Number);
};
const end = (machine: Machine, pid: number): void =>
  void (pid >= 0 && machine.submit({ do: "kill", partition: machine.partition, pid }));

/** Ends a load, and goes on when all that it held has gone back: whoever waits for a process hears of it later (do_exit). */
function* ended(machine: Machine, pid: number): Running<void> {
  if (pid < 0) return;
  const { op } = machine.submit({ do: "kill", partition: machine.partition, pid });
  if (op !== null) yield { op, until: Number.POSITIVE_INFINITY };
}

function* noMachine(context: CommandContext): Running<number> {
  return yield* complain(context, "there is no machine to take memory from");
}

const MEMHOG_USAGE =
  "usage: memhog [-fFILE] [-rNUM] [-H] size[kmg] [policy [nodeset]]\n-f mmap is backed by FILE\n-rNUM repeat memset NUM times\n-H disable transparent hugepages\n";

export function* memhog(context: CommandContext): Running<number> {
  const { machine } = context.state.system;
  const given = options(context.args, "+r:f:H", {});
  const [text, policy, nodes] = given.rest;
  const size = text === undefined ? undefined : parseSize(text);
  if (badOptions(given) || size === undefined) {
    yield* context.std.err.write(MEMHOG_USAGE);
    return 1;
  }
  if (!machine) return yield* noMachine(context);
  const repeats = given.flags.has("r") ? Number(given.flags.get("r")) : 10;
  const own =
    policy === undefined || policy === "default"
      ? policyOf(context)
      : { node: Number(nodes ?? 0), policy: policy === "membind" ? ("bind" as const) : ("preferred" as const) };
  const held = yield* hold(context, machine, {
    kind: given.flags.has("H") ? "anon" : "thp",
    mib: size / MIB,
    comm: "memhog",
    ...own,
  });
  try {
    if (held.errno !== null)
      return yield* complain(context, `mbind: ${strerror(held.errno)}`.replace("mbind: Cannot", "mmap: Cannot"));
    const dots = ".".repeat(Math.max(1, Math.min(200, Math.ceil(size / (10 * MIB)))));
    for (let i = 0; i < repeats; i++) {
      const status = yield* print(context, `${dots}\n`);
      if (status !== 0) return status;
      if (i + 1 < repeats) yield* pass(context.state.system, (size / MIB) * 100_000);
    }
    yield* ended(machine, held.pid);
    return 0;
  } finally {
    end(machine, held.pid);
  }
}

const SIZE_SUFFIX: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1024, m: MIB, g: 1024 * MIB, "%": -1 };

/** `256M`, `50%` of available memory. */
function amountOf(context: CommandContext, text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([bkmg%]?)$/i.exec(text);
  if (!match) return undefined;
  const unit = SIZE_SUFFIX[(match[2] as string).toLowerCase()] as number;
  if (unit > 0) return Number(match[1]) * unit;
  const available = Number(/^MemAvailable:\s+(\d+)/m.exec(readText(context, "/proc/meminfo") ?? "")?.[1] ?? 0) * 1024;
  return Math.floor((available * Number(match[1])) / 100);
}

function seconds(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text);
  return match ? Number(match[1]) * ({ "": 1, s: 1, m: 60, h: 3600, d: 86_400 }[match[2] as ""] as number) : undefined;
}

const DAY = 86_400;

export function* stressNg(context: CommandContext): Running<number> {
  const { machine } = context.state.system;
  const own = context.name === "stress" ? "stress" : "stress-ng";
  const given = options(context.args, "m:t:qvknB:G:LA:H:S:P:", {
    vm: "m",
    "vm-bytes": "B",
    "vm-keep": "k",
    "vm-hang": "G",
    "vm-populate": "k",
    "vm-locked": "L",
    "vm-madvise": "A",
    "vm-method": "A",
    timeout: "t",
    quiet: "q",
    verbose: "v",
    "dry-run": "n",
    "metrics-brief": "k",
    metrics: "k",
    bigheap: "H",
    shm: "S",
    pipe: "P",
  });
  if (badOptions(given)) return yield* complain({ ...context, name: own }, optionError(given));
  const { flags } = given;
  const hogs: { readonly name: string; readonly count: number; readonly kind: LoadKind }[] = [];
  for (const [letter, name, kind] of [
    ["m", "vm", flags.has("L") ? "mlock" : "anon"],
    ["S", "shm", "shm"],
    ["H", "bigheap", "anon"],
  ] as const)
    if (flags.has(letter)) hogs.push({ name, count: Number(flags.get(letter)), kind });
  if (hogs.length === 0 || hogs.some(({ count }) => !(count >= 1 && count <= 64))) {
    yield* context.std.err.write(`${own}: info:  [1] No stress workers invoked\n`);
    return 1;
  }
  if (!machine) return yield* noMachine(context);
  const bytes = amountOf(context, flags.get("B") ?? "256M");
  const time = seconds(flags.get("t") ?? `${DAY}`);
  if (bytes === undefined) return yield* complain({ ...context, name: own }, `invalid size: ${flags.get("B")}`);
  if (time === undefined) return yield* complain({ ...context, name: own }, `invalid time: ${flags.get("t")}`);
  const say = function* (text: string): Running<void> {
    if (!flags.has("q")) yield* context.std.err.write(`${own}: info:  [${context.process.pid}] ${text}\n`);
  };
  yield* say(
    flags.has("t") ? `setting to a ${time} second run per stressor` : `defaulting to a ${DAY} second run per stressor`,
  );
  yield* say(`dispatching hogs: ${hogs.map(({ name, count }) => `${count} ${name}`).join(", ")}`);
  if (flags.has("n")) return 0;
  const started = context.state.system.now();
  const running: number[] = [];
  let status = 0;
  try {
    for (const { name, count, kind } of hogs) {
      for (let i = 0; i < count; i++) {
        const held = yield* hold(context, machine, {
          kind,
          mib: Math.max(1, Math.floor(bytes / count / MIB)),
          comm: `${own}-${name}`,
          ...policyOf(context),
        });
        if (held.errno === null) running.push(held.pid);
        else {
          yield* context.std.err.write(
            `${own}: error: [${context.process.pid}] ${name}: cannot take memory: ${strerror(held.errno)}\n`,
          );
          status = 3;
        }
      }
    }
    const left = started + time * SECOND - context.state.system.now();
    if (status === 0 && left > 0) yield* pass(context.state.system, left);
    for (const pid of running) yield* ended(machine, pid);
  } finally {
    for (const pid of running) end(machine, pid);
  }
  yield* say(
    `${status === 0 ? "successful" : "unsuccessful"} run completed in ${((context.state.system.now() - started) / 1e9).toFixed(2)} secs`,
  );
  return status;
}

const isLoadKind = (word: string | undefined): word is LoadKind => LOAD_KINDS.includes(word as LoadKind);

/** `mem KIND MIB [NODE [bind|pref]]`: takes memory in the background and keeps it; `kill` ends it. */
export function* mem(context: CommandContext): Running<number> {
  const { machine } = context.state.system;
  const [kind, amount, node = "-1", how = "bind"] = context.args;
  if (!isLoadKind(kind) || !/^\d{1,7}$/.test(amount ?? "") || !/^-?\d{1,4}$/.test(node)) {
    yield* context.std.err.write(`usage: mem ${LOAD_KINDS.join("|")} MIB [NODE [bind|pref]]\n`);
    return 1;
  }
  if (!machine) return yield* noMachine(context);
  const chosen =
    node === "-1"
      ? policyOf(context)
      : { node: Number(node), policy: how.startsWith("pref") ? ("preferred" as const) : ("bind" as const) };
  const size = kind === "pipes" ? { count: Number(amount) } : { mib: Number(amount) };
  const held = yield* hold(context, machine, { kind, ...size, comm: "mem", ...chosen });
  if (held.errno !== null) {
    yield* ended(machine, held.pid);
    // That of the recorded machines hears nothing from a holder that was killed.
    const why = context.state.system.dialect === "busybox" && held.pid >= 0 ? "" : `: ${strerror(held.errno)}`;
    return (yield* print(context, `failed${why}\n`)) || 1;
  }
  // The holder says so through a pipe, which its group may refuse; it goes on holding what it has.
  if (context.state.system.dialect === "busybox" && context.process.pipePage() !== null)
    return (yield* print(context, "failed\n")) || 1;
  // That of the recorded machines says more.
  const said = context.state.system.dialect === "busybox" ? `ok pid=${held.pid}` : `${held.pid}`;
  return yield* print(context, `${said}\n`);
}

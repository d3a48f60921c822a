/** Processes: `ps`, `top`, `pgrep`, `pkill`, `killall`, `pidof`. What the kernel knows of them is in /proc. */
import { type Running, pass } from "../../system.ts";
import { Signal, signalNumber, signalNames } from "../../process/signals.ts";
import { type CommandContext, SECOND } from "../command.ts";
import { figures, readText } from "../memory/meminfo-text.ts";
import { badOptions, complain, joinLines, optionError, options, print, usage } from "../output.ts";
import { dateOf } from "./dates.ts";
import { upLine } from "./system.ts";

interface Listed {
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  readonly args: string;
  readonly state: string;
  /** kB */
  readonly vsz: number;
  readonly rss: number;
  readonly shared: number;
  readonly terminal: string;
  /** Simulated ns of computing. */
  readonly time: number;
  readonly started: number;
  readonly kernelThread: boolean;
}

/** All processes; the shell's own know more of themselves than the kernel does. */
function all(context: CommandContext): Listed[] {
  const { system } = context.state;
  const listing = system.files.list("/proc");
  const total = ("names" in listing ? listing.names : []).filter((name) => /^\d+$/.test(name)).map(Number);
  const pids = new Set([...total, ...system.processes.keys()]);
  return [...pids]
    .sort((a, b) => a - b)
    .map((pid) => {
      const own = system.processes.get(pid);
      const status = readText(context, `/proc/${pid}/status`) ?? "";
      const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
      const comm =
        (own ? own.command.split(" ")[0]?.replace(/.*\//, "").slice(0, 15) : undefined) ??
        /^Name:\t(.*)$/m.exec(status)?.[1] ??
        "";
      const command =
        own?.command ?? (readText(context, `/proc/${pid}/cmdline`) ?? "").replace(/\0$/, "").replaceAll("\0", " ");
      return {
        pid,
        ppid: own ? (own.parent?.pid ?? 1) : of("PPid"),
        comm,
        args: command === "" ? `[${comm}]` : command,
        state: own === context.process ? "R" : own?.stopped ? "T" : "S",
        vsz: of("VmSize"),
        rss: of("VmRSS"),
        shared: of("RssShmem") + of("RssFile"),
        terminal: own?.terminal ? "pts/0" : "?",
        time: own?.used ?? 0,
        started: own?.started ?? 0,
        kernelThread: command === "",
      };
    });
}

const clock = (ns: number): string => {
  const seconds = Math.floor(ns / 1e9);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};

interface Column {
  readonly heading: string;
  readonly width: number;
  readonly left?: boolean;
  readonly show: (process: Listed, context: CommandContext) => string;
}

const memoryShare = (process: Listed, context: CommandContext): string => {
  const total = figures(readText(context, "/proc/meminfo") ?? "").get("MemTotal") ?? 1;
  return ((100 * process.rss) / total).toFixed(1);
};
const COLUMNS: Readonly<Record<string, Column>> = {
  pid: { heading: "PID", width: 7, show: ({ pid }) => String(pid) },
  ppid: { heading: "PPID", width: 7, show: ({ ppid }) => String(ppid) },
  comm: { heading: "COMMAND", width: 15, left: true, show: ({ comm }) => comm },
  ucmd: { heading: "CMD", width: 15, left: true, show: ({ comm }) => comm },
  args: { heading: "COMMAND", width: 27, left: true, show: ({ args }) => args },
  rss: { heading: "RSS", width: 5, show: ({ rss }) => String(rss) },
  vsz: { heading: "VSZ", width: 6, show: ({ vsz }) => String(vsz) },
  stat: { heading: "STAT", width: 4, left: true, show: ({ state }) => state },
  state: { heading: "S", width: 1, left: true, show: ({ state }) => state },
  user: { heading: "USER", width: 8, left: true, show: () => "root" },
  uid: { heading: "UID", width: 5, show: () => "0" },
  tty: { heading: "TTY", width: 8, left: true, show: ({ terminal }) => terminal },
  time: { heading: "TIME", width: 8, show: ({ time }) => clock(time) },
  pcpu: { heading: "%CPU", width: 4, show: () => "0.0" },
  pmem: { heading: "%MEM", width: 4, show: memoryShare },
  nice: { heading: "NI", width: 3, show: () => "0" },
  start: { heading: "STARTED", width: 8, show: ({ started }) => dateOf(started).time },
};
const ALIASES: Readonly<Record<string, string>> = {
  cmd: "args",
  command: "args",
  rssize: "rss",
  vsize: "vsz",
  s: "state",
  "%cpu": "pcpu",
  "%mem": "pmem",
  tname: "tty",
  tt: "tty",
  ni: "nice",
  euser: "user",
  lstart: "start",
  cputime: "time",
};

/** As the busybox of the recorded machines prints it, where nobody has a name: in braces what a process calls itself instead of its program. */
function busyboxList(processes: readonly Listed[]): string {
  const shown = ({ comm, args }: Listed): string =>
    args.startsWith("[") || args.split(" ")[0]?.replace(/.*\//, "").startsWith(comm) ? args : `{${comm}} ${args}`;
  return joinLines([
    "PID   USER     COMMAND",
    ...processes.map((each) => `${String(each.pid).padStart(5)} ${"0".padEnd(8)} ${shown(each)}`),
  ]);
}

export function* ps(context: CommandContext): Running<number> {
  const { args } = context;
  // Options of BSD have no minus.
  const bsd = args.filter((arg) => /^[a-z]+$/.test(arg)).join("");
  const given = options(
    args
      .filter((arg) => !/^[a-z]+$/.test(arg))
      .map((arg) =>
        arg.replace(
          /^--(pid|sort|ppid)=/,
          (_, name: string) => `-${{ pid: "p", sort: "S", ppid: "P" }[name as "pid"]}`,
        ),
      ),
    "Aaefljo:p:C:u:U:t:wNHTLS:P:x",
    { "no-headers": "h", "no-heading": "h", pid: "p", sort: "S", forest: "H", ppid: "P" },
  );
  const letters = options(given.rest.length > 0 ? [] : [], "", {});
  if (badOptions(given)) {
    yield* context.std.err.write(
      "error: unsupported option\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n",
    );
    return 1 + letters.rest.length;
  }
  const { flags, values } = given;
  const every = all(context);
  if (context.state.system.dialect === "busybox" && args.length === 0) return yield* print(context, busyboxList(every));
  const numbers = (list: readonly string[] | undefined): number[] =>
    (list ?? []).flatMap((text) => text.split(/[ ,]+/)).map(Number);
  let chosen: Listed[];
  if (flags.has("p")) chosen = every.filter(({ pid }) => numbers(values.get("p")).includes(pid));
  else if (flags.has("P")) chosen = every.filter(({ ppid }) => numbers(values.get("P")).includes(ppid));
  else if (flags.has("C"))
    chosen = every.filter(({ comm }) => (values.get("C") ?? []).flatMap((text) => text.split(",")).includes(comm));
  else if (flags.has("e") || flags.has("A") || bsd.includes("a") || bsd.includes("x") || flags.has("u")) chosen = every;
  else
    chosen = every.filter(
      ({ pid }) =>
        context.state.system.processes.has(pid) &&
        (context.process.terminal === null ||
          context.state.system.processes.get(pid)?.terminal === context.process.terminal),
    );
  const sort = flags.get("S");
  if (sort !== undefined) {
    const descending = sort.startsWith("-");
    const key = ALIASES[sort.replace(/^[-+]/, "")] ?? sort.replace(/^[-+]/, "");
    const numeric = (process: Listed): number =>
      ({ rss: process.rss, vsz: process.vsz, pid: process.pid, pmem: process.rss })[key as "rss"] ?? 0;
    chosen.sort(
      (a, b) =>
        (numeric(a) - numeric(b) || (key === "comm" ? a.comm.localeCompare(b.comm) : 0)) * (descending ? -1 : 1),
    );
  }
  const formats = values.get("o");
  let text: string;
  if (formats) {
    const columns: Column[] = [];
    let silent = true;
    for (const word of formats.flatMap((list) => list.split(/[ ,]+/))) {
      const [name = "", heading] = word.split("=");
      const column = COLUMNS[ALIASES[name] ?? name];
      if (!column) {
        yield* context.std.err.write(`error: unknown user-defined format specifier "${name}"\n`);
        return 1;
      }
      if (heading !== "") silent = false;
      columns.push(heading === undefined ? column : { ...column, heading });
    }
    text = table(context, columns, chosen, silent || flags.has("h"));
  } else if (bsd.includes("u")) {
    const row = (each: Listed) =>
      `${"root".padEnd(8)} ${String(each.pid).padStart(7)}  0.0 ${memoryShare(each, context).padStart(4)} ${String(each.vsz).padStart(6)} ${String(each.rss).padStart(5)} ${each.terminal.padEnd(8)} ${each.state.padEnd(4)} ${dateOf(each.started).time.slice(0, 5)}   ${clock(each.time).slice(4)} ${each.args}`;
    text = joinLines([
      "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND",
      ...chosen.map(row),
    ]);
  } else if (flags.has("f")) {
    const row = (each: Listed) =>
      `${"root".padEnd(8)} ${String(each.pid).padStart(7)} ${String(each.ppid).padStart(7)}  0 ${dateOf(each.started).time.slice(0, 5)} ${each.terminal.padEnd(8)} ${clock(each.time)} ${each.args}`;
    text = joinLines(["UID          PID    PPID  C STIME TTY          TIME CMD", ...chosen.map(row)]);
  } else {
    const row = (each: Listed) =>
      `${String(each.pid).padStart(7)} ${each.terminal.padEnd(8)} ${clock(each.time)} ${each.comm}`;
    text = joinLines(["    PID TTY          TIME CMD", ...chosen.map(row)]);
  }
  return (yield* print(context, text)) || (chosen.length > 0 ? 0 : 1);
}

function table(context: CommandContext, columns: readonly Column[], rows: readonly Listed[], silent: boolean): string {
  const cell = (column: Column, text: string, last: boolean): string =>
    column.left ? (last ? text : text.padEnd(column.width)) : text.padStart(column.width);
  const line = (texts: readonly string[]): string =>
    texts.map((text, i) => cell(columns[i] as Column, text, i === texts.length - 1)).join(" ");
  return joinLines([
    ...(silent ? [] : [line(columns.map(({ heading }) => heading))]),
    ...rows.map((row) => line(columns.map((column) => column.show(row, context)))),
  ]);
}

export function* top(context: CommandContext): Running<number> {
  const given = options(context.args, "bn:d:p:o:cHiSu:w::", { batch: "b", iterations: "n", delay: "d" });
  if (badOptions(given)) return yield* complain(context, `${optionError(given)}`);
  const { flags } = given;
  const batch = flags.has("b");
  const count = flags.has("n") ? Number(flags.get("n")) : Number.POSITIVE_INFINITY;
  const delay = Number(flags.get("d") ?? 3);
  if (!(count >= 1) || !(delay >= 0))
    return yield* complain(context, `bad iterations argument '${flags.get("n") ?? flags.get("d")}'`);
  for (let i = 0; i < count; i++) {
    if (i > 0) yield* pass(context.state.system, Math.max(0.1, delay) * SECOND);
    const status = yield* print(
      context,
      `${batch ? (i > 0 ? "\n" : "") : "\x1b[H\x1b[2J"}${screen(context, batch ? Number.POSITIVE_INFINITY : 16)}`,
    );
    if (status !== 0) return status;
  }
  return 0;
}

function screen(context: CommandContext, most: number): string {
  const info = figures(readText(context, "/proc/meminfo") ?? "");
  const mib = (kib: number): string => (kib / 1024).toFixed(1).padStart(8);
  const of = (name: string): number => info.get(name) ?? 0;
  const every = all(context).sort((a, b) => b.rss - a.rss || a.pid - b.pid);
  const running = every.filter(({ state }) => state === "R").length;
  const cache = of("Buffers") + of("Cached") + of("SReclaimable");
  const row = (each: Listed): string =>
    `${String(each.pid).padStart(7)} root      20   0 ${String(each.vsz).padStart(7)} ${String(each.rss).padStart(6)} ${String(each.shared).padStart(6)} ${each.state}   0.0 ${memoryShare(each, context).padStart(5)} ${clock(each.time).slice(4).padStart(6)}.00 ${each.comm}`;
  return joinLines([
    `top -${upLine(context)}`,
    `Tasks: ${String(every.length).padStart(3)} total, ${String(running).padStart(3)} running, ${String(every.length - running).padStart(3)} sleeping,   0 stopped,   0 zombie`,
    "%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st ",
    `MiB Mem : ${mib(of("MemTotal"))} total, ${mib(of("MemFree"))} free, ${mib(of("MemTotal") - of("MemAvailable"))} used, ${mib(cache)} buff/cache     `,
    `MiB Swap: ${mib(of("SwapTotal"))} total, ${mib(of("SwapFree"))} free, ${mib(0)} used. ${mib(of("MemAvailable"))} avail Mem `,
    "",
    "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND",
    ...every.slice(0, most).map(row),
  ]);
}

/** Processes that a pattern means; never the command itself. */
function matching(
  context: CommandContext,
  pattern: string,
  how: { readonly exact: boolean; readonly full: boolean; readonly fold: boolean },
): Listed[] | null {
  let expression: RegExp;
  // The pattern is short and matched against short names.
  if (pattern.length > 200) return null;
  try {
    expression = new RegExp(how.exact ? `^(?:${pattern})$` : pattern, how.fold ? "i" : "");
  } catch {
    return null;
  }
  return all(context).filter(
    (each) => each.pid !== context.process.pid && expression.test(how.full ? each.args.slice(0, 200) : each.comm),
  );
}

export function* pgrep(context: CommandContext): Running<number> {
  const signalArg =
    context.name === "pkill" ? context.args.find((arg) => /^-(\d+|[A-Z][A-Z0-9]+)$/.test(arg)) : undefined;
  const given = options(
    context.args.filter((arg) => arg !== signalArg),
    "afilnocxvu:P:d:s:",
    {
      "list-full": "a",
      full: "f",
      "ignore-case": "i",
      "list-name": "l",
      newest: "n",
      oldest: "o",
      count: "c",
      exact: "x",
      signal: "s",
    },
  );
  if (badOptions(given)) return yield* usage(context, optionError(given), 2);
  const { flags, rest } = given;
  const [pattern] = rest;
  if (pattern === undefined) return yield* usage(context, "no matching criteria specified", 2);
  let found = matching(context, pattern, { exact: flags.has("x"), full: flags.has("f"), fold: flags.has("i") });
  if (!found) return yield* complain(context, `invalid regular expression: ${pattern}`, 2);
  if (flags.has("n")) found = found.slice(-1);
  if (flags.has("o")) found = found.slice(0, 1);
  if (context.name === "pkill") {
    const signal = signalNumber(flags.get("s") ?? signalArg?.slice(1) ?? "TERM");
    if (signal === undefined) return yield* usage(context, `Unknown signal "${signalArg?.slice(1)}".`, 2);
    for (const { pid } of found) send(context, pid, signal);
    return found.length > 0 ? 0 : 1;
  }
  if (flags.has("c")) yield* print(context, `${found.length}\n`);
  else {
    const show = ({ pid, comm, args }: Listed) =>
      flags.has("a") ? `${pid} ${args}` : flags.has("l") ? `${pid} ${comm}` : String(pid);
    const delimiter = flags.get("d") ?? "\n";
    if (found.length > 0) yield* print(context, `${found.map(show).join(delimiter)}\n`);
  }
  return found.length > 0 ? 0 : 1;
}

/** A signal to a process of the shell's or to a load. */
function send(context: CommandContext, pid: number, signal: number): boolean {
  const { system } = context.state;
  const own = system.processes.get(pid);
  return own ? system.kill(own, signal) : system.killOther(pid, signal);
}

export function* killall(context: CommandContext): Running<number> {
  if (context.args[0] === "-l") return yield* print(context, `${signalNames.join(" ")}\n`);
  let signal: number = Signal.TERM;
  const names: string[] = [];
  let quiet = false;
  for (let i = 0; i < context.args.length; i++) {
    const arg = context.args[i] as string;
    const number =
      arg === "-s"
        ? signalNumber(context.args[++i] ?? "")
        : /^-[A-Z0-9]+$/.test(arg)
          ? signalNumber(arg.slice(1))
          : undefined;
    if (number !== undefined) signal = number;
    else if (arg === "-q") quiet = true;
    else if (!arg.startsWith("-")) names.push(arg);
    else if (!/^-[eIgirvwz]+$/.test(arg)) {
      yield* context.std.err.write(`${arg.slice(1)}: unknown signal; killall -l lists signals.\n`);
      return 1;
    }
  }
  if (names.length === 0) {
    yield* context.std.err.write("Usage: killall [OPTION]... [--] NAME...\n");
    return 1;
  }
  let status = 0;
  for (const name of names) {
    const found = all(context).filter((each) => each.comm === name.slice(0, 15) && each.pid !== context.process.pid);
    for (const { pid } of found) send(context, pid, signal);
    if (found.length > 0) continue;
    status = 1;
    if (!quiet) yield* context.std.err.write(`${name}: no process found\n`);
  }
  return status;
}

export function* pidof(context: CommandContext): Running<number> {
  const names = context.args.filter((arg) => !arg.startsWith("-"));
  const found = all(context).filter((each) => names.includes(each.comm) && each.pid !== context.process.pid);
  if (found.length === 0) return 1;
  const shown = found.map(({ pid }) => pid).reverse();
  return yield* print(context, `${(context.args.includes("-s") ? shown.slice(0, 1) : shown).join(" ")}\n`);
}

/** The machine and its kernel: `uname`, `hostname`, `id`, `whoami`, `nproc`, `getconf`, `uptime`, `lscpu`, `sysctl`, `mount`, `umount`. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import { absolute } from "../../state.ts";
import { type Running, writeThrough } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { cpusOf } from "../memory/affinity.ts";
import { readText, listed, nodesOf, NODES } from "../memory/meminfo-text.ts";
import { badOptions, complain, joinLines, optionError, options, print, usage } from "../output.ts";
import { dateOf } from "./dates.ts";
import { largest } from "../../../engine/lists.ts";

const line = (context: CommandContext, path: string): string => (readText(context, path) ?? "").trim();

export function* uname(context: CommandContext): Running<number> {
  const given = options(context.args, "asnrvmpio", {
    all: "a",
    "kernel-name": "s",
    nodename: "n",
    "kernel-release": "r",
    "kernel-version": "v",
    machine: "m",
    processor: "p",
    "hardware-platform": "i",
    "operating-system": "o",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags } = given;
  const values: [string, string][] = [
    ["s", "Linux"],
    ["n", line(context, "/proc/sys/kernel/hostname")],
    ["r", line(context, "/proc/sys/kernel/osrelease")],
    ["v", line(context, "/proc/sys/kernel/version")],
    ["m", "x86_64"],
    ["p", "unknown"],
    ["i", "unknown"],
    ["o", "GNU/Linux"],
  ];
  const wanted = values.filter(
    ([letter]) =>
      flags.has(letter) || (flags.has("a") && letter !== "p" && letter !== "i") || (flags.size === 0 && letter === "s"),
  );
  return yield* print(context, `${wanted.map(([, value]) => value).join(" ")}\n`);
}

export function* hostname(context: CommandContext): Running<number> {
  const [name] = context.args.filter((arg) => !arg.startsWith("-"));
  if (name === undefined) return yield* print(context, `${line(context, "/proc/sys/kernel/hostname")}\n`);
  const errno = yield* writeThrough(context.state.system.files, "/proc/sys/kernel/hostname", `${name}\n`);
  return errno === null ? 0 : yield* complain(context, strerror(errno));
}

export function* id(context: CommandContext): Running<number> {
  const given = options(context.args, "ugGnrz", { user: "u", group: "g", groups: "G", name: "n" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags } = given;
  if (!flags.has("u") && !flags.has("g") && !flags.has("G"))
    return yield* print(context, "uid=0(root) gid=0(root) groups=0(root)\n");
  return yield* print(context, flags.has("n") ? "root\n" : "0\n");
}

export function* whoami(context: CommandContext): Running<number> {
  return yield* print(context, "root\n");
}

const cpus = (context: CommandContext): number[] =>
  nodesOf(context).flatMap((node) => listed(readText(context, `${NODES}/node${node}/cpulist`) ?? ""));

export function* nproc(context: CommandContext): Running<number> {
  const ignore = Number(/^--ignore=(\d+)$/.exec(context.args[0] ?? "")?.[1] ?? 0);
  const own = context.args.includes("--all") ? null : cpusOf(context, context.process.pid);
  return yield* print(context, `${Math.max(1, (own ?? cpus(context)).length - ignore)}\n`);
}

export function* getconf(context: CommandContext): Running<number> {
  const [name] = context.args;
  const pages = (field: string): number =>
    Math.floor(
      Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readText(context, "/proc/meminfo") ?? "")?.[1] ?? 0) / 4,
    );
  const values: Readonly<Record<string, string | number>> = {
    PAGE_SIZE: 4096,
    PAGESIZE: 4096,
    _NPROCESSORS_ONLN: cpus(context).length,
    _NPROCESSORS_CONF: cpus(context).length,
    _PHYS_PAGES: pages("MemTotal"),
    _AVPHYS_PAGES: pages("MemFree"),
    LONG_BIT: 64,
    WORD_BIT: 32,
    CLK_TCK: 100,
    ARG_MAX: 2_097_152,
    NAME_MAX: 255,
    PATH_MAX: 4096,
    HOST_NAME_MAX: 64,
    OPEN_MAX: 1024,
  };
  if (name === undefined) {
    yield* context.std.err.write("Usage: getconf [-v SPEC] VAR\n");
    return 1;
  }
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) return yield* complain(context, `Unrecognized variable \`${name}'`);
  return yield* print(context, `${value}\n`);
}

/** Since the kernel was started, as it says itself. */
const upSeconds = (context: CommandContext): number => Number(line(context, "/proc/uptime").split(" ")[0]);

/** ` 00:01:02 up 1 min,  0 users,  load average: …`. */
export function upLine(context: CommandContext): string {
  const now = context.state.system.now();
  const minutes = Math.floor(upSeconds(context) / 60);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const up = `${days > 0 ? `${days} day${days === 1 ? "" : "s"}, ` : ""}${minutes >= 60 ? `${String(hours).padStart(2)}:${String(minutes % 60).padStart(2, "0")}` : `${minutes} min`}`;
  const load = line(context, "/proc/loadavg").split(" ").slice(0, 3).join(", ");
  return ` ${dateOf(now).time} up ${up},  0 users,  load average: ${load}`;
}

export function* uptime(context: CommandContext): Running<number> {
  const given = options(context.args, "psV", { pretty: "p", since: "s" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const minutes = Math.floor(upSeconds(context) / 60);
  if (given.flags.has("s")) {
    const date = dateOf(context.state.system.now() - upSeconds(context) * 1e9);
    return yield* print(context, `${date.iso} ${date.time}\n`);
  }
  if (given.flags.has("p"))
    return yield* print(
      context,
      `up ${minutes >= 60 ? `${Math.floor(minutes / 60)} hour${minutes >= 120 ? "s" : ""}, ` : ""}${minutes % 60} minutes\n`,
    );
  return yield* print(context, `${upLine(context)}\n`);
}

export function* lscpu(context: CommandContext): Running<number> {
  const info = readText(context, "/proc/cpuinfo") ?? "";
  const of = (name: string): string => new RegExp(`^${name}\\s*: (.*)$`, "m").exec(info)?.[1] ?? "";
  const all = cpus(context);
  const byNode = nodesOf(context).map((node) => ({ node, list: line(context, `${NODES}/node${node}/cpulist`) }));
  const sockets = byNode.filter(({ list }) => list !== "").length;
  const rows: [string, string | number][] = [
    ["Architecture:", "x86_64"],
    ["  CPU op-mode(s):", "32-bit, 64-bit"],
    ["  Address sizes:", of("address sizes")],
    ["  Byte Order:", "Little Endian"],
    ["CPU(s):", all.length],
    ["  On-line CPU(s) list:", line(context, "/sys/devices/system/cpu/online")],
    ["Vendor ID:", of("vendor_id")],
    ["  Model name:", of("model name")],
    ["    CPU family:", of("cpu family")],
    ["    Model:", of("model\t\t") || of("model")],
    ["    Thread(s) per core:", 1],
    ["    Core(s) per socket:", Math.max(1, Math.round(all.length / Math.max(1, sockets)))],
    ["    Socket(s):", sockets],
    ["NUMA:", ""],
    ["  NUMA node(s):", byNode.length],
    ...byNode.map(({ node, list }): [string, string] => [`  NUMA node${node} CPU(s):`, list]),
  ];
  const width = largest(rows.map(([label]) => label.length)) + 2;
  return yield* print(
    context,
    joinLines(
      rows.map(([label, value]) => (value === "" ? label.padEnd(width) : label.padEnd(width) + value).trimEnd()),
    ),
  );
}

const SYSCTLS = "/proc/sys";

export function* sysctl(context: CommandContext): Running<number> {
  const given = options(context.args, "aAbeNnqwp::r:", {
    all: "a",
    binary: "b",
    ignore: "e",
    names: "N",
    values: "n",
    quiet: "q",
    write: "w",
    load: "p",
    pattern: "r",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const { files } = context.state.system;
  const pathOf = (name: string): string => `${SYSCTLS}/${name.includes("/") ? name : name.replaceAll(".", "/")}`;
  const nameOf = (path: string): string => path.slice(SYSCTLS.length + 1).replaceAll("/", ".");
  const walk = function* (path: string): Iterable<string> {
    const found = files.list(path);
    if ("errno" in found) yield path;
    else for (const name of found.names) yield* walk(`${path}/${name}`);
  };
  const show = function* (path: string): Running<number> {
    const read = files.read(path);
    if ("errno" in read)
      return flags.has("a") ? 0 : yield* complain(context, `permission denied on key '${nameOf(path)}'`);
    if (flags.has("N")) return yield* print(context, `${nameOf(path)}\n`);
    const text = read.text.split("\n").filter((each, i, all) => each !== "" || all.length === 1 || i === 0);
    return yield* print(
      context,
      joinLines(text.map((value) => (flags.has("n") ? value : `${nameOf(path)} = ${value}`))),
    );
  };
  if (flags.has("a") || flags.has("A")) {
    for (const path of walk(SYSCTLS)) {
      const status = yield* show(path);
      if (status !== 0) return status;
    }
    return 0;
  }
  if (rest.length === 0) return yield* usage(context, `no variables specified`);
  let status = 0;
  for (const word of rest) {
    const [name = "", ...values] = word.split("=");
    const path = pathOf(name.trim());
    const stat = files.stat(path);
    if ("errno" in stat) {
      if (!flags.has("e")) status = yield* complain(context, `cannot stat ${path}: ${strerror(stat.errno)}`);
      continue;
    }
    if (values.length === 0) {
      if (stat.kind === "directory") for (const each of walk(path)) status = (yield* show(each)) || status;
      else status = (yield* show(path)) || status;
      continue;
    }
    const errno = files.open(path, "write") ?? (yield* writeThrough(files, path, `${values.join("=")}\n`));
    if (errno !== null) status = yield* complain(context, `setting key "${name}": ${strerror(errno)}`, 255);
    else if (!flags.has("q")) status = (yield* print(context, `${name} = ${values.join("=")}\n`)) || status;
  }
  return status;
}

export function* mount(context: CommandContext): Running<number> {
  const given = options(context.args, "t:o:nrwva", { types: "t", options: "o" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { rest } = given;
  const type = given.flags.get("t");
  const mounts = (readText(context, "/proc/mounts") ?? "")
    .trim()
    .split("\n")
    .filter((entry) => type === undefined || type.split(",").includes(entry.split(" ")[2] ?? ""));
  if (rest.length === 0)
    return yield* print(
      context,
      joinLines(mounts.map((entry) => entry.replace(/^(\S+) (\S+) (\S+) (\S+) 0 0$/, "$1 on $2 type $3 ($4)"))),
    );
  const where = rest.at(-1) as string;
  const known = mounts.some((entry) => entry.split(" ")[1] === absolute(context.state, where));
  if (known) return yield* complain(context, `${where}: ${rest[0]} already mounted on ${where}.`, 32);
  const there = "names" in context.state.system.files.list(absolute(context.state, where));
  if (context.state.system.dialect === "busybox") {
    const why = strerror(there ? "EPERM" : "ENOENT");
    return yield* complain(context, `mounting ${rest[0]} on ${where} failed: ${why}`, 255);
  }
  if (!there) return yield* complain(context, `${where}: mount point does not exist.`, 32);
  return yield* complain(context, `${where}: permission denied.`, 32);
}

/** Waits until all that files have in memory only lies on the disk: of operands no less than of everything. */
export function* sync(context: CommandContext): Running<number> {
  const given = options(context.args, "df", { data: "d", "file-system": "f" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  for (const path of given.rest) {
    const stat = context.state.system.files.stat(absolute(context.state, path));
    if ("errno" in stat) return yield* complain(context, `error opening '${path}': ${strerror(stat.errno)}`);
  }
  const { machine } = context.state.system;
  const op = machine?.submit({ do: "sync", partition: machine.partition }).op ?? null;
  if (op !== null) yield { op, until: Number.POSITIVE_INFINITY };
  return 0;
}

export function* umount(context: CommandContext): Running<number> {
  const where = context.args.filter((arg) => !arg.startsWith("-")).at(-1);
  if (where === undefined) return yield* usage(context, "bad usage");
  const known = (readText(context, "/proc/mounts") ?? "")
    .split("\n")
    .some((entry) => entry.split(" ")[1] === absolute(context.state, where));
  return yield* complain(context, known ? `${where}: target is busy.` : `${where}: not mounted.`, 32);
}

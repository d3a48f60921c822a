/** Swap: `mkswap`, `swapon`, `swapoff` of util-linux, and of the busybox that the recorded machines run. */
// Brings what carries out the commands, too.
import "../../../engine/time/swap-commands.ts";
import { PAGE_SIZE } from "../../../engine/units.ts";
import { type FileErrno, strerror } from "../../../engine/sysfs/errno.ts";
import { absolute } from "../../state.ts";
import { LimitReached, type Running, writeThrough } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { humanSize } from "../memory/memory-blocks.ts";
import { readText } from "../memory/meminfo-text.ts";
import { badOptions, complain, joinLines, optionError, options, print, usage } from "../output.ts";

/** A swap area has room for so many pages at least. */
const LEAST_PAGES = 10;
const NOT_MEANT: ReadonlySet<FileErrno> = new Set(["ENOSPC", "EIO"]);

/** The first page of a swap area, as far as anybody reads it. */
const HEADER = "SWAPSPACE2".padStart(PAGE_SIZE, "\0");

/** Bytes that a device or file has room for, or why it can't be told. */
function sizeOf(context: CommandContext, path: string): number | FileErrno {
  const { files } = context.state.system;
  const stat = files.stat(path);
  if ("errno" in stat) return stat.errno;
  return stat.block ? (stat.large ?? 0) : stat.size;
}

/** An UUID by chance, of version 4. */
function uuid(context: CommandContext): string {
  const digit = (of = 16, from = 0): string => (from + Math.floor(context.state.system.random() * of)).toString(16);
  const digits = (n: number): string => Array.from({ length: n }, () => digit()).join("");
  return `${digits(8)}-${digits(4)}-4${digits(3)}-${digit(4, 8)}${digits(3)}-${digits(12)}`;
}

export function* mkswap(context: CommandContext): Running<number> {
  const busybox = context.state.system.dialect === "busybox";
  const given = options(context.args, "L:U:fc", { label: "L", uuid: "U", force: "f", check: "c" });
  const [path] = badOptions(given) ? [] : given.rest;
  if (badOptions(given) || path === undefined) {
    if (busybox) return yield* busyboxUsage(context);
    return yield* usage(context, badOptions(given) ? optionError(given) : "error: Nowhere to set up swap on?");
  }
  const whole = absolute(context.state, path);
  const size = sizeOf(context, whole);
  if (typeof size === "string")
    return yield* complain(
      context,
      busybox ? `can't open '${path}': ${strerror(size)}` : `cannot open ${path}: ${strerror(size)}`,
    );
  const pages = Math.floor(size / PAGE_SIZE);
  if (pages < LEAST_PAGES)
    return yield* complain(
      context,
      busybox ? "image is too small" : `error: swap area needs to be at least ${LEAST_PAGES * 4} KiB`,
    );
  const bytes = (pages - 1) * PAGE_SIZE;
  if (busybox) yield* print(context, `Setting up swapspace version 1, size = ${bytes} bytes\n`);
  const stat = context.state.system.files.stat(whole);
  // Of a file of a tmpfs nothing is written: nobody can swap there.
  const errno = "errno" in stat || !stat.block ? null : yield* writeThrough(context.state.system.files, whole, HEADER);
  if (errno !== null)
    return yield* complain(
      context,
      busybox
        ? `write error: ${strerror(errno)}`
        : `${path}: ${NOT_MEANT.has(errno) ? "unable to write signature page" : strerror(errno)}`,
    );
  const id = given.flags.get("U") ?? uuid(context);
  const label = given.flags.get("L");
  if (busybox) return yield* print(context, `UUID=${id}\n`);
  return yield* print(
    context,
    `Setting up swapspace version 1, size = ${human(bytes)} (${bytes} bytes)\n${label === undefined ? "no label" : `LABEL=${label}`}, UUID=${id}\n`,
  );
}

/** `512 MiB`, `1.5 GiB`. */
const human = (bytes: number): string => humanSize(bytes).replace(/[KMGTPE]$/, " $&iB");

/** Lines of /proc/swaps by their columns: path, type, size, used, priority. */
const areas = (context: CommandContext): string[][] =>
  (readText(context, "/proc/swaps") ?? "")
    .split("\n")
    .slice(1)
    .filter(Boolean)
    .map((line) => line.split(/\s+/));

function* busyboxUsage(context: CommandContext): Running<number> {
  yield* context.std.err.write(BUSYBOX_USAGE[context.name as "mkswap"]);
  return 1;
}
const BUSYBOX = "BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n\nUsage: ";
const BUSYBOX_USAGE = {
  mkswap: `${BUSYBOX}mkswap [-L LBL] BLOCKDEV [KBYTES]\n\nPrepare BLOCKDEV to be used as swap partition\n\n\t-L LBL\tLabel\n`,
  swapon: `${BUSYBOX}swapon [-a] [-e] [-d[POL]] [DEVICE]\n\nStart swapping on DEVICE\n\n\t-a\tStart swapping on all swap devices\n\t-d[POL]\tDiscard blocks at swapon (POL=once),\n\t\tas freed (POL=pages), or both (POL omitted)\n\t-e\tSilently skip devices that do not exist\n`,
  swapoff: `${BUSYBOX}swapoff [-a] [DEVICE]\n\nStop swapping on DEVICE\n\n\t-a\tStop swapping on all swap devices\n`,
} as const;

export function* swapon(context: CommandContext): Running<number> {
  const { machine, dialect } = context.state.system;
  const busybox = dialect === "busybox";
  const given = options(context.args, busybox ? "aed::" : "aed::p:sv", {
    all: "a",
    ifexists: "e",
    discard: "d",
    priority: "p",
    summary: "s",
    show: "s",
    verbose: "v",
  });
  if (badOptions(given)) {
    if (!busybox) return yield* usage(context, optionError(given));
    yield* complain(context, optionError(given));
    return yield* busyboxUsage(context);
  }
  const { flags, rest } = given;
  if (rest.length === 0 && busybox && !flags.has("a")) return yield* busyboxUsage(context);
  if (rest.length === 0) return flags.has("a") ? 0 : yield* show(context);
  const priority = flags.has("p") ? Number(flags.get("p")) : undefined;
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= -1 && priority <= 32_767))
    return yield* complain(context, `failed to parse priority: '${flags.get("p")}'`);
  let status = 0;
  for (const path of rest) {
    const whole = absolute(context.state, path);
    const size = sizeOf(context, whole);
    let errno: FileErrno | null = typeof size === "string" ? size : null;
    if (errno === null && machine) {
      const wanted = priority === undefined || priority < 0 ? {} : { priority };
      errno = machine.submit({ do: "swapon", partition: machine.partition, path: whole, ...wanted }).errno;
    }
    if (errno === null || (errno === "ENOENT" && flags.has("e"))) continue;
    const said = busybox
      ? strerror(errno)
      : errno === "ENOENT"
        ? `cannot open: ${strerror(errno)}`
        : `swapon failed: ${strerror(errno)}`;
    status = yield* complain(context, `${path}: ${said}`, busybox ? 1 : 255);
  }
  return status;
}

/** What `swapon` alone says: a table of what there is. */
function* show(context: CommandContext): Running<number> {
  const rows = areas(context);
  if (rows.length === 0) return 0;
  const short = (kib: string | undefined): string => humanSize(Number(kib) * 1024);
  const cells = rows.map(([name = "", type = "", size, used, priority = ""]) => [
    name,
    type,
    short(size),
    short(used),
    priority,
  ]);
  const all = [["NAME", "TYPE", "SIZE", "USED", "PRIO"], ...cells];
  const width = (column: number): number =>
    all.reduce((most, row) => Math.max(most, (row[column] as string).length), 0);
  return yield* print(
    context,
    joinLines(
      all.map((row) =>
        row
          .map((cell, i) => (i < 2 ? cell.padEnd(width(i)) : cell.padStart(width(i))))
          .join(" ")
          .trimEnd(),
      ),
    ),
  );
}

export function* swapoff(context: CommandContext): Running<number> {
  const { machine, dialect } = context.state.system;
  const busybox = dialect === "busybox";
  const given = options(context.args, "av", { all: "a", verbose: "v" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length === 0 && !flags.has("a")) {
    if (busybox) return yield* busyboxUsage(context);
    return yield* usage(context, "bad usage");
  }
  if (busybox && flags.has("a")) return yield* complain(context, "can't open '/etc/fstab': No such file or directory");
  const paths = flags.has("a") ? areas(context).map(([path]) => path as string) : rest;
  let status = 0;
  for (const path of paths) {
    const whole = absolute(context.state, path);
    const errno = machine ? yield* leave(context, machine, whole) : "EINVAL";
    if (errno === null) continue;
    status = yield* complain(
      context,
      `${path}: ${busybox ? strerror(errno) : `swapoff failed: ${strerror(errno)}`}`,
      busybox ? 1 : 4,
    );
  }
  return status;
}

/** swapoff(2): waits until all has come back. Where there was no memory for it the kernel has killed who asked. */
function* leave(
  context: CommandContext,
  machine: NonNullable<CommandContext["state"]["system"]["machine"]>,
  path: string,
): Running<FileErrno | null> {
  const by = { pid: context.process.pid, comm: "swapoff" };
  const { errno, op } = machine.submit({ do: "swapoff", partition: machine.partition, path, by });
  if (op === null) return errno;
  const woken = yield { op, until: Number.POSITIVE_INFINITY };
  if (!woken.ended) {
    context.state.system.signal(op);
    return "EINTR";
  }
  if (woken.errno === "ENOMEM") throw new LimitReached("killed by the kernel");
  return woken.errno;
}

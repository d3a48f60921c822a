/** `ls`, as the coreutils print it, and as busybox does on recorded machines. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import type { Stat } from "../../../engine/sysfs/tree.ts";
import { absolute } from "../../state.ts";
import { type Running, breathe } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { dateOf } from "../machine/dates.ts";
import { humanSize } from "../memory/memory-blocks.ts";
import { badOptions, complain, joinLines, optionError, options, print, usage } from "../output.ts";
import { largest } from "../../../engine/lists.ts";

/** Looking at a file: where it is, and what. */
const LOOK_NS = 3_000;

const SERIOUS = 2;
const MODES = ["---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"];
const TYPES = { directory: "d", file: "-", link: "l" };

/** `drwxr-xr-x`. */
export function modeText(stat: Stat): string {
  const bits = [6, 3, 0].map((shift) => MODES[(stat.mode >> shift) & 7] as string);
  const sticky = stat.mode & 0o1000 ? `${bits[2]?.slice(0, 2)}${(stat.mode & 1) !== 0 ? "t" : "T"}` : bits[2];
  return (stat.device ? "c" : stat.block ? "b" : TYPES[stat.kind]) + bits[0] + bits[1] + sticky;
}

/** Major and minor: 1 of RAM disks, one of those given out of zram. */
const deviceNumber = (name: string, width = 0): string =>
  `${String(name.startsWith("zram") ? 254 : 1).padStart(width)},${(/\d+$/.exec(name)?.[0] ?? "0").padStart(width || 2)}`;

interface Shown {
  readonly name: string;
  readonly stat: Stat;
  readonly path: string;
}

export function* ls(context: CommandContext): Running<number> {
  const given = options(context.args, "1aAbBcCdfFghHiklLmnNopqQrRsStTUvxXZK::", {
    all: "a",
    "almost-all": "A",
    directory: "d",
    classify: "F",
    "human-readable": "h",
    inode: "i",
    dereference: "L",
    reverse: "r",
    recursive: "R",
    size: "s",
    color: "K",
    "full-time": "T",
  });
  if (badOptions(given)) {
    if (context.state.system.dialect === "busybox")
      return yield* complain(context, `unrecognized option: ${given.unknown ?? ""}`);
    return yield* usage(context, optionError(given), SERIOUS);
  }
  const { flags, rest } = given;
  const lister = new Lister(context, flags);
  return yield* lister.run(rest.length > 0 ? rest : ["."]);
}

class Lister {
  private readonly context: CommandContext;
  private readonly flags: ReadonlyMap<string, string>;
  private readonly long: boolean;
  private status = 0;
  private printed = false;

  constructor(context: CommandContext, flags: ReadonlyMap<string, string>) {
    this.context = context;
    this.flags = flags;
    this.long = ["l", "n", "g", "o", "T"].some((letter) => flags.has(letter));
  }

  private get busybox(): boolean {
    return this.context.state.system.dialect === "busybox";
  }

  *run(operands: readonly string[]): Running<number> {
    const { files } = this.context.state.system;
    const alone: Shown[] = [];
    const folders: string[] = [];
    for (const operand of operands) {
      const path = absolute(this.context.state, operand);
      const stat = this.stat(path);
      if ("errno" in stat) {
        const why = strerror(stat.errno);
        yield* complain(this.context, this.busybox ? `${operand}: ${why}` : `cannot access '${operand}': ${why}`);
        this.status = this.busybox ? 1 : SERIOUS;
        continue;
      }
      const opens =
        !this.flags.has("d") &&
        "names" in files.list(path) &&
        (stat.kind === "directory" || !this.long || operand.endsWith("/"));
      if (opens) folders.push(operand);
      else alone.push({ name: operand, stat, path });
    }
    // A list of names is in order, whatever the order of the operands.
    folders.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    if (alone.length > 0) yield* this.show(this.sorted(alone));
    for (const folder of folders) yield* this.folder(folder, operands.length > 1 || this.flags.has("R"));
    return this.status;
  }

  private stat(
    path: string,
  ): Stat | { readonly errno: "ENOENT" } | ReturnType<CommandContext["state"]["system"]["files"]["stat"]> {
    const { files } = this.context.state.system;
    return files.stat(this.flags.has("L") ? `${path}/` : path) as Stat;
  }

  private *folder(operand: string, titled: boolean): Running<void> {
    const { files } = this.context.state.system;
    const base = absolute(this.context.state, operand);
    const listed = files.list(base);
    if ("errno" in listed) {
      yield* complain(this.context, `cannot open directory '${operand}': ${strerror(listed.errno)}`);
      this.status = SERIOUS;
      return;
    }
    if (titled) yield* print(this.context, `${this.printed ? "\n" : ""}${operand}:\n`);
    this.printed = true;
    const { flags } = this;
    const dots = flags.has("a") ? [".", ".."] : [];
    const names = [
      ...dots,
      ...listed.names.filter((name) => flags.has("a") || flags.has("A") || !name.startsWith(".")),
    ];
    const all: Shown[] = names.flatMap((name) => {
      const path = `${base}/${name}`;
      const stat = this.stat(path);
      return "errno" in stat ? [] : [{ name, stat, path }];
    });
    this.context.state.budget.spend(all.length * LOOK_NS);
    yield* breathe(this.context.state.budget);
    if (this.long || flags.has("s")) yield* print(this.context, `total ${this.blocks(all)}\n`);
    const sorted = this.sorted(all);
    yield* this.show(sorted);
    if (!flags.has("R")) return;
    for (const { name, stat } of sorted)
      if (stat.kind === "directory" && name !== "." && name !== "..")
        yield* this.folder(`${operand.replace(/\/$/, "")}/${name}`, true);
  }

  /** Blocks of 1 KiB on disk; the kernel's files take none. */
  private blocks(all: readonly Shown[]): number {
    return all.reduce(
      (sum, { stat, path }) =>
        sum + (stat.kind === "file" && !/^\/(sys|proc|dev)\//.test(path) ? Math.ceil(stat.size / 4096) * 4 : 0),
      0,
    );
  }

  private sorted(all: readonly Shown[]): Shown[] {
    const { flags } = this;
    const byName = (a: Shown, b: Shown): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
    const sorted = flags.has("U") || flags.has("f") ? [...all] : [...all].sort(byName);
    if (flags.has("S")) sorted.sort((a, b) => b.stat.size - a.stat.size || byName(a, b));
    if (flags.has("t")) sorted.sort((a, b) => (b.stat.changed ?? 0) - (a.stat.changed ?? 0) || byName(a, b));
    if (flags.has("v")) sorted.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
    return flags.has("r") ? sorted.reverse() : sorted;
  }

  private *show(all: readonly Shown[]): Running<void> {
    this.printed = true;
    const lines = this.long ? this.longLines(all) : this.shortLines(all);
    this.status = (yield* print(this.context, joinLines(lines))) || this.status;
  }

  private name({ name, stat }: Shown, withTarget: boolean): string {
    const sign =
      this.flags.has("F") || this.flags.has("p")
        ? stat.kind === "directory"
          ? "/"
          : !this.flags.has("F")
            ? ""
            : stat.kind === "link" && !withTarget
              ? "@"
              : stat.kind === "file" && (stat.mode & 0o111) !== 0
                ? "*"
                : ""
        : "";
    return `${this.flags.has("i") ? `${inode(name)} ` : ""}${name}${sign}${withTarget && stat.target !== null ? ` -> ${stat.target}` : ""}`;
  }

  private longLines(all: readonly Shown[]): string[] {
    const { flags } = this;
    const now = this.context.state.system.now();
    if (this.busybox) return all.map((shown) => this.busyboxLine(shown, now));
    const numeric = flags.has("n");
    const rows = all.map((shown) => ({
      mode: modeText(shown.stat),
      links: shown.stat.kind === "directory" ? "2" : "1",
      size: shown.stat.device
        ? "1, 3"
        : shown.stat.block
          ? deviceNumber(shown.name)
          : flags.has("h")
            ? size(shown.stat.size)
            : String(shown.stat.size),
      time: this.time(shown.stat.changed ?? 0),
      name: this.name(shown, true),
    }));
    const width = (of: (row: (typeof rows)[number]) => string) =>
      largest(
        rows.map((row) => of(row).length),
        0,
      );
    const [links, sizes] = [width((row) => row.links), width((row) => row.size)];
    const owner = numeric ? "0" : "root";
    const owners = `${flags.has("g") ? "" : `${owner} `}${flags.has("o") ? "" : `${owner} `}`;
    return rows.map(
      (row) => `${row.mode} ${row.links.padStart(links)} ${owners}${row.size.padStart(sizes)} ${row.time} ${row.name}`,
    );
  }

  private time(at: number): string {
    const date = dateOf(at);
    return this.flags.has("T")
      ? `${date.iso} ${date.time}.${String(Math.floor(at % 1e9)).padStart(9, "0")} +0000`
      : `${date.month} ${String(date.day).padStart(2)} ${date.time.slice(0, 5)}`;
  }

  /** The recorded machines have no list of users, and their columns do not grow. */
  private busyboxLine({ name, stat }: Shown, now: number): string {
    const links = stat.kind === "directory" ? 2 : 1;
    const date = dateOf(now);
    const target = stat.target === null ? "" : ` -> ${stat.target}`;
    const size = stat.block ? deviceNumber(name, 4) : stat.kind === "link" ? 0 : stat.size;
    return `${modeText(stat)}${String(links).padStart(5)} ${"0".padEnd(8)} ${"0".padEnd(8)} ${String(size).padStart(9)} ${date.month} ${String(date.day).padStart(2)} ${date.time.slice(0, 5)} ${name}${target}`;
  }

  /** One name a line, or columns on a terminal. */
  private shortLines(all: readonly Shown[]): string[] {
    const names = all.map((shown) => this.name(shown, false));
    const columns =
      this.flags.has("C") || ((this.context.process.descriptors.get(1)?.isTerminal ?? false) && !this.flags.has("1"));
    if (!columns || this.busybox) return names;
    const width = Number(this.context.state.variables.get("COLUMNS") ?? 80) || 80;
    return inColumns(names, width);
  }
}

/** Names down, then across, in as many columns as fit. */
export function inColumns(names: readonly string[], width: number): string[] {
  for (let rows = 1; rows < names.length; rows++) {
    const columns: string[][] = [];
    for (let i = 0; i < names.length; i += rows) columns.push(names.slice(i, i + rows));
    const widths = columns.map((column) => largest(column.map((name) => name.length)));
    if (widths.reduce((sum, each) => sum + each + 2, -2) >= width) continue;
    return Array.from({ length: rows }, (_, row) =>
      columns
        .flatMap((column, i) =>
          column[row] === undefined
            ? []
            : [
                (column[row] as string).padEnd(
                  i === columns.length - 1 || columns[i + 1]?.[row] === undefined ? 0 : (widths[i] as number) + 2,
                ),
              ],
        )
        .join(""),
    );
  }
  return [...names];
}

const size = (bytes: number): string =>
  bytes < 1024 ? String(bytes) : humanSize(bytes).replace(/^(\d)([A-Z])$/, "$1.0$2");
/** A number for a file, the same as long as it has its name. */
export const inode = (name: string): number =>
  [...name].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 1_000_000, 7);

/** `numastat` of numactl 2.0.16. */
import { largest } from "../../../engine/lists.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, joinLines, optionError, options, print } from "../output.ts";
import { NODES, figures, nodesOf, readText } from "./meminfo-text.ts";

const COUNTERS = ["numa_hit", "numa_miss", "numa_foreign", "interleave_hit", "local_node", "other_node"];
const WIDTH = 16;
type Row = readonly [name: string, values: readonly number[]];
/** Lines of meminfo that this numastat knows, in its order. */
const KNOWN = [
  "MemTotal",
  "MemFree",
  "MemUsed",
  "Active",
  "Inactive",
  "Active(anon)",
  "Inactive(anon)",
  "Active(file)",
  "Inactive(file)",
  "Unevictable",
  "Mlocked",
  "Dirty",
  "Writeback",
  "FilePages",
  "Mapped",
  "AnonPages",
  "Shmem",
  "KernelStack",
  "PageTables",
  "NFS_Unstable",
  "Bounce",
  "WritebackTmp",
  "Slab",
  "SReclaimable",
  "SUnreclaim",
  "AnonHugePages",
  "ShmemHugePages",
  "ShmemPmdMapped",
  "HugePages_Total",
  "HugePages_Free",
  "HugePages_Surp",
  "KReclaimable",
];

export function* numastat(context: CommandContext): Running<number> {
  const given = options(context.args, "cmnp:s::vVz", {});
  const { flags, rest } = given;
  if (badOptions(given)) {
    yield* complain(context, optionError(given));
    yield* context.std.err.write(
      "Usage: numastat [-c] [-m] [-n] [-p <PID>|<pattern>] [-s[<node>]] [-v] [-V] [-z] [<PID>|<pattern>...]\n",
    );
    return 1;
  }
  const processes = [...(flags.has("p") ? [flags.get("p") as string] : []), ...rest];
  if (processes.length > 0) return yield* processTable(context, processes);
  const nodes = nodesOf(context);
  if (flags.has("m")) {
    const perNode = nodes.map((node) => figures(readText(context, `${NODES}/node${node}/meminfo`) ?? ""));
    const rows = KNOWN.filter((name) => perNode.some((info) => info.has(name))).map((name): Row => {
      const scale = name.startsWith("HugePages") ? 2 : 1 / 1024;
      return [name, perNode.map((info) => (info.get(name) ?? 0) * scale)];
    });
    return yield* print(context, `\nPer-node system memory usage (in MBs):\n${chosenRows(nodes, rows, flags)}`);
  }
  if (["n", "c", "z", "s"].some((letter) => flags.has(letter))) {
    const rows = COUNTERS.map(
      (name): Row => [title(name), nodes.map((node) => counter(context, node, name) * (4096 / 1024 ** 2))],
    );
    return yield* print(context, `\nPer-node numastat info (in MBs):\n${chosenRows(nodes, rows, flags)}`);
  }
  // Without options: as the script of old printed it, in pages.
  const lines = [`${" ".repeat(WIDTH)}${nodes.map((node) => `node${node}`.padStart(WIDTH)).join("")}`];
  for (const name of COUNTERS)
    lines.push(name.padEnd(WIDTH) + nodes.map((node) => String(counter(context, node, name)).padStart(WIDTH)).join(""));
  return yield* print(context, joinLines(lines));
}

const title = (name: string): string =>
  name.replace(/(^|_)([a-z])/g, (_, bar: string, letter: string) => bar + letter.toUpperCase());
const counter = (context: CommandContext, node: number, name: string): number =>
  Number(new RegExp(`^${name} (\\d+)`, "m").exec(readText(context, `${NODES}/node${node}/numastat`) ?? "")?.[1] ?? 0);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** As -z, -s and -c say: without rows and columns of zeros, the largest first, narrow. */
function chosenRows(nodes: readonly number[], rows: readonly Row[], flags: ReadonlyMap<string, string>): string {
  const used = (values: readonly number[]): boolean => values.some((value) => value !== 0);
  const shown = flags.has("z") ? rows.filter(([, values]) => used(values)) : [...rows];
  if (shown.length === 0) return "Table has no non-zero data.\n";
  const by = nodes.indexOf(Number(flags.get("s") || Number.NaN));
  if (flags.has("s")) largestFirst(shown, ([, values]) => (by < 0 ? sum(values) : (values[by] as number)));
  const columns = nodes
    .map((_, i) => i)
    .filter((i) => !flags.has("z") || used(shown.map(([, values]) => values[i] ?? 0)));
  return table(
    columns.map((i) => nodes[i] as number),
    shown.map(([name, values]) => [name, columns.map((i) => values[i] as number)]),
    flags.has("c"),
    largest(rows.map(([name]) => name.length)),
  );
}

/** By choosing the largest of the rest and changing places with it: that decides where equal rows end up. */
function largestFirst(rows: Row[], rank: (row: Row) => number): void {
  for (let at = 0; at < rows.length; at++) {
    let largest = at;
    for (let i = at + 1; i < rows.length; i++) if (rank(rows[i] as Row) > rank(rows[largest] as Row)) largest = i;
    [rows[at], rows[largest]] = [rows[largest] as Row, rows[at] as Row];
  }
}

/** Columns of nodes and a total, with two decimals; or as narrow as they can be, without. */
function table(nodes: readonly number[], rows: readonly Row[], narrow = false, longest = 0, least = WIDTH): string {
  const label =
    largest(
      rows.map(([name]) => name.length),
      longest,
    ) + 1;
  const first = narrow ? label : Math.max(least, label);
  const headings = [...nodes.map((node) => `Node ${node}`), "Total"];
  const body = rows.map(([name, values]): [string, string[]] => [
    name,
    [...values, sum(values)].map((value) => value.toFixed(narrow ? 0 : 2)),
  ]);
  const widths = headings.map((heading, i) =>
    narrow
      ? largest(
          body.map(([, cells]) => (cells[i] as string).length),
          heading.length,
        )
      : WIDTH - 1,
  );
  const line = (name: string, cells: readonly string[]): string =>
    name.padEnd(first) + cells.map((cell, i) => ` ${cell.padStart(widths[i] as number)}`).join("");
  return joinLines([
    line("", headings),
    line(
      "",
      widths.map((width) => "-".repeat(width)),
    ),
    ...body.map(([name, cells]) => line(name, cells)),
  ]);
}

/** Memory of processes by node and kind, from numa_maps. */
function* processTable(context: CommandContext, patterns: readonly string[]): Running<number> {
  const listing = context.state.system.files.list("/proc");
  const all = ("names" in listing ? listing.names : [])
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid, comm: (readText(context, `/proc/${pid}/comm`) ?? "").trim() }));
  const chosen = all.filter(({ pid, comm }) =>
    patterns.some((pattern) => (/^\d+$/.test(pattern) ? pid === pattern : comm.includes(pattern))),
  );
  if (chosen.length === 0) {
    yield* context.std.err.write(`Found no processes containing pattern: "${patterns[0]}"\n`);
    return 1;
  }
  const nodes = nodesOf(context);
  const usage = (pid: string): Map<string, number[]> => {
    const sums = new Map(["Huge", "Heap", "Stack", "Private"].map((name) => [name, nodes.map(() => 0)]));
    for (const line of (readText(context, `/proc/${pid}/numa_maps`) ?? "").split("\n")) {
      const kind = / huge/.test(line)
        ? "Huge"
        : / heap/.test(line)
          ? "Heap"
          : / stack/.test(line)
            ? "Stack"
            : "Private";
      const size = Number(/kernelpagesize_kB=(\d+)/.exec(line)?.[1] ?? 4);
      for (const [, node, pages] of line.matchAll(/ N(\d+)=(\d+)/g)) {
        const at = nodes.indexOf(Number(node));
        const row = sums.get(kind);
        if (row && at >= 0) row[at] = (row[at] ?? 0) + (Number(pages) * size) / 1024;
      }
    }
    return sums;
  };
  const sums = (rows: Iterable<readonly number[]>): number[] =>
    [...rows].reduce<number[]>(
      (total, row) => total.map((value, i) => value + (row[i] ?? 0)),
      nodes.map(() => 0),
    );
  if (chosen.length === 1) {
    const { pid, comm } = chosen[0] as (typeof chosen)[number];
    const kinds = usage(pid);
    return yield* print(
      context,
      `\nPer-node process memory usage (in MBs) for PID ${pid} (${comm})\n${totalled(nodes, [...kinds], sums(kinds.values()))}`,
    );
  }
  const rows = chosen.map(({ pid, comm }): [string, number[]] => [`${pid} (${comm})`, sums(usage(pid).values())]);
  return yield* print(
    context,
    `\nPer-node process memory usage (in MBs)\n${totalled(nodes, rows, sums(rows.map(([, row]) => row)), "PID")}`,
  );
}

/** A table with its sum; under the headings stands a rule where the first column has one, too. */
function totalled(nodes: readonly number[], rows: readonly Row[], total: readonly number[], heading = ""): string {
  const [head = "", under = "", ...body] = table(nodes, [...rows, ["Total", total]], false, 0, WIDTH + 1).split("\n");
  const rule = under.replace(/^ +/, (blank) => `${"-".repeat(blank.length - 2)}  `);
  const first = heading + head.slice(heading.length);
  return [first, heading === "" ? under : rule, ...body.slice(0, -2), rule, body.at(-2), ""].join("\n");
}

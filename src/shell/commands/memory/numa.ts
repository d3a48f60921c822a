/** `numactl` and `numastat` of numactl 2.0.16. */
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, joinLines, optionError, options, print } from "../output.ts";
import { NODES, figures, listed, nodesOf, readText } from "./meminfo-text.ts";

/** Policy that `numactl` gives to the commands it runs: `bind:1`. They look for it in their environment. */
export const POLICY = "NUMACTL_POLICY";

const USAGE = `usage: numactl [--all | -a] [--interleave= | -i <nodes>] [--preferred= | -p <node>]
               [--physcpubind= | -C <cpus>] [--cpunodebind= | -N <nodes>]
               [--membind= | -m <nodes>] [--localalloc | -l] command args ...
       numactl [--show | -s]
       numactl [--hardware | -H]
`;

export function* numactl(context: CommandContext): Running<number> {
  const given = options(context.args, "+aHsi:p:C:N:m:lc:P:", {
    all: "a",
    hardware: "H",
    show: "s",
    interleave: "i",
    preferred: "p",
    "preferred-many": "P",
    physcpubind: "C",
    cpunodebind: "N",
    membind: "m",
    localalloc: "l",
    cpubind: "c",
  });
  const { flags, rest } = given;
  if (badOptions(given)) {
    yield* complain(context, optionError(given));
    yield* context.std.err.write(USAGE);
    return 1;
  }
  if (flags.has("H")) return yield* hardware(context);
  if (flags.has("s") || (context.args.length > 0 && rest.length === 0 && flags.size === 0)) return yield* show(context);
  const memory = ["m", "p", "i", "P", "N", "C", "l"].find((letter) => "mpiP".includes(letter) && flags.has(letter));
  let policy = "default";
  if (memory !== undefined) {
    const text = flags.get(memory) as string;
    const nodes = nodesIn(context, text);
    if (!nodes) {
      yield* context.std.err.write(`<${text}> is invalid\n${USAGE}`);
      return 1;
    }
    policy = `${{ m: "bind", p: "preferred", P: "preferred", i: "default" }[memory as "m"]}:${nodes.join(",")}`;
  }
  const [name, ...args] = rest;
  if (name === undefined) {
    yield* context.std.err.write(USAGE);
    return 1;
  }
  context.state.variables.set(POLICY, policy);
  context.state.variables.export(POLICY);
  return yield* context.run(name, args);
}

/** Nodes of a list; all those must have memory. */
function nodesIn(context: CommandContext, text: string): number[] | null {
  const with_ = nodesOf(context, "has_memory");
  if (text === "all") return with_;
  if (!/^!?\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return null;
  const nodes = listed(text.replace("!", ""));
  const chosen = text.startsWith("!") ? with_.filter((node) => !nodes.includes(node)) : nodes;
  return chosen.length > 0 && chosen.every((node) => with_.includes(node)) ? chosen : null;
}

function* hardware(context: CommandContext): Running<number> {
  const nodes = nodesOf(context);
  const list = (readText(context, `${NODES}/online`) ?? "").trim();
  const lines = [`available: ${nodes.length} nodes (${list})`];
  for (const node of nodes) {
    const info = figures(readText(context, `${NODES}/node${node}/meminfo`) ?? "");
    const cpus = listed(readText(context, `${NODES}/node${node}/cpulist`) ?? "");
    lines.push(`node ${node} cpus:${cpus.map((cpu) => ` ${cpu}`).join("")}`);
    lines.push(
      `node ${node} size: ${Math.floor((info.get("MemTotal") ?? 0) / 1024)} MB`,
      `node ${node} free: ${Math.floor((info.get("MemFree") ?? 0) / 1024)} MB`,
    );
  }
  lines.push("node distances:", `node ${nodes.map((node) => `${String(node).padStart(3)} `).join("")}`);
  for (const node of nodes) {
    const distances = (readText(context, `${NODES}/node${node}/distance`) ?? "").trim().split(/\s+/);
    lines.push(`${String(node).padStart(3)}: ${distances.map((distance) => `${distance.padStart(3)} `).join("")}`);
  }
  return yield* print(context, joinLines(lines));
}

function* show(context: CommandContext): Running<number> {
  const [mode = "default", nodes = ""] = (context.state.variables.environment().get(POLICY) ?? "default").split(":");
  const cpus = nodesOf(context).flatMap((node) => listed(readText(context, `${NODES}/node${node}/cpulist`) ?? ""));
  const withCpus = nodesOf(context).filter(
    (node) => listed(readText(context, `${NODES}/node${node}/cpulist`) ?? "").length > 0,
  );
  const all = nodesOf(context, "has_memory");
  const words = (values: readonly number[]) => values.map((value) => `${value} `).join("");
  const lines = [
    `policy: ${mode}`,
    `preferred node: ${mode === "preferred" ? nodes : mode === "bind" ? nodes.split(",")[0] : "current"}`,
    `physcpubind: ${words(cpus)}`,
    `cpubind: ${words(withCpus)}`,
    `nodebind: ${words(withCpus)}`,
    `membind: ${words(mode === "bind" ? nodes.split(",").map(Number) : all)}`,
  ];
  return yield* print(context, joinLines(lines));
}

const COUNTERS = ["numa_hit", "numa_miss", "numa_foreign", "interleave_hit", "local_node", "other_node"];
const WIDTH = 16;

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
    const rows = [...(perNode[0]?.keys() ?? [])].map((name): [string, number[]] => [
      name,
      perNode.map(
        (info) => (name.startsWith("HugePages") ? (info.get(name) ?? 0) * 2048 : (info.get(name) ?? 0)) / 1024,
      ),
    ]);
    const shown = flags.has("z") ? rows.filter(([, values]) => values.some((value) => value !== 0)) : rows;
    return yield* print(context, `\nPer-node system memory usage (in MBs):\n${table(nodes, shown)}`);
  }
  if (flags.has("n")) {
    const rows = COUNTERS.map((name): [string, number[]] => [
      title(name),
      nodes.map((node) => counter(context, node, name) * (4096 / 1024 ** 2)),
    ]);
    return yield* print(context, `\nPer-node numastat info (in MBs):\n${table(nodes, rows)}`);
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

/** Columns of nodes and a total, two decimals. */
function table(nodes: readonly number[], rows: readonly (readonly [string, readonly number[]])[]): string {
  const first = Math.max(WIDTH, ...rows.map(([name]) => name.length + 1));
  const headings = [...nodes.map((node) => `Node ${node}`), "Total"];
  const line = (label: string, cells: readonly string[]) =>
    label.padEnd(first - 1) + cells.map((cell) => cell.padStart(WIDTH)).join("");
  const rule =
    line("", [])
      .replace(/./g, " ")
      .slice(0, first - 1) + headings.map(() => ` ${"-".repeat(WIDTH - 1)}`).join("");
  return joinLines([
    line("", headings),
    rule,
    ...rows.map(([name, values]) =>
      line(
        name,
        [...values, values.reduce((sum, value) => sum + value, 0)].map((value) => value.toFixed(2)),
      ),
    ),
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
    `\nPer-node process memory usage (in MBs)\n${totalled(nodes, rows, sums(rows.map(([, row]) => row))).replace(/^ {3}/, "PID")}`,
  );
}

function totalled(
  nodes: readonly number[],
  rows: readonly (readonly [string, readonly number[]])[],
  total: readonly number[],
): string {
  const body = table(nodes, [...rows, ["Total", total]]).split("\n");
  const rule = (body[1] as string).replace(/^ +/, (blank) => "-".repeat(blank.length));
  return [body[0], rule, ...body.slice(2, -2), rule, body.at(-2), ""].join("\n");
}

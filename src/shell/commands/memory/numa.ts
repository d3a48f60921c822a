/** `numactl` of numactl 2.0.16: shows nodes, or runs a command with a memory policy and on some CPUs only. */
import type { Running } from "../../system.ts";
import { waitOn } from "../../system.ts";
import { exitStatus } from "../../process/process.ts";
import type { CommandContext } from "../command.ts";
import { Ended, joinLines, optionError, options, print } from "../output.ts";
import { cpusOf, setCpus } from "./affinity.ts";
import { NODES, figures, listed, nodesOf, readText } from "./meminfo-text.ts";
import { type Numbers, parseNumbers } from "./numa-numbers.ts";

/** Policy that `numactl` gives to the commands it runs: `bind:1`. They look for it in their environment. */
export const POLICY = "NUMACTL_POLICY";

const USAGE = `usage: numactl [--all | -a] [--balancing | -b] [--interleave= | -i <nodes>]
\t\t[--preferred= | -p <node>] [--preferred-many= | -P <nodes>]
               [--physcpubind= | -C <cpus>] [--cpunodebind= | -N <nodes>]
               [--membind= | -m <nodes>] [--localalloc | -l] command args ...
               [--localalloc | -l] command args ...
       numactl [--show | -s]
       numactl [--hardware | -H]
       numactl [--length | -L <length>] [--offset | -o <offset>] [--shmmode | -M <shmmode>]
               [--strict | -t]
               [--shmid | -I <id>] --shm | -S <shmkeyfile>
               [--shmid | -I <id>] --file | -f <tmpfsfile>
               [--huge | -u] [--touch | -T] 
               memory policy [--dump | -d] [--dump-nodes | -D]

memory policy is --interleave | -i, --preferred | -p, --membind | -m, --localalloc | -l
<nodes> is a comma delimited list of node numbers or A-B ranges or all.
Instead of a number a node can also be:
  netdev:DEV the node connected to network device DEV
  file:PATH  the node the block device of path is connected to
  ip:HOST    the node of the network device host routes through
  block:PATH the node of block device path
  pci:[seg:]bus:dev[:func] The node of a PCI device
<cpus> is a comma delimited list of cpu numbers or A-B ranges or all
all ranges can be inverted with !
all numbers and ranges can be made cpuset-relative with +
the old --cpubind argument is deprecated.
use --cpunodebind or --physcpubind instead
use --balancing | -b to enable Linux kernel NUMA balancing
for the process if it is supported by kernel
<length> can have g (GB), m (MB) or k (KB) suffixes
`;

const POLICIES: Readonly<Record<string, string>> = {
  m: "bind",
  p: "preferred",
  P: "preferred-many",
  i: "interleave",
  l: "local",
};

export function* numactl(context: CommandContext): Running<number> {
  const given = options(context.args, "+abhHsti:p:c:C:N:m:lP:", {
    all: "a",
    balancing: "b",
    hardware: "H",
    show: "s",
    strict: "t",
    interleave: "i",
    preferred: "p",
    "preferred-many": "P",
    physcpubind: "C",
    cpunodebind: "N",
    cpubind: "c",
    membind: "m",
    localalloc: "l",
    help: "h",
  });
  const problem = optionError(given);
  const { flags, rest } = given;
  if (given.unknown !== null || given.missing !== null) return yield* usage(context, `numactl: ${problem}\n`);
  // One option after the other, as each takes effect when it is read.
  let policy: string | null = null;
  let bound = false;
  for (const [letter, text] of flags) {
    if (letter === "h") return yield* usage(context);
    if (letter === "H") return yield* hardware(context);
    if (letter === "s") return yield* show(context, policy);
    if (letter === "a" && bound)
      return yield* usage(context, "numactl: --all/-a option must be before all cpu/node specifications");
    if (letter in POLICIES) {
      if (policy !== null) return yield* usage(context, "numactl: Conflicting policies");
      const nodes = letter === "l" ? [] : yield* chosen(context, text, "node");
      if (letter !== "l" && nodes.length === 0) {
        const what =
          letter === "m" ? "setting membind" : letter === "i" ? "setting interleave mask" : "setting preferred node";
        yield* context.std.err.write(`set_mempolicy: Invalid argument\n${what}: Invalid argument\n`);
        return 1;
      }
      policy = `${POLICIES[letter]}:${nodes.join(",")}`;
    } else if (letter === "C" || letter === "N" || letter === "c") {
      const byNode = letter !== "C";
      const numbers = yield* chosen(context, text, byNode ? "node" : "cpu");
      const cpus = byNode ? numbers.flatMap((node) => cpusOfNode(context, node)) : numbers;
      if (!setCpus(context, context.process.pid, cpus)) {
        const lead = byNode ? "numa_sched_setaffinity_v2_int() failed: Invalid argument\n" : "";
        yield* context.std.err.write(`${lead}sched_setaffinity: Invalid argument\n`);
        return 1;
      }
    }
    if (letter !== "a" && letter !== "b" && letter !== "t") bound = true;
  }
  if (rest.length === 0) return flags.size === 0 ? yield* usage(context) : 0;
  if (policy !== null) {
    context.state.variables.set(POLICY, policy);
    context.state.variables.export(POLICY);
  }
  const started = yield* context.start(rest);
  if ("problem" in started || "errno" in started) {
    const why =
      "problem" in started ? started.problem.replace(/^.*: /, "").replace("command not found", NOT_FOUND) : NOT_FOUND;
    yield* context.std.err.write(`numactl: execution of \`${rest[0]}': ${why}\n`);
    return 1;
  }
  while (started.alive) yield* waitOn(started.changed);
  return started.ending ? exitStatus(started.ending) : 0;
}

const NOT_FOUND = "No such file or directory";

function* usage(context: CommandContext, before = ""): Running<number> {
  yield* context.std.err.write(before + USAGE);
  return 1;
}

/** Nodes or CPUs of a list; what is wrong with it is said, and ends the command. */
function* chosen(context: CommandContext, text: string, what: Numbers): Running<readonly number[]> {
  const parsed = parseNumbers(text, what, what === "node" ? nodesOf(context, "has_memory") : allCpus(context));
  if (typeof parsed !== "string") return parsed;
  if (parsed !== "") yield* context.std.err.write(`libnuma: Warning: ${parsed}\n\n`);
  yield* print(context, `<${text}> is invalid\n`);
  yield* usage(context);
  throw new Ended(1);
}

const cpusOfNode = (context: CommandContext, node: number): number[] =>
  listed(readText(context, `${NODES}/node${node}/cpulist`) ?? "");

const allCpus = (context: CommandContext): number[] =>
  nodesOf(context)
    .flatMap((node) => cpusOfNode(context, node))
    .sort((a, b) => a - b);

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

function* show(context: CommandContext, asked: string | null): Running<number> {
  const inherited = context.state.variables.environment().get(POLICY) ?? "default";
  const [mode = "default", list = ""] = (asked ?? inherited).split(":");
  const nodes = listed(list);
  const cpus = cpusOf(context, context.process.pid) ?? allCpus(context);
  const run = nodesOf(context).filter((node) => cpusOfNode(context, node).some((cpu) => cpus.includes(cpu)));
  const words = (values: readonly number[]): string => values.map((value) => `${value} `).join("");
  const preferred: Readonly<Record<string, string>> = {
    default: "current\n",
    bind: `${nodes[0]}\n`,
    preferred: `${nodes[0]}\n`,
    "preferred-many": `${nodes[0]} (preferred-many)\n`,
    interleave: `${nodes[0]} (interleave next)\ninterleavemask: ${words(nodes)}\ninterleavenode: ${nodes[0]}\n`,
    // The original ends no line here.
    local: "",
  };
  return yield* print(
    context,
    `policy: ${mode}\npreferred node: ${preferred[mode] ?? ""}${joinLines([
      `physcpubind: ${words(cpus)}`,
      `cpubind: ${words(run)}`,
      `nodebind: ${words(run)}`,
      `membind: ${words(mode === "bind" ? nodes : nodesOf(context, "has_memory"))}`,
      `preferred: ${words(nodes)}`,
    ])}`,
  );
}

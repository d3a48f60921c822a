/** `numactl` of numactl 2.0.16: shows nodes, or runs a command with a memory policy and on some CPUs only. */
import type { Running } from "../../system.ts";
import { waitOn } from "../../system.ts";
import { exitStatus } from "../../process/process.ts";
import type { CommandContext } from "../command.ts";
import { Ended, joinLines, optionError, options, print } from "../output.ts";
import { cpusOf, setCpus } from "./affinity.ts";
import { NODES, figures, listed, nodesOf, readText } from "./meminfo-text.ts";
import { isPlace, type Numbers, parseNumbers } from "./numa-numbers.ts";

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

/** Options about shared memory, of which there is none here to give a policy to. */
const OF_SHARED: Readonly<Record<string, string>> = { u: "huge", L: "length", o: "offset", M: "shmmode" };
const DUMPS: Readonly<Record<string, string>> = { d: "dump", D: "dump-nodes" };

export function* numactl(context: CommandContext): Running<number> {
  const given = options(context.args, "+abHsti:p:c:C:N:m:lP:TuL:o:M:dD", {
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
    touch: "T",
    huge: "u",
    length: "L",
    offset: "o",
    shmmode: "M",
    dump: "d",
    "dump-nodes": "D",
  });
  const problem = optionError(given);
  const { order, rest } = given;
  if (given.unknown !== null || given.missing !== null) return yield* usage(context, `numactl: ${problem}\n`);
  // One option after the other, as each takes effect when it is read.
  let policy: string | null = null;
  let bound = false;
  let last: string | null = null;
  const strict = order.some(([letter]) => letter === "t");
  for (const [letter, value] of order) {
    let text = value;
    if (letter === "H") return yield* hardware(context);
    if (letter === "s") return yield* show(context, policy);
    if (letter === "a" && bound)
      return yield* complain(context, "--all/-a option must be before all cpu/node specifications");
    if (letter === "T") return yield* complain(context, "--touch must be after shared memory specification");
    if (letter in OF_SHARED) return yield* complain(context, `shm related option --${OF_SHARED[letter]} for process`);
    if (letter in DUMPS) return yield* complain(context, `Cannot do --${DUMPS[letter]} without shared memory.\n`, "");
    if (letter in POLICIES && policy !== null) return yield* complain(context, "Conflicting policies");
    // The nodes that were named before, whatever for.
    if (/^[mNcPpi]$/.test(letter)) {
      if (text === "same" && last === null) return yield* complain(context, "same needs previous node specification");
      if (text === "same") text = last as string;
      last = text;
    }
    if (letter in POLICIES) {
      const nodes = letter === "l" ? [] : yield* chosen(context, text, "node");
      // One that isn't named is no preference, and nodes to spread over that are none are no policy.
      if (letter === "p" && nodes.length === 0) return yield* usage(context);
      if ((letter === "m" || letter === "P") && nodes.length === 0) {
        const what = letter === "m" ? "setting membind" : "setting preferred node";
        yield* context.std.err.write(`set_mempolicy: Invalid argument\n${what}: Invalid argument\n`);
        return 1;
      }
      policy = letter === "i" && nodes.length === 0 ? "default:" : `${POLICIES[letter]}:${nodes.join(",")}`;
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
  if (strict) yield* context.std.err.write("numactl: warning. Strict flag for process ignored.\n");
  if (rest.length === 0) return yield* usage(context);
  if (policy !== null) {
    context.state.variables.set(POLICY, policy);
    context.state.variables.export(POLICY);
  }
  const started = yield* context.start(rest);
  if ("problem" in started || "errno" in started) {
    const why =
      "problem" in started ? started.problem.replace(/^.*: /, "").replace("command not found", NOT_FOUND) : NOT_FOUND;
    return yield* complain(context, `execution of \`${rest[0]}': ${why}\n`, "");
  }
  while (started.alive) yield* waitOn(started.changed);
  return started.ending ? exitStatus(started.ending) : 0;
}

/** What is wrong goes to the one stream, and the end of its line to the other (numactl.c, complain and usage_msg). */
function* complain(context: CommandContext, words: string, after = USAGE): Running<number> {
  yield* context.std.err.write(`numactl: ${words}`);
  yield* print(context, "\n");
  yield* context.std.err.write(after);
  return 1;
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
  if (parsed !== "") yield* context.std.err.write(`libnuma: Warning: ${parsed}\n${isPlace(text) ? "" : "\n"}`);
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

/** /sys/devices/system/node (drivers/base/node.c). A node's directory is there while the node is online. */
import { since } from "../kernel/profiles/versions.ts";
import { formatList } from "../kernel/boot-layout/ranges.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { NumaNode } from "../memory/node.ts";
import { cpuMask, parseCpus } from "./cpus.ts";
import { nodeHugepagesDirectory } from "./hugepage-files.ts";
import { DONE, type Directory, directory, link, readable, writeOnly } from "./tree.ts";
import { largest } from "../lists.ts";

export type NodeList = "possible" | "online" | "has_memory" | "has_normal_memory" | "has_cpu" | "has_generic_initiator";

const IN_LIST: Readonly<Record<NodeList, (node: NumaNode) => boolean>> = {
  possible: () => true,
  online: (node) => node.online,
  has_normal_memory: (node) => node.hasNormalMemory,
  has_memory: (node) => node.hasMemory,
  has_cpu: (node) => node.online && node.hasCpu,
  has_generic_initiator: () => false,
};

/** The nodes of a mask, as the file of that name lists them. */
export const nodeList = (kernel: Kernel, name: NodeList): string =>
  formatList(kernel.nodes.filter(IN_LIST[name]).map(({ id }) => id));

/** SLIT distances to all online nodes. */
export const distances = (kernel: Kernel, node: NumaNode): readonly number[] =>
  kernel.nodes.filter((other) => other.online).map((other) => kernel.distance(node.id, other.id));

/** Blocks of a node, offline ones too, by number. */
export const blocksOf = (kernel: Kernel, node: number): number[] =>
  [...kernel.blocks.values()]
    .filter((block) => block.nodes.includes(node))
    .map((block) => block.number)
    .sort((a, b) => a - b);

export function nodeDirectories(kernel: Kernel): Directory {
  const lists = directory(
    Object.fromEntries(
      (Object.keys(IN_LIST) as NodeList[])
        .filter((name) => name !== "has_memory" || kernel.profile.hasMemoryMask)
        .map((name) => [name, readable(() => `${nodeList(kernel, name)}\n`)]),
    ),
  );
  const online = () => kernel.nodes.filter((node) => node.online);
  return {
    ...lists,
    names: () => [...lists.names(), ...online().map(({ id }) => `node${id}`), "power"],
    entry: (name) => {
      if (name === "power") return directory({});
      const node = online().find(({ id }) => name === `node${id}`);
      return node ? nodeDirectory(kernel, node) : lists.entry(name);
    },
  };
}

/** Room for 8,192 CPUs, seven digits and commas for each two. */
const CPULIST_SIZE = (8192 * 7) / 2;

function nodeDirectory(kernel: Kernel, node: NumaNode): Directory {
  const cpus = parseCpus(node.presentCpus);
  const words = Math.ceil(
    (largest(
      kernel.nodes.flatMap((each) => parseCpus(each.presentCpus)),
      0,
    ) +
      1) /
      32,
  );
  const results = ["delayed", "failed", "ignored", "recovered"] as const;
  const failures = directory({
    ...Object.fromEntries(results.map((name) => [name, readable(() => `${node.memoryFailures[name]}\n`)])),
    total: readable(() => `${results.reduce((sum, name) => sum + node.memoryFailures[name], 0)}\n`),
  });
  const fixed = directory({
    // Since 6.3.
    ...(kernel.profile.countsMemoryFailures ? { memory_failure: failures } : {}),
    compact: writeOnly(() => DONE),
    // Since 6.0 these have room for as many CPUs as the kernel is built for (BIN_ATTRIBUTE, CPULIST_FILE_MAX_BYTES).
    cpulist: readable(() => `${node.cpus}\n`, 0o444, since(kernel.profile.version, 6, 0) ? CPULIST_SIZE : undefined),
    cpumap: readable(() => `${cpuMask(parseCpus(node.cpus), words)}\n`),
    distance: readable(() => `${distances(kernel, node).join(" ")}\n`),
    hugepages: nodeHugepagesDirectory(kernel, node.id),
    power: directory({}),
    subsystem: link("../../../../bus/node"),
    // The enclave memory of a node with SGX has a file here; the folder is there without, too.
    ...(since(kernel.profile.version, 5, 17) ? { x86: directory({}) } : {}),
  });
  return {
    ...fixed,
    self: node,
    names: () => [
      ...fixed.names(),
      ...cpus.map((cpu) => `cpu${cpu}`),
      ...blocksOf(kernel, node.id).map((number) => `memory${number}`),
    ],
    entry: (name) => {
      const [, kind, number] = /^(memory|cpu)(0|[1-9]\d*)$/.exec(name) ?? [];
      if (kind === "memory" && kernel.blocks.get(Number(number))?.nodes.includes(node.id))
        return link(`../../memory/${name}`);
      if (kind === "cpu" && cpus.includes(Number(number))) return link(`../../cpu/${name}`);
      return fixed.entry(name);
    },
  };
}

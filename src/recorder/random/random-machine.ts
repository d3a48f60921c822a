/** Random machines: one to four nodes, with and without memory and CPUs, distances, boot options, DIMMs at boot. */
import { bytesOf } from "../../playback/machine.ts";
import type { LabScenario } from "../../protocol/trace.ts";
import type { Chance } from "./chance.ts";
import { append } from "../../engine/lists.ts";

export type RandomMachine = Pick<LabScenario, "machine" | "coldplug" | "cmdline" | "setup"> & {
  readonly virtio_mem?: LabScenario["virtio_mem"];
};
type Nodes = LabScenario["machine"]["nodes"];

/** MiB without which a kernel runs out of memory while it boots or runs processes. */
const KERNEL_LEAST = 400;
/** The line that leaves added memory offline. */
export const AUTO_OFFLINE = "echo offline > /sys/devices/system/memory/auto_online_blocks";

export function randomMachine(chance: Chance): RandomMachine {
  const nodes = randomNodes(chance);
  const options = randomOptions(chance, nodes);
  const maxmem = chance.percent(80) ? "16G" : chance.of(["12G", "20G", "32G"]);
  const machine: LabScenario["machine"] = {
    nodes,
    slots: chance.percent(75) ? 8 : chance.whole(2, 6),
    maxmem,
    ...(nodes.length > 1 && chance.percent(30) ? { distance: randomDistances(chance, nodes.length) } : {}),
    ...(nodes.length > 1 && chance.percent(options.includes("movable_node") ? 60 : 8)
      ? { hotpluggable: nodes.flatMap((_, i) => (i > 0 && chance.percent(60) ? [i] : [])) }
      : {}),
  };
  return {
    machine,
    coldplug: chance.percent(20) ? randomColdplug(chance, nodes) : [],
    cmdline: options.join(" "),
    // Most kernels online by themselves or don't; scenarios that do it by hand are worth more.
    setup: chance.percent(85) ? [AUTO_OFFLINE] : [],
  };
}

function randomNodes(chance: Chance): Nodes {
  const count = chance.weighted([
    [1, 1],
    [5, 2],
    [3, 3],
    [1.5, 4],
  ]);
  // A CPU on another node: one without memory, so that what the kernel takes for itself stays near node 0.
  const cpuOnly = count > 1 && chance.percent(12) ? chance.whole(1, count - 1) : -1;
  return Array.from({ length: count }, (_, i) => {
    if (i === 0) return { mem: chance.of(["1G", "1G", "1G", "2G", "3G", "768M"]), cpus: cpuOnly < 0 ? "0-1" : "0" };
    if (i === cpuOnly) return { mem: "0M", cpus: "1" };
    return { mem: chance.of(["0M", "512M", "512M", "1G", "1G", "1G", "2G", "640M", "3G"]) };
  });
}

/** QEMU takes all pairs or none, and each of them in one direction or in both. */
function randomDistances(chance: Chance, count: number): [number, number, number][] {
  const both = chance.percent(30);
  const pairs: [number, number, number][] = [];
  for (let from = 0; from < count; from++) {
    for (let to = from + 1; to < count; to++) {
      const value = chance.of([11, 12, 15, 20, 21, 30, 40, 80, 254]);
      pairs.push([from, to, value]);
      if (both) pairs.push([to, from, chance.percent(70) ? value : chance.of([17, 25, 31])]);
    }
  }
  return pairs;
}

function randomOptions(chance: Chance, nodes: Nodes): string[] {
  const total = nodes.reduce((sum, { mem }) => sum + bytesOf(mem), 0) / 2 ** 20;
  const options: string[] = [];
  if (chance.percent(20)) options.push("memory_hotplug.memmap_on_memory=1");
  if (chance.percent(18)) options.push("movable_node");
  if (chance.percent(22)) {
    options.push("memory_hotplug.online_policy=auto-movable");
    if (chance.percent(60))
      options.push(`memory_hotplug.auto_movable_ratio=${chance.of([0, 50, 100, 150, 200, 400, 1000])}`);
    if (chance.percent(30)) options.push(`memory_hotplug.auto_movable_numa_aware=${chance.of(["0", "N", "Y"])}`);
  }
  if (chance.percent(18))
    options.push(`memhp_default_state=${chance.of(["online", "online_kernel", "online_movable", "offline"])}`);
  if (chance.percent(25) && total > 2 * KERNEL_LEAST) append(options, randomMovable(chance, total));
  return options;
}

/** ZONE_MOVABLE at boot, by its own size or by what is left to the kernel, which needs some to come up at all. */
export function randomMovable(chance: Chance, total: number): string[] {
  const kernel = chance.whole(KERNEL_LEAST, total - 16);
  const percent = Math.ceil((kernel * 100) / total);
  return chance.weighted([
    [3, [`kernelcore=${kernel}M`]],
    [3, [`movablecore=${total - kernel}M`]],
    [1, [`kernelcore=${percent}%`]],
    [1, [`movablecore=${100 - percent}%`]],
    [1, [`movablecore=${total - kernel}M`, `kernelcore=${Math.round(total / 2)}M`]],
  ]);
}

function randomColdplug(chance: Chance, nodes: Nodes): LabScenario["coldplug"] {
  return Array.from({ length: chance.whole(1, 2) }, (_, i) => ({
    id: `c${i}`,
    size: chance.of(["128M", "256M", "512M", "1G"]),
    node: chance.whole(0, nodes.length - 1),
  }));
}

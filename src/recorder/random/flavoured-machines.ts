/** Machines for the flavours of random scenarios. */
import { bytesOf } from "../../conformance/machine.ts";
import type { LabScenario } from "../../protocol/trace.ts";
import type { Chance } from "./chance.ts";
import { AUTO_OFFLINE, type RandomMachine, randomMachine, randomMovable } from "./random-machine.ts";

type Nodes = LabScenario["machine"]["nodes"];

const totalMib = (nodes: Nodes): number => nodes.reduce((sum, { mem }) => sum + bytesOf(mem), 0) / 2 ** 20;

/** Node sizes that end anywhere, beside zone and block borders, and boot's ZONE_MOVABLE over them. */
export function bootMachine(chance: Chance): RandomMachine {
  const { machine, coldplug, cmdline, setup } = randomMachine(chance);
  const sizes = ["300M", "500M", "768M", "1000M", "1100M", "1536M", "2G", "2500M", "3G", "3500M", "4G", "5G"];
  const nodes = machine.nodes.map((node, i) => ({
    ...node,
    mem: node.mem === "0M" ? node.mem : i === 0 ? chance.of(sizes.slice(2)) : chance.of(sizes),
  }));
  const options = cmdline.split(" ").filter((option) => option && !/^(movable|kernel)core=/.test(option));
  if (chance.percent(75) && totalMib(nodes) > 1000) options.push(...randomMovable(chance, totalMib(nodes)));
  return {
    machine: { ...machine, nodes, maxmem: chance.of(["32G", "40G", "64G"]) },
    coldplug: chance.percent(50) ? coldplug : [],
    cmdline: options.join(" "),
    setup,
  };
}

/** Nodes whose boot memory is Movable, by its size or by the SRAT. */
export function movableBootMachine(chance: Chance): RandomMachine {
  const { machine } = randomMachine(chance);
  const nodes: Nodes = [
    { mem: chance.of(["1G", "2G"]), cpus: "0-1" },
    ...Array.from({ length: chance.whole(1, 3) }, () => ({ mem: chance.of(["512M", "1G", "2G", "640M"]) })),
  ];
  const marked = chance.percent(50);
  return {
    machine: {
      nodes,
      slots: machine.slots,
      maxmem: "16G",
      ...(marked ? { hotpluggable: nodes.flatMap((_, i) => (i > 0 && chance.percent(70) ? [i] : [])) } : {}),
    },
    coldplug: [],
    cmdline: marked ? "movable_node" : randomMovable(chance, totalMib(nodes)).join(" "),
    setup: [AUTO_OFFLINE],
  };
}

/** Two or three nodes with memory enough for loads. */
export function filledMachine(chance: Chance): RandomMachine {
  return {
    machine: {
      nodes: [
        { mem: chance.of(["1G", "2G"]), cpus: "0-1" },
        ...Array.from({ length: chance.whole(1, 2) }, () => ({ mem: chance.of(["512M", "1G", "2G"]) })),
      ],
      slots: 8,
      maxmem: "16G",
    },
    coldplug: [],
    cmdline: chance.percent(30) ? chance.of(["movable_node", "memory_hotplug.memmap_on_memory=1"]) : "",
    setup: [AUTO_OFFLINE],
  };
}

/** All memory near the CPUs. */
export function nearMachine(chance: Chance): RandomMachine {
  return {
    machine: {
      nodes: [
        { mem: chance.of(["1G", "1G", "2G", "4G"]), cpus: "0-1" },
        ...(chance.percent(40) ? [{ mem: "1G" }] : []),
      ],
      slots: 8,
      maxmem: "16G",
    },
    coldplug: [],
    cmdline: chance.percent(50)
      ? chance.of(["movable_node", "memory_hotplug.memmap_on_memory=1", "memory_hotplug.online_policy=auto-movable"])
      : "",
    setup: [AUTO_OFFLINE],
  };
}

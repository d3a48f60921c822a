/** Machines for the flavours of random scenarios. */
import { bytesOf } from "../../playback/machine.ts";
import type { LabScenario } from "../../protocol/trace.ts";
import type { Chance } from "./chance.ts";
import { AUTO_OFFLINE, type RandomMachine, randomMachine, randomMovable } from "./random-machine.ts";
import { append } from "../../engine/lists.ts";

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
  if (chance.percent(75) && totalMib(nodes) > 1000) append(options, randomMovable(chance, totalMib(nodes)));
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

/** What `online` means is chosen by policy, from the first DIMM on. */
export function policyMachine(chance: Chance): RandomMachine {
  const { machine } = randomMachine(chance);
  const ratio = chance.of([20, 75, 100, 133, 200, 301, 350]);
  return {
    machine: { ...machine, slots: 8, maxmem: "32G" },
    coldplug: [],
    cmdline: [
      "memory_hotplug.online_policy=auto-movable",
      ...(chance.percent(70) ? [`memory_hotplug.auto_movable_ratio=${ratio}`] : []),
      ...(chance.percent(40) ? ["memory_hotplug.auto_movable_numa_aware=0"] : []),
      ...(chance.percent(25) ? ["memory_hotplug.memmap_on_memory=1"] : []),
      ...(chance.percent(50) ? ["memhp_default_state=online"] : []),
    ].join(" "),
    setup: [],
  };
}

/** More nodes, CPUs on other nodes than the first, small nodes, blocks that two nodes share. */
export function oddMachine(chance: Chance): RandomMachine {
  const { machine, cmdline } = randomMachine(chance);
  const count = chance.whole(2, 7);
  const cpus = chance.whole(0, count - 1);
  const other = chance.percent(30) ? (cpus + 1) % count : cpus;
  const nodes = Array.from({ length: count }, (_, i) => {
    const named = i === cpus ? { cpus: other === cpus ? "0-1" : "0" } : i === other ? { cpus: "1" } : {};
    const mem = chance.of(["0M", "64M", "128M", "200M", "256M", "512M", "700M", "1G", "1G", "2G"]);
    return { mem, ...named };
  });
  // Enough to boot, somewhere.
  const large = chance.whole(0, count - 1);
  const { distance: _, hotpluggable: __, ...rest } = machine;
  return {
    machine: { ...rest, nodes: nodes.map((node, i) => (i === large ? { ...node, mem: "1G" } : node)), maxmem: "24G" },
    coldplug: [],
    cmdline: cmdline
      .split(" ")
      .filter((option) => !/^(movable|kernel)core=/.test(option))
      .join(" "),
    setup: [AUTO_OFFLINE],
  };
}

/** The driver is a module of the kernels that are asked; where it is built in there is nothing to insert. */
const INSERT_VIRTIO_MEM =
  "for m in virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_mem; do [ -e /mods/$m.ko ] && insmod /mods/$m.ko; done";

/** One or two virtio-mem devices, beside DIMMs; what they give comes online as one word or a policy says. */
export function virtioMachine(chance: Chance): RandomMachine {
  const nodes: Nodes = [
    { mem: chance.of(["1G", "2G"]), cpus: "0-1" },
    ...Array.from({ length: chance.whole(1, 2) }, () => ({ mem: chance.of(["0M", "512M", "1G"]) })),
  ];
  const count = chance.weighted([
    [3, 1],
    [2, 2],
  ]);
  const word = chance.weighted([
    [5, "online_movable"],
    [3, "online"],
    [2, "offline"],
  ]);
  return {
    machine: { nodes, slots: 4, maxmem: chance.of(["16G", "16G", "32G"]) },
    coldplug: [],
    virtio_mem: Array.from({ length: count }, (_, i) => ({
      id: `vm${i}`,
      node: chance.whole(1, nodes.length - 1),
      size: chance.of(["512M", "1G", "2G", "514M", "1200M"]),
    })),
    cmdline: chance.percent(35)
      ? chance.of([
          "memory_hotplug.online_policy=auto-movable",
          "memory_hotplug.memmap_on_memory=1",
          "movable_node",
          "memory_hotplug.online_policy=auto-movable memory_hotplug.auto_movable_ratio=100",
        ])
      : "",
    setup: [`echo ${word} > /sys/devices/system/memory/auto_online_blocks`, INSERT_VIRTIO_MEM],
  };
}

const RARE_OPTIONS = [
  "numa=off",
  "acpi_no_memhotplug",
  "memory_hotplug.memmap_on_memory=force",
  "memory_hotplug.memmap_on_memory=y",
  "memory_hotplug.memmap_on_memory",
  "memory_hotplug.online_policy=bogus",
  "memory_hotplug.auto_movable_ratio=-5",
  "memhp_default_state=bogus",
  "memhp_default_state=online_movable",
  "kernelcore=mirror",
  "movablecore=bogus",
  "cma=64M",
  "transparent_hugepage=never",
  "hugepages=16",
  "maxcpus=1",
  "init_on_alloc=1",
];

export function rareMachine(chance: Chance): RandomMachine {
  const { machine, cmdline } = randomMachine(chance);
  const options = cmdline.split(" ").filter((option) => option && !/^(movable|kernel)core=/.test(option));
  options.push(chance.of(RARE_OPTIONS));
  if (chance.percent(40)) options.push(chance.of(RARE_OPTIONS));
  const total = totalMib(machine.nodes);
  // The nodes of the CPUs keep enough to boot.
  if (chance.percent(25) && total > 1100) options.push(`mem=${chance.whole(1000, total)}M`);
  return { machine, coldplug: [], cmdline: options.join(" "), setup: [AUTO_OFFLINE] };
}

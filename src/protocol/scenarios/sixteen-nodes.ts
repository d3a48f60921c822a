/** A machine whose memory nobody can look over: what it takes to find one page in four thousand million. */
import type { NodeDescription } from "../../engine/hardware/description.ts";
import { bytes, GIB, TIB } from "../../engine/units.ts";
import type { Scenario } from "../scenario.ts";
import { TODAYS_KERNEL } from "./standard-box.ts";

const NODES = 16;
/** The kernel starts on these, and keeps to them. */
const KERNEL_NODES = 4;

/** The first has less by what the hole below 4 GiB takes, so that memory ends at 16 TiB sharp: its blocks are as large as can be. */
const node = (id: number): NodeDescription => ({
  onboard: bytes((id === 0 ? 767 : 768) * GIB),
  cpus: `${id * 8}-${id * 8 + 7}`,
  slots: [{ id: `d${id}`, size: bytes(256 * GIB) }, null],
});

/** CPUs of a node. */
const cpus = (id: number): number[] => Array.from({ length: 8 }, (_, i) => id * 8 + i);

/** Four nodes to a board: near within it, far beyond. */
function distances(): (readonly [number, number, number])[] {
  const board = (id: number): number => Math.floor(id / KERNEL_NODES);
  const all = Array.from({ length: NODES * NODES }, (_, i) => [Math.floor(i / NODES), i % NODES] as const);
  return all
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => [from, to, board(from) === board(to) ? 16 : 24] as const);
}

export const sixteenNodes: Scenario = {
  version: 1,
  name: "sixteen-nodes",
  title: "Sixteen nodes, 16 TiB",
  about:
    "8,192 memory blocks of 2 GiB. Nodes 4 to 15 are ZONE_MOVABLE throughout. redis (pid 700) holds 3 GiB on node 9, postgres is at work on node 5, and 4,096 pages on node 2 are pinned. Page tables have five levels. See all memory, press / and ask for them.",
  seed: 2016,
  box: {
    partitions: [
      {
        id: "A",
        name: "In-memory database",
        nodes: Array.from({ length: NODES }, (_, id) => node(id)),
        maxMemory: bytes(24 * TIB),
        distances: distances(),
        hotpluggable: Array.from({ length: NODES - KERNEL_NODES }, (_, i) => KERNEL_NODES + i),
        kernel: TODAYS_KERNEL,
        // Processors that a box of this size is built of have five levels of page tables.
        la57: true,
        cmdline: "movable_node memhp_default_state=online_movable",
      },
    ],
    shelf: [{ id: "d16", size: bytes(256 * GIB) }],
  },
  setup: [
    {
      do: "load",
      partition: "A",
      load: { kind: "thp", mib: 3072, node: 9, policy: "preferred", cpus: cpus(9), comm: "redis" },
    },
    {
      do: "load",
      partition: "A",
      load: {
        kind: "server",
        mib: 480,
        node: 5,
        policy: "preferred",
        cpus: cpus(5),
        churnMibPerSecond: 24,
        comm: "postgres",
      },
    },
    {
      do: "load",
      partition: "A",
      load: { kind: "anon", mib: 384, node: 10, policy: "preferred", cpus: cpus(10), comm: "java" },
    },
    { do: "load", partition: "A", load: { kind: "cache", mib: 512, node: 4, policy: "preferred", comm: "tar" } },
    {
      do: "load",
      partition: "A",
      load: { kind: "slab", count: 200_000, node: 1, policy: "preferred", cache: "dentry", comm: "find" },
    },
    { do: "load", partition: "A", load: { kind: "longterm", mib: 16, node: 2, policy: "preferred", comm: "ib_send" } },
    {
      do: "write",
      partition: "A",
      path: "/sys/devices/system/node/node6/hugepages/hugepages-2048kB/nr_hugepages",
      text: "512",
    },
  ],
  script: [],
  focus: { node: "A/9", speed: 1 / 16 },
};

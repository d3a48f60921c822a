/** Large memory blocks and huge pages: a DIMM is two blocks, and what is in them moves 2 MiB at a time. */
import type { NodeDescription } from "../../engine/hardware/description.ts";
import { bytes, GIB, MIB } from "../../engine/units.ts";
import type { Scenario } from "../scenario.ts";
import { TODAYS_KERNEL } from "./standard-box.ts";

const NODES = 4;

/** The first has less by what the hole below 4 GiB takes, so that memory ends at 64 GiB sharp. */
const node = (id: number): NodeDescription => ({
  onboard: bytes((id === 0 ? 7 : 8) * GIB),
  cpus: `${id * 4}-${id * 4 + 3}`,
  slots: [{ id: `d${2 * id}`, size: bytes(4 * GIB) }, { id: `d${2 * id + 1}`, size: bytes(4 * GIB) }, null],
});

export const fourNodes: Scenario = {
  version: 1,
  name: "four-nodes",
  title: "Sixty-four GiB, four nodes",
  about:
    "Memory ends at 64 GiB, so a memory block is 2 GiB, and a DIMM two blocks. oracle has 2 GiB of hugetlb pages on node 2, mongod as much in transparent huge pages on node 1. Pull d4 or d2: huge pages move whole. A slow disk is at /mnt: a DIMM with pages on their way to it waits for them.",
  seed: 2064,
  box: {
    partitions: [
      {
        id: "A",
        name: "Database server",
        nodes: Array.from({ length: NODES }, (_, id) => node(id)),
        maxMemory: bytes(128 * GIB),
        kernel: TODAYS_KERNEL,
        cmdline: "movable_node memhp_default_state=online_movable",
        disk: { size: bytes(8 * GIB), writes: bytes(32 * MIB) },
      },
    ],
    shelf: [{ id: "d8", size: bytes(4 * GIB) }],
  },
  setup: [
    {
      do: "write",
      partition: "A",
      path: "/sys/devices/system/node/node2/hugepages/hugepages-2048kB/nr_hugepages",
      text: "1536",
    },
    {
      do: "load",
      partition: "A",
      load: { kind: "huge", mib: 2048, node: 2, policy: "bind", cpus: [8, 9, 10, 11], comm: "oracle" },
    },
    {
      do: "load",
      partition: "A",
      load: { kind: "thp", mib: 2048, node: 1, policy: "preferred", cpus: [4, 5, 6, 7], comm: "mongod" },
    },
    {
      do: "load",
      partition: "A",
      load: {
        kind: "server",
        mib: 384,
        node: 3,
        policy: "preferred",
        cpus: [12, 13, 14, 15],
        churnMibPerSecond: 24,
        comm: "nginx",
      },
    },
    { do: "load", partition: "A", load: { kind: "cache", mib: 512, node: 0, policy: "preferred", comm: "tar" } },
  ],
  script: [],
  focus: { node: "A/2", speed: 1 / 16 },
};

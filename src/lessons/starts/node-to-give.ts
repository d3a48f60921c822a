/** Two nodes; firmware says of the second that its memory can be taken away (SRAT), and the kernel was told to believe it. */
import type { BoxDescription } from "../../engine/hardware/description.ts";
import { bytes, GIB } from "../../engine/units.ts";
import type { Scenario } from "../../protocol/scenario.ts";

const box: BoxDescription = {
  partitions: [
    {
      id: "A",
      name: "Database server",
      nodes: [
        { onboard: bytes(3 * GIB), cpus: "0-3", slots: [] },
        { onboard: bytes(GIB), cpus: "4-7", slots: [] },
      ],
      maxMemory: bytes(16 * GIB),
      hotpluggable: [1],
      kernel: "6.1",
      cmdline: "movable_node",
    },
  ],
  shelf: [],
};

export const nodeToGive: Scenario = {
  version: 1,
  name: "node-to-give",
  title: "A node to give away",
  about: "All memory of node 1 is Movable: firmware marked it, and movable_node was on the command line.",
  seed: 2010,
  box,
  setup: [
    {
      do: "load",
      partition: "A",
      load: { kind: "server", mib: 300, node: 1, policy: "preferred", churnMibPerSecond: 16, comm: "postgres" },
    },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};

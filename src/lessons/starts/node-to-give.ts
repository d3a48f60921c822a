/** Two nodes, none of which can be given away as the machine is booted: firmware marks no memory, and the kernel was told nothing. */
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
      kernel: "6.1",
      cmdline: "",
    },
  ],
  shelf: [],
};

export const nodeToGive: Scenario = {
  version: 1,
  name: "node-to-give",
  title: "A node to give away",
  about: "A server whose second node is to leave whole, and that was booted without a thought of it.",
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

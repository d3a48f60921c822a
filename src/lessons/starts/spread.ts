/** Four nodes, and `movablecore=`, which gives each of them a little ZONE_MOVABLE. */
import type { BoxDescription } from "../../engine/hardware/description.ts";
import { bytes, GIB } from "../../engine/units.ts";
import type { Scenario } from "../../protocol/scenario.ts";

const box: BoxDescription = {
  partitions: [
    {
      id: "A",
      name: "Database server",
      nodes: Array.from({ length: 4 }, (_, id) => ({
        onboard: bytes(4 * GIB),
        cpus: `${2 * id}-${2 * id + 1}`,
        slots: [],
      })),
      maxMemory: bytes(32 * GIB),
      kernel: "6.1",
      cmdline: "movablecore=1G",
    },
  ],
  shelf: [],
};

export const spread: Scenario = {
  version: 1,
  name: "spread",
  title: "Four nodes, movablecore=1G",
  about: "A quarter of a GiB on each node is Movable. The rest is the kernel's.",
  seed: 2008,
  box,
  setup: [
    {
      do: "load",
      partition: "A",
      load: { kind: "server", mib: 200, node: 0, policy: "preferred", churnMibPerSecond: 8, comm: "postgres" },
    },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};

/** A database that runs on one node and has its memory on the other. */
import type { Scenario } from "../../protocol/scenario.ts";
import { standardBox } from "../../protocol/scenarios/standard-box.ts";

export const farMemory: Scenario = {
  version: 1,
  name: "far-memory",
  title: "Memory far from its CPU",
  about: "postgres runs on CPUs 0-3, and its pages are on node 1.",
  seed: 2011,
  box: standardBox("movable_node memhp_default_state=online_movable", "6.1"),
  setup: [
    {
      do: "load",
      partition: "A",
      load: { kind: "server", mib: 400, node: 1, policy: "preferred", churnMibPerSecond: 8, comm: "postgres" },
    },
    { do: "affinity", partition: "A", pid: 700, cpus: [0, 1, 2, 3] },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};

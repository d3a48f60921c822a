/** Movable memory under load: the DIMM can be pulled, and a hundred thousand pages are seen to move. */
import type { Scenario } from "../scenario.ts";
import { standardBox } from "./standard-box.ts";

/** Who works there runs there: what is moved away from them costs them distance. */
const OF_NODE_1 = [4, 5, 6, 7];

export const busyServer: Scenario = {
  version: 1,
  name: "busy-server",
  title: "Pull a DIMM from a busy server",
  about:
    "A database is at work on node 1. Its DIMMs d3 and d4 are in ZONE_MOVABLE: drag d3 away and watch its pages move. The others are in ZONE_NORMAL, among the kernel's own pages, and stay.",
  seed: 2013,
  box: standardBox("movable_node memhp_default_state=online_movable"),
  setup: [
    {
      do: "load",
      partition: "A",
      load: {
        kind: "server",
        mib: 560,
        node: 1,
        policy: "preferred",
        cpus: OF_NODE_1,
        churnMibPerSecond: 24,
        comm: "postgres",
      },
    },
    {
      do: "load",
      partition: "A",
      load: { kind: "shm", mib: 64, node: 1, policy: "preferred", cpus: OF_NODE_1, comm: "postgres" },
    },
    {
      do: "load",
      partition: "A",
      load: { kind: "mlock", mib: 24, node: 1, policy: "preferred", cpus: OF_NODE_1, comm: "vault" },
    },
    { do: "load", partition: "A", load: { kind: "server", mib: 200, churnMibPerSecond: 48, comm: "nginx" } },
    { do: "load", partition: "B", load: { kind: "server", mib: 260, churnMibPerSecond: 16, comm: "redis" } },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};

/** Movable memory under load: the DIMM can be pulled, and a hundred thousand pages are seen to move. */
import type { Scenario } from "../scenario.ts";
import { standardBox } from "./standard-box.ts";

export const busyServer: Scenario = {
  version: 1,
  name: "busy-server",
  title: "Pull a DIMM from a busy server",
  about: "A database is at work on two nodes. The DIMMs are in ZONE_MOVABLE: drag one away and watch its pages move.",
  seed: 2013,
  box: standardBox("movable_node memhp_default_state=online_movable"),
  setup: [
    { do: "load", partition: "A", load: { kind: "anon", mib: 500, node: 1, policy: "preferred", comm: "postgres" } },
    { do: "load", partition: "A", load: { kind: "cache", mib: 300, node: 1, policy: "preferred", comm: "pg_dump" } },
    { do: "load", partition: "A", load: { kind: "server", mib: 96, churnMibPerSecond: 64, comm: "nginx" } },
    { do: "load", partition: "B", load: { kind: "anon", mib: 200, comm: "redis" } },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};

/** A DIMM that was hot-added and is not used yet: the kernel waits to be told which zone its blocks go to. */
import type { Scenario } from "../../protocol/scenario.ts";
import { standardBox } from "../../protocol/scenarios/standard-box.ts";

export const hotAddedOffline: Scenario = {
  version: 1,
  name: "hot-added-offline",
  title: "A DIMM that waits",
  about: "d6 was put into node 1. Its four memory blocks are there, and offline.",
  seed: 2009,
  box: standardBox("memhp_default_state=offline", "6.1"),
  setup: [
    {
      do: "load",
      partition: "A",
      load: { kind: "server", mib: 120, node: 0, policy: "preferred", churnMibPerSecond: 8, comm: "postgres" },
    },
    { do: "load", partition: "B", load: { kind: "server", mib: 160, churnMibPerSecond: 8, comm: "redis" } },
    { do: "move", dimm: "d6", to: { slot: "A/1/2" } },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};

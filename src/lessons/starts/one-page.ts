/** One process's pipes in the middle of a block: pages that only the kernel knows, and by their addresses. */
import type { Scenario } from "../../protocol/scenario.ts";
import { standardBox } from "../../protocol/scenarios/standard-box.ts";

export const onePage: Scenario = {
  version: 1,
  name: "one-page",
  title: "One page says no",
  about: "memory44 is full of pages that could move, and a few that can't.",
  seed: 2007,
  box: standardBox("memhp_default_state=online_kernel", "6.1"),
  setup: [
    {
      do: "load",
      partition: "A",
      load: { kind: "anon", mib: 540, node: 1, policy: "preferred", comm: "postgres" },
    },
    { do: "load", partition: "A", load: { kind: "pipes", count: 200, node: 1, policy: "preferred", comm: "rsync" } },
    {
      do: "load",
      partition: "A",
      load: { kind: "server", mib: 96, node: 1, policy: "preferred", churnMibPerSecond: 8, comm: "nginx" },
    },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};

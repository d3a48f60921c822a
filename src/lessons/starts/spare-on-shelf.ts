/** Spares on the shelf, and a kernel that brings nothing online by itself. */
import type { Scenario } from "../../protocol/scenario.ts";
import { standardBox } from "../../protocol/scenarios/standard-box.ts";

export const spareOnShelf: Scenario = {
  version: 1,
  name: "spare-on-shelf",
  title: "Spares on the shelf",
  about: "Memory that is added stays offline until somebody says otherwise.",
  seed: 2002,
  box: standardBox("memhp_default_state=offline", "6.1"),
  setup: [
    {
      do: "load",
      partition: "A",
      load: { kind: "server", mib: 120, node: 0, policy: "preferred", churnMibPerSecond: 8, comm: "postgres" },
    },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};

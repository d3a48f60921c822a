/** Machines of the cases from the field, each as somebody found it. */
import type { Command } from "../../engine/time/commands.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import { standardBox } from "../../protocol/scenarios/standard-box.ts";

const database: Command = {
  do: "load",
  partition: "A",
  load: { kind: "server", mib: 120, node: 0, policy: "preferred", churnMibPerSecond: 8, comm: "postgres" },
};

/** Node 1 was full for a while, and what the kernel needed meanwhile went to the DIMM that was added last. */
const busyForNoReason: Scenario = {
  version: 1,
  name: "busy-for-no-reason",
  title: "Busy for no reason",
  about: "d6 was added and came online by itself. A backup filled node 1, and has ended. logship has pipes.",
  seed: 3001,
  box: standardBox("memhp_default_state=online"),
  setup: [
    database,
    { do: "move", dimm: "d6", to: { slot: "A/1/2" } },
    { do: "load", partition: "A", load: { kind: "anon", mib: 2300, node: 1, policy: "preferred", comm: "backup" } },
    { do: "load", partition: "A", load: { kind: "pipes", count: 100, node: 1, policy: "preferred", comm: "logship" } },
    { do: "kill", partition: "A", pid: 701 },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};

export const CASES: readonly Scenario[] = [busyForNoReason];

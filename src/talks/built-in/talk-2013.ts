/** The talk of 2013 on memory hot-plug, in twenty scenes. */
import { findScenario } from "../../protocol/scenarios/index.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import type { Talk } from "../format.ts";
import { state } from "./machines.ts";

const busy = findScenario("device-busy") as Scenario;

export const talk2013: Talk = {
  version: 1,
  name: "2013",
  title: "Development of memory hotplug",
  scenes: [
    {
      id: "limitation",
      title: "Limitation of memory offline",
      machine: busy,
      picture: [
        { show: "block", block: "A:45", title: "Movable memory only", note: "page cache" },
        { show: "block", block: "A:44", title: "Kernel memory in it" },
      ],
      cues: [
        { say: "Offline the block of page cache", speed: 1 / 16, run: [{ do: [state("A", 45, "offline")] }] },
        { say: "Offline the block with kernel memory", run: [{ do: [state("A", 44, "offline")] }] },
        { say: "Point at the page that says no", point: { block: "A:44" } },
        { say: "Rewind to the moment when find asked for it", rewind: { block: "A:44" } },
      ],
      notes: "Most of them guessed that the others move.",
      seconds: 130,
    },
  ],
};

/** A server with Linux 3.8, which can't forget memory, beside one with 3.9, which can. */
import type { Scenario } from "../../protocol/scenario.ts";
import { standardBox } from "../../protocol/scenarios/standard-box.ts";

const box = standardBox("", "6.1");

export const twoKernels: Scenario = {
  version: 1,
  name: "two-kernels",
  title: "3.8 beside 3.9",
  about: "d6 was added to the database server, d7 to the web server. Nobody uses them yet.",
  seed: 2004,
  box: {
    ...box,
    partitions: box.partitions.map((partition) => ({
      ...partition,
      kernel: partition.id === "A" ? ("3.8" as const) : ("3.9" as const),
      cmdline: "",
    })),
  },
  setup: [
    { do: "move", dimm: "d6", to: { slot: "A/1/2" } },
    { do: "move", dimm: "d7", to: { slot: "B/0/1" } },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};

/** What the talk left to be done: zones without a word, memmaps at home, vmalloc in the way. */
import type { Scenario } from "../../protocol/scenario.ts";
import { standardBox } from "../../protocol/scenarios/standard-box.ts";

const box = standardBox("memory_hotplug.memmap_on_memory=1 memhp_default_state=offline", "6.1");

export const toDo: Scenario = {
  version: 1,
  name: "to-do",
  title: "The to-do list of 2013",
  about: "A kernel of today, told to put memmaps on the memory that they describe.",
  seed: 2012,
  // Until 6.8 only a DIMM of one block's size could carry its own memory map.
  box: { ...box, partitions: box.partitions.map((one) => (one.id === "A" ? { ...one, kernel: "6.12" } : one)) },
  setup: [
    {
      do: "load",
      partition: "A",
      load: { kind: "anon", mib: 540, node: 1, policy: "preferred", comm: "postgres" },
    },
    { do: "load", partition: "A", load: { kind: "vmalloc", mib: 24, node: 1, policy: "preferred", comm: "modprobe" } },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};

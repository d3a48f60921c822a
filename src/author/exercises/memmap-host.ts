/** Which DIMM hosts this memmap? A DIMM is added, and its struct pages have to lie somewhere. */
import type { Command } from "../../engine/time/commands.ts";
import { load, machine, type MachineOf, plug, state } from "./boxes.ts";
import type { Generator, Trial, Variant } from "./draft.ts";

interface Plan {
  readonly words: readonly string[];
  /** What becomes of d1, the DIMM that was added before. */
  readonly word: string;
  /** MiB of the kernel's own on the node before. */
  readonly full: number;
  readonly node: number;
}

export const memmapHost: Generator = (level, dice) => {
  const plan: Plan = {
    words: level >= 2 && dice.once(3) ? ["memory_hotplug.memmap_on_memory=1"] : [],
    word: dice.pick(["online_kernel", "online_kernel", "online_movable", ...(level >= 2 ? ["offline"] : [])]),
    full: dice.pick(level === 1 ? [0, 220] : [0, 220, 220]),
    node: level >= 3 && dice.once(3) ? 0 : 1,
  };
  const trialOf = ({ words, word, full, node }: Plan): Trial => {
    const described: MachineOf = {
      nodes: [
        { mib: 512, slots: [0] },
        { mib: 256, slots: [0, 0] },
      ],
      kernel: "6.12",
      cmdline: ["memhp_default_state=offline", ...words].join(" "),
      shelf: [256, 512],
    };
    const setup: Command[] = [plug("d1", "A/1/0")];
    if (full > 0) setup.push(load("vmalloc", 200), load("vmalloc", full - 200));
    if (word !== "offline") setup.push(state(40, word), state(41, word));
    // What was left of the soldered memory goes, too, and with it the last large chunks there.
    if (full > 0 && word === "online_kernel") setup.push(load("vmalloc", 16));
    return {
      scenario: machine({ ...described, setup }),
      moves: [plug("d2", node === 0 ? "A/0/0" : "A/1/1")],
      observation: { see: "memmap-host" },
    };
  };
  const option = "memory_hotplug.memmap_on_memory=1";
  const vary = (change: Partial<Plan>, code: string, data: Variant["from"]["data"]): Variant => ({
    ...trialOf({ ...plan, ...change }),
    from: { code, data },
  });
  const variants: Variant[] = [
    plan.words.length > 0 ? vary({ words: [] }, "without", { option }) : vary({ words: [option] }, "with", { option }),
    vary({ node: 1 - plan.node }, "dimm-node", { dimm: "d2", node: 1 - plan.node }),
    vary({ full: plan.full > 0 ? 0 : 220 }, plan.full > 0 ? "roomy" : "crowded", { node: 1 }),
    vary({ word: "online_kernel", full: 220 }, "crowded-kernel", { dimm: "d1", node: 1 }),
  ];
  return {
    ...trialOf(plan),
    ask: { code: "memmap-host", data: { dimm: "d2", node: plan.node } },
    variants,
    hides: null,
  };
};

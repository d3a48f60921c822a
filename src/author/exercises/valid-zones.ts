/** What does `valid_zones` say? Of a block, after somebody has brought another one online or taken it offline. */
import type { KernelVersion } from "../../engine/hardware/description.ts";
import { keyOf, machine, type MachineOf, plug, state } from "./boxes.ts";
import type { Generator, Trial, Variant } from "./draft.ts";
import { blocksOf, look } from "./look.ts";

const KERNELS: readonly KernelVersion[] = ["6.1", "6.12"];
const WORDS = ["online_movable", "online_kernel"] as const;

export const validZones: Generator = (level, dice) => {
  const options = [dice.once(2) ? "movable_node" : ""];
  if (level >= 3 && dice.once(2)) options.push("memory_hotplug.online_policy=auto-movable");
  const described: MachineOf = {
    nodes: [{ mib: 512 }, { mib: 256, slots: [0, 0] }],
    // Before 4.13 memory lies in a zone from its add on.
    kernel: level >= 4 ? dice.pick<KernelVersion>(["3.14", "6.12"]) : dice.pick(KERNELS),
    shelf: [512],
  };
  const cmdlineOf = (words: readonly string[]) => ["memhp_default_state=offline", ...words].filter(Boolean).join(" ");
  const inserted = [plug("d1", "A/1/0")];
  const first = blocksOf(look(machine({ ...described, cmdline: cmdlineOf(options), setup: inserted })), {
    dimm: "d1",
  })[0];
  const base = first?.number ?? 0;
  const asked = dice.between(0, 3);
  const others = dice.shuffled([0, 1, 2, 3].filter((i) => i !== asked));
  const before = others.slice(0, level >= 2 ? dice.between(1, 2) : 0).map((i) => state(base + i, dice.pick(WORDS)));
  const last = others.at(-1) ?? 0;
  // From level 2 on the block itself may be the one that is written to.
  const target = level >= 2 && dice.once(3) ? asked : last;
  const trialOf = (words: readonly string[], of: number, word: string): Trial => ({
    scenario: machine({ ...described, cmdline: cmdlineOf(words), setup: [...inserted, ...before] }),
    moves: [state(base + target, word)],
    observation: { see: "valid", block: keyOf(of) },
  });
  const word = dice.pick(WORDS);
  const toggled = options.map((option, i) => (i > 0 ? option : option === "" ? "movable_node" : ""));
  const variants: Variant[] = [
    {
      ...trialOf(toggled, base + asked, word),
      from: { code: options[0] === "" ? "with" : "without", data: { option: "movable_node" } },
    },
    ...WORDS.filter((other) => other !== word).map(
      (other): Variant => ({ ...trialOf(options, base + asked, other), from: { code: "word", data: { word: other } } }),
    ),
    ...[base + target, 0, 2].map(
      (block): Variant => ({
        ...trialOf(options, block, word),
        from: { code: "block", data: { block: `memory${block}` } },
      }),
    ),
  ];
  const file = `memory${base + asked}`;
  return {
    ...trialOf(options, base + asked, word),
    ask: {
      code: "valid-zones",
      data: { block: file, line: `echo ${word} > memory${base + target}/state; cat ${file}/valid_zones` },
    },
    variants,
    hides: null,
  };
};

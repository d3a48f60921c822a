/** Which zone will plain `online` choose? */
import type { KernelVersion } from "../../engine/hardware/description.ts";
import type { Command } from "../../engine/time/commands.ts";
import { keyOf, machine, type MachineOf, plug, state } from "./boxes.ts";
import type { Dice, Generator, Trial, Variant } from "./draft.ts";
import { blocksOf, look } from "./look.ts";

const OFFLINE = "memhp_default_state=offline";
const KERNELS: readonly KernelVersion[] = ["5.15", "6.1", "6.12"];
/** The policy is there from 5.15 on. */
const policies = (ratio: number): readonly string[] => [
  "memory_hotplug.online_policy=auto-movable",
  `memory_hotplug.online_policy=auto-movable memory_hotplug.auto_movable_ratio=${ratio}`,
];

interface Plan {
  readonly words: readonly string[];
  readonly kernel: KernelVersion;
  /** MiB of the DIMM, and of one beside it that is in use. */
  readonly dimm: number;
  readonly onboard: number;
  readonly neighbours: readonly (readonly [number, string])[];
  /** Which of the DIMM's blocks is asked about. */
  readonly asked: number;
}

function plan(level: number, dice: Dice): Plan {
  const dimm = level === 1 ? 256 : 512;
  const blocks = dimm / 128;
  const asked = level === 1 ? 0 : dice.between(0, blocks - 1);
  // Blocks around it that somebody brought online before: by one word, or from level 3 on by different ones.
  const word = dice.pick(["online_movable", "online_kernel"]);
  const others = Array.from({ length: blocks }, (_, i) => i).filter((i) => i !== asked);
  const online = level === 1 ? [] : dice.shuffled(others).slice(0, dice.between(level === 4 ? 0 : 1, 3));
  const words: string[] = [];
  if (dice.once(2)) words.push("movable_node");
  if (level >= 4 || (level === 3 && dice.once(3))) words.push(dice.pick(policies(dice.pick([25, 50, 100, 200, 301]))));
  return {
    words,
    kernel: dice.pick(KERNELS),
    dimm,
    onboard: dice.pick([256, 384, 512]),
    neighbours: online.map((i) => [i, level >= 3 ? dice.pick(["online_movable", "online_kernel"]) : word] as const),
    asked,
  };
}

function trialOf(
  { words, kernel, dimm, onboard, neighbours, asked }: Plan,
  word = "online",
): Trial & { number: number } {
  const described: MachineOf = {
    nodes: [{ mib: 512 }, { mib: onboard, slots: [0, 0] }],
    kernel,
    cmdline: [OFFLINE, ...words].join(" "),
    shelf: [dimm],
  };
  const inserted: Command[] = [plug("d1", "A/1/0")];
  const first = blocksOf(look(machine({ ...described, setup: inserted })), { dimm: "d1" })[0]?.number ?? 0;
  const before = neighbours.map(([i, how]) => state(first + i, how));
  return {
    scenario: machine({ ...described, setup: [...inserted, ...before] }),
    moves: [state(first + asked, word)],
    observation: { see: "zone", block: keyOf(first + asked) },
    number: first + asked,
  };
}

export const whichZone: Generator = (level, dice) => {
  const own = plan(level, dice);
  const trial = trialOf(own);
  const number = trial.number;
  const toggled = own.words.includes("movable_node")
    ? own.words.filter((word) => word !== "movable_node")
    : ["movable_node", ...own.words];
  const variants: Variant[] = [
    {
      ...trialOf({ ...own, words: toggled }),
      from: { code: own.words.includes("movable_node") ? "without" : "with", data: { option: "movable_node" } },
    },
    { ...trialOf(own, "online_movable"), from: { code: "word", data: { word: "online_movable" } } },
    { ...trialOf(own, "online_kernel"), from: { code: "word", data: { word: "online_kernel" } } },
    // Soldered memory below 4 GiB, taken offline and brought back.
    {
      scenario: { ...trial.scenario, setup: [...trial.scenario.setup, state(2, "offline")] },
      moves: [state(2, "online")],
      observation: { see: "zone", block: keyOf(2) },
      from: { code: "block", data: { block: "memory2" } },
    },
  ];
  return {
    ...trial,
    ask: { code: "which-zone", data: { block: `memory${number}`, line: `echo online > memory${number}/state` } },
    variants,
    hides: null,
  };
};

/** Where does ZONE_MOVABLE start with these options? The machine is switched on for the answer. */
import { machine, type MachineOf } from "./boxes.ts";
import type { Dice, Generator, Trial, Variant } from "./draft.ts";

interface Plan {
  readonly sizes: readonly number[];
  readonly hotpluggable: readonly number[];
  readonly words: readonly string[];
  readonly node: number;
}

function wordsOf(level: number, dice: Dice): string[] {
  const size = `${dice.pick([256, 384, 512, 640, 768, 1024])}M`;
  const each = [`movablecore=${size}`, `kernelcore=${size}`];
  if (level === 1) return [dice.pick(each)];
  if (level === 2)
    return [dice.pick([...each, `movablecore=${dice.pick([10, 25, 50])}%`, `kernelcore=${dice.pick([25, 50, 75])}%`])];
  const words = dice.once(2) ? ["movable_node"] : [];
  return level === 3 || dice.once(2)
    ? [...words, ...(words.length === 0 || dice.once(3) ? [dice.pick(each)] : [])]
    : [...words, ...each.slice(0, 1)];
}

export const movableStart: Generator = (level, dice) => {
  const nodes = level === 1 ? 1 : dice.between(2, level >= 4 ? 3 : 2);
  const sizes = Array.from({ length: nodes }, () => dice.pick([512, 768, 1024, 1536]));
  const plan: Plan = {
    sizes,
    // Firmware marks the memory of a node that can be taken away; sometimes of the first, which does nothing.
    hotpluggable: level >= 3 ? [dice.between(dice.once(3) ? 0 : 1, nodes - 1)] : [],
    words: wordsOf(level, dice),
    node: dice.between(0, nodes - 1),
  };
  const trialOf = ({ sizes: mibs, hotpluggable, words, node }: Plan): Trial => {
    const described: MachineOf = {
      nodes: mibs.map((mib) => ({ mib })),
      kernel: "6.12",
      cmdline: words.join(" "),
      ...(hotpluggable.length > 0 && { hotpluggable }),
    };
    return { scenario: machine(described), moves: [], observation: { see: "movable-start", node: `A/${node}` } };
  };
  const other = (words: readonly string[]): Variant => ({
    ...trialOf({ ...plan, words }),
    from: { code: "options", data: { options: words.join(" ") } },
  });
  const size = /(\d+)M/.exec(plan.words.join(" "))?.[1] ?? "512";
  const variants: Variant[] = [
    other([`movablecore=${size}M`]),
    other([`kernelcore=${size}M`]),
    other([]),
    other([`movablecore=${Math.round(Number(size) / 2)}M`]),
    ...(plan.hotpluggable.length > 0 ? [other(["movable_node"])] : [other(["movablecore=50%"])]),
  ];
  return {
    ...trialOf(plan),
    ask: {
      code: plan.sizes.length === 1 ? "movable-start" : "movable-start-node",
      data: { node: plan.node, marked: plan.hotpluggable.join(", ") },
    },
    variants,
    hides: "machine",
  };
};

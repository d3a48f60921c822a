/** Which block stays? Each of a few is told to go offline, one after the other, and one of them is refused. */
import type { KernelVersion } from "../../engine/hardware/description.ts";
import type { Command } from "../../engine/time/commands.ts";
import type { LoadKind } from "../../engine/workload/load-description.ts";
import { keyOf, load, machine, type MachineOf, plug, state } from "./boxes.ts";
import type { Dice, Draft, Generator, Variant } from "./draft.ts";
import { blocksOf, look } from "./look.ts";

const LEAVING: readonly LoadKind[] = ["anon", "shm", "mlock", "cache", "thp"];
const KERNELS: readonly KernelVersion[] = ["6.1", "6.12"];

/**
 * Blocks of the DIMM come online one by one, so that what begins in between lies where the machine puts it. From level 2 on the
 * node's soldered memory is nearly used up before, so that the kernel's next pages go to the DIMM.
 */
function setupOf(level: number, base: number, dice: Dice): Command[] {
  const words = ["online_kernel", dice.pick(["online_kernel", "online_movable"]), "online_movable"];
  const setup: Command[] = level >= 2 ? [load("vmalloc", 200)] : [];
  for (const [i, word] of dice.shuffled(words).entries()) {
    setup.push(state(base + i, word));
    if (dice.once(2)) setup.push(load(dice.pick(LEAVING), dice.pick([16, 24, 40])));
  }
  if (level >= 2) setup.push(load("vmalloc", dice.pick([40, 60])));
  if (level >= 3) setup.push(load(dice.pick(["longterm", "slab"]), 4));
  return setup;
}

export const whichStays: Generator = (level, dice) => {
  const described: MachineOf = {
    nodes: [{ mib: 512 }, { mib: 256, slots: [0, 0] }],
    kernel: dice.pick(KERNELS),
    cmdline: "memhp_default_state=offline",
    shelf: [384],
  };
  const inserted = [plug("d1", "A/1/0")];
  const there = look(machine({ ...described, setup: inserted }));
  const blocks = blocksOf(there, { dimm: "d1" });
  // At first the kernel's own memory is one of them, wherever it lies in the row.
  if (level === 1) blocks.push(dice.pick(blocksOf(there, { node: 1 })));
  const base = blocksOf(there, { dimm: "d1" })[0]?.number ?? 0;
  const numbers = dice.shuffled(blocks).map(({ number }) => number);
  const scenario = machine({ ...described, setup: [...inserted, ...setupOf(level, base, dice)] });
  const draftOf = (order: readonly number[]) => ({
    scenario,
    moves: order.map((number) => state(number, "offline")),
    observation: { see: "refused", blocks: order.map(keyOf) } as const,
  });
  // What is offered beside the one that stays was seen to leave, in a copy of its own.
  const variants = numbers.map(
    (number): Variant => ({
      scenario,
      moves: [state(number, "offline")],
      observation: { see: "left", block: keyOf(number) },
      from: { code: "leaves", data: { block: `memory${number}` } },
    }),
  );
  const draft: Draft = {
    ...draftOf(numbers),
    ask: {
      code: "which-stays",
      data: { line: `for n in ${numbers.join(" ")}; do echo offline > memory$n/state; done` },
    },
    variants,
    hides: null,
    refuses: ({ value }) => !/^memory\d+$/.test(value),
  };
  return draft;
};

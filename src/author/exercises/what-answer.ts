/** Will this write return 0, EBUSY, EINVAL, or not return? */
import type { KernelVersion } from "../../engine/hardware/description.ts";
import type { Command } from "../../engine/time/commands.ts";
import type { LoadKind } from "../../engine/workload/load-description.ts";
import { keyOf, load, machine, type MachineOf, plug, serve, state } from "./boxes.ts";
import type { Dice, Generator } from "./draft.ts";
import { blocksOf, look } from "./look.ts";

/** Pages that leave, pages that belong to the kernel, and pages that somebody holds. */
const LEAVING: readonly LoadKind[] = ["anon", "shm", "mlock", "cache", "thp"];
const KERNEL: readonly LoadKind[] = ["vmalloc", "slab"];
const HELD: readonly LoadKind[] = ["pin", "longterm"];

const KERNELS: readonly KernelVersion[] = ["6.1", "6.12"];

/** Blocks 0 and 1 of the DIMM are Movable (1 from level 3 on holds what somebody holds), 2 is Normal from level 2 on, 3 stays offline. */
function setupOf(level: number, first: number, busy: boolean, dice: Dice): Command[] {
  const setup: Command[] = [];
  if (level >= 3 && !busy) setup.push(state(first + 1, "online_movable"), load(dice.pick(HELD), dice.pick([1, 4, 16])));
  setup.push(state(first, "online_movable"), load(dice.pick(LEAVING), dice.pick([16, 40, 90])));
  if (level >= 2) {
    setup.push(state(first + 2, "online_kernel"));
    // Normal memory of the node is used up but for the block that has just come.
    if (dice.once(2)) setup.push(load("vmalloc", 200), load("vmalloc", 40), load(dice.pick(KERNEL), 8));
  }
  // What turns memory over lies where chance puts it.
  if (busy) setup.push(serve(40));
  return setup;
}

interface Write {
  readonly block: number;
  readonly word: string;
}

function writesOf(level: number, first: number, boot: number): Write[] {
  const of = (block: number, ...words: string[]): Write[] => words.map((word) => ({ block, word }));
  const movable = of(first, "offline", "online");
  const offline = of(first + 3, "online", "offline");
  const more =
    level >= 2
      ? [...of(0, "offline"), ...of(first + 2, "offline", "online_movable"), ...of(first + 3, "online_movable")]
      : [];
  const held = level >= 3 ? of(first + 1, "offline") : [];
  return [...movable, ...offline, ...of(boot, "offline"), ...more, ...held];
}

export const whatAnswer: Generator = (level, dice) => {
  const busy = level >= 4 && dice.once(3);
  const described: MachineOf = {
    nodes: [{ mib: 512 }, { mib: 256, slots: [0, 0] }],
    kernel: level >= 4 && !busy ? dice.pick<KernelVersion>(["4.14", ...KERNELS]) : dice.pick(KERNELS),
    cmdline: "memhp_default_state=offline",
    shelf: [512],
  };
  const inserted = [plug("d1", "A/1/0")];
  const there = look(machine({ ...described, setup: inserted }));
  const first = blocksOf(there, { dimm: "d1" })[0]?.number ?? 0;
  const boot = dice.pick(blocksOf(there, { node: 1 })).number;
  const scenario = machine({ ...described, setup: [...inserted, ...setupOf(level, first, busy, dice)] });
  const writes = dice.shuffled(writesOf(level, first, boot));
  // What is held is asked about as often as all else that is new.
  if (level >= 3 && dice.once(3)) writes.sort((a, b) => Number(b.block === first + 1) - Number(a.block === first + 1));
  const trial = ({ block, word }: Write) => ({
    scenario,
    moves: [state(block, word)],
    observation: { see: "answer", block: keyOf(block) } as const,
  });
  const line = ({ block, word }: Write): string => `echo ${word} > memory${block}/state`;
  const [asked, ...others] = writes as [Write, ...Write[]];
  return {
    ...trial(asked),
    ask: { code: "what-answer", data: { line: line(asked) } },
    variants: others.map((other) => ({ ...trial(other), from: { code: "write", data: { line: line(other) } } })),
    hides: null,
  };
};

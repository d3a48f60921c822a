/** In which order do the pages leave? A block holds pages of several kinds; one kind is gone before the others. */
import type { KernelVersion } from "../../engine/hardware/description.ts";
import type { Command } from "../../engine/time/commands.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import type { LoadKind } from "../../engine/workload/load-description.ts";
import { keyOf, load, machine, plug, state } from "./boxes.ts";
import type { Generator, Trial, Variant } from "./draft.ts";

const KIND_OF: Partial<Record<LoadKind, number>> = {
  anon: PageKind.Anon,
  cache: PageKind.PageCache,
  shm: PageKind.Shmem,
  thp: PageKind.AnonHuge,
};
const LOADS = ["anon", "cache", "shm", "thp"] as const;

export const leaveOrder: Generator = (level, dice) => {
  const kinds = dice.shuffled(LOADS).slice(0, level === 1 ? 2 : 3);
  const sizes = kinds.map(() => dice.pick(level <= 2 ? [16] : [4, 12, 24, 32]));
  const kernel = dice.pick<KernelVersion>(["6.1", "6.12"]);
  const trialOf = (order: readonly number[], second: boolean): Trial => {
    const setup: Command[] = [plug("d1", "A/1/0"), state(40, "online_movable")];
    for (const i of order) setup.push(load(kinds[i] ?? "anon", sizes[i] ?? 8));
    // From level 4 on there is a neighbour with room.
    if (second) setup.push(state(41, "online_movable"));
    return {
      scenario: machine({
        nodes: [{ mib: 512 }, { mib: 256, slots: [0] }],
        kernel,
        cmdline: "memhp_default_state=offline",
        shelf: [256],
        setup,
      }),
      moves: [state(40, "offline")],
      observation: { see: "left-first", block: keyOf(40), kinds: kinds.flatMap((kind) => KIND_OF[kind] ?? []) },
      inMidst: true,
    };
  };
  const own = kinds.map((_, i) => i);
  const orders = [
    [...own].reverse(),
    [...own.slice(1), ...own.slice(0, 1)],
    ...own.map((i) => [i, ...own.filter((j) => j !== i)]),
  ];
  const variants = orders.map(
    (order): Variant => ({
      ...trialOf(order, level >= 4),
      from: { code: "begun", data: { first: kinds[order[0] ?? 0] ?? "" } },
    }),
  );
  return {
    ...trialOf(own, level >= 4),
    ask: { code: "leave-order", data: { block: "memory40", line: "echo offline > memory40/state" } },
    variants,
    hides: null,
  };
};

/** In which order do the pages leave? A block holds pages of several kinds; one kind is gone before the others. */
import type { KernelVersion } from "../../engine/hardware/description.ts";
import type { Command } from "../../engine/time/commands.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import type { LoadKind } from "../../engine/workload/load-description.ts";
import { keyOf, load, machine, plug, serve, state } from "./boxes.ts";
import type { Dice, Draft, Generator, Trial, Variant } from "./draft.ts";

const KIND_OF: Partial<Record<LoadKind, number>> = {
  anon: PageKind.Anon,
  cache: PageKind.PageCache,
  shm: PageKind.Shmem,
  thp: PageKind.AnonHuge,
};
const LOADS = ["anon", "cache", "shm", "thp"] as const;

const KERNELS: readonly KernelVersion[] = ["6.1", "6.12"];
const ASK: Draft["ask"] = { code: "leave-order", data: { block: "memory40", line: "echo offline > memory40/state" } };

/** A busy server is at work: how its pages lie among the others is chance. */
function busyDraft(dice: Dice): Draft {
  const scenario = machine({
    nodes: [{ mib: 512 }, { mib: 256, slots: [0] }],
    kernel: dice.pick(KERNELS),
    cmdline: "memhp_default_state=offline",
    shelf: [256],
    seed: dice.between(1, 999_999),
    setup: [
      plug("d1", "A/1/0"),
      state(40, "online_movable"),
      serve(dice.pick([80, 100])),
      load("shm", dice.pick([4, 6])),
    ],
  });
  const trial: Trial = {
    scenario,
    moves: [state(40, "offline")],
    observation: {
      see: "left-first",
      block: keyOf(40),
      kinds: [PageKind.Anon, PageKind.PageCache, PageKind.Shmem],
    },
    inMidst: true,
  };
  const quiet = machine({
    nodes: [{ mib: 512 }, { mib: 256, slots: [0] }],
    cmdline: "memhp_default_state=offline",
    shelf: [256],
    setup: [plug("d1", "A/1/0"), state(40, "online_movable"), load("anon", 24), load("shm", 8), load("cache", 24)],
  });
  const variants: Variant[] = [{ ...trial, scenario: quiet, from: { code: "begun", data: { first: "anon" } } }];
  return { ...trial, ask: ASK, variants, hides: null };
}

export const leaveOrder: Generator = (level, dice) => {
  if (level >= 4 && dice.once(3)) return busyDraft(dice);
  const kinds = dice.shuffled(LOADS).slice(0, level === 1 ? 2 : 3);
  const sizes = kinds.map(() => dice.pick(level <= 2 ? [16] : [4, 12, 24, 32]));
  const kernel = dice.pick(KERNELS);
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
    ask: ASK,
    variants,
    hides: null,
  };
};

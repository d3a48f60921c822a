/** Where does this allocation land? Node and zone of most of it. */
import type { Command } from "../../engine/time/commands.ts";
import type { LoadDescription, LoadKind } from "../../engine/workload/load-description.ts";
import { machine, plug, state } from "./boxes.ts";
import type { Dice, Generator, Variant } from "./draft.ts";

/** User pages, kernel pages, and pages for good: each takes what it may of the node whose CPU asks. */
const KINDS: readonly LoadKind[] = ["anon", "cache", "thp", "vmalloc", "slab", "shm", "mlock", "longterm"];
const CPUS = [
  [0, 1],
  [2, 3],
];

interface Plan {
  readonly kind: LoadKind;
  readonly mib: number;
  /** Whose CPUs it runs on. */
  readonly node: number;
}

const command = ({ kind, mib, node }: Plan): Command => {
  const cpus = CPUS[node] ?? [];
  const described: LoadDescription =
    kind === "slab"
      ? { kind, count: mib * 5000, cache: "dentry", cpus, comm: "demo" }
      : { kind, mib, cpus, comm: "demo" };
  return { do: "load", partition: "A", load: described };
};

/** Blocks of d1 on node 1: some Movable, some Normal; from level 3 on something is nearly full. */
function setupOf(level: number, dice: Dice): Command[] {
  const setup: Command[] = [plug("d1", "A/1/0")];
  const movable = dice.between(level === 1 ? 1 : 0, 2);
  for (let i = 0; i < 3; i++) setup.push(state(40 + i, i < movable ? "online_movable" : "online_kernel"));
  const fill = (kind: LoadKind, mib: number, node: number): void => {
    setup.push(command({ kind, mib, node }));
  };
  if (level >= 3 && movable > 0 && dice.once(2)) fill("anon", movable * 128 - 6, 1);
  if (level >= 3 && dice.once(2)) fill("vmalloc", dice.pick([190, 300]), 1);
  if (level >= 4) fill("shm", dice.pick([40, 300]), dice.pick([0, 1]));
  return setup;
}

export const whereLands: Generator = (level, dice) => {
  const scenario = machine({
    nodes: [{ mib: 512 }, { mib: 256, slots: [0, 0] }],
    kernel: dice.pick(["6.1", "6.12"]),
    cmdline: "memhp_default_state=offline",
    shelf: [384],
    setup: setupOf(level, dice),
  });
  const plan: Plan = {
    kind: dice.pick(level === 1 ? KINDS.slice(0, 5) : KINDS),
    mib: dice.pick([8, 16, 32]),
    node: dice.once(4) ? 0 : 1,
  };
  const trialOf = (of: Plan) => ({ scenario, moves: [command(of)], observation: { see: "landed" } as const });
  const variants: Variant[] = [
    ...dice
      .shuffled(KINDS)
      .map((kind): Variant => ({ ...trialOf({ ...plan, kind }), from: { code: "kind", data: { kind } } })),
    { ...trialOf({ ...plan, node: 1 - plan.node }), from: { code: "node", data: { node: 1 - plan.node } } },
    ...KINDS.slice(0, 5).map(
      (kind): Variant => ({
        ...trialOf({ ...plan, kind, node: 1 - plan.node }),
        from: { code: "kind-node", data: { kind, node: 1 - plan.node } },
      }),
    ),
  ];
  const { kind, mib, node } = plan;
  return { ...trialOf(plan), ask: { code: "where-lands", data: { kind, mib, node } }, variants, hides: null };
};

/** How much does MemFree fall when a DIMM is added? */
import type { KernelVersion } from "../../engine/hardware/description.ts";
import { machine, type MachineOf, plug } from "./boxes.ts";
import type { Generator, Trial, Variant } from "./draft.ts";

interface Plan {
  readonly mib: number;
  readonly onMemory: boolean;
  readonly state: "offline" | "online" | "online_movable";
  readonly kernel: KernelVersion;
}

export const freeFalls: Generator = (level, dice) => {
  const plan: Plan = {
    mib: dice.pick([256, 512, 1024, ...(level >= 2 ? [2048, 4096] : [])]),
    onMemory: level >= 2 && dice.once(2),
    state: level >= 3 && dice.once(2) ? dice.pick(["online", "online_movable"]) : "offline",
    // memmap_on_memory came with 5.15.
    kernel: level >= 4 ? dice.pick(["4.14", "5.10", "6.12"]) : "6.12",
  };
  const trialOf = ({ mib, onMemory, state, kernel }: Plan): Trial => {
    const described: MachineOf = {
      nodes: [{ mib: 512 }, { mib: 512, slots: [0] }],
      kernel,
      cmdline: [`memhp_default_state=${state}`, ...(onMemory ? ["memory_hotplug.memmap_on_memory=1"] : [])].join(" "),
      shelf: [mib],
    };
    return { scenario: machine(described), moves: [plug("d1", "A/1/0")], observation: { see: "free" } };
  };
  const option = "memory_hotplug.memmap_on_memory=1";
  const vary = (change: Partial<Plan>, code: string, data: Variant["from"]["data"]): Variant => ({
    ...trialOf({ ...plan, ...change }),
    from: { code, data },
  });
  const variants: Variant[] = [
    vary({ onMemory: !plan.onMemory }, plan.onMemory ? "without" : "with", { option }),
    vary({ mib: plan.mib * 2 }, "size", { mib: plan.mib * 2 }),
    vary({ mib: plan.mib / 2 }, "size", { mib: plan.mib / 2 }),
    ...(["offline", "online"] as const)
      .filter((state) => state !== plan.state)
      .map((state) => vary({ state }, "state", { state })),
  ];
  return { ...trialOf(plan), ask: { code: "free-falls", data: { dimm: "d1", mib: plan.mib } }, variants, hides: null };
};

/** Who brings new memory online, and by what: words of the kernel command line, rules of udev. Pure. */
import type { PartitionDescription } from "../engine/hardware/description.ts";
import type { Scenario } from "../protocol/scenario.ts";

/** Values of memhp_default_state, by which what is added comes online. */
export const POLICIES = ["offline", "online", "online_kernel", "online_movable"] as const;
export type Policy = (typeof POLICIES)[number];

/** A command line with another policy for what is added. */
export function withPolicy(cmdline: string, policy: Policy): string {
  const others = cmdline.split(/\s+/).filter((word) => word !== "" && !word.startsWith("memhp_default_state="));
  return [...others, `memhp_default_state=${policy}`].join(" ");
}

/** A rule as distributions have it, for those who want to unplug again. */
export const MOVABLE_RULE = 'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}="online_movable"\n';

/** Nobody; the kernel while it adds; udev when it hears of it; or both, and the kernel comes first. */
export const ONLINERS = ["nobody", "kernel", "udev", "both"] as const;
export type OnlinerChoice = (typeof ONLINERS)[number];

const BOOT: Readonly<Record<OnlinerChoice, { readonly policy: Policy; readonly rule: boolean }>> = {
  nobody: { policy: "offline", rule: false },
  kernel: { policy: "online", rule: false },
  udev: { policy: "offline", rule: true },
  both: { policy: "online", rule: true },
};

type Booted = Pick<PartitionDescription, "cmdline" | "udevRules">;

/** Which of them a partition was booted with; `null` when it is none of them. */
export function onlinerOf({ cmdline, udevRules }: Booted): OnlinerChoice | null {
  const words = cmdline.split(/\s+/).filter((word) => word.startsWith("memhp_default_state="));
  const is = (who: OnlinerChoice): boolean =>
    words.at(-1) === `memhp_default_state=${BOOT[who].policy}` &&
    udevRules === (BOOT[who].rule ? MOVABLE_RULE : undefined);
  return ONLINERS.find(is) ?? null;
}

/** A title without the name of an earlier choice, which stands at its end; a title's own last words stay. */
export function withoutChoice(title: string, names: Readonly<Record<OnlinerChoice, string>>): string {
  const ending = ONLINERS.map((who) => ` · ${names[who]}`).find((one) => title.endsWith(one)) ?? "";
  return title.slice(0, title.length - ending.length);
}

/** What a scenario is called after its own name, once somebody chose who onlines. */
const CHOSEN = new RegExp(`\\.(${ONLINERS.join("|")})$`);

/** The same scenario, a partition of it booted with somebody else to bring new memory online. `title`: of the new one. */
export function onlinedBy(scenario: Scenario, partition: string, who: OnlinerChoice, title: string): Scenario {
  const { policy, rule } = BOOT[who];
  const partitions = scenario.box.partitions.map((one): PartitionDescription => {
    if (one.id !== partition) return one;
    const { udevRules: _, ...rest } = one;
    return { ...rest, cmdline: withPolicy(one.cmdline, policy), ...(rule && { udevRules: MOVABLE_RULE }) };
  });
  const name = `${scenario.name.replace(CHOSEN, "")}.${who}`;
  return { ...scenario, name, title, box: { ...scenario.box, partitions } };
}

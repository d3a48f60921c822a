/** Pairs of futures: those that are ready to be compared, and those that are made of the machine that runs. */
import type { Kept } from "../../client/keeper.ts";
import type { KernelVersion } from "../../engine/hardware/description.ts";
import type { RecordTables } from "../../client/playground.ts";
import { type Command, isTerminalCommand } from "../../engine/time/commands.ts";
import type { LoadDescription } from "../../engine/workload/load-description.ts";
import { simNs } from "../../engine/units.ts";
import type { Filming } from "../../protocol/beside.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import { busyServer } from "../../protocol/scenarios/busy-server.ts";
import { deviceBusy } from "../../protocol/scenarios/device-busy.ts";

export interface Future {
  readonly name: string;
  readonly film: Filming;
}
export interface Pair {
  readonly sides: readonly [Future, Future];
  /** What was done to both, or all that they have in common. */
  readonly common: Command | null;
  /** Simulated ns: from here on they may differ. 0: they part at boot. */
  readonly parting: number;
}

/** After any setup of the built-in scenarios. */
const GIVEN_AT = 400e6;
/** Simulated ns that are looked at after what was done last. */
const AFTERWARDS = 1.5e9;

/** The same box with another kernel or command line on its first partition. */
export function variant(
  scenario: Scenario,
  change: { kernel?: KernelVersion; cmdline?: string },
  partition = "A",
): Scenario {
  const partitions = scenario.box.partitions.map((one) => (one.id === partition ? { ...one, ...change } : one));
  return { ...scenario, box: { ...scenario.box, partitions } };
}

/** Simulated ns between two commands. */
const BETWEEN = 600e6;

const insert = (dimm: string): Command => ({ do: "move", dimm, to: { slot: "A/1/2" } });
const take = (load: LoadDescription): Command => ({
  do: "load",
  partition: "A",
  load: { node: 1, policy: "preferred", ...load },
});
const pull = (dimm: string): Command => ({ do: "move", dimm, to: { shelf: true } });

/** `commands`: given to both, one after the other. */
function ready(scenario: Scenario, [left, right]: readonly [Change, Change], commands: readonly Command[]): Pair {
  const causes = commands.map((command, i) => ({ step: 0, at: simNs(GIVEN_AT + i * BETWEEN), origin: null, command }));
  const film = ({ name: _, ...change }: Change): Filming => ({
    scenario: variant(scenario, change),
    causes,
    exact: false,
    until: (causes.at(-1)?.at ?? 0) + AFTERWARDS,
  });
  return {
    sides: [
      { name: left.name, film: film(left) },
      { name: right.name, film: film(right) },
    ],
    common: commands.at(-1) ?? null,
    parting: 0,
  };
}
interface Change {
  readonly name: string;
  readonly kernel?: KernelVersion;
  readonly cmdline?: string;
}

/** By the names of their words. */
export const READY: Readonly<Record<ReadyId, () => Pair>> = {
  policy: () =>
    ready(
      deviceBusy,
      [
        { name: "online_kernel", cmdline: "memhp_default_state=online_kernel" },
        { name: "online_movable", cmdline: "memhp_default_state=online_movable" },
      ],
      // What it comes online as decides who may use it, and so whether it can leave again.
      [
        insert("d7"),
        take({ kind: "cache", mib: 1300, comm: "tar" }),
        take({ kind: "slab", count: 400_000, cache: "dentry", comm: "find" }),
        pull("d7"),
      ],
    ),
  memmap: () =>
    ready(
      busyServer,
      [
        { name: "memmap_on_memory=0", kernel: "6.12", cmdline: "movable_node memhp_default_state=online_movable" },
        {
          name: "memmap_on_memory=1",
          // Older ones hold the map of a DIMM on itself only if that is one block.
          kernel: "6.12",
          cmdline: "movable_node memhp_default_state=online_movable memory_hotplug.memmap_on_memory=1",
        },
      ],
      [insert("d7")],
    ),
  removal: () =>
    ready(
      busyServer,
      [
        { name: "Linux 3.8", kernel: "3.8", cmdline: "" },
        { name: "Linux 3.9", kernel: "3.9", cmdline: "" },
      ],
      [insert("d7"), pull("d7")],
    ),
  boot: () =>
    ready(
      busyServer,
      [
        { name: "movablecore=1G", cmdline: "movablecore=1G" },
        { name: "movable_node", cmdline: "movable_node" },
      ],
      [pull("d3")],
    ),
  solutions: () =>
    ready(
      deviceBusy,
      [
        { name: "movablecore=acpi", kernel: "2013-proposal", cmdline: "movablecore=acpi" },
        { name: "kernel memory moves", kernel: "what-if", cmdline: "memhp_default_state=online_kernel" },
      ],
      [pull("d3")],
    ),
};
export type ReadyId = "policy" | "memmap" | "removal" | "boot" | "solutions";
export const READY_IDS = ["policy", "memmap", "removal", "boot", "solutions"] as const satisfies readonly ReadyId[];

/** A future of the machine that runs: all that was done to it, and something else at boot. */
export function again(kept: Kept, name: string, change: Omit<Change, "name">, partition: string): Future {
  return {
    name,
    film: {
      scenario: variant(kept.scenario, change, partition),
      causes: kept.resume.causes.filter(({ origin }) => origin !== "setup"),
      exact: change.kernel === undefined && change.cmdline === undefined,
      until: kept.resume.instant.at + AFTERWARDS,
    },
  };
}

/** The machine that runs beside itself with one more command now, or without one that a person gave. */
export function otherwise(
  kept: Kept,
  names: readonly [string, string],
  what: { readonly command: Command } | { readonly without: number },
): Pair {
  const { causes, instant } = kept.resume;
  const given = "without" in what ? causes[what.without] : { ...instant, origin: null, command: what.command };
  const changed = "without" in what ? causes.filter((_, i) => i !== what.without) : given ? [...causes, given] : causes;
  const side = (name: string, resume: Kept["resume"]): Future => again({ ...kept, resume }, name, {}, "");
  const other = side(names[1], { ...kept.resume, causes: changed });
  return {
    // Without it, what came after it comes between other steps.
    sides: [side(names[0], kept.resume), { ...other, film: { ...other.film, exact: "command" in what } }],
    common: null,
    parting: given?.at ?? instant.at,
  };
}

/** What a person did, by its place in the journal; keys in terminals are not told apart. */
export function givenCommands(kept: Kept): readonly { readonly index: number; readonly command: Command }[] {
  return kept.resume.causes.flatMap(({ command, origin }, index) =>
    origin === null && !isTerminalCommand(command) ? [{ index, command }] : [],
  );
}

/** Commands that can be given now: DIMMs that are carried, and the state of a block. */
export function possibleCommands(records: RecordTables, block: string | null): readonly Command[] {
  const free = Object.values(records.slot).find(({ dimm }) => dimm === null)?.key;
  const carried = Object.values(records.dimm).flatMap(({ key: dimm, phase }): Command[] => {
    if (phase === "in-use") return [{ do: "move", dimm, to: { shelf: true } }];
    return phase === "shelf" && free ? [{ do: "move", dimm, to: { slot: free } }] : [];
  });
  const chosen = block === null ? undefined : records.block[block];
  const words = chosen?.state === "online" ? ["offline"] : ["online_kernel", "online_movable"];
  const written = chosen
    ? words.map((text): Command => {
        const path = `/sys/devices/system/memory/memory${chosen.number}/state`;
        return { do: "write", partition: chosen.partition, path, text };
      })
    : [];
  return [...written, ...carried];
}

/** Two journals of one box, from where they part. */
export function parted(names: readonly [string, string], [left, right]: readonly [Kept, Kept]): Pair {
  const causes = [left.resume.causes, right.resume.causes] as const;
  let common = 0;
  while (causes[0][common] && JSON.stringify(causes[0][common]) === JSON.stringify(causes[1][common])) common++;
  const until = Math.max(left.resume.instant.at, right.resume.instant.at) + AFTERWARDS;
  const side = (i: 0 | 1, kept: Kept): Future => {
    const { film } = again(kept, names[i], {}, "");
    return { name: names[i], film: { ...film, until } };
  };
  const parting = Math.min(causes[0][common]?.at ?? until, causes[1][common]?.at ?? until);
  return { sides: [side(0, left), side(1, right)], common: null, parting };
}

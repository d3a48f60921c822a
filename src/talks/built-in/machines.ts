/** Machines of the talk of 2013, and the commands that its scenes use. */
import type {
  BoxDescription,
  DimmDescription,
  KernelVersion,
  PartitionDescription,
} from "../../engine/hardware/description.ts";
import type { Command } from "../../engine/time/commands.ts";
import { bytes, GIB, MIB } from "../../engine/units.ts";
import type { LoadDescription } from "../../engine/workload/load-description.ts";
import type { Scenario } from "../../protocol/scenario.ts";

export const dimm = (id: string, mib: number, health?: DimmDescription["health"]): DimmDescription => ({
  id,
  size: bytes(mib * MIB),
  ...(health ? { health } : {}),
});

export interface ServerParts {
  readonly id: string;
  readonly name: string;
  readonly kernel: KernelVersion;
  readonly cmdline?: string;
  /** MiB soldered on each node. */
  readonly onboard: readonly number[];
  /** DIMMs and empty slots of each node. */
  readonly slots: readonly (readonly (DimmDescription | null)[])[];
  readonly hotpluggable?: readonly number[];
}

/** A server of one to four nodes with four CPUs each. */
export function server(parts: ServerParts): PartitionDescription {
  const { id, name, kernel, cmdline = "", onboard, slots, hotpluggable } = parts;
  const nodes = onboard.map((mib, node) => ({
    onboard: bytes(mib * MIB),
    cpus: `${node * 4}-${node * 4 + 3}`,
    slots: slots[node] ?? [],
  }));
  const distances = nodes.flatMap((_, from) =>
    nodes.flatMap((_, to) => (from === to ? [] : [[from, to, 21] as const])),
  );
  return {
    id,
    name,
    nodes,
    maxMemory: bytes(16 * GIB),
    distances,
    kernel,
    cmdline,
    ...(hotpluggable ? { hotpluggable } : {}),
  };
}

export function machine(
  name: string,
  partitions: BoxDescription["partitions"],
  shelf: readonly DimmDescription[] = [],
  setup: readonly Command[] = [],
): Scenario {
  return { version: 1, name, title: name, about: "", seed: 2013, box: { partitions, shelf }, setup, script: [] };
}

export const load = (
  partition: string,
  kind: LoadDescription["kind"],
  rest: Omit<LoadDescription, "kind">,
): Command => ({
  do: "load",
  partition,
  load: { kind, ...rest },
});

export const move = (id: string, slot: string): Command => ({ do: "move", dimm: id, to: { slot } });
export const pull = (id: string): Command => ({ do: "move", dimm: id, to: { shelf: true } });

/** `echo WORD > memoryN/state`. */
export const state = (partition: string, block: number, word: string): Command => ({
  do: "write",
  partition,
  path: `/sys/devices/system/memory/memory${block}/state`,
  text: `${word}\n`,
});

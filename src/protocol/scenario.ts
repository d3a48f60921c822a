/**
 * Scenario files, version 1: a box, a seed, and commands at simulated times. Also what built-in scenarios and
 * `npm run simulate` use. Validated here, at the border; the engine gets plain values that hold.
 */
import type { BoxDescription, KernelVersion } from "../engine/hardware/description.ts";
import type { Command } from "../engine/time/commands.ts";

/** Kernels chosen instead of a scenario's own, by partition. */
export type KernelChoice = Readonly<Record<string, KernelVersion>>;

/** The same scenario with other kernels: everything else, the command lines included, is as it was. */
export function withKernels(scenario: Scenario, kernels: KernelChoice): Scenario {
  const { box } = scenario;
  const partitions = box.partitions.map((partition) => ({
    ...partition,
    kernel: kernels[partition.id] ?? partition.kernel,
  }));
  return { ...scenario, box: { ...box, partitions } };
}

export interface Scenario {
  readonly version: 1;
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly seed: number;
  readonly box: BoxDescription;
  /** Done before the first frame, in order, each to its end: the state that the person finds. */
  readonly setup: readonly Command[];
  /** Played at simulated times after the setup (ns after it). */
  readonly script: readonly { readonly at: number; readonly command: Command }[];
  /** What the page shows first. */
  readonly focus?: { readonly node?: string; readonly block?: string; readonly speed?: number };
}

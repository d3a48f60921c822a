/** How a lesson's machine is booted: what a person chooses before it runs. No command of the machine: it is another machine then. */
import type { Scenario } from "../protocol/scenario.ts";

/** A partition that is booted with these words, its firmware's SRAT marking these nodes as hot-pluggable. */
export interface Boot {
  readonly do: "boot";
  readonly cmdline: string;
  /** Node numbers. */
  readonly hotpluggable: readonly number[];
}

/** What can be chosen, in a lesson that asks for it. */
export interface BootChoice {
  /** Words of a kernel's command line, each of which may be there or not. */
  readonly words: readonly string[];
  /** Nodes whose mark in the SRAT may be set or not. */
  readonly nodes: readonly number[];
}

export const isBoot = (move: unknown): move is Boot =>
  typeof move === "object" && move !== null && "do" in move && move.do === "boot";

/** The scenario with one partition booted so; the rest of it is as it was. */
export function bootedWith(scenario: Scenario, partition: string, { cmdline, hotpluggable }: Boot): Scenario {
  const partitions = scenario.box.partitions.map((one) =>
    one.id === partition ? { ...one, cmdline, hotpluggable: [...hotpluggable] } : one,
  );
  return { ...scenario, box: { ...scenario.box, partitions } };
}

/**
 * udev as the engine knows it. Its code is fetched apart, as that of shells is (./udev.ts): whoever makes a machine whose
 * partitions have rules fetches it before.
 */
import type { PartitionDescription } from "../hardware/description.ts";
import type { RulesFile } from "../workload/udev-rules.ts";
import type { Engine } from "./engine.ts";

/** Where the rules of a scenario lie. */
export const RULES_FILE = "/etc/udev/rules.d/40-memory.rules";

export interface Udev {
  /** It still deals with events. */
  readonly busy: boolean;
  /** Reads these rules instead of those that it had. */
  load(files: readonly RulesFile[]): void;
  /** Has each memory device told as added once more. */
  trigger(): void;
}

let make: ((engine: Engine, partition: string) => Udev) | null = null;

/** From now on machines can have it. */
export const offerUdev = (factory: (engine: Engine, partition: string) => Udev): void => {
  make = factory;
};

/** Machines of these partitions need it, and it isn't here. */
export const lacksUdev = (partitions: readonly Pick<PartitionDescription, "udevRules">[]): boolean =>
  make === null && partitions.some(({ udevRules }) => udevRules !== undefined);

export function newUdev(engine: Engine, partition: string): Udev {
  if (!make) throw new Error("udev's code is not here");
  return make(engine, partition);
}

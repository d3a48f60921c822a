/** Random boxes for properties of what stays and what leaves: any kernel, and things that happened before. */
import type { BoxDescription, KernelVersion } from "../hardware/description.ts";
import type { Command } from "../time/commands.ts";
import type { Engine } from "../time/engine.ts";
import type { Action } from "./random-actions.ts";
import { smallBox } from "./small-box.ts";

/** The small box with another kernel in its first partition. */
export function boxWith(kernel: KernelVersion, cmdline: string): BoxDescription {
  const box = smallBox(cmdline);
  return { ...box, partitions: box.partitions.map((one) => (one.id === "A" ? { ...one, kernel } : one)) };
}

/** A load of so many MiB that prefers a node of the first partition. */
export const loadOf = (kind: string, mib: number, node: number, more: object = {}): Command =>
  ({ do: "load", partition: "A", load: { kind, mib, node, policy: "preferred", ...more } }) as Command;

/** Does the actions, each with its wait, then calls off what runs. False when something goes on all the same. */
export function stir(engine: Engine, steps: readonly Action[]): boolean {
  for (const { resolve, wait } of steps) {
    const command = resolve(engine);
    if (command) engine.submit(command);
    engine.runFor(wait);
  }
  for (const attempt of engine.attempts.values()) if (attempt.running) engine.submit({ do: "signal", op: attempt.id });
  engine.settle(30e9);
  return engine.idle;
}

/**
 * A kernel that cannot go on stops (kernel/panic.c, panic): what it was doing is never finished, nothing on its partition
 * runs any more, and the other partitions of the box do not notice. There is no way on but back, or a new start.
 */
import type { SimNs } from "../units.ts";
import type { Kernel } from "./kernel.ts";

/** When a kernel stopped, and what it said: `System is deadlocked on memory`. */
export interface Stop {
  readonly at: SimNs;
  readonly words: string;
  /** It ended because its machine restarts. */
  readonly restarts?: true;
}

/** Ends whatever was being done for a partition. The engine catches it, and lets nothing of that partition go on. */
export class KernelPanic extends Error {
  readonly partition: string;
  constructor(partition: string, words: string) {
    super(`Kernel panic - not syncing: ${words}`);
    this.name = "KernelPanic";
    this.partition = partition;
  }
}

/** Says the last words at KERN_EMERG, and stops the kernel for good. Never returns. */
export function panic(kernel: Kernel, words: string): never {
  const error = new KernelPanic(kernel.id, words);
  for (const line of [error.message, `---[ end ${error.message} ]---`])
    kernel.recorder.emit({ c: "log", partition: kernel.id, level: "warn", line, priority: 0 });
  kernel.stopped = { at: kernel.recorder.now, words };
  kernel.revision++;
  throw error;
}

/** What becomes of what a kernel was doing when it stopped: nothing. It has no errno, and nobody waits for it any more. */
import type { Kernel } from "../kernel/kernel.ts";
import { KernelPanic } from "../kernel/panic.ts";
import type { Engine } from "./engine.ts";
import type { Scheduled } from "./scheduler.ts";

type Steps = Scheduled["steps"];
/** What a task comes to whose kernel has stopped. */
export const HALTED = Symbol("halted");
const END: IteratorResult<number, unknown> = { done: true, value: HALTED };

/** Steps of a partition, as long as its kernel runs. */
export function whileRunning(engine: Engine, partition: string, steps: Steps): Steps {
  const kernel = engine.kernels.get(partition);
  return {
    next: () => (kernel?.stopped ? END : (untilPanic(engine, () => steps.next()) ?? END)),
  };
}

/** Does something that may make a kernel stop; `undefined` when it did. */
export function untilPanic<T>(engine: Engine, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof KernelPanic)) throw error;
    halt(engine, engine.kernel(error.partition));
    return undefined;
  }
}

/** Ends whatever is done for a kernel that has stopped. */
export function halt(engine: Engine, kernel: Kernel): void {
  engine.haltOperations(kernel.id);
  for (const attempt of engine.attempts.values()) {
    if (attempt.partition !== kernel.id || !attempt.running) continue;
    attempt.halt(engine.now, kernel.stopped?.restarts === true);
    engine.recorder.emit({ c: "attempt", attempt: attempt.value() });
  }
  // Nobody adds or empties what was on its way.
  for (const dimm of engine.chassis.dimms.values()) {
    if (engine.chassis.slots.get(dimm.slot ?? "")?.partition !== kernel.id) continue;
    if (dimm.phase !== "inserting" && dimm.phase !== "ejecting") continue;
    dimm.destination = null;
    const phase = dimm.phase === "inserting" ? "inert" : "in-use";
    engine.chassis.setPhase(dimm, phase);
    engine.recorder.emit({ c: "dimm", id: dimm.id, place: dimm.slot ?? "", phase });
  }
  if (kernel.stopped) kernel.watchers.stopped?.(kernel.stopped);
}

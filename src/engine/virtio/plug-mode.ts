import type { AttemptLog } from "../chronicle/attempt.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import type { MemoryChange } from "../kernel/memory-driver.ts";
import type { Steps, Task } from "../chronicle/task.ts";

/** How a device's region is cut into units that are plugged, added and removed. */
export interface PlugMode {
  /** Pages that are added to Linux at a time. */
  readonly unitPages: number;
  /** How the log calls it. */
  readonly description: string;
  /** Completely unplugged memory is still there and waits to be removed. */
  readonly hasLeftovers: boolean;
  /** The guest may use the region up to here. */
  setUsable(end: number): void;
  cleanUp(task: Task): Steps<ErrnoName | null>;
  grow(size: number, task: Task, attempt: AttemptLog): Steps<ErrnoName | null>;
  shrink(size: number, task: Task, attempt: AttemptLog): Steps<ErrnoName | null>;
  mayOnline(block: MemoryBlock): boolean;
  changed(event: MemoryChange, block: MemoryBlock): void;
}

/** An address or size as the driver's lines have it. */
export const hex = (value: number): string => `0x${value.toString(16)}`;

/**
 * Offlining memory and making the kernel forget it in one go, as a driver does with memory that it added itself
 * (mm/memory_hotplug.c, offline_and_remove_memory). When a block refuses, those that went offline come back online in
 * the kind of zone that they were in.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { ZoneType } from "../memory/kinds.ts";
import { call, type Steps, type Task } from "../chronicle/task.ts";
import type { AttemptLog } from "../chronicle/attempt.ts";
import { lockHotplug, unlockHotplug } from "./lock.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import { deviceOffline } from "./offline.ts";
import { deviceOnline } from "./online.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { blocksIn, removeMemory } from "./remove.ts";

/** Offlines and removes `[start, start + size)`: whole memory blocks. Runs in a kernel worker. Returns the errno or null. */
export function* offlineAndRemove(
  kernel: Kernel,
  start: number,
  size: number,
  task: Task,
  attempt: AttemptLog,
): Steps<ErrnoName | null> {
  yield* lockHotplug(kernel, task, "lock_device_hotplug");
  const done: { readonly block: MemoryBlock; readonly word: "online_kernel" | "online_movable" }[] = [];
  let errno: ErrnoName | null = null;
  for (const block of blocksIn(kernel, start, size)) {
    if (block.state === "offline") continue;
    const word = block.zone?.type === ZoneType.Movable ? "online_movable" : "online_kernel";
    errno = yield* deviceOffline(kernel, block, task, attempt);
    if (errno !== null) break;
    done.push({ block, word });
  }
  errno ??= yield* call("try_remove_memory", removeMemory(kernel, start, size, attempt));
  if (errno !== null)
    for (const { block, word } of done)
      yield* deviceOnline(kernel, block, { type: word, onliner: { by: "driver" } }, task, attempt);
  unlockHotplug(kernel, task);
  return errno;
}

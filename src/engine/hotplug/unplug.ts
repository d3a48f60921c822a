/**
 * Taking a DIMM out with care, as an administrator's script does it: every block is offlined through sysfs, which a
 * signal can interrupt; when one refuses, the others come back into the zone that they were in; when all are offline,
 * the device is ejected. The kernel's own answer to an eject request is in acpi-hotplug.ts.
 */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { ZoneType } from "../memory/kinds.ts";
import { call, spend, type Steps, type Task } from "../chronicle/task.ts";
import { ejectRequest, type MemoryDevice, refuseRemoval } from "./acpi-hotplug.ts";
import type { AttemptLog } from "../chronicle/attempt.ts";
import { lockHotplug, unlockHotplug } from "./lock.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import { deviceOffline } from "./offline.ts";
import { deviceOnline } from "./online.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { blocksIn } from "./remove.ts";

export function* unplug(
  kernel: Kernel,
  device: MemoryDevice,
  task: Task,
  attempt: AttemptLog,
): Steps<ErrnoName | null> {
  const blocks = device.ranges.flatMap((range) => blocksIn(kernel, range.start, range.end - range.start));
  const done: { block: MemoryBlock; word: "online_kernel" | "online_movable" }[] = [];
  if (!kernel.profile.removesMemory) {
    refuseRemoval(kernel, device, attempt);
    return "EPERM";
  }
  for (const block of blocks) {
    if (!(yield* call("state_store", lockHotplug(kernel, task))))
      return yield* undo(kernel, done, task, attempt, "EINTR");
    if (block.state === "offline") {
      unlockHotplug(kernel, task);
      continue;
    }
    const word = block.zone?.type === ZoneType.Movable ? "online_movable" : "online_kernel";
    const errno = yield* call("state_store", deviceOffline(kernel, block, task, attempt));
    unlockHotplug(kernel, task);
    if (errno !== null) return yield* undo(kernel, done, task, attempt, errno);
    done.push({ block, word });
    yield spend(Cost.call, "state_store");
  }
  return yield* ejectRequest(kernel, device, task, attempt);
}

function* undo(
  kernel: Kernel,
  done: readonly { block: MemoryBlock; word: "online_kernel" | "online_movable" }[],
  task: Task,
  attempt: AttemptLog,
  errno: ErrnoName,
): Steps<ErrnoName> {
  attempt.check("all-blocks-offline", "fail", "memory_subsys_offline", { done: done.length });
  for (const { block, word } of done) {
    yield* call("state_store", lockHotplug(kernel, task, "lock_device_hotplug"));
    if (block.state === "offline")
      yield* call(
        "state_store",
        deviceOnline(kernel, block, { type: word, onliner: { by: "undone-removal" } }, task, attempt),
      );
    unlockHotplug(kernel, task);
  }
  return errno;
}

/** device_hotplug_lock (drivers/base/core.c, lock_device_hotplug_sysfs): one change of memory devices at a time. */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { spend, type Steps, type Task } from "../chronicle/task.ts";

/**
 * Takes the lock. A writer of sysfs that finds it taken sleeps 5 ms and starts again, and may be interrupted there;
 * kernel workers (lock_device_hotplug) wait in a row, and the next has it before a writer looks again (recorded on 7.3: what
 * firmware asked for while an eject hung came before a write that was there earlier). Returns false when a signal ended the wait.
 */
export function* lockHotplug(
  kernel: Kernel,
  task: Task,
  how: "lock_device_hotplug_sysfs" | "lock_device_hotplug" = "lock_device_hotplug_sysfs",
): Steps<boolean> {
  const row = kernel.hotplugRow;
  const waits = how === "lock_device_hotplug";
  if (kernel.hotplugLock === task.id) return true;
  if (waits) row.push(task.id);
  while (kernel.hotplugLock !== null || (row.length > 0 && row[0] !== task.id)) {
    if (!waits && task.signalled) return false;
    yield spend(Cost.lockRetry, how);
  }
  if (waits) row.shift();
  kernel.hotplugLock = task.id;
  return true;
}

export function unlockHotplug(kernel: Kernel, task: Task): void {
  if (kernel.hotplugLock === task.id) kernel.hotplugLock = null;
}

/** device_hotplug_lock (drivers/base/core.c, lock_device_hotplug_sysfs): one change of memory devices at a time. */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { spend, type Steps, type Task } from "../chronicle/task.ts";

/**
 * Takes the lock. A writer of sysfs that finds it taken sleeps 5 ms and starts again, and may be interrupted there;
 * a kernel worker (lock_device_hotplug) waits. Returns false when a signal ended the wait.
 */
export function* lockHotplug(
  kernel: Kernel,
  task: Task,
  how: "lock_device_hotplug_sysfs" | "lock_device_hotplug" = "lock_device_hotplug_sysfs",
): Steps<boolean> {
  while (kernel.hotplugLock !== null && kernel.hotplugLock !== task.id) {
    if (how === "lock_device_hotplug_sysfs" && task.signalled) return false;
    yield spend(Cost.lockRetry, how);
  }
  kernel.hotplugLock = task.id;
  return true;
}

export function unlockHotplug(kernel: Kernel, task: Task): void {
  if (kernel.hotplugLock === task.id) kernel.hotplugLock = null;
}

/** device_hotplug_lock (drivers/base/core.c, lock_device_hotplug_sysfs): one change of memory devices at a time. */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Steps, Task } from "../chronicle/task.ts";

/**
 * Takes the lock. A writer of sysfs that finds it taken sleeps 5 ms and starts again, and may be interrupted there;
 * a kernel worker waits. Returns false when a signal ended the wait.
 */
export function* lockHotplug(kernel: Kernel, task: Task, interruptible = true): Steps<boolean> {
  while (kernel.hotplugLock !== null && kernel.hotplugLock !== task.id) {
    if (interruptible && task.signalled) return false;
    yield Cost.lockRetry;
  }
  kernel.hotplugLock = task.id;
  return true;
}

export function unlockHotplug(kernel: Kernel, task: Task): void {
  if (kernel.hotplugLock === task.id) kernel.hotplugLock = null;
}

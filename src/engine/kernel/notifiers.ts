/** The memory notifier chain: who may refuse an online or offline (drivers/base/memory.c, memory_notify). */
import type { MemoryBlock } from "../memory/memory-block.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import type { Steps } from "../chronicle/task.ts";
import type { Kernel } from "./kernel.ts";
import type { MemoryChange } from "./memory-driver.ts";

export type NotifierEvent = "MEM_GOING_ONLINE" | "MEM_GOING_OFFLINE";

/** Errno numbers that the error injector can be told to answer with, by name. */
const ERRNO_NAMES: Readonly<Record<number, ErrnoName>> = {
  1: "EPERM",
  2: "ENOENT",
  4: "EINTR",
  5: "EIO",
  6: "ENXIO",
  7: "E2BIG",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  16: "EBUSY",
  17: "EEXIST",
  19: "ENODEV",
  22: "EINVAL",
  28: "ENOSPC",
  34: "ERANGE",
  133: "EHWPOISON",
};

/** What the error injector would answer to an event, or null. */
export function injectedErrno(kernel: Kernel, event: NotifierEvent): ErrnoName | null {
  const injected = kernel.injected.get(event) ?? 0;
  return injected === 0 ? null : (ERRNO_NAMES[-injected] ?? "EIO");
}

/**
 * Asks the chain; returns the errno of the first that refuses. The error injector (lib/notifier-error-inject.c) is first
 * in line, then the driver that the block belongs to, which may wait.
 */
export function* notifyGoing(kernel: Kernel, event: NotifierEvent, block: MemoryBlock): Steps<ErrnoName | null> {
  const injected = injectedErrno(kernel, event);
  if (injected !== null) {
    kernel.log("info", `Injecting error (${kernel.injected.get(event)}) to ${event}`);
    return injected;
  }
  const driver = kernel.driverOf(block);
  return driver ? yield* driver.going(event, block) : null;
}

/** Tells the chain what became of it. Nobody can refuse. */
export function notifyChanged(kernel: Kernel, event: MemoryChange, block: MemoryBlock): void {
  kernel.driverOf(block)?.changed(event, block);
}

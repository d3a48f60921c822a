import type { AttemptLog } from "../chronicle/attempt.ts";
import type { Kernel } from "../kernel/kernel.ts";

/** Writes a line to the kernel's log, and to the attempt's. */
export function warn(kernel: Kernel, attempt: AttemptLog, line: string): void {
  kernel.log("warn", line);
  attempt.log(line);
}

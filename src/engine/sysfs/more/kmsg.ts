/** /dev/kmsg: the kernel's log, a record a line (kernel/printk/printk.c, devkmsg_read and devkmsg_write). */
import type { Kernel } from "../../kernel/kernel.ts";
import type { LogLevel } from "../../chronicle/transactions.ts";
import { DONE, type File, failed } from "../tree.ts";

/** Longest line that a process may write. */
const LONGEST = 992;
const FACILITY_USER = 1 << 3;
const DEFAULT_LEVEL = 4;

/** `6,339,5140900,-;text`: priority, number, microseconds, flags. A reader that wants only new ones skips by number. */
export const records = (kernel: Kernel): string =>
  kernel.recorder
    .logOf(kernel.id)
    .lines.map(
      ({ priority, seq, at, line }) => `${priority},${seq},${Math.floor((at - kernel.startedAt) / 1000)},-;${line}\n`,
    )
    .join("");

/** Logs a line of a process, or of the kernel, under a priority that our three levels have no name for. */
export function tell(kernel: Kernel, priority: number, line: string): void {
  const severity = priority & 7;
  const level: LogLevel = severity <= 4 ? "warn" : severity === 7 ? "debug" : "info";
  kernel.recorder.emit({ c: "log", partition: kernel.id, level, line, priority });
}

export function kmsg(kernel: Kernel): File {
  return {
    kind: "file",
    mode: 0o644,
    size: 0,
    device: true,
    read: () => ({ text: records(kernel) }),
    write: (text) => {
      if (text.length > LONGEST) return failed("EINVAL");
      const [prefix = "", number] = /^<(\d{1,4})>/.exec(text) ?? [];
      const given = number === undefined ? DEFAULT_LEVEL : Number(number);
      // Processes may not speak as the kernel.
      const facility = given >> 3 === 0 ? FACILITY_USER : (given >> 3) << 3;
      tell(kernel, facility | (given & 7), text.slice(prefix.length).replace(/\n$/, ""));
      return DONE;
    },
  };
}

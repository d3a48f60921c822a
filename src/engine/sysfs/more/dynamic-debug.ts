/** /sys/kernel/debug/dynamic_debug/control (lib/dynamic_debug.c): the quiet lines of memory hot-plug, and queries that switch them. */
import type { Kernel } from "../../kernel/kernel.ts";
import { DONE, type File, failed, writable } from "../tree.ts";
import { tell } from "./kmsg.ts";

export function dynamicDebug(kernel: Kernel): File {
  return writable(
    () => kernel.dynamicDebug.list(),
    (text) => {
      const problem = kernel.dynamicDebug.query(text);
      for (const line of problem ?? []) tell(kernel, 3, line);
      return problem ? failed("EINVAL") : DONE;
    },
    0o644,
    0,
  );
}

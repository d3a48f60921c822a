/** swapon and swapoff as commands (mm/swapfile.c). */
import type { ErrnoName } from "../chronicle/outcome.ts";
import { lineOccasion } from "../chronicle/occasion.ts";
import { areaToLeave, isThere, swapOff, swapOn } from "../workload/swapping.ts";
import type { Command } from "./commands.ts";
import type { Engine, Submission } from "./engine.ts";
import { offer } from "./late-commands.ts";

const told = (errno: ErrnoName | null, path: string): Submission => ({
  errno,
  rejection: errno === null ? null : { why: "file-says", path },
  op: null,
});

function begin(engine: Engine, { partition, path, priority }: Extract<Command, { do: "swapon" }>): Submission {
  return told(swapOn(engine.kernel(partition), path, priority ?? null), path);
}

/** What was in the area comes back in an operation, which ends early where there is no memory for it, or with a signal. */
function end(engine: Engine, { partition, path, by }: Extract<Command, { do: "swapoff" }>): Submission {
  const kernel = engine.kernel(partition);
  const area = areaToLeave(kernel, path);
  if (area === null) return told(isThere(kernel, path) ? "EINVAL" : "ENOENT", path);
  const what = lineOccasion(`swapoff ${path}`);
  const op = engine.start(partition, what, true, (task) => swapOff(kernel, area, by ?? null, () => task.signalled));
  return { errno: null, rejection: null, op };
}

offer("swapon", begin);
offer("swapoff", end);

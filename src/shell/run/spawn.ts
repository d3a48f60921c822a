/** New processes, as a shell makes them: where there can be none, it tries again for a while and then gives up. */
import { strerror } from "../../engine/sysfs/errno.ts";
import type { Process, ProcessOptions } from "../process/process.ts";
import type { ShellState } from "../state.ts";
import type { Running } from "../system.ts";
import { interactiveActions } from "./traps.ts";
import { say } from "./say.ts";

/** fork(2), and exec on top of it, in simulated time. */
const FORK_NS = 300_000;
const RETRIES = 4;
const SECOND = 1e9;

/** A child process; `undefined` when there could be none and that was said. */
export function* fork(
  state: ShellState,
  options: Omit<ProcessOptions, "now">,
  command: string,
  steps: (process: Process) => Running<number>,
): Running<Process | undefined> {
  const byDefault = [
    ...(options.byDefault ?? []),
    ...(state.interactive ? [...interactiveActions.keys()].filter((signal) => state.traps.get(signal) !== "") : []),
  ];
  state.budget.spend(FORK_NS);
  yield { op: null, until: 0 };
  for (let attempt = 0; ; attempt++) {
    const process = state.system.spawn({ ...options, byDefault, parent: state.process, command, steps });
    if (typeof process !== "string") return process;
    if (process !== "EAGAIN" || attempt >= RETRIES) {
      yield* say(state, `fork: ${strerror(process)}`);
      return undefined;
    }
    yield* say(state, `fork: retry: ${strerror(process)}`);
    const { interrupted } = yield { op: null, until: state.system.now() + 2 ** attempt * SECOND };
    if (!interrupted) continue;
    // The signal's turn comes after the command.
    yield* say(state, `fork: ${strerror("EINTR")}`);
    return undefined;
  }
}

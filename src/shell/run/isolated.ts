/** The outermost frame of a shell process: whatever is thrown inside ends here, as an exit status. */
import type { Running } from "../system.ts";
import { Interrupted, ShellError, Unwind } from "../unwind.ts";
import type { Interpreter } from "./interpreter.ts";
import { say } from "./say.ts";
import { runExitTrap } from "./traps.ts";

export function* isolated(interpreter: Interpreter, run: () => Running<number>): Running<number> {
  const { state } = interpreter;
  let status: number;
  try {
    status = yield* run();
  } catch (error) {
    if (error instanceof Unwind) status = error.how === "exit" ? error.count : state.status;
    else if (error instanceof ShellError) {
      if (error.message !== "") yield* say(state, error.message);
      status = error.status;
    } else if (error instanceof Interrupted) status = 130;
    else throw error;
  }
  return yield* runExitTrap(interpreter, status);
}

/** How a shell tells of errors on standard error, in the words of its dialect. */
import { type ShellState, complaint } from "../state.ts";
import { type Running, breathe } from "../system.ts";

/** A write(2) of its own. */
const TELL_NS = 5_000;

/** Writes to a descriptor as it is; errors in telling of errors are nobody's business. */
export function* tell(state: ShellState, text: string, descriptor = 2): Running<void> {
  const file = state.process.descriptors.get(descriptor);
  if (!file) return;
  state.budget.spend(TELL_NS);
  yield* file.write(state.process, text);
  yield* breathe(state.budget);
}

/** `bash: line 1: MESSAGE` */
export function* say(state: ShellState, message: string): Running<void> {
  yield* tell(state, `${complaint(state)}${message}\n`);
}

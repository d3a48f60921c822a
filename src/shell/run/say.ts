/** How a shell tells of errors on standard error, in the words of its dialect. */
import { type ShellState, complaint } from "../state.ts";
import type { Running } from "../system.ts";

/** Writes to a descriptor as it is; errors in telling of errors are nobody's business. */
export function* tell(state: ShellState, text: string, descriptor = 2): Running<void> {
  const file = state.process.descriptors.get(descriptor);
  if (file) yield* file.write(state.process, text);
}

/** `bash: line 1: MESSAGE` */
export function* say(state: ShellState, message: string): Running<void> {
  yield* tell(state, `${complaint(state)}${message}\n`);
}

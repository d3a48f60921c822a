/** Traps: what a shell does when signals come, when it ends, and when commands fail. */
import { Signal, signalName } from "../process/signals.ts";
import { type OptionName, type OwnTrap, type ShellState, Source } from "../state.ts";
import type { Running } from "../system.ts";
import { Interrupted, ShellError, Unwind } from "../unwind.ts";
import type { Interpreter } from "./interpreter.ts";
import { say } from "./say.ts";
import { runText } from "./script.ts";

/** Runs a trap's command; `$?` is after it what it was before. */
function* runTrap(text: string, interpreter: Interpreter): Running<void> {
  const { state } = interpreter;
  const { status, unchecked, pipeStatus, source, position, trapping } = state;
  state.trapping = true;
  try {
    yield* runText(text, interpreter, new Source(text, source.name, state.source.lineAt(position)), "trap ");
  } finally {
    state.trapping = trapping;
    state.source = source;
    state.position = position;
  }
  state.status = status;
  state.pipeStatus = pipeStatus;
  state.unchecked = unchecked;
}

/** Signals that came since the last command. */
export function* runPendingTraps(interpreter: Interpreter): Running<void> {
  const { state } = interpreter;
  const { process } = state;
  while (process.caught.length > 0) {
    const signal = process.caught.shift() as number;
    process.fresh = false;
    const text = state.traps.get(signal);
    if (text !== undefined && text !== "") yield* runTrap(text, interpreter);
    else if (signal === Signal.INT && state.interactive) throw new Interrupted();
  }
}

/** The trap of what happens in the shell itself: a command failed, is about to run, a function or a file came to its end. */
export function* runOwnTrap(which: OwnTrap, interpreter: Interpreter): Running<void> {
  const { state } = interpreter;
  const text = state.traps.get(which);
  if (text === undefined || text === "" || state.trapping) return;
  yield* runTrap(text, interpreter);
}

/** Before a command: `$BASH_COMMAND` is what it says, and the DEBUG trap runs. */
export function* announce(
  node: { readonly pos: number; readonly end: number },
  interpreter: Interpreter,
): Running<void> {
  const { state } = interpreter;
  if (state.trapping) return;
  state.running = { source: state.source, pos: node.pos, end: node.end };
  if (state.traps.has("DEBUG")) yield* runOwnTrap("DEBUG", interpreter);
}

/** Traps that functions, files and subshells don't take over, but for the option that says so. */
export const INHERITED: ReadonlyMap<OwnTrap, OptionName> = new Map([
  ["ERR", "errtrace"],
  ["DEBUG", "functrace"],
  ["RETURN", "functrace"],
]);

/** Runs a function, or a file, without the traps that it doesn't take over; those that it sets itself stay. */
export function* withoutTraps<T>(
  which: readonly OwnTrap[],
  interpreter: Interpreter,
  run: () => Running<T>,
): Running<T> {
  const { traps, options } = interpreter.state;
  const hidden = which.flatMap((trap) => {
    const text = traps.get(trap);
    return text === undefined || options.has(INHERITED.get(trap) as OptionName) ? [] : [[trap, text] as const];
  });
  if (hidden.length === 0) return yield* run();
  for (const [trap] of hidden) traps.delete(trap);
  try {
    return yield* run();
  } finally {
    for (const [trap, text] of hidden) if (!traps.has(trap)) traps.set(trap, text);
  }
}

/** The EXIT trap; what it exits with replaces the status. */
export function* runExitTrap(interpreter: Interpreter, status: number): Running<number> {
  const { state } = interpreter;
  const text = state.traps.get(0);
  if (text === undefined || text === "") return status;
  state.traps.delete(0);
  state.status = status;
  state.loops = 0;
  state.unchecked = 0;
  try {
    yield* runTrap(text, interpreter);
    return status;
  } catch (error) {
    if (error instanceof Unwind) return error.how === "exit" ? error.count : status;
    if (error instanceof Interrupted) return status;
    if (!(error instanceof ShellError)) throw error;
    if (error.message !== "") yield* say(state, error.message);
    return status;
  }
}

/** What the process does about a signal follows from the trap that is set for it. */
export function setTrap(state: ShellState, signal: number | OwnTrap, text: string | null): void {
  if (text === null) state.traps.delete(signal);
  else state.traps.set(signal, text);
  if (typeof signal !== "number" || signal === 0) return;
  const { actions } = state.process;
  if (text === null) {
    const own = state.interactive ? interactiveActions.get(signal) : undefined;
    if (own) actions.set(signal, own);
    else actions.delete(signal);
  } else actions.set(signal, text === "" ? "ignore" : "catch");
}

/** What a shell that somebody sits at does about signals. */
export const interactiveActions: ReadonlyMap<number, "ignore" | "catch"> = new Map([
  [Signal.INT, "catch"],
  [Signal.QUIT, "ignore"],
  [Signal.TERM, "ignore"],
  [Signal.TSTP, "ignore"],
  [Signal.TTIN, "ignore"],
  [22, "ignore"],
]);

/** Name of a trap as `trap -p` prints it. */
export const trapName = (signal: number | string): string =>
  typeof signal === "string" ? signal : signal === 0 ? "EXIT" : `SIG${signalName(signal)}`;

/** `coproc`: a process in the background whose input and output the shell holds in NAME's elements. */
import type { Coproc } from "unbash";
import { pipe } from "../io/pipe.ts";
import type { ShellState } from "../state.ts";
import type { Running } from "../system.ts";
import { expandText } from "../expand/words.ts";
import type { Interpreter } from "./interpreter.ts";
import { isolated } from "./isolated.ts";
import { say, tell } from "./say.ts";
import { fork } from "./spawn.ts";

/** The shell's ends are out of the way of descriptors that scripts choose. */
const FIRST = 60;
const FORK_FAILED = 254;

export function* coproc(node: Coproc, interpreter: Interpreter): Running<number> {
  const { state } = interpreter;
  const { body } = node;
  const name = node.name ? yield* expandText(node.name, interpreter) : "COPROC";
  forgetEnded(state);
  const [other] = state.coprocs;
  if (other) yield* say(state, `warning: execute_coproc: coproc [${other.process.pid}:${other.name}] still exists`);
  const input = pipe();
  const output = pipe();
  const descriptors = new Map(state.process.descriptors).set(0, input.reader).set(1, output.writer);
  for (const held of state.coprocs) for (const descriptor of held.descriptors) descriptors.delete(descriptor);
  const group = state.options.has("monitor") ? { group: 0 } : {};
  const process = yield* fork(state, { descriptors, ...group }, "bash", (child) => {
    const inner = interpreter.forked(child);
    return isolated(inner, () => (body.type === "CompoundList" ? inner.body(body) : inner.command(body)));
  });
  if (!process) return FORK_FAILED;
  const [from, to] = [highest(state, FIRST + 3), highest(state, FIRST)];
  state.process.install(from, output.reader);
  state.process.install(to, input.writer);
  state.coprocs.push({ name, process, descriptors: [from, to] });
  state.variables.setArray(name, [
    { key: null, text: String(from) },
    { key: null, text: String(to) },
  ]);
  state.variables.set(`${name}_PID`, String(process.pid));
  const job = state.jobs.add(state.source.text.slice(node.pos, node.end), [process], true);
  state.lastBackground = process.pid;
  if (state.interactive) yield* tell(state, `[${job.number}] ${process.pid}\n`);
  return 0;
}

/** The first free descriptor from here downwards. */
function highest(state: ShellState, from: number): number {
  let descriptor = from;
  while (state.process.descriptors.has(descriptor) && descriptor > 10) descriptor--;
  return descriptor;
}

/** Closes the ends of those that have ended. */
function forgetEnded(state: ShellState): void {
  for (const held of state.coprocs.splice(0)) {
    if (held.process.alive) {
      state.coprocs.push(held);
      continue;
    }
    for (const descriptor of held.descriptors) state.process.install(descriptor, null);
    state.variables.unset(held.name);
    state.variables.unset(`${held.name}_PID`);
  }
}

/** Command and process substitution: a process whose output becomes text, or a path. */
import type { ParsedScript, ProcessSubstitutionPart } from "unbash";
import type { OpenFile } from "../io/open-file.ts";
import { pipe } from "../io/pipe.ts";
import { exitStatus } from "../process/process.ts";
import { Source } from "../state.ts";
import type { Running } from "../system.ts";
import { ShellError } from "../unwind.ts";
import type { Interpreter } from "./interpreter.ts";
import { waitFor } from "./pipeline.ts";
import { runParsed } from "./script.ts";
import { mistake, syntaxError } from "./syntax-error.ts";
import { fork } from "./spawn.ts";
import { isolated } from "./isolated.ts";

/** A substitution holds at most this much text. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/** Descriptors of process substitutions count down from here. */
const HIGHEST = 63;
const LOWEST = 20;

/** `$(…)`: all output of a subshell; its status becomes `$?`. */
export function* substitution(script: ParsedScript, interpreter: Interpreter): Running<string> {
  const { state } = interpreter;
  const source =
    script.source === undefined
      ? state.source
      : new Source(script.source, state.source.name, state.source.lineAt(state.position));
  const wrong = script.errors?.[0] && mistake(script, source.text);
  if (wrong) {
    yield* syntaxError(wrong.trouble, source, state);
    throw new ShellError("", 2);
  }
  // `$(< file)` is the file's text.
  const { reader, writer } = pipe();
  const descriptors = new Map(state.process.descriptors).set(1, writer);
  reader.share();
  const process = yield* fork(state, { descriptors }, "bash", (child) => {
    const inner = interpreter.forked(child);
    if (!state.shopts.has("inherit_errexit")) inner.state.options.delete("errexit");
    // A lone command takes the subshell's place.
    const [only, second] = script.commands;
    inner.state.replace = only?.command.type === "Command" && !only.background && second === undefined;
    return isolated(inner, () => inner.within(source, () => runParsed(script, inner, source)));
  });
  if (!process) {
    reader.release();
    throw new ShellError("", 254, "exit");
  }
  const output = yield* drain(reader, interpreter);
  yield* waitFor(process, interpreter);
  state.substituted = process.ending ? exitStatus(process.ending) : 0;
  state.status = state.substituted;
  return output;
}

function* drain(reader: OpenFile, { state }: Interpreter): Running<string> {
  const parts: string[] = [];
  let held = 0;
  try {
    for (;;) {
      const read = yield* reader.read(state.process, 65_536);
      if ("errno" in read) {
        // A signal that a trap is set for: its turn comes after the command.
        if (read.errno === "EINTR") continue;
        break;
      }
      if (read.text === "") break;
      held += read.text.length;
      if (held > MAX_OUTPUT) state.budget.text(held);
      state.budget.text(read.text.length);
      parts.push(read.text);
    }
  } finally {
    reader.release();
  }
  // NUL characters cannot be in a shell's words.
  return parts.join("").replaceAll("\0", "");
}

/** `<(…)` and `>(…)`: the path of a descriptor on whose other end the subshell is. */
export function* processSubstitution(part: ProcessSubstitutionPart, interpreter: Interpreter): Running<string> {
  const { state } = interpreter;
  const { script } = part;
  if (!script) throw new ShellError("bad substitution");
  const { source } = state;
  const { reader, writer } = pipe();
  const [own, theirs] = part.operator === "<" ? [reader, writer] : [writer, reader];
  const descriptors = new Map(state.process.descriptors).set(part.operator === "<" ? 1 : 0, theirs);
  const process = yield* fork(state, { descriptors }, "bash", (child) => {
    const inner = interpreter.forked(child);
    return isolated(inner, () => inner.within(source, () => runParsed(script, inner, source)));
  });
  if (!process) throw new ShellError("", 254, "exit");
  let descriptor = HIGHEST;
  while (state.process.descriptors.has(descriptor)) descriptor--;
  if (descriptor < LOWEST) throw new ShellError("cannot make pipe for process substitution: Too many open files");
  state.process.install(descriptor, own);
  state.lent.push({ descriptor, side: part.operator === "<" ? "read" : "write" });
  return `/dev/fd/${descriptor}`;
}

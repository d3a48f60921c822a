/** A shell that somebody sits at: prompts, reads, runs, tells of jobs, until `exit` or Ctrl-D. */
import { type ParsedScript, type SyntaxNode, forEachChild, parse } from "unbash";
import { tellOfJobs } from "./builtins/jobs.ts";
import { expandHistory } from "./readline/history.ts";
import { promptText } from "./readline/prompt.ts";
import type { Answer } from "./readline/editor.ts";
import type { Interpreter } from "./run/interpreter.ts";
import { takeTerminal } from "./run/pipeline.ts";
import { say, tell } from "./run/say.ts";
import { runParsed } from "./run/script.ts";
import { isUnfinished, mistake } from "./run/syntax-error.ts";
import { runExitTrap, runPendingTraps } from "./run/traps.ts";
import { Source } from "./state.ts";
import { LimitReached, type Running } from "./system.ts";
import { Interrupted, ShellError, Unwind } from "./unwind.ts";

/** Shows a prompt and waits for a line. */
export type ReadLine = (prompt: string) => Running<Answer>;

const INTERRUPTED_STATUS = 130;
const MAX_HISTORY = 1000;

export function* interactive(interpreter: Interpreter, readLine: ReadLine): Running<number> {
  const { state } = interpreter;
  let warned = false;
  for (;;) {
    takeTerminal(state, state.process.group);
    const trapped = yield* attempt(interpreter, () => beforePrompt(interpreter));
    if (trapped !== null) return yield* runExitTrap(interpreter, trapped);
    const given: Given[] = [];
    yield* attempt(interpreter, function* () {
      given.push(yield* readCommand(interpreter, readLine));
    });
    const read = given[0] ?? null;
    if (read === "end") {
      const stopped = state.jobs.list().some((job) => job.stopped);
      yield* tell(state, "exit\n");
      if (stopped && !warned) {
        warned = true;
        yield* tell(state, "There are stopped jobs.\n");
        continue;
      }
      return yield* runExitTrap(interpreter, state.status);
    }
    if (read === null) continue;
    warned = false;
    const source = new Source(read.text);
    const ended = yield* attempt(interpreter, () =>
      interpreter.within(source, () => runParsed(read.parsed, interpreter, source)),
    );
    if (ended !== null) return yield* runExitTrap(interpreter, ended);
  }
}

function* beforePrompt(interpreter: Interpreter): Running<void> {
  yield* runPendingTraps(interpreter);
  yield* tellOfJobs(interpreter.state);
}

/** A prompt; one whose text can't be expanded is only its sign. */
function* promptOf(name: "PS1" | "PS2", interpreter: Interpreter): Running<string> {
  let prompt = name === "PS1" ? "# " : "> ";
  yield* attempt(interpreter, function* () {
    prompt = yield* promptText(name, interpreter);
  });
  return prompt;
}

/** A command as it was typed, none, or the end of the input. */
type Given = { readonly text: string; readonly parsed: ParsedScript } | null | "end";

/** Reads lines until they are a whole command; `null` when there is none. */
function* readCommand(interpreter: Interpreter, readLine: ReadLine): Running<Given> {
  const { state } = interpreter;
  let prompt = yield* promptOf("PS1", interpreter);
  let text = "";
  for (;;) {
    const answer = yield* readLine(prompt);
    if (answer === "interrupted") {
      state.status = INTERRUPTED_STATUS;
      return null;
    }
    let ended = false;
    if (answer === "end") {
      if (text === "") return "end";
      ended = true;
    } else {
      const expanded = expandHistory(answer.line, state.history);
      if (typeof expanded !== "string") {
        yield* say(state, `${expanded.missing}: event not found`);
        return null;
      }
      if (expanded !== answer.line) yield* tell(state, `${expanded}\n`);
      text += `${expanded}\n`;
    }
    if (text.trim() === "") return null;
    const parsed = parse(text);
    if (!ended && isPartial(parsed, text)) {
      prompt = yield* promptOf("PS2", interpreter);
      continue;
    }
    const line = text.replace(/\n$/, "");
    if (state.history.at(-1) !== line && !line.startsWith(" ")) state.history.push(line);
    if (state.history.length > MAX_HISTORY) state.history.shift();
    return { text, parsed };
  }
}

/** More lines are needed: something is open, a here-document has no end, or the last line ends with a backslash. */
function isPartial(parsed: ParsedScript, text: string): boolean {
  if (/(^|[^\\])(\\\\)*\\\n$/.test(text)) return true;
  const wrong = mistake(parsed, text);
  if (wrong) return isUnfinished(wrong.trouble);
  // Long lists are deep trees: a stack of our own holds what is left to look at.
  const left: SyntaxNode[] = [];
  const push = (node: SyntaxNode): void => {
    left.push(node);
  };
  forEachChild(parsed, push);
  for (let node = left.pop(); node; node = left.pop()) {
    if (node.type === "HereDoc" && !node.closing) return true;
    forEachChild(node, push);
  }
  return false;
}

/** Whatever goes wrong in it, the shell goes on. Gives the status to end the shell with, when that is what it did. */
function* attempt(interpreter: Interpreter, run: () => Running<unknown>): Running<number | null> {
  const { state } = interpreter;
  try {
    yield* run();
  } catch (error) {
    if (error instanceof Unwind) {
      if (error.how === "exit") {
        yield* tell(state, "exit\n");
        return error.count;
      }
    } else if (error instanceof ShellError) {
      if (error.message !== "") yield* say(state, error.message);
      state.status = error.status === 127 ? 1 : error.status;
    } else if (error instanceof Interrupted) {
      yield* tell(state, "\n");
      state.status = INTERRUPTED_STATUS;
    } else if (error instanceof LimitReached || error instanceof RangeError) {
      // Too much text, or in a browser of small stacks too deep. A real shell would be gone, and the terminal with it.
      yield* say(state, "cannot allocate memory");
      state.status = 1;
    } else throw error;
    state.loops = 0;
    state.unchecked = 0;
    state.depth = 0;
    state.trapping = false;
  }
  return null;
}

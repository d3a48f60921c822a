/** Texts that a shell runs in its own state: `eval`, traps, files that are sourced; and what is wrong with those that can't be. */
import { type ParsedScript, parse } from "unbash";
import type { Source } from "../state.ts";
import type { Running } from "../system.ts";
import type { Interpreter } from "./interpreter.ts";
import { mistake, statusOf, syntaxError } from "./syntax-error.ts";

/** Runs text in a shell's own state: `eval`, traps, a sourced file. Syntax errors are said and give status 2. */
export function* runText(
  text: string,
  interpreter: Interpreter,
  source: Source,
  kind: "eval " | "source " | "trap ",
): Running<number> {
  interpreter.state.budget.text(text.length);
  return yield* interpreter.nested(kind, () =>
    interpreter.within(source, () => runParsed(parse(text), interpreter, source)),
  );
}

/** Runs what was parsed. The commands on lines before a syntax error run first. */
export function* runParsed(parsed: ParsedScript, interpreter: Interpreter, source: Source): Running<number> {
  const wrong = mistake(parsed, source.text);
  if (!wrong) return yield* interpreter.statements(parsed.commands);
  const good = parsed.commands.filter((statement) => statement.pos < wrong.start);
  if (good.length > 0) yield* interpreter.statements(good);
  const { state } = interpreter;
  yield* syntaxError(wrong.trouble, source, state);
  state.status = statusOf(wrong.trouble, state);
  return state.status;
}

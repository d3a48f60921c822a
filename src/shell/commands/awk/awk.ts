/** `awk`. */
import { absolute } from "../../state.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, optionError, options } from "../output.ts";
import { AwkError, unescaped } from "./lex.ts";
import { parseAwk } from "./parse.ts";
import { Awk } from "./run.ts";
import { fromInput } from "./value.ts";

const WRONG = 2;

export function* awk(context: CommandContext): Running<number> {
  const given = options(context.args, "+F:v:f:", {});
  if (badOptions(given)) return yield* complain(context, optionError(given), WRONG);
  const { flags, values } = given;
  const operands = [...given.rest];
  const parts: string[] = [];
  for (const path of values.get("f") ?? []) {
    const read =
      path === "-" || path === "/dev/stdin"
        ? { text: yield* context.std.in.rest() }
        : context.state.system.files.read(absolute(context.state, path));
    if ("errno" in read) return yield* complain(context, `couldn't open file ${path}`, WRONG);
    parts.push(read.text);
  }
  if (!values.has("f")) {
    const program = operands.shift();
    if (program === undefined) {
      yield* context.std.err.write("Usage: awk [-F value] [-v var=value] [--] 'program text' [file ...]\n");
      return WRONG;
    }
    parts.push(program);
  }
  context.state.budget.text(parts.join("").length * 8);
  try {
    const machine = new Awk(context, parseAwk(parts.join("\n")), operands);
    if (flags.has("F")) machine.setVariable("FS", separator(flags.get("F") as string));
    for (const assignment of values.get("v") ?? []) {
      const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(assignment);
      if (!match) return yield* complain(context, `improper assignment: -v ${assignment}`, WRONG);
      machine.setVariable(match[1] as string, fromInput(unescaped(match[2] as string)));
    }
    try {
      return yield* machine.run();
    } catch (error) {
      if (error instanceof AwkError) yield* machine.output.flushAll();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof AwkError)) throw error;
    return yield* complain(context, error.line > 0 ? `line ${error.line}: ${error.message}` : error.message, WRONG);
  }
}

/** `t` means a tab, as POSIX has it. */
const separator = (text: string): string => (text === "t" ? "\t" : unescaped(text));

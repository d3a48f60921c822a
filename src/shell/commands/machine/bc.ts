/** `bc`: a calculator with as many digits as are wanted, its variables and control statements. */
import { absolute } from "../../state.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, optionError, options, print, usage } from "../output.ts";
import { Writer } from "../sources.ts";
import { BcError } from "./bc-decimal.ts";
import { Calculator, Quit } from "./bc-run.ts";

export function* bc(context: CommandContext): Running<number> {
  const given = options(context.args, "lqisw", {
    mathlib: "l",
    quiet: "q",
    interactive: "i",
    standard: "s",
    warn: "w",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const out = new Writer((text) => print(context, text));
  const machine = new Calculator(given.flags.has("l") ? 20 : 0);
  const feed = function* (text: string): Running<boolean> {
    context.state.budget.text(text.length * 8);
    try {
      for (const line of machine.run(text, context)) yield* out.put(line);
    } catch (error) {
      if (error instanceof Quit) return false;
      if (!(error instanceof BcError)) throw error;
      yield* out.flush();
      yield* context.std.err.write(`(standard_in) 1: ${error.message}\n`);
    }
    yield* out.flush();
    return true;
  };
  for (const path of given.rest) {
    const read = context.state.system.files.read(absolute(context.state, path));
    if ("errno" in read) return yield* complain(context, `File ${path} is unavailable.`);
    if (!(yield* feed(read.text))) return 0;
  }
  if (context.std.in.isTerminal) {
    for (let line = yield* context.std.in.line(); line !== undefined; line = yield* context.std.in.line())
      if (!(yield* feed(`${line}\n`))) return 0;
  } else yield* feed(yield* context.std.in.rest());
  return out.status;
}

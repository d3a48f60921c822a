/** `sed`. */
import { absolute } from "../../state.ts";
import { BadExpression } from "../../regex.ts";
import { type Running, done, writeThrough } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, cannotOpen, complain, optionError, options, print } from "../output.ts";
import { Writer } from "../sources.ts";
import { Program } from "./sed-parse.ts";
import { Editor } from "./sed-run.ts";

const USAGE = "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n";

export function* sed(context: CommandContext): Running<number> {
  const given = options(context.args, "nEre:f:si::uz", {
    quiet: "n",
    silent: "n",
    "regexp-extended": "E",
    expression: "e",
    file: "f",
    separate: "s",
    "in-place": "i",
    unbuffered: "u",
  });
  if (badOptions(given)) {
    yield* complain(context, optionError(given));
    yield* context.std.err.write(USAGE);
    return 1;
  }
  const { flags, values } = given;
  const operands = [...given.rest];
  const scripts = [...(values.get("e") ?? [])];
  for (const path of values.get("f") ?? []) {
    const read =
      path === "-"
        ? { text: yield* context.std.in.rest() }
        : context.state.system.files.read(absolute(context.state, path));
    if ("errno" in read)
      return yield* complain(
        context,
        `couldn't open file ${path}: ${cannotOpen({ ...context, name: "" }, path, read.errno).replace(/^.*: /, "")}`,
      );
    scripts.push(read.text.replace(/\n$/, ""));
  }
  if (!values.has("e") && !values.has("f")) {
    const first = operands.shift();
    if (first === undefined) {
      yield* context.std.err.write(USAGE);
      return 1;
    }
    scripts.push(first);
  }
  let program: Program;
  try {
    program = new Program(scripts.join("\n"), flags.has("E") || flags.has("r"));
  } catch (error) {
    if (!(error instanceof BadExpression)) throw error;
    return yield* complain(context, error.message);
  }
  const inPlace = flags.get("i");
  if (inPlace === undefined) {
    const out = new Writer((text) => print(context, text));
    const editor = new Editor(context, program, flags, out, operands);
    const status = yield* editor.run();
    yield* out.flush();
    return out.status !== 0 ? 4 : status;
  }
  let status = 0;
  for (const path of operands) {
    let text = "";
    const out = new Writer((part) => {
      text += part;
      return done(0);
    });
    const editor = new Editor(context, program, flags, out, [path]);
    const ended = yield* editor.run();
    yield* out.flush();
    status = ended || status;
    if (editor.failed) continue;
    const { files } = context.state.system;
    const target = absolute(context.state, path);
    if (inPlace !== "") {
      const backup = inPlace.includes("*") ? inPlace.replaceAll("*", path) : path + inPlace;
      const before = files.read(target);
      files.truncate(absolute(context.state, backup));
      if ("text" in before) yield* writeThrough(files, absolute(context.state, backup), before.text);
    }
    files.truncate(target);
    yield* writeThrough(files, target, text);
  }
  return status;
}

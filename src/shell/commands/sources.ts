/** The texts that a filter works on. */
import { absolute } from "../state.ts";
import type { Running } from "../system.ts";
import type { CommandContext } from "./command.ts";
import { cannotOpen, complain } from "./output.ts";

export interface Source {
  readonly name: string;
  readonly text: string;
}

/** The files named, or standard input. What can't be read is said and left out. */
export function* sources(
  context: CommandContext,
  paths: readonly string[],
): Running<{ readonly all: readonly Source[]; readonly status: number }> {
  if (paths.length === 0) return { all: [{ name: "(standard input)", text: yield* context.std.in.rest() }], status: 0 };
  const all: Source[] = [];
  let status = 0;
  for (const path of paths) {
    if (path === "-") {
      all.push({ name: path, text: yield* context.std.in.rest() });
      continue;
    }
    const read = context.state.system.files.read(absolute(context.state, path));
    if ("errno" in read)
      status = yield* complain(
        context,
        cannotOpen(path, read.errno).replace(/^can't open '(.*)'/, context.name === "grep" ? "$1" : "can't open '$1'"),
      );
    else all.push({ name: path, text: read.text });
  }
  for (const { text } of all) context.state.budget.text(text.length);
  return { all, status };
}

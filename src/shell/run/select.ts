/** `select`: a menu on standard error, the choice read from standard input. */
import type { Select } from "unbash";
import { expandWords } from "../expand/words.ts";
import type { Running } from "../system.ts";
import type { Interpreter } from "./interpreter.ts";
import { tell } from "./say.ts";
import { announce } from "./traps.ts";
import { DescriptorInput } from "./streams-of.ts";

export function* select(node: Select, interpreter: Interpreter): Running<number> {
  const { state } = interpreter;
  const words = node.wordlist ? yield* expandWords(node.wordlist, interpreter) : [...state.positional];
  if (words.length === 0) return 0;
  const width = String(words.length).length;
  const menu = words.map((word, i) => `${String(i + 1).padStart(width)}) ${word}\n`).join("");
  let show = true;
  return yield* interpreter.loop(function* () {
    for (;;) {
      if (show) yield* tell(state, menu);
      yield* tell(state, state.variables.get("PS3") ?? "#? ");
      yield* interpreter.step();
      yield* announce({ pos: node.pos, end: node.name.end }, interpreter);
      const line = yield* new DescriptorInput(state.process, 0).line();
      if (line === undefined) {
        yield* tell(state, "\n", 1);
        return null;
      }
      show = line.trim() === "";
      if (show) continue;
      state.variables.set("REPLY", line);
      state.variables.set(node.name.value, words[Number(line) - 1] ?? "");
      return yield* interpreter.body(node.body);
    }
  });
}

/** Redirections: files and here-documents in place of a command's input and outputs. */
import type { Redirection } from "unbash";
import { strerror } from "../engine/sysfs/errno.ts";
import { expandText, type Substitute } from "./expand.ts";
import { absolute, complaint, ShellError, type ShellState } from "./state.ts";
import { FileSink, type Standard, TextInput } from "./streams.ts";
import type { Running } from "./system.ts";

/** Opens what a command redirects to; `undefined` when that failed and was said. */
export function* redirect(
  redirections: readonly Redirection[],
  state: ShellState,
  std: Standard,
  expanding: Substitute,
): Running<Standard | undefined> {
  let current: Standard = std;
  for (const redirection of redirections) {
    if (redirection.descriptor?.type === "FileDescriptorVariable")
      throw new ShellError("bad redirection", redirection.pos);
    if (redirection.type === "HereDoc") {
      const { body: document } = redirection;
      const whole = {
        type: "Word",
        text: document.text,
        value: document.text,
        pos: document.pos,
        end: document.end,
        parts: document.parts,
      } as const;
      current = { ...current, in: new TextInput(yield* expandText(whole, state, expanding)) };
      continue;
    }
    if (!redirection.target) throw new ShellError("syntax error: unexpected end of line", redirection.pos);
    const target = yield* expandText(redirection.target, state, expanding);
    if (redirection.type === "HereString") {
      current = { ...current, in: new TextInput(`${target}\n`) };
      continue;
    }
    const { operator } = redirection;
    const descriptor = redirection.descriptor?.value ?? (operator.startsWith("<") ? 0 : 1);
    const path = absolute(state, target);
    if (operator === ">&" && /^\d$/.test(target)) {
      const from = target === "2" ? current.err : current.out;
      current = descriptor === 2 ? { ...current, err: from } : { ...current, out: from };
    } else if (operator === "<" || operator === "<>") {
      const errno = state.system.files.open(path, "read");
      const read = errno === null ? state.system.files.read(path) : { errno };
      if ("errno" in read) {
        const why = read.errno === "ENOENT" ? "no such file" : strerror(read.errno);
        yield* std.err.write(`${complaint(state, redirection.pos)}can't open ${target}: ${why}\n`);
        return undefined;
      }
      current = { ...current, in: new TextInput(read.text) };
    } else if (operator === "<&") {
      throw new ShellError("bad redirection", redirection.pos);
    } else {
      const errno = state.system.files.open(path, "write");
      if (errno !== null) {
        const why = errno === "ENOENT" ? "nonexistent directory" : strerror(errno);
        yield* std.err.write(`${complaint(state, redirection.pos)}can't create ${target}: ${why}\n`);
        return undefined;
      }
      const append = operator === ">>" || operator === "&>>";
      if (!append) state.system.files.truncate(path);
      const sink = new FileSink(state.system.files, path);
      if (operator.startsWith("&")) current = { ...current, out: sink, err: sink };
      else current = descriptor === 2 ? { ...current, err: sink } : { ...current, out: sink };
    }
  }
  return current;
}

/** Redirections: files, pipes and here-documents in the places of descriptors. */
import type { HereDoc, Redirection } from "unbash";
import { type FileErrno, strerror } from "../../engine/sysfs/errno.ts";
import type { Expander } from "../expand/expander.ts";
import { expandParts, expandText, expandWords } from "../expand/words.ts";
import { BREAK } from "../expand/fields.ts";
import { PathFile, TextFile } from "../io/files.ts";
import type { OpenFile } from "../io/open-file.ts";
import { type ShellState, absolute } from "../state.ts";
import type { Running } from "../system.ts";
import { ShellError } from "../unwind.ts";
import { say } from "./say.ts";

/** Files that a process may have open (RLIMIT_NOFILE). */
const MAX_DESCRIPTORS = 1024;

/** What stood in the places of descriptors before. */
export type Saved = Map<number, OpenFile | null>;

/** Opens what is redirected to; `undefined` when that failed and was said. What was open before can be restored. */
export function* redirect(redirections: readonly Redirection[], expander: Expander): Running<Saved | undefined> {
  const { state } = expander;
  const saved: Saved = new Map();
  if (redirections.length > 0) state.process.aside.add(saved);
  for (const redirection of redirections) {
    let problem: string | undefined;
    try {
      problem = yield* one(redirection, expander, saved);
    } catch (error) {
      restore(state, saved);
      throw error;
    }
    if (problem === undefined) continue;
    restore(state, saved);
    yield* say(state, problem);
    return undefined;
  }
  return saved;
}

export function restore(state: ShellState, saved: Saved): void {
  if (!state.process.aside.delete(saved)) return;
  for (const [descriptor, file] of [...saved].reverse()) {
    state.process.install(descriptor, file);
    file?.release();
  }
}

/** Lets go of what was saved: the redirections stay (`exec`). */
export function keep(state: ShellState, saved: Saved): void {
  if (!state.process.aside.delete(saved)) return;
  for (const file of saved.values()) file?.release();
}

function put(state: ShellState, descriptor: number, file: OpenFile | null, saved: Saved): void {
  if (!saved.has(descriptor)) {
    const before = state.process.descriptors.get(descriptor) ?? null;
    before?.share();
    saved.set(descriptor, before);
  }
  state.process.install(descriptor, file);
}

function* one(redirection: Redirection, expander: Expander, saved: Saved): Running<string | undefined> {
  const { state } = expander;
  let descriptor = redirection.descriptor?.type === "FileDescriptor" ? redirection.descriptor.value : undefined;
  if (descriptor !== undefined && descriptor >= MAX_DESCRIPTORS) return `${descriptor}: ${strerror("EBADF")}`;
  const variable = redirection.descriptor?.type === "FileDescriptorVariable" ? redirection.descriptor.name : undefined;
  const place = (usual: number): number => {
    if (variable === undefined) return descriptor ?? usual;
    descriptor ??= state.process.free(10);
    if (descriptor >= MAX_DESCRIPTORS)
      throw new ShellError("redirection error: cannot duplicate fd: Too many open files");
    state.variables.set(variable, String(descriptor));
    return descriptor;
  };
  /** A descriptor that is kept in a variable outlives the command. */
  const install = (usual: number, file: OpenFile | null): void => {
    const at = place(usual);
    if (variable === undefined) put(state, at, file, saved);
    else state.process.install(at, file);
  };
  if (redirection.type === "HereDoc") return void install(0, new TextFile(yield* hereDocument(redirection, expander)));
  if (redirection.type === "HereString") {
    const text = redirection.target ? yield* expandText(redirection.target, expander) : "";
    return void install(0, new TextFile(`${text}\n`));
  }
  if (!redirection.target) throw new ShellError("syntax error near unexpected token `newline'", 2);
  const { operator } = redirection;
  if (operator === ">&" || operator === "<&") {
    const target = yield* expandText(redirection.target, expander);
    const usual = operator === ">&" ? 1 : 0;
    if (target === "-") {
      if (variable !== undefined) state.process.install(numberIn(variable, state), null);
      else install(usual, null);
      return undefined;
    }
    const from = /^(\d{1,4})(-?)$/.exec(target);
    if (from) {
      const file = state.process.descriptors.get(Number(from[1]));
      if (!file) return `${target}: ${strerror("EBADF")}`;
      install(usual, file);
      if (from[2] === "-" && Number(from[1]) !== place(usual)) put(state, Number(from[1]), null, saved);
      return undefined;
    }
    if (operator === "<&" || (descriptor !== undefined && descriptor !== 1)) return `${target}: ambiguous redirect`;
    const opened = open(state, target, "write", true);
    if (typeof opened === "string") return failure(state, target, opened, "write");
    put(state, 1, opened, saved);
    put(state, 2, opened, saved);
    return undefined;
  }
  const words = yield* expandWords([redirection.target], expander);
  const target = words[0];
  if (target === undefined || words.length > 1) return `${redirection.target.text}: ambiguous redirect`;
  const append = operator === ">>" || operator === "&>>";
  const how = operator === "<" ? "read" : operator === "<>" ? "both" : "write";
  if (operator === ">" && state.options.has("noclobber") && isRegular(state, target))
    return `${target}: cannot overwrite existing file`;
  const opened = open(state, target, how, how === "write" && !append);
  if (typeof opened === "string") return failure(state, target, opened, how);
  if (operator.startsWith("&")) {
    put(state, 1, opened, saved);
    put(state, 2, opened, saved);
  } else install(how === "write" ? 1 : 0, opened);
  return undefined;
}

/** The descriptor in a variable or an element: `{fd}>&-`, `{COPROC[1]}>&-`. */
function numberIn(variable: string, { variables }: ShellState): number {
  const [, name = variable, subscript] = /^(\w+)\[(.+)\]$/.exec(variable) ?? [];
  return Number((subscript === undefined ? variables.get(name) : variables.element(name, subscript)) ?? Number.NaN);
}

function isRegular(state: ShellState, path: string): boolean {
  const stat = state.system.files.stat(absolute(state, path));
  return !("errno" in stat) && stat.kind === "file" && stat.device !== true;
}

function failure(state: ShellState, target: string, errno: FileErrno, how: "read" | "write" | "both"): string {
  if (state.system.dialect === "bash") return `${target}: ${strerror(errno)}`;
  if (how === "read") return `can't open ${target}: ${errno === "ENOENT" ? "no such file" : strerror(errno)}`;
  return `can't create ${target}: ${errno === "ENOENT" ? "nonexistent directory" : strerror(errno)}`;
}

/** Opens a path as open(2) does; /dev/fd and the terminal are what the process has open. */
export function open(
  state: ShellState,
  target: string,
  how: "read" | "write" | "both",
  truncate: boolean,
): OpenFile | FileErrno {
  if (target === "") return "ENOENT";
  const path = absolute(state, target);
  const special = /^\/dev\/(?:fd\/(\d{1,4})|(stdin)|(stdout)|(stderr))$/.exec(path);
  if (special) {
    const descriptor = special[1] !== undefined ? Number(special[1]) : special[2] ? 0 : special[3] ? 1 : 2;
    return state.process.descriptors.get(descriptor) ?? "ENOENT";
  }
  if (path === "/dev/tty") return state.process.terminal ?? "ENXIO";
  const { files } = state.system;
  if (how === "both" && files.open(path, "read") === "ENOENT") {
    const made = files.open(path, "write");
    if (made !== null) return made;
    files.truncate(path);
  }
  const errno = files.open(path, how === "read" ? "read" : "write");
  if (errno !== null) return errno;
  if (how === "read" && target.endsWith("/") && "names" in files.list(path)) return new PathFile(files, path, how);
  if (truncate || (how === "write" && "errno" in files.stat(path))) files.truncate(path);
  return new PathFile(files, path, how);
}

/** The text of a here-document; `<<-` takes the tabs from the beginnings of lines. */
function* hereDocument({ operator, body }: HereDoc, expander: Expander): Running<string> {
  const strip = operator === "<<-";
  if (!body.parts) return strip ? body.text.replace(/^\t+/gm, "") : body.text;
  let text = "";
  for (const part of body.parts) {
    if (part.type === "Literal") {
      const fresh = text === "" || text.endsWith("\n");
      text += strip ? part.value.replace(fresh ? /^\t+/gm : /(?<=\n)\t+/g, "") : part.value;
      continue;
    }
    const word = {
      type: "Word",
      text: body.text,
      value: body.text,
      pos: body.pos,
      end: body.end,
      parts: [part],
    } as const;
    for (const piece of yield* expandParts(word, expander)) text += piece === BREAK ? " " : piece.text;
  }
  return text;
}

/** From expanded pieces to fields: splitting at the characters of IFS, then file names. */
import { Pattern, escapePattern, isPattern } from "../pattern.ts";
import { type ShellState, absolute } from "../state.ts";
import { type Budget, type Running, breathe } from "../system.ts";
import { ShellError } from "../unwind.ts";

/** A stretch of expanded text. Only unquoted results of expansions are split; only unquoted text makes patterns. */
export interface Stretch {
  readonly text: string;
  readonly split: boolean;
  readonly quoted: boolean;
}
/** Where a new field begins inside `"$@"`. */
export const BREAK = Symbol("field break");
export type Piece = Stretch | typeof BREAK;

export const quoted = (text: string): Stretch => ({ text, split: false, quoted: true });
export const literal = (text: string): Stretch => ({ text, split: false, quoted: false });
export const result = (text: string, inQuotes: boolean): Stretch => ({ text, split: !inQuotes, quoted: inQuotes });

export interface Field {
  text: string;
  /** The same with what was quoted made plain. */
  pattern: string;
}

/** Characters looked at before others may go on, and what one costs. */
const AT_ONCE = 1024;
const NS_PER_CHARACTER = 50;

const NS_PER_PIECE = 300;

/** Quoted text always makes a field, even when empty. */
export function* splitFields(pieces: readonly Piece[], separators: string, budget: Budget): Running<Field[]> {
  const blanks = [...separators].filter((character) => " \t\n".includes(character)).join("");
  const done: Field[] = [];
  let open: Field | undefined;
  /** The last field ended at a blank: a separator that follows belongs to the same end. */
  let blankBefore = false;
  const close = () => {
    if (open) done.push(open);
    open = undefined;
  };
  for (const piece of pieces) {
    budget.spend(NS_PER_PIECE);
    yield* breathe(budget);
    if (piece === BREAK) {
      close();
      blankBefore = false;
      continue;
    }
    if (!piece.split || separators === "") {
      if (piece.split && piece.text === "") continue;
      open ??= { text: "", pattern: "" };
      open.text += piece.text;
      open.pattern += piece.quoted ? escapePattern(piece.text) : piece.text;
      blankBefore = false;
      continue;
    }
    let from = 0;
    const { text } = piece;
    const take = (to: number) => {
      if (to === from) return;
      open ??= { text: "", pattern: "" };
      const word = text.slice(from, to);
      open.text += word;
      open.pattern += word;
      blankBefore = false;
    };
    for (let i = 0; i < text.length; i++) {
      if (i % AT_ONCE === AT_ONCE - 1) {
        budget.spend(AT_ONCE * NS_PER_CHARACTER);
        yield* breathe(budget);
      }
      const character = text[i] as string;
      if (!separators.includes(character)) continue;
      take(i);
      from = i + 1;
      if (blanks.includes(character)) {
        if (open) {
          close();
          blankBefore = true;
        }
      } else if (open) {
        close();
        blankBefore = false;
      } else if (blankBefore) blankBefore = false;
      else done.push({ text: "", pattern: "" });
    }
    take(text.length);
  }
  close();
  return done;
}

/** File names that match; the text itself when nothing does, or when it is no pattern. */
export function* fileNames(field: Field, state: ShellState): Running<string[]> {
  const extended = state.shopts.has("extglob");
  if (state.options.has("noglob") || !isPattern(field.pattern, extended)) return [field.text];
  const found = yield* matchPaths(field.pattern, state, extended);
  if (found.length > 0) return found;
  if (state.shopts.has("failglob")) throw new ShellError(`no match: ${field.text}`);
  return state.shopts.has("nullglob") ? [] : [field.text];
}

/** Paths that match a pattern, sorted. */
export function* matchPaths(pattern: string, state: ShellState, extended = true): Running<string[]> {
  // A slash in a group is no end of a folder's name, and no name has one.
  const parts = pattern.split(extended && /[?*+@!]\([^)]*\//.test(pattern) ? /\/(?![^()]*\))/ : "/");
  const { files } = state.system;
  const ignoreCase = state.shopts.has("nocaseglob");
  let found = [pattern.startsWith("/") ? "/" : ""];
  const join = (base: string, name: string) => (base === "" || base.endsWith("/") ? base + name : `${base}/${name}`);
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    if (part === "") {
      // A trailing slash asks for folders.
      if (last && i > 0)
        found = found.filter((path) => "names" in files.list(absolute(state, path))).map((path) => join(path, ""));
      if (last && i > 0) found = found.map((path) => (path.endsWith("/") ? path : `${path}/`));
      continue;
    }
    const next: string[] = [];
    for (const base of found) {
      yield* lookedAt(1, state);
      if (!isPattern(part, extended)) {
        const path = join(base, part.replace(/\\(.)/gs, "$1"));
        if (!("errno" in files.stat(absolute(state, path)))) next.push(path);
        continue;
      }
      if (part === "**" && state.shopts.has("globstar")) {
        for (const path of yield* below(base, state, last)) next.push(path);
        if (next.length > MAX_FOUND) throw new ShellError("Argument list too long");
        continue;
      }
      const listed = files.list(absolute(state, base || "."));
      if ("errno" in listed) continue;
      state.budget.text(listed.names.length * part.length);
      const compiled = Pattern.of(part, { ignoreCase, extended });
      const dots = state.shopts.has("dotglob");
      yield* lookedAt(listed.names.length, state);
      for (const name of listed.names) {
        if (!(dots ? compiled.matches(name) : compiled.matchesName(name))) continue;
        const path = join(base, name);
        if (last || "names" in files.list(absolute(state, path))) next.push(path);
      }
    }
    found = next;
  }
  return found.sort();
}

const MAX_FOUND = 20_000;

/** Simulated time for looking at one file: a getdents(2) entry and a stat(2). */
const LOOK_NS = 2_000;

/** Files were looked at: that takes time, and others may go on. */
function* lookedAt(count: number, { budget }: ShellState): Running<void> {
  budget.spend(count * LOOK_NS);
  yield* breathe(budget);
}

/** `**`: all folders below, and files too when it comes last. */
function* below(base: string, state: ShellState, withFiles: boolean): Running<string[]> {
  const { files } = state.system;
  const all: string[] = withFiles ? (base === "" ? [] : [`${base.replace(/\/$/, "")}/`]) : [base];
  const left = [base];
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    const listed = files.list(absolute(state, folder || "."));
    if ("errno" in listed) continue;
    yield* lookedAt(listed.names.length, state);
    for (const name of listed.names) {
      if (name.startsWith(".") || all.length > MAX_FOUND) continue;
      const path = folder === "" || folder.endsWith("/") ? folder + name : `${folder}/${name}`;
      const stat = files.stat(absolute(state, path));
      const folderToo = !("errno" in stat) && stat.kind === "directory";
      if (withFiles || folderToo) all.push(path);
      if (folderToo) left.push(path);
    }
  }
  return all;
}

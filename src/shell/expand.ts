/**
 * Word expansion: variables, command substitution, arithmetic, then field splitting and file names (POSIX shell,
 * section 2.6, as ash carries it out: no brace expansion, no extended patterns).
 */
import type { DoubleQuotedChild, ParameterExpansionPart, ParsedScript, Word, WordPart } from "unbash";
import { evaluate } from "./arithmetic.ts";
import { affix, escapePattern, isPattern, matches } from "./pattern.ts";
import { type ShellState, ShellError, absolute } from "./state.ts";
import type { Running } from "./system.ts";

/** Runs a script of `$(…)` and gives its output. */
export type Substitute = (script: ParsedScript) => Running<string>;

/** A stretch of expanded text. Only unquoted results of expansions are split; only unquoted text makes patterns. */
interface Stretch {
  readonly text: string;
  readonly split: boolean;
  readonly quoted: boolean;
}
/** Where a new field begins inside `"$@"`. */
const BREAK = Symbol("field break");
type Piece = Stretch | typeof BREAK;

const quoted = (text: string): Stretch => ({ text, split: false, quoted: true });
const literal = (text: string): Stretch => ({ text, split: false, quoted: false });
const result = (text: string, inQuotes: boolean): Stretch => ({ text, split: !inQuotes, quoted: inQuotes });

/** All fields of some words: what a command gets as arguments. */
export function* expandWords(words: readonly Word[], state: ShellState, substitute: Substitute): Running<string[]> {
  const all: string[] = [];
  for (const word of words) {
    const pieces = yield* expandParts(word, state, substitute);
    for (const field of fields(pieces, state)) all.push(...fileNames(field, state));
    if (all.length > 100_000) throw new ShellError("too many arguments", word.pos);
  }
  return all;
}

/** One word as one text: assignments, redirection targets, `case` words. */
export function* expandText(word: Word, state: ShellState, substitute: Substitute): Running<string> {
  const pieces = yield* expandParts(word, state, substitute);
  return pieces.map((piece) => (piece === BREAK ? " " : piece.text)).join("");
}

/** One word as a pattern, quoted characters made plain. */
export function* expandPattern(word: Word, state: ShellState, substitute: Substitute): Running<string> {
  return pattern(yield* expandParts(word, state, substitute));
}

const pattern = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (piece === BREAK ? " " : piece.quoted ? escapePattern(piece.text) : piece.text)).join("");

function* expandParts(word: Word, state: ShellState, substitute: Substitute): Running<Piece[]> {
  if (!word.parts) return word.text === "" ? [] : [quoted(word.value)];
  const pieces: Piece[] = [];
  for (const part of word.parts) pieces.push(...(yield* expandPart(part, state, substitute, false)));
  for (const piece of pieces) if (piece !== BREAK) state.budget.text(piece.text.length + 1);
  return pieces;
}

function* expandPart(
  part: WordPart | DoubleQuotedChild,
  state: ShellState,
  substitute: Substitute,
  inQuotes: boolean,
): Running<Piece[]> {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return [quoted(part.value)];
    case "Glob":
    case "ExtendedGlob":
    case "BraceExpansion":
      return [literal(part.text)];
    case "DoubleQuoted":
    case "LocaleString": {
      const pieces: Piece[] = [quoted("")];
      for (const child of part.parts) pieces.push(...(yield* expandPart(child, state, substitute, true)));
      const alone = part.parts.length === 1 && /^\$(@|\{@\})$/.test(part.parts[0]?.text ?? "");
      return alone && state.positional.length === 0 ? [] : pieces;
    }
    case "SimpleExpansion":
      return parameterPieces(part.text.slice(1), state, inQuotes);
    case "ParameterExpansion":
      return yield* parameter(part, state, substitute, inQuotes);
    case "CommandExpansion": {
      if (!part.script) throw new ShellError("syntax error: bad substitution", part.pos);
      const output = yield* substitute(part.script);
      return [result(output.replace(/\n+$/, ""), inQuotes)];
    }
    case "ArithmeticExpansion": {
      if (!part.expression) return [result("0", inQuotes)];
      return [result(String(evaluate(part.expression, (name) => value(name, state) ?? "")), inQuotes)];
    }
    case "ProcessSubstitution":
      throw new ShellError('syntax error: unexpected "("', part.pos);
  }
}

/** The value of a variable or special parameter; `undefined` when unset. */
function value(name: string, state: ShellState): string | undefined {
  if (name === "?") return String(state.status);
  if (name === "#") return String(state.positional.length);
  if (name === "0") return state.name;
  if (name === "$") return "1";
  if (name === "!" || name === "-") return "";
  if (name === "@" || name === "*") return state.positional.join(" ");
  if (name === "PWD") return state.cwd;
  return /^\d+$/.test(name) ? state.positional[Number(name) - 1] : state.variables.get(name);
}

function parameterPieces(name: string, state: ShellState, inQuotes: boolean): Piece[] {
  if (name !== "@" || !inQuotes) return [result(value(name, state) ?? "", inQuotes)];
  return state.positional.flatMap((text, i) => (i === 0 ? [quoted(text)] : [BREAK, quoted(text)]));
}

function* parameter(
  part: ParameterExpansionPart,
  state: ShellState,
  substitute: Substitute,
  inQuotes: boolean,
): Running<Piece[]> {
  const { parameter: name, operation } = part;
  if (part.index || part.prefix === "!") throw new ShellError("bad substitution", part.pos);
  const held = value(name, state);
  if (part.prefix === "#") return [result(String((held ?? "").length), inQuotes)];
  if (!operation) return parameterPieces(name, state, inQuotes);
  const text = held ?? "";
  switch (operation.type) {
    case "Default": {
      const missing = held === undefined || (operation.operator.startsWith(":") && held === "");
      const kind = operation.operator.at(-1);
      if (kind === "+")
        return missing ? [result("", inQuotes)] : yield* expandParts(operation.operand, state, substitute);
      if (!missing) return parameterPieces(name, state, inQuotes);
      if (kind === "?") {
        const message = yield* expandText(operation.operand, state, substitute);
        throw new ShellError(`${name}: ${message || "parameter not set"}`, part.pos);
      }
      const pieces = yield* expandParts(operation.operand, state, substitute);
      if (kind === "=") state.variables.set(name, pieces.map((piece) => (piece === BREAK ? " " : piece.text)).join(""));
      return pieces;
    }
    case "Remove": {
      const cut = yield* expandPattern(operation.operand, state, substitute);
      state.budget.text((text.length * text.length) / 4 + (text.length * cut.length) / 8);
      const longest = operation.operator.length === 2;
      const atStart = operation.operator.startsWith("#");
      const length = affix(cut, text, atStart ? "prefix" : "suffix", longest);
      return [result(atStart ? text.slice(length) : text.slice(0, text.length - length), inQuotes)];
    }
    case "Slice": {
      const number = function* (word: Word): Running<number> {
        const written = yield* expandText(word, state, substitute);
        return Math.trunc(Number(written)) || 0;
      };
      const offset = yield* number(operation.offset);
      const from = offset < 0 ? Math.max(0, text.length + offset) : offset;
      const length = operation.length ? yield* number(operation.length) : text.length;
      return [result(text.slice(from, length < 0 ? text.length + length : from + length), inQuotes)];
    }
    default:
      throw new ShellError("bad substitution", part.pos);
  }
}

interface Field {
  text: string;
  pattern: string;
}

/** Splits at blanks what unquoted expansions gave; quoted text always makes a field, even when empty. */
function fields(pieces: readonly Piece[], state: ShellState): Field[] {
  const blanks = state.variables.get("IFS") ?? " \t\n";
  const done: Field[] = [];
  let open: Field | undefined;
  const close = () => {
    if (open) done.push(open);
    open = undefined;
  };
  for (const piece of pieces) {
    if (piece === BREAK) {
      close();
      continue;
    }
    if (!piece.split) {
      open ??= { text: "", pattern: "" };
      open.text += piece.text;
      open.pattern += piece.quoted ? escapePattern(piece.text) : piece.text;
      continue;
    }
    let word = "";
    const take = () => {
      if (word === "") return;
      open ??= { text: "", pattern: "" };
      open.text += word;
      open.pattern += word;
      word = "";
    };
    for (const character of piece.text) {
      if (blanks.includes(character)) {
        take();
        close();
      } else word += character;
    }
    take();
  }
  close();
  return done;
}

/** File names that match; the text itself when nothing does, or when it is no pattern. */
function fileNames(field: Field, state: ShellState): string[] {
  if (!isPattern(field.pattern.replace(/\\./g, ""))) return [field.text];
  const parts = field.pattern.split("/");
  let found = [field.pattern.startsWith("/") ? "/" : ""];
  for (const part of parts) {
    if (part === "") continue;
    const next: string[] = [];
    for (const base of found) {
      const join = (name: string) => (base === "" || base.endsWith("/") ? base + name : `${base}/${name}`);
      if (!isPattern(part.replace(/\\./g, ""))) {
        const path = join(part.replace(/\\(.)/g, "$1"));
        if (!("errno" in state.system.files.stat(absolute(state, path)))) next.push(path);
        continue;
      }
      const listed = state.system.files.list(absolute(state, base || "."));
      if ("errno" in listed) continue;
      state.budget.text(listed.names.length * part.length);
      next.push(
        ...listed.names
          .filter((name) => (!name.startsWith(".") || part.startsWith(".")) && matches(part, name))
          .map(join),
      );
    }
    found = next;
  }
  return found.length > 0 ? found.sort() : [field.text];
}

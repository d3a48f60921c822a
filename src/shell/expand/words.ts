/**
 * Word expansion in bash's order: braces, tildes, parameters, commands and arithmetic, then field splitting and file
 * names.
 */
import { type DoubleQuotedChild, type Word, type WordPart, parse } from "unbash";
import { type ArithmeticVariables, BadArithmetic, evaluate } from "../arithmetic.ts";
import { escapePattern } from "../pattern.ts";
import type { ShellState } from "../state.ts";
import { type Running, breathe } from "../system.ts";
import { ShellError } from "../unwind.ts";
import { Refused } from "../variables.ts";
import { type Texts, expandBraces } from "./braces.ts";
import type { Expander, WordExpansions } from "./expander.ts";
import { BREAK, type Field, type Piece, fileNames, literal, quoted, result, splitFields } from "./fields.ts";
import { parameter, simpleParameter } from "./parameter.ts";

/** Words that a command, a loop or an array may be given. */
export const MAX_FIELDS = 200_000;

/** `push` of any number: spread into arguments, many would overflow JavaScript's stack. */
export function append<T>(to: T[], items: readonly T[]): void {
  for (const item of items) to.push(item);
}

/** All fields of some words: what a command gets as arguments. */
export function* expandWords(words: readonly Word[], expander: Expander): Running<string[]> {
  const { state } = expander;
  const all: string[] = [];
  for (const given of words) {
    for (const word of bracesOf(given, state)) {
      state.budget.spend(NS_PER_WORD);
      yield* breathe(state.budget);
      for (const field of yield* expandFields(word, expander)) {
        state.budget.spend(NS_PER_WORD);
        yield* breathe(state.budget);
        append(all, yield* fileNames(field, state));
        if (all.length > MAX_FIELDS) throw new ShellError("Argument list too long");
      }
    }
  }
  return all;
}

function* expandFields(word: Word, expander: Expander): Running<Field[]> {
  if (!word.parts && word.text === word.value && !word.text.includes("~"))
    return [{ text: word.value, pattern: escapePattern(word.value) }];
  if (!word.parts && /^[A-Za-z_]\w*=~/.test(word.text)) {
    const at = word.text.indexOf("=") + 1;
    const [home, rest] = tilde(word.text.slice(at), expander.state, true);
    const text = word.text.slice(0, at) + home + tildesIn(unescaped(rest), expander.state);
    return [{ text, pattern: escapePattern(text) }];
  }
  const pieces = yield* expandParts(word, expander);
  const { state } = expander;
  return yield* splitFields(pieces, state.variables.get("IFS") ?? " \t\n", state.budget);
}

const NS_PER_WORD = 500;
const braced = new WeakMap<Word, readonly Word[]>();
/** Words that are kept for the next time that they are asked for. */
const MOST_BRACED = 1_000;

/** The words that a word with braces stands for. */
function bracesOf(word: Word, state: ShellState): Iterable<Word> {
  if (!word.parts?.some((part) => part.type === "BraceExpansion") || !state.options.has("braceexpand")) return [word];
  const held = braced.get(word);
  if (held) return held;
  const texts = expandBraces(word.text, MAX_FIELDS);
  if (!texts) throw new ShellError("brace expansion: cannot allocate memory");
  if (texts.count > MOST_BRACED) return wordsOf(texts);
  const made = [...wordsOf(texts)];
  braced.set(word, made);
  return made;
}

function* wordsOf(texts: Texts): Iterable<Word> {
  for (const text of texts.each()) {
    const word = wordOf(text);
    if (word) yield word;
  }
}

/** A word read from its text; `undefined` when nothing is left of it. */
export function wordOf(text: string): Word | undefined {
  if (text === "") return undefined;
  if (/^[\w./+-]+$/.test(text)) return { type: "Word", text, value: text, pos: 0, end: text.length };
  const command = parse(`: ${text}`).commands[0]?.command;
  const word = command?.type === "Command" ? command.suffix[0] : undefined;
  return word?.type === "Word" ? word : { type: "Word", text, value: text, pos: 0, end: text.length };
}

const joined = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (piece === BREAK ? " " : piece.text)).join("");

/** One word as one text: redirection targets, `case` words, operands. */
export function* expandText(word: Word, expander: Expander): Running<string> {
  if (!word.parts && !word.text.startsWith("~")) return word.value;
  return joined(yield* expandParts(word, expander));
}

/** The value of an assignment: tildes count after colons too. */
export function* expandAssigned(word: Word, expander: Expander): Running<string> {
  if (!word.parts && !word.text.includes("~")) return word.value;
  return joined(yield* expandParts(word, expander, true));
}

/** One word as a pattern, quoted characters made plain. */
export function* expandPattern(word: Word, expander: Expander): Running<string> {
  return patternOf(yield* expandParts(word, expander));
}

export const patternOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (piece === BREAK ? " " : piece.quoted ? escapePattern(piece.text) : piece.text)).join("");

/**
 * The pattern of an operand (`${x//+(a|b)/c}`): what stands there without quotes is a pattern's own text, groups and
 * backslashes included, though the grammar takes it for plain characters.
 */
export function* expandOperand(word: Word, expander: Expander): Running<string> {
  const parts = word.parts ?? [
    { type: "Literal" as const, pos: word.pos, end: word.end, text: word.text, value: word.value },
  ];
  let text = "";
  for (const [i, part] of parts.entries()) {
    if (part.type === "Literal" && !(i === 0 && part.text.startsWith("~"))) text += part.text;
    else text += patternOf(yield* expandParts({ ...word, parts: [part] }, expander));
  }
  return text;
}

/** One word as an extended regular expression: what is quoted stands for itself. */
export function* expandRegex(word: Word, expander: Expander): Running<string> {
  if (!word.parts) return word.text;
  let text = "";
  for (const part of word.parts) {
    if (part.type === "Literal") text += part.text;
    else if (part.type === "Glob" && part.kind === "bracket")
      text += joined(yield* expandBracket(part.parts, expander));
    else {
      for (const piece of yield* expandPart(part, expander, false)) {
        if (piece !== BREAK) text += piece.quoted ? piece.text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&") : piece.text;
      }
    }
  }
  return text;
}

export function* expandParts(word: Word, expander: Expander, assigned = false): Running<Piece[]> {
  const { state } = expander;
  if (!word.parts) {
    if (word.text === "") return [];
    const [home, rest] = tilde(word.text, state, assigned);
    if (rest === word.text) return [quoted(word.value)];
    return [quoted(home), quoted(assigned ? tildesIn(unescaped(rest), state) : unescaped(rest))];
  }
  const pieces: Piece[] = [];
  for (const [i, part] of word.parts.entries()) {
    if (part.type === "Literal" && (i === 0 || assigned)) {
      const [home, rest] = i === 0 ? tilde(part.text, state, assigned) : ["", part.text];
      if (rest !== part.text) {
        pieces.push(quoted(home), quoted(assigned ? tildesIn(unescaped(rest), state) : unescaped(rest)));
        continue;
      }
      if (assigned && part.text.includes(":~")) {
        pieces.push(quoted(tildesIn(part.value, state)));
        continue;
      }
    }
    append(pieces, yield* expandPart(part, expander, false));
  }
  for (const piece of pieces) if (piece !== BREAK) state.budget.text(piece.text.length + 1);
  yield* breathe(state.budget);
  return pieces;
}

const unescaped = (text: string): string => text.replace(/\\(.)/gs, "$1");

/** Where a tilde at the beginning leads, and what follows it; the text itself when there is none. */
function tilde(text: string, state: ShellState, assigned: boolean): [home: string, rest: string] {
  const found = (assigned ? /^~([\w+-]*)(?=[/:]|$)/ : /^~([\w+-]*)(?=\/|$)/).exec(text);
  if (!found) return ["", text];
  const home = folderOf(found[1] ?? "", state);
  return home === undefined ? ["", text] : [home, text.slice(found[0].length)];
}

function folderOf(who: string, state: ShellState): string | undefined {
  if (who === "") return state.variables.get("HOME") ?? "/root";
  if (who === "root") return "/root";
  if (who === "+") return state.cwd;
  return who === "-" ? state.variables.get("OLDPWD") : undefined;
}

const tildesIn = (text: string, state: ShellState): string =>
  text.replace(/(?<=:)~([\w+-]*)(?=[/:]|$)/g, (whole, who: string) => folderOf(who, state) ?? whole);

function* expandBracket(parts: readonly WordPart[], expander: Expander): Running<Piece[]> {
  const pieces: Piece[] = [literal("[")];
  for (const part of parts) {
    if (part.type === "Literal") pieces.push(literal(part.text));
    else
      for (const piece of yield* expandPart(part, expander, false))
        pieces.push(piece === BREAK ? piece : { ...piece, split: false });
  }
  pieces.push(literal("]"));
  return pieces;
}

export function* expandPart(
  part: WordPart | DoubleQuotedChild,
  expander: Expander,
  inQuotes: boolean,
): Running<Piece[]> {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return [quoted(part.value)];
    case "Glob":
      return part.kind === "bracket" ? yield* expandBracket(part.parts, expander) : [literal(part.text)];
    case "ExtendedGlob":
      return [literal(yield* expandGroup(part.operator, part.pattern, expander))];
    case "BraceExpansion":
      return [literal(part.text)];
    case "DoubleQuoted":
    case "LocaleString": {
      const pieces: Piece[] = [];
      let lists = 0;
      for (const child of part.parts) {
        const expanded = yield* expandPart(child, expander, true);
        if (expanded.length === 0) lists++;
        append(pieces, expanded);
      }
      // "$@" without parameters is no field at all; any other quotes make one, even empty.
      return pieces.length === 0 && lists > 0 && lists === part.parts.length ? [] : [quoted(""), ...pieces];
    }
    case "SimpleExpansion":
      return simpleParameter(part.text.slice(1), expander, inQuotes);
    case "ParameterExpansion":
      return yield* parameter(part, expander, inQuotes);
    case "CommandExpansion": {
      if (!part.script) throw new ShellError("bad substitution");
      const output = yield* expander.substitute(part.script);
      return [result(output.replace(/\n+$/, ""), inQuotes)];
    }
    case "ArithmeticExpansion": {
      const body = part.text.startsWith("$[") ? part.text.slice(2, -1) : part.text.slice(3, -2);
      return [result(String(yield* arithmetic(body, expander)), inQuotes)];
    }
    case "ProcessSubstitution":
      return [quoted(yield* expander.process(part))];
  }
}

/** `+(a|$x)`: its inside expanded, still a pattern. Read as an operand is, where bars and parentheses mean nothing to the grammar. */
function* expandGroup(operator: string, inside: string, expander: Expander): Running<string> {
  const group = `${operator}(${inside})`;
  if (!/[$`'"\\]/.test(inside)) return group;
  const [part, more] = wordOf(`\${_#${group}}`)?.parts ?? [];
  const operation = part?.type === "ParameterExpansion" && !more ? part.operation : undefined;
  return operation?.type === "Remove" ? yield* expandOperand(operation.operand, expander) : group;
}

const doubleQuoted = new Map<string, Word>();
const CACHED = 500;

/** Text expanded as if in double quotes: arithmetic, subscripts, prompts. */
export function* expandQuoted(text: string, expander: Expander): Running<string> {
  if (!/[$`\\]/.test(text)) return text;
  let word = doubleQuoted.get(text);
  if (!word) {
    word = wordOf(`"${text.replace(/"/g, "")}"`);
    if (!word) return text;
    if (doubleQuoted.size > CACHED) doubleQuoted.clear();
    doubleQuoted.set(text, word);
  }
  return yield* expandText(word, expander);
}

export function* arithmetic(body: string, expander: Expander, construct = ""): Running<bigint> {
  return compute(yield* expandQuoted(body.replaceAll('"', ""), expander), expander.state, construct);
}

const NS_PER_EVALUATION = 500;

/** Evaluates an expression in which nothing is left to expand. */
export function compute(text: string, state: ShellState, construct = ""): bigint {
  state.budget.text(text.length);
  const variables: ArithmeticVariables = {
    get: (name, subscript) => {
      const value = subscript === null ? state.variables.get(name) : state.variables.element(name, subscript);
      if (value === undefined && state.options.has("nounset"))
        throw new ShellError(`${name}: unbound variable`, 127, "exit");
      return value;
    },
    set: (name, subscript, value) => {
      if (subscript === null) state.variables.set(name, String(value));
      else state.variables.setElement(name, subscript, String(value));
    },
  };
  try {
    return evaluate(text, variables, state.effort);
  } catch (error) {
    if (error instanceof BadArithmetic) throw new ShellError(construct + error.message);
    if (error instanceof Refused) throw new ShellError(error.message);
    throw error;
  } finally {
    state.budget.spend(state.effort.evaluations * NS_PER_EVALUATION);
  }
}

/** For interpreters. */
export const words: WordExpansions = { arithmetic, expandOperand, expandParts, expandQuoted, expandText };

/** Parameter expansion: `$x`, `${x:-word}`, `${x##pattern}`, `${x/a/b}`, `${a[@]:1:2}`, `${!x}`, and the rest of bash's. */
import type { ParameterExpansionPart, ParameterOperation, Word } from "unbash";
import { Growing } from "../growing.ts";
import { Pattern, affix } from "../pattern.ts";
import type { ShellState } from "../state.ts";
import { type Budget, type Running, breathe, done } from "../system.ts";
import { ShellError } from "../unwind.ts";
import { Refused } from "../variables.ts";
import type { Expander } from "./expander.ts";
import { BREAK, type Piece, quoted, result } from "./fields.ts";
import { quoteAlways, quoteDouble } from "./quote.ts";
import { SPECIAL_ARRAYS, elementsOf, variableValue } from "./special.ts";

/** What a parameter is: one text or a list of them; `undefined` when unset. */
interface Value {
  readonly texts: readonly string[] | undefined;
  /** `@` or `*` when it is a list. */
  readonly list: "@" | "*" | null;
}

const separator = (state: ShellState): string => (state.variables.get("IFS") ?? " ").slice(0, 1);

/** Pieces of `$@` or `$*`, or of an array's elements. */
function listPieces(texts: readonly string[], list: "@" | "*", inQuotes: boolean, state: ShellState): Piece[] {
  if (list === "*" && inQuotes) return [quoted(texts.join(separator(state)))];
  return texts.flatMap((text, i) => (i === 0 ? [result(text, inQuotes)] : [BREAK, result(text, inQuotes)]));
}

const pieces = (value: Value, inQuotes: boolean, state: ShellState): Piece[] =>
  value.list === null
    ? [result(value.texts?.[0] ?? "", inQuotes)]
    : listPieces(value.texts ?? [], value.list, inQuotes, state);

function checkSet(name: string, text: string | undefined, state: ShellState): void {
  if (text === undefined && state.options.has("nounset"))
    throw new ShellError(`${name}: unbound variable`, 127, "exit");
}

/** `$x`, `$1`, `$@`. */
export function simpleParameter(name: string, expander: Expander, inQuotes: boolean): Piece[] {
  const { state } = expander;
  if (name === "@" || name === "*") return listPieces(state.positional, name, inQuotes, state);
  const text = variableValue(name, state);
  checkSet(name, text, state);
  return [result(text ?? "", inQuotes)];
}

const bad = (part: ParameterExpansionPart): ShellError => new ShellError(`${part.text}: bad substitution`);

function* subscriptOf(index: Word, name: string, expander: Expander): Running<string> {
  const associative = expander.state.variables.find(name)?.keyed !== undefined;
  return associative
    ? yield* expander.words.expandText(index, expander)
    : yield* expander.words.expandQuoted(index.text, expander);
}

function* read(name: string, index: Word | undefined, expander: Expander): Running<Value> {
  const { state } = expander;
  if (name === "@" || name === "*") return { texts: state.positional, list: name };
  if (!index) {
    const text = variableValue(name, state);
    return { texts: text === undefined ? undefined : [text], list: null };
  }
  if (index.text === "@" || index.text === "*") {
    const all = yield* elementsOf(name, state);
    return { texts: all.map(([, text]) => text), list: index.text };
  }
  const subscript = yield* subscriptOf(index, name, expander);
  try {
    const text = SPECIAL_ARRAYS.has(name)
      ? (yield* elementsOf(name, state)).at(Number(state.variables.evaluate(subscript)))?.[1]
      : state.variables.element(name, subscript);
    return { texts: text === undefined ? undefined : [text], list: null };
  } catch (error) {
    if (error instanceof Refused) throw new ShellError(error.message);
    throw error;
  }
}

const NAME = /^([A-Za-z_]\w*|\d+|[@*#?$!_-])$/;

export function* parameter(part: ParameterExpansionPart, expander: Expander, inQuotes: boolean): Running<Piece[]> {
  const { state } = expander;
  const { operation } = part;
  let { parameter: name, index } = part;
  const toggles = operation?.type === "Unknown" && /^~~?$/.test(operation.operator) ? operation.operator.length : 0;
  if (!NAME.test(name) || (operation?.type === "Unknown" && toggles === 0)) throw bad(part);
  if (part.prefix === "!") {
    if (operation?.type === "Names") {
      const names = state.variables.names(name);
      return listPieces(names, operation.operator, inQuotes, state);
    }
    if (index && (index.text === "@" || index.text === "*") && !operation)
      return listPieces(
        (yield* elementsOf(name, state)).map(([key]) => key),
        index.text,
        inQuotes,
        state,
      );
    const variable = state.variables.find(name);
    const target = (yield* read(name, index, expander)).texts?.[0] ?? (variable?.reference ? variable.text : undefined);
    if (target === undefined || target === "") {
      if (operation?.type === "Default")
        return yield* byDefault(part, operation, { texts: undefined, list: null }, expander, inQuotes);
      throw new ShellError(target === "" ? `${target}: invalid variable name` : `${name}: invalid indirect expansion`);
    }
    const found = /^([A-Za-z_]\w*|\d+|[@*#?$!_-])(?:\[(.*)\])?$/s.exec(target);
    if (!found) throw new ShellError(`${target}: invalid variable name`);
    name = found[1] ?? "";
    index = found[2] === undefined ? undefined : { type: "Word", text: found[2], value: found[2], pos: 0, end: 0 };
  }
  if (part.prefix === "#" && !operation && (index?.text === "@" || index?.text === "*") && !SPECIAL_ARRAYS.has(name))
    return [result(String(state.variables.count(name)), inQuotes)];
  const value = yield* read(name, index, expander);
  const shown = index ? `${name}[${index.text}]` : name;
  if (part.prefix === "#") {
    if (operation) throw bad(part);
    if (value.list !== null) return [result(String(value.texts?.length ?? 0), inQuotes)];
    checkSet(shown, value.texts?.[0], state);
    return [result(String([...(value.texts?.[0] ?? "")].length), inQuotes)];
  }
  if (operation?.type === "Default") return yield* byDefault(part, operation, value, expander, inQuotes);
  if (value.list === null && operation?.type !== "Transform") checkSet(shown, value.texts?.[0], state);
  if (!operation) return pieces(value, inQuotes, state);
  if (operation.type === "Slice") return yield* slice(operation, name, value, expander, inQuotes);
  if (operation.type === "Transform") return yield* transform(part, name, value, state, inQuotes);
  const change: Change =
    toggles > 0 ? (text) => done(toggled(text, toggles === 2)) : yield* changer(part, operation, expander);
  if (value.texts === undefined) return pieces(value, inQuotes, state);
  const texts: string[] = [];
  for (const text of value.texts) {
    state.budget.text(text.length + CHANGE_COST);
    yield* breathe(state.budget);
    texts.push(yield* change(text));
  }
  return pieces({ texts, list: value.list }, inQuotes, state);
}

/** What looking at one more text costs, in characters. */
const CHANGE_COST = 400;
type Change = (text: string) => Running<string>;

/** `${x~}` and `${x~~}`: upper and lower case change places. */
const toggled = (text: string, all: boolean): string =>
  [...text]
    .map((character, i) =>
      i > 0 && !all
        ? character
        : character === character.toUpperCase()
          ? character.toLowerCase()
          : character.toUpperCase(),
    )
    .join("");

type Operation<T extends ParameterOperation["type"]> = Extract<ParameterOperation, { readonly type: T }>;

function* byDefault(
  part: ParameterExpansionPart,
  operation: Operation<"Default">,
  value: Value,
  expander: Expander,
  inQuotes: boolean,
): Running<Piece[]> {
  const { state } = expander;
  const { operator, operand } = operation;
  const texts = value.texts ?? [];
  const unset = value.list === null ? value.texts === undefined : texts.length === 0;
  const empty = value.list === null ? texts[0] === "" : texts.join("") === "" && texts.length <= 1;
  const missing = unset || (operator.startsWith(":") && empty);
  const kind = operator.at(-1);
  const alternative = function* (): Running<Piece[]> {
    const expanded = yield* expander.words.expandParts(inQuotes ? inDoubleQuotes(operand) : operand, expander);
    if (inQuotes) return expanded.map((piece) => (piece === BREAK ? piece : quoted(piece.text)));
    // Unquoted text of the operand is split as what an expansion gave.
    return expanded.map((piece, i) =>
      piece === BREAK || !isBare(operand, i, piece.text) ? piece : { ...piece, split: true, quoted: false },
    );
  };
  if (kind === "+") return missing ? (inQuotes ? [quoted("")] : []) : yield* alternative();
  if (!missing) return pieces(value, inQuotes, state);
  if (kind === "?") {
    const message = yield* expander.words.expandText(operand, expander);
    throw new ShellError(
      `${part.parameter}: ${message || (operator === ":?" ? "parameter null or not set" : "parameter not set")}`,
      127,
      "exit",
    );
  }
  if (kind !== "=") return yield* alternative();
  if (!/^[A-Za-z_]/.test(part.parameter)) throw new ShellError(`$${part.parameter}: cannot assign in this way`);
  const text = yield* expander.words.expandText(inQuotes ? inDoubleQuotes(operand) : operand, expander);
  try {
    if (part.index)
      state.variables.setElement(part.parameter, yield* subscriptOf(part.index, part.parameter, expander), text);
    else state.variables.set(part.parameter, text);
  } catch (error) {
    if (error instanceof Refused) throw new ShellError(error.message);
    throw error;
  }
  return [result(text, inQuotes)];
}

/** Is a piece of the operand text that stood there without quotes? */
const isBare = (operand: Word, at: number, text: string): boolean =>
  operand.parts
    ? operand.parts.length > at && operand.parts[at]?.type === "Literal" && operand.parts[at].text === text
    : operand.text === text;

/** Inside double quotes single quotes are characters like others. */
function inDoubleQuotes(operand: Word): Word {
  if (!operand.text.includes("'")) return operand;
  if (!operand.parts) return { ...operand, value: operand.text };
  const parts = operand.parts.map((part) =>
    part.type === "SingleQuoted"
      ? { type: "Literal" as const, pos: part.pos, end: part.end, text: part.text, value: part.text }
      : part,
  );
  return { ...operand, parts };
}

function* slice(
  operation: Operation<"Slice">,
  name: string,
  value: Value,
  expander: Expander,
  inQuotes: boolean,
): Running<Piece[]> {
  const { state } = expander;
  const offset = Number(yield* expander.words.arithmetic(operation.offset.text, expander));
  const length = operation.length
    ? Number(yield* expander.words.arithmetic(operation.length.text, expander))
    : undefined;
  if (value.list !== null) {
    if (length !== undefined && length < 0) throw new ShellError(`${operation.length?.text}: substring expression < 0`);
    let texts: readonly string[];
    if (name === "@" || name === "*") {
      const all = [state.name, ...state.positional];
      const from = offset < 0 ? all.length + offset : offset;
      texts = from < 0 ? [] : all.slice(from, length === undefined ? undefined : from + length);
    } else {
      const all = yield* elementsOf(name, state);
      const indexed = state.variables.find(name)?.indexed !== undefined;
      const last = indexed ? Number(all.at(-1)?.[0] ?? -1) : all.length - 1;
      const from = offset < 0 ? last + 1 + offset : offset;
      const wanted = from < 0 ? [] : all.filter(([key], i) => (indexed ? Number(key) : i) >= from);
      texts = wanted.slice(0, length).map(([, text]) => text);
    }
    return listPieces(texts, value.list, inQuotes, state);
  }
  const text = [...(value.texts?.[0] ?? "")];
  const from = offset < 0 ? text.length + offset : offset;
  if (from < 0 || from > text.length) return [result("", inQuotes)];
  const to = length === undefined ? text.length : length < 0 ? text.length + length : from + length;
  if (to < from) throw new ShellError(`${operation.length?.text}: substring expression < 0`);
  return [result(text.slice(from, to).join(""), inQuotes)];
}

/** What `#`, `%`, `/`, `^` and `,` do to each text. */
function* changer(part: ParameterExpansionPart, operation: ParameterOperation, expander: Expander): Running<Change> {
  const { state } = expander;
  const extended = state.shopts.has("extglob");
  switch (operation.type) {
    case "Remove": {
      const pattern = Pattern.of(yield* expander.words.expandOperand(operation.operand, expander), { extended });
      const longest = operation.operator.length === 2;
      const atStart = operation.operator.startsWith("#");
      return function* (text) {
        const length = yield* affix(pattern, text, atStart ? "prefix" : "suffix", longest, state.budget);
        return atStart ? text.slice(length) : text.slice(0, text.length - length);
      };
    }
    case "Replace": {
      const pattern = Pattern.of(yield* expander.words.expandOperand(operation.pattern, expander), {
        extended,
        ignoreCase: state.shopts.has("nocasematch"),
      });
      const replacement = (yield* expander.words.expandParts(operation.replacement, expander))
        .map((piece) => (piece === BREAK ? " " : piece.quoted ? piece.text.replace(/[\\&]/g, "\\$&") : piece.text))
        .join("");
      return (text) => replace(text, pattern, replacement, operation.operator, state.budget);
    }
    case "CaseModification": {
      const pattern = operation.operand
        ? Pattern.of(yield* expander.words.expandOperand(operation.operand, expander), { extended })
        : null;
      const upper = operation.operator.startsWith("^");
      const all = operation.operator.length === 2;
      return function* (text) {
        const changed = new Growing();
        for (const character of text) {
          state.budget.spend(NS_PER_MATCH);
          yield* breathe(state.budget);
          const stays = (changed.length > 0 && !all) || (pattern && !pattern.matches(character));
          changed.add(stays ? character : upper ? character.toUpperCase() : character.toLowerCase());
        }
        return changed.toString();
      };
    }
    default:
      throw bad(part);
  }
}

/** What trying a pattern at a place costs. */
const NS_PER_MATCH = 300;

/** `/` replaces the first match, `//` all, `/#` and `/%` one at the beginning or the end. An unquoted `&` is what matched. */
function* replace(
  text: string,
  pattern: Pattern,
  replacement: string,
  operator: string,
  budget: Budget,
): Running<string> {
  const by = (match: string): string =>
    replacement.replace(/\\([\\&])|&/gs, (whole, escaped?: string) => escaped ?? (whole === "&" ? match : whole));
  if (pattern.plain === "") return operator === "/#" ? by("") + text : operator === "/%" ? text + by("") : text;
  // As in bash, nothing at all is matched by what begins with a star only, at the end by what may be left out, too.
  if (text === "" && !(operator === "/%" ? "*?!" : "*").includes(pattern.start)) return text;
  if (operator === "/#") {
    const end = (yield* pattern.ends(text, 0, budget)).at(-1);
    return end === undefined ? text : by(text.slice(0, end)) + text.slice(end);
  }
  if (operator === "/%") {
    const start = text.length - (yield* affix(pattern, text, "suffix", true, budget));
    const matched = start < text.length || ("*?!".includes(pattern.start) && pattern.matches(""));
    return matched ? text.slice(0, start) + by(text.slice(start)) : text;
  }
  const out = new Growing();
  let from = 0;
  for (let at = 0; at <= text.length; ) {
    budget.spend(NS_PER_MATCH);
    yield* breathe(budget);
    budget.holds(out.length);
    if (pattern.plain !== null) {
      const next = text.indexOf(pattern.plain, at);
      if (next < 0) break;
      at = next;
    }
    const end = (yield* pattern.ends(text, at, budget)).at(-1);
    if (end === undefined || (end === at && at === text.length && text.length > 0)) {
      at++;
      continue;
    }
    out.add(text.slice(from, at) + by(text.slice(at, end)));
    from = end;
    if (operator === "/") break;
    if (end === at) {
      out.add(text.slice(at, at + 1));
      from = ++at;
    } else at = end;
  }
  out.add(text.slice(from));
  return out.toString();
}

function* transform(
  part: ParameterExpansionPart,
  name: string,
  value: Value,
  state: ShellState,
  inQuotes: boolean,
): Running<Piece[]> {
  const how = part.operation?.type === "Transform" ? part.operation.operand.text : "";
  const texts = value.texts;
  const variable = state.variables.find(name);
  const changes: Readonly<Record<string, (text: string) => string>> = {
    Q: quoteAlways,
    U: (text) => text.toUpperCase(),
    u: (text) => text.charAt(0).toUpperCase() + text.slice(1),
    L: (text) => text.toLowerCase(),
    E: (text) => text.replace(/\\n/g, "\n").replace(/\\t/g, "\t").replace(/\\\\/g, "\\"),
    P: (text) => text,
  };
  const change = Object.hasOwn(changes, how) ? changes[how] : undefined;
  if (change) return pieces({ texts: texts?.map(change), list: value.list }, inQuotes, state);
  const attributes = `${variable?.indexed ? "a" : ""}${variable?.keyed ? "A" : ""}${variable?.integer ? "i" : ""}${variable?.readonly ? "r" : ""}${variable?.exported ? "x" : ""}`;
  if (how === "a")
    return pieces(
      {
        texts: variable ? (value.list ? (texts ?? []).map(() => attributes) : [attributes]) : undefined,
        list: value.list,
      },
      inQuotes,
      state,
    );
  if (how === "A") {
    if (texts === undefined) return [];
    const flag = attributes === "" ? "" : `declare -${attributes} `;
    if (variable?.indexed || variable?.keyed) {
      const all = (yield* elementsOf(name, state)).map(([key, text]) => `[${key}]=${quoteDouble(text)}`).join(" ");
      return [result(`${flag}${name}=(${all}${variable.keyed ? " " : ""})`, inQuotes)];
    }
    return [result(`${flag}${name}=${quoteAlways(texts[0] ?? "")}`, inQuotes)];
  }
  if (how === "K" || how === "k") {
    const all = value.list
      ? (yield* elementsOf(name, state)).map(([key, text]) => `${key} ${quoteDouble(text)}`).join(" ")
      : quoteAlways(texts?.[0] ?? "");
    return [result(all, inQuotes)];
  }
  throw bad(part);
}

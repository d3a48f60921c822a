/** Brace expansion: `a{b,c}d`, `{1..9..2}`, `{a..e}`. It works on the text of words, before anything else is expanded. */
/** Braces inside each other and one after another: each takes of JavaScript's stack. */
const MAX_DEPTH = 200;

/** Texts that are made one at a time, for there may be many. */
export interface Texts {
  readonly count: number;
  each(): Iterable<string>;
}

/** The words that a word's text stands for: the text itself when it has no braces that count; `undefined` beyond `most`. */
export function expandBraces(text: string, most: number, depth = 0): Texts | undefined {
  const group = firstGroup(text);
  if (!group) return { count: 1, each: () => [text] };
  if (depth > MAX_DEPTH) return undefined;
  const { start, end, parts } = group;
  const before = text.slice(0, start);
  const after = expandBraces(text.slice(end + 1), most, depth + 1);
  const middles = parts.length > 1 ? choices(parts, most, depth + 1) : sequence(parts[0] ?? "", most);
  if (!after || !middles || middles.count * after.count > most) return undefined;
  return {
    count: middles.count * after.count,
    *each() {
      for (const middle of middles.each()) for (const rest of after.each()) yield before + middle + rest;
    },
  };
}

function choices(parts: readonly string[], most: number, depth: number): Texts | undefined {
  const all: Texts[] = [];
  let count = 0;
  for (const part of parts) {
    const words = expandBraces(part, most, depth);
    count += words?.count ?? 0;
    if (!words || count > most) return undefined;
    all.push(words);
  }
  return {
    count,
    *each() {
      for (const words of all) yield* words.each();
    },
  };
}

interface Group {
  readonly start: number;
  readonly end: number;
  readonly parts: readonly string[];
}

/** The first `{…}` that has a comma or is a sequence. Quotes, `${…}` and `$(…)` are passed over. */
function firstGroup(text: string): Group | undefined {
  for (let i = 0; i < text.length; i++) {
    const passed = pass(text, i);
    if (passed > i) {
      i = passed - 1;
      continue;
    }
    if (text[i] !== "{") continue;
    const group = groupAt(text, i);
    if (group && (group.parts.length > 1 || SEQUENCE.test(group.parts[0] ?? ""))) return group;
  }
  return undefined;
}

function groupAt(text: string, start: number): Group | undefined {
  const parts: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let i = start; i < text.length; i++) {
    const passed = pass(text, i);
    if (passed > i) {
      i = passed - 1;
      continue;
    }
    if (text[i] === "{") depth++;
    else if (text[i] === "," && depth === 1) {
      parts.push(text.slice(from, i));
      from = i + 1;
    } else if (text[i] === "}" && --depth === 0) return { start, end: i, parts: [...parts, text.slice(from, i)] };
  }
  return undefined;
}

/** Behind a quoted stretch or an expansion that begins here; the same place when none does. */
function pass(text: string, at: number): number {
  const character = text[at];
  if (character === "\\") return at + 2;
  if (character === "'") return behind(text.indexOf("'", at + 1), text);
  if (character === '"' || character === "`") {
    for (let i = at + 1; i < text.length; i++) {
      if (text[i] === "\\") i++;
      else if (text[i] === character) return i + 1;
    }
    return text.length;
  }
  if (character === "$" && (text[at + 1] === "{" || text[at + 1] === "(")) {
    const [open, close] = text[at + 1] === "{" ? ["{", "}"] : ["(", ")"];
    let depth = 0;
    for (let i = at + 1; i < text.length; i++) {
      if (text[i] === "\\") i++;
      else if (text[i] === open) depth++;
      else if (text[i] === close && --depth === 0) return i + 1;
    }
    return text.length;
  }
  return at;
}

const behind = (at: number, text: string): number => (at < 0 ? text.length : at + 1);

const NUMBERS = /^([+-]?\d{1,15})\.\.([+-]?\d{1,15})(?:\.\.([+-]?\d{1,15}))?$/;
const LETTERS = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.([+-]?\d{1,5}))?$/;
const SEQUENCE = new RegExp(`${NUMBERS.source}|${LETTERS.source}`);

/** `1..10`, `01..10..3`, `a..e`; `undefined` when that is too long. */
function sequence(text: string, most: number): Texts | undefined {
  const numbers = NUMBERS.exec(text);
  const [, from = "", to = "", by] = numbers ?? LETTERS.exec(text) ?? [];
  const value = (end: string): number => (numbers ? Number(end) : end.charCodeAt(0));
  const [first, last] = [value(from), value(to)];
  const step = (Math.abs(Number(by ?? 1)) || 1) * (first <= last ? 1 : -1);
  if ((last - first) / step > most) return undefined;
  const padded = numbers && [from, to].some((end) => /^[+-]?0\d/.test(end)) ? Math.max(from.length, to.length) : 0;
  const shown = (n: number): string => {
    if (!numbers) return String.fromCharCode(n);
    return n < 0 && padded > 0 ? `-${String(-n).padStart(padded - 1, "0")}` : String(n).padStart(padded, "0");
  };
  return {
    count: Math.floor((last - first) / step) + 1,
    *each() {
      for (let n = first; step > 0 ? n <= last : n >= last; n += step) yield shown(n);
    },
  };
}

/** Brace expansion: `a{b,c}d`, `{1..9..2}`, `{a..e}`. It works on the text of words, before anything else is expanded. */
const MAX_WORDS = 20_000;

/** The words that a word's text stands for; the text itself when it has no braces that count. */
export function expandBraces(text: string, budget = { left: MAX_WORDS }): string[] {
  const group = firstGroup(text);
  if (!group) return [text];
  const { start, end, parts } = group;
  const before = text.slice(0, start);
  const after = expandBraces(text.slice(end + 1), budget);
  const middles =
    parts.length > 1 ? parts.flatMap((part) => expandBraces(part, budget)) : (sequence(parts[0] ?? "") ?? []);
  const all: string[] = [];
  for (const middle of middles) {
    for (const rest of after) {
      if (--budget.left < 0) return all;
      all.push(before + middle + rest);
    }
  }
  return all;
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
    if (group && (group.parts.length > 1 || sequence(group.parts[0] ?? "") !== undefined)) return group;
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

/** `1..10`, `01..10..3`, `a..e`; `undefined` when it is none. */
function sequence(text: string): string[] | undefined {
  const numbers = /^([+-]?\d{1,15})\.\.([+-]?\d{1,15})(?:\.\.([+-]?\d{1,15}))?$/.exec(text);
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.([+-]?\d{1,5}))?$/.exec(text);
  const found = numbers ?? letters;
  if (!found) return undefined;
  const [, from = "", to = "", by] = found;
  const value = (end: string): number => (numbers ? Number(end) : end.charCodeAt(0));
  const [first, last] = [value(from), value(to)];
  const step = (Math.abs(Number(by ?? 1)) || 1) * (first <= last ? 1 : -1);
  const padded = numbers && [from, to].some((end) => /^[+-]?0\d/.test(end)) ? Math.max(from.length, to.length) : 0;
  const all: string[] = [];
  for (let n = first; step > 0 ? n <= last : n >= last; n += step) {
    if (all.length >= MAX_WORDS) break;
    if (!numbers) all.push(String.fromCharCode(n));
    else all.push(n < 0 && padded > 0 ? `-${String(-n).padStart(padded - 1, "0")}` : String(n).padStart(padded, "0"));
  }
  return all;
}

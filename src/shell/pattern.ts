/**
 * Shell patterns (`*`, `?`, `[…]`), matched in time proportional to pattern times text. In a pattern a backslash
 * makes the next character plain.
 */
type Piece = { readonly any: true } | { readonly one: (character: string) => boolean };

const plain = (expected: string): Piece => ({ one: (character) => character === expected });

function compile(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!;
    if (character === "\\" && i + 1 < pattern.length) pieces.push(plain(pattern[++i]!));
    else if (character === "*") pieces.push({ any: true });
    else if (character === "?") pieces.push({ one: () => true });
    else if (character === "[") {
      const set = bracket(pattern, i);
      pieces.push(set ? { one: set.has } : plain("["));
      if (set) i = set.end;
    } else pieces.push(plain(character));
  }
  return pieces;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /\d/,
  alnum: /[A-Za-z0-9]/,
  space: /\s/,
  blank: /[ \t]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9A-Fa-f]/,
  print: /[ -~]/,
};

/** A bracket expression that starts at `start`; `end` is the place of its closing bracket. Also used for regular expressions. */
export function bracket(
  pattern: string,
  start: number,
  escapes = true,
): { readonly has: (character: string) => boolean; readonly end: number } | undefined {
  let i = start + 1;
  const negated = pattern[i] === "!" || pattern[i] === "^";
  if (negated) i++;
  const tests: ((character: string) => boolean)[] = [];
  for (let first = true; i < pattern.length; first = false) {
    if (pattern[i] === "]" && !first) {
      const has = (character: string) => tests.some((test) => test(character)) !== negated;
      return { has, end: i };
    }
    const named = /^\[:(\w+):\]/.exec(pattern.slice(i, i + 12));
    const klass = named ? CLASSES[named[1] ?? ""] : undefined;
    if (named && klass) {
      tests.push((character) => klass.test(character));
      i += named[0].length;
      continue;
    }
    if (escapes && pattern[i] === "\\" && i + 1 < pattern.length) i++;
    const from = pattern[i++] ?? "";
    let to = from;
    if (pattern[i] === "-" && pattern[i + 1] !== "]" && i + 1 < pattern.length) {
      to = pattern[i + 1] ?? from;
      i += 2;
    }
    tests.push((character) => character >= from && character <= to);
  }
  return undefined;
}

/** Does the whole text match? */
export function matches(pattern: string, text: string): boolean {
  const pieces = compile(pattern);
  let piece = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const current = pieces[piece];
    if (current && "any" in current) {
      star = piece++;
      starAt = at;
    } else if (current && "one" in current && current.one(text[at]!)) {
      piece++;
      at++;
    } else if (star >= 0) {
      piece = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (pieces[piece] && "any" in pieces[piece]!) piece++;
  return piece === pieces.length;
}

/** The part of the text that `${x#pattern}` and its kin cut off: at which end, and the longest or the shortest. */
export function affix(pattern: string, text: string, end: "prefix" | "suffix", longest: boolean): number {
  for (let i = 0; i <= text.length; i++) {
    const length = longest ? text.length - i : i;
    if (matches(pattern, end === "prefix" ? text.slice(0, length) : text.slice(text.length - length))) return length;
  }
  return 0;
}

export const isPattern = (text: string): boolean => /[*?[]/.test(text);
export const escapePattern = (text: string): string => text.replace(/[\\*?[\]!^-]/g, "\\$&");

/**
 * Shell patterns (`*`, `?`, `[…]`, and `@(a|b)` and its kin), matched by following all possibilities at once: in time
 * proportional to pattern times text, whatever the pattern. A backslash in a pattern makes the next character plain.
 */
import { type Budget, type Running, breathe } from "./system.ts";

type Piece =
  | { readonly is: "any" }
  | { readonly is: "one"; readonly one: (character: string) => boolean; readonly plain: string | null }
  | { readonly is: "group"; readonly operator: string; readonly choices: readonly (readonly Piece[])[] };

export interface PatternOptions {
  readonly ignoreCase?: boolean;
  readonly extended?: boolean;
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
  graph: /[!-~]/,
  cntrl: /[\0-\x1f\x7f]/,
  word: /\w/,
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
      const escaped = escapes && pattern[i + 1] === "\\" && i + 2 < pattern.length;
      to = pattern[i + (escaped ? 2 : 1)] ?? from;
      i += escaped ? 3 : 2;
    }
    tests.push((character) => character >= from && character <= to);
  }
  return undefined;
}

const MAX_NESTING = 50;

function compile(pattern: string, { ignoreCase = false, extended = true }: PatternOptions, depth = 0): Piece[] {
  const pieces: Piece[] = [];
  const fold = (has: (character: string) => boolean): ((character: string) => boolean) =>
    ignoreCase ? (character) => has(character.toLowerCase()) || has(character.toUpperCase()) : has;
  const plain = (expected: string): Piece => ({
    is: "one",
    one: fold((character) => character === expected),
    plain: ignoreCase && expected.toLowerCase() !== expected.toUpperCase() ? null : expected,
  });
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] as string;
    if (extended && depth < MAX_NESTING && "?*+@!".includes(character) && pattern[i + 1] === "(") {
      const group = groupAt(pattern, i + 1);
      if (group) {
        const choices = group.choices.map((choice) => compile(choice, { ignoreCase, extended }, depth + 1));
        pieces.push({ is: "group", operator: character, choices });
        i = group.end;
        continue;
      }
    }
    if (character === "\\" && i + 1 < pattern.length) pieces.push(plain(pattern[++i] as string));
    else if (character === "*") {
      if (pieces.at(-1)?.is !== "any") pieces.push({ is: "any" });
    } else if (character === "?") pieces.push({ is: "one", one: () => true, plain: null });
    else if (character === "[") {
      const set = bracket(pattern, i);
      pieces.push(set ? { is: "one", one: fold(set.has), plain: null } : plain("["));
      if (set) i = set.end;
    } else pieces.push(plain(character));
  }
  return pieces;
}

/** The choices between the parenthesis at `open` and the one that closes it. */
function groupAt(pattern: string, open: number): { readonly choices: string[]; readonly end: number } | undefined {
  const choices: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let i = open; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === "\\") i++;
    else if (character === "(") depth++;
    else if (character === "|" && depth === 1) {
      choices.push(pattern.slice(from, i));
      from = i + 1;
    } else if (character === ")" && --depth === 0) return { choices: [...choices, pattern.slice(from, i)], end: i };
  }
  return undefined;
}

/** What looking at one place costs. */
const NS_PER_PLACE = 20;

/** Where a match can end that begins at any of `starts`; ascending. */
function* follow(
  pieces: readonly Piece[],
  text: string,
  starts: readonly number[],
  budget: Budget | null,
): Running<number[]> {
  let at = starts;
  for (const piece of pieces) {
    if (at.length === 0) return [];
    if (piece.is === "group") at = yield* group(piece.operator, piece.choices, text, at, budget);
    else {
      const next: number[] = [];
      if (piece.is === "any") {
        for (let i = at[0] as number; i <= text.length; i++) {
          next.push(i);
          if (budget && i % AT_ONCE === 0) yield* paid(budget, AT_ONCE);
        }
      } else {
        for (const [n, i] of at.entries()) {
          if (i < text.length && piece.one(text[i] as string)) next.push(i + 1);
          if (budget && n % AT_ONCE === AT_ONCE - 1) yield* paid(budget, AT_ONCE);
        }
      }
      budget?.spend((next.length % AT_ONCE) * NS_PER_PLACE);
      at = next;
    }
  }
  return [...at];
}

/** Places looked at before others may go on. */
const AT_ONCE = 4096;

function* paid(budget: Budget, places: number): Running<void> {
  budget.spend(places * NS_PER_PLACE);
  yield* breathe(budget);
}

/** What never has to wait, for it has no budget. */
function atOnce<T>(steps: Running<T>): T {
  const step = steps.next();
  if (!step.done) throw new Error("a match without a budget waited");
  return step.value;
}

function* group(
  operator: string,
  choices: readonly (readonly Piece[])[],
  text: string,
  starts: readonly number[],
  budget: Budget | null,
): Running<number[]> {
  const once = function* (from: readonly number[]): Running<Set<number>> {
    const ends = new Set<number>();
    for (const choice of choices) for (const end of yield* follow(choice, text, from, budget)) ends.add(end);
    if (budget) yield* paid(budget, ends.size + 1);
    return ends;
  };
  const sorted = (all: Set<number>): number[] => [...all].sort((a, b) => a - b);
  switch (operator) {
    case "@":
      return sorted(yield* once(starts));
    case "?": {
      const ends = yield* once(starts);
      for (const start of starts) ends.add(start);
      return sorted(ends);
    }
    case "!": {
      const ends = new Set<number>();
      for (const start of starts) {
        const not = yield* once([start]);
        for (let end = start; end <= text.length; end++) {
          if (!not.has(end)) ends.add(end);
          if (budget && end % AT_ONCE === 0) yield* paid(budget, 4 * AT_ONCE);
        }
      }
      return sorted(ends);
    }
    default: {
      const reached = new Set<number>(operator === "*" ? starts : []);
      let fresh = starts;
      while (fresh.length > 0) {
        const next: number[] = [];
        for (const end of yield* once(fresh)) {
          if (reached.has(end)) continue;
          reached.add(end);
          next.push(end);
        }
        fresh = next.sort((a, b) => a - b);
      }
      return sorted(reached);
    }
  }
}

/** What is left of a pattern, in each way to take it, once it has matched a dot that stands in it. */
function afterDot([first, ...rest]: readonly Piece[]): Piece[][] {
  if (first?.is === "one") return first.plain === "." ? [rest] : [];
  if (first?.is !== "group" || first.operator === "!") return [];
  const { operator, choices } = first;
  const again: Piece[] = "*+".includes(operator) ? [{ is: "group", operator: "*", choices }] : [];
  const within = choices.flatMap((choice) => afterDot(choice).map((left) => [...left, ...again, ...rest]));
  const leftOut = "*?".includes(operator) || choices.some((choice) => choice.length === 0);
  return leftOut ? [...within, ...afterDot(rest)] : within;
}

const CACHED = 256;
const cache = new Map<string, Pattern>();

export class Pattern {
  private readonly pieces: readonly Piece[];
  private readonly simple: boolean;
  private hidden: readonly Pattern[] | undefined;
  /** The text itself when nothing in the pattern is special. */
  readonly plain: string | null;

  /** What it begins with: a group's operator, `*` for a star, and else "one", a character. */
  readonly start: string;

  private constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
    const [first] = pieces;
    this.start = first?.is === "group" ? first.operator : first?.is === "any" ? "*" : "one";
    this.simple = pieces.every((piece) => piece.is !== "group");
    const plain = pieces.map((piece) => (piece.is === "one" ? piece.plain : null));
    this.plain = plain.includes(null) ? null : plain.join("");
  }

  static of(pattern: string, options: PatternOptions = {}): Pattern {
    const key = `${options.ignoreCase ? "i" : ""}${options.extended === false ? "b" : ""}/${pattern}`;
    const held = cache.get(key);
    if (held) return held;
    if (cache.size >= CACHED) cache.clear();
    const made = new Pattern(compile(pattern, options));
    cache.set(key, made);
    return made;
  }

  /** Does the whole text match? For texts that are short, such as names. */
  matches(text: string): boolean {
    return atOnce(this.matching(text, null));
  }

  /** Does a file's name match? The dot of a hidden one only matches a dot, be it in a group: no star, no set of characters. */
  matchesName(name: string): boolean {
    if (!name.startsWith(".")) return this.matches(name);
    this.hidden ??= afterDot(this.pieces).map((pieces) => new Pattern(pieces));
    return this.hidden.some((rest) => rest.matches(name.slice(1)));
  }

  /** Does the whole text match? It may be long: others go on meanwhile. */
  *matching(text: string, budget: Budget | null): Running<boolean> {
    if (this.plain !== null) return text === this.plain;
    if (this.simple) return yield* this.greedy(text, budget);
    return (yield* follow(this.pieces, text, [0], budget)).at(-1) === text.length;
  }

  /** Without groups: only the last `*` ever has to give way. */
  private *greedy(text: string, budget: Budget | null): Running<boolean> {
    const { pieces } = this;
    let piece = 0;
    let at = 0;
    let star = -1;
    let starAt = 0;
    let steps = 0;
    while (at < text.length) {
      if (budget && ++steps % AT_ONCE === 0) yield* paid(budget, AT_ONCE);
      const current = pieces[piece];
      if (current?.is === "any") {
        star = piece++;
        starAt = at;
      } else if (current?.is === "one" && current.one(text[at] as string)) {
        piece++;
        at++;
      } else if (star >= 0) {
        piece = star + 1;
        at = ++starAt;
      } else return false;
    }
    while (pieces[piece]?.is === "any") piece++;
    return piece === pieces.length;
  }

  /** Where a match that begins at `start` can end, ascending. */
  *ends(text: string, start: number, budget: Budget): Running<number[]> {
    if (this.plain !== null) return text.startsWith(this.plain, start) ? [start + this.plain.length] : [];
    return yield* follow(this.pieces, text, [start], budget);
  }
}

/** Does the whole text match? */
export const matches = (pattern: string, text: string, options?: PatternOptions): boolean =>
  Pattern.of(pattern, options).matches(text);

/** Length of what `${x#pattern}` and its kin cut off: at which end, and the longest or the shortest; 0 when nothing matches. */
export function* affix(
  pattern: Pattern,
  text: string,
  end: "prefix" | "suffix",
  longest: boolean,
  budget: Budget,
): Running<number> {
  if (end === "prefix") {
    const ends = yield* pattern.ends(text, 0, budget);
    return (longest ? ends.at(-1) : ends[0]) ?? 0;
  }
  if (pattern.plain !== null) return text.endsWith(pattern.plain) ? pattern.plain.length : 0;
  for (let i = 0; i <= text.length; i++) {
    const length = longest ? text.length - i : i;
    yield* paid(budget, length / 16 + 1);
    if (yield* pattern.matching(text.slice(text.length - length), budget)) return length;
  }
  return 0;
}

export const isPattern = (text: string, extended = false): boolean => {
  const bare = text.replace(/\\./gs, "");
  return /[*?]|\[.*\]/s.test(bare) || (extended && /[?*+@!]\(/.test(bare));
};
export const escapePattern = (text: string): string => text.replace(/[\\*?[\]!^()|+@-]/g, "\\$&");

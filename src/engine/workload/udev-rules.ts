/**
 * Rules of udev, as far as memory needs them: each line compares keys of an event, and writes to files of its device
 * (udev(7); systemd 252, src/udev/udev-rules.c). ACTION, SUBSYSTEM, KERNEL, DEVPATH, ATTR{file}, TEST and ENV{name} are
 * compared; ATTR{file} and ENV{name} are given values; GOTO leads to a LABEL further on. What a rule says beyond that is not
 * known here, and such a rule is told apart instead of being half done.
 */

interface Match {
  readonly key: string;
  readonly attribute: string;
  readonly equal: boolean;
  readonly pattern: string;
}
interface Assignment {
  readonly key: "ATTR" | "ENV";
  readonly attribute: string;
  readonly value: string;
}
/** A file of rules by its path. */
export interface RulesFile {
  readonly path: string;
  readonly text: string;
}

export interface UdevRule {
  readonly file: string;
  /** Number of its line in the file, from 1. */
  readonly line: number;
  readonly matches: readonly Match[];
  readonly assignments: readonly Assignment[];
  readonly label: string | null;
  readonly goTo: string | null;
}

const COMPARED = new Set(["ACTION", "SUBSYSTEM", "KERNEL", "DEVPATH", "ATTR", "TEST", "ENV"]);
const TOKEN = /\s*,?\s*([A-Z_]+)(?:\{([^}]*)\})?\s*(==|!=|:=|\+=|-=|=)\s*"((?:[^"\\]|\\.)*)"/y;

/** A line that is no rule, or one that is not simulated; udev leaves out what it can't read. */
export interface RuleProblem {
  readonly line: number;
  readonly problem: string;
}

/** The rules of a file, and what is wrong with the others. */
export function parseRules({ path, text }: RulesFile): {
  readonly rules: readonly UdevRule[];
  readonly problems: readonly RuleProblem[];
} {
  const problems: RuleProblem[] = [];
  const rules: UdevRule[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = i + 1;
    let said = lines[i] as string;
    while (said.endsWith("\\") && i + 1 < lines.length) said = said.slice(0, -1) + (lines[++i] as string);
    if (said.trim() === "" || said.trim().startsWith("#")) continue;
    const rule = parseRule(said, path, line);
    if (typeof rule === "string") problems.push({ line, problem: rule });
    else rules.push(rule);
  }
  const leads = ({ goTo }: UdevRule, at: number): boolean =>
    goTo === null || rules.some(({ label }, below) => below > at && label === goTo);
  for (const [at, rule] of rules.entries())
    if (!leads(rule, at)) problems.push({ line: rule.line, problem: `GOTO="${rule.goTo}" has no matching label` });
  return { rules: rules.filter(leads), problems };
}

function parseRule(said: string, file: string, line: number): UdevRule | string {
  const matches: Match[] = [];
  const assignments: Assignment[] = [];
  let label: string | null = null;
  let goTo: string | null = null;
  TOKEN.lastIndex = 0;
  for (let end = 0; said.slice(end).trim() !== ""; end = TOKEN.lastIndex) {
    const found = TOKEN.exec(said);
    if (!found) return `Invalid key/value pair: ${said.slice(end).trim()}`;
    const [, key = "", attribute = "", operator, value = ""] = found;
    if ((operator === "==" || operator === "!=") && COMPARED.has(key))
      matches.push({ key, attribute, equal: operator === "==", pattern: value });
    else if (operator === "=" && (key === "ATTR" || key === "ENV")) assignments.push({ key, attribute, value });
    else if (operator === "=" && key === "LABEL") label = value;
    else if (operator === "=" && key === "GOTO") goTo = value;
    else return `${key}${operator} is not simulated`;
  }
  return { file, line, matches, assignments, label, goTo };
}

/** What one character of a text has to be; `null`: any number of any. */
type Wildcard = ((character: string) => boolean) | null;

/** A set of characters and ranges, as between `[` and `]`; a range that runs backwards holds nothing. */
function setOf(members: string, not: boolean): Wildcard {
  const ranges = [...members.matchAll(/(.)-(.)|./gs)].map(([all, from, to]) => [from ?? all, to ?? all] as const);
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== not;
}

/** fnmatch(3): `*`, `?`, `[…]`, and `\\` before what stands for itself. A `[` that is never closed does, too. */
function wildcardsOf(pattern: string): readonly Wildcard[] {
  return [...pattern.matchAll(/\*|\?|\[(!?)(\]?[^\]]*)\]|\\?(.)/gs)].map(([all, not, members, plain]): Wildcard => {
    if (all === "*") return null;
    if (all === "?") return () => true;
    if (members !== undefined) return setOf(members, not === "!");
    return (character) => character === plain;
  });
}

/**
 * A pattern with the alternatives of udev (`|` between whole patterns) against a whole text. Rules come with scenarios of
 * anybody: what it takes grows with the product of both lengths, whatever they are.
 */
export const matchesPattern = (pattern: string, text: string): boolean =>
  pattern.split("|").some((each) => matches(wildcardsOf(each), [...text]));

function matches(wildcards: readonly Wildcard[], text: readonly string[]): boolean {
  let [at, place] = [0, 0];
  /** The last `*`, and how much of the text it takes so far: to take more is all that can be tried again. */
  let star: { readonly at: number; upTo: number } | null = null;
  while (place < text.length) {
    const wildcard = wildcards[at];
    if (wildcard === null) {
      star = { at, upTo: place };
      at++;
    } else if (wildcard?.(text[place] as string)) {
      at++;
      place++;
    } else if (star) {
      at = star.at + 1;
      place = ++star.upTo;
    } else return false;
  }
  return wildcards.slice(at).every((wildcard) => wildcard === null);
}

/** What rules are applied to. */
export interface RuleSubject {
  /** ACTION, SUBSYSTEM, KERNEL, DEVPATH. */
  readonly keys: Readonly<Record<string, string>>;
  /** A file of the device; `null` where there is none. */
  readonly read: (file: string) => string | null;
}

/** A write that a rule asks for. */
export interface RuleWrite {
  readonly rule: UdevRule;
  readonly file: string;
  readonly value: string;
}

/** The rules one after the other: each write is yielded, and what comes after it sees what it did. */
export function* applyRules(rules: readonly UdevRule[], subject: RuleSubject): Generator<RuleWrite, void> {
  const env = new Map<string, string>();
  const filled = (value: string): string =>
    value.replace(/\$env\{([^}]*)\}/g, (_, name: string) => env.get(name) ?? "");
  const holds = ({ key, attribute, equal, pattern }: Match): boolean => {
    if (key === "TEST") return (subject.read(pattern) !== null) === equal;
    if (key === "ENV") return matchesPattern(pattern, env.get(attribute) ?? "") === equal;
    const text = key === "ATTR" ? subject.read(attribute)?.trimEnd() : subject.keys[key];
    // A file that isn't there matches nothing, whichever way it is asked.
    return text !== undefined && matchesPattern(pattern, text) === equal;
  };
  for (let at = 0; at < rules.length; at++) {
    const rule = rules[at] as UdevRule;
    if (!rule.matches.every(holds)) continue;
    for (const { key, attribute, value } of rule.assignments) {
      if (key === "ENV") env.set(attribute, filled(value));
      else yield { rule, file: attribute, value: filled(value) };
    }
    if (rule.goTo !== null) at = rules.findIndex(({ label }, below) => below > at && label === rule.goTo) - 1;
  }
}

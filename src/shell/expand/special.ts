/** Values of parameters: variables, and what the shell itself is the source of (`$?`, `$-`, `FUNCNAME` …). */
import type { ShellState } from "../state.ts";
import { type Running, breathe } from "../system.ts";

/** The value of a variable or special parameter; `undefined` when unset. */
export function variableValue(name: string, state: ShellState): string | undefined {
  switch (name) {
    case "?":
      return String(state.status);
    case "#":
      return String(state.positional.length);
    case "0":
      return state.name;
    case "$":
      return String(state.shellPid);
    case "!":
      return state.lastBackground === null ? undefined : String(state.lastBackground);
    case "-":
      return flags(state);
    case "_":
      return state.lastArgument;
    default:
      if (/^\d+$/.test(name)) return state.positional[Number(name) - 1];
      if (name === "PIPESTATUS") return String(state.pipeStatus[0] ?? 0);
      if (name === "FUNCNAME") return state.frames.at(-1)?.name;
      if (name === "BASH_LINENO") return state.frames.at(-1) ? String(state.frames.at(-1)?.line) : undefined;
      if (name === "BASH_SOURCE") return state.frames.at(-1)?.source;
      if (name === "DIRSTACK") return state.cwd;
      return state.variables.get(name);
  }
}

const LETTERS: readonly (readonly [string, Parameters<ShellState["options"]["has"]>[0]])[] = [
  ["a", "allexport"],
  ["e", "errexit"],
  ["f", "noglob"],
  ["h", "hashall"],
  ["m", "monitor"],
  ["n", "noexec"],
  ["u", "nounset"],
  ["v", "verbose"],
  ["x", "xtrace"],
  ["B", "braceexpand"],
  ["C", "noclobber"],
  ["E", "errtrace"],
  ["H", "history"],
  ["T", "functrace"],
];

function flags(state: ShellState): string {
  const set = LETTERS.filter(([, option]) => state.options.has(option)).map(([letter]) => letter);
  if (state.interactive) set.splice(set.filter((letter) => letter < "i" && letter >= "a").length, 0, "i");
  return set.join("") + (state.fromArgument ? "c" : "");
}

const NS_PER_ELEMENT = 50;

/** Elements of what is an array or looks like one: of a large one others go on meanwhile. */
export function* elementsOf(name: string, state: ShellState): Running<[string, string][]> {
  const listed = (texts: readonly (string | number)[]): [string, string][] =>
    texts.map((text, i) => [String(i), String(text)]);
  if (name === "PIPESTATUS") return listed(state.pipeStatus);
  if (name === "FUNCNAME") return listed(state.frames.map((frame) => frame.name).reverse());
  if (name === "BASH_LINENO") return listed(state.frames.map((frame) => frame.line).reverse());
  if (name === "BASH_SOURCE") return listed(state.frames.map((frame) => frame.source).reverse());
  if (name === "DIRSTACK") return listed([state.cwd, ...state.folders]);
  const all: [string, string][] = [];
  for (const element of state.variables.elements(name)) {
    all.push(element);
    state.budget.spend(NS_PER_ELEMENT);
    yield* breathe(state.budget);
  }
  return all;
}

/** Arrays that are the shell's own. */
export const SPECIAL_ARRAYS: ReadonlySet<string> = new Set([
  "PIPESTATUS",
  "FUNCNAME",
  "BASH_LINENO",
  "BASH_SOURCE",
  "DIRSTACK",
]);

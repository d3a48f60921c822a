/** Builtins of programmable completion: `compgen` gives names; what `complete` is told is kept, and Tab does without it. */
import { parse } from "unbash";
import { matchPaths } from "../expand/fields.ts";
import { append, expandWords } from "../expand/words.ts";
import { quoteIfNeeded } from "../expand/quote.ts";
import { Pattern } from "../pattern.ts";
import { commands } from "../readline/complete.ts";
import { signalNames } from "../process/signals.ts";
import { runWords } from "../run/simple.ts";
import { SHOPT_NAMES, absolute } from "../state.ts";
import type { Running } from "../system.ts";
import { type BuiltinContext, complain, lettersOf, print, usage } from "./builtin.ts";
import { OPTIONS } from "./variables.ts";

const GENERATORS =
  "[-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix]";
const ACTIONS: Readonly<Record<string, string>> = {
  a: "alias",
  b: "builtin",
  c: "command",
  d: "directory",
  e: "export",
  f: "file",
  g: "group",
  j: "job",
  k: "keyword",
  s: "service",
  u: "user",
  v: "variable",
};
const KEYWORDS =
  "if then else elif fi case esac for select while until do done in function time { } ! [[ ]] coproc".split(" ");

/** The names of an action, or `undefined` when there is no such action. Files and folders are those that begin with the word. */
function namesOf(action: string, word: string, { state }: BuiltinContext): readonly string[] | undefined {
  const { variables } = state;
  switch (action) {
    case "alias":
      return [...state.aliases.keys()].sort();
    case "arrayvar":
      return [...variables.names()].filter((name) => variables.find(name)?.indexed || variables.find(name)?.keyed);
    case "builtin":
    case "enabled":
    case "helptopic":
      return [...state.system.parts.builtins.keys()].sort();
    case "command":
      return commands(state, word);
    case "directory":
    case "file":
      return paths(action, word, state);
    case "export":
      return [...variables.names()].filter((name) => variables.find(name)?.exported);
    case "function":
      return [...state.functions.keys()].sort();
    case "job":
    case "running":
    case "stopped":
      return state.jobs.list().flatMap((job) => {
        const fits = action === "job" || job.state.toLowerCase() === action;
        return fits ? [job.text.split(" ", 1)[0] ?? ""] : [];
      });
    case "keyword":
      return KEYWORDS;
    case "setopt":
      return OPTIONS;
    case "shopt":
      return SHOPT_NAMES;
    case "signal":
      return ["EXIT", ...signalNames.map((name) => `SIG${name}`)];
    case "user":
    case "group":
      return ["root"];
    case "variable":
      return [...variables.names()];
    case "binding":
    case "disabled":
    case "hostname":
    case "service":
      return [];
    default:
      return undefined;
  }
}

function paths(action: string, word: string, state: BuiltinContext["state"]): readonly string[] {
  const folder = word.slice(0, word.lastIndexOf("/") + 1);
  const { files } = state.system;
  const listed = files.list(absolute(state, folder || "."));
  if ("errno" in listed) return [];
  const all = listed.names.map((name) => folder + name);
  return action === "file" ? all : all.filter((path) => "names" in files.list(absolute(state, path)));
}

/** What `compgen` was asked for: all that fits the word, unfiltered. */
function* generated(
  context: BuiltinContext,
  flags: ReadonlyMap<string, string>,
  actions: readonly string[],
  word: string,
): Running<string[]> {
  const { state, interpreter } = context;
  const all = actions.flatMap((action) => namesOf(action, word, context) ?? []);
  const glob = flags.get("G");
  if (glob !== undefined) append(all, yield* matchPaths(glob, state));
  const list = flags.get("W");
  if (list !== undefined) {
    const read = parse(`: ${list}`).commands[0]?.command;
    const words = read?.type === "Command" ? read.suffix.flatMap((word) => (word.type === "Word" ? word : [])) : [];
    const noglob = state.options.has("noglob");
    state.options.add("noglob");
    try {
      append(all, yield* expandWords(words, interpreter));
    } finally {
      if (!noglob) state.options.delete("noglob");
    }
  }
  const fitting = all.filter((name) => name.startsWith(word));
  const called = flags.get("F");
  if (called === undefined) return fitting;
  yield* complain(context, "warning: -F option may not work as you expect");
  state.variables.unset("COMPREPLY");
  yield* runWords([called, "compgen", word, ""], interpreter);
  return [...fitting, ...Array.from(state.variables.elements("COMPREPLY"), ([, text]) => text)];
}

export function* compgen(context: BuiltinContext): Running<number> {
  const { flags, rest, bad } = lettersOf(context.args, "abcdefgjksuvo:A:G:W:F:C:X:P:S:");
  if (bad !== null) return yield* usage(context, bad, `compgen [-abcdefgjksuv] ${GENERATORS} [word]`);
  const actions = [...flags].flatMap(([letter, value]) => (letter === "A" ? value : (ACTIONS[letter] ?? [])));
  for (const action of actions)
    if (namesOf(action, "", context) === undefined)
      return yield* complain(context, `${action}: invalid action name`, 2);
  if (flags.size === 0) return 0;
  let found = yield* generated(context, flags, actions, rest[0] ?? "");
  const filter = flags.get("X");
  if (filter !== undefined && filter !== "") {
    const pattern = Pattern.of(filter.replace(/^!/, ""), { extended: true });
    found = found.filter((name) => pattern.matches(name) === filter.startsWith("!"));
  }
  const [before, after] = [flags.get("P") ?? "", flags.get("S") ?? ""];
  yield* print(context, found.map((name) => `${before}${name}${after}\n`).join(""));
  return found.length > 0 ? 0 : 1;
}

export function* complete(context: BuiltinContext): Running<number> {
  const { completions } = context.state;
  const { flags, rest, bad } = lettersOf(context.args, "abcdefgjksuvprDEIo:A:G:W:F:C:X:P:S:");
  if (bad !== null) return yield* usage(context, bad, `complete [-abcdefgjksuv] [-pr] [-DEI] ${GENERATORS} [name ...]`);
  const names = rest.length > 0 ? rest : [..."DEI"].filter((letter) => flags.has(letter)).map((letter) => `-${letter}`);
  if (flags.has("r")) {
    for (const name of names) completions.delete(name);
    if (names.length === 0) completions.clear();
    return 0;
  }
  let status = 0;
  if (flags.has("p") || flags.size === 0) {
    for (const name of names.length > 0 ? names : [...completions.keys()].sort()) {
      const told = completions.get(name);
      if (told === undefined) status = yield* complain(context, `${name}: no completion specification`);
      else yield* print(context, `complete ${told}${name}\n`);
    }
    return status;
  }
  const told = [...flags].filter(([letter]) => !"DEI".includes(letter));
  const text = told.map(([letter, value]) => `-${letter} ${value === "" ? "" : `${quoteIfNeeded(value)} `}`).join("");
  for (const name of names) completions.set(name, text);
  return 0;
}

export function* compopt(context: BuiltinContext): Running<number> {
  return yield* complain(context, "not currently executing completion function");
}

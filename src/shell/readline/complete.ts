/** Completion of what is typed: commands at the beginning of a command, variables after `$`, paths everywhere else. */
import { type ShellState, absolute } from "../state.ts";
import type { Candidate, Completion } from "./candidates.ts";

const KEYWORDS = [
  "case",
  "do",
  "done",
  "elif",
  "else",
  "esac",
  "fi",
  "for",
  "function",
  "if",
  "in",
  "select",
  "then",
  "time",
  "until",
  "while",
];
/** Commands that a folder must follow, and those that take names of commands. */
const FOLDERS: ReadonlySet<string> = new Set(["cd", "pushd", "rmdir"]);
const COMMANDS: ReadonlySet<string> = new Set([
  "man",
  "type",
  "which",
  "command",
  "exec",
  "time",
  "timeout",
  "watch",
  "sudo",
  "nohup",
  "xargs",
  "help",
]);

const escaped = (text: string): string => text.replace(/[\s'"\\|&;<>()$`*?[\]!{}#]/g, "\\$&");

export function complete(line: string, cursor: number, state: ShellState): Completion {
  const before = line.slice(0, cursor);
  const start = wordStart(before);
  const raw = before.slice(start);
  const quote = /^["']/.exec(raw)?.[0] ?? "";
  const word = quote ? raw.slice(1) : raw.replace(/\\(.)/g, "$1");
  const from = start + quote.length;
  const variable = /\$(\{?)(\w*)$/.exec(raw);
  if (variable && quote !== "'") {
    const [, brace = "", part = ""] = variable;
    const names = [...state.variables.names(part)];
    return {
      from: cursor - part.length,
      candidates: names.map((name) => ({ text: name, after: brace ? "}" : "", shown: name })),
    };
  }
  const earlier = before.slice(0, start);
  const command =
    /(?:^|[|&;({]|\b(?:then|do|else|elif|if|while|until|!)\s)\s*(\w+=\S*\s+)*([^\s|&;()<>]+)\s[^|&;]*$/.exec(
      earlier,
    )?.[2] ?? "";
  const isCommand = /(^|[|&;({`]|\$\(|\b(then|do|else|elif|if|while|until|time)\s|!\s)\s*(\w+=\S*\s+)*$/.test(earlier);
  if ((isCommand || COMMANDS.has(command)) && !word.includes("/") && !/[<>]\s*$/.test(earlier)) {
    const found = commands(state, word).map((name): Candidate => ({ text: name, after: " ", shown: name }));
    if (found.length > 0 || word === "") return { from, candidates: found };
  }
  return { from, candidates: paths(word, state, { foldersOnly: FOLDERS.has(command), quote }) };
}

/** Where the last word begins: after blanks and operators that are not quoted. */
function wordStart(text: string): number {
  let start = 0;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (quote) {
      if (character === quote) quote = "";
    } else if (character === "\\") i++;
    else if (character === '"' || character === "'") {
      if (i === start) start = i;
      quote = character;
    } else if (/[\s|&;<>()=:]/.test(character)) start = i + 1;
  }
  return start;
}

/** Names of commands that begin so, sorted. */
export function commands(state: ShellState, prefix: string): string[] {
  const { builtins } = state.system.parts;
  const all = new Set([...builtins.keys(), ...KEYWORDS, ...state.functions.keys(), ...state.aliases.keys()]);
  for (const folder of (state.variables.get("PATH") ?? "").split(":")) {
    const listed = state.system.files.list(absolute(state, folder || "."));
    if ("names" in listed) for (const name of listed.names) all.add(name);
  }
  return [...all].filter((name) => name.startsWith(prefix)).sort();
}

/** Names sorted as people count: memory9 before memory10. */
const byNumber = (a: string, b: string): number => {
  const [left, right] = [/^(.*?)(\d*)$/.exec(a), /^(.*?)(\d*)$/.exec(b)];
  if (left && right && left[1] === right[1] && left[2] && right[2]) return Number(left[2]) - Number(right[2]);
  return a < b ? -1 : a > b ? 1 : 0;
};

function paths(
  word: string,
  state: ShellState,
  { foldersOnly, quote }: { readonly foldersOnly: boolean; readonly quote: string },
): Candidate[] {
  const slash = word.lastIndexOf("/") + 1;
  const [folder, prefix] = [word.slice(0, slash), word.slice(slash)];
  const home = state.variables.get("HOME") ?? "/root";
  const real = absolute(state, folder.replace(/^~(?=\/)/, home) || ".");
  const { files } = state.system;
  const listed = files.list(real);
  if ("errno" in listed) return [];
  const all: Candidate[] = [];
  for (const name of [...listed.names].sort(byNumber)) {
    if (!name.startsWith(prefix) || (name.startsWith(".") && prefix === "")) continue;
    const isFolder = "names" in files.list(`${real}/${name}`);
    if (foldersOnly && !isFolder) continue;
    const text = quote ? folder + name : folder.replace(/^(?!~)/, "") + escaped(name);
    all.push({ text, after: isFolder ? "/" : `${quote} `, shown: isFolder ? `${name}/` : name });
  }
  return all;
}

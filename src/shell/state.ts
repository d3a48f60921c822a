/** What a shell remembers between commands, and how it speaks of its errors. */
import type { CompoundCommand, CompoundList, Redirected } from "unbash";
import type { Effort } from "./arithmetic.ts";
import type { Jobs } from "./jobs.ts";
import type { Process } from "./process/process.ts";
import type { Userland } from "./process/userland.ts";
import { type Computed, Variables } from "./variables.ts";
import type { Budget } from "./system.ts";

/** Text that is being run, for line numbers and for quoting what a function was made of. */
export class Source {
  readonly text: string;
  /** What messages begin with; `$0` when null. */
  readonly name: string | null;
  /** Where a syntax error in it is: `-c`, `eval`. */
  readonly place: string | null;
  private readonly firstLine: number;
  private starts: number[] | null = null;

  constructor(text: string, name: string | null = null, firstLine = 1, place: string | null = null) {
    this.text = text;
    this.place = place;
    this.name = name;
    this.firstLine = firstLine;
  }

  lineAt(position: number): number {
    if (!this.starts) {
      this.starts = [0];
      for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) this.starts.push(at + 1);
    }
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] as number) <= position) low = middle;
      else high = middle;
    }
    return this.firstLine + low;
  }
}

export interface ShellFunction {
  readonly name: string;
  readonly body: CompoundCommand | Redirected | CompoundList;
  readonly source: Source;
  /** The definition as it was written. */
  readonly text: string;
  /** Letters of `declare`, in its order: `r` readonly, `t` traced, `x` exported. */
  readonly attributes: string;
}

/** `set -o`, by long name. */
export type OptionName =
  | "allexport"
  | "errexit"
  | "noglob"
  | "noclobber"
  | "nounset"
  | "xtrace"
  | "verbose"
  | "noexec"
  | "pipefail"
  | "monitor"
  | "errtrace"
  | "functrace"
  | "hashall"
  | "braceexpand"
  | "emacs"
  | "history"
  | "ignoreeof"
  | "interactive-comments"
  | "posix";

export const OPTION_LETTERS: Readonly<Record<string, OptionName>> = {
  a: "allexport",
  e: "errexit",
  f: "noglob",
  C: "noclobber",
  u: "nounset",
  x: "xtrace",
  v: "verbose",
  n: "noexec",
  m: "monitor",
  E: "errtrace",
  T: "functrace",
  h: "hashall",
  B: "braceexpand",
};

/** `shopt`, as far as something depends on it. */
export type ShoptName =
  | "nullglob"
  | "failglob"
  | "dotglob"
  | "extglob"
  | "globstar"
  | "nocaseglob"
  | "nocasematch"
  | "lastpipe"
  | "expand_aliases"
  | "inherit_errexit"
  | "xpg_echo"
  | "checkwinsize"
  | "cmdhist"
  | "histappend"
  | "sourcepath"
  | "autocd";
export const SHOPT_NAMES: readonly ShoptName[] = [
  "autocd",
  "checkwinsize",
  "cmdhist",
  "dotglob",
  "expand_aliases",
  "extglob",
  "failglob",
  "globstar",
  "histappend",
  "inherit_errexit",
  "lastpipe",
  "nocaseglob",
  "nocasematch",
  "nullglob",
  "sourcepath",
  "xpg_echo",
];

/** A descriptor of a process substitution, and which end of the pipe it is. */
export interface Lent {
  readonly descriptor: number;
  readonly side: "read" | "write";
}

/** Traps of what is no signal. */
export type OwnTrap = "ERR" | "DEBUG" | "RETURN";

export interface Coprocess {
  readonly name: string;
  readonly process: Process;
  /** The shell's ends: its output, its input. */
  readonly descriptors: readonly number[];
}

export interface Frame {
  readonly name: string;
  /** Line of the call. */
  readonly line: number;
  readonly source: string;
}

export interface ShellState {
  readonly system: Userland;
  readonly process: Process;
  readonly budget: Budget;
  readonly effort: Effort;
  variables: Variables;
  functions: Map<string, ShellFunction>;
  /** What `complete` was told of commands, as `complete -p` prints it. */
  completions: Map<string, string>;
  readonly aliases: Map<string, string>;
  positional: readonly string[];
  /** `$0`: the script's path, or `sh` for `sh -c`. */
  readonly name: string;
  /** The text being run. */
  source: Source;
  /** What `$BASH_COMMAND` is. */
  running: { readonly source: Source; readonly pos: number; readonly end: number } | null;
  /** Position of the command that runs, in the source. */
  position: number;
  cwd: string;
  /** `$?` */
  status: number;
  pipeStatus: number[];
  readonly options: Set<OptionName>;
  readonly shopts: Set<ShoptName>;
  /** Commands of traps, by signal number; 0 is EXIT. "" ignores. */
  readonly traps: Map<number | OwnTrap, string>;
  readonly jobs: Jobs;
  /** `$!` */
  lastBackground: number | null;
  /** `$$`: the shell that this is a subshell of, or its own number. */
  readonly shellPid: number;
  readonly interactive: boolean;
  /** Started as `sh -c` or `bash -c`. */
  readonly fromArgument: boolean;
  /** How deep in commands, functions, texts and substitutions. */
  depth: number;
  readonly subshells: number;
  /** Loops around the command that runs, in this function. */
  loops: number;
  readonly frames: Frame[];
  readonly folders: string[];
  /** In a condition, where `set -e` and the ERR trap look away. */
  unchecked: number;
  /** Status of the last command substitution of a command that has no name. */
  substituted: number | null;
  /** `$_` */
  lastArgument: string;
  readonly hashed: Map<string, string>;
  readonly started: number;
  /** Seed of `$RANDOM`. */
  random: number;
  /** The process is there for one command, which takes its place instead of being its child. */
  replace: boolean;
  /** Where `getopts` is inside an argument. */
  optionPosition: { readonly index: number; readonly within: number } | null;
  /** Traps wait while one runs. */
  trapping: boolean;
  /** Aliases that are being expanded: none is expanded inside itself. */
  readonly expanding: Set<string>;
  /** Descriptors that process substitutions of the running command use. */
  readonly lent: Lent[];
  readonly coprocs: Coprocess[];
  /** Lines that were read at the prompt, oldest first. */
  readonly history: string[];
}

/** A shell's own memory holds this much nesting; a real one goes on to the end of its stack and dies of it. */
export const MAX_DEPTH = 2000;
/** Calls of functions inside each other when FUNCNEST does not say. */
export const MAX_CALLS = 1000;

const computedOf = (state: () => ShellState): Map<string, Computed> => {
  let seconds = 0;
  return new Map<string, Computed>([
    [
      "RANDOM",
      {
        get: () => {
          const held = state();
          held.random = (Math.imul(held.random, 1_103_515_245) + 12_345) >>> 0;
          return String((held.random >>> 16) & 32_767);
        },
        set: (text) => {
          state().random = Number.parseInt(text, 10) >>> 0;
        },
      },
    ],
    [
      "SECONDS",
      {
        get: () => String(Math.floor((state().system.now() - state().started) / 1e9) + seconds),
        set: (text) => {
          seconds = (Number.parseInt(text, 10) || 0) - Math.floor((state().system.now() - state().started) / 1e9);
        },
      },
    ],
    ["LINENO", { get: () => String(lineOf(state())) }],
    ["BASHPID", { get: () => String(state().process.pid) }],
    ["BASH_SUBSHELL", { get: () => String(state().subshells) }],
    ["EPOCHSECONDS", { get: () => String(Math.floor(state().system.now() / 1e9)) }],
    ["EPOCHREALTIME", { get: () => (state().system.now() / 1e9).toFixed(6) }],
    ["PPID", { get: () => String(state().process.parent?.pid ?? 1) }],
    [
      "BASH_COMMAND",
      {
        get: () => {
          const { running } = state();
          return running ? running.source.text.slice(running.pos, running.end) : "";
        },
      },
    ],
    ["UID", { get: () => "0" }],
    ["EUID", { get: () => "0" }],
    ["SHELLOPTS", { get: () => [...state().options].sort().join(":") }],
    ["BASHOPTS", { get: () => [...state().shopts].sort().join(":") }],
  ]);
};

/** Gives a state its variables: computed ones look at the state itself. */
export function withVariables(state: Omit<ShellState, "variables">, from: Variables): ShellState {
  const made = state as ShellState;
  made.variables = from.copy(computedOf(() => made));
  return made;
}

export { Variables };

/** A copy that changes on its own: subshells, pipelines, substitutions. Traps that do something are the parent's own. */
export function subshell(state: ShellState, process: Process): ShellState {
  return withVariables(
    {
      ...state,
      process,
      budget: process.budget,
      functions: new Map(state.functions),
      completions: new Map(state.completions),
      aliases: new Map(state.aliases),
      options: new Set([...state.options].filter((option) => option !== "monitor")),
      shopts: new Set(state.shopts),
      traps: new Map(
        [...state.traps].filter(([trap, text]) => {
          if (text === "") return true;
          return state.options.has(trap === "ERR" ? "errtrace" : "functrace") && typeof trap === "string";
        }),
      ),
      jobs: state.jobs.inherited(),
      frames: [...state.frames],
      folders: [...state.folders],
      hashed: new Map(state.hashed),
      pipeStatus: [...state.pipeStatus],
      lent: [],
      coprocs: [...state.coprocs],
      expanding: new Set(),
      subshells: state.subshells + 1,
      depth: state.depth + 1,
      interactive: false,
      random: (state.random ^ (process.pid * 2_654_435_761)) >>> 0,
      trapping: false,
      replace: false,
    },
    state.variables,
  );
}

export const lineOf = (state: ShellState): number => state.source.lineAt(state.position);

/** What a line of the shell's own begins with: `bash: line 1: `, `./script.sh: line 7: `, at a prompt `bash: `. */
export function complaint(state: ShellState): string {
  const name = state.source.name ?? state.name;
  if (state.interactive && state.source.name === null) return `${name}: `;
  if (state.fromArgument && state.system.dialect === "busybox") return `${name}: `;
  return `${name}: line ${lineOf(state)}: `;
}

/** A path from here; `..` stays in it, for what it means depends on links. */
export const absolute = (state: { readonly cwd: string }, path: string): string =>
  path.startsWith("/") ? path : `${state.cwd === "/" ? "" : state.cwd}/${path}`;

/** A path without `.` and `..`, as the shell keeps it in `$PWD`. */
export function logical(path: string): string {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === "..") names.pop();
    else names.push(name);
  }
  return `/${names.join("/")}`;
}

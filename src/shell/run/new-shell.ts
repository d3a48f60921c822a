/** Shells of their own: what they begin with, and the scripts and `-c` lines that they run to the end. */
import { type Statement, parse } from "unbash";
import { Effort } from "../arithmetic.ts";
import { Jobs } from "../jobs.ts";
import { OPTION_LETTERS, type OptionName, type ShellState, Source, Variables, withVariables } from "../state.ts";
import type { Running } from "../system.ts";
import { ShellError, Unwind } from "../unwind.ts";
import type { Interpreter } from "./interpreter.ts";
import { isolated } from "./isolated.ts";
import { say } from "./say.ts";
import { mistake, statusOf, syntaxError } from "./syntax-error.ts";

export interface NewShell {
  readonly text: string;
  /** `$0`. */
  readonly name: string;
  readonly positional: readonly string[];
  /** `-e`, `-x` and the like. */
  readonly options: readonly string[];
  /** `-c`: messages are of the line. */
  readonly fromArgument?: boolean;
}

export const DEFAULT_OPTIONS: readonly OptionName[] = ["braceexpand", "hashall", "interactive-comments"];

/** A shell of its own in a process that is there already: only the environment and the folder come from outside. */
export function* newShell(from: ShellState, given: NewShell): Running<number> {
  const variables = new Variables();
  for (const [name, text] of from.variables.environment()) {
    variables.set(name, text);
    variables.export(name);
  }
  const state = freshState(from, variables, given);
  for (const [name, called] of from.functions) if (called.attributes.includes("x")) state.functions.set(name, called);
  for (const option of given.options) {
    if (option.startsWith("-o")) {
      state.options.add(option.slice(2) as OptionName);
      continue;
    }
    for (const letter of /^-([a-zA-Z]+)$/.exec(option)?.[1] ?? "") {
      const name = OPTION_LETTERS[letter];
      if (name) state.options.add(name);
    }
  }
  return yield* runScript(given.text, from.system.parts.interpreterOf(state));
}

/** Defaults of a shell that starts. */
export function freshState(
  from: Pick<ShellState, "system" | "process" | "cwd">,
  variables: Variables,
  given: Omit<NewShell, "options" | "text"> & { readonly text?: string; readonly interactive?: boolean },
): ShellState {
  const set = (name: string, text: string, exported = false): void => {
    if (variables.get(name) === undefined) variables.set(name, text);
    if (exported) variables.export(name);
  };
  set("IFS", " \t\n");
  variables.set("IFS", " \t\n");
  set("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", true);
  set("HOME", "/root", true);
  set("USER", "root", true);
  set("LOGNAME", "root", true);
  set("SHELL", "/bin/bash", true);
  set("TERM", from.process.terminal ? "xterm-256color" : "dumb", true);
  set("HOSTNAME", from.system.partition);
  set("HOSTTYPE", "x86_64");
  set("OSTYPE", "linux-gnu");
  set("MACHTYPE", "x86_64-pc-linux-gnu");
  set("BASH", "/bin/bash");
  set("BASH_VERSION", "5.2.15(1)-release");
  set("PS4", "+ ");
  set("OPTIND", "1");
  variables.set("PWD", from.cwd);
  variables.export("PWD");
  const level = (Number(variables.get("SHLVL")) || 0) + 1;
  variables.set("SHLVL", String(level));
  variables.export("SHLVL");
  if (variables.find("BASH_VERSINFO") === undefined)
    variables.setArray(
      "BASH_VERSINFO",
      ["5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"].map((text) => ({ key: null, text })),
    );
  return withVariables(
    {
      system: from.system,
      process: from.process,
      budget: from.process.budget,
      effort: new Effort(),
      functions: new Map(),
      completions: new Map(),
      aliases: new Map(),
      positional: given.positional,
      name: given.name,
      source: new Source(given.text ?? ""),
      position: 0,
      running: null,
      cwd: from.cwd,
      status: 0,
      pipeStatus: [0],
      options: new Set(DEFAULT_OPTIONS),
      shopts: new Set(["extglob", "sourcepath", "checkwinsize", "cmdhist"]),
      traps: new Map(),
      jobs: new Jobs(),
      lastBackground: null,
      shellPid: from.process.pid,
      interactive: given.interactive ?? false,
      fromArgument: given.fromArgument ?? false,
      depth: 0,
      subshells: 0,
      loops: 0,
      frames: [],
      folders: [],
      unchecked: 0,
      substituted: null,
      lastArgument: given.name,
      hashed: new Map(),
      started: from.system.now(),
      random: (from.process.pid * 2_654_435_761) >>> 0,
      replace: false,
      optionPosition: null,
      trapping: false,
      lent: [],
      coprocs: [],
      expanding: new Set(),
      history: [],
    },
    variables,
  );
}

/** Runs a script or a `-c` line to its end, the EXIT trap included. */
export function* runScript(text: string, interpreter: Interpreter): Running<number> {
  const { state } = interpreter;
  const source = new Source(text);
  state.source = source;
  state.budget.text(text.length);
  return yield* isolated(interpreter, function* () {
    const parsed = parse(text);
    const wrong = mistake(parsed, text);
    const limit = wrong?.start ?? Number.POSITIVE_INFINITY;
    const commands = parsed.commands.filter((statement) => statement.pos < limit);
    const last = commands.at(-1);
    for (const line of lines(commands, text)) {
      // The last command of a line that is given as an argument takes the shell's place.
      if (
        state.fromArgument &&
        !wrong &&
        line.length === 1 &&
        line[0] === last &&
        commands.length === 1 &&
        last?.command.type === "Command" &&
        !last.background
      )
        state.replace = true;
      try {
        yield* interpreter.statements(line);
      } catch (error) {
        if (!(error instanceof ShellError) || error.ends === "exit") throw error;
        if (error.message !== "") yield* say(state, error.message);
        state.status = error.status;
        state.loops = 0;
        state.unchecked = 0;
        // A line of `-c` is given up whole.
        if (state.fromArgument) return error.status;
      }
    }
    if (wrong) {
      yield* syntaxError(wrong.trouble, source, state);
      state.status = statusOf(wrong.trouble, state);
      throw new Unwind("exit", state.status);
    }
    return state.status;
  });
}

/** Commands that were read together: those on one line. */
function lines(commands: readonly Statement[], text: string): Statement[][] {
  const all: Statement[][] = [];
  let end = -1;
  for (const statement of commands) {
    if (end >= 0 && !text.slice(end, statement.pos).includes("\n")) all.at(-1)?.push(statement);
    else all.push([statement]);
    end = statement.end;
  }
  return all;
}

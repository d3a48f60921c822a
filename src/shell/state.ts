/** What a shell remembers between commands, and how it speaks of its errors. */
import type { Budget, System } from "./system.ts";

export interface ShellState {
  readonly system: System;
  readonly budget: Budget;
  readonly variables: Map<string, string>;
  readonly positional: readonly string[];
  /** `$0`: the script's path, or `sh` for `sh -c`. */
  readonly name: string;
  /** The text being run, for line numbers; `null` where the shell prints none (`sh -c`). */
  readonly source: string | null;
  cwd: string;
  /** `$?` */
  status: number;
  /** How deep in loops, subshells and substitutions. */
  depth: number;
}

export const MAX_DEPTH = 200;

/** A copy that changes on its own: subshells, pipelines, substitutions. */
export const subshell = (state: ShellState): ShellState => ({
  ...state,
  variables: new Map(state.variables),
  depth: state.depth + 1,
});

/** What a line of the shell's own begins with: `/tmp/cmd: line 1: `. */
export function complaint(state: ShellState, position: number): string {
  if (state.source === null) return `${state.name}: `;
  const line = state.source.slice(0, position).split("\n").length;
  return `${state.name}: line ${line}: `;
}

/** A path from here; `..` stays in it, for what it means depends on links. */
export const absolute = (state: ShellState, path: string): string =>
  path.startsWith("/") ? path : `${state.cwd}/${path}`;

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

/** A word or construct that cannot be carried out: the message goes to stderr after the complaint, status 2. */
export class ShellError extends Error {
  readonly position: number;
  readonly status: number;

  constructor(message: string, position: number, status = 2) {
    super(message);
    this.position = position;
    this.status = status;
  }
}

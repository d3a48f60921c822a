/**
 * What a shell is put together of. Its parts reach each other through the system that they run on (`system.parts`): the
 * parts of an interpreter call each other in circles, but no file needs to import another that imports it.
 */
import { BUILTINS, SPECIAL } from "./builtins/table.ts";
import type { Builtin } from "./builtins/builtin.ts";
import { Interpreter } from "./run/interpreter.ts";
import type { ShellState } from "./state.ts";

export interface ShellParts {
  /** By name. */
  readonly builtins: ReadonlyMap<string, Builtin>;
  /** POSIX's special builtins, whose errors end a shell in its posix mode. */
  readonly special: ReadonlySet<string>;
  readonly interpreterOf: (state: ShellState) => Interpreter;
}

export const PARTS: ShellParts = {
  builtins: new Map(Object.entries(BUILTINS)),
  special: SPECIAL,
  interpreterOf: (state) => new Interpreter(state),
};

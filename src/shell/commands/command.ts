/** What a command is given, and the simulated time that starting one costs. */
import type { ShellState } from "../state.ts";
import type { Standard } from "../streams.ts";
import type { Running } from "../system.ts";

export interface CommandContext {
  readonly name: string;
  readonly args: readonly string[];
  readonly state: ShellState;
  readonly std: Standard;
  /** Runs another command with the same input and outputs. */
  readonly run: (name: string, args: readonly string[]) => Running<number>;
  /** Runs text in a new shell, as `sh -c` does. */
  readonly shell: (text: string, name: string, positional: readonly string[]) => Running<number>;
}
export type CommandFunction = (context: CommandContext) => Running<number>;

export const MICROSECOND = 1_000;
export const MILLISECOND = 1_000_000;
export const SECOND = 1_000_000_000;

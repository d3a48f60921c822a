/** What a command is given, and the simulated time that starting one costs. */
import type { FileErrno } from "../../engine/sysfs/errno.ts";
import type { OpenFile } from "../io/open-file.ts";
import type { Process } from "../process/process.ts";
import type { ShellState } from "../state.ts";
import type { Standard } from "../streams.ts";
import type { Running } from "../system.ts";

export interface CommandContext {
  readonly name: string;
  readonly args: readonly string[];
  /** The shell's state as it was: its folder, its variables (`state.variables.environment()` is the environment). */
  readonly state: ShellState;
  readonly process: Process;
  readonly std: Standard;
  /** Runs another command with the same input and outputs, and waits for it: its exit status (128+n after a signal). */
  readonly run: (name: string, args: readonly string[]) => Running<number>;
  /**
   * Starts another command and gives its process, on whose `changed` its end can be waited for; or why there is none.
   * Group 0 is a process group of its own; without descriptors of its own it has what this command has open.
   */
  readonly start: (
    words: readonly string[],
    options?: { readonly group?: number; readonly descriptors?: ReadonlyMap<number, OpenFile> },
  ) => Running<Process | { readonly problem: string; readonly status: number } | { readonly errno: FileErrno }>;
  /** Runs text in a new shell, as `sh -c` does. */
  readonly shell: (text: string, name: string, positional: readonly string[]) => Running<number>;
}
export type CommandFunction = (context: CommandContext) => Running<number>;

export const MICROSECOND = 1_000;
export const MILLISECOND = 1_000_000;
export const SECOND = 1_000_000_000;

/** What the command line tools have in common: where they write, and how they end. */
import { BadInput } from "./input.ts";

export interface Output {
  readonly out: (text: string) => unknown;
  readonly err: (text: string) => unknown;
}

/** 0 all is well, 1 something disagrees or the simulator failed, 2 the input cannot be used. */
export type ExitCode = 0 | 1 | 2;

export type Tool = (args: readonly string[], output: Output) => ExitCode;
/** A tool that waits for something. */
export type LateTool = (args: readonly string[], output: Output) => Promise<ExitCode>;

/** What is said before a failure that is not the input's. */
const SIMULATOR_FAILED = "the simulator failed: ";

/** Runs a tool on the process's own arguments and streams. Whatever goes wrong is one line and an exit code. */
export function runTool(tool: Tool): void {
  process.exitCode = guarded(tool, process.argv.slice(2), ownStreams());
}

/** As `runTool`, for a tool that waits. `failing` is said before a failure that is not the input's. */
export async function runLateTool(tool: LateTool, failing = SIMULATOR_FAILED): Promise<void> {
  process.exitCode = await guardedLate(tool, process.argv.slice(2), ownStreams(), failing);
}

/** As `runTool`, on arguments and streams that are given. */
export function guarded(tool: Tool, args: readonly string[], output: Output): ExitCode {
  try {
    return tool(args, output);
  } catch (error) {
    return failed(error, output, SIMULATOR_FAILED);
  }
}

/** As `runLateTool`, on arguments and streams that are given. */
export async function guardedLate(
  tool: LateTool,
  args: readonly string[],
  output: Output,
  failing = SIMULATOR_FAILED,
): Promise<ExitCode> {
  try {
    return await tool(args, output);
  } catch (error) {
    return failed(error, output, failing);
  }
}

/** A text as one line that commands no terminal. */
export const lineOf = (text: string): string => `${text.replace(/\p{Cc}+/gu, " ")}\n`;

function failed(error: unknown, { err }: Output, failing: string): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  const bad = error instanceof BadInput;
  err(lineOf(bad ? message : `${failing}${message}`));
  return bad ? 2 : 1;
}

function ownStreams(): Output {
  // `… | head` closes the pipe early; that is no fault.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2));
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  };
}

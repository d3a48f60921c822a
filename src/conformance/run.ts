/** What the command line tools have in common: where they write, and how they end. */
import { BadInput } from "./input.ts";

export interface Output {
  readonly out: (text: string) => unknown;
  readonly err: (text: string) => unknown;
}

/** 0 all is well, 1 something disagrees or the simulator failed, 2 the input cannot be used. */
export type ExitCode = 0 | 1 | 2;

/** Runs a tool on the process's own arguments and streams. Whatever goes wrong is one line and an exit code. */
export function runTool(tool: (args: readonly string[], output: Output) => ExitCode): void {
  // `… | head` closes the pipe early; that is no fault.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2));
  const output: Output = {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  };
  process.exitCode = guarded(tool, process.argv.slice(2), output);
}

/** As `runTool`, on arguments and streams that are given. */
export function guarded(
  tool: (args: readonly string[], output: Output) => ExitCode,
  args: readonly string[],
  output: Output,
): ExitCode {
  try {
    return tool(args, output);
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).replace(/\p{Cc}+/gu, " ");
    const bad = error instanceof BadInput;
    output.err(`${bad ? message : `the simulator failed: ${message}`}\n`);
    return bad ? 2 : 1;
  }
}

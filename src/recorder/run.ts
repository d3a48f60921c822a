/** How the tools that wait for a real kernel end: as the tools of src/conformance do, but asynchronously. */
import { BadInput } from "../conformance/input.ts";
import type { ExitCode, Output } from "../conformance/run.ts";

export type Tool = (args: readonly string[], output: Output) => Promise<ExitCode>;

/** Runs a tool on the process's own arguments and streams. */
export async function runTool(tool: Tool): Promise<void> {
  // `… | head` closes the pipe early; that is no fault.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2));
  const output: Output = {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  };
  process.exitCode = await guarded(tool, process.argv.slice(2), output);
}

/** As `runTool`, on arguments and streams that are given. Whatever goes wrong is one line and an exit code. */
export async function guarded(tool: Tool, args: readonly string[], output: Output): Promise<ExitCode> {
  try {
    return await tool(args, output);
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).replace(/\p{Cc}+/gu, " ");
    output.err(`${message}\n`);
    return error instanceof BadInput ? 2 : 1;
  }
}

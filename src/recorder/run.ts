/** How the tools that wait for a real kernel end: as those of src/conformance do; what fails is no simulator. */
import { type ExitCode, guardedLate, type LateTool, type Output, runLateTool } from "../conformance/run.ts";

export type Tool = LateTool;

/** Runs a tool on the process's own arguments and streams. */
export const runTool = (tool: Tool): Promise<void> => runLateTool(tool, "");

/** As `runTool`, on arguments and streams that are given. */
export const guarded = (tool: Tool, args: readonly string[], output: Output): Promise<ExitCode> =>
  guardedLate(tool, args, output, "");

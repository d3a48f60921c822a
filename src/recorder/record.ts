/** Plays a scenario on a real kernel in QEMU and writes what it answered as a trace. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BadInput, readJsonText } from "../conformance/input.ts";
import type { ExitCode, Output } from "../conformance/run.ts";
import { type LabScenario, readLabScenario } from "../protocol/trace.ts";
import { KeptBoots } from "./emulator/kept-boots.ts";
import { machineFiles } from "./machine-files.ts";
import { parseOptions } from "./options.ts";
import { recordTrace, refusedMachine } from "./recording.ts";
import { traceText } from "./trace-text.ts";

const USAGE =
  "usage: npm run record -- SCENARIO.json [--kernel VERSION|IMAGE] [--out TRACE.json] [--boots FOLDER] [--accel tcg|kvm]";

export async function record(args: readonly string[], { out, err }: Output): Promise<ExitCode> {
  const { options, rest } = parseOptions(args, ["kernel", "out", "boots", "accel"], USAGE);
  const [file] = rest;
  if (file === undefined || rest.length > 1) throw new BadInput(USAGE);
  const scenario = loadScenario(file);
  const files = machineFiles(options.kernel ?? scenario.kernel, options.accel);
  const total = scenario.steps.length;
  const onStep = (number: number, step: unknown) => err(`step ${number} of ${total}: ${JSON.stringify(step)}\n`);
  const kept = options.boots === undefined ? undefined : new KeptBoots(options.boots);
  const trace = await recordTrace(scenario, { files, kept, onStep }).catch((error: unknown) => {
    throw refusedMachine(file, error);
  });
  if (options.out === undefined) {
    out(traceText(trace));
    return 0;
  }
  write(options.out, traceText(trace));
  out(`${options.out}: ${total} steps on ${trace.kernel}\n`);
  return 0;
}

/** A scenario in the form of the traces: a machine and steps. A trace will do: its answers are left out. */
function loadScenario(file: string): LabScenario {
  const read = readLabScenario(withoutAnswers(readJsonText(file)), file);
  if (!read.ok) throw new BadInput(read.problem);
  for (const [i, step] of read.value.steps.entries())
    if ("sh" in step && step.sh.includes("\n"))
      throw new BadInput(`${file}: steps[${i}].sh: expected one line of shell`);
  return read.value;
}

function withoutAnswers(content: string): string {
  try {
    const value: unknown = JSON.parse(content);
    if (value === null || typeof value !== "object" || !("boot" in value) || !("steps" in value)) return content;
    if (!Array.isArray(value.steps)) return content;
    const steps = value.steps.map((step: { readonly do?: unknown }) => step?.do ?? step);
    return JSON.stringify({ ...value, steps, kernel: undefined });
  } catch {
    return content;
  }
}

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new BadInput(`--out: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Random scenarios on a real kernel and on the simulator. What disagrees is recorded once more, for a real kernel that
 * disagrees with itself proves nothing, and then shrunk to the shortest scenario that shows it.
 */
import { existsSync } from "node:fs";
import { BadInput, findFiles, readJsonText } from "../conformance/input.ts";
import { disagreementLines } from "../conformance/conformance.ts";
import type { ComparedStep } from "../playback/compare.ts";
import { kernelVersion } from "../playback/machine.ts";
import type { ExitCode, Output } from "../conformance/run.ts";
import { type LabScenario, type Trace, readTrace } from "../protocol/trace.ts";
import { MachineLost } from "./emulator/emulated-machine.ts";
import { KeptBoots } from "./emulator/kept-boots.ts";
import { cacheFolder } from "./host/folders.ts";
import { machineFiles } from "./machine-files.ts";
import { parseOptions, wholeOption } from "./options.ts";
import { disagreeing, firstFields, scenarioOf, unsteady, upTo } from "./random/agreement.ts";
import { randomScenario } from "./random/random-scenario.ts";
import { Recordings } from "./random/recordings.ts";
import { shrink } from "./random/shrink.ts";
import { recordTrace } from "./recording.ts";

const USAGE =
  "usage: npm run differential -- --seed S --count N [--kernel VERSION|IMAGE] [--jobs J] [--out FOLDER] [--tries T] [--accel tcg|kvm], or --replay FOLDER";
const LARGEST_SEED = 0xffff_ffff;
const MOST = 1_000_000;
const MOST_JOBS = 64;
/** Real-kernel runs that shrinking one scenario may take. */
const TRIES = 30;

type Say = (text: string) => unknown;

export async function differential(args: readonly string[], { out, err }: Output): Promise<ExitCode> {
  const names = ["seed", "count", "kernel", "jobs", "out", "tries", "accel", "replay"] as const;
  const { options, rest } = parseOptions(args, names, USAGE);
  if (rest.length > 0) throw new BadInput(`unexpected ${JSON.stringify(rest[0])}; ${USAGE}`);
  if (options.replay !== undefined) {
    const other = Object.keys(options).find((name) => name !== "replay");
    if (other !== undefined) throw new BadInput(`--replay takes no --${other}; ${USAGE}`);
    return replay(options.replay, out);
  }
  const seed = wholeOption(options.seed, "seed", 0, LARGEST_SEED, 1);
  const count = wholeOption(options.count, "count", 1, MOST, 10);
  const jobs = wholeOption(options.jobs, "jobs", 1, MOST_JOBS, 1);
  const tries = wholeOption(options.tries, "tries", 0, 1000, TRIES);
  const kernel = options.kernel ?? "6.1";
  const files = machineFiles(kernel, options.accel);
  const recordings = new Recordings(options.out ?? cacheFolder("differential"), kernel);
  const kept = new KeptBoots(cacheFolder("boots"));
  const record = (scenario: LabScenario) => recordTrace(scenario, { files, kept });
  const run = new Run({ record, recordings, tries, out, err });
  let next = seed;
  const work = async (): Promise<void> => {
    while (next < seed + count) await run.scenario(randomScenario(next++, kernel));
  };
  await Promise.all(Array.from({ length: Math.min(jobs, count) }, work));
  if (run.lost === count) throw new BadInput(`no scenario could be played: ${run.whyLost}`);
  return conclude(out, count, run);
}

interface Found {
  readonly disagree: number;
  /** The real kernel itself answers differently each time. */
  readonly unsteady?: number;
  /** The machine did not come up, or stopped answering. */
  readonly lost?: number;
}

function conclude(out: Say, scenarios: number, { disagree, unsteady = 0, lost = 0 }: Found): ExitCode {
  if (unsteady > 0) out(`${unsteady} of them are not definite: the real kernel answers differently each time\n`);
  if (lost > 0) out(`${lost} of them could not be played to their end\n`);
  out(`differential: ${scenarios - lost} scenarios played, ${disagree} disagree\n`);
  return disagree > 0 ? 1 : 0;
}

/** Compares recordings that are there; needs no kernel. */
function replay(folder: string, out: Say): ExitCode {
  if (!existsSync(folder)) throw new BadInput(`${folder}: no such file or folder`);
  // Beside the recordings are scenarios, and what was found not to be definite.
  const files = findFiles([folder]).filter((file) => !/\.scenario\.json$|\/unsteady\//.test(file));
  if (files.length === 0) throw new BadInput(`${folder}: no recording in this folder`);
  let disagree = 0;
  for (const file of files) {
    const read = readTrace(readJsonText(file), file);
    if (!read.ok) throw new BadInput(read.problem);
    const rows = disagreeing(checkedKernel(read.value, file));
    if (rows.length > 0) disagree++;
    tell(out, `${file} (${read.value.kernel})`, rows);
  }
  return conclude(out, files.length, { disagree });
}

function checkedKernel(trace: Trace, where: string): Trace {
  if (kernelVersion(trace.kernel) === undefined)
    throw new BadInput(
      `${where}: kernel: no profile is like ${JSON.stringify(trace.kernel)}, so there is nothing to compare with`,
    );
  return trace;
}

function tell(out: Say, name: string, rows: readonly ComparedStep[]): void {
  for (const row of rows) out(disagreementLines(name, row, false));
}

/** A kernel that stopped has no answer to compare with: why it stopped. */
function reason(error: unknown): string {
  if (error instanceof MachineLost) return error.message;
  throw error;
}

interface RunOptions {
  readonly record: (scenario: LabScenario) => Promise<Trace>;
  readonly recordings: Recordings;
  readonly tries: number;
  readonly out: Say;
  readonly err: Say;
}

class Run {
  disagree = 0;
  unsteady = 0;
  lost = 0;
  whyLost = "";
  private readonly options: RunOptions;

  constructor(options: RunOptions) {
    this.options = options;
  }

  async scenario(scenario: LabScenario): Promise<void> {
    const { recordings, out, err } = this.options;
    const begin = Date.now();
    const cached = recordings.find(scenario);
    const recorded = cached ?? (await this.record(scenario).catch(reason));
    if (typeof recorded === "string") {
      this.lost++;
      this.whyLost = recorded;
      out(`${scenario.name}: ${recorded}\n`);
      return;
    }
    const trace = checkedKernel(recorded, scenario.name);
    if (!cached) recordings.keep(trace);
    const rows = disagreeing(trace);
    const seconds = ((Date.now() - begin) / 1000).toFixed(1);
    err(
      `${scenario.name}: ${scenario.steps.length} steps, ${rows.length === 0 ? "agrees" : "disagrees"} (${seconds} s)\n`,
    );
    if (rows.length === 0) return;
    tell(out, `${scenario.name} (${trace.kernel})`, rows);
    await this.investigate(trace, rows);
  }

  private async investigate(trace: Trace, rows: readonly ComparedStep[]): Promise<void> {
    const { recordings, tries, out } = this.options;
    const [first] = rows;
    if (first === undefined) return;
    const short = upTo(trace, first);
    const again = tries > 0 ? await this.record(scenarioOf(short)) : short;
    const differing = unsteady(short, again);
    if (differing.length > 0) {
      this.unsteady++;
      tell(out, `${trace.name} is not definite`, differing);
      recordings.show("unsteady", short);
      return;
    }
    this.disagree++;
    const fields = firstFields(rows);
    // The same fields, or shrinking would slip to something else.
    const shows = async (simpler: LabScenario): Promise<Trace | null> => {
      const recorded = await this.record(simpler).catch(() => null);
      const [row] = recorded ? disagreeing(recorded) : [];
      const same = row?.disagreements.some(({ field }) => fields.includes(field));
      return recorded && row && same ? upTo(recorded, row) : null;
    };
    const shrunk = await shrink(scenarioOf(short), short, tries, shows);
    const path = recordings.show("disagree", shrunk.found);
    out(
      `${trace.name}: ${shrunk.found.steps.length} of ${trace.steps.length} steps show it, after ${shrunk.tried} tries: ${path}\n`,
    );
    tell(out, `${trace.name}, shrunk`, disagreeing(shrunk.found));
  }

  /** A kernel that stops answering gets a second chance: the host may have been too busy. */
  private async record(scenario: LabScenario): Promise<Trace> {
    try {
      return await this.options.record(scenario);
    } catch (error) {
      if (!(error instanceof MachineLost)) throw error;
      return await this.options.record(scenario);
    }
  }
}

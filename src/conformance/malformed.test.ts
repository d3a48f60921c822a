/**
 * Fed files that are broken in every way that files break (testing/malformed.ts), each tool says so in one line and ends
 * with 2, in a few seconds at most; what is odd and valid all the same is played.
 *
 * `MALFORMED_RUNS=2000 npx vitest run src/conformance/malformed.test.ts` tries more of them; `MALFORMED_SEED` others.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterAll, beforeAll, test } from "vitest";
import { openBeside } from "../playback/beside.ts";
import { deviceBusy } from "../protocol/scenarios/device-busy.ts";
import { conformance } from "./conformance.ts";
import { guarded } from "./run.ts";
import { shell } from "./shell.ts";
import { simulation } from "./simulation.ts";
import { type Ended, SEED, survives } from "./testing/malformed.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "malformed-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A short recording, a scenario of the page's, and the machine and steps of a recording without its answers. */
const trace = (): string => {
  const value = JSON.parse(readFileSync("public/traces/linux-6.1/mlocked.json", "utf8"));
  return JSON.stringify({ ...value, bootlog: [], steps: value.steps.slice(0, 2) });
};
const scenario = (): string => JSON.stringify({ ...deviceBusy, setup: [], script: deviceBusy.script.slice(0, 1) });
const lab = (): string => {
  const { name, kernel, machine, cmdline, steps } = JSON.parse(trace());
  return JSON.stringify({
    name,
    kernel,
    machine,
    cmdline,
    setup: [],
    steps: steps.map((step: { do: unknown }) => step.do),
  });
};

const inProcess = (tool: Parameters<typeof guarded>[0], path: string): Ended => {
  const err: string[] = [];
  const exit = guarded(tool, [path], { out: () => {}, err: (text) => err.push(text) });
  return { exit, err: err.join("") };
};

test("conformance of broken recordings", { timeout: 1_200_000 }, async () => {
  await survives(trace(), SEED, folder, (path) => inProcess(conformance, path));
});

test("a view of broken recordings", { timeout: 1_200_000 }, async () => {
  await survives(trace(), SEED + 4, folder, (path) => {
    const opened = openBeside(readFileSync(path, "utf8"), path);
    if (!opened.ok) return { exit: 2, err: `${opened.problem}\n` };
    // What can be opened comes to its end.
    while (opened.value.beside.next());
    return { exit: 0, err: "" };
  });
});

test("simulation of broken scenarios", { timeout: 1_200_000 }, async () => {
  await survives(scenario(), SEED + 1, folder, (path) => inProcess(simulation, path));
});

test("simulation of broken recordings", { timeout: 1_200_000 }, async () => {
  await survives(lab(), SEED + 2, folder, (path) => inProcess(simulation, path));
});

test("a shell on a broken machine", { timeout: 1_200_000 }, async () => {
  await survives(lab(), SEED + 3, folder, async (path) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const err: string[] = [];
    stderr.on("data", (text) => err.push(String(text)));
    stdout.resume();
    const exit = await shell(["--machine", path, "-c", "true"], { stdin: Readable.from([]), stdout, stderr });
    return { exit, err: err.join("") };
  });
});

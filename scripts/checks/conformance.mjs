/**
 * The simulation against recorded kernels, trace by trace. A trace must agree in every exact field, unless
 * known-misses.json beside this file names it with the reason. A trace on that list that agrees is a failure too: then
 * the list is out of date.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Recorded kernels, from the project's root. */
export const TRACES = "public/traces";

/**
 * @typedef {{ trace: string, wrong: readonly string[] }} Verdict `trace` is like `linux-6.1/no-room`, `wrong` the steps
 * that disagree, with their fields
 * @typedef {{ step: "boot" | number, disagreements: readonly { field: string }[] }} Row
 */

/**
 * What `npm run conformance -- --json` printed; nothing when it didn't come to its end.
 *
 * @param {string} output
 * @returns {Verdict[]}
 */
export function readVerdicts(output) {
  if (output.trim() === "") return [];
  /** @type {{ traces: readonly { file: string, steps: readonly Row[] }[] }} */
  const { traces } = JSON.parse(output);
  return traces.map(({ file, steps }) => ({
    trace: file
      .replaceAll("\\", "/")
      .replace(`${TRACES}/`, "")
      .replace(/\.json$/, ""),
    wrong: steps
      .filter(({ disagreements }) => disagreements.length > 0)
      .map(({ step, disagreements }) => `${step} (${disagreements.map(({ field }) => field).join(", ")})`),
  }));
}

/** @returns {Readonly<Record<string, string>>} reason by trace */
export function readKnownMisses() {
  return JSON.parse(readFileSync(join(import.meta.dirname, "known-misses.json"), "utf8"));
}

/**
 * Counts what is as it should be, and says what isn't.
 *
 * @param {readonly Verdict[]} verdicts
 * @param {Readonly<Record<string, string>>} knownMisses
 * @returns {{ passed: number, failed: number, lines: string[] }}
 */
export function judge(verdicts, knownMisses) {
  const lines = [];
  const unplayed = new Set(Object.keys(knownMisses));
  let passed = 0;
  for (const { trace, wrong } of verdicts) {
    const reason = knownMisses[trace];
    unplayed.delete(trace);
    const agrees = wrong.length === 0;
    if (agrees === (reason === undefined)) passed += 1;
    if (agrees && reason !== undefined) lines.push(`${trace} agrees: take it off scripts/checks/known-misses.json`);
    if (!agrees && reason === undefined) lines.push(`${trace} disagrees in step ${wrong.join(", step ")}`);
    if (!agrees && reason !== undefined) lines.push(`${trace} is known to disagree: ${reason}`);
  }
  for (const trace of unplayed) lines.push(`${trace} is on scripts/checks/known-misses.json and was not played`);
  const failed = verdicts.length - passed + unplayed.size + (verdicts.length === 0 ? 1 : 0);
  return { passed, failed, lines };
}

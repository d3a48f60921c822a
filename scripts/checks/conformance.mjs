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
 * @typedef {{ trace: string, agrees: boolean }} Verdict `trace` is like `linux-6.1/no-room`
 */

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
  let passed = 0;
  const missing = new Set(Object.keys(knownMisses));
  for (const { trace, agrees } of verdicts) {
    const reason = knownMisses[trace];
    missing.delete(trace);
    if (agrees === (reason === undefined)) passed += 1;
    else if (agrees) lines.push(`${trace} agrees: take it off scripts/checks/known-misses.json`);
    else lines.push(`${trace} disagrees`);
    if (!agrees && reason !== undefined) lines.push(`${trace} is known to disagree: ${reason}`);
  }
  for (const trace of missing) lines.push(`${trace} is on scripts/checks/known-misses.json and was not played`);
  const failed = verdicts.length - passed + missing.size + (verdicts.length === 0 ? 1 : 0);
  return { passed, failed, lines };
}

/** A recorded trace against the simulator. */
import { type ComparedStep, compareTraces } from "../../playback/compare.ts";
import { playTrace } from "../../playback/play.ts";
import type { LabScenario, Trace } from "../../protocol/trace.ts";

/** Rows of the comparison that disagree in an exact field. */
export const disagreeing = (trace: Trace): readonly ComparedStep[] =>
  compareTraces(trace, playTrace(trace)).filter(({ disagreements }) => disagreements.length > 0);

/** Rows in which two recordings of one scenario differ: what isn't definite even on the real kernel. */
export const unsteady = (trace: Trace, again: Trace): readonly ComparedStep[] =>
  compareTraces(trace, { boot: again.boot, steps: again.steps, failure: null }).filter(
    ({ disagreements }) => disagreements.length > 0,
  );

/** The fields of the first row that disagrees. */
export const firstFields = (rows: readonly ComparedStep[]): readonly string[] =>
  rows[0]?.disagreements.map(({ field }) => field) ?? [];

/** A trace up to a row: what came later has no part in it. */
export const upTo = (trace: Trace, row: ComparedStep): Trace => ({
  ...trace,
  steps: trace.steps.slice(0, row.step === "boot" ? 0 : row.step),
});

/** The scenario that a trace was recorded of. */
export function scenarioOf(trace: Trace): LabScenario {
  const { name, about, machine, coldplug, virtio_mem, cmdline, setup, kernel, steps } = trace;
  return { name, about, machine, coldplug, virtio_mem, cmdline, setup, kernel, steps: steps.map((step) => step.do) };
}

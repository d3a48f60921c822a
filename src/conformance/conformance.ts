/** Replays recorded traces and says where the simulation disagrees with the recorded kernel. */
import { basename } from "node:path";
import { readTrace, type Trace } from "../protocol/trace.ts";
import { type ComparedStep, TOLERANCES, compareTraces } from "../playback/compare.ts";
import { BadInput, findFiles, readJsonText } from "./input.ts";
import { UnknownKernel, playTrace } from "../playback/play.ts";
import type { ExitCode, Output } from "./run.ts";

const DEFAULT = "public/traces";
const USAGE =
  "usage: npm run conformance -- [--json] [--close] [--uncalibrated] PATH... (trace files, or folders of them)";
const SHOWN = 200;

interface Totals {
  steps: number;
  stepsAgree: number;
  fields: number;
  fieldsAgree: number;
}

const OPTIONS: readonly string[] = ["--json", "--close", "--uncalibrated"];

export function conformance(args: readonly string[], { out }: Output): ExitCode {
  const unknown = args.find((arg) => arg.startsWith("-") && !OPTIONS.includes(arg));
  if (unknown !== undefined) throw new BadInput(`unknown option ${unknown}; ${USAGE}`);
  const json = args.includes("--json");
  const close = args.includes("--close");
  const calibrated = !args.includes("--uncalibrated");
  const paths = args.filter((arg) => !arg.startsWith("-"));
  const files = findFiles(paths.length > 0 ? paths : [DEFAULT]);
  const traces = files.map((file) => ({ file, trace: load(file) }));
  const totals: Totals = { steps: 0, stepsAgree: 0, fields: 0, fieldsAgree: 0 };
  const byField = new ByField();
  const report = [];
  for (const { file, trace } of traces) {
    const rows = compare(file, trace, calibrated);
    for (const row of rows) {
      totals.steps++;
      totals.stepsAgree += Number(row.disagreements.length === 0);
      totals.fields += row.fields;
      totals.fieldsAgree += row.agree;
      byField.count(row);
    }
    const name = `${trace.name || basename(file, ".json")} (${trace.kernel})`;
    if (json) report.push({ file, name: trace.name, kernel: trace.kernel, steps: rows });
    else out(rows.map((row) => disagreementLines(name, row, close)).join(""));
  }
  const found = calibrated ? {} : { tolerances: TOLERANCES, byField: byField.all() };
  if (json) out(`${JSON.stringify({ traces: report, ...totals, ...found, summary: summary(totals) })}\n`);
  else out(`${calibrated ? "" : byField.lines()}${summary(totals)}\n`);
  return totals.stepsAgree === totals.steps ? 0 : 1;
}

function load(file: string): Trace {
  const read = readTrace(readJsonText(file), file);
  if (!read.ok) throw new BadInput(read.problem);
  return read.value;
}

function compare(file: string, trace: Trace, calibrated: boolean): ComparedStep[] {
  try {
    return compareTraces(trace, playTrace(trace, calibrated), calibrated);
  } catch (error) {
    if (error instanceof UnknownKernel) throw new BadInput(`${file}: ${error.message}`);
    throw error;
  }
}

/** In how many steps each field disagrees, and each close figure is beyond its tolerance. */
class ByField {
  readonly #steps = { disagrees: new Map<string, number>(), far: new Map<string, number>() };

  count({ disagreements, far }: ComparedStep): void {
    const one = (of: Map<string, number>, names: readonly string[]): void => {
      for (const name of new Set(names)) of.set(name, (of.get(name) ?? 0) + 1);
    };
    one(
      this.#steps.disagrees,
      disagreements.map(({ field }) => field),
    );
    one(
      this.#steps.far,
      far.map(({ where, figure }) => (where === "meminfo" ? `meminfo ${figure}` : figure)),
    );
  }

  all(): Readonly<Record<"disagrees" | "far", Readonly<Record<string, number>>>> {
    const { disagrees, far } = this.#steps;
    return { disagrees: Object.fromEntries(disagrees), far: Object.fromEntries(far) };
  }

  /** A field a line, the most frequent first, and the tolerances. */
  lines(): string {
    const list = (title: string, of: ReadonlyMap<string, number>): string[] =>
      [...of].sort(([, a], [, b]) => b - a).map(([name, steps]) => `${title} ${name}: ${steps} steps\n`);
    const allowed = Object.entries(TOLERANCES).map(([name, value]) => `${name} within ${value}`);
    return [
      ...list("differs:", this.#steps.disagrees),
      ...list("beyond its tolerance:", this.#steps.far),
      `not calibrated: ${allowed.join(", ")}\n`,
    ].join("");
  }
}

/** `conformance: S of T steps agree (X %), F of G fields`. Only full agreement is 100 %. */
function summary({ steps, stepsAgree, fields, fieldsAgree }: Totals): string {
  const percent = steps === 0 ? 100 : Math.floor((stepsAgree / steps) * 1000) / 10;
  return `conformance: ${stepsAgree} of ${steps} steps agree (${percent} %), ${fieldsAgree} of ${fields} fields`;
}

/** What disagrees in a row, a field a line; with what is too far off among the close fields if asked for. */
export function disagreementLines(
  name: string,
  { step, done, disagreements, far }: ComparedStep,
  withClose: boolean,
): string {
  const where = step === "boot" ? "boot" : `step ${step} ${shorten(JSON.stringify(done), 90)}`;
  const exact = disagreements.map(({ field, real, simulated }) => {
    const [left, right] = unlike(real, simulated);
    return `${name} · ${where} · ${field}: real ${left} · simulated ${right}\n`;
  });
  const close = withClose
    ? far.map(
        (one) =>
          `${name} · ${where} · close: ${one.where} ${one.figure}: real ${one.real}, simulated ${one.simulated ?? "missing"}\n`,
      )
    : [];
  return [...exact, ...close].join("");
}

/** Both sides in a line; of long lists only the items that the other side doesn't have. */
function unlike(real: unknown, simulated: unknown): readonly [string, string] {
  if (!Array.isArray(real) || !Array.isArray(simulated))
    return [shorten(String(JSON.stringify(real))), shorten(String(JSON.stringify(simulated)))];
  const texts = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item));
  const only = (items: readonly unknown[], others: readonly unknown[]) => {
    const known = new Set(texts(others));
    const own = texts(items).filter((text) => !known.has(text));
    return own.length === 0 ? `nothing more (${items.length} items)` : shorten(own.join(" "));
  };
  return [only(real, simulated), only(simulated, real)];
}

const shorten = (text: string, most = SHOWN): string => {
  const clean = text.replace(/[\p{Cc}]+/gu, " ");
  return clean.length > most ? `${clean.slice(0, most)}…` : clean;
};

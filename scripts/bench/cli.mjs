/**
 * `npm run bench -- [--json] [FILTER]`: runs the benchmarks of every `*.bench.ts` beside this file whose name, or whose
 * file's name, contains FILTER, and prints each figure with its unit: median, least and most of its runs, the target
 * and whether the median meets it. It always ends with 0 when everything ran: targets are for a quiet machine.
 * `--against REF`: beside those of another commit, in turn (./against.mjs).
 */
import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { ensurePackages, requireNode } from "../setup/packages.mjs";

requireNode();
ensurePackages();

const { json, against, rounds, filter } = readArguments();

if (against !== undefined) {
  const { benchAgainst } = await import("./against.mjs");
  process.exit(await benchAgainst(against, rounds, filter));
}

const { importTypeScript } = await import("../import-ts.mjs");
/** @type {typeof import("./bench.ts")} */
const { runBench } = await importTypeScript("scripts/bench/bench.ts");

/** @type {import("./bench.ts").Result[]} */
const results = [];
/** @type {string[]} */
const names = [];
let chosen = 0;
let broken = 0;
for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith(".bench.ts"))) {
  /** @type {{ benches: readonly import("./bench.ts").Bench[] }} */
  const { benches } = await importTypeScript(`scripts/bench/${file}`);
  for (const { name } of benches) names.push(name);
  for (const bench of benches.filter(({ name }) => `${file} ${name}`.includes(filter))) {
    chosen += 1;
    try {
      const figures = await runBench(bench);
      for (const figure of figures) results.push(figure);
      if (!json) for (const figure of figures) console.log(lineOf(figure));
    } catch (error) {
      broken += 1;
      const sentence = error instanceof Error && error.name === "NoBrowser";
      console.error(`${bench.name}:`, sentence ? error.message : error);
    }
  }
}

if (chosen === 0) {
  console.error(
    `No bench has ${JSON.stringify(filter)} in its name, or in its file's. There are: ${names.join(", ")}.`,
  );
  process.exit(2);
}
if (json) {
  const machine = { node: process.versions.node, cpu: cpus()[0]?.model ?? "unknown", cpus: cpus().length };
  console.log(JSON.stringify({ machine, results }, null, 2));
} else {
  const judged = results.filter(({ met }) => met !== null);
  console.log(`\n${judged.filter(({ met }) => met).length} of ${judged.length} targets met`);
}
// What a bench left behind, such as a connection that is tried again, keeps nobody waiting.
process.exit(broken > 0 ? 1 : 0);

/** Ends with 2 and a sentence where they are none that this knows. */
function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        against: { type: "string" },
        rounds: { type: "string", default: "3" },
      },
    });
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1)
      throw new Error(`--rounds: expected a whole number, got ${values.rounds}`);
    if (positionals.length > 1) throw new Error(`expected one FILTER, got ${positionals.join(", ")}`);
    return { json: values.json, against: values.against, rounds, filter: positionals[0] ?? "" };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

/** @param {import("./bench.ts").Result} result */
function lineOf({ bench, figure, unit, better, median, min, max, runs, target, met }) {
  const value = `${number(median)} ${unit}`.trim().padEnd(16);
  const spread = `${number(min)} … ${number(max)} in ${runs} runs`.padEnd(32);
  const limit =
    target === null ? "" : `${better === "lower" ? "at most" : "at least"} ${number(target)} ${unit}`.padEnd(24);
  const verdict = met === null ? "" : met ? "✓ met" : "✗ missed";
  return `${`${bench}: ${figure}`.padEnd(64)} ${value} ${spread} ${limit} ${verdict}`.trimEnd();
}

/** @param {number} value */
function number(value) {
  const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : 2;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

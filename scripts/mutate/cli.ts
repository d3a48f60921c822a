/**
 * `npm run mutate -- [FOLDER|FILE|FILE:LINE] [--sample N] [--seed S] [--budget SECONDS] [--workers N]`: whether the tests notice
 * when the engine is changed in one place. Prints the score of each file, and what survived. `--all` takes every mutant, `--tests`
 * asks only tests at or beneath a path.
 */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { bundleOf, filesOf, isEquivalent, mutantsOf, TESTS } from "./bundle.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Mutant } from "./mutants.ts";
import { chosen, interval } from "./sample.ts";

/** What is held to a score. */
const SCOPE = ["src/engine/memory", "src/engine/migration", "src/engine/hotplug"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string", default: "100" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    budget: { type: "string", default: "15" },
    workers: { type: "string", default: "2" },
    all: { type: "boolean", default: false },
    tests: { type: "string", multiple: true, default: TESTS },
  },
});
const seed = Number(values.seed);
const size = values.all ? Number.POSITIVE_INFINITY : Number(values.sample);

const asked = (positionals.length > 0 ? positionals : SCOPE).map((argument) => {
  const [path, line] = argument.split(":") as [string, string | undefined];
  return { argument, path: path.startsWith("src") ? path : `src/engine/${path}`, line };
});
const missing = asked.find(({ path }) => !existsSync(path));
if (missing) {
  console.error(`There is no ${missing.path}.`);
  process.exit(2);
}
for (const { argument, path, line } of asked) {
  const mutated = mutantsOf(filesOf(path));
  const mutants = mutated.flatMap((each) => each.mutants);
  const judged = mutants.filter(
    (mutant) => !isEquivalent(mutant) && (line === undefined || mutant.line === Number(line)),
  );
  const sample = chosen(judged, size, seed);
  const left = mutants.length - judged.length;
  console.log(`\n${argument}: ${sample.length} of ${judged.length} mutants, seed ${seed}; ${left} left out`);
  const bundle = await bundleOf(mutated, new Set(sample.map(({ id }) => id)), values.tests);
  const verdicts = await judge(bundle, mutants.length, sample, {
    budgetMs: Number(values.budget) * 1000,
    workers: Number(values.workers),
    say: (text) => console.log(text),
  });
  report(sample, verdicts);
}

function report(sample: readonly Mutant[], verdicts: ReadonlyMap<number, Verdict>): void {
  const survived = ({ id }: Mutant): boolean => verdicts.get(id)?.killedBy === null;
  const killed = (mutants: readonly Mutant[]): number => mutants.filter((mutant) => !survived(mutant)).length;
  const score = (mutants: readonly Mutant[]): string => {
    const dead = killed(mutants);
    return `${String(dead).padStart(4)} of ${String(mutants.length).padStart(4)}  ${((100 * dead) / mutants.length).toFixed(0).padStart(3)} %`;
  };
  const files = [...new Set(sample.map(({ file }) => file))].sort();
  for (const file of files) {
    const own = sample.filter((mutant) => mutant.file === file);
    console.log(`${file.padEnd(44)} ${score(own)}`);
    for (const mutant of own.filter(survived)) {
      const { line, text, change } = mutant;
      const verdict = verdicts.get(mutant.id) as Verdict;
      const reached = verdict.reached === 0 ? "no test gets there" : `${verdict.ran} of ${verdict.reached} tests ran`;
      console.log(`    ${line}: ${change}   (${reached})\n        ${text}`);
    }
  }
  const by = new Map<string, number>();
  for (const { killedBy } of verdicts.values()) {
    const test = killedBy?.split(":")[0];
    if (test !== undefined) by.set(test, (by.get(test) ?? 0) + 1);
  }
  const most = [...by].sort((a, b) => b[1] - a[1]).slice(0, 8);
  console.log(`noticed first by ${most.map(([test, times]) => `${test} ${times}`).join(", ")}`);
  const [low, high] = interval(killed(sample), sample.length);
  console.log(`${"all".padEnd(44)} ${score(sample)}  (95 %: ${low.toFixed(0)} to ${high.toFixed(0)} %)`);
}

/** The checks of `npm test`, in order. Each says how many things it found right and wrong. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureBrowser } from "../setup/browser.mjs";
import { root } from "../setup/packages.mjs";
import { checkBundle } from "./bundle.mjs";
import { judge, readKnownMisses, readVerdicts, TRACES } from "./conformance.mjs";
import { runNode } from "./run.mjs";

/**
 * @typedef {{ passed: number, failed: number, again?: number }} Counts `again`: of those that passed, how many only when tried again
 * @typedef {{ name: string, title: string, run: () => Promise<Counts> }} Stage
 */

const BIOME = "node_modules/@biomejs/biome/bin/biome";
const TSC = "node_modules/typescript/bin/tsc";
const VITE = "node_modules/vite/bin/vite.js";
const VITEST = "node_modules/vitest/vitest.mjs";
const PLAYWRIGHT = "node_modules/@playwright/test/cli.js";

/** Where runners leave their reports, for the counts. */
const REPORTS = "node_modules/.cache/reports";

/** @type {readonly Stage[]} */
export const STAGES = [
  { name: "format", title: "Biome's formatter would change nothing", run: () => single([BIOME, "format"]) },
  {
    name: "lint",
    title: "Biome's linter has nothing to say",
    run: () => single([BIOME, "lint", "--error-on-warnings"]),
  },
  { name: "types", title: "every program compiles", run: () => single([TSC, "-b"]) },
  { name: "unit", title: "unit and property tests", run: unit },
  { name: "conformance", title: "the simulation against recorded kernels", run: conformance },
  { name: "build", title: "production build and its budget", run: build },
  { name: "e2e", title: "what a person does, in a browser", run: e2e },
];

/** @param {boolean} ok */
const one = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1 });

/**
 * A program that is one check.
 *
 * @param {string[]} command
 */
const single = async (command) => one((await runNode(command, { minutes: 5 })).ok);

async function unit() {
  const report = freshReport("unit.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { ok } = await runNode([VITEST, "run", ...reporters], { minutes: 26 });
  const { numPassedTests = 0, numFailedTests = 0 } = readReport(report);
  return atLeastOneFailure(ok, { passed: numPassedTests, failed: numFailedTests });
}

async function conformance() {
  const program = ["scripts/run-ts.mjs", "src/conformance/cli.ts", "--json", TRACES];
  const { output } = await runNode(program, { minutes: 8, capture: true });
  const { passed, failed, lines } = judge(readVerdicts(output), readKnownMisses());
  for (const line of lines) console.log(line);
  return { passed, failed };
}

async function build() {
  const built = (await runNode([VITE, "build", "--logLevel=warn"], { minutes: 5 })).ok;
  if (!built) return { passed: 0, failed: 2 };
  return { passed: checkBundle(join(root, "dist")) ? 2 : 1, failed: 0 };
}

async function e2e() {
  const problem = await ensureBrowser();
  if (problem) {
    console.error(problem);
    return one(false);
  }
  const report = freshReport("e2e.json");
  const { ok } = await runNode([PLAYWRIGHT, "test"], {
    minutes: 24,
    env: { PLAYGROUND_BUILT: "1", PLAYWRIGHT_JSON_OUTPUT_FILE: join(root, report) },
  });
  const { expected = 0, unexpected = 0, flaky = 0 } = readReport(report).stats ?? {};
  // A machine that others use, too, can take the processor away in the middle of a drag. Who needed a second try is named above.
  return { ...atLeastOneFailure(ok, { passed: expected + flaky, failed: unexpected }), again: flaky };
}

/**
 * A runner that ends badly without a failed test (a file that doesn't load, no test at all) has failed once.
 *
 * @param {boolean} ok
 * @param {Counts} counts
 */
const atLeastOneFailure = (ok, { passed, failed }) => ({ passed, failed: ok ? failed : Math.max(1, failed) });

/**
 * Where a runner shall write its report; what an earlier run left there is gone.
 *
 * @param {string} name
 */
function freshReport(name) {
  const path = `${REPORTS}/${name}`;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  rmSync(join(root, path), { force: true });
  return path;
}

/** @param {string} path */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8"));
  } catch {
    return {};
  }
}

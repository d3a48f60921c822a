/**
 * Runs single tests with single mutants, in a process of its own: it may be ended when a mutant never is.
 * Bundled with the mutated code and the tests, which it takes up from beside itself.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { type CollectedTest, collect } from "./stand-in.ts";
import { note, noted, turn } from "./switch.ts";

/** What the runner is told. */
export type Errand =
  | { readonly kind: "cover"; readonly test: number }
  | { readonly kind: "run"; readonly test: number; readonly mutant: number; readonly most: number };

/** What is known of a test that ran without a mutant. */
export interface Covered {
  readonly kind: "covered";
  readonly ms: number;
  readonly asked: number;
  readonly passed: readonly number[];
  readonly failure: string | null;
}

export type Reply =
  | { readonly kind: "loaded"; readonly tests: readonly { file: string; name: string }[] }
  | Covered
  /** `failure`: what the test said. `spoilt`: it fails without the mutant, too, now. */
  | { readonly kind: "ran"; readonly failure: string | null; readonly spoilt: boolean; readonly ms: number };

/** What the runner is started with: files of tests by their bundle's name, how many mutants. */
export interface Start {
  readonly folder: string;
  readonly files: readonly { readonly file: string; readonly bundle: string }[];
  readonly mutants: number;
}

const { folder, files, mutants } = JSON.parse(process.argv[2] as string) as Start;
const tell = (reply: Reply): void => {
  process.send?.(reply);
};
// The same examples for every mutant; the first counterexample is enough.
fc.configureGlobal({ seed: 2, endOnFailure: true });

const failureOf = async ({ run }: CollectedTest): Promise<string | null> => {
  try {
    await run();
    return null;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0]?.slice(0, 200) || "failed";
  }
};

async function answer(test: CollectedTest, errand: Errand): Promise<Reply> {
  if (errand.kind === "cover") {
    note(mutants);
    const begun = process.cpuUsage();
    const failure = await failureOf(test);
    const { user, system } = process.cpuUsage(begun);
    return { kind: "covered", ms: (user + system) / 1000, failure, ...noted() };
  }
  turn(errand.mutant, errand.most);
  const begun = process.cpuUsage();
  const failure = await failureOf(test);
  const { user, system } = process.cpuUsage(begun);
  turn(-1);
  // A test that remembers a machine of a mutant would blame the next one.
  const spoilt = failure !== null && process.env.MUTANT === undefined && (await failureOf(test)) !== null;
  return { kind: "ran", failure, spoilt, ms: (user + system) / 1000 };
}

const tests: CollectedTest[] = [];
for (const { file, bundle } of files)
  for (const test of await collect(file, () => import(pathToFileURL(join(folder, bundle)).href))) tests.push(test);
// What is asked in between must not be mutated: `MUTANT` is for what runs while modules load.
process.on("message", (errand: Errand) => {
  void answer(tests[errand.test] as CollectedTest, errand).then(tell);
});
tell({ kind: "loaded", tests: tests.map(({ file, name }) => ({ file, name })) });
process.on("disconnect", () => process.exit());

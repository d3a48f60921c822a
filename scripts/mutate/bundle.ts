/** The tests and the mutated engine as modules that a runner takes up. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { type Mutant, type Mutated, mutate } from "./mutants.ts";
import list from "./equivalent.json" with { type: "json" };

const root = process.cwd();
const here = "scripts/mutate";
const standIn = join(root, here, "stand-in.ts");
/** Packages and Node's own modules stay outside the bundle. */
const PACKAGE = /^(?![./]|[A-Za-z]:[\\/])/;

/** Files whose tests can notice a change of the engine and are quick enough to be asked: no DOM, no browser. */
export const TESTS = ["src/engine", "src/conformance/conformance.test.ts", "src/client/sample.test.ts"];

/** Tests that replace parts of the world; the stand-in can't. */
const NEEDS_VITEST = /\bvi\b.*from "vitest"/;

export interface TestFile {
  readonly file: string;
  /** Module of the bundle that holds it. */
  readonly bundle: string;
  /** Changes when the test does. */
  readonly hash: string;
}

export interface Bundle {
  readonly folder: string;
  readonly tests: readonly TestFile[];
  /** Changes when the mutated files do: then it is found out anew which tests pass which place. */
  readonly hash: string;
}

interface MutatedFile extends Mutated {
  readonly file: string;
}

/** Files of TypeScript at or beneath a path of the project, in order. */
function typescriptIn(path: string): string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  const names = readdirSync(join(root, path), { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${path}/${name}`)
    .sort();
}

const isTest = (file: string): boolean => file.endsWith(".test.ts");

/** Sources of a folder, or the one file. */
export function filesOf(path: string): readonly string[] {
  return typescriptIn(path).filter((file) => !isTest(file));
}

export function mutantsOf(files: readonly string[]): readonly MutatedFile[] {
  let first = 0;
  return files.map((file) => {
    const mutated = mutate(file, readFileSync(join(root, file), "utf8"), first, join(root, here, "switch.ts"));
    first += mutated.mutants.length;
    return { file, ...mutated };
  });
}

/** What is listed as doing the same as what it was made of, each with its reason. */
const equivalent: readonly {
  readonly file: string;
  readonly text: string;
  readonly change: string;
  readonly reason: string;
}[] = list;

/** Whether a mutant is listed as one that does the same as what it was made of. */
export const isEquivalent = ({ file, text, change }: Mutant): boolean =>
  equivalent.some((each) => each.file === file && each.text === text && each.change === change);

export async function bundleOf(
  mutated: readonly MutatedFile[],
  sample: ReadonlySet<number>,
  testsIn: readonly string[],
): Promise<Bundle> {
  const folder = join(root, "node_modules/.cache/mutate", String(process.pid));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const files = testsIn
    .flatMap(typescriptIn)
    .filter((file) => isTest(file) && !NEEDS_VITEST.test(readFileSync(join(root, file), "utf8")));
  const codes = new Map(mutated.map(({ file, code }) => [join(root, file), code(sample)]));
  const tests = files.map((file, place) => ({
    file,
    bundle: `t${place}.mjs`,
    hash: hashOf(readFileSync(join(root, file), "utf8")),
  }));
  const bundle = await rolldown({
    input: Object.fromEntries([
      ["runner", join(root, here, "runner.ts")],
      ...files.map((file, place) => [`t${place}`, join(root, file)]),
    ]),
    cwd: root,
    platform: "node",
    plugins: [
      {
        name: "mutants",
        resolveId: (id, importer) => {
          if (id === "vitest" && importer !== standIn) return standIn;
          return PACKAGE.test(id) ? { id, external: true } : null;
        },
        load: (id) => {
          const code = codes.get(id);
          return code === undefined ? null : { code, moduleType: "ts" };
        },
      },
    ],
    logLevel: "warn",
  });
  await bundle.write({ dir: folder, format: "esm", entryFileNames: "[name].mjs" });
  await bundle.close();
  const hash = hashOf([...codes].flat().join("\0"));
  return { folder, tests, hash };
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

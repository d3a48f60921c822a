/**
 * Proves that the lint rule on imports bites: for every pair of layers, an import against the arrow is refused and one
 * along it is not. Biome runs once, with the project's own configuration, over a small tree made for it.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** What each layer may import, besides itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  protocol: ["engine"],
  shell: ["engine"],
  playback: ["engine", "protocol", "shell"],
  conformance: ["engine", "protocol", "shell", "playback"],
  recorder: ["engine", "protocol", "shell", "playback", "conformance"],
  worker: ["engine", "protocol", "shell", "playback"],
  client: ["engine", "protocol"],
  views: ["engine", "protocol", "client"],
  lessons: ["engine", "protocol", "client"],
  follow: ["engine", "protocol"],
  talks: ["engine", "protocol", "client", "views", "lessons", "follow"],
  app: ["engine", "protocol", "client", "views", "lessons", "follow", "talks"],
  author: ["engine", "protocol", "shell", "playback", "conformance", "worker", "client", "lessons", "follow", "talks"],
  present: ["engine", "protocol", "conformance", "follow"],
};
const LAYERS = Object.keys(ALLOWED);

/** Each way to name another module, in a file two folders deep. */
const FORMS: Readonly<Record<string, (specifier: string) => string>> = {
  import: (specifier) => `import { thing } from "${specifier}";\nexport const it = thing;\n`,
  "type import": (specifier) => `import type { Thing } from "${specifier}";\nexport type It = Thing;\n`,
  "re-export": (specifier) => `export { thing } from "${specifier}";\n`,
  "dynamic import": (specifier) => `export const load = () => import("${specifier}");\n`,
  "side effect": (specifier) => `import "${specifier}";\n`,
};

interface Case {
  readonly file: string;
  readonly specifier: string;
  readonly form: string;
  readonly refused: boolean;
}

function layerCases(): Case[] {
  const cases: Case[] = [];
  for (const from of LAYERS) {
    for (const to of LAYERS) {
      const refused = from !== to && !ALLOWED[from]?.includes(to);
      for (const form of Object.keys(FORMS)) {
        const file = `src/${from}/part/${form.replace(" ", "-")}-of-${to}.ts`;
        cases.push({ file, specifier: `../../${to}/part/thing.ts`, form, refused });
      }
    }
  }
  return cases;
}

const packageCase = (layer: string, specifier: string, refused: boolean, end = ".ts"): Case => ({
  file: `src/${layer}/package-${specifier.replaceAll(/\W/g, "-")}${end}`,
  specifier,
  form: "import",
  refused,
});

const CASES: readonly Case[] = [
  ...layerCases(),
  packageCase("engine", "node:fs", true),
  packageCase("engine", "fs", true),
  packageCase("engine", "valibot", true),
  packageCase("engine", "@scope/package", true),
  packageCase("engine", "d3-array/src/max.js", true),
  packageCase("engine", "vitest", false, ".test.ts"),
  packageCase("engine", "../protocol/messages.ts", true, ".test.ts"),
  packageCase("engine", "./testing/boxes.ts", true),
  packageCase("engine", "./testing/boxes.ts", false, ".test.ts"),
  packageCase("engine/testing", "fast-check", false),
  packageCase("engine/testing", "../../protocol/messages.ts", true),
  packageCase("protocol", "valibot", false),
  packageCase("protocol", "react", true),
  packageCase("protocol", "node:fs", true),
  packageCase("conformance", "node:fs", false),
  packageCase("recorder", "node:net", false),
  packageCase("playback", "node:fs", true),
  packageCase("worker", "node:fs", true),
  packageCase("client", "zustand", false),
  packageCase("client", "node:fs", true),
  packageCase("views", "react", false),
  packageCase("views", "node:fs", true),
  packageCase("follow", "@nats-io/nats-core", false),
  packageCase("follow", "node:fs", true),
  packageCase("present", "node:fs", false),
  packageCase("app", "react", false),
  packageCase("app", "node:fs", true),
];

interface BiomeReport {
  readonly diagnostics: readonly { readonly category: string; readonly location: { readonly path: string } }[];
}

const root = process.cwd();
let folder: string;
let refusedFiles: ReadonlySet<string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "import-rule-"));
  mkdirSync(join(folder, "scripts/checks"), { recursive: true });
  for (const file of ["biome.jsonc", "scripts/checks/no-spread-call.grit"])
    copyFileSync(join(root, file), join(folder, file));
  for (const { file, specifier, form } of CASES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), FORMS[form]?.(specifier) ?? "");
  }
  refusedFiles = new Set(lint(folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Files that the rule refuses, relative to the folder. */
function lint(cwd: string): string[] {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const rule = "--only=style/noRestrictedImports";
  const flags = ["lint", rule, "--vcs-enabled=false", "--max-diagnostics=none", "--reporter=json", "."];
  // It ends with 1 when it refuses something; only a broken configuration leaves no report.
  const { stdout, stderr } = spawnSync(process.execPath, [biome, ...flags], { cwd, encoding: "utf8" });
  if (!stdout.startsWith("{")) throw new Error(`Biome did not run: ${stderr}`);
  const report = JSON.parse(stdout) as BiomeReport;
  return report.diagnostics
    .filter((diagnostic) => diagnostic.category === "lint/style/noRestrictedImports")
    .map((diagnostic) => diagnostic.location.path.replaceAll("\\", "/").replace(/^\.\//, ""));
}

describe("imports point one way", () => {
  for (const layer of LAYERS) {
    test(layer, () => {
      const mine = CASES.filter((one) => one.file.startsWith(`src/${layer}/`));
      const refused = mine.filter((one) => refusedFiles.has(one.file)).map(describeCase);
      expect(refused).toEqual(mine.filter((one) => one.refused).map(describeCase));
    });
  }
});

const describeCase = (one: Case): string => `${one.file}: ${one.form} of ${one.specifier}`;

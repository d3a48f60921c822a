/**
 * Proves that the lint rule on spread arguments bites: each way to hand a list of any length to a call is refused, in
 * every layer, and what only looks like it is not. Biome runs once, with the project's own configuration.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const REFUSED: Readonly<Record<string, string>> = {
  push: "list.push(...items);",
  "push after another": "list.push(1, ...items);",
  "push of a slice": "list.push(...items.slice(1));",
  unshift: "list.unshift(...items);",
  splice: "list.splice(0, 1, ...items);",
  "splice, spread first and last": "list.splice(0, 1, ...items, 3);",
  max: "it(Math.max(...items));",
  "max with a floor": "it(Math.max(0, ...items));",
  min: "it(Math.min(...items.map((item) => item + 1)));",
  fromCharCode: "it(String.fromCharCode(...items));",
  fromCodePoint: "it(String.fromCodePoint(...new Set(items)));",
  "own function": "it(...items);",
  "optional call": "list?.push(...items);",
  constructor: "it(new Set2(...items));",
  "two lists": "list.push(...items, ...items);",
  apply: "it(Math.max.apply(null, items));",
  "within a callback": "items.forEach(() => list.push(...items));",
  "within a class": "export class A { b(): void { list.push(...items); } }",
};

const ALLOWED: Readonly<Record<string, string>> = {
  "array literal": "it([...items]);",
  "object literal": "it({ ...items });",
  "rest parameter": "export const f = (...all: number[]): number => all.length;",
  "constant literal": "it(Math.max(...[1, 2, 3]));",
  concat: "it(list.concat(items));",
  loop: "for (const item of items) list.push(item);",
};

const PRELUDE = `declare const list: number[];
declare const items: number[];
declare const it: (...given: unknown[]) => void;
declare class Set2 { constructor(...given: number[]); }
`;

/** Where the rule holds, and where lists are a test's own. */
const HELD = ["src/engine/migration", "src/shell/commands", "src/views/box", "src/app", "scripts/bench"];
const FREE = ["src/engine/testing"];

interface BiomeReport {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly message: string;
    readonly location: { readonly path: string };
  }[];
}

const root = process.cwd();
const fileName = (name: string): string => `${name.replaceAll(/\W+/g, "-")}.ts`;
let folder: string;
let refused: ReadonlySet<string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "no-spread-call-"));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  mkdirSync(join(folder, "scripts/checks"), { recursive: true });
  for (const file of ["biome.jsonc", "scripts/checks/no-spread-call.grit"])
    copyFileSync(join(root, file), join(folder, file));
  for (const place of [...HELD, ...FREE])
    for (const [name, code] of Object.entries({ ...REFUSED, ...ALLOWED }))
      write(`${place}/${fileName(name)}`, `${PRELUDE}${code}\n`);
  write("src/engine/migration/some.test.ts", `${PRELUDE}${REFUSED.push}\n`);

  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const flags = ["lint", "--vcs-enabled=false", "--max-diagnostics=none", "--reporter=json", "."];
  const { stdout, stderr } = spawnSync(process.execPath, [biome, ...flags], { cwd: folder, encoding: "utf8" });
  if (!stdout.startsWith("{")) throw new Error(`Biome did not run: ${stderr}`);
  const { diagnostics } = JSON.parse(stdout) as BiomeReport;
  refused = new Set(
    diagnostics
      .filter(({ category }) => category === "plugin")
      .map(({ location }) => location.path.replaceAll("\\", "/").replace(/^\.\//, "")),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(HELD)("in %s", (place) => {
  test.each(Object.keys(REFUSED))("%s is refused", (name) => {
    expect(refused).toContain(`${place}/${fileName(name)}`);
  });
  test.each(Object.keys(ALLOWED))("%s is not", (name) => {
    expect(refused).not.toContain(`${place}/${fileName(name)}`);
  });
});

test("tests and what serves them know how long their lists are", () => {
  expect([...refused].filter((path) => path.startsWith("src/engine/testing") || path.includes(".test."))).toEqual([]);
});

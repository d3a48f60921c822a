/** docs/architecture.md leads through files that exist, one importing or answering the next, and no way is long. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { importGraph } from "./import-graph.ts";

const graph = importGraph("src");
const page = readFileSync("docs/architecture.md", "utf8");

/** Where a bare name in the page may lie: as it stands, in the engine, or beside the file named before it. */
function find(name: string, before: string | null): string | null {
  const beside = before === null ? [] : [before.replace(/[^/]+$/, name)];
  return [name, `src/${name}`, `src/engine/${name}`, ...beside].find((path) => existsSync(path)) ?? null;
}

/** Files named in a text, in their order; what can't be found is named as it stands there. */
function filesIn(text: string): { readonly files: string[]; readonly missing: string[] } {
  const files: string[] = [];
  const missing: string[] = [];
  for (const [, name = ""] of text.matchAll(/`([\w./-]+\.(?:tsx?|jsonc|md)|[\w/-]+\/)`/g)) {
    const path = find(name, files.at(-1) ?? null);
    if (path === null) missing.push(name);
    else files.push(path);
  }
  return { files, missing };
}

const ways = [...page.matchAll(/^\*\*(A[^*]+)\.\*\*([\s\S]+?)(?=\n\n|$(?![\s\S]))/gm)].map(
  ([, name = "", text = ""]) => ({
    name,
    ...filesIn(text),
  }),
);

test("every file that the page names is there", () => {
  expect(filesIn(page).missing).toEqual([]);
  expect(filesIn(page).files.length).toBeGreaterThan(40);
});

describe("ways through the program", () => {
  test("a drag, an offline, a frame, a lesson and a shell's write are told", () => {
    expect(ways.map(({ name }) => name)).toEqual(["A drag", "An offline", "A frame", "A lesson", "A shell's write"]);
  });

  test.each(ways)("$name: each file is near another of them", ({ files }) => {
    const near = (file: string): string[] => [
      ...(graph.get(file) ?? []).map(({ to }) => to),
      ...[...graph].filter(([, imports]) => imports.some(({ to }) => to === file)).map(([from]) => from),
    ];
    // A message or an interface stands between two files that know each other: one more step.
    const strange = files.filter((file) => {
      if (file.endsWith("/")) return false;
      const reached = new Set([file, ...near(file)]);
      for (const one of near(file)) for (const next of near(one)) reached.add(next);
      return !files.some((other) => other !== file && reached.has(other));
    });
    expect(strange).toEqual([]);
  });

  test.each(ways)("$name: at most fifteen files", ({ files }) => {
    const different = new Set(files);
    expect(different.size).toBeGreaterThan(4);
    expect(different.size).toBeLessThanOrEqual(15);
  });
});

test("it is one page with one picture", () => {
  expect(page.split("\n").length).toBeLessThan(70);
  expect(page.match(/```mermaid/g)).toHaveLength(1);
});

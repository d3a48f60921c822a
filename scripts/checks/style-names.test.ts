/**
 * Names of classes are strings to the compiler: a rule for a class that nobody wears does nothing, and a class without a
 * rule looks like nothing. Neither fails anywhere else.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { root } from "../setup/packages.mjs";

const IMPORT = /import (\w+) from "([^"]+\.module\.css)"/g;

/** Classes that a style sheet has rules for. */
function classesOf(sheet: string): Set<string> {
  const rules = sheet
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/@layer [^{;]*/g, "")
    .replace(/"[^"]*"/g, "")
    // Classes of a library.
    .replace(/:global\([^)]*\)/g, "")
    .replace(/composes:[^;]*;/g, "");
  return new Set([...rules.matchAll(/\.([A-Za-z_][\w-]*)(?=[^{};]*\{)/g)].map(([, name]) => name as string));
}

/** Sheets with what their importers take of them; `null` where one takes whatever a value names. */
function worn(): Map<string, Set<string> | null> {
  const taken = new Map<string, Set<string> | null>();
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).map((file) => join("src", file));
  for (const file of files.filter((name) => /\.tsx?$/.test(name))) {
    const source = readFileSync(join(root, file), "utf8");
    for (const [, local, path] of source.matchAll(IMPORT)) {
      const sheet = normalize(join(dirname(file), path as string));
      const names = taken.get(sheet) ?? (taken.has(sheet) ? null : new Set<string>());
      const byValue = new RegExp(`\\b${local}\\[(?!")|\\b${local}\\s*[,;})](?!.*from)`).test(
        source.replace(IMPORT, ""),
      );
      if (byValue || names === null) taken.set(sheet, null);
      else {
        for (const [, dot, key] of source.matchAll(new RegExp(`\\b${local}(?:\\??\\.(\\w+)|\\["([^"]+)"\\])`, "g")))
          names.add((dot ?? key) as string);
        taken.set(sheet, names);
      }
    }
  }
  return taken;
}

test("every class that is worn has a rule, and every rule is for a class that is worn", () => {
  const wrong: string[] = [];
  for (const [sheet, names] of worn()) {
    const classes = classesOf(readFileSync(join(root, sheet), "utf8"));
    expect(classes.size, sheet).toBeGreaterThan(0);
    if (names === null) continue;
    for (const name of names) if (!classes.has(name)) wrong.push(`${sheet} has no .${name}`);
    for (const name of classes) if (!names.has(name)) wrong.push(`nobody wears .${name} of ${sheet}`);
  }
  expect(wrong).toEqual([]);
});

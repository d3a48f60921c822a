/** Tests, code and recordings that the tables of promises name are there: a test that was renamed leaves no promise without one. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";

const PAGES = ["docs/promises.md", "docs/views/promises.md"];
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .trim()
  .split("\n");
const paths = new Set(tracked);
const names = new Set(tracked.map((path) => basename(path)));

/** A bare name stands for the file beside the one named before it, wherever that is. */
const missing = (text: string): string[] =>
  [...text.matchAll(/`([\w./-]+\.(?:tsx?|css|json|mjs))`/g)]
    .map(([, name = ""]) => name)
    .filter((name) => !(name.includes("/") ? paths : names).has(name));

test.each(PAGES)("%s names nothing that is not there", (page) => {
  const text = readFileSync(page, "utf8");
  expect(missing(text)).toEqual([]);
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| promise"));
  expect(rows.length).toBeGreaterThan(30);
  // Every promise says what holds it, or that nothing does.
  expect(rows.filter((row) => !/`|\*\*(read|not yet|figure)\*\*/i.test(row.split(" | ").at(-1) ?? ""))).toEqual([]);
});

test("a file that is not there is found out", () => {
  expect(missing("`src/nothing-such.test.ts` and `nothing-such.ts`, `public/traces/README.md`")).toHaveLength(2);
});

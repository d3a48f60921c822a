/** A talk goes on where the network doesn't: what is fetched when it is first needed is in a list of what is fetched before. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const src = resolve("src");

/** Files that those of a folder (without its `except` folders) fetch when they need them, from `src`. */
function fetchedBy(folder: string, except: RegExp): string[] {
  const files = readdirSync(join(src, folder), { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\/testing\//.test(file) && !except.test(file));
  return files.flatMap((file) => fetchedIn(file));
}

const fetchedIn = (file: string): string[] =>
  [...readFileSync(join(src, file), "utf8").matchAll(/(?<!typeof )\bimport\("([^"]+)"\)/g)]
    .map(([, to]) => relative(src, resolve(src, dirname(file), to ?? "")))
    // Words come with what says them.
    .filter((to) => !to.endsWith(".ja.ts"));

const sorted = (files: Iterable<string>) => [...new Set(files)].sort();

test("the simulator", () => {
  const list = "worker/ahead.ts";
  const needed = [
    ...fetchedBy("worker", /^worker\/beside\/|^worker\/ahead/),
    ...fetchedBy("engine", /^$/),
    ...fetchedBy("shell", /^$/),
  ].filter((file) => file !== list);
  expect(needed.length).toBeGreaterThan(10);
  expect(sorted(fetchedIn(list))).toEqual(sorted(needed));
});

test("the page round a side trip", () => {
  const list = "app/fetch-ahead.ts";
  /** Ways to somewhere else than a side trip. */
  const elsewhere = ["app/Learn.tsx", "app/present.ts", "talks/open.tsx"];
  const needed = ["app", "client", "views"]
    .flatMap((folder) => fetchedBy(folder, /^app\/fetch-ahead/))
    .filter((file) => !elsewhere.includes(file));
  expect(needed.length).toBeGreaterThan(15);
  expect(sorted(fetchedIn(list))).toEqual(sorted(needed));
});

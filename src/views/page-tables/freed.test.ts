// biome-ignore lint/style/noRestrictedImports: the test runs in Node; the style sheet is read as text
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("./page-tables.module.css", import.meta.url), "utf8");

test("a freed table blinks once, and not for who wants no motion", () => {
  const rules = [...css.matchAll(/\.freed \{[^}]*animation: ([^;]+);/g)].map(([, animation]) => animation);
  expect(rules).toEqual(["freed 1s ease-out 1", "none"]);
  expect(css).toMatch(/@media \(prefers-reduced-motion: reduce\) \{\s*\.freed/);
});

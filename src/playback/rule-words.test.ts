/** Whatever a rule leaves uncompared is said on the page with its reason, and nothing is said of rules that there are not. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { REASONS } from "../views/compare/trace-strings.ts";
import { LINE_RULES, MASKS } from "./masks.ts";

test("every rule has its reason", () => {
  const named = readFileSync("src/playback/beside.ts", "utf8").matchAll(/(?:rules\.add\(|uncompared: \[)([^)\]]+)/g);
  const own = [...named].flatMap(([, list = ""]) => [...list.matchAll(/"([\w-]+)"/g)].map(([, name]) => name));
  expect(own.length).toBeGreaterThan(3);
  expect(new Set(Object.keys(REASONS))).toEqual(new Set([...Object.keys(MASKS), ...LINE_RULES, ...own]));
});

import { expect, test } from "vitest";
import { KERNEL_FUNCTIONS } from "../engine/chronicle/functions.ts";
import { FUNCTION_WORDS } from "./function-words.ts";
import { functionsIn } from "./glossary/functions-in.ts";

test("each kernel function has at most six words", () => {
  expect(Object.keys(FUNCTION_WORDS).sort()).toEqual([...KERNEL_FUNCTIONS].sort());
  for (const words of Object.values(FUNCTION_WORDS)) expect(words.split(" ").length, words).toBeLessThanOrEqual(6);
});

test("a line names functions as its kernel calls them", () => {
  const named = (line: string, version: string) => functionsIn(line, version).map(({ name }) => name);
  expect(named("online_pages [mem 0x100000000-0x107ffffff] failed", "6.1")).toEqual(["online_pages"]);
  expect(functionsIn("? migrate_folio+0x1/0x2", "6.1")).toEqual([{ start: 2, end: 15, name: "migrate_folio" }]);
  expect(named("migrate_page+0x1/0x2", "5.10")).toEqual(["migrate_folio"]);
  expect(named("migrate_folio+0x1/0x2", "5.10")).toEqual([]);
  expect(named("Kernel panic - not syncing: min_free_kbytes", "6.1")).toEqual([]);
});

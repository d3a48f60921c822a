import { expect, test } from "vitest";
import { ACTIONS } from "./actions.ts";
import { helpStrings } from "./help-strings.ts";
import { searchActions } from "./palette-search.ts";

const found = (query: string) => searchActions(query).map(({ id }) => id);

test("actions are found by words of their names and keywords", () => {
  // All but the list itself, and the glossary besides.
  expect(found("").length).toBe(ACTIONS.length);
  expect(found("dark")).toEqual(["theme"]);
  expect(found("SLOW motion")).toContain("slower");
  expect(found("gloss")).toEqual(["glossary"]);
  expect(found("kernel functions")).toEqual(["glossary"]);
  expect(found("open example")).toContain("load-busy-server");
  expect(found("no such thing")).toEqual([]);
});

test("each action has keywords, and all keywords are some action's", () => {
  const keywords: Readonly<Record<string, string>> = helpStrings.palette.keywords;
  const ids = found("");
  const keyOf = (id: string) => (id in keywords ? id : id.slice(0, id.indexOf("-")));
  expect(ids.filter((id) => !(keyOf(id) in keywords))).toEqual([]);
  expect(Object.keys(keywords).filter((key) => !ids.some((id) => keyOf(id) === key))).toEqual([]);
});

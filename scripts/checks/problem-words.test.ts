/** Whatever a check can say of a file is put into Japanese: every message in the code that checks, with its names and figures filled in. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "rolldown/utils";
import { expect, test } from "vitest";
import { checkLesson } from "../../src/lessons/validate.ts";
import ja from "../../src/client/problem-words.ja.ts";

const CHECKS =
  /^src\/(protocol|lessons|author)\/(?!.*(strings|tool|exercises|predict\/format|testing|\.test\.))[\w/-]+\.ts$/;
const TALKS = /^src\/talks\/(validate|open)\.tsx?$/;
const files = readdirSync("src", { recursive: true, withFileTypes: true })
  .map((entry) => join(entry.parentPath, entry.name).replaceAll("\\", "/"))
  .filter((file) => CHECKS.test(file) || TALKS.test(file));

/** Text of a literal, with a figure where a value stands. */
function textOf(node: unknown): string | undefined {
  const one = node as { type?: string; value?: unknown; quasis?: { value: { cooked: string | null } }[] } | undefined;
  if (one?.type === "Literal" && typeof one.value === "string") return one.value;
  return one?.type === "TemplateLiteral" ? one.quasis?.map(({ value }) => value.cooked ?? "").join("7") : undefined;
}

/** Where `schemas` take what they are: the argument of a call by its name. */
const SAID: Readonly<Record<string, number>> = { expected: 0, fields: 0, text: 1, list: 2 };

function messagesOf(file: string): string[] {
  const found: string[] = [];
  new Visitor({
    CallExpression({ callee, arguments: given }) {
      if (callee.type !== "Identifier" || !Object.hasOwn(SAID, callee.name)) return;
      const what = textOf(given[SAID[callee.name] as number]);
      // What stands for itself: `expected(what)`.
      if (what !== undefined && !/^7?$|^7 of at most 7|^a size 7$/.test(what)) found.push(`expected ${what}, got 5`);
    },
    Literal: ({ value }) => {
      if (typeof value === "string" && /^expected /.test(value)) found.push(value);
    },
    TemplateLiteral(node) {
      const said = textOf(node) ?? "";
      const message = /(?:^|: )(expected .+)$/.exec(said)?.[1];
      if (message !== undefined && !/^expected 7(, got 7)?$/.test(message)) found.push(message);
    },
  }).visit(parseSync(file, readFileSync(file, "utf8")).program);
  return found;
}

/** English by its grammar; forms of values and names of fields stay. */
const ENGLISH = /\b(expected|got|a|an|the|of|at least|at most|one of|is|to)\b/;
const NAMES = /\[[^\]]*\]|\{[^}]*\}|a-z/g;
const messages = [...new Set(files.flatMap(messagesOf))];

test("the messages of all checks are found", () => {
  expect(messages.length).toBeGreaterThan(120);
  expect(messages).toContain("expected at least one goal, got 5");
  expect(messages).toContain("expected a multiple of 128 MiB, got 7");
});

test("each has its Japanese", () => {
  const FIELD = "my file: of mine.json: goal[0].all: ";
  const english = messages
    .map((message) => ja.say(FIELD + message).slice(FIELD.length))
    .filter((said) => ENGLISH.test(said.replaceAll(NAMES, "")));
  expect(english).toEqual([]);
});

test.each([
  ["lesson.json: missing", "lesson.json: ありません"],
  ["goal: expected at least one goal, got a list of 0", "goal: 必要なもの: 1 つ以上の目標。今は 0 個のリストです"],
  [
    "x.json: start: expected a scenario or its name, got nothing",
    "x.json: start: 必要なもの: シナリオかその名前。今は何もありません",
  ],
  ["x.json: larger than 256 KiB", "x.json: 256 KiB より大きなファイルです"],
  [
    "solutions[0]: does not reach the goal; usable is 1 of 4 (answers: EBUSY)",
    "solutions[0]: 目標に達しません。usable は 4 中 1 (返答: EBUSY)",
  ],
  ["wrong[0].when: its moves do not lead there", "wrong[0].when: その操作では、そうなりません"],
  ["link: cannot be read: larger than 256 KiB", "link: 読めません (256 KiB より大きなファイルです)"],
  ["what nobody knows stays", "what nobody knows stays"],
])("%s", (english, japanese) => {
  expect(ja.say(english)).toBe(japanese);
});

test("what a real check says of a broken lesson is Japanese", () => {
  const read = checkLesson({ id: "x", track: "own", order: 1, minutes: 0, start: "busy-server" }, "x.json");
  expect(read.ok ? "" : ja.say(read.problem)).toBe("x.json: minutes: 必要なもの: 1 から 240 までの整数。今は 0 です");
});

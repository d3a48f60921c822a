/** Lesson files at the border: what the specification shows passes as it stands, and whatever else comes is refused by field. */
import { describe, expect, test } from "vitest";
import { blocksOf, isWebAddress } from "./markup.ts";
import { checkLesson, readLesson } from "./validate.ts";

/** The lesson of the specification, without a word of its own. */
const BARE = {
  id: "one-word",
  track: "talk",
  order: 9,
  minutes: 6,
  start: "hot-added-offline",
  goal: [
    { id: "usable", all: "blocks", where: { dimm: "d6" }, is: { state: "online" } },
    { id: "movable", all: "blocks", where: { dimm: "d6" }, is: { zone: "Movable" } },
    { id: "leaves", kind: "then", after: "movable", all: "dimms", where: { dimm: "d6" }, is: { in: "shelf" } },
    { id: "kept", kind: "keep", is: "nothing-killed" },
  ],
  wrong: [
    {
      when: {
        last: { do: "write", text: "online" },
        any: "blocks",
        where: { dimm: "d6" },
        is: { zone: "Normal" },
      },
      say: "went-to-normal",
      try: ["echo offline > {block}/state"],
    },
  ],
  solutions: [["for n in 56 57 58 59; do echo online_movable > memory$n/state; done"]],
};

const problem = (value: unknown): string => {
  const checked = checkLesson(value, "x.json");
  return checked.ok ? "" : checked.problem;
};
const withText = (words: Record<string, string>) => ({ ...BARE, text: { en: { "went-to-normal": "So.", ...words } } });

const ASKED = {
  question: "q",
  options: [
    { say: "a", any: "blocks" },
    { say: "b", none: "blocks" },
  ],
  commands: ["true"],
};

test("what a worked run and a boot leave out has its meaning", () => {
  const checked = checkLesson(
    {
      ...BARE,
      boot: { words: ["movable_node"], nodes: [1] },
      predict: { ...ASKED, beside: [{ boot: { cmdline: "" }, commands: ["true"] }] },
      solutions: [[{ do: "boot", cmdline: "movable_node" }, "true"]],
      text: { en: Object.fromEntries(["went-to-normal", "q", "a", "b"].map((key) => [key, "So."])) },
    },
    "x.json",
  );
  if (!checked.ok) throw new Error(checked.problem);
  const { predict, solutions, boot } = checked.value.lesson;
  expect(predict[0]).toMatchObject({ watch: [], name: null, boot: null, yours: null });
  expect(predict[0]?.beside[0]).toEqual({
    say: null,
    boot: { do: "boot", cmdline: "", hotpluggable: [] },
    commands: ["true"],
  });
  expect(solutions[0]?.moves[0]).toEqual({ do: "boot", cmdline: "movable_node", hotpluggable: [] });
  expect(boot).toEqual({ words: ["movable_node"], nodes: [1] });
});

test("the lesson that the specification shows passes", () => {
  expect(problem(BARE)).toBe("");
  expect(problem({ version: 1, ...BARE })).toBe("");
});

test.each([
  [{ ...BARE, version: 2 }, "x.json: version: expected version 1, got 2"],
  [{ ...BARE, id: undefined }, "x.json: id: expected a name, got nothing"],
  [{ ...BARE, predict: { ...ASKED, watch: ["w"] } }, /^x\.json: predict: expected words for fewer commands/],
  [
    { ...BARE, predict: { ...ASKED, beside: [{ commands: [] }] } },
    /predict\.beside\[0\]\.commands: expected at least one/,
  ],
  [{ ...BARE, back: ["which-stayed"] }, /^x\.json: back\[0\]: expected one of what-answer/],
  [{ ...BARE, boot: { words: ["a b"], nodes: [] } }, /^x\.json: boot\.words\[0\]: expected one word of a command line/],
  [{ ...BARE, solutions: [[{ do: "boot" }]] }, /^x\.json: solutions\[0\].*cmdline/],
  [
    { ...BARE, steps: [{ act: "nobody" }], text: { en: { "went-to-normal": "So." } } },
    /text\.en\.nobody: missing; steps\[0\]\.act/,
  ],
  [{ ...BARE, goal: [] }, "x.json: goal: expected at least one goal, got a list of 0"],
  [
    { ...BARE, goal: [{ id: "a", all: "bloks" }] },
    'x.json: goal[0].all: expected one of blocks, nodes, zones, dimms, partitions, processes, attempts, pages, acts, got "bloks"',
  ],
  [
    { ...BARE, goal: [{ id: "a", all: "blocks", is: { colour: "red" } }] },
    /^x\.json: goal\[0\]\.is\.colour: expected one of block, /,
  ],
  [
    { ...BARE, goal: [{ id: "a", any: "blocks", is: { used: "many" } }] },
    /^x\.json: goal\[0\]\.is\.used: expected a number or a comparison/,
  ],
  [
    { ...BARE, goal: [{ id: "a", and: [{ not: { any: "pigs" } }] }] },
    /^x\.json: goal\[0\]\.and\[0\]\.not\.any: expected one of blocks/,
  ],
  [
    { ...BARE, goal: [{ id: "a", kind: "then", after: "b", any: "blocks" }] },
    'x.json: goal[0].after: expected an earlier goal, got "b"',
  ],
  [
    { ...BARE, goal: [{ id: "a", kind: "keep", is: "nothing-done" }] },
    /^x\.json: goal\[0\]\.is: expected one of nothing-killed, /,
  ],
  [{ ...BARE, goal: [BARE.goal[0], BARE.goal[0]] }, "x.json: goal[1].id: usable is used twice"],
  [
    { ...BARE, wrong: [{ ...BARE.wrong[0], when: { last: { did: "write" } } }] },
    /^x\.json: wrong\[0\]\.when\.last\.did: expected one of do, /,
  ],
  [{ ...BARE, solutions: [[{ do: "dance" }]] }, /^x\.json: solutions\[0\]\[0\]\.do: expected one of move, /],
  [{ ...BARE, view: { hide: ["verdict"] } }, "x.json: view.hide[0]: the verdict is never hidden"],
  [{ ...BARE, start: 3 }, "x.json: start: expected a scenario or its name, got 3"],
  [{ ...BARE, start: { version: 1 } }, /^x\.json: start: name: /],
  [withText({ a: "<b>no</b>" }), 'x.json: text.en.a: expected no HTML, got "<b>"'],
  [
    withText({ a: "[go](javascript:alert(1))" }),
    /^x\.json: text\.en\.a: expected a link to http or https, got "javascript:alert/,
  ],
  [{ ...BARE, text: { en: {} } }, "x.json: text.en.went-to-normal: missing; wrong[0].say names it"],
  [
    { ...BARE, text: { en: { "went-to-normal": "So." }, ja: { "went-to-normal": "そう。", more: "もっと" } } },
    "x.json: text.en.more: missing",
  ],
  [
    { ...BARE, text: { en: { "went-to-normal": "{a} of {b}." }, ja: { "went-to-normal": "{b} のうち。" } } },
    "x.json: text.en.went-to-normal: expected the figures that every language names there, {b}",
  ],
] as const)("%#: a fault is told by field and reason", (value, said) => {
  const found = problem(value);
  if (typeof said === "string") expect(found).toBe(said);
  else expect(found).toMatch(said);
});

describe("no lesson can do anything but speak", () => {
  test("a text is at most paragraphs, lists, bold, code and links to the web", () => {
    expect(blocksOf("a **b** `c` [d](https://e.example/) {f}")[0]).toEqual({
      is: "paragraph",
      inline: [
        { is: "text", text: "a " },
        { is: "bold", text: "b" },
        { is: "text", text: " " },
        { is: "code", text: "c" },
        { is: "text", text: " " },
        { is: "link", text: "d", to: "https://e.example/" },
        { is: "text", text: " " },
        { is: "figure", name: "f", code: false },
      ],
    });
    for (const address of ["javascript:1", " javascript:1", "data:text/html,x", "//x", "blob:x", "JaVaScRiPt:1"])
      expect(isWebAddress(address)).toBe(false);
  });

  test("what is too large or too deep is refused before it is looked at", () => {
    expect(readLesson(`"${"x".repeat(256 * 1024)}"`, "x.json")).toMatchObject({
      problem: "x.json: larger than 256 KiB",
    });
    let deep: unknown = { any: "blocks" };
    for (let i = 0; i < 50_000; i++) deep = { not: deep };
    expect(problem({ ...BARE, goal: [{ id: "a", not: deep }] })).toMatch(/^x\.json: nested more than/);
  });
});

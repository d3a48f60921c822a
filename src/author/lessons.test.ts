/** Every lesson that comes with the playground holds on its machine; and a lesson that doesn't is found out. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { TRACKS } from "../lessons/catalogue.ts";
import type { RecordTables } from "../client/playground.ts";
import type { Lesson } from "../lessons/format.ts";
import { type Opened, openLesson } from "../lessons/open.ts";
import { pictureOf } from "../lessons/picture.ts";
import { keysOf } from "../lessons/validate.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { findings, type Thoroughness } from "./check.ts";
import { Stage } from "./stage.ts";

const FOLDER = "public/lessons";
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
/** As `npm run lesson -- check` does, and `LESSONS=all` here for every lesson. */
const ALL = { seeds: 20, random: 200 };
const SOME = { seeds: 0, random: 0 };
/** One is tried a little harder, always the same: a run that fails fails again. */
const ONE = "two-phases.json";
const HARDER = { seeds: 2, random: 3 };
const thoroughness = (file: string): Thoroughness => {
  if (process.env.LESSONS === "all") return ALL;
  return ONE === file ? HARDER : SOME;
};

const beside = async (id: string) => ({ ok: true, value: readFileSync(`${FOLDER}/${id}.json`, "utf8") }) as const;

async function open(file: string): Promise<Opened> {
  const opened = await openLesson(readFileSync(`${FOLDER}/${file}`, "utf8"), file, beside);
  if (!opened.ok) throw new Error(opened.problem);
  return opened.value;
}

async function all(lesson: Lesson, scenario: Scenario, how: Thoroughness = SOME): Promise<string[]> {
  const found: string[] = [];
  const picture: Partial<Record<"start" | "goal", string>> = {};
  let mark = "done";
  const seen: Parameters<typeof findings>[3] = (when, { records }) => {
    picture[when] = pictureOf(records);
    if (when === "goal") mark = endOf(records);
  };
  for await (const finding of findings(lesson, scenario, how, seen)) found.push(finding);
  if (picture.goal !== undefined) pictures[lesson.id] ??= [picture.start ?? "", picture.goal, mark];
  return found;
}

/** What the list of lessons shows, as the machines were. */
const pictures: Record<string, readonly [string, string, string]> = {};

/** Whether the last thing that was asked of the machine was refused, and stays so. */
function endOf({ attempt }: RecordTables): "done" | "refused" {
  const last = Object.values(attempt)
    .filter(({ parent }) => parent === null)
    .sort((a, b) => a.id - b.id)
    .at(-1);
  return last !== undefined && last.errno !== null ? "refused" : "done";
}

test.each(FILES)(
  "%s holds",
  async (file) => {
    const { lesson, scenario } = await open(file);
    expect(await all(lesson, scenario, thoroughness(file))).toEqual([]);
  },
  1_200_000,
);

// LESSON_PICTURES=write takes them again. With a part of the lessons there is nothing to compare.
test("the list of lessons shows each machine as it starts, and as the first solution leaves it", ({ skip }) => {
  const ids = FILES.map((file) => file.replace(/\.json$/, "")).sort();
  if (ids.some((id) => !pictures[id])) skip();
  const taken = Object.fromEntries(ids.map((id) => [id, pictures[id]]));
  if (process.env.LESSON_PICTURES === "write")
    writeFileSync("src/lessons/pictures.json", `${JSON.stringify(taken, null, 2)}\n`);
  expect(JSON.parse(readFileSync("src/lessons/pictures.json", "utf8"))).toEqual(taken);
});

test("the list of lessons says what their files say, in their order, and leads to each", async () => {
  const all = (await Promise.all(FILES.map(open))).map(({ lesson }) => lesson).sort((a, b) => a.order - b.order);
  for (const track of TRACKS)
    expect(track.cards).toEqual(
      all
        .filter((lesson) => lesson.track === track.id)
        .map(({ id, minutes, text }) => ({ id, minutes, title: text.en?.title, idea: text.en?.idea })),
    );
  for (const { cards, languages } of TRACKS)
    for (const { id } of cards)
      expect(Object.keys(all.find((lesson) => lesson.id === id)?.text ?? {}), id).toEqual(languages);
  const ids = TRACKS.flatMap(({ cards }) => cards.map(({ id }) => id));
  expect(ids.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
  for (const { next, needs } of all)
    for (const id of [...needs, ...(next === null ? [] : [next])]) expect(ids).toContain(id);
  // Every text is said somewhere.
  for (const lesson of all) {
    const said = new Set(["title", "idea", ...keysOf(lesson).map(({ key }) => key)]);
    expect(
      Object.keys(lesson.text.en ?? {}).filter((key) => !said.has(key)),
      lesson.id,
    ).toEqual([]);
  }
});

describe("a lesson that does not hold", async () => {
  const { lesson, scenario } = await open("one-word.json");
  const wrong = lesson.wrong[0] as Lesson["wrong"][number];
  const asked = lesson.predict[0] as Lesson["predict"][number];
  const only = { ...lesson, solutions: lesson.solutions.slice(0, 1), predict: [], claims: [], wrong: [] };

  test("lights up only what its box has", async () => {
    const [step] = lesson.steps;
    if (!step) throw new Error("no step");
    expect(await all({ ...only, id: "x", steps: [{ ...step, show: ["d99"] }] }, scenario)).toEqual([
      expect.stringContaining("steps[0].show: expected a memory block"),
    ]);
  });

  test("everything that is wrong with it is told, by field and reason", async () => {
    const broken: Lesson = {
      ...only,
      solutions: [{ name: "x", moves: ["echo online > memory56/state"] }],
      wrong: [{ ...wrong, moves: ["echo online_movable > memory56/state"] }],
      predict: [{ ...asked, commands: ["true"], options: [1, 1].map(() => ({ say: "x", when: { any: "attempts" } })) }],
      claims: [
        { say: "x", commands: ["echo no"], holds: { any: "blocks", is: { zone: "Device" } }, shows: "yes" },
        { say: "y", commands: ["echo no"], holds: { any: "blocks", is: { zone: "Normal" } }, shows: "no" },
      ],
    };
    expect(await all(broken, scenario)).toEqual([
      "solutions[0]: does not reach the goal; usable is 1 of 4, movable is 0 of 4, leaves is 0 of 1",
      "steps[1].until: no solution gets there",
      "wrong[0].when: its moves do not lead there",
      "predict[0].options: expected exactly one true option, got 2 (0, 1)",
      "claims[0].holds: is not so (text x)",
      // What colours the prompt and moves its cursor is nothing to read.
      expect.stringMatching(
        /^claims\[0\]\.shows: the terminal shows something else \(text x\): ".*# echo no\\nno\\n.*# "$/,
      ),
    ]);
  });

  test("a start that is the goal, and a DIMM that the box has not", async () => {
    const there: Lesson = {
      ...only,
      goal: [{ id: "a", kind: "reach", say: "a", after: null, what: { any: "blocks" } }],
    };
    expect(await all(there, scenario)).toContain("start: reaches the goal without anything being done");
    const what = { all: "blocks", where: { dimm: "d9" } } as const;
    expect(await all({ ...only, goal: [{ id: "a", kind: "reach", say: "a", after: null, what }] }, scenario)).toEqual([
      expect.stringMatching(/^goal\[0\]\.where\.dimm: expected one of (d\d, ){7}d\d, got "d9"$/),
    ]);
  });

  test("a wrong move without a stored way is looked for", async () => {
    expect(await all({ ...only, wrong: [{ ...wrong, moves: [] }] }, scenario)).toEqual([]);
  });
});

describe("a lesson that begins where another ends", () => {
  const lessonAfter = (id: string) => ({
    id: "after",
    track: "own",
    order: 1,
    minutes: 1,
    start: { lesson: id },
    goal: [{ id: "out", all: "dimms", where: { dimm: "d6" }, is: { in: "shelf" } }],
    solutions: [[{ do: "move", dimm: "d6", to: { shelf: true } }]],
  });

  test("has that one's machine with its solution done: d6 is in use, and can leave", async () => {
    const opened = await openLesson(JSON.stringify(lessonAfter("two-phases")), "x", beside);
    if (!opened.ok) throw new Error(opened.problem);
    const stage = new Stage(opened.value.lesson, opened.value.scenario);
    const d6 = Object.values(stage.records.block).filter(({ dimm }) => dimm === "d6");
    expect(d6.map(({ state }) => state)).toEqual(["online", "online", "online", "online"]);
    expect(await all(opened.value.lesson, opened.value.scenario)).toEqual([]);
  });

  test("is refused where that takes a shell, where there is none, and in a circle", async () => {
    const problem = async (id: string, other = beside): Promise<string> => {
      const opened = await openLesson(JSON.stringify(lessonAfter(id)), "x", other);
      return opened.ok ? "" : opened.problem;
    };
    expect(await problem("the-price")).toBe(
      "x: start.lesson: the-price has no solution of moves and echo WORD > FILE alone",
    );
    expect(
      await problem(
        "none",
        () => Promise.resolve({ ok: false, problem: "none.json: there is no such lesson" }) as never,
      ),
    ).toBe("x: start.lesson: none.json: there is no such lesson");
    const circle = async () => ({ ok: true, value: JSON.stringify(lessonAfter("a")) }) as const;
    expect(await problem("a", circle)).toMatch(/expected at most 8 lessons before this one$/);
  });
});

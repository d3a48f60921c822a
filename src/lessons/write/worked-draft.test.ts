/** A worked run is written piece by piece; a file that can be read comes of it, and no words of what was taken away are left. */
import { expect, test } from "vitest";
import { openLesson } from "../open.ts";
import { changedItem, EMPTY, type Raw, type Wish, withItem, withWord, wordOf, write } from "./draft.ts";
import {
  bootOf,
  changedRun,
  runsOf,
  watchOf,
  withAnswer,
  withBoot,
  withoutAnswer,
  withoutRun,
  withRun,
  withSaid,
  withWatch,
} from "./worked-draft.ts";

const OFFLINE: Wish = {
  id: "memory44-offline",
  wish: "offline",
  name: "memory44",
  what: { all: "blocks", where: { block: "memory44" }, is: { state: "offline" } },
};
const LESSON = withItem(withItem(EMPTY, "goal", { id: "kept", kind: "keep", is: "nothing-killed" }), "solutions", [
  "true",
]);
const english = (raw: Raw): readonly string[] => Object.keys((raw.text as Record<string, Raw>).en ?? {});

test("from a question to a run that stops before its last line and has two answers", async () => {
  const asked = changedRun(withRun(LESSON, "en"), 0, {
    commands: ["cat memory44/state", "echo offline > memory44/state"],
  });
  const two = withAnswer(withAnswer(asked, "en", 0, OFFLINE, { so: true, words: "it goes" }), "en", 0, OFFLINE, {
    so: false,
    words: "it stays",
  });
  const watched = withWord(withWatch(two, "en", 0, 1), "en", "watch-1", "It is online.");
  const run = withSaid(withWord(watched, "en", "ask-1", "What now?"), "en", 0, "yours", "Now memory45.");
  const opened = await openLesson(write(run), "x");
  if (!opened.ok) throw new Error(opened.problem);
  const [prediction] = opened.value.lesson.predict;
  expect(prediction).toMatchObject({
    question: "ask-1",
    watch: ["watch-1"],
    yours: "yours-1",
    after: null,
    options: [
      { say: "answer-1", when: OFFLINE.what },
      { say: "answer-2", when: { not: OFFLINE.what } },
    ],
  });
  // One line more is one too many: a run stops before its last.
  expect(await openLesson(write(withWatch(run, "en", 0, 2)), "x")).toMatchObject({ ok: false });
  expect(watchOf(withWatch(run, "en", 0, 0), 0)).toEqual([]);
  expect(wordOf(withWatch(run, "en", 0, 0), "en", "watch-1")).toBe("");

  // What is taken away leaves no words that nobody says.
  const one = withoutAnswer(run, 0, 0);
  expect(english(one)).not.toContain("answer-1");
  expect(english(withSaid(run, "en", 0, "yours", ""))).not.toContain("yours-1");
  expect(withoutRun(run, 0)).toEqual({ ...LESSON, predict: [] });
});

test("other things of the run stay as the source has them", () => {
  const beside = [{ say: "other", commands: ["lsmem"] }];
  const run = changedItem(withRun(LESSON, "en"), "predict", 0, { beside });
  const said = withSaid(withSaid(run, "en", 0, "after", "So."), "en", 0, "after", "So it is.");
  expect(said.predict).toEqual([{ question: "ask-1", options: [], commands: [], beside, after: "after-1" }]);
  expect(withSaid(said, "en", 0, "after", "").predict).toEqual(run.predict);
  expect(wordOf(said, "en", "after-1")).toBe("So it is.");
});

test("one run alone need not be a list", () => {
  const [run] = withRun(LESSON, "en").predict as Raw[];
  const alone = { ...withRun(LESSON, "en"), predict: run };
  expect(runsOf(alone)).toEqual([run]);
  expect(changedRun(alone, 0, { commands: ["lsmem"] }).predict).toEqual([{ ...run, commands: ["lsmem"] }]);
  expect(withRun(alone, "en").predict).toHaveLength(2);
  expect(withSaid(alone, "en", 0, "after", "So.").predict).toEqual([{ ...run, after: "after-1" }]);
  expect(withoutRun(alone, 0)).toEqual({ ...LESSON, predict: [] });
});

test("a reader who may choose nothing boots as the start says", () => {
  const choice = withBoot(LESSON, ["movable_node"], [0, 1]);
  expect(bootOf(choice)).toEqual({ words: ["movable_node"], nodes: [0, 1] });
  expect(withBoot(choice, [], [])).toEqual(LESSON);
  expect(bootOf({ boot: "?" })).toEqual({ words: [], nodes: [] });
});

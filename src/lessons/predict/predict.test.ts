/** Addresses of exercises, how levels rise and fall, and what is taken along. */
import { beforeEach, expect, test } from "vitest";
import { addressOf, GENERATORS, LEVELS, readExercise } from "./format.ts";
import { climb, FIRST_RUNG, further } from "./ladder.ts";
import { addRungs, readRungs, setRung, storedRungs } from "./rungs.ts";
import { predictStrings } from "./strings.ts";

test("an exercise fits in an address; what an address says wrongly counts as not said", () => {
  for (const generator of GENERATORS) {
    const name = { generator, level: LEVELS, seed: 999_999 };
    expect(readExercise(addressOf(name))).toEqual(name);
    expect(addressOf(name).length).toBeLessThan(40);
    expect(predictStrings.generator[generator].length).toBeGreaterThan(8);
  }
  expect(readExercise("#predict")).toEqual({});
  expect(readExercise("#predict=which-zone")).toEqual({ generator: "which-zone" });
  expect(readExercise("#predict=which-zone/9/1")).toEqual({ generator: "which-zone" });
  expect(readExercise("#predict=nothing/1/1")).toEqual({});
  expect(readExercise("#predict=which-zone/1/1234567")).toBeNull();
  expect(readExercise("#lessons")).toBeNull();
});

const answers = (marks: string, level = 1) =>
  [...marks].reduce((rung, mark) => climb(rung, rung.level, mark === "+"), { ...FIRST_RUNG, level });

test("three right in a row lead a level up, two wrong in a row one down, within the levels", () => {
  expect(answers("++").level).toBe(1);
  expect(answers("+++").level).toBe(2);
  expect(answers("++-+++").level).toBe(2);
  expect(answers("++-++").level).toBe(1);
  expect(answers("+++--").level).toBe(1);
  expect(answers("+-+-+-").level).toBe(1);
  expect(answers("--", 1)).toMatchObject({ level: 1, asked: 2, right: 0, best: 0 });
  expect(answers("+".repeat(20))).toMatchObject({ level: LEVELS, asked: 20, right: 20, best: LEVELS });
  expect(answers(`${"+".repeat(20)}--`).level).toBe(LEVELS - 1);
  // Somebody else's link is counted, and leaves the reader's own level alone.
  expect(climb({ ...FIRST_RUNG, row: 2 }, 4, true)).toEqual({ level: 1, row: 2, asked: 1, right: 1, best: 4 });
});

beforeEach(() => {
  globalThis.localStorage?.clear();
});

test("what is brought adds and never lowers; a file that is broken is told by field", () => {
  setRung("which-zone", { level: 3, row: 1, asked: 9, right: 7, best: 3 });
  const read = readRungs(
    JSON.stringify({ predict: { "which-zone": answers("++"), "what-answer": answers("+++"), gone: FIRST_RUNG } }),
    "f",
  );
  expect(read.ok).toBe(true);
  if (read.ok) addRungs(read.value);
  expect(storedRungs()).toEqual({
    "which-zone": { level: 3, row: 1, asked: 9, right: 7, best: 3 },
    "what-answer": answers("+++"),
  });
  expect(further(answers("+"), answers("+++")).level).toBe(2);
  expect(readRungs('{"predict": {"which-zone": {"level": 9}}}', "f.json")).toEqual({
    ok: false,
    problem: "f.json: predict.which-zone.level: expected a whole number from 1 to 4, got 9",
  });
  expect(readRungs('{"version": 1, "lessons": {}}', "f")).toEqual({ ok: true, value: {} });
});

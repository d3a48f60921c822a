/**
 * Every exercise that a link can name asks something that has exactly one answer, which machines gave; and it is the same one
 * whenever it is asked for. `EXERCISES=all` tries every level with 20 seeds, else each of 4 seeds tries one level.
 */
import { describe, expect, test } from "vitest";
import { type Exercise, GENERATORS, LEVELS } from "../../lessons/predict/format.ts";
import { predictStrings } from "../../lessons/predict/strings.ts";
import { exerciseOf, TWENTY, tryOut } from "./trial.ts";

const ALL = process.env.EXERCISES === "all";
const SEEDS = ALL ? 20 : 4;

const names = GENERATORS.flatMap((generator) =>
  Array.from({ length: SEEDS }, (_, i) => i + 1).flatMap((seed) =>
    Array.from({ length: LEVELS }, (_, i) => ({ generator, level: i + 1, seed })).filter(
      ({ level }) => ALL || level === 1 + (seed % LEVELS),
    ),
  ),
);

/** What is wrong with one, in a word. */
function faults({
  options,
  truth,
  value,
  often,
  ask,
  moves,
  scenario,
  observation,
  inMidst,
  name,
}: Exercise): string[] {
  const found: string[] = [];
  const values = options.map((option) => option.value);
  if (new Set(values).size !== values.length || values.length < 2 || values.length > 4) found.push(`options ${values}`);
  if (often) {
    const share = often.tally.find(([seen]) => seen === often.value)?.[1] ?? 0;
    const tried = often.tally.reduce((sum, [, times]) => sum + times, 0);
    const said = share === tried ? "always" : share > 0 ? "sometimes" : "never";
    if (tried !== TWENTY + 1 || values[truth] !== said) found.push(`tally ${JSON.stringify(often)}`);
  } else {
    // The true one is this machine's; every other was seen somewhere, and it is said where.
    if (values[truth] !== value) found.push(`truth ${values[truth]}, ${value}`);
    for (const [i, { from }] of options.entries()) if ((from === null) !== (i === truth)) found.push(`option ${i}`);
    for (const { from } of options)
      if (from && from.code !== "leaves" && !predictStrings.from[from.code]) found.push(`words ${from.code}`);
  }
  if (!predictStrings.ask[ask.code]) found.push(`words ${ask.code}`);
  // A machine that is made anew does it again.
  if (ALL || name.seed === 1) {
    const again = tryOut({ scenario, moves: moves.map(({ command }) => command), observation, inMidst }).value;
    if (again !== value) found.push(`again ${again}, ${value}`);
  }
  return found;
}

describe.each(GENERATORS)("%s", (generator) => {
  test("has one true answer at every level, whatever the seed", () => {
    const wrong = names
      .filter((name) => name.generator === generator)
      .map((name) => ({ name, faults: faults(exerciseOf(name)) }))
      .filter((one) => one.faults.length > 0);
    expect(wrong).toEqual([]);
  }, 600_000);

  test("is the same exercise whenever it is asked for, and another one with another seed", () => {
    const name = { generator, level: 2, seed: 4711 };
    const first = exerciseOf(name);
    expect(exerciseOf(name)).toEqual(first);
    const all = [first, exerciseOf({ ...name, seed: 1 }), exerciseOf({ ...name, seed: 2 })];
    expect(new Set(all.map((exercise) => JSON.stringify({ ...exercise, name: null }))).size).toBeGreaterThan(1);
  }, 60_000);
});

test("what chance decides is asked as always, sometimes or never, and twenty machines say how often", () => {
  for (let seed = 1; seed < 40; seed++) {
    const exercise = exerciseOf({ generator: "leave-order", level: 4, seed });
    if (!exercise.often) continue;
    expect(exercise.options.map(({ value }) => value)).toEqual(["always", "sometimes", "never"]);
    expect(faults(exercise)).toEqual([]);
    expect(exercise.often.tally.length).toBeGreaterThan(1);
    expect(exercise.options[exercise.truth]?.value).toBe("sometimes");
    return;
  }
  throw new Error("no exercise of chance came up");
}, 120_000);

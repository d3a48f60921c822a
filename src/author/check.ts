/**
 * What must be true of a lesson, tried on the machine: each solution reaches the goal, nothing else does by itself, each wrong
 * move is reached, each prediction has one true option whatever the seed, and what texts claim is so. Findings name the
 * field; none is a lesson that holds.
 */
import type { Lesson, Prediction } from "../lessons/format.ts";
import { find, trueOptions } from "../lessons/predicates.ts";
import { readable } from "../lessons/readable.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { movesTo, randomMoves } from "./candidates.ts";
import { unknownName } from "./names.ts";
import { Stage } from "./stage.ts";

export interface Thoroughness {
  /** Seeds besides the lesson's own with which predictions are tried. */
  readonly seeds: number;
  /** People who play by chance. */
  readonly random: number;
}

/** Simulated time in which an untouched machine doesn't reach the goal, ns. */
const UNTOUCHED = 10e9;
/** Simulated time that somebody who plays by chance waits for an answer, ns: an offline that nothing ends goes on beside the rest. */
const IMPATIENT = 3e9;
/** Moves of somebody who plays by chance. */
const MOVES = 8;

/** Everything that is wrong with a lesson, as `field: reason`. `seen` is shown the machine at the start, and as the first solution leaves it. */
export async function* findings(
  lesson: Lesson,
  scenario: Scenario,
  { seeds, random }: Thoroughness,
  seen: (when: "start" | "goal", stage: Stage) => void = () => {},
): AsyncGenerator<string> {
  const untouched = new Stage(lesson, scenario);
  seen("start", untouched);
  const name = unknownName(lesson, untouched.records);
  if (name !== undefined) {
    yield name;
    return;
  }
  untouched.wait(UNTOUCHED);
  if (untouched.book.solvedAt !== null) yield "start: reaches the goal without anything being done";
  // Steps that nothing has moved on from yet.
  const waiting = new Set(lesson.steps.flatMap(({ until }, i) => (until ? [i] : [])));
  for (const [i, { moves }] of lesson.solutions.entries()) {
    const stage = new Stage(lesson, scenario);
    for (const move of moves) {
      await stage.make([move]);
      const world = { records: stage.records, last: stage.book.last, acts: stage.acts };
      for (const step of waiting) if (find(lesson.steps[step]?.until ?? {}, world).holds) waiting.delete(step);
    }
    if (i === 0) seen("goal", stage);
    if (stage.book.solvedAt === null) yield `solutions[${i}]: does not reach the goal; ${whatIsLeft(lesson, stage)}`;
  }
  for (const step of waiting) yield `steps[${step}].until: no solution gets there`;
  for (const [i, wrong] of lesson.wrong.entries())
    if (!(await reached(lesson, scenario, i)))
      yield `wrong[${i}].when: ${wrong.moves.length > 0 ? "its moves do not lead there" : "no move was found that leads there"}`;
  for (const [i, step] of lesson.steps.entries())
    if (step.ask) yield* predictionFindings(lesson, scenario, step.ask, `steps[${i}].ask`, seeds);
  for (const [i, prediction] of lesson.predict.entries())
    yield* predictionFindings(lesson, scenario, prediction, `predict[${i}]`, seeds);
  for (const [i, claim] of lesson.claims.entries()) {
    const stage = new Stage(lesson, scenario);
    await stage.make(claim.commands);
    const world = { records: stage.records, last: stage.book.last, acts: stage.acts };
    if (claim.holds && !find(claim.holds, world).holds) yield `claims[${i}].holds: is not so (text ${claim.say})`;
    if (claim.shows !== null && !stage.text.includes(claim.shows))
      yield `claims[${i}].shows: the terminal shows something else (text ${claim.say}): ${JSON.stringify(readable(stage.text).slice(-200))}`;
  }
  yield* chanceFindings(lesson, scenario, random);
}

function whatIsLeft(lesson: Lesson, { book, acts }: Stage): string {
  const open = lesson.goal
    .filter(({ id }) => !book.goals[id]?.ticked)
    .map(({ id }) => `${id} is ${book.goals[id]?.met} of ${book.goals[id]?.of}`);
  const refused = acts.filter(({ errno }) => errno !== null).map(({ errno }) => errno);
  const because = refused.length > 0 ? ` (answers: ${refused.join(", ")})` : "";
  return (open.length > 0 ? open.join(", ") : "not all goals at one instant") + because;
}

/** Whether a wrong entry is shown after its own moves, or after one that was looked for. */
async function reached(lesson: Lesson, scenario: Scenario, index: number): Promise<boolean> {
  const wrong = lesson.wrong[index];
  if (!wrong) return false;
  const after = async (moves: Parameters<Stage["make"]>[0]): Promise<boolean> => {
    const stage = new Stage(lesson, scenario);
    for (const move of moves) {
      await stage.make([move]);
      if (stage.book.wrong?.index === index) return true;
    }
    return false;
  };
  if (wrong.moves.length > 0) return after(wrong.moves);
  const { records } = new Stage(lesson, scenario);
  for (const move of movesTo(wrong.when, lesson, records)) if (await after([move])) return true;
  return false;
}

/** The options that hold after the commands. */
async function answers(lesson: Lesson, scenario: Scenario, asked: Prediction, seed: number): Promise<number[]> {
  const stage = new Stage(lesson, scenario, { seed });
  await stage.make(asked.boot ? [asked.boot, ...asked.commands] : asked.commands);
  const world = { records: stage.records, last: stage.book.last, acts: stage.acts };
  return trueOptions(asked, world);
}

async function* predictionFindings(
  lesson: Lesson,
  scenario: Scenario,
  asked: Prediction,
  at: string,
  seeds: number,
): AsyncGenerator<string> {
  const own = await answers(lesson, scenario, asked, scenario.seed);
  if (own.length !== 1) {
    yield `${at}.options: expected exactly one true option, got ${own.length}${own.length > 0 ? ` (${own.join(", ")})` : ""}`;
    return;
  }
  for (let i = 1; i <= seeds; i++) {
    const seed = scenario.seed + i * 7919;
    const other = await answers(lesson, scenario, asked, seed);
    if (other.length !== 1) {
      yield `${at}.options: expected exactly one true option with seed ${seed}, got ${other.length}`;
      return;
    }
    if (other[0] !== own[0] && !asked.chance) {
      yield `${at}.chance: missing; with seed ${seed} option ${other[0]} is true, with the lesson's own ${own[0]}`;
      return;
    }
  }
}

/** Those who play by chance don't get there, or the machine agrees with itself that they truly did. */
async function* chanceFindings(lesson: Lesson, scenario: Scenario, random: number): AsyncGenerator<string> {
  for (let seed = 1; seed <= random; seed++) {
    const stage = new Stage(lesson, scenario, { patience: IMPATIENT });
    await stage.make(randomMoves(seed, MOVES, lesson, stage.records));
    if (stage.book.solvedAt === null) continue;
    const problems = await stage.audit();
    if (problems.length > 0) {
      yield `goal: reached by chance (${seed}) in a machine that contradicts itself: ${problems[0]}`;
      return;
    }
  }
}

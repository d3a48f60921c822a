/**
 * Exercises as machines answer them. What can be answered is what was seen: this machine's own answer, and those of machines
 * that differ in one thing. Where chance has a part, twenty machines say how often.
 */
import { applyPatches, NO_RECORDS } from "../../client/apply-frame.ts";
import type { RecordTables } from "../../client/playground.ts";
import { seededRandom } from "../../engine/time/random.ts";
import type { Exercise, ExerciseMove, ExerciseName, Option } from "../../lessons/predict/format.ts";
import { NOT_YET, observe } from "../../lessons/predict/observe.ts";
import type { ErrnoName } from "../../engine/chronicle/outcome.ts";
import { Stretch } from "../../worker/stretch.ts";
import { type Dice, diceOf, type Draft, type Trial } from "./draft.ts";
import { GENERATOR_OF } from "./generators.ts";
import { stand } from "./look.ts";

/** Simulated ns of a write that goes on which are looked at. */
const SEEN = 5e9;
const SLICE = 1e9;
/** What is decided in the midst of an operation is looked for this closely. */
const STEP = 50e3;
/** Machines that differ only in their seed. */
export const TWENTY = 20;
/** Answers to choose from, at most. */
const MOST_OPTIONS = 4;
/** Drafts that are tried for one that asks something. */
const DRAFTS = 60;

export interface Tried {
  /** As `observe` reads it. */
  readonly value: string;
  readonly moves: readonly ExerciseMove[];
  readonly before: RecordTables;
  readonly records: RecordTables;
}

/** Figures by their size. */
const byWorth = new Intl.Collator("en", { numeric: true });
const never = { expired: () => false };

/** Lets a machine make the moves, each until it has decided itself. */
export function tryOut(trial: Trial, seed = trial.scenario.seed): Tried {
  const { scenario, moves, observation } = trial;
  const play = stand({ ...scenario, seed });
  const before = applyPatches(NO_RECORDS, play.engine.drainPatches());
  let records = before;
  const made: ExerciseMove[] = [];
  const outcomes: (ErrnoName | null)[] = [];
  const read = (): string => {
    records = applyPatches(records, play.engine.drainPatches());
    return observe(observation, { before, records, outcomes });
  };
  for (const [i, command] of moves.entries()) {
    const begun = play.engine.now;
    // As long as a stretch has patience: what goes on then goes on for ever.
    const stretch = new Stretch(play, { commands: [command], length: null, follows: i > 0 });
    if (trial.inMidst) {
      while (!stretch.advance(STEP, never) && read() === NOT_YET);
      made.push({ command, takes: play.engine.now - begun, ends: false });
      continue;
    }
    // A busy server is not played for so long: what has not returned by then is what is asked about.
    const patience = hasChance(trial) ? SEEN : Number.POSITIVE_INFINITY;
    while (!stretch.advance(SLICE, never) && play.engine.now - begun < patience);
    outcomes.push(stretch.outcomes[0] ?? null);
    const ends = play.engine.idle || (stretch.outcomes[0] ?? null) !== null;
    made.push({ command, takes: ends ? play.engine.now - begun : SEEN, ends });
  }
  return { value: read(), moves: made, before, records };
}

/** Chance has a part only where a busy server turns memory over: nothing else in the engine draws lots. */
const hasChance = ({ scenario: { setup } }: Trial): boolean =>
  setup.some((command) => command.do === "load" && command.load.kind === "server");

/** The exercise of a name: the same one whenever it is asked for. */
export function exerciseOf(name: ExerciseName): Exercise {
  for (let draft = 0; draft < DRAFTS; draft++) {
    const dice = diceFor(name, draft);
    const exercise = tried(name, GENERATOR_OF[name.generator](name.level, dice), dice);
    if (exercise) return exercise;
  }
  throw new Error(`${name.generator} of level ${name.level} found nothing to ask with seed ${name.seed}`);
}

function diceFor({ generator, level, seed }: ExerciseName, draft: number): Dice {
  let mixed = (seed * 64 + draft) * 8 + level;
  for (const letter of generator) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193);
  return diceOf(seededRandom(mixed));
}

/** `null`: there would be nothing to choose from. */
function tried(name: ExerciseName, draft: Draft, dice: Dice): Exercise | null {
  const own = tryOut(draft);
  if (own.value === NOT_YET || draft.refuses?.(own) === true) return null;
  const options: Option[] = [{ value: own.value, from: null }];
  for (const variant of dice.shuffled(draft.variants)) {
    if (options.length === MOST_OPTIONS) break;
    const { value } = tryOut(variant);
    if (value !== NOT_YET && !options.some((option) => option.value === value))
      options.push({ value, from: variant.from });
  }
  if (options.length < 2) return null;
  const { scenario, ask, observation, hides } = draft;
  const first = draft.first ? tryOut(draft.first).value : null;
  const shared = {
    name,
    first,
    scenario,
    moves: own.moves,
    ask,
    observation,
    value: own.value,
    hides,
    inMidst: draft.inMidst === true,
  };
  if (hasChance(draft)) {
    const tally = tallyOf(draft, own.value);
    // What always comes to the same is asked so, too: else "sometimes" would always be right.
    if (tally.length > 1 || dice.once(3)) {
      const { value } = dice.pick(tally.length > 1 ? options.slice(0, 1) : options);
      const share = tally.find(([seen]) => seen === value)?.[1] ?? 0;
      const truth = share === TWENTY + 1 ? 0 : share > 0 ? 1 : 2;
      const often = ["always", "sometimes", "never"].map((each): Option => ({ value: each, from: null }));
      return { ...shared, options: often, truth, often: { value, tally } };
    }
  }
  options.sort((a, b) => byWorth.compare(a.value, b.value));
  return { ...shared, options, truth: options.findIndex(({ value }) => value === own.value), often: null };
}

/** What this machine and twenty others do, the most frequent first. */
function tallyOf(draft: Draft, own: string): (readonly [string, number])[] {
  const seen = new Map([[own, 1]]);
  for (let i = 1; i <= TWENTY; i++) {
    const { value } = tryOut(draft, draft.scenario.seed + i * 7919);
    seen.set(value, (seen.get(value) ?? 0) + 1);
  }
  return [...seen].sort((a, b) => b[1] - a[1]);
}

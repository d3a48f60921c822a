/**
 * Lesson files checked where they enter. What comes out fits `Lesson` and holds together: goals, keys and fields that are named
 * exist. A problem is one line that names the file and the field; nothing here throws on bad input.
 */
import * as v from "valibot";
import { type Checked, check, expected, fields, list, readJson, show, text, whole, words } from "../protocol/border.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { checkScenario } from "../protocol/validate-scenario.ts";
import {
  BUILT_IN,
  type BuiltIn,
  type Doing,
  type Figure,
  type Goal,
  type Lesson,
  LONGEST_LESSON,
  type Predicate,
  type Prediction,
  type Words,
} from "./format.ts";
import { isBoot } from "./boot.ts";
import { markupProblem } from "./markup.ts";
import { isPoint } from "./pointing.ts";
import { GENERATORS } from "./predict/format.ts";
import { boot, bootChoice, key, line, MOST_ENTRIES, move, name, optional, several } from "./validate-parts.ts";
import { type RawPredicate, predicateSchema, quantifierOf } from "./validate-predicate.ts";
import { prediction, predictionOf, type RawPrediction } from "./validate-prediction.ts";

const MOST_GOALS = 16;
const DEEPEST = 40;

/** What a reader points at: one thing. */
const point = v.pipe(
  fields("a move that points", {
    do: words(["point"]),
    at: optional(words(["culprit", "followed"])),
    page: optional(text(64)),
    block: optional(v.pipe(text(64), v.regex(/^memory\d+$/, expected("a block like memory32")))),
    dimm: optional(text(64)),
    node: optional(text(64)),
  }),
  // A page of a kind may be on a node, and one that is followed on a DIMM.
  v.check(
    ({ do: _, ...one }) =>
      Object.keys(one).filter(
        (key) => !(key === "node" && one.page !== undefined) && !(key === "dimm" && one.at === "followed"),
      ).length === 1,
    "expected one of at, page, block, dimm, node",
  ),
);
const doing = v.lazy((input) => {
  if (isPoint(input)) return point as unknown as v.GenericSchema<unknown, Doing>;
  return (isBoot(input) ? boot : move) as v.GenericSchema<unknown, Doing>;
});

const goal = v.lazy((input): v.GenericSchema<unknown, RawGoal> => {
  const built = input !== null && typeof input === "object" && "is" in input && typeof input.is === "string";
  const own = {
    id: name,
    kind: optional(words(["reach", "keep", "then"])),
    say: optional(key),
    after: optional(name),
  };
  // A built-in keep is named; everything else is a predicate.
  if (built && quantifierOf(input) === undefined)
    return fields("a goal", { ...own, is: words(BUILT_IN) }) as unknown as v.GenericSchema<unknown, RawGoal>;
  return v.intersect([fields("a goal", own), predicateSchema]) as unknown as v.GenericSchema<unknown, RawGoal>;
});
type RawGoal = { readonly id: string; readonly kind?: Goal["kind"]; readonly say?: string; readonly after?: string } & {
  readonly is?: unknown;
};

const moves = v.pipe(list(doing, MOST_ENTRIES, "a list of commands"), v.minLength(1, expected("at least one command")));
const solution = v.lazy(
  (input): v.GenericSchema<unknown, RawSolution> =>
    (Array.isArray(input)
      ? moves
      : fields("a solution", { name: optional(key), commands: moves })) as unknown as v.GenericSchema<
      unknown,
      RawSolution
    >,
);
type RawSolution =
  | Lesson["solutions"][number]["moves"]
  | { readonly name?: string; readonly commands: Lesson["solutions"][number]["moves"] };

const figure = v.lazy((input): v.GenericSchema<unknown, Figure> => {
  const how = (["count", "sum", "first", "list"] as const).find(
    (one) => input !== null && typeof input === "object" && one in input,
  );
  const base = fields("a figure", { of: optional(text(32)) });
  if (how === undefined)
    return v.pipe(
      base,
      v.check(() => false, "expected one of count, sum, first, list"),
    ) as unknown as v.GenericSchema<unknown, Figure>;
  return v.pipe(
    v.unknown(),
    // What is counted and of what is checked as a predicate over the same things is.
    v.transform((raw) => ({ ...(raw as Record<string, unknown>), count: (raw as Record<string, unknown>)[how] })),
    v.intersect([predicateSchema, base]),
    v.transform((raw) => {
      const { count, where = {}, is = {}, of } = raw as Predicate & { readonly of?: string };
      return { how, over: count as Figure["over"], where, is, of: of ?? null };
    }),
  ) as unknown as v.GenericSchema<unknown, Figure>;
});

const view = fields("a view", {
  node: optional(text(64)),
  block: optional(text(64)),
  dimm: optional(text(64)),
  speed: optional(
    v.pipe(v.number(expected("a speed")), v.minValue(0, expected("a speed")), v.maxValue(1000, expected("a speed"))),
  ),
  panels: several(text(32)),
  hide: several(
    v.pipe(
      text(32),
      v.check((one) => one !== "verdict", "the verdict is never hidden"),
    ),
  ),
});

const word = v.pipe(
  text(4000, "a text"),
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = dataset.typed ? markupProblem(dataset.value) : undefined;
    if (problem !== undefined) addIssue({ message: problem });
  }),
);

const lessonSchema = fields("a lesson", {
  version: optional(v.literal(1, expected("version 1"))),
  id: name,
  track: name,
  order: whole(0, 10_000),
  minutes: whole(1, 240),
  needs: several(name),
  title: optional(word),
  idea: optional(word),
  text: optional(
    v.record(
      v.pipe(text(35), v.regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/, expected("a language like en"))),
      v.record(key, word, expected("words by key")),
      expected("words by language"),
    ),
  ),
  complete: several(text(35)),
  start: v.unknown(),
  partition: optional(name),
  view: optional(view),
  steps: several(
    fields("a step", {
      say: optional(key),
      show: several(text(64), 1),
      act: optional(key),
      ask: optional(prediction),
      point: optional(key),
      try: several(line),
      until: optional(predicateSchema),
    }),
  ),
  goal: v.pipe(list(goal, MOST_GOALS, "a list of goals"), v.minLength(1, expected("at least one goal"))),
  wrong: several(
    fields("a wrong move", {
      when: predicateSchema,
      say: key,
      goal: optional(name),
      try: several(line, 8),
      moves: several(doing),
    }),
  ),
  hints: several(key, 8),
  solutions: v.pipe(list(solution, 16, "a list of solutions"), v.minLength(1, expected("at least one solution"))),
  predict: optional(
    v.lazy((input) => (Array.isArray(input) ? list(prediction, 16) : prediction)) as v.GenericSchema<
      unknown,
      RawPrediction | RawPrediction[]
    >,
  ),
  claims: several(
    fields("a claim", {
      say: key,
      commands: several(move),
      holds: optional(predicateSchema),
      shows: optional(text(256)),
    }),
  ),
  figures: optional(v.record(name, figure, expected("figures by name"))),
  boot: optional(bootChoice),
  after: optional(key),
  back: several(words(GENERATORS), 3),
  next: optional(name),
});
type Raw = v.InferOutput<typeof lessonSchema>;

/** A lesson, and what an author should know of it though it is no fault. */
export interface Read {
  readonly lesson: Lesson;
  /** Languages that are to have every key. */
  readonly complete: readonly string[];
}

/** Reads the text of a lesson file. `file` only names it in the problem. */
export function readLesson(content: string, file: string): Checked<Read> {
  if (content.length > LONGEST_LESSON) return { ok: false, problem: `${file}: larger than 256 KiB` };
  const json = readJson(v.unknown(), content, file);
  return json.ok ? checkLesson(json.value, file) : json;
}

/** Checks a lesson that is a value already. */
export function checkLesson(value: unknown, file: string): Checked<Read> {
  if (tooDeep(value, DEEPEST)) return { ok: false, problem: `${file}: nested more than ${DEEPEST} deep` };
  if (value !== null && typeof value === "object" && !("start" in value))
    return { ok: false, problem: `${file}: start: missing` };
  const raw = check(lessonSchema, value, file);
  if (!raw.ok) return raw;
  const start = startOf(raw.value.start, file);
  if (!start.ok) return start;
  const lesson = lessonOf(raw.value, start.value);
  const complete = raw.value.complete ?? Object.keys(lesson.text);
  const problem = loose(lesson, complete);
  return problem === undefined
    ? { ok: true, value: { lesson, complete } }
    : { ok: false, problem: `${file}: ${problem}` };
}

function tooDeep(value: unknown, left: number): boolean {
  if (value === null || typeof value !== "object") return false;
  return left === 0 || Object.values(value).some((one) => tooDeep(one, left - 1));
}

function startOf(start: unknown, file: string): Checked<Lesson["start"]> {
  if (typeof start === "string") {
    const checked = check(name, start, file);
    return checked.ok ? checked : { ok: false, problem: checked.problem.replace(`${file}: `, `${file}: start: `) };
  }
  if (start !== null && typeof start === "object" && "lesson" in start)
    return check(fields("a start", { lesson: name }), start, `${file}: start`);
  if (start === null || typeof start !== "object" || Array.isArray(start))
    return { ok: false, problem: `${file}: start: expected a scenario or its name, got ${show(start)}` };
  return checkScenario(start, `${file}: start`) as Checked<Scenario>;
}

function lessonOf(raw: Raw, start: Lesson["start"]): Lesson {
  const predict = raw.predict === undefined ? [] : Array.isArray(raw.predict) ? raw.predict : [raw.predict];
  return {
    version: 1,
    id: raw.id,
    track: raw.track,
    order: raw.order,
    minutes: raw.minutes,
    needs: raw.needs ?? [],
    title: raw.title ?? "title",
    idea: raw.idea ?? "idea",
    text: (raw.text ?? {}) as Readonly<Record<string, Words>>,
    start,
    partition: raw.partition ?? "A",
    view: (raw.view ?? {}) as Lesson["view"],
    steps: (raw.steps ?? []).map((step, i) => ({
      say: step.say ?? null,
      act: step.act ?? null,
      show: step.show ?? [],
      ask: step.ask ? predictionOf(step.ask, `step-${i + 1}`) : null,
      point: step.point ?? null,
      try: step.try ?? [],
      until: (step.until as Predicate | undefined) ?? null,
    })),
    goal: raw.goal.map((each) => goalOf(each)),
    wrong: (raw.wrong ?? []).map((each) => ({
      when: each.when as Predicate,
      say: each.say,
      goal: each.goal ?? null,
      try: each.try ?? [],
      moves: each.moves ?? [],
    })),
    hints: raw.hints ?? [],
    solutions: raw.solutions.map((each, i) =>
      Array.isArray(each)
        ? { name: String(i + 1), moves: each }
        : {
            name: (each as { readonly name?: string }).name ?? String(i + 1),
            moves: (each as { readonly commands: Lesson["solutions"][number]["moves"] }).commands,
          },
    ),
    predict: predict.map((each, i) => predictionOf(each, `predict-${i + 1}`)),
    claims: (raw.claims ?? []).map((each) => ({
      say: each.say,
      commands: each.commands ?? [],
      holds: (each.holds as Predicate | undefined) ?? null,
      shows: each.shows ?? null,
    })),
    figures: (raw.figures ?? {}) as Lesson["figures"],
    boot: raw.boot ?? null,
    after: raw.after ?? null,
    back: raw.back ?? [],
    next: raw.next ?? null,
  };
}

function goalOf({ id, kind = "reach", say, after, ...rest }: RawGoal): Goal {
  const built = typeof rest.is === "string" && quantifierOf(rest) === undefined;
  const what = built ? { built: rest.is as BuiltIn } : (rest as RawPredicate as Predicate);
  return { id, kind, say: say ?? id, after: after ?? null, what };
}

/** The figures that a text names, in one order for all languages: a sentence may turn theirs around. */
const figuresIn = (words: string): string => [...words.matchAll(/\{[\w.-]+\}/g)].map(String).sort().join(" ");

/** The first thing that is named and is not there. */
function loose(lesson: Lesson, complete: readonly string[]): string | undefined {
  const ids = new Set<string>();
  for (const [i, { id, kind, after }] of lesson.goal.entries()) {
    if (kind === "then" && after === null) return `goal[${i}].after: missing`;
    if (kind !== "then" && after !== null) return `goal[${i}].after: expected only in a goal of kind then`;
    if (after !== null && !ids.has(after)) return `goal[${i}].after: expected an earlier goal, got ${show(after)}`;
    if (ids.has(id)) return `goal[${i}].id: ${id} is used twice`;
    ids.add(id);
  }
  for (const [i, { goal }] of lesson.wrong.entries())
    if (goal !== null && !ids.has(goal))
      return `wrong[${i}].goal: expected one of ${[...ids].join(", ")}, got ${show(goal)}`;
  for (const [i, each] of lesson.wrong.entries())
    if (Object.keys(each.when).length === 0) return `wrong[${i}].when: expected a predicate`;
  for (const language of complete) {
    const own = lesson.text[language];
    if (!own) return `text.${language}: missing`;
    for (const each of keysOf(lesson))
      if (own[each.key] === undefined && each.key !== each.default)
        return `text.${language}.${each.key}: missing; ${each.at} names it`;
    for (const other of Object.values(lesson.text))
      for (const [key, words] of Object.entries(other)) {
        const said = own[key];
        if (said === undefined) return `text.${language}.${key}: missing`;
        if (figuresIn(said) !== figuresIn(words))
          return `text.${language}.${key}: expected the figures that every language names there, ${figuresIn(words) || "none"}`;
      }
  }
  return undefined;
}

/** Every key that a lesson names, and where. `default`: what stands there when nothing was said. */
export function keysOf(lesson: Lesson): { readonly key: string; readonly at: string; readonly default?: string }[] {
  const found: { key: string; at: string; default?: string }[] = [];
  const add = (at: string, named: string | null): void => {
    if (named !== null) found.push({ key: named, at });
  };
  for (const [i, goal] of lesson.goal.entries()) found.push({ key: goal.say, at: `goal[${i}]`, default: goal.id });
  for (const [i, wrong] of lesson.wrong.entries()) add(`wrong[${i}].say`, wrong.say);
  for (const [i, hint] of lesson.hints.entries()) add(`hints[${i}]`, hint);
  const asked = (at: string, { name, beside, question, options, watch, after, yours }: Prediction): void => {
    add(`${at}.name`, name);
    for (const [i, { say }] of beside.entries()) add(`${at}.beside[${i}].say`, say);
    add(`${at}.question`, question);
    for (const [i, one] of options.entries()) add(`${at}.options[${i}].say`, one.say);
    for (const [i, one] of watch.entries()) add(`${at}.watch[${i}]`, one);
    add(`${at}.after`, after);
    add(`${at}.yours`, yours);
  };
  for (const [i, step] of lesson.steps.entries()) {
    add(`steps[${i}].say`, step.say);
    add(`steps[${i}].act`, step.act);
    add(`steps[${i}].point`, step.point);
    if (step.ask) asked(`steps[${i}].ask`, step.ask);
  }
  for (const [i, claim] of lesson.claims.entries()) add(`claims[${i}].say`, claim.say);
  for (const [i, one] of lesson.predict.entries()) asked(`predict[${i}]`, one);
  for (const [i, { name }] of lesson.solutions.entries())
    found.push({ key: name, at: `solutions[${i}].name`, default: name });
  add("after", lesson.after);
  return found;
}

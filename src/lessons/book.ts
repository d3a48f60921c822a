/**
 * The book that is kept of a lesson: at each instant of the machine which goals hold, which were reached in their order, what
 * was hurt, and which wrong move stands. States are plain values, so that an undo takes the book back, too. Pure.
 */
import { PageKind } from "../engine/memory/kinds.ts";
import type { RecordTables } from "../client/playground.ts";
import type { BuiltIn, Goal, Lesson, Predicate } from "./format.ts";
import type { Deed } from "./items.ts";
import type { Pointing } from "./pointing.ts";
import { type Finding, find, type World } from "./predicates.ts";

/** The machine at an instant: after a transaction, or after something that a person did. */
export interface Moment {
  /** Simulated ns. */
  readonly at: number;
  readonly records: RecordTables;
  /** What a person did just before, in order. */
  readonly acts: readonly Deed[];
}

export interface GoalState {
  readonly id: string;
  /** It counts: it holds, was reached in its order, or was never hurt. */
  readonly ticked: boolean;
  /** It was reached in its order: it keeps its tick though it may hold no more. */
  readonly kept: boolean;
  readonly met: number;
  readonly of: number;
  readonly items: readonly string[];
  /** When it was first so; of a `keep` that is hurt, when that was. */
  readonly at: number | null;
  readonly hurt: boolean;
}

export interface WrongState {
  /** Which entry of the lesson. */
  readonly index: number;
  readonly at: number;
  readonly act: Deed | null;
  /** Keys of the records that it is about. */
  readonly items: readonly string[];
}

interface Beginning {
  readonly processes: readonly string[];
  /** Pages that were out of use after a memory error. */
  readonly poisoned: number;
  readonly partitions: Readonly<Record<string, string>>;
}

export interface Book {
  readonly at: number;
  readonly goals: Readonly<Record<string, GoalState>>;
  readonly wrong: WrongState | null;
  /** When all goals were ticked at one instant. */
  readonly solvedAt: number | null;
  readonly last: Deed | null;
  /** The newest things that a person did, oldest first. */
  readonly done: readonly Deed[];
  /** Things that a person did. */
  readonly acts: number;
  readonly beginning: Beginning;
  /** For goals that others come after: the most goals that ever held at one instant with them. */
  readonly together: Readonly<Record<string, readonly string[]>>;
}

/** What shells do about their own processes is nothing that a lesson is about. */
const OWN_AFFAIRS: ReadonlySet<string> = new Set(["fork", "affinity", "kill", "signal"]);

/** Acts that goals can ask for. */
const MOST_DONE = 500;

/** Shells and what they start come and go. */
const COMMAND = "command";

const poisonedIn = (records: RecordTables): number =>
  Object.values(records.block).reduce((sum, { kinds }) => sum + (kinds[PageKind.Poisoned] ?? 0), 0);

function beginningOf(records: RecordTables): Beginning {
  return {
    processes: Object.values(records.process)
      .filter(({ load }) => load !== COMMAND)
      .map(({ key }) => key),
    poisoned: poisonedIn(records),
    partitions: Object.fromEntries(
      Object.values(records.partition).map(({ key, kernel, cmdline }) => [key, `${kernel} ${cmdline}`]),
    ),
  };
}

/** How things stand with what was never to happen. */
function kept(name: BuiltIn, { processes, partitions, poisoned }: Beginning, records: RecordTables): Finding {
  const bad: string[] = [];
  if (name === "no-reboot") {
    for (const [key, was] of Object.entries(partitions)) {
      const now = records.partition[key];
      if (`${now?.kernel} ${now?.cmdline}` !== was) bad.push(key);
    }
  } else {
    for (const key of processes) if (!records.process[key]) bad.push(key);
    if (name === "nothing-lost" && poisonedIn(records) > poisoned) bad.push("poisoned");
  }
  const of = name === "no-reboot" ? Object.keys(partitions).length : processes.length;
  return { holds: bad.length === 0, met: of - bad.length, of, items: bad };
}

/** The book before anything was done. */
export function openBook(lesson: Lesson, at: number, records: RecordTables): Book {
  const empty: Book = {
    at,
    goals: {},
    wrong: null,
    solvedAt: null,
    last: null,
    done: [],
    acts: 0,
    beginning: beginningOf(records),
    together: {},
  };
  return note(lesson, empty, { at, records, acts: [] });
}

/** What was done, with what came since: new deeds, and other answers to old ones. */
function answered(before: readonly Deed[], news: readonly Deed[]): readonly Deed[] {
  if (news.length === 0) return before;
  const done = new Map(before.map((act) => [act.id, act]));
  for (const act of news) done.set(act.id, act);
  return [...done.values()].slice(-MOST_DONE);
}

/** The book after something was pointed at: no time passes by it. */
export function notePointing(lesson: Lesson, book: Book, pointing: Pointing, records: RecordTables): Book {
  const before = book.done.filter(({ command }) => command.do === "point").length;
  const deed: Deed = { id: -1 - before, at: book.at, command: pointing, errno: null };
  return note(lesson, book, { at: book.at, records, acts: [deed] });
}

/** The book after an instant. */
export function note(lesson: Lesson, book: Book, moment: Moment): Book {
  const { at, records } = moment;
  const acts = moment.acts.filter(({ command }) => !OWN_AFFAIRS.has(command.do));
  const last = acts.at(-1) ?? book.last;
  const done = answered(book.done, acts);
  const world: World = { records, last, acts: done };
  const built = (name: BuiltIn) => kept(name, book.beginning, records);
  const findings = new Map(lesson.goal.map((goal) => [goal.id, find(goal.what, world, built)]));
  const goals: Record<string, GoalState> = {};
  for (const goal of lesson.goal)
    goals[goal.id] = stateOf(goal, findings.get(goal.id) as Finding, book.goals[goal.id], at);

  // What comes after another comes at a later instant, and leaves the tick to all that was so together with that one.
  for (const goal of lesson.goal) {
    const state = goals[goal.id] as GoalState;
    if (goal.kind !== "then" || state.ticked) continue;
    const before = goal.after === null ? undefined : book.goals[goal.after];
    if (!before || before.at === null || !findings.get(goal.id)?.holds) continue;
    goals[goal.id] = { ...state, ticked: true, kept: true, at };
    for (const id of book.together[goal.after ?? ""] ?? []) {
      const along = goals[id];
      if (along) goals[id] = { ...along, ticked: true, kept: true, at: along.at ?? at };
    }
  }
  const ticked = lesson.goal.filter(({ id }) => goals[id]?.ticked).map(({ id }) => id);
  const together = { ...book.together };
  for (const { after } of lesson.goal) {
    if (after === null || !findings.get(after)?.holds) continue;
    const now = lesson.goal
      .filter(({ id, kind }) => kind !== "keep" && (kind === "then" ? goals[id]?.ticked : findings.get(id)?.holds))
      .map(({ id }) => id);
    if (now.length >= (together[after]?.length ?? 0)) together[after] = now;
  }
  return {
    at,
    goals,
    wrong: wrongNow(lesson, book, world, acts.length > 0, at),
    solvedAt: book.solvedAt ?? (ticked.length === lesson.goal.length ? at : null),
    last,
    done,
    acts: book.acts + acts.filter(({ id }) => !book.done.some((one) => one.id === id)).length,
    beginning: book.beginning,
    together,
  };
}

function stateOf({ id, kind }: Goal, finding: Finding, before: GoalState | undefined, at: number): GoalState {
  const { met, of, items, holds } = finding;
  const since = before?.at ?? null;
  if (kind === "keep") {
    const hurt = before?.hurt === true || !holds;
    return { id, ticked: !hurt, kept: false, met, of, items, hurt, at: hurt ? (since ?? at) : null };
  }
  const kept = before?.kept ?? false;
  const ticked = kind === "then" ? (before?.ticked ?? false) : holds || kept;
  return { id, ticked, kept, met, of, items, hurt: false, at: kind === "reach" && holds ? (since ?? at) : since };
}

function wrongNow(lesson: Lesson, book: Book, world: World, acted: boolean, at: number): WrongState | null {
  for (const [index, { when }] of lesson.wrong.entries()) {
    const found = find(when, world);
    if (!found.holds) continue;
    if (book.wrong?.index === index && !acted) return { ...book.wrong, items: found.items };
    return { index, at, act: world.last, items: found.items };
  }
  const { wrong } = book;
  if (!wrong) return null;
  const entry = lesson.wrong[wrong.index];
  const { last: _, ...rest } = entry?.when ?? ({} as Predicate);
  // It stands until it is taken back; what was only a deed, until the next one.
  if (Object.keys(rest).length === 0) return acted ? null : wrong;
  return find(rest, world).holds ? wrong : null;
}

/** Lessons as they come to the page: those that are its own by name, others from a file. */
import type { Checked } from "../protocol/border.ts";
import type { Scenario } from "../protocol/scenario.ts";
import type { Lesson } from "./format.ts";
import { goalOf } from "./starts/goal-of.ts";
import { findStart } from "./starts/index.ts";
import { readLesson } from "./validate.ts";

export interface Opened {
  readonly lesson: Lesson;
  readonly scenario: Scenario;
}

/** Gives the text of another lesson, by its id. */
export type OtherLesson = (id: string) => Promise<Checked<string>>;

/** Lessons that begin where another ends, one after the other. */
const DEEPEST = 8;

/** Reads a lesson file, with the machine that it starts from. */
export async function openLesson(
  content: string,
  file: string,
  other: OtherLesson = lessonText,
  depth = 0,
): Promise<Checked<Opened>> {
  const read = readLesson(content, file);
  if (!read.ok) return read;
  const { lesson } = read.value;
  const refused = (reason: string) => ({ ok: false, problem: `${file}: start${reason}` }) as const;
  const { start } = lesson;
  if (typeof start === "string") {
    const scenario = findStart(start);
    return scenario ? { ok: true, value: { lesson, scenario } } : refused(": expected a scenario that this page has");
  }
  if ("box" in start) return { ok: true, value: { lesson, scenario: start } };
  if (depth >= DEEPEST) return refused(`.lesson: expected at most ${DEEPEST} lessons before this one`);
  const text = await other(start.lesson);
  if (!text.ok) return refused(`.lesson: ${text.problem}`);
  const before = await openLesson(text.value, `${start.lesson}.json`, other, depth + 1);
  if (!before.ok) return refused(`.lesson: ${before.problem}`);
  const scenario = goalOf(before.value.lesson, before.value.scenario);
  return scenario
    ? { ok: true, value: { lesson, scenario } }
    : refused(`.lesson: ${start.lesson} has no solution of moves and echo WORD > FILE alone`);
}

/** The text of a lesson that comes with the page; `beside`: the page's address. */
export async function lessonText(id: string, beside = document.baseURI): Promise<Checked<string>> {
  const file = `${id}.json`;
  try {
    const answer = await fetch(new URL(`lessons/${encodeURIComponent(file)}`, beside));
    if (!answer.ok) return { ok: false, problem: `${file}: there is no such lesson` };
    return { ok: true, value: await answer.text() };
  } catch {
    return { ok: false, problem: `${file}: could not be fetched` };
  }
}

/** Fetches a lesson of the page's own. */
export async function fetchLesson(id: string): Promise<Checked<Opened>> {
  const text = await lessonText(id);
  return text.ok ? openLesson(text.value, `${id}.json`) : text;
}

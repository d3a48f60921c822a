/** Lessons as they come to the page: those that are its own by name, others from a file. */
import type { Checked } from "../protocol/border.ts";
import type { Scenario } from "../protocol/scenario.ts";
import type { Lesson } from "./format.ts";
import { findStart } from "./starts/index.ts";
import { readLesson } from "./validate.ts";

export interface Opened {
  readonly lesson: Lesson;
  readonly scenario: Scenario;
}

/** Reads a lesson file, with the machine that it starts from. */
export function openLesson(content: string, file: string): Checked<Opened> {
  const read = readLesson(content, file);
  if (!read.ok) return read;
  const { lesson } = read.value;
  const scenario = typeof lesson.start === "string" ? findStart(lesson.start) : lesson.start;
  if (!scenario || !("box" in scenario))
    return { ok: false, problem: `${file}: start: expected a scenario that this page has` };
  return { ok: true, value: { lesson, scenario } };
}

/** Fetches a lesson of the page's own. */
export async function fetchLesson(id: string): Promise<Checked<Opened>> {
  const file = `${id}.json`;
  try {
    const answer = await fetch(new URL(`lessons/${encodeURIComponent(file)}`, document.baseURI));
    if (!answer.ok) return { ok: false, problem: `${file}: there is no such lesson` };
    return openLesson(await answer.text(), file);
  } catch {
    return { ok: false, problem: `${file}: could not be fetched` };
  }
}

/** Names in braces: figures of texts, and what commands are about. */
import type { RecordTables } from "../client/playground.ts";
import type { Book } from "./book.ts";
import type { Lesson } from "./format.ts";
import { figure } from "./predicates.ts";

const NAME = /\{([\w-]+)\}/g;

/** What a name stands for: of a DIMM, the number of its memory device; `block`, the first block that is meant. */
function commandName(name: string, records: RecordTables, items: readonly string[]): string | undefined {
  if (name === "block") {
    const number = items.map((key) => records.block[key]?.number).find((found) => found !== undefined);
    return number === undefined ? undefined : `memory${number}`;
  }
  const slot = Object.values(records.slot).find(({ dimm }) => dimm === name);
  return slot?.device.split(":").at(-1);
}

/** A line for a shell, with its names filled in; a name that stands for nothing now stays as it is. */
export const fillLine = (line: string, records: RecordTables, items: readonly string[] = []): string =>
  line.replace(NAME, (all, name: string) => commandName(name, records, items) ?? all);

/** No name in it stands for nothing now. */
export const isFilled = (line: string): boolean => line.search(NAME) < 0;

const grouped = (value: string | number): string => (typeof value === "number" ? value.toLocaleString("en-GB") : value);

/** A name of a text as it is now: a figure, how far a goal has come, the block that is meant, or what an option said. */
export function figureText(name: string, lesson: Lesson, book: Book, records: RecordTables): string {
  const own = lesson.figures[name];
  if (own) return grouped(figure(own, records));
  const goal = book.goals[name];
  if (goal) return `${grouped(goal.met)} of ${grouped(goal.of)}`;
  return commandName(name, records, book.wrong?.items ?? []) ?? name;
}

/** Where somebody is in a lesson, as text: to ask a colleague with. */
import { commandWords } from "../client/owners.ts";
import type { PlaygroundState } from "../client/playground.ts";
import type { Book } from "./book.ts";
import { figureText } from "./fill.ts";
import type { Lesson } from "./format.ts";
import { plainText } from "./markup.ts";
import { lessonStrings } from "./strings.ts";
import { say, wordsOf } from "./words.ts";

const strings = lessonStrings.situation;
/** Moves that are told, the newest. */
const MOVES = 12;

export function situation(lesson: Lesson, book: Book, state: PlaygroundState, language: string): string {
  const words = wordsOf(lesson, language);
  const plain = (key: string): string =>
    plainText(say(words, key), (name) => figureText(name, lesson, book, state.records));
  const goals = lesson.goal.map((goal) => {
    const { ticked, met, of, hurt } = book.goals[goal.id] ?? { ticked: false, met: 0, of: 1, hurt: false };
    return `  [${ticked ? "x" : hurt ? "!" : " "}] ${plain(goal.say)}${of > 1 ? ` (${met} of ${of})` : ""}`;
  });
  const moves = state.log
    .filter(({ level }) => level === "command" || level === "shell")
    .slice(-MOVES)
    .map(
      (entry) => `  ${(entry.at / 1e9).toFixed(6)} ${entry.partition} ${entry.rejected?.errno ?? commandWords(entry)}`,
    );
  const meant = lesson.view.dimm;
  const blocks = Object.values(state.records.block)
    .filter(({ dimm, partition }) => (meant === undefined ? partition === lesson.partition : dimm === meant))
    .map(
      ({ number, state: is, zone, validZones }) =>
        `  memory${number} ${is}${zone ? ` ${zone}` : ""} (valid_zones: ${validZones.join(" ")})`,
    );
  const orNone = (lines: readonly string[]): readonly string[] => (lines.length > 0 ? lines : [`  ${strings.none}`]);
  return [
    strings.title(plain(lesson.title)),
    strings.time((state.now / 1e9).toFixed(6)),
    strings.goals,
    ...goals,
    strings.moves,
    ...orNone(moves),
    strings.blocks,
    ...orNone(blocks),
    "",
  ].join("\n");
}

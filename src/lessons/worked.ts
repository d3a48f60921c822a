/**
 * A worked run: what is asked about is done in copies of the lesson's machine as it began, line by line, with a stop before what
 * surprises. Each line is told with what the copy answered.
 */
import { ownerWords } from "../client/owners.ts";
import type { Playground, RecordTables, Rehearsal } from "../client/playground.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { type Boot, bootedWith } from "./boot.ts";
import { doingText } from "./deeds.ts";
import { fillLine } from "./fill.ts";
import type { Beside, Move, Prediction } from "./format.ts";
import { pictureOf } from "./picture.ts";
import { trueOptions } from "./predicates.ts";
import { printed } from "./readable.ts";

/** What became of a DIMM that was carried somewhere. */
export interface Outcome {
  readonly kind: "add" | "eject";
  readonly errno: string | null;
  readonly moved: number;
  /** Whose page kept it. */
  readonly culprit: string | null;
}

export interface WorkedLine {
  readonly move: Move;
  /** As it is typed, or in words. */
  readonly line: string;
  readonly typed: boolean;
  /** Key of what is said of it. */
  readonly say: string | null;
  readonly printed: string;
  /** It has not come back. */
  readonly waits: boolean;
  readonly outcomes: readonly Outcome[];
}

export interface WorkedCopy {
  /** Key of what it is called where others stand beside it. */
  readonly name: string | null;
  readonly boot: Boot | null;
  readonly lines: readonly WorkedLine[];
  /** Pictures (./picture.ts) of before and after. */
  readonly pictures: readonly [string, string];
}

export interface Worked {
  readonly copies: readonly WorkedCopy[];
  /** The options that are true where it stopped. */
  readonly truth: readonly number[];
}

/** Adds and ejects that a move brought about: those that others are parts of. */
function outcomesOf(before: RecordTables, after: RecordTables): Outcome[] {
  return Object.values(after.attempt).flatMap(({ key, parent, kind, errno, pagesMoved, culprit }) =>
    before.attempt[key] || parent !== null || (kind !== "add" && kind !== "eject")
      ? []
      : [{ kind, errno, moved: pagesMoved, culprit: culprit && ownerWords(culprit.owner) }],
  );
}

function told(
  rehearsal: Rehearsal,
  moves: readonly Move[],
  says: readonly string[],
  { name, boot }: Pick<WorkedCopy, "name" | "boot">,
): WorkedCopy {
  let before = rehearsal.begin;
  const lines = rehearsal.moves.map(({ records, text }, i): WorkedLine => {
    const move = moves[i] ?? "";
    const typed = typeof move === "string";
    const answer = typed ? printed(text, move) : { text: "", waits: false };
    const outcomes = typed ? [] : outcomesOf(before, records);
    before = records;
    return {
      move,
      line: doingText(move),
      typed,
      say: says[i] ?? null,
      printed: answer.text,
      waits: answer.waits,
      outcomes,
    };
  });
  return { name, boot, lines, pictures: [pictureOf(rehearsal.begin), pictureOf(before)] };
}

interface Stage {
  readonly playground: Pick<Playground, "rehearse">;
  readonly scenario: Scenario;
  readonly partition: string;
  /** Of the machine when the lesson began, for names in commands. */
  readonly records: RecordTables;
}

/**
 * Runs it up to the question, or to its end. `watched`: copies that were seen already. `null`: no copy could be made to answer.
 */
export async function work(
  stage: Stage,
  asked: Prediction,
  until: "question" | "end",
  watched: readonly WorkedCopy[] = [],
): Promise<Worked | null> {
  const run = async (moves: readonly Move[], says: readonly string[], { say, boot }: Pick<Beside, "say" | "boot">) => {
    const { playground, scenario, partition, records } = stage;
    const filled = moves.map((move) => (typeof move === "string" ? fillLine(move, records) : move));
    const machine = boot ? bootedWith(scenario, partition, boot) : scenario;
    const rehearsal = await playground.rehearse(partition, filled, machine);
    return rehearsal && { copy: told(rehearsal, filled, says, { name: say, boot }), rehearsal };
  };
  // What stands beside it ends as it ended before.
  const copies = watched.slice(0, asked.beside.length);
  for (const one of asked.beside.slice(copies.length)) {
    const beside = await run(one.commands, [], one);
    if (!beside) return null;
    copies.push(beside.copy);
  }
  const moves = until === "end" ? asked.commands : asked.commands.slice(0, asked.watch.length);
  if (moves.length === 0) return { copies, truth: [] };
  const own = await run(moves, asked.watch, { say: asked.name, boot: asked.boot });
  if (!own) return null;
  const { begin, moves: made } = own.rehearsal;
  const acts = made.flatMap((one) => one.acts);
  const world = { records: made.at(-1)?.records ?? begin, last: acts.at(-1) ?? null, acts };
  return { copies: [...copies, own.copy], truth: trueOptions(asked, world) };
}

/** There is something to watch before the question. */
export const hasWatch = ({ watch, beside }: Prediction): boolean => watch.length + beside.length > 0;

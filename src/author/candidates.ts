/** Moves that people make: for a wrong move of which no way is stored, and for those who play by chance. */
import { seededRandom } from "../engine/time/random.ts";
import { itemsOf, meetsAll } from "../lessons/items.ts";
import type { Doing, Lesson, Move, Predicate } from "../lessons/format.ts";
import type { RecordTables } from "../client/playground.ts";

const WORDS = ["offline", "online", "online_movable", "online_kernel"];
const FOLDER = "/sys/devices/system/memory";

/** Single moves that may lead to a wrong entry's predicate, the likeliest first. */
export function movesTo(when: Predicate, lesson: Lesson, records: RecordTables): Move[] {
  const { last = {} } = when;
  const texts = typeof last.text === "string" ? [last.text] : Array.isArray(last.text) ? last.text.map(String) : WORDS;
  const meant = when.where ?? {};
  const over = when.any ?? when.all ?? when.none ?? when.count;
  const blocks = itemsOf("blocks", records).filter(
    ({ values }) =>
      values.partition === lesson.partition &&
      (over !== "blocks" ||
        meetsAll(
          values,
          Object.fromEntries(Object.entries(meant).filter(([name]) => name !== "state" && name !== "zone")),
        )) &&
      (last.block === undefined || values.block === last.block),
  );
  const moves: Move[] = [];
  if (last.do === undefined || last.do === "write")
    for (const text of texts)
      for (const { values } of blocks) moves.push(`echo ${text} > ${FOLDER}/${values.block}/state`);
  const dimms = Object.values(records.dimm);
  if (last.do === undefined || last.do === "move")
    for (const { key } of dimms) {
      if (last.dimm !== undefined && last.dimm !== key) continue;
      for (const { key: slot, dimm } of Object.values(records.slot))
        if (dimm === null && (last.to === undefined || last.to === slot))
          moves.push({ do: "move", dimm: key, to: { slot } });
      if (last.to === undefined || last.to === "shelf") moves.push({ do: "move", dimm: key, to: { shelf: true } });
    }
  if (last.do === "press") for (const { key } of dimms) moves.push({ do: "press", dimm: key });
  return moves;
}

/** What a lesson offers to be run, and the wrong moves that it knows: a player by chance does them in any order. */
const ownMoves = ({ steps, wrong }: Lesson): Doing[] => [
  ...[...steps, ...wrong].flatMap((one): readonly Doing[] => one.try),
  ...wrong.flatMap(({ moves }) => moves),
];

/**
 * So many things that somebody does who has not read the lesson: with blocks and DIMMs, with what the lesson itself offers, and
 * pointing. The same seed gives the same.
 */
export function randomMoves(seed: number, many: number, lesson: Lesson, records: RecordTables): Doing[] {
  const random = seededRandom(seed);
  const one = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const blocks = Object.values(records.block).filter(({ partition }) => partition === lesson.partition);
  const dimms = Object.keys(records.dimm);
  const slots = Object.keys(records.slot);
  const own = ownMoves(lesson);
  const block = (): string => `memory${one(blocks).number}`;
  return Array.from({ length: many }, (): Doing => {
    const what = random();
    if (what < 0.3 || (what < 0.55 && dimms.length === 0)) return `echo ${one(WORDS)} > ${FOLDER}/${block()}/state`;
    if (what < 0.55)
      return { do: "move", dimm: one(dimms), to: random() < 0.3 ? { shelf: true } : { slot: one(slots) } };
    if (what < 0.8 && own.length > 0) return one(own);
    if (what < 0.9)
      return one([
        { do: "point", at: "culprit" },
        { do: "point", block: block() },
      ]);
    if (what < 0.96 || dimms.length === 0)
      return one(["sleep 2", "echo 3 > /proc/sys/vm/drop_caches", "lsmem > /dev/null"]);
    return { do: "press", dimm: one(dimms) };
  });
}

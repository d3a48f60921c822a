/** The book that is kept of a lesson, over records made by hand: ticks, order, counts, what was hurt, and wrong moves. */
import { expect, test } from "vitest";
import { NO_RECORDS } from "../client/apply-frame.ts";
import type { RecordTables } from "../client/playground.ts";
import type { Act } from "../protocol/messages.ts";
import type { BlockRecord, DimmRecord, ProcessRecord } from "../protocol/records.ts";
import { type Book, note, openBook } from "./book.ts";
import { figureText } from "./fill.ts";
import type { Lesson } from "./format.ts";
import { find } from "./predicates.ts";
import { checkLesson } from "./validate.ts";

const block = (number: number, zone: string | null): BlockRecord => ({
  key: `A:${number}`,
  partition: "A",
  number,
  nodes: [1],
  state: zone === null ? "offline" : "online",
  zone,
  validZones: [],
  dimm: "d6",
  startPfn: number * 32768,
  pages: 32768,
  kinds: [0, 32768 - number],
  pinned: 0,
  staying: 0,
  onliner: null,
  attempt: null,
});
const postgres = { key: "A!700", partition: "A", comm: "postgres", load: "server", pages: 9, byNode: [] };

/** Two blocks of d6 in these zones, d6 somewhere, postgres alive or not. */
function machine(zones: readonly (string | null)[], slot: string | null = "A/1/2", alive = true): RecordTables {
  const blocks = zones.map((zone, i) => block(56 + i, zone));
  return {
    ...NO_RECORDS,
    block: Object.fromEntries(blocks.map((one) => [one.key, one])),
    dimm: { d6: { key: "d6", slot, blocks: [], bytes: 2 ** 29 } as unknown as DimmRecord },
    process: alive ? { "A!700": postgres as unknown as ProcessRecord } : {},
  };
}

function lessonWith(goal: unknown, wrong: unknown = []): Lesson {
  const checked = checkLesson(
    { id: "x", track: "t", order: 1, minutes: 1, start: "s", goal, wrong, solutions: [["true"]] },
    "x",
  );
  if (!checked.ok) throw new Error(checked.problem);
  return checked.value.lesson;
}

const GOALS = [
  { id: "usable", all: "blocks", where: { dimm: "d6" }, is: { state: "online" } },
  { id: "movable", all: "blocks", where: { dimm: "d6" }, is: { zone: "Movable" } },
  { id: "leaves", kind: "then", after: "movable", all: "dimms", where: { dimm: "d6" }, is: { in: "shelf" } },
  { id: "kept", kind: "keep", is: "nothing-killed" },
];

function play(lesson: Lesson, instants: readonly RecordTables[], acts: readonly (Act | null)[] = []): Book {
  const [first = NO_RECORDS, ...rest] = instants;
  let book = openBook(lesson, 0, first);
  for (const [i, records] of rest.entries()) {
    const act = acts[i];
    book = note(lesson, book, { at: i + 1, records, acts: act ? [act] : [] });
  }
  return book;
}
const ticks = (book: Book) => Object.values(book.goals).flatMap(({ id, ticked }) => (ticked ? [id] : []));
let acts = 0;
const write = (text: string): Act => ({
  id: ++acts,
  at: 0,
  errno: null,
  command: { do: "write", partition: "A", path: "/sys/devices/system/memory/memory56/state", text: `${text}\n` },
});

test("goals are counted, and what is not there is not so", () => {
  const book = play(lessonWith(GOALS), [machine([null, "Movable"])]);
  expect(book.goals.usable).toMatchObject({ ticked: false, met: 1, of: 2, items: ["A:56"] });
  expect(ticks(book)).toEqual(["kept"]);
  expect(ticks(play(lessonWith(GOALS), [machine([])]))).toEqual(["kept"]);
});

test("what comes after another keeps the ticks of all that was so together with it", () => {
  const lesson = lessonWith(GOALS);
  const done = machine(["Movable", "Movable"]);
  const out = machine([], null);
  expect(ticks(play(lesson, [machine([null, null]), done]))).toEqual(["usable", "movable", "kept"]);
  const book = play(lesson, [machine([null, null]), done, machine([null, "Movable"]), out]);
  expect(ticks(book)).toEqual(["usable", "movable", "leaves", "kept"]);
  expect(book.solvedAt).toBe(3);
  // Out of order it counts for nothing, also when the order is then made up for.
  expect(play(lesson, [machine([null, null]), out]).solvedAt).toBeNull();
  expect(play(lesson, [out, done]).solvedAt).toBeNull();
  // Only what was so together with it: a block in Normal was usable, and never Movable.
  expect(play(lesson, [machine(["Normal", "Normal"]), out]).solvedAt).toBeNull();
});

test("all goals hold at the same instant, or none is reached", () => {
  const lesson = lessonWith([
    { id: "first", any: "blocks", where: { block: "memory56" }, is: { state: "online" } },
    { id: "second", any: "blocks", where: { block: "memory57" }, is: { state: "online" } },
  ]);
  expect(play(lesson, [machine(["Normal", null]), machine([null, "Normal"])]).solvedAt).toBeNull();
  expect(play(lesson, [machine(["Normal", null]), machine(["Normal", "Normal"])]).solvedAt).toBe(1);
});

test("what was hurt stays hurt, and an earlier book is the way back", () => {
  const lesson = lessonWith(GOALS);
  const before = play(lesson, [machine([null, null])]);
  const hurt = note(lesson, before, { at: 5, records: machine([null, null], "A/1/2", false), acts: [] });
  expect(hurt.goals.kept).toMatchObject({ hurt: true, ticked: false, at: 5 });
  expect(note(lesson, hurt, { at: 6, records: machine([null, null]), acts: [] }).goals.kept?.hurt).toBe(true);
  expect(before.goals.kept?.hurt).toBe(false);
});

test("a wrong move is shown for what was done, until it is taken back", () => {
  const lesson = lessonWith(GOALS, [
    {
      when: { last: { do: "write", text: "online" }, any: "blocks", where: { dimm: "d6" }, is: { zone: "Normal" } },
      say: "went-to-normal",
    },
  ]);
  const start = machine([null, null]);
  const wrong = machine(["Normal", null]);
  const book = play(lesson, [start, wrong], [write("online")]);
  expect(book.wrong).toMatchObject({ index: 0, items: ["A:56"] });
  expect(figureText("block", lesson, book, wrong)).toBe("memory56");
  expect(play(lesson, [start, wrong], [write("online_kernel")]).wrong).toBeNull();
  const more = play(lesson, [start, wrong, machine(["Normal", "Movable"])], [write("online"), write("online_movable")]);
  expect(more.wrong?.index).toBe(0);
  expect(play(lesson, [start, wrong, start], [write("online"), write("offline")]).wrong).toBeNull();
});

test("predicates are joined, compared and counted", () => {
  const world = { records: machine(["Movable", "Normal"]), last: null };
  const holds = (goal: Record<string, unknown>) =>
    find(lessonWith([{ id: "a", ...goal }]).goal[0]?.what ?? {}, world).holds;
  const normal = { any: "blocks", is: { zone: "Normal" } };
  const device = { any: "blocks", is: { zone: "Device" } };
  expect(holds({ and: [normal, { not: device }] })).toBe(true);
  expect(holds({ or: [device, { none: "blocks", is: { zone: ["DMA", "Device"] } }] })).toBe(true);
  expect(holds({ count: "blocks", is: { used: ">= 57" }, value: 1 })).toBe(true);
  expect(holds({ count: "blocks", is: "used >= 57", value: "> 1" })).toBe(false);
  expect(holds({ all: "blocks", where: { node: "A/1" }, is: { free: "< 40000" } })).toBe(true);
  expect(holds({ count: "pages", where: { kind: "free" }, value: `= ${2 * 32768 - 113}` })).toBe(true);
  expect(holds({ any: "dimms", is: { in: "A/1" } })).toBe(true);
  expect(holds({ any: "processes", where: { comm: "postgres" }, is: { alive: true } })).toBe(true);
});

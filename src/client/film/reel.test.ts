/** What is shown first and recorded afterwards: counted, not timed. */
import { afterEach, expect, test, vi } from "vitest";
import { displays, ends, frame, inbox, playground, run, state, turns } from "../testing/hand-moved-page.ts";
import type { Frame } from "../../protocol/messages.ts";
import type { BlockRecord, Patch } from "../../protocol/records.ts";
import { NO_RECORDS } from "../apply-frame.ts";
import { createFakePlayground } from "../sample-world.ts";
import { changesIn } from "./changes.ts";
import { Film } from "./film.ts";
import { recordChange } from "./shot.ts";

afterEach(() => vi.restoreAllMocks());

/** Until the machine that was asked for is shown. */
function untilShown(): void {
  for (let frames = 0; state().status !== "running"; frames++) {
    if (frames > 20) throw new Error("it never comes");
    frame();
  }
}

test("the first frame of a machine is shown before it is recorded, and recorded as it was", async () => {
  run(2);
  const reel = await playground.reel();
  const take = vi.spyOn(Film.prototype, "take");
  playground.load("focused");
  untilShown();
  expect(take).not.toHaveBeenCalled();
  const first = { records: state().records, map: playground.pageMap()?.bytes.slice() };
  // Recorded when the next comes, before that has its display frame.
  for (const show of displays.splice(0)) show(0);
  expect(take).not.toHaveBeenCalled();
  while (inbox.length === 0) for (const turn of turns.splice(0)) turn();
  for (const message of inbox.splice(0)) ends.receive(message);
  expect(take).toHaveBeenCalledTimes(1);
  expect(reel.film.length).toBe(1);
  expect(reel.film.seek(0).records).toEqual(first.records);
  expect(reel.film.seek(0).pages()?.bytes).toEqual(first.map);
});

test("who asks for the film before has it, and nothing is recorded twice", async () => {
  run(2);
  const reel = await playground.reel();
  const take = vi.spyOn(Film.prototype, "take");
  playground.load("focused");
  untilShown();
  expect(reel.film.length).toBe(1);
  run(1);
  expect(take.mock.calls.map(([{ frame: number }]) => number)).toEqual([
    ...new Set(take.mock.calls.map(([{ frame: number }]) => number)),
  ]);
  expect(take.mock.calls.length).toBe(reel.film.length);
});

test("of thousands of blocks that come at once a few are weighed, and the sum is right", () => {
  const { records } = createFakePlayground().store.getState();
  const aBlock = Object.values(records.block)[0] as BlockRecord;
  let looked = 0;
  const block = Object.fromEntries(
    Array.from({ length: 8192 }, (_, number) => {
      const key = `A:${1000 + number}`;
      const record = { ...aBlock, key };
      Object.defineProperty(record, "size", { enumerable: true, get: () => looked++ && 0 });
      return [key, record];
    }),
  );
  const patches = Object.entries(block).map(([key, record]): Patch => ["block", key, record]);
  const changes = changesIn(NO_RECORDS, { ...NO_RECORDS, block }, { patches } as Partial<Frame> as Frame);
  expect(changes).toHaveLength(8192);
  expect(looked).toBeLessThan(1024);
  const sum = changes.reduce((all, { weight }) => all + weight, 0);
  const exact = patches.reduce((all, [kind, key, record]) => all + recordChange(kind, key, record).weight, 0);
  expect(Math.abs(sum / exact - 1)).toBeLessThan(0.01);
});

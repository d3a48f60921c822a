/** Futures that are left are kept: by undo, by going on from an earlier instant, by taking up another; and none twice. */
import { beforeEach, expect, test } from "vitest";
import type { JournalEntry } from "../engine/time/journal.ts";
import type { Left } from "../protocol/messages.ts";
import { simNs } from "../engine/units.ts";
import { smallScenario } from "../worker/testing/small-machine.ts";
import { forksOf } from "./forks.ts";
import { Keeper } from "./keeper.ts";
import { createFakePlayground } from "./sample-world.ts";

const scenario = smallScenario();
const cause = (at: number, pid = at): JournalEntry => ({
  step: at,
  at: simNs(at),
  origin: null,
  command: { do: "kill", partition: "A", pid },
});
const at = (time: number) => ({ step: time, at: simNs(time) });
const place = (entries: number, time: number) => ({ entries, instant: at(time) });

const IT = { is: "line", line: "it" } as const;
const leaving = (causes: readonly JournalEntry[], time: number, more: Partial<Left> = {}): Left => ({
  went: "before",
  what: IT,
  causes,
  instant: at(time),
  whole: false,
  standing: 1,
  ...more,
});

let keeper: Keeper;
const forks = () => forksOf({ futures: keeper, kept: keeper.now });
const pids = () => forks().map(({ resume }) => resume.causes.map(({ at: time }) => time));
/** The machine is undone to just before its last entry. */
function undo(causes: readonly JournalEntry[], left: readonly JournalEntry[] = []): void {
  const time = causes.at(-1)?.at ?? 0;
  keeper.take({
    anew: place(causes.length, time),
    place: place(causes.length, time),
    causes,
    left: [leaving(left, time + 100)],
  });
}

beforeEach(() => {
  keeper = new Keeper();
  keeper.begin(scenario);
  keeper.take({ anew: place(0, 0), place: place(2, 20), causes: [cause(1), cause(2)] });
});

test("what is undone is a future beside the present, with what no frame had told of it", () => {
  undo([cause(1)], [cause(3)]);
  expect(pids()).toEqual([[1, 2, 3]]);
  expect(forks()[0]?.resume.instant).toEqual(at(101));
  expect(keeper.now?.resume.causes).toEqual([cause(1)]);
});

test("it stays when something else is done, and is no fork while all of it is in the present", () => {
  undo([cause(1)]);
  keeper.take({ anew: null, place: place(2, 5), causes: [cause(2)] });
  expect(pids()).toEqual([]);
  undo([cause(1)]);
  keeper.take({ anew: null, place: place(2, 6), causes: [cause(6)] });
  // Left twice, and kept once.
  expect(pids()).toEqual([[1, 2]]);
});

test("a future that another one goes on from is that other's beginning", () => {
  undo([cause(1)]);
  keeper.take({ anew: null, place: place(3, 9), causes: [cause(2), cause(9)] });
  undo([cause(1)]);
  keeper.take({ anew: null, place: place(2, 7), causes: [cause(7)] });
  expect(pids()).toEqual([[1, 2, 9]]);
});

test("who takes up another future keeps the one that ran; another scenario forgets them all", () => {
  keeper.begin(scenario, "kept");
  keeper.take({ anew: place(1, 1), place: place(1, 1), causes: [cause(8)] });
  expect(pids()).toEqual([[1, 2]]);
  keeper.begin(smallScenario({ name: "other" }));
  expect(pids()).toEqual([]);
});

const shown = { ...createFakePlayground().store.getState(), now: 20 };

test("what has a name stays, though the present holds all of it, and however many are left; without it it goes", () => {
  let told = 0;
  const stop = keeper.subscribe(() => told++);
  keeper.keep((number) => `Fork ${number}`, shown);
  expect(forks()).toMatchObject([{ number: 1, name: "Fork 1", shown: { now: 20 } }]);
  for (let i = 0; i < 30; i++) {
    undo([cause(1)]);
    keeper.take({ anew: null, place: place(2, 5 + i), causes: [cause(100 + i)] });
  }
  expect(forks()).toHaveLength(24);
  expect(forks()[0]).toMatchObject({ number: 1, name: "Fork 1" });
  keeper.rename(1, "before lunch");
  expect(forks()[0]?.name).toBe("before lunch");
  keeper.rename(30, "the last");
  keeper.forget(30);
  expect(forks().map(({ number }) => number)).not.toContain(30);
  expect(told).toBe(keeper.revision - 2);
  stop();
  keeper.rename(1, null);
  expect(told).toBe(keeper.revision - 3);
});

test("a future that is left where one with a name was kept is told of once", () => {
  keeper.keep((number) => `Fork ${number}`, shown);
  undo([cause(1)]);
  keeper.take({ anew: null, place: place(2, 6), causes: [cause(6)] });
  expect(forks().map(({ name }) => name)).toEqual(["Fork 1"]);
});

test("what was shown of a future when it was left is kept with it", () => {
  keeper.take({ anew: place(1, 1), place: place(1, 1), causes: [cause(1)], left: [leaving([], 30)] }, shown);
  expect(forks()).toMatchObject([{ name: null, shown: { now: 20 } }]);
  keeper.begin(scenario, "kept", { ...shown, now: 21 });
  keeper.take({ anew: place(0, 0), place: place(0, 0) });
  expect(forks().map((fork) => fork.shown?.now)).toEqual([20]);
});

test("of two ways between two frames both machines are known whole, and stand by until something else is done", () => {
  keeper.take({
    anew: place(0, 0),
    place: place(0, 0),
    left: [leaving([cause(3)], 30), leaving([cause(1)], 10, { whole: true, what: null, standing: 2 })],
    offers: { undo: null, redo: null, back: 10 },
  });
  const standing = () =>
    keeper.kept([], Number.POSITIVE_INFINITY)?.resume.futures?.map((one) => [one.what, one.causes]);
  expect(standing()).toEqual([
    [IT, [cause(1), cause(2), cause(3)]],
    [null, [cause(1)]],
  ]);
  expect(pids()).toEqual([[1, 2, 3]]);
  keeper.take({
    anew: place(1, 10),
    place: place(1, 10),
    causes: [cause(1)],
    left: [leaving([], 10, { standing: 1 })],
  });
  expect(standing()).toEqual([[IT, [cause(1), cause(2), cause(3)]]]);
  keeper.take({
    anew: null,
    place: place(2, 12),
    causes: [cause(12)],
    offers: { undo: { is: "line", line: "x" }, redo: null, back: null },
  });
  expect(standing()).toEqual([]);
});

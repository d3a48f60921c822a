import { simNs } from "../../engine/units.ts";
import { beforeEach, expect, test } from "vitest";
import { createFakePlayground, type FakePlayground } from "../../client/sample-world.ts";
import {
  type AttemptRecord,
  arrivalOf,
  culpritOf,
  partsOf,
  placeOf,
  progressOf,
  shownAttempt,
  topLevel,
} from "./attempts.ts";

let playground: FakePlayground;
beforeEach(() => {
  playground = createFakePlayground();
});
const tables = () => playground.store.getState().records;
const attempt = (key: string): AttemptRecord => tables().attempt[key]!;
const change = (key: string, parts: Partial<AttemptRecord>) =>
  playground.setRecord("attempt", key, { ...attempt(key), ...parts });

test("the newest attempt that someone asked for is shown, or the one that is selected", () => {
  expect(topLevel(tables().attempt).map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(shownAttempt(tables().attempt, null)?.id).toBe(3);
  expect(shownAttempt(tables().attempt, "4")?.id).toBe(4);
  expect(shownAttempt(tables().attempt, "gone")?.id).toBe(3);
  expect(shownAttempt({}, null)).toBeUndefined();
});

test("leaving and arriving is one errand", () => {
  change("3", { result: "ok", endedAt: simNs(7e9) });
  const add: AttemptRecord = { ...attempt("3"), key: "9", id: 9, kind: "add", follows: 3 };
  playground.setRecord("attempt", "9", add);
  playground.setRecord("attempt", "10", { ...add, key: "10", id: 10, target: "d6", follows: null });
  expect(arrivalOf(tables().attempt, attempt("3"))).toBe(add);
  expect(topLevel(tables().attempt).map(({ id }) => id)).toEqual([1, 2, 3, 10]);
});

test("an eject is blamed on the page that its last refused block names", () => {
  const culprit = attempt("2").culprit!;
  change("4", { result: "failed", culprit });
  expect(culpritOf(attempt("3"), partsOf(tables().attempt, attempt("3")))).toBe(culprit);
});

test("a DIMM's place is the node of its slot", () => {
  expect(placeOf(tables(), attempt("3"))).toBe("node 1");
  expect(placeOf(tables(), attempt("2"))).toBeNull();
});

test("progress counts pages that left and pages that are still there", () => {
  const block = tables().block["A:48"]!;
  expect(progressOf(tables(), attempt("4"))).toEqual({ moved: 5743, left: block.pages - block.kinds[1]! });
  const dimm = tables().dimm.d4!;
  expect(progressOf(tables(), attempt("3"))).toEqual({
    moved: dimm.usedPagesAtStart - dimm.usedPages,
    left: dimm.usedPages,
  });
  expect(progressOf(tables(), { ...attempt("2"), kind: "online" })).toBeNull();
});

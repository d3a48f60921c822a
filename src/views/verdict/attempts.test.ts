import { simNs } from "../../engine/units.ts";
import { beforeEach, expect, test } from "vitest";
import { createFakePlayground, type FakePlayground } from "../../client/sample-world.ts";
import { EJECTING, OFFLINED, OFFLINING, REFUSED, sampleAttempts } from "../../client/sample-records.ts";
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
  const asked = topLevel(tables().attempt).filter(({ cause }) => cause !== "setup");
  expect(asked.map(({ key }) => key)).toEqual([OFFLINED, REFUSED, EJECTING]);
  expect(shownAttempt(tables().attempt, null)?.key).toBe(EJECTING);
  expect(shownAttempt(tables().attempt, OFFLINING)?.key).toBe(OFFLINING);
  expect(shownAttempt(tables().attempt, "gone")?.key).toBe(EJECTING);
  expect(shownAttempt({}, null)).toBeUndefined();
});

test("leaving and arriving is one errand", () => {
  change(EJECTING, { result: "ok", endedAt: simNs(7e9) });
  const add: AttemptRecord = { ...attempt(EJECTING), key: "99", id: 99, kind: "add", follows: Number(EJECTING) };
  playground.setRecord("attempt", "99", add);
  playground.setRecord("attempt", "100", { ...add, key: "100", id: 100, target: "d6", follows: null });
  expect(arrivalOf(tables().attempt, attempt(EJECTING))).toBe(add);
  expect(
    topLevel(tables().attempt)
      .slice(-2)
      .map(({ key }) => key),
  ).toEqual([EJECTING, "100"]);
});

test("an eject is blamed on the page that its last refused block names", () => {
  const culprit = attempt(REFUSED).culprit!;
  change(OFFLINING, { result: "failed", culprit });
  expect(culpritOf(attempt(EJECTING), partsOf(tables().attempt, attempt(EJECTING)))).toBe(culprit);
});

test("a DIMM's place is the node of its slot", () => {
  expect(placeOf(tables(), attempt(EJECTING))).toBe(1);
  expect(placeOf(tables(), attempt(REFUSED))).toBeNull();
});

test("progress counts pages that left and pages that are still there", () => {
  const block = tables().block["A:48"]!;
  expect(progressOf(tables(), attempt(OFFLINING))).toEqual({
    moved: sampleAttempts.offlining.pagesMoved,
    left: block.pages - block.kinds[1]!,
  });
  const dimm = tables().dimm.d4!;
  expect(progressOf(tables(), attempt(EJECTING))).toEqual({
    moved: dimm.usedPagesAtStart - dimm.usedPages,
    left: dimm.usedPages,
  });
  expect(progressOf(tables(), { ...attempt(REFUSED), kind: "online" })).toBeNull();
});

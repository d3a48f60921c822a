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
  surroundingsOf,
  topLevel,
  waysOn,
} from "./attempts.ts";

let playground: FakePlayground;
beforeEach(() => {
  playground = createFakePlayground();
});
const tables = () => playground.store.getState().records;
const attempt = (key: string): AttemptRecord => tables().attempt[key]!;
const WILL_GO = { retry: true, instead: null };
const ways = (key: string, destination: string | null = null, outlook: Parameters<typeof waysOn>[4] = WILL_GO) => {
  const culprit = culpritOf(attempt(key), partsOf(tables().attempt, attempt(key)));
  return waysOn(attempt(key), surroundingsOf(tables(), attempt(key), culprit), destination, culprit, outlook);
};
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
  const add: AttemptRecord = { ...attempt("3"), key: "9", id: 9, kind: "add", startedAt: simNs(7e9) };
  playground.setRecord("attempt", "9", add);
  playground.setRecord("attempt", "10", { ...add, key: "10", id: 10, target: "d6" });
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

test("what runs can be called off", () => {
  expect(ways("3")).toEqual([{ way: "cancel", command: { do: "signal", op: 3 } }]);
});

test("a refused offline can be tried again; the owner of the page is ended where that frees it, caches dropped where they are the kernel's", () => {
  expect(ways("2").map(({ way, command }) => [way, command])[0]).toEqual([
    "drop-caches",
    { do: "write", partition: "A", path: "/proc/sys/vm/drop_caches", text: "3" },
  ]);
  expect(ways("2").map(({ way }) => way)).toEqual(["drop-caches", "retry"]);
  change("2", { culprit: { ...attempt("2").culprit!, pid: 812, lifetime: "process" } });
  expect(ways("2").map(({ way, command }) => [way, command])).toEqual([
    ["kill", { do: "kill", partition: "A", pid: 812 }],
    ["retry", { do: "write", partition: "A", path: "/sys/devices/system/memory/memory37/state", text: "offline" }],
  ]);
});

test("what would end the same way is not offered again; another DIMM that would leave is", () => {
  expect(ways("2", null, { retry: false, instead: null }).map(({ way }) => way)).toEqual(["drop-caches"]);
  expect(ways("2", null, null).map(({ way }) => way)).toEqual(["drop-caches"]);
  change("3", { result: "failed", errno: "EBUSY" });
  playground.setRecord("dimm", "d4", { ...tables().dimm.d4!, phase: "in-use" });
  expect(ways("3", "A/0/2", { retry: false, instead: "d1" })).toEqual([
    { way: "instead", instead: "d1", command: { do: "move", dimm: "d1", to: { slot: "A/0/2" } } },
  ]);
  expect(ways("3", null, { retry: false, instead: "d1" })[0]?.command).toEqual({
    do: "move",
    dimm: "d1",
    to: { shelf: true },
  });
});

test("a block that is offline can go online, as movable where that is valid", () => {
  expect(ways("1").map(({ way }) => way)).toEqual(["online", "online-movable"]);
  playground.setRecord("block", "A:49", { ...tables().block["A:49"]!, validZones: ["Normal"] });
  expect(ways("1").map(({ way }) => way)).toEqual(["online"]);
});

test("a refused DIMM is sent where it was to go, or asked for again", () => {
  change("3", { result: "failed", errno: "EBUSY" });
  playground.setRecord("dimm", "d4", { ...tables().dimm.d4!, phase: "in-use" });
  expect(ways("3", "A/0/2")).toEqual([{ way: "retry", command: { do: "move", dimm: "d4", to: { slot: "A/0/2" } } }]);
  expect(ways("3")).toEqual([{ way: "retry", command: { do: "press", dimm: "d4" } }]);
});

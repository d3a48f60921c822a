import { simNs } from "../engine/units.ts";
import { expect, test } from "vitest";
import type { Frame, LogEntry } from "../protocol/messages.ts";
import {
  appendLog,
  applyFrame,
  applyPatches,
  chooseIn,
  LONGEST_LOG,
  pruneAttempts,
  pruneSelection,
} from "./apply-frame.ts";
import { sampleRecords } from "./sample-records.ts";
import { createFakePlayground } from "./sample-world.ts";

const entry = (seq: number): LogEntry => ({ seq, at: 0, partition: "A", level: "info", line: "", transaction: 0 });

test("patches change what they name and nothing else", () => {
  const before = sampleRecords();
  const dimm = { ...before.dimm.d1!, led: "fault" as const };
  const after = applyPatches(before, [
    ["dimm", "d1", dimm],
    ["dimm", "d6", null],
  ]);
  expect(after.dimm.d1).toBe(dimm);
  expect(after.dimm.d6).toBeUndefined();
  expect(after.dimm.d2).toBe(before.dimm.d2);
  expect(before.dimm.d6).toBeDefined();
  for (const kind of ["block", "node", "attempt"] as const) expect(after[kind]).toBe(before[kind]);
  expect(applyPatches(before, [])).toBe(before);
});

test("the log keeps its newest lines", () => {
  const log = Array.from({ length: LONGEST_LOG }, (_, seq) => entry(seq));
  expect(appendLog(log, [])).toBe(log);
  const longer = appendLog(log, [entry(LONGEST_LOG), entry(LONGEST_LOG + 1)]);
  expect(longer).toHaveLength(LONGEST_LOG);
  expect(longer[0]?.seq).toBe(2);
});

test("what is gone is not selected any more", () => {
  const records = sampleRecords();
  const selection = { node: "A/1", block: "A:48", dimm: "d4", attempt: "3", pfn: 1_600_000 };
  expect(pruneSelection(selection, records)).toBe(selection);
  const without = applyPatches(records, [
    ["block", "A:48", null],
    ["dimm", "d4", null],
  ]);
  expect(pruneSelection(selection, without)).toEqual({ node: "A/1", block: null, dimm: null, attempt: "3", pfn: null });
});

test("a block brings its node, a node lets go of a block that is not its own", () => {
  const state = createFakePlayground().store.getState();
  expect(chooseIn(state, { block: "A:32" })).toMatchObject({ node: "A/0", block: "A:32" });
  expect(chooseIn(state, { node: "B/0" })).toMatchObject({ node: "B/0", block: null });
  expect(chooseIn(state, { node: "A/1" })).toMatchObject({ node: "A/1", block: "A:48" });
});

test("a page belongs to the block that it was chosen in", () => {
  const state = { ...createFakePlayground().store.getState() };
  const selection = chooseIn(state, { pfn: 1_600_000 });
  expect(selection.pfn).toBe(1_600_000);
  expect(chooseIn({ ...state, selection }, { block: "A:41" }).pfn).toBeNull();
  expect(chooseIn({ ...state, selection }, { block: "A:41", pfn: 1_343_488 }).pfn).toBe(1_343_488);
  expect(chooseIn({ ...state, selection }, { dimm: "d1" }).pfn).toBe(1_600_000);
});

test("no frame ends a fault", () => {
  const state = createFakePlayground().store.getState();
  const frame: Frame = {
    type: "frame",
    frame: 1,
    anew: null,
    offers: null,
    now: 1,
    place: { entries: 0, instant: { step: 0, at: simNs(1) } },
    idle: true,
    patches: [],
    log: [],
    pages: null,
    pageblocks: [],
    look: null,
  };
  expect(applyFrame({ ...state, status: "fault", fault: { why: "stopped", said: "it broke" } }, frame)).toMatchObject({
    status: "fault",
  });
  expect(applyFrame({ ...state, status: "starting" }, frame)).toMatchObject({ status: "running" });
});

test("the oldest attempts go, with their parts; what is shown, runs or is some block's last stays", () => {
  const before = sampleRecords();
  const sample = Object.values(before.attempt).find(({ result }) => result === "ok")!;
  const attempt: Record<string, typeof sample> = {};
  // Every tenth is made of four others, and one part of those of something itself.
  const make = (id: number, parent: number | null, result: "ok" | "running" = "ok") => {
    attempt[id] = { ...sample, key: String(id), id, parent, result };
  };
  for (let id = 1000; id < 3000; id += 10) {
    make(id, null, id === 1500 ? "running" : "ok");
    for (let part = 1; part < 5; part++) make(id + part, id);
    make(id + 5, id + 4);
  }
  const block = { ...before.block["A:48"]!, attempt: "1104" };
  const without = { ...before, block: { "A:48": block }, dimm: {}, attempt };
  const { attempt: left } = pruneAttempts(without, "1205");
  const families = new Set(Object.keys(left).map((key) => Math.floor(Number(key) / 10) * 10));
  expect([...families].sort((a, b) => a - b)).toEqual([
    1100,
    1200,
    1500,
    ...Array.from({ length: 100 }, (_, i) => 2000 + 10 * i),
  ]);
  expect(Object.keys(left)).toHaveLength(103 * 6);
  // Nothing to gain: the same tables.
  const few = { ...before, attempt: left };
  expect(pruneAttempts(few, null)).toBe(few);
});

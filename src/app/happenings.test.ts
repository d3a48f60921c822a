import { expect, test } from "vitest";
import { sampleLog, sampleRecords } from "../client/sample-records.ts";
import { clockTime, happeningsSince, lineLength } from "./happenings.ts";

const since = (begin: number) => happeningsSince(begin, sampleLog(), sampleRecords().attempt);

test("commands and attempts come in the order of time", () => {
  expect(since(0).map(({ at, kind, attempt }) => [at / 1e9, kind, attempt])).toEqual([
    [2.1, "command", null],
    [2.18, "ok", "1"],
    [4.4, "command", null],
    [4.4003, "failed", "2"],
    [6, "command", null],
    [6, "running", "3"],
  ]);
});

test("what the setup did is left out", () => {
  expect(since(4.4001e9).map(({ text }) => text)).toEqual([
    "memory37 stayed online: EBUSY",
    "move d4 to A/0/2",
    "d4 is being emptied",
  ]);
});

test("the line is as long as the next round figure", () => {
  expect([0, 1e6, 1.1e6, 3e9, 5e9, 5.1e9, 61e9].map(lineLength)).toEqual([1e6, 1e6, 2e6, 5e9, 5e9, 10e9, 100e9]);
});

test("time of day of a machine", () => {
  expect(clockTime(0)).toBe("00:00.000");
  expect(clockTime(12_481_999_999)).toBe("00:12.481");
  expect(clockTime(3_725_004_000_000)).toBe("62:05.004");
});

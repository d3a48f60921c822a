import fc from "fast-check";
import { expect, test } from "vitest";
import { EJECTING, OFFLINED, REFUSED, sampleAttempts, sampleLog, sampleRecords } from "../../client/sample-records.ts";
import { clockTime } from "./clock.ts";
import { axisTicks, happeningsSince, lineLength } from "./happenings.ts";

const since = (begin: number) => happeningsSince(begin, sampleLog(), sampleRecords().attempt);

test("commands and attempts come in the order of time", () => {
  expect(since(1e9).map(({ at, kind, attempt }) => [at, kind, attempt])).toEqual([
    [2e9, "command", null],
    [sampleAttempts.offlined.endedAt, "ok", OFFLINED],
    [4e9, "command", null],
    [sampleAttempts.refused.endedAt, "failed", REFUSED],
    [5e9, "command", null],
    [5e9, "running", EJECTING],
  ]);
});

test("what the setup did is left out", () => {
  expect(since(4.00001e9).map(({ text }) => text)).toEqual([
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

test("the axis has round times with units, on the clock's count", () => {
  const labels = (begin: number, length: number, most = 5) => axisTicks(begin, length, most).map(({ label }) => label);
  expect(labels(215.3e6, 200e6)).toEqual(["250 ms", "300 ms", "350 ms", "400 ms"]);
  expect(labels(215.3e6, 1e6)).toEqual(["215.4 ms", "215.6 ms", "215.8 ms", "216.0 ms", "216.2 ms"]);
  expect(labels(0.6e9, 2e9)).toEqual(["1.0 s", "1.5 s", "2.0 s", "2.5 s"]);
  expect(labels(50e9, 20e9, 4)).toEqual(["50 s", "55 s", "1:00 min", "1:05 min", "1:10 min"]);
  expect(labels(0, 5e9)).toEqual(["0 ms", "1 s", "2 s", "3 s", "4 s", "5 s"]);
});

test("an axis has few ticks, all within the line, whatever its length", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e13 }),
      fc.integer({ min: 1e6, max: 1e13 }),
      fc.integer({ min: 2, max: 20 }),
      (begin, passed, most) => {
        const length = lineLength(passed);
        const ticks = axisTicks(begin, length, most);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(most + 1);
        for (const { at } of ticks) expect(at >= begin && at <= begin + length).toBe(true);
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
      },
    ),
  );
});

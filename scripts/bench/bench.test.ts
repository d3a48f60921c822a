import { expect, test } from "vitest";
import { type Bench, quantile, type Result, runBench } from "./bench.ts";
import { paired } from "./paired.ts";

test("quantiles lie between the nearest values", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([1, 2, 3], 0)).toBe(1);
  expect(quantile([1, 2, 3], 1)).toBe(3);
  expect(quantile([10, 20], 0.95)).toBeCloseTo(19.5);
});

test("a bench reports the median of the runs that count, and whether it meets the target", async () => {
  const times = [100, 5, 1, 3];
  let closed = 0;
  const bench: Bench = {
    name: "boot",
    figures: [
      { name: "time", unit: "ms", better: "lower", target: 3 },
      { name: "rate", unit: "1/s", better: "higher", target: 3.5 },
      { name: "count", unit: "", better: "higher" },
    ],
    runs: 3,
    warmUp: 1,
    run: () => {
      const time = times.shift() ?? 0;
      return [time, time, 7];
    },
    close: () => {
      closed += 1;
    },
  };
  const [time, rate, count] = await runBench(bench);
  expect(time).toMatchObject({ median: 3, min: 1, max: 5, runs: 3, target: 3, met: true });
  expect(rate).toMatchObject({ median: 3, met: false });
  expect(count).toMatchObject({ median: 7, target: null, met: null });
  expect(closed).toBe(1);
});

test("a run that yields no number is an error, and still closes", async () => {
  let closed = false;
  const bench: Bench = {
    name: "broken",
    figures: [{ name: "time", unit: "ms", better: "lower" }],
    runs: 1,
    run: () => [Number.NaN],
    close: () => {
      closed = true;
    },
  };
  await expect(runBench(bench)).rejects.toThrow('"broken"');
  expect(closed).toBe(true);
});

test("two states are compared pair by pair: what is worse is more, whichever way a figure is better", () => {
  const result = (figure: string, better: Result["better"], median: number): Result => ({
    bench: "boot",
    figure,
    unit: "ms",
    better,
    median,
    min: median,
    max: median,
    runs: 1,
    target: null,
    met: null,
  });
  const round = (time: number, rate: number) => [result("time", "lower", time), result("rate", "higher", rate)];
  // The machine was twice as slow in the second round.
  const now = [[...round(104, 50), result("new", "lower", 1)], round(208, 25), round(106, 49)];
  const before = [round(100, 55), round(200, 27.5), [...round(100, 55), result("old", "lower", 1)]];
  const rows = paired(now, before);
  expect(rows.map(({ figure, kept }) => [figure, kept])).toEqual([
    ["time", true],
    ["rate", false],
  ]);
  expect(rows[0]?.worse).toEqual({ median: 1.04, min: 1.04, max: 1.06 });
  expect(rows[1]?.worse.median).toBeCloseTo(1.1);
  expect([rows[0]?.now, rows[0]?.before]).toEqual([106, 100]);
  const nothing = paired([[result("none", "lower", 0)]], [[result("none", "lower", 0)]]);
  expect(nothing[0]).toMatchObject({ worse: { median: 1 }, kept: true });
});

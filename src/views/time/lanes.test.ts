import fc from "fast-check";
import { expect, test } from "vitest";
import type { Film } from "../../client/film/film.ts";
import { createFakePlayground } from "../../client/sample-world.ts";
import { topLevel } from "../verdict/attempts.ts";
import { arcOf, lanesOf, zoomed } from "./lanes-model.ts";
import { pathOf, Traces, valueAt } from "./traces.ts";

const state = createFakePlayground().store.getState();

test("each partition has a lane, and what it did stands there from beginning to end", () => {
  const lanes = lanesOf(state, 0);
  expect(lanes.map(({ partition }) => partition.key)).toEqual(["A", "B"]);
  const attempts = topLevel(state.records.attempt);
  expect(attempts.length).toBeGreaterThan(2);
  for (const { key, partition, startedAt, endedAt, errno } of attempts) {
    const lane = lanes.find((one) => one.partition.key === partition);
    const span = lane?.spans.find((one) => one.attempt === key);
    expect(span).toMatchObject({ from: startedAt, to: endedAt, errno });
  }
});

test("the arc leads from the refusal to when its page was allocated", () => {
  const refused = Object.values(state.records.attempt).find(({ result }) => result === "failed")!;
  expect(arcOf(state)).toMatchObject({ to: refused.endedAt, from: refused.culprit?.allocatedAt });
  expect(arcOf({ ...state, records: { ...state.records, attempt: {} } })).toBeNull();
});

test("what the wheel points at stays under it, within all of the time there is", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0.5, 0.8, 1.25, 2), (share, factor) => {
      const all = { from: 0, to: 1e9 };
      const view = { from: 2e8, to: 7e8 };
      const about = view.from + share * 5e8;
      const next = zoomed(view, about, factor, all);
      expect(next.from).toBeGreaterThanOrEqual(0);
      expect(next.to).toBeLessThanOrEqual(1e9);
      if (factor < 1) expect((about - next.from) / (next.to - next.from)).toBeCloseTo(share, 6);
    }),
  );
});

test("a line keeps the least of what one pixel stands for", () => {
  const trace = { at: [0, 10, 11, 12, 90], value: [100, 50, 5, 60, 80] };
  expect(valueAt(trace, -1)).toBeNull();
  expect(valueAt(trace, 11)).toBe(5);
  const size = { width: 10, height: 100 };
  const path = (part: { from: number; to: number }, view = { from: 0, to: 100 }) =>
    pathOf(trace, view, part, 100, size);
  expect(path({ from: 0, to: 100 })).toBe("M0 0H1V95V40H9V20H10");
  // On the one axis a line ends where the machine is, and what comes after the shown instant begins there.
  expect(path({ from: 0, to: 60 })).toBe("M0 0H1V95V40H6");
  expect(path({ from: 60, to: 95 })).toBe("M6 40H9V20H9.5");
  expect(path({ from: 0, to: 95 }, { from: 50, to: 150 })).toBe("M0 40H4V20H4.5");
  // Of what is not in view, and what was not known yet, nothing.
  expect(path({ from: 60, to: 95 }, { from: 0, to: 50 })).toBe("");
  expect(pathOf({ at: [40], value: [50] }, { from: 0, to: 100 }, { from: 0, to: 100 }, 100, size)).toBe("M4 50H10");
});

test("a load is told from when it took memory first to when it took more last, and until it ended", () => {
  const [process] = Object.values(state.records.process);
  if (!process) throw new Error("the sample has no process");
  const { key } = process;
  const told = [
    [10, { ...process, pages: 100 }],
    [20, { ...process, pages: 300 }],
    [30, { ...process, pages: 200 }],
    [40, null],
  ] as const;
  const of = (many: number) => {
    const traces = new Traces();
    traces.update({
      epoch: 0,
      length: many,
      each: (kind: string, first: number, tell: (at: number, key: string, record: unknown) => void) => {
        if (kind === "process") for (const [at, record] of told.slice(first, many)) tell(at, key, record);
      },
    } as unknown as Film);
    return traces.loads.get(key);
  };
  expect(of(3)).toMatchObject({ from: 10, until: 20, pages: 300, ended: null });
  expect(of(4)).toMatchObject({ from: 10, until: 20, pages: 300, ended: 40 });
});

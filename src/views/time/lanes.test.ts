import fc from "fast-check";
import { expect, test } from "vitest";
import { createFakePlayground } from "../../client/sample-world.ts";
import { topLevel } from "../verdict/attempts.ts";
import { arcOf, lanesOf, zoomed } from "./lanes-model.ts";
import { pathOf, valueAt } from "./traces.ts";

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
  const path = pathOf(trace, { from: 0, to: 100 }, 100, { width: 10, height: 100 });
  expect(path).toBe("M0 0H1V95V40H9V20");
});

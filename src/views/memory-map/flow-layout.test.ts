import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { simNs } from "../../engine/units.ts";
import { layoutFlow, rateOf } from "./flow-layout.ts";

const destinations = fc.uniqueArray(
  fc.tuple(fc.nat(7), fc.constantFrom("DMA32", "Normal", "Movable"), fc.integer({ min: 1, max: 2_000_000 })),
  { selector: ([node, zone]) => `${node} ${zone}`, minLength: 1, maxLength: 6 },
);

describe("streams", () => {
  test("keep their order and stay inside, whatever moves where", () => {
    fc.assert(
      fc.property(destinations, fc.integer({ min: 36, max: 120 }), (movedTo, height) => {
        const streams = layoutFlow(movedTo, 300, height);
        expect(streams.length).toBe(movedTo.length);
        for (const [index, stream] of streams.entries()) {
          expect(stream.y).toBeGreaterThanOrEqual(0);
          expect(stream.y).toBeLessThanOrEqual(height);
          const next = streams[index + 1];
          if (next) {
            expect(next.y).toBeGreaterThan(stream.y);
            expect(next.node).toBeGreaterThanOrEqual(stream.node);
          }
        }
      }),
    );
  });

  test("are drawn for destinations that took pages only", () => {
    expect(layoutFlow([[0, "Normal", 0]], 300, 40)).toEqual([]);
    expect(
      layoutFlow(
        [
          [1, "Movable", 3],
          [0, "Normal", 0],
        ],
        300,
        40,
      ).map((stream) => stream.node),
    ).toEqual([1]);
  });
});

describe("rate", () => {
  test("is bytes per second of simulated time, while it runs and after", () => {
    const attempt = { startedAt: simNs(1e9), endedAt: simNs(1.5e9), pagesMoved: 1000 };
    expect(rateOf(attempt, 9e9)).toBe(1000 * 4096 * 2);
    expect(rateOf({ ...attempt, endedAt: null }, 2e9)).toBe(1000 * 4096);
    expect(rateOf({ ...attempt, endedAt: null }, 1e9)).toBeNull();
  });
});

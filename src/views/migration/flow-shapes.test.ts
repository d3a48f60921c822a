import fc from "fast-check";
import { expect, test } from "vitest";
import { layFlow, ribbonPath } from "./flow-shapes.ts";

const zone = (node: number, name: string, free: number) => ({
  node,
  zone: name,
  distance: 21,
  free,
  low: 900,
  managed: 32_768,
});
const room = { along: 300, across: 150, label: 32 };

test("ribbons are as thick as what moved, and leave a destination's end as one", () => {
  const { targets, ribbons } = layFlow(
    {
      inUse: 1_000,
      endedAt: null,
      destinations: [zone(0, "Movable", 5_000), zone(0, "Normal", 9_000)],
      flow: [
        { kind: 2, node: 0, zone: "Movable", pages: 300 },
        { kind: 3, node: 0, zone: "Movable", pages: 100 },
      ],
    },
    room,
  );
  expect(targets.map(({ zone: name, role }) => [name, role])).toEqual([
    ["Movable", "now"],
    ["Normal", "next"],
  ]);
  const [first, second] = ribbons.map(({ from }) => from[1] - from[0]);
  expect((first ?? 0) / (second ?? 1)).toBeCloseTo(3);
  expect(ribbons.at(-1)?.to[1]).toBeCloseTo(targets[0]?.y1 ?? 0);
});

test("a destination at its low mark is passed over, and the one after it is now", () => {
  const { targets } = layFlow(
    {
      inUse: 1_000,
      endedAt: null,
      destinations: [zone(0, "Movable", 900), zone(0, "Normal", 9_000)],
      flow: [{ kind: 2, node: 0, zone: "Movable", pages: 300 }],
    },
    room,
  );
  expect(targets.map(({ role }) => role)).toEqual(["before", "now"]);
});

test("nothing leaves the drawing, labels don't lie on each other, and ribbons add up to what moved", () => {
  const flow = fc.array(
    fc.record({
      kind: fc.constantFrom(null, 2, 3, 4, 5, 6, 19),
      node: fc.nat({ max: 5 }),
      zone: fc.constantFrom("Movable", "Normal", "DMA32"),
      pages: fc.integer({ min: 1, max: 40_000 }),
    }),
    { maxLength: 12 },
  );
  const zones = fc.uniqueArray(
    fc.record({ node: fc.nat({ max: 5 }), zone: fc.constantFrom("Movable", "Normal", "DMA32"), free: fc.nat(9_000) }),
    { selector: ({ node, zone: name }) => `${node}${name}`, maxLength: 8 },
  );
  fc.assert(
    fc.property(flow, zones, fc.boolean(), fc.integer({ min: 120, max: 400 }), (moved, some, ended, across) => {
      const state = {
        inUse: moved.reduce((sum, { pages }) => sum + pages, 0) + 10,
        endedAt: ended ? (1 as never) : null,
        destinations: some.map(({ node, zone: name, free }) => zone(node, name, free)),
        flow: moved,
      };
      const { targets, ribbons, more } = layFlow(state, { ...room, across });
      for (const [i, one] of targets.entries()) {
        expect(one.y0).toBeGreaterThanOrEqual(0);
        const next = targets[i + 1];
        if (next) expect(next.labelAt - one.labelAt).toBeGreaterThanOrEqual(room.label);
        expect(one.labelAt + room.label).toBeLessThanOrEqual(across + 1);
      }
      const drawn = ribbons.reduce((sum, { pages }) => sum + pages, 0);
      const all = moved.reduce((sum, { pages }) => sum + pages, 0);
      if (more === 0) expect(drawn).toBe(all);
      expect(drawn).toBeLessThanOrEqual(all);
    }),
  );
});

test("a ribbon that runs downwards is the one that runs to the right, turned over", () => {
  const ribbon = { from: [1, 5], to: [20, 24] } as const;
  const turned = (path: string) => path.replaceAll(/([\d.]+) ([\d.]+)/g, (_, x: string, y: string) => `${y} ${x}`);
  expect(ribbonPath(ribbon, 100, true)).toBe(turned(ribbonPath(ribbon, 100, false)));
});

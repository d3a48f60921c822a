import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Direction, type Spot, stepFrom } from "./compass.ts";

const spot = (key: string, x: number, y: number): Spot => ({ key, box: { x, y, halfWidth: 20, halfHeight: 60 } });
/** Two nodes side by side with two slots each, a third node below the first, and the shelf below all. */
const layout: readonly Spot[] = [
  spot("a", 30, 100),
  spot("b", 80, 100),
  spot("c", 230, 100),
  spot("d", 280, 100),
  spot("e", 30, 300),
  { key: "shelf", box: { x: 150, y: 450, halfWidth: 150, halfHeight: 20 } },
];
const at = (key: string) => layout.find((candidate) => candidate.key === key) ?? null;

describe("arrow keys", () => {
  it("go left and right in reading order, from node to node", () => {
    expect(stepFrom(layout, at("b"), "right")).toBe("c");
    expect(stepFrom(layout, at("c"), "left")).toBe("b");
    expect(stepFrom(layout, at("a"), "left")).toBeNull();
  });

  it("go up and down to what is seen there", () => {
    expect(stepFrom(layout, at("a"), "down")).toBe("e");
    expect(stepFrom(layout, at("e"), "down")).toBe("shelf");
    expect(stepFrom(layout, at("shelf"), "up")).toBe("e");
    expect(stepFrom(layout, at("a"), "up")).toBeNull();
  });

  it("start at the nearest target from a module that is none itself", () => {
    const module = spot("dimm:d1", 180, 100);
    expect(stepFrom(layout, module, "right")).toBe("c");
    expect(stepFrom(layout, module, "left")).toBe("b");
  });

  it("follow the order where nothing is laid out", () => {
    const plain = layout.map(({ key }) => ({ key }));
    expect(stepFrom(plain, { key: "a" }, "down")).toBe("b");
    expect(stepFrom(plain, null, "right")).toBe("a");
  });

  it("reach every spot by going right, whatever the layout", () => {
    const anyLayout = fc.uniqueArray(
      fc.record({
        key: fc.string({ minLength: 1 }),
        x: fc.integer({ min: 0, max: 900 }),
        y: fc.integer({ min: 0, max: 900 }),
      }),
      { selector: (entry) => entry.key, minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(anyLayout, (entries) => {
        const spots = entries.map((entry) => spot(entry.key, entry.x, entry.y));
        const seen = new Set<string>();
        let here: Spot | null = spots[0] ?? null;
        while (here) {
          seen.add(here.key);
          const next: string | null = stepFrom(spots, here, "right");
          here = spots.find((candidate) => candidate.key === next) ?? null;
        }
        expect(seen.size).toBe(spots.length);
      }),
      { seed: 1 },
    );
  });

  it("never stay where they are", () => {
    const directions: readonly Direction[] = ["left", "right", "up", "down", "first", "last"];
    for (const from of layout)
      for (const direction of directions) expect(stepFrom(layout, from, direction)).not.toBe(from.key);
  });
});

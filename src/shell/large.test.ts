import { describe, expect, test } from "vitest";
import { seededRandom } from "../engine/time/random.ts";
import { IndexedArray, LargeMap } from "./large.ts";

describe("tables made of parts hold what a Map holds", () => {
  test.each([1, 2, 3])("by index, seed %i; a copy and its original don't see each other's changes", (seed) => {
    const random = seededRandom(seed);
    const pairs = [{ array: new IndexedArray(), map: new Map<number, string>() }];
    for (let step = 0; step < 6_000; step++) {
      const { array, map } = pairs[Math.floor(random() * pairs.length)] as (typeof pairs)[number];
      const index = Math.floor(random() ** 3 * 5_000);
      const chance = random();
      if (chance < 0.6) {
        array.set(index, String(step));
        map.set(index, String(step));
      } else if (chance < 0.99) expect(array.delete(index)).toBe(map.delete(index));
      else if (chance < 0.992) {
        array.clear();
        map.clear();
      } else if (pairs.length < 8) pairs.push({ array: array.copy(), map: new Map(map) });
    }
    for (const { array, map } of pairs) {
      expect([...array]).toEqual([...map].sort(([a], [b]) => a - b));
      expect(array.size).toBe(map.size);
      expect(array.last).toBe(map.size === 0 ? -1 : Math.max(...map.keys()));
      for (let index = 0; index < 5_000; index += 7) expect(array.get(index)).toBe(map.get(index));
    }
  });

  test.each([1, 2, 3])("by text in the order of insertion, seed %i, small or large", (seed) => {
    const random = seededRandom(seed);
    const [large, map] = [new LargeMap<number>(), new Map<string, number>()];
    const check = (): void => {
      expect([...large]).toEqual([...map]);
      expect(large.size).toBe(map.size);
      expect([...large.keys()]).toEqual([...map.keys()]);
    };
    let wrong = 0;
    for (const deletes of [0.1, 0.9, 0.3, 0.95]) {
      for (let step = 0; step < 20_000; step++) {
        const key = String(Math.floor(random() * 12_000));
        if (random() < deletes) wrong += Number(large.delete(key) !== map.delete(key));
        else {
          large.set(key, step);
          map.set(key, step);
        }
        wrong += Number(large.get(key) !== map.get(key)) + Number(large.has(key) !== map.has(key));
      }
      expect(wrong).toBe(0);
      check();
    }
    const copy = large.copy();
    large.clear();
    map.clear();
    check();
    expect(copy.size).toBeGreaterThan(0);
  });
});

/** Whatever comes as a lesson file is taken, or refused in one line. */
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { blocksOf } from "../lessons/markup.ts";
import { readLesson } from "../lessons/validate.ts";

/** A lesson with something in it changed, left out or put in the wrong place. */
function spoil(value: unknown, random: (below: number) => number): unknown {
  const junk = [
    null,
    true,
    -1,
    1e300,
    "",
    "<script>",
    "javascript:x",
    [],
    {},
    "online",
    { all: "blocks" },
    [[]],
    "__proto__",
  ];
  if (value === null || typeof value !== "object" || random(4) === 0) return junk[random(junk.length)];
  const entries = Object.entries(value);
  const [key] = entries[random(Math.max(1, entries.length))] ?? [];
  if (key === undefined) return junk[random(junk.length)];
  const changed: Record<string, unknown> = Object.fromEntries(entries);
  if (random(5) === 0) delete changed[key];
  else changed[random(9) === 0 ? "constructor" : key] = spoil(changed[key], random);
  return Array.isArray(value) ? Object.values(changed) : changed;
}

test("2,000 spoiled lesson files crash nothing: each is taken or refused in one line", () => {
  // Between them they have every field.
  const wholes = ["one-word", "a-node-to-give-away", "busy-for-no-reason"].map(
    (id): Record<string, unknown> => JSON.parse(readFileSync(`public/lessons/${id}.json`, "utf8")),
  );
  let refused = 0;
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), fc.boolean(), fc.constantFrom(...wholes), (numbers, bare, whole) => {
      let spoiled: unknown = bare ? { ...whole, text: {}, predict: [] } : whole;
      const random = (below: number): number => (numbers.next().value ?? 0) % below;
      for (let i = random(3); i >= 0; i--) spoiled = spoil(spoiled, random);
      const read = readLesson(JSON.stringify(spoiled) ?? "", "x.json");
      if (read.ok) {
        for (const words of Object.values(read.value.lesson.text))
          for (const one of Object.values(words)) blocksOf(one);
        return;
      }
      refused++;
      expect(read.problem).toMatch(/^x\.json: [^\n]+$/);
    }),
    { numRuns: 2000, seed: 12 },
  );
  expect(refused).toBeGreaterThan(1000);
});

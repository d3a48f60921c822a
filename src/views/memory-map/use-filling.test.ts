import { expect, test } from "vitest";
import { sampleRecords } from "../../client/sample-records.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import type { RecordTables } from "../../client/playground.ts";
import { fillingAfter } from "./use-filling.ts";

const start = sampleRecords();
const { "A:48": empties } = start.block;
const attempt = start.attempt[empties?.attempt ?? ""];
if (!empties || attempt?.kind !== "offline") throw new Error("no block of the sample box empties");

/** The same box after so many more pages went to these blocks of node 0's Movable zone. */
function after(before: RecordTables, gains: Readonly<Record<string, number>>): RecordTables {
  const moved = Object.values(gains).reduce((sum, pages) => sum + pages, 0);
  const earlier = before.attempt[attempt?.key ?? ""] ?? attempt;
  const was = earlier?.movedTo.find(([node, zone]) => node === 0 && zone === "Movable")?.[2] ?? 0;
  const block = { ...before.block };
  for (const [key, pages] of Object.entries(gains)) {
    const one = block[key];
    if (!one) throw new Error(`no block ${key}`);
    const kinds = [...one.kinds];
    kinds[PageKind.Free] = (kinds[PageKind.Free] ?? 0) - pages;
    kinds[PageKind.Anon] = (kinds[PageKind.Anon] ?? 0) + pages;
    block[key] = { ...one, kinds };
  }
  const next = { ...earlier, movedTo: [[0, "Movable", was + moved]] } as typeof earlier;
  return { ...before, block, attempt: { ...before.attempt, [attempt?.key ?? ""]: next } } as RecordTables;
}

test("the block that takes most of the pages is the one that is filled, and stays it while it still takes some", () => {
  const first = after(start, { "A:32": 10, "A:33": 200 });
  const filling = fillingAfter(null, "A:48", { records: start }, { records: first });
  expect(filling).toBe("A:33");
  const second = after(first, { "A:32": 300, "A:33": 5 });
  expect(fillingAfter(filling, "A:48", { records: first }, { records: second })).toBe("A:33");
  const third = after(second, { "A:34": 50 });
  expect(fillingAfter(filling, "A:48", { records: second }, { records: third })).toBe("A:34");
});

test("what goes to a block from elsewhere does not count, and a frame without arrivals changes nothing", () => {
  const first = after(start, { "A:33": 200 });
  expect(fillingAfter(null, "A:42", { records: start }, { records: first })).toBeNull();
  expect(fillingAfter("A:33", "A:48", { records: first }, { records: first })).toBe("A:33");
});

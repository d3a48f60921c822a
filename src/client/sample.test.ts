/** What tests of views see is what the real engine tells, through its real host and projector, today. */
import { expect, test } from "vitest";
import { PageKind } from "../engine/memory/kinds.ts";
import { takeSample } from "../worker/testing/sample-box.ts";
import { sample } from "./sample-records.ts";

test("sample.json is what the engine tells; else take it again: node scripts/record-samples.mjs", () => {
  const now = JSON.parse(JSON.stringify(takeSample()));
  expect(sample).toEqual(now);
  // A story in which nothing happens would test nothing.
  const attempts = Object.values(sample.records.attempt);
  expect(attempts.filter(({ result }) => result === "running")).toHaveLength(2);
  expect(attempts.filter(({ result }) => result === "failed")).toHaveLength(1);
  const blocks = Object.values(sample.records.block);
  const used = new Set(blocks.flatMap(({ kinds }) => kinds.flatMap((pages, kind) => (pages > 0 ? [kind] : []))));
  expect(used.size).toBeGreaterThan(10);
  // Pages that an offline has taken off their lists are on their way.
  const taken = sample.inspected.filter(
    ({ block, kind, pid }) => block === 48 && kind === PageKind.Anon && pid !== null,
  );
  expect(taken.length).toBeGreaterThan(0);
  for (const { fate } of taken) expect(fate).toBe("moves");
});

/** What tests of views see is what the real engine tells, through its real host and projector, today. */
import { expect, test } from "vitest";
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
});

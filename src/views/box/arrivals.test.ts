import { expect, test } from "vitest";
import { sampleAttempts, sampleRecords } from "../../client/sample-records.ts";
import type { RecordTables } from "../../client/playground.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { arrivalsBetween } from "./arrivals.ts";

const tables = sampleRecords();
const to = Object.values(tables.block).find(
  ({ partition, zone, kinds }) => partition === "A" && zone && (kinds[PageKind.Free] ?? 0) > 500,
)!;
const from = Object.values(tables.block).find(({ partition, key }) => partition === "A" && key !== to.key)!;
const attempt = (pages: number, result: "running" | "ok" = "running") => ({
  ...sampleAttempts.offlining,
  key: "70",
  id: 70,
  partition: "A",
  kind: "offline" as const,
  target: `memory${from.number}`,
  result,
  movedTo: [[to.nodes[0] ?? 0, to.zone ?? "", pages] as const],
});
const grown = (pages: number) => {
  const kinds = [...to.kinds];
  kinds[PageKind.Free] = (kinds[PageKind.Free] ?? 0) - pages;
  kinds[PageKind.Anon] = (kinds[PageKind.Anon] ?? 0) + pages;
  return { ...to, kinds };
};
const at = (moved: number, pages: number, result?: "ok"): RecordTables => ({
  ...tables,
  attempt: { 70: attempt(moved, result) },
  block: { ...tables.block, [to.key]: grown(pages) },
});
const told = (before: RecordTables, after: RecordTables) =>
  arrivalsBetween(before, after).map((one) => [one.from.key, one.to.key, one.pages]);

test("a block that grows where pages go is where they arrive", () => {
  expect(told(at(100, 100), at(300, 300))).toEqual([[from.key, to.key, 200]]);
});

test("no more arrives than left, whoever else fills the block", () => {
  expect(told(at(100, 100), at(150, 400))).toEqual([[from.key, to.key, 50]]);
});

test("nothing arrives where nothing moved, where nothing grew, nor after the end", () => {
  expect(told(at(100, 100), at(100, 300))).toEqual([]);
  expect(told(at(100, 300), at(200, 200))).toEqual([]);
  expect(told(at(100, 100), at(300, 300, "ok"))).toEqual([]);
});

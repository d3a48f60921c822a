import { expect, test } from "vitest";
import { COLUMN, MIGRATING } from "../../engine/inspect/columns.ts";
import { pfn } from "../../engine/units.ts";
import {
  areasOver,
  columns,
  firstSeen,
  holders,
  lookOf,
  type ProcessLook,
  shareOut,
  stepEntry,
  streams,
} from "./leaves.ts";

type Tables = NonNullable<ProcessLook["tables"]>;
const leaf = (
  used: number,
  nodes: readonly (readonly [number, number])[],
  blocks: readonly (readonly [number, number])[],
  migrating = 0,
): Tables["leaves"][number] => ({
  base: "7f0000000000",
  table: pfn(5),
  huge: false,
  used,
  nodes,
  blocks,
  migrating,
  state: 0,
});
const tables: Tables = {
  pid: 700,
  comm: "postgres",
  node: 1,
  areas: [],
  upper: [],
  columns: new Uint16Array(3 * COLUMN),
  leaves: [
    leaf(512, [[1, 512]], [[44, 512]]),
    leaf(
      256,
      [
        [0, 64],
        [1, 192],
      ],
      [
        [38, 64],
        [44, 192],
      ],
      128,
    ),
    leaf(100, [[0, 100]], [[38, 100]]),
  ],
};

test("a column is a table, drawn entry by entry: nothing, on its own node, on another, being moved", () => {
  expect(columns(tables, 300).map(({ x0, x1 }) => [x0, x1])).toEqual([
    [0, 24],
    [24, 48],
    [48, 72],
  ]);
  expect([0, 2, 1, 2 | MIGRATING].map((value) => lookOf(value, 1))).toEqual(["none", "near", "far", "migrating"]);
});

test("an area stands over the tables that it uses", () => {
  const area = { start: "7f0000200000", pages: 600, what: "heap" as const, kind: 1, locked: false };
  const leaves = ["7f0000000000", "7f0000200000", "7f0000400000"].map((base) => ({ ...leaf(1, [], []), base }));
  const over = areasOver({ ...tables, areas: [area], leaves }, columns({ ...tables, leaves }, 300));
  expect(over).toMatchObject([{ x0: 24, x1: 72, end: "7f0000458000" }]);
});

test("a table's pages are shared out to blocks, what is being moved apart", () => {
  const entry = (index: number, frame: number, migrating = false) => ({ index, pfn: frame, migrating });
  const entries = [
    entry(0, 0),
    entry(1, 44 * 100 + 1),
    entry(2, 44 * 100 + 2),
    entry(3, 38 * 100),
    entry(4, 44 * 100 + 9, true),
  ];
  expect(shareOut(entries, 100)).toEqual({
    migrating: 1,
    blocks: [
      [44, 2],
      [38, 1],
    ],
  });
});

test("keys reach each of the 512 entries, and none beyond", () => {
  const reached = new Set([0]);
  for (const at of reached)
    for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "End"]) reached.add(stepEntry(at, key) ?? 0);
  expect([...reached].sort((x, y) => x - y)).toEqual(Array.from({ length: 512 }, (_, i) => i));
  expect(stepEntry(5, "x")).toBeNull();
});

test("blocks hold what all tables have in them; neighbours that lead to the same one flow together", () => {
  expect(holders(tables, 300).map(({ block, pages }) => [block, pages])).toEqual([
    [38, 164],
    [44, 704],
  ]);
  expect(streams(columns(tables, 300))).toEqual([
    { from: [0, 48], block: 44 },
    { from: [48, 72], block: 38 },
  ]);
  expect(columns({ ...tables, leaves: [] }, 300)).toEqual([]);
});

test("the table seen first is one that pages are being moved from, else the fullest; never an entry without a table", () => {
  const [fullest] = [...tables.leaves].filter(({ huge }) => !huge).sort((x, y) => y.used - x.used);
  const still = tables.leaves.map((leaf) => ({ ...leaf, migrating: 0 }));
  expect(firstSeen({ ...tables, leaves: still })).toBe(fullest?.base);
  const last = still.map((leaf, i) => ({
    ...leaf,
    huge: i === 0,
    used: i === 0 ? 512 : 1,
    migrating: i === 2 ? 3 : 0,
  }));
  expect(firstSeen({ ...tables, leaves: last })).toBe(last[2]?.base);
  expect(firstSeen({ ...tables, leaves: still.map((leaf) => ({ ...leaf, huge: true })) })).toBeNull();
});

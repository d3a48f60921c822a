import { expect, test } from "vitest";
import { pfn } from "../../engine/units.ts";
import { columns, holders, type ProcessLook, streams } from "./leaves.ts";

type Tables = NonNullable<ProcessLook["tables"]>;
const leaf = (
  used: number,
  nodes: readonly (readonly [number, number])[],
  blocks: readonly (readonly [number, number])[],
  migrating = 0,
): Tables["leaves"][number] => ({ base: "7f0000000000", table: pfn(5), huge: false, used, nodes, blocks, migrating });
const tables: Tables = {
  pid: 700,
  comm: "postgres",
  node: 1,
  areas: [],
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

test("a column's shares are what its table says, and leave what is not touched", () => {
  const all = columns(tables, 300);
  expect(all.map(({ x0, x1 }) => [x0, x1])).toEqual([
    [0, 24],
    [24, 48],
    [48, 72],
  ]);
  expect(all[0]).toMatchObject({ near: 1, far: 0, migrating: 0 });
  expect(all[1]).toMatchObject({ near: 96 / 512, far: 32 / 512, migrating: 128 / 512 });
  expect(all[2]).toMatchObject({ near: 0, far: 100 / 512, migrating: 0 });
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

/** What differs in a process's leaf tables from another moment: which came and went, and whose entries lead elsewhere. Pure. */
import type { LeafTable } from "../../engine/inspect/index.ts";
import type { Change } from "./table-changes.ts";

export interface LeafChanges {
  /** By base: tables that are there now, and of which something differs. */
  readonly now: ReadonlyMap<string, Exclude<Change, "torn">>;
  /** Tables that were there and are not, as they were; by address. */
  readonly gone: readonly LeafTable[];
  /** More or fewer pages that they map, by memory block, of every block where that differs; lowest first. */
  readonly byBlock: readonly (readonly [block: number, change: number])[];
}

export function leafChanges(then: readonly LeafTable[], now: readonly LeafTable[]): LeafChanges {
  const before = new Map(then.map((leaf) => [leaf.base, leaf]));
  const after = new Set(now.map(({ base }) => base));
  const pages = new Map<number, number>();
  const count = (leaves: readonly LeafTable[], sign: 1 | -1): void => {
    for (const { blocks } of leaves)
      for (const [block, its] of blocks) pages.set(block, (pages.get(block) ?? 0) + sign * its);
  };
  count(then, -1);
  count(now, 1);
  return {
    now: new Map(
      now.flatMap((leaf) => {
        const was = before.get(leaf.base);
        return was && isSame(was, leaf) ? [] : [[leaf.base, was ? ("other" as const) : ("built" as const)] as const];
      }),
    ),
    gone: then.filter(({ base }) => !after.has(base)),
    byBlock: [...pages].filter(([, change]) => change !== 0).sort(([one], [other]) => one - other),
  };
}

/** `state` stands for what all entries lead to. */
const isSame = (one: LeafTable, other: LeafTable): boolean =>
  one.table === other.table && one.huge === other.huge && one.used === other.used && one.state === other.state;

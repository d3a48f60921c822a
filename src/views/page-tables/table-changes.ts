/**
 * What differs in a kernel's tables from another moment: entries of the direct mapping, and where the memory map lies, built
 * and torn down since. Pure.
 */
import type { KernelTables } from "../../engine/inspect/index.ts";
import { PAGES_PER_SECTION, PUD_ENTRY_PAGES } from "../../engine/units.ts";
import type { Mark } from "./mark.ts";

type Mapping = KernelTables["directMap"][number];
type Place = KernelTables["memoryMap"][number];

/** `other`: it was there and is there, and leads elsewhere or maps more or less. */
export type Change = "built" | "torn" | "other";

/** Neighbours with one fate. */
export interface Stretch {
  readonly first: number;
  readonly count: number;
  readonly change: Change;
}

export interface TableChanges {
  /** Numbers of gibibytes: entries of the PUD table. */
  readonly entries: readonly Stretch[];
  /** Numbers of sections. */
  readonly sections: readonly Stretch[];
  /** PMD tables in pages that somebody took for them, by page: there now and not then, there then and not now. */
  readonly tablesBuilt: readonly number[];
  readonly tablesTorn: readonly number[];
}

export function tableChanges(then: KernelTables, now: KernelTables): TableChanges {
  const [before, after] = [tablesOf(then), tablesOf(now)];
  return {
    entries: stretches(then.directMap, now.directMap, { from: ({ index }) => index, same: sameEntry }),
    sections: stretches(then.memoryMap, now.memoryMap, { from: ({ section }) => section, same: samePlace }),
    tablesBuilt: [...after].filter((pfn) => !before.has(pfn)).sort((a, b) => a - b),
    tablesTorn: [...before].filter((pfn) => !after.has(pfn)).sort((a, b) => a - b),
  };
}

/** What became of what a mark stands for; `null`: nothing, or it is no entry. */
export function changeOf({ row, first, end, host, what }: Mark, changes: TableChanges): Change | null {
  const inSections = () =>
    changeIn(changes.sections, Math.floor(first / PAGES_PER_SECTION), Math.ceil(end / PAGES_PER_SECTION));
  const inEntries = () =>
    changeIn(changes.entries, Math.floor(first / PUD_ENTRY_PAGES), Math.ceil(end / PUD_ENTRY_PAGES));
  const isBuilt = host !== null && changes.tablesBuilt.includes(host);
  switch (row) {
    case "pud":
      return inEntries();
    case "pmd":
      if (what === "table") return isBuilt ? "built" : null;
      // A table that was there has entries for what was added since: with a section comes its memory map.
      return inEntries() === "built" || inSections() === "built" ? "built" : null;
    case "pte":
      return isBuilt ? "built" : null;
    case "map":
      return what === "none" ? null : inSections();
    default:
      return null;
  }
}

/** Pages that hold tables. */
function tablesOf({ directMap }: KernelTables): Set<number> {
  const found = new Set<number>();
  for (const { table, splits } of directMap) {
    if (typeof table === "number") found.add(table);
    for (const split of splits) found.add(split.table);
  }
  return found;
}

interface Runs<T> {
  from(run: T): number;
  /** Whether a number that both hold is the same in both. */
  same(one: T, other: T, at: number): boolean;
}

/** Numbers that are in one list of runs and not in the other, or not alike: each list is sorted, its runs apart. */
function stretches<T extends { readonly count: number }>(
  then: readonly T[],
  now: readonly T[],
  { from, same }: Runs<T>,
): Stretch[] {
  const found: { first: number; count: number; change: Change }[] = [];
  const add = (first: number, count: number, change: Change): void => {
    const last = found.at(-1);
    if (last && last.change === change && last.first + last.count === first) last.count += count;
    else found.push({ first, count, change });
  };
  const endOf = (run: T): number => from(run) + run.count;
  let [i, j, at] = [0, 0, 0];
  for (;;) {
    while (i < then.length && endOf(then[i] as T) <= at) i++;
    while (j < now.length && endOf(now[j] as T) <= at) j++;
    const [was, is] = [then[i], now[j]];
    if (!was && !is) return found;
    at = Math.max(at, Math.min(was ? from(was) : Infinity, is ? from(is) : Infinity));
    const inOld = was !== undefined && from(was) <= at;
    const inNew = is !== undefined && from(is) <= at;
    const end = Math.min(
      was ? (inOld ? endOf(was) : from(was)) : Infinity,
      is ? (inNew ? endOf(is) : from(is)) : Infinity,
    );
    if (!inOld) add(at, end - at, "built");
    else if (!inNew) add(at, end - at, "torn");
    // Within two runs either all numbers are alike or none.
    else if (!same(was, is, at)) add(at, end - at, "other");
    at = end;
  }
}

/** Entries told together map a gibibyte each. */
const sameEntry = (one: Mapping, other: Mapping): boolean =>
  one.table === other.table &&
  one.bytes / one.count === other.bytes / other.count &&
  one.splits.length === other.splits.length &&
  one.splits.every(({ index, table, lent }, nth) => {
    const its = other.splits[nth];
    return its?.index === index && its.table === table && its.lent === lent;
  });

/** Pages that hold the struct pages of a section. */
const PAGES_OF_SECTION = PAGES_PER_SECTION / 64;

function samePlace(one: Place, other: Place, section: number): boolean {
  if (one.origin !== other.origin) return false;
  if (one.runs.length !== other.runs.length) return false;
  if (one.runs.length === 1) {
    const first = ({ runs, section: its }: Place) => (runs[0]?.first ?? 0) + (section - its) * PAGES_OF_SECTION;
    return first(one) === first(other);
  }
  return one.runs.every(
    ({ first, pages }, nth) => other.runs[nth]?.first === first && other.runs[nth]?.pages === pages,
  );
}

/** What became of something that stands over some numbers: of several the newest fate. */
export function changeIn(stretches: readonly Stretch[], first: number, end: number): Change | null {
  let found: Change | null = null;
  for (const one of stretches)
    if (one.first < end && one.first + one.count > first && one.change !== "torn")
      found = found === "built" ? found : one.change;
  return found;
}

export const countOf = (stretches: readonly Stretch[], change: Change): number =>
  stretches.reduce((sum, one) => sum + (one.change === change ? one.count : 0), 0);

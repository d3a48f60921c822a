/** What marks hold, in words and numbers: for what is announced, for titles and for the table. Pure. */
import { PAGE_BIT, SHARE } from "../../engine/inspect/scale/layout.ts";
import { PAGE_KINDS, PageKind } from "../../engine/memory/kinds.ts";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";
import { displayGroups, kindGroup, kindLabel } from "../kinds.ts";
import { blockAt, frameOf, type Known, type Memory, uniformKind } from "./memory.ts";
import type { MemoryChanges } from "./memory-changes.ts";
import { scaleStrings as words } from "./strings.ts";
import type { Depth, Path } from "./world.ts";

/** Shares by the name of their group, the largest first; free is not said unless there is nothing else. */
export function holdings(
  counts: ArrayLike<number>,
  pages: number,
): readonly (readonly [name: string, share: number])[] {
  const byName = new Map<string, number>();
  for (let kind = 0; kind < PAGE_KINDS; kind++) {
    const count = counts[kind] as number;
    if (count > 0 && kind !== PageKind.Free)
      byName.set(kindGroup(kind).label, (byName.get(kindGroup(kind).label) ?? 0) + count);
  }
  return [...byName].sort((a, b) => b[1] - a[1]).map(([name, count]) => [name, count / pages] as const);
}

export interface Row {
  readonly path: Path;
  readonly name: string;
  readonly holds: string;
  /** Pages found in it; `null` while nothing is searched for, or it is not told yet. */
  readonly found: number | null;
  readonly zone: string;
  readonly state: string;
  /** What differs from a chosen moment: at least so many pages; `null` while nothing is compared, or it is not known. */
  readonly changed: { readonly pages: number; readonly differs: boolean } | null;
}

const pagesOf = (pages: number | null | undefined) => (pages == null ? null : { pages, differs: pages > 0 });

/** What has been told of a partition's memory, by now. */
export interface ToldMemory {
  readonly memory: Memory;
  readonly known: Known;
  /** Pages found in each block, while something is searched for. */
  readonly found: ReadonlyMap<number, number> | null;
  /** What differs from a chosen moment, while something is compared. */
  readonly changes: MemoryChanges | null;
}

/** One mark, as a row of the table says it. */
export function rowOf({ memory, known, found, changes }: ToldMemory, path: Path, depth: Depth): Row {
  const { record, blocks } = memory.nodes[path[0]] ?? { record: undefined, blocks: [] };
  const block = blockAt(memory, path);
  if (depth === 0 || !block) {
    const counts = new Float64Array(PAGE_KINDS);
    let pages = 0;
    let hits = 0;
    const all = { pages: 0, differs: false };
    for (const one of blocks) {
      const its = changes?.block(one);
      all.pages += its?.pages ?? 0;
      all.differs ||= its?.differs ?? false;
      pages += one.pages;
      hits += found?.get(one.number) ?? 0;
      for (let kind = 0; kind < PAGE_KINDS; kind++) counts[kind] = (counts[kind] as number) + (one.kinds[kind] ?? 0);
    }
    const zones = [...new Set(blocks.flatMap(({ zone }) => zone ?? []))];
    return {
      path,
      name: words.node(record?.id ?? path[0]),
      holds: words.mark.holds(holdings(counts, pages)),
      found: found && hits,
      zone: zones.join(", "),
      state: record?.online ? "online" : "offline",
      changed: changes && all,
    };
  }
  const zone = block.zone ?? "";
  const { state } = block;
  if (depth === 1)
    return {
      path,
      name: words.block(block.number),
      holds: words.mark.holds(holdings(block.kinds, block.pages)),
      found: found && (found.get(block.number) ?? 0),
      zone,
      state,
      changed: changes?.block(block) ?? null,
    };
  const first = block.startPfn + path[2] * PAGEBLOCK_PAGES;
  const kind = uniformKind(block);
  const told = kind === null ? known.pageblock(first) : { kind, found: found?.get(block.number) ?? 0 };
  if (depth === 2) {
    const row = told && "row" in told ? told.row : null;
    return {
      path,
      name: words.pageblock(path[2]),
      holds: !told
        ? words.mark.unknown
        : row
          ? words.mark.holds(holdings(row, PAGEBLOCK_PAGES))
          : "kind" in told && told.kind === PageKind.Free
            ? words.mark.holds([])
            : kindLabel("kind" in told ? told.kind : 0),
      found:
        found && told
          ? row
            ? (row[SHARE.found] as number)
            : "found" in told && told.found > 0
              ? PAGEBLOCK_PAGES
              : 0
          : null,
      zone,
      state,
      changed: pagesOf(told && changes?.pageblock(block, path[2], told)),
    };
  }
  const byte = known.pages(first)?.[path[3]];
  const only = told && "kind" in told ? told.kind : undefined;
  const is = byte === undefined ? only : byte & PAGE_BIT.kind;
  return {
    path,
    name: words.page(first + path[3]),
    holds:
      is === undefined
        ? words.mark.unknown
        : kindLabel(is) + (byte !== undefined && byte & PAGE_BIT.pinned ? ", pinned" : ""),
    found: found && byte !== undefined ? Number((byte & PAGE_BIT.found) !== 0) : null,
    zone,
    state,
    changed: pagesOf(
      is === undefined ? null : Number(changes?.page(block, path[2] * PAGEBLOCK_PAGES + path[3], is) ?? false),
    ),
  };
}

/** Groups of kinds that a partition's memory holds, in the order of a legend; and whether any of it is pinned. */
export function legendOf(memory: Memory): {
  readonly groups: readonly (typeof displayGroups)[number][];
  readonly pinned: boolean;
} {
  const there = new Uint8Array(PAGE_KINDS);
  let pinned = false;
  for (const { blocks } of memory.nodes)
    for (const block of blocks) {
      const kind = uniformKind(block);
      if (kind !== null) there[kind] = 1;
      else for (let one = 0; one < PAGE_KINDS; one++) if ((block.kinds[one] ?? 0) > 0) there[one] = 1;
      pinned ||= block.pinned > 0;
    }
  return { groups: displayGroups.filter(({ kinds }) => kinds.some((kind) => there[kind] === 1)), pinned };
}

/** The way to a mark: names, and the level that is gone back to. */
export function trail(
  memory: Memory,
  path: Path,
  depth: Depth,
  bytes: number,
): readonly (readonly [name: string, depth: Depth])[] {
  const block = blockAt(memory, path);
  const frame = frameOf(memory, path);
  const all: (readonly [string, Depth])[] = [
    [words.all(bytes), 0],
    [words.node(memory.nodes[path[0]]?.record.id ?? 0), 1],
    [words.block(block?.number ?? 0), 2],
    [words.pageblock(path[2]), 3],
    [words.page(frame ?? 0), 3],
  ];
  return all.slice(0, depth + 2);
}

/** A mark in one sentence. */
export function sentence(told: ToldMemory, path: Path, depth: Depth): string {
  const { name, holds, found: hits, zone, state, changed } = rowOf(told, path, depth);
  return [
    name,
    ...(depth === 1 ? [state === "online" ? zone || "several zones" : state] : []),
    holds,
    ...(hits === null ? [] : [words.found(hits)]),
    ...(changed?.differs ? [words.changed(changed.pages)] : []),
  ].join(", ");
}

/** What the rows of a table need: shares of the block that is looked into, and pages of the pageblock. */
export function inRows(
  memory: Memory,
  path: Path,
  depth: Depth,
): { readonly blocks: number[]; readonly pageblocks: number[] } {
  const block = blockAt(memory, path);
  if (!block || depth < 2) return { blocks: [], pageblocks: [] };
  return { blocks: [block.number], pageblocks: depth === 3 ? [block.startPfn / PAGEBLOCK_PAGES + path[2]] : [] };
}

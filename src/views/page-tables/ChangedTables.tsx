/** What differs in the kernel's tables from the moment that somebody chose: in words, and what is gone as rows of the twin. */
import { useMemo } from "react";
import { Since } from "../changes/ShowChanges.tsx";
import { changeStrings } from "../changes/strings.ts";
import { useEarlier } from "../changes/use-earlier.ts";
import type { KernelTables } from "../../engine/inspect/index.ts";
import { PAGE_SIZE, PAGES_PER_SECTION, PUD_ENTRY_PAGES, TABLE_ENTRIES } from "../../engine/units.ts";
import type { KernelLook } from "./axis.ts";
import { pageTableStrings as words } from "./strings.ts";
import { countOf, type Stretch, type TableChanges, tableChanges } from "./table-changes.ts";

/** `null`: nothing is compared, or these tables were not kept. */
export interface TablesEarlier {
  readonly tables: KernelTables;
  readonly changes: TableChanges;
}

export function useTablesEarlier(look: KernelLook | null): TablesEarlier | null {
  const earlier = useEarlier();
  const tables = (look && earlier?.partitions.get(look.partition)?.tables) ?? null;
  return useMemo(
    () => (tables && look ? { tables, changes: tableChanges(tables, look.tables) } : null),
    [tables, look],
  );
}

export function ChangedTables({ compared }: { readonly compared: TablesEarlier | null }) {
  const earlier = useEarlier();
  return earlier && <Since earlier={earlier} parts={compared && inWords(compared.changes)} />;
}

function inWords({ entries, sections, tablesBuilt, tablesTorn }: TableChanges): readonly string[] {
  const { changes } = words;
  const fates = ["built", "torn", "other"] as const;
  const told = (stretches: readonly Stretch[], say: typeof changes.entries) =>
    fates.flatMap((fate) => {
      const count = countOf(stretches, fate);
      return count === 0 ? [] : [say(count, fate)];
    });
  return [
    ...told(entries, changes.entries),
    ...(tablesBuilt.length > 0 ? [changes.tables(tablesBuilt.length, "built")] : []),
    ...(tablesTorn.length > 0 ? [changes.tables(tablesTorn.length, "torn")] : []),
    ...told(sections, changes.sections),
  ];
}

/** A row of the twin: of an entry, or a stretch of the memory map, that was there and is gone. */
export interface GoneRow {
  readonly key: string;
  readonly cells: readonly (string | number)[];
}

/** @param blockPages page frames of a memory block. */
export function goneRows(
  { tables, changes }: TablesEarlier,
  regions: KernelLook["regions"],
  blockPages: number,
): GoneRow[] {
  const [direct, map] = [BigInt(`0x${regions.directMap.base}`), BigInt(`0x${regions.memoryMap.base}`)];
  const blockOf = (pfn: number) => Math.floor(pfn / blockPages);
  const torn = (stretches: readonly Stretch[]) => stretches.filter(({ change }) => change === "torn");
  return [
    ...torn(changes.entries).flatMap(({ first, count }) =>
      tables.directMap
        .filter(({ index, count: its }) => index < first + count && index + its > first)
        .map(({ index, count: its, table, bytes }): GoneRow => {
          const from = Math.max(index, first);
          const many = Math.min(index + its, first + count) - from;
          return {
            key: `gone pud ${from}`,
            cells: [
              words.level.pud,
              many > 1 ? words.run(from % TABLE_ENTRIES, many) : from % TABLE_ENTRIES,
              (direct + BigInt(from) * BigInt(PUD_ENTRY_PAGES * PAGE_SIZE)).toString(16),
              table === null ? words.mapsWhole(many) : words.mapsTable(bytes),
              typeof table === "number"
                ? words.lies(table, { number: blockOf(table) })
                : table === "boot"
                  ? words.bootTable
                  : "",
              "",
              changeStrings.gone,
            ],
          };
        }),
    ),
    ...torn(changes.sections).map(({ first, count }): GoneRow => {
      const place = tables.memoryMap.find(({ section, count: its }) => first >= section && first < section + its);
      const pfn = (place?.runs[0]?.first ?? 0) + (first - (place?.section ?? 0)) * (PAGES_PER_SECTION / 64);
      const [one, last] = [first * PAGES_PER_SECTION, (first + count) * PAGES_PER_SECTION - 1].map(blockOf);
      return {
        key: `gone map ${first}`,
        cells: [
          words.level.map,
          one ?? 0,
          (map + BigInt(first) * BigInt(PAGES_PER_SECTION * 64)).toString(16),
          words.structPages(one ?? 0, last ?? 0),
          words.lies(pfn, { number: blockOf(pfn) }),
          "",
          changeStrings.gone,
        ],
      };
    }),
  ];
}

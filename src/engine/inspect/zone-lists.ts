/**
 * Zones in depth: free lists by order and migrate type, and what each pageblock is for. The figures are those of
 * /proc/pagetypeinfo and /proc/buddyinfo at the same instant (mm/vmstat.c). Read only.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { MIGRATE_TYPE_NAMES, MIGRATE_TYPES, MigrateType } from "../memory/kinds.ts";
import { SectionState } from "../memory/page-array.ts";
import { figuresOf, type Zone, type ZoneFigures } from "../memory/zone.ts";
import { migrateTypesOf } from "../sysfs/migrate-types.ts";
import { MAX_ORDER, PAGEBLOCK_PAGES, PAGEBLOCKS_PER_SECTION, PAGES_PER_SECTION, sectionOf } from "../units.ts";

/** Neighbouring pageblocks of one migrate type. */
export interface PageblockRun {
  readonly startPfn: number;
  readonly pageblocks: number;
  readonly type: MigrateType;
}

/** One migrate type of a zone, as a line of /proc/pagetypeinfo. */
export interface TypeLists {
  readonly type: MigrateType;
  readonly name: string;
  /** Free chunks by order, 0 to 10. */
  readonly chunks: readonly number[];
  readonly pageblocks: number;
}

export interface ZoneLists extends ZoneFigures {
  /** Migrate types in the order of the kernel's file. */
  readonly types: readonly TypeLists[];
  /** Online pageblocks in the order of their addresses. */
  readonly runs: readonly PageblockRun[];
}

/** All populated zones of a node, lowest first; none when there is no such node. */
export function zoneLists(kernel: Kernel, node: number): ZoneLists[] {
  return (kernel.nodes[node]?.zones ?? []).filter((zone) => zone.populated).map((zone) => listsOf(kernel, zone));
}

function listsOf(kernel: Kernel, zone: Zone): ZoneLists {
  const runs = pageblockRuns(kernel, zone);
  const pageblocks = new Array<number>(MIGRATE_TYPES).fill(0);
  for (const run of runs) pageblocks[run.type] = (pageblocks[run.type] as number) + run.pageblocks;
  const types = migrateTypesOf(kernel).map(
    (type): TypeLists => ({
      type: type as MigrateType,
      name: MIGRATE_TYPE_NAMES[type] as string,
      chunks: Array.from({ length: MAX_ORDER + 1 }, (_, order) => zone.chunks[order * MIGRATE_TYPES + type] as number),
      pageblocks: pageblocks[type] as number,
    }),
  );
  return { ...figuresOf(zone), types, runs };
}

function pageblockRuns(kernel: Kernel, zone: Zone): PageblockRun[] {
  const { pages } = kernel;
  const runs: { startPfn: number; pageblocks: number; type: MigrateType }[] = [];
  const add = (startPfn: number, pageblocks: number, type: MigrateType): void => {
    const last = runs.at(-1);
    if (last?.type === type && last.startPfn + last.pageblocks * PAGEBLOCK_PAGES === startPfn)
      last.pageblocks += pageblocks;
    else runs.push({ startPfn, pageblocks, type });
  };
  const end = Math.ceil(zone.end / PAGES_PER_SECTION);
  for (let section = sectionOf(zone.startPfn); section < end; section++) {
    if (pages.state[section] !== SectionState.Online) continue;
    const first = section * PAGES_PER_SECTION;
    // What nobody touched is Movable throughout.
    if (pages.zoneOfSection[section] === zone.index && (pages.slotOf[section] as number) < 0)
      add(first, PAGEBLOCKS_PER_SECTION, MigrateType.Movable);
    else
      for (let i = 0; i < PAGEBLOCKS_PER_SECTION; i++) {
        const frame = first + i * PAGEBLOCK_PAGES;
        // ZONE_DMA begins at pfn 1, in its first pageblock.
        const own = frame + PAGEBLOCK_PAGES > zone.startPfn && kernel.zoneAt(Math.max(frame, zone.startPfn)) === zone;
        if (own) add(frame, 1, kernel.pageblockTypeAt(frame));
      }
  }
  return runs;
}

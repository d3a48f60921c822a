/**
 * Watermarks and lowmem reserves of zones (mm/page_alloc.c, __setup_per_zone_wmarks and setup_per_zone_lowmem_reserve).
 * When they are set, and by whose wish, stands in ../kernel/min-free.ts.
 */
import { ZoneType } from "./kinds.ts";
import type { NumaNode } from "./node.ts";
import { PAGEBLOCK_PAGES } from "../units.ts";
import type { Zone } from "./zone.ts";
import { freeZonePages } from "./zonelists.ts";

/** How the kernel divides huge-page reserve: MIGRATE_PCPTYPES squared. */
const PCP_TYPES_SQUARED = 9;

/** min_free_kbytes as it follows from the memory that the CPUs' node can use for the kernel, KiB; no bounds yet. */
export const computedMinFreeKb = (cpuNode: NumaNode): number =>
  Math.floor(Math.sqrt(freeZonePages(cpuNode.zonelist, ZoneType.Normal) * 4 * 16));

/** What khugepaged recommends, KiB: pageblocks of every migrate type in every kernel zone, at most a twentieth of memory. */
export function recommendedMinFreeKb(nodes: readonly NumaNode[], cpuNode: NumaNode): number {
  const zones = nodes.flatMap((node) => [...node.zones]);
  const populated = zones.filter((zone) => zone.populated && zone.type <= ZoneType.Normal).length;
  const recommended = PAGEBLOCK_PAGES * populated * (2 + PCP_TYPES_SQUARED);
  return Math.min(recommended, Math.floor(freeZonePages(cpuNode.zonelist, ZoneType.Normal) / 20)) * 4;
}

export interface MarkRules {
  /** 6.7 and later leave Movable out of the sum and bound its min. */
  readonly boundsMovable: boolean;
  /** vm.watermark_scale_factor, in 1/10,000; `null` before 4.6, when the gap was a quarter of min. */
  readonly scaleFactor: number | null;
}

/** Shares min_free_kbytes out among zones, and sets the marks above. */
export function setMarks(zones: readonly Zone[], minFreeKb: number, rules: MarkRules): void {
  const pagesMin = Math.floor(minFreeKb / 4);
  let lowmem = 0;
  for (const zone of zones) if (!(rules.boundsMovable && zone.type === ZoneType.Movable)) lowmem += zone.managed;
  for (const zone of zones) {
    const share = lowmem > 0 ? Math.floor((pagesMin * zone.managed) / lowmem) : 0;
    const min =
      rules.boundsMovable && zone.type === ZoneType.Movable
        ? Math.min(Math.max(Math.floor(zone.managed / 1024), 32), 128)
        : share;
    const gap = Math.max(Math.floor(share / 4), Math.floor((zone.managed * (rules.scaleFactor ?? 0)) / 10000));
    zone.setMarks(min, min + gap, min + 2 * gap);
  }
}

/**
 * Pages that requests for a higher zone leave in a lower one, by vm.lowmem_reserve_ratio of each zone type
 * (setup_per_zone_lowmem_reserve). `managed`: pages that a zone is taken to manage.
 */
export function setReserves(
  nodes: readonly NumaNode[],
  ratios: readonly number[],
  managed: (zone: Zone) => number = (zone) => zone.managed,
): void {
  for (const node of nodes) {
    for (const zone of node.zones) {
      const ratio = zone.type === ZoneType.Device ? 0 : (ratios[zone.type] ?? 0);
      const kept = new Array<number>(node.zones.length).fill(0);
      if (ratio >= 1 && zone.managed > 0) {
        let above = 0;
        for (let type = zone.type + 1; type < node.zones.length; type++) {
          above += managed(node.zones[type] as Zone);
          kept[type] = Math.floor(above / ratio);
        }
      }
      zone.setProtection(kept);
    }
  }
}

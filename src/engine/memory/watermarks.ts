/**
 * Watermarks and lowmem reserves (mm/page_alloc.c, init_per_zone_wmark_min and what it calls; mm/khugepaged.c,
 * set_recommended_min_free_kbytes). Recomputed after every online and offline.
 */
import { ZoneType } from "./kinds.ts";
import type { NumaNode } from "./node.ts";
import { PAGEBLOCK_PAGES } from "../units.ts";
import type { Zone } from "./zone.ts";
import { freeZonePages } from "./zonelists.ts";

export interface WatermarkRules {
  /** vm.min_free_kbytes as an administrator set it, or 0. */
  readonly userMinFreeKb: number;
  /** vm.watermark_scale_factor, in 1/10,000. */
  readonly scaleFactor: number;
  /** vm.lowmem_reserve_ratio for DMA, DMA32, Normal, Movable. */
  readonly reserveRatio: readonly [number, number, number, number];
  /** Transparent huge pages are on: khugepaged asks for more free memory. */
  readonly hugePages: boolean;
  /** 6.7 and later leave Movable out of the sum and bound its min. */
  readonly boundsMovable: boolean;
  /** The scale factor counts (4.6 on); else the gap is a quarter of min. */
  readonly scales: boolean;
  /** Upper end of what is computed from the size of memory. */
  readonly mostMinFreeKb: number;
}

/** How the kernel divides huge-page reserve: MIGRATE_PCPTYPES squared. */
const PCP_TYPES_SQUARED = 9;

/** Recomputes min, low, high and protection of all zones. Returns min_free_kbytes. */
export function setupWatermarks(nodes: readonly NumaNode[], cpuNode: NumaNode, rules: WatermarkRules): number {
  const zones = nodes.flatMap((node) => [...node.zones]);
  const lowmemKb = freeZonePages(cpuNode.zonelist, ZoneType.Normal) * 4;
  let minFreeKb = Math.max(
    Math.min(Math.max(Math.floor(Math.sqrt(lowmemKb * 16)), 128), rules.mostMinFreeKb),
    rules.userMinFreeKb,
  );
  setMarks(zones, minFreeKb, rules);
  setReserves(nodes, rules);
  if (rules.hugePages) {
    const populated = zones.filter((zone) => zone.populated && zone.type <= ZoneType.Normal).length;
    const recommended = PAGEBLOCK_PAGES * populated * (2 + PCP_TYPES_SQUARED);
    const cap = Math.floor(freeZonePages(cpuNode.zonelist, ZoneType.Normal) / 20);
    const wantedKb = Math.min(recommended, cap) * 4;
    if (wantedKb > minFreeKb) {
      minFreeKb = wantedKb;
      setMarks(zones, minFreeKb, rules);
    }
  }
  return minFreeKb;
}

function setMarks(zones: readonly Zone[], minFreeKb: number, rules: WatermarkRules): void {
  const pagesMin = Math.floor(minFreeKb / 4);
  let lowmem = 0;
  for (const zone of zones) if (!(rules.boundsMovable && zone.type === ZoneType.Movable)) lowmem += zone.managed;
  for (const zone of zones) {
    const share = lowmem > 0 ? Math.floor((pagesMin * zone.managed) / lowmem) : 0;
    zone.min =
      rules.boundsMovable && zone.type === ZoneType.Movable
        ? Math.min(Math.max(Math.floor(zone.managed / 1024), 32), 128)
        : share;
    const gap = Math.max(
      Math.floor(share / 4),
      rules.scales ? Math.floor((zone.managed * rules.scaleFactor) / 10000) : 0,
    );
    zone.low = zone.min + gap;
    zone.high = zone.low + gap;
    zone.changed = true;
  }
}

/** setup_per_zone_lowmem_reserve. */
function setReserves(nodes: readonly NumaNode[], rules: WatermarkRules): void {
  for (const node of nodes) {
    for (const zone of node.zones) {
      zone.protection.fill(0);
      const ratio = zone.type === ZoneType.Device ? 0 : rules.reserveRatio[zone.type];
      if (ratio === 0 || zone.managed === 0) continue;
      let above = 0;
      for (let type = zone.type + 1; type < node.zones.length; type++) {
        above += (node.zones[type] as Zone).managed;
        zone.protection[type] = Math.floor(above / ratio);
      }
    }
  }
}

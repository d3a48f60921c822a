/**
 * The zones of each node at boot: which page frames they span and how many of those are present.
 * Mirrors free_area_init, zone_spanned_pages_in_node and adjust_zone_range_for_zone_movable (mm/mm_init.c).
 */
import { ZoneType } from "../../memory/kinds.ts";
import { type Pfn, pfn } from "../../units.ts";
import { ZONE_DMA32_START_PFN, ZONE_NORMAL_START_PFN } from "./movable-start.ts";
import type { NodeMemory } from "./node-memory.ts";
import { pagesWithin } from "./ranges.ts";

export interface BootZone {
  readonly type: ZoneType;
  /** First pfn of the span; 0 when the zone is empty. */
  readonly startPfn: Pfn;
  readonly spanned: number;
  /** Pages of RAM in the span: zones with none are not populated. */
  readonly present: number;
}

/** The kernel's limits of the zones in pfns: [start, end) of DMA, DMA32 and Normal on this machine. */
export function zoneLimits(nodes: readonly NodeMemory[]): readonly (readonly [ZoneType, number, number])[] {
  const first = nodes.reduce(
    (least, node) => Math.min(least, node.ranges[0]?.start ?? least),
    Number.POSITIVE_INFINITY,
  );
  const end = nodes.reduce((last, node) => Math.max(last, node.ranges.at(-1)?.end ?? 0), 0);
  const dma = Math.min(ZONE_DMA32_START_PFN, end);
  const dma32 = Math.min(ZONE_NORMAL_START_PFN, end);
  return [
    [ZoneType.DMA, Math.min(first, dma), dma],
    [ZoneType.DMA32, dma, dma32],
    [ZoneType.Normal, dma32, end],
  ];
}

/** Zones of one node in zone order (DMA, DMA32, Normal, Movable), those that span nothing left out. */
export function zonesOf(
  node: NodeMemory,
  limits: ReturnType<typeof zoneLimits>,
  movableStart: Pfn | undefined,
  mirror: boolean,
): BootZone[] {
  const nodeStart = node.ranges[0]?.start ?? 0;
  const nodeEnd = node.ranges.at(-1)?.end ?? 0;
  const zones: BootZone[] = [];
  const add = (type: ZoneType, start: number, end: number, usable: number) => {
    if (start >= end) return;
    zones.push({
      type,
      startPfn: pfn(start),
      spanned: end - start,
      present: pagesWithin(node.ranges, start, Math.min(end, usable)),
    });
  };
  for (const [type, low, high] of limits) {
    const start = Math.min(Math.max(nodeStart, low), high);
    const end = Math.min(Math.max(nodeEnd, low), high);
    if (movableStart === undefined) add(type, start, end, end);
    // With `kernelcore=mirror` a kernel zone keeps its whole span, for mirrored memory above; here there is none.
    else if (start < movableStart) add(type, start, mirror ? end : Math.min(end, movableStart), movableStart);
  }
  if (movableStart !== undefined) add(ZoneType.Movable, movableStart, nodeEnd, nodeEnd);
  return zones;
}

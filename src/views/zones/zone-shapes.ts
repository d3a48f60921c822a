/** The geometry of a zone's pictures, apart from their drawing. */
import type { BlockRecord, ZoneRecord } from "../../protocol/records.ts";
import { largest } from "../../engine/lists.ts";

/** Names in the order of the address space and of the kernel's enum. */
export const ZONE_ORDER: readonly string[] = ["DMA", "DMA32", "Normal", "Movable", "Device"];

/** A zone without present pages is not populated, and not shown (mm/page_alloc.c, populated_zone). */
export const populated = (zones: readonly ZoneRecord[]): readonly ZoneRecord[] =>
  zones.filter((zone) => zone.present > 0).sort((a, b) => ZONE_ORDER.indexOf(a.zone) - ZONE_ORDER.indexOf(b.zone));

export interface Stretch {
  readonly start: number;
  readonly pages: number;
}

/** Where a zone's own blocks lie, as few stretches as can be. Blocks of several zones count for each of them. */
export function stretchesOf(zone: string, blocks: readonly BlockRecord[]): readonly Stretch[] {
  const stretches: { start: number; pages: number }[] = [];
  for (const block of [...blocks].sort((a, b) => a.startPfn - b.startPfn)) {
    if (block.state === "offline" || (block.zone !== null && block.zone !== zone)) continue;
    const last = stretches.at(-1);
    if (last && last.start + last.pages === block.startPfn) last.pages += block.pages;
    else stretches.push({ start: block.startPfn, pages: block.pages });
  }
  return stretches;
}

/** The part of a stretch that a span covers; `undefined` when it covers none. */
export function clip(stretch: Stretch, start: number, pages: number): Stretch | undefined {
  const from = Math.max(stretch.start, start);
  const to = Math.min(stretch.start + stretch.pages, start + pages);
  return to > from ? { start: from, pages: to - from } : undefined;
}

/** First pfn and length of what a node's blocks and zones cover. */
export function extentOf(zones: readonly ZoneRecord[], blocks: readonly BlockRecord[]): Stretch {
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const { startPfn, spanned } of zones.filter((zone) => zone.spanned > 0)) {
    start = Math.min(start, startPfn);
    end = Math.max(end, startPfn + spanned);
  }
  for (const { startPfn, pages } of blocks) {
    start = Math.min(start, startPfn);
    end = Math.max(end, startPfn + pages);
  }
  return end > start ? { start, pages: end - start } : { start: 0, pages: 1 };
}

/** From a quantity to a place or a length in a picture. */
export type Scale = (value: number) => number;

/** `from`..`to` laid out along `start`..`end`. (d3-scale would bring colours, dates and number formats along.) */
export const linearScale =
  (from: number, to: number, start: number, end: number): Scale =>
  (value) =>
    start + ((value - from) / (to - from)) * (end - start);

/** Share of a bar that is given to what lies near the watermarks. */
export const zoomedShare = 0.2;
/** That part reaches to this many times the high watermark. */
const ZOOMED_TO = 1.6;

/**
 * Free pages along a bar, from its full end. Watermarks are at a percent of a zone or so, where a plain scale would
 * hide them: what lies near them has a part of the bar for itself, the rest of the zone has the rest.
 */
export function freeScale(managed: number, high: number, width: number): Scale {
  const most = Math.max(2, managed);
  const knee = Math.min(Math.max(1, high * ZOOMED_TO), most / 2);
  const bend = width * zoomedShare;
  const near = linearScale(0, knee, 0, bend);
  const far = linearScale(knee, most, bend, width);
  return (free) => (free <= knee ? near(Math.max(0, free)) : far(Math.min(free, most)));
}

/** Addresses along the strip of a node. */
export const addressScale = (extent: Stretch, width: number): Scale =>
  linearScale(extent.start, extent.start + extent.pages, 0, width);

/** Height of an order's bar by the memory its chunks hold, so that ten big chunks outweigh ten single pages. */
export function orderScale(freeByOrder: readonly number[], height: number): Scale {
  const most = largest(
    freeByOrder.map((chunks, order) => chunks * 2 ** order),
    1,
  );
  return (pages) => height * (pages / most) ** 0.4;
}

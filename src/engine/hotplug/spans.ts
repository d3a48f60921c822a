/** How zones and nodes grow and shrink (mm/memory_hotplug.c, resize_zone_range, shrink_zone_span, update_pgdat_span). */
import type { Kernel } from "../kernel/kernel.ts";
import { updateNodeSpan } from "../kernel/boot.ts";
import { MIXED_ZONES, SectionState } from "../memory/page-array.ts";
import type { NumaNode } from "../memory/node.ts";
import type { Zone } from "../memory/zone.ts";
import { PAGEBLOCK_PAGES, PAGES_PER_SECTION, sectionOf } from "../units.ts";

/** move_pfn_range_to_zone: the zone's span comes to include a range. */
export function growZone(kernel: Kernel, zone: Zone, start: number, pages: number): void {
  if (zone.spanned === 0) setSpan(kernel, zone, start, start + pages);
  else setSpan(kernel, zone, Math.min(zone.startPfn, start), Math.max(zone.end, start + pages));
}

/**
 * remove_pfn_range_from_zone: a range at the border of the span lets the span shrink to the next page of the zone that
 * is online, looked for in steps of 2 MiB; a range in the middle leaves a hole.
 */
export function shrinkZone(kernel: Kernel, zone: Zone, start: number, pages: number): void {
  const end = start + pages;
  if (zone.startPfn === start) {
    setSpan(kernel, zone, firstOnline(kernel, zone, end, zone.end) ?? zone.end, zone.end);
  } else if (zone.end === end) {
    setSpan(kernel, zone, zone.startPfn, lastOnline(kernel, zone, zone.startPfn, start) ?? zone.startPfn);
  }
}

/** A zone's span is [from, to), or empty (resize_zone of kernels before 4.13). What blocks may become depends on it. */
export function setSpan(kernel: Kernel, zone: Zone, from: number, to: number): void {
  zone.setSpan(from < to ? from : 0, Math.max(0, to - from));
  kernel.revision++;
  updateNodeSpan(kernel.nodes[zone.node] as NumaNode);
}

/** Lowest pfn of the zone's online memory in [from, to). */
function firstOnline(kernel: Kernel, zone: Zone, from: number, to: number): number | undefined {
  for (let at = from; at < to; ) {
    const section = sectionOf(at);
    const owner = ownership(kernel, zone, section);
    if (owner === "all") return at;
    const next = (section + 1) * PAGES_PER_SECTION;
    if (owner === "some") {
      for (let step = at; step < Math.min(next, to); step += PAGEBLOCK_PAGES)
        if (kernel.zoneAt(step) === zone) return step;
    }
    at = next;
  }
  return undefined;
}

/** End (exclusive) of the zone's online memory in [from, to). */
function lastOnline(kernel: Kernel, zone: Zone, from: number, to: number): number | undefined {
  for (let at = to; at > from; ) {
    const section = sectionOf(at - 1);
    const owner = ownership(kernel, zone, section);
    if (owner === "all") return at;
    const first = section * PAGES_PER_SECTION;
    if (owner === "some") {
      for (let step = at; step > Math.max(first, from); step -= PAGEBLOCK_PAGES)
        if (kernel.zoneAt(step - 1) === zone) return step;
    }
    at = first;
  }
  return undefined;
}

function ownership(kernel: Kernel, zone: Zone, section: number): "all" | "some" | "none" {
  // Where zones are fixed at add, offline memory still lies in one.
  const fixed = kernel.blocks.get(kernel.blockNumberOf(section * PAGES_PER_SECTION))?.fixedZone;
  if (fixed) return fixed === zone ? "all" : "none";
  if (kernel.pages.state[section] !== SectionState.Online) return "none";
  const owner = kernel.pages.zoneOfSection[section] as number;
  return owner === zone.index ? "all" : owner === MIXED_ZONES ? "some" : "none";
}

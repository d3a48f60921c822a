/**
 * A contiguous memory allocator area, `cma=` (mm/cma.c, kernel/dma/contiguous.c): pageblocks of a kernel zone that are kept
 * for devices. Until a device asks, movable requests use them, and nobody else may. Their block never goes offline: an
 * area that a driver counts on must not get a hole.
 */
import { MigrateType, PageKind, ZoneType } from "../memory/kinds.ts";
import { SectionState } from "../memory/page-array.ts";
import { GIB, MIB, PAGE_SIZE, PAGEBLOCK_ORDER, PAGEBLOCK_PAGES, PAGES_PER_SECTION, sectionOf } from "../units.ts";
import type { Kernel } from "./kernel.ts";
import { since } from "./profiles/versions.ts";

/** What `cma=SIZE[@BASE]` asks for, in bytes; without a base the kernel chooses. */
export interface CmaRequest {
  readonly size: number;
  readonly base: number | null;
}

/** Above the memory that devices with narrow addresses need. */
const PREFERRED_START = (4 * GIB) / PAGE_SIZE;

/**
 * Sets areas aside: the one that was asked for, and on kernels that part it by node as much on each node with memory
 * (dma_contiguous_reserve, dma_numa_cma_reserve; recorded on 7.3).
 */
export function reserveCma(kernel: Kernel, request: CmaRequest): void {
  reserve(kernel, request, "reserved");
  if (!since(kernel.profile.version, 7, 3)) return;
  for (const { id, hasMemory } of kernel.nodes)
    if (hasMemory) reserve(kernel, { size: request.size, base: null }, `numa${id}`, id);
}

/** Sets one area aside and tells so in the log. Nothing is set aside where there is no room for all of it. */
function reserve(kernel: Kernel, { size, base }: CmaRequest, name: string, node: number | null = null): void {
  const pages = Math.ceil(size / PAGE_SIZE / PAGEBLOCK_PAGES) * PAGEBLOCK_PAGES;
  if (pages === 0) return;
  const start =
    base === null
      ? findRoom(kernel, pages, node)
      : fits(kernel, base / PAGE_SIZE, pages)
        ? base / PAGE_SIZE
        : undefined;
  const mib = (pages * PAGE_SIZE) / MIB;
  if (start === undefined) {
    kernel.log("warn", `cma: Failed to reserve ${mib} MiB`);
    return;
  }
  const zone = kernel.zoneAt(start);
  if (!zone) return;
  for (let frame = start; frame < start + pages; frame += PAGEBLOCK_PAGES) {
    kernel.buddy.touch(zone, sectionOf(frame));
    const index = kernel.pages.indexOf(frame);
    // A chunk of two pageblocks of which only one is in the area is cut.
    const upperHalf = (index & PAGEBLOCK_PAGES) !== 0;
    if (upperHalf && frame === start) kernel.buddy.cutChunk(zone, index - PAGEBLOCK_PAGES);
    if (!upperHalf && frame + PAGEBLOCK_PAGES === start + pages) kernel.buddy.cutChunk(zone, index);
    kernel.buddy.moveFreePages(zone, index, MigrateType.Cma);
    kernel.pages.setPageblockType(index, MigrateType.Cma);
  }
  zone.cma += pages;
  kernel.contiguousAreas.push({ name, pages });
  const on = since(kernel.profile.version, 7, 3) ? "" : " on node -1";
  kernel.log("info", `cma: Reserved ${mib} MiB at 0x${(start * PAGE_SIZE).toString(16).padStart(16, "0")}${on}`);
}

/** The lowest place above 4 GiB, or the highest that there is. */
function findRoom(kernel: Kernel, pages: number, node: number | null): number | undefined {
  const has = (start: number): boolean =>
    (node === null || kernel.zoneAt(start)?.node === node) && fits(kernel, start, pages);
  const end = kernel.pages.sections * PAGES_PER_SECTION;
  for (let start = PREFERRED_START; start + pages <= end; start += PAGEBLOCK_PAGES) if (has(start)) return start;
  for (let start = Math.min(end, PREFERRED_START) - pages; start >= 0; start -= PAGEBLOCK_PAGES)
    if (has(start)) return start;
  return undefined;
}

/** Whether an area has this page already. */
function taken({ pages }: Kernel, frame: number): boolean {
  const slot = pages.slotOf[sectionOf(frame)] as number;
  return slot >= 0 && pages.pageblockType[pages.indexOf(frame) >> PAGEBLOCK_ORDER] === MigrateType.Cma;
}

/** Whether all of a range is free memory of one kernel zone. */
function fits(kernel: Kernel, start: number, pages: number): boolean {
  const zone = kernel.zoneAt(start);
  if (start % PAGEBLOCK_PAGES !== 0 || !zone || zone.type > ZoneType.Normal) return false;
  for (let frame = start; frame < start + pages; frame++) {
    const section = sectionOf(frame);
    if (kernel.pages.state[section] !== SectionState.Online || kernel.zoneAt(frame) !== zone) return false;
    if (kernel.pages.kindAt(frame) !== PageKind.Free || taken(kernel, frame)) return false;
    if ((kernel.pages.slotOf[section] as number) < 0) frame = (section + 1) * PAGES_PER_SECTION - 1;
  }
  return true;
}

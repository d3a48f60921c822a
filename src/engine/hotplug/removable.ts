/**
 * What the file `removable` guessed before 5.7 (mm/memory_hotplug.c, is_mem_section_removable; mm/page_alloc.c,
 * has_unmovable_pages as it was): that what lies in Movable, or in pageblocks of that type, can go. It looks at pages
 * only where the type promises nothing, and so is often wrong.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { isMovableKind, MigrateType, PageKind, ZoneType } from "../memory/kinds.ts";
import { PAGEBLOCK_PAGES, sectionOf } from "../units.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";

export function looksRemovable(kernel: Kernel, block: MemoryBlock): boolean {
  if (block.state === "offline") return true;
  for (let frame: number = block.startPfn; frame < block.startPfn + block.pages; frame += PAGEBLOCK_PAGES) {
    const zone = kernel.zoneAt(frame);
    // Outside any zone: the guess gives up.
    if (!zone) return false;
    if (zone.type !== ZoneType.Movable && !pageblockLooksMovable(kernel, frame)) return false;
  }
  return true;
}

function pageblockLooksMovable(kernel: Kernel, frame: number): boolean {
  const { pages } = kernel;
  const untouched = (pages.slotOf[sectionOf(frame)] as number) < 0;
  if (untouched || kernel.pageblockTypeAt(frame) === MigrateType.Movable) return true;
  const first = pages.indexOf(frame);
  for (let page = first; page < first + PAGEBLOCK_PAGES; page++) {
    const kind = pages.kind[page] as number;
    if (kind !== PageKind.Free && kind !== PageKind.Poisoned && !isMovableKind(kind)) return false;
  }
  return true;
}

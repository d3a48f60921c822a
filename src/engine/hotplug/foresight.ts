/** What would happen, told beforehand: the checks of an offline and of an insertion, without doing anything. */
import type { Kernel } from "../kernel/kernel.ts";
import { unmovablePages } from "../kernel/describe.ts";
import { PageKind, ZoneType } from "../memory/kinds.ts";
import { sectionOf } from "../units.ts";
import type { MemoryBlock } from "./memory-block.ts";

export interface BlockForesight {
  /** Why the block cannot go offline; `null` when nothing speaks against it. */
  readonly obstacle: "spans-zones" | "unmovable" | "pinned" | null;
  /** Pages that hold something and would be moved. */
  readonly pagesToMove: number;
}

export function foreseeOffline(kernel: Kernel, block: MemoryBlock): BlockForesight {
  if (block.state === "offline") return { obstacle: null, pagesToMove: 0 };
  if (block.zone === null) return { obstacle: "spans-zones", pagesToMove: 0 };
  let movable = 0;
  let pinned = 0;
  for (let section = sectionOf(block.startPfn); section < sectionOf(block.startPfn + block.pages); section++) {
    for (let kind = PageKind.Anon as number; kind <= PageKind.Hugetlb; kind++)
      movable += kernel.pages.countIn(section, kind);
    pinned += kernel.pages.pinnedIn(section);
  }
  if (unmovablePages(kernel, block.startPfn, block.pages, block.zone.type === ZoneType.Movable) > 0)
    return { obstacle: "unmovable", pagesToMove: movable };
  return { obstacle: pinned > 0 ? "pinned" : null, pagesToMove: movable };
}

/** Node that pages of a node's blocks would go to first: the nearest other node with memory, or the node itself. */
export function likelyTarget(kernel: Kernel, node: number): number {
  return kernel.nodes[node]?.fallback.find((other) => other !== node && kernel.nodes[other]?.hasMemory) ?? node;
}

/**
 * Zones as kernels before 4.13 chose them: memory lies in a zone from the moment it is added, and only at the edge of
 * Normal and Movable may a block still change sides when it is onlined (mm/memory_hotplug.c of 3.10:
 * __add_zone, move_pfn_range_left, move_pfn_range_right; arch/x86/mm/init_64.c: arch_add_memory).
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { OnlineType } from "../kernel/parameters.ts";
import { ZoneType } from "../memory/kinds.ts";
import type { NumaNode } from "../memory/node.ts";
import type { Zone } from "../memory/zone.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { growZone, setSpan } from "./spans.ts";

/** The zone that added memory comes to lie in: Normal, or Movable where something says so. */
export function zoneOfAdded(kernel: Kernel, node: NumaNode, startPfn: number): Zone {
  const movable = node.zones[ZoneType.Movable] as Zone;
  const { parameters, profile } = kernel;
  // movablecore=acpi: firmware marks all memory that comes later as hot-pluggable.
  if (profile.proposal2013 && (parameters.movablecoreAcpi || parameters.treatHotaddAsMovable)) return movable;
  if (profile.addsAboveMovable && movable.spanned > 0 && startPfn >= movable.startPfn) return movable;
  return node.zones[ZoneType.Normal] as Zone;
}

/** Puts blocks that were just added into their zone: its span grows, though nothing in it is present yet. */
export function joinZone(kernel: Kernel, node: NumaNode, blocks: readonly MemoryBlock[]): void {
  const first = blocks[0];
  if (!first) return;
  const zone = zoneOfAdded(kernel, node, first.startPfn);
  for (const block of blocks) {
    block.fixedZone = zone;
    growZone(kernel, zone, block.startPfn, block.pages);
  }
}

/** The zone that a block would be onlined into by a word, or the errno of the refusal. */
export function zoneAtEdge(
  kernel: Kernel,
  block: MemoryBlock,
  word: OnlineType,
): { readonly zone: Zone; readonly moves: boolean } | { readonly errno: ErrnoName } {
  const zone = block.fixedZone;
  if (zone === null) return { errno: "EINVAL" };
  const { zones } = kernel.nodes[zone.node] as NumaNode;
  const normal = zones[ZoneType.Normal] as Zone;
  const movable = zones[ZoneType.Movable] as Zone;
  const end = block.startPfn + block.pages;
  if (word === "online_kernel" && zone === movable) {
    const atLeftEnd = block.startPfn <= movable.startPfn && end > movable.startPfn && end <= movable.end;
    return kernel.profile.convertsAtZoneEdges && atLeftEnd ? { zone: normal, moves: true } : { errno: "EPERM" };
  }
  if (word === "online_movable" && zone === normal) {
    const atRightEnd = block.startPfn >= normal.startPfn && block.startPfn < normal.end && end >= normal.end;
    return kernel.profile.convertsAtZoneEdges && atRightEnd ? { zone: movable, moves: true } : { errno: "EPERM" };
  }
  return { zone, moves: false };
}

/** Lets a block change sides as `zoneAtEdge` said: one zone's span ends where the other's begins. */
export function changeSides(kernel: Kernel, block: MemoryBlock, to: Zone): void {
  const from = block.fixedZone as Zone;
  const end = block.startPfn + block.pages;
  if (to.type === ZoneType.Movable) {
    setSpan(kernel, from, from.startPfn, block.startPfn);
    setSpan(kernel, to, block.startPfn, to.spanned > 0 ? to.end : end);
  } else {
    const fromEnd = from.end;
    setSpan(kernel, to, to.spanned > 0 ? to.startPfn : block.startPfn, end);
    setSpan(kernel, from, end, fromEnd);
  }
  block.fixedZone = to;
}

/** Zones that an offline block could be onlined into, the one of plain `online` first. No file of these kernels says so. */
export function zonesAtEdge(kernel: Kernel, block: MemoryBlock): readonly string[] {
  const words = kernel.profile.stateWords.filter((word) => word !== "offline");
  const names = words.flatMap((word) => {
    const found = zoneAtEdge(kernel, block, word);
    return "zone" in found ? [found.zone.name] : [];
  });
  return [...new Set(names)];
}

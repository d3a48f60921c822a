/**
 * Which zone a memory block goes to when it is onlined, and what valid_zones says (mm/memory_hotplug.c,
 * zone_for_pfn_range, default_kernel_zone_for_pfn, auto_movable_zone_for_pfn; drivers/base/memory.c, valid_zones_show).
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { OnlineType } from "../kernel/parameters.ts";
import { ZoneType } from "../memory/kinds.ts";
import type { NumaNode } from "../memory/node.ts";
import type { Zone } from "../memory/zone.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { zoneAtEdge, zonesAtEdge } from "./zone-at-add.ts";

/** What decided between kernel zone and Movable. */
export type Because =
  | "word" // online_kernel or online_movable was written
  | "fixed" // the zone was chosen at add, or the block is at a border (before 4.13)
  | "in-kernel" // it lies within the kernel zone's span alone
  | "in-movable" // it lies within ZONE_MOVABLE's span alone
  | "movable-node" // within both or neither; `movable_node` is on the command line
  | "default" // within both or neither; it is not
  | "ratio-allows" // auto-movable: the ratio leaves room for all of its DIMM
  | "ratio-forbids"
  | "node-ratio-forbids" // it leaves room in the machine, and not on the node
  | "device-is-kernel"; // a part of its DIMM is kernel memory already

/** The zone that a block is to be onlined into; `moves` says that it lies in another one until then. */
export interface ChosenZone {
  readonly zone: Zone;
  readonly because: Because;
  readonly moves: boolean;
}

type Choice = Omit<ChosenZone, "moves">;

/** The zone for an offline block and a word written to its `state`, or the errno with which a kernel before 4.13 refuses. */
export function zoneForBlock(
  kernel: Kernel,
  block: MemoryBlock,
  word: OnlineType,
): ChosenZone | { readonly errno: ErrnoName } {
  if (kernel.profile.zoneFixedAt === "add") {
    const fixed = zoneAtEdge(kernel, block, word);
    return "errno" in fixed ? fixed : { ...fixed, because: "fixed" };
  }
  return { ...freelyChosen(kernel, block, word), moves: false };
}

function freelyChosen(kernel: Kernel, block: MemoryBlock, word: OnlineType): Choice {
  const node = kernel.nodes[block.nodes[0] ?? 0] as NumaNode;
  if (word === "online_kernel") return { zone: kernelZone(node, block.startPfn, block.pages), because: "word" };
  if (word === "online_movable") return { zone: node.zones[ZoneType.Movable] as Zone, because: "word" };
  return kernel.parameters.onlinePolicy === "auto-movable"
    ? autoMovableZone(kernel, node, block)
    : contiguousZone(kernel, node, block);
}

/**
 * The words of valid_zones: the zone of an online block; those that an offline one could join, and, since blocks choose
 * freely, one that is on its way offline, too.
 */
export function validZones(kernel: Kernel, block: MemoryBlock): readonly string[] {
  const leaving = block.state === "going-offline" && kernel.profile.zoneFixedAt === "online";
  if (block.state !== "offline" && !leaving) return [block.zone?.name ?? "none"];
  if (kernel.profile.zoneFixedAt === "add") return zonesAtEdge(kernel, block);
  const node = kernel.nodes[block.nodes[0] ?? 0] as NumaNode;
  const { zone: preferred } = freelyChosen(kernel, block, "online");
  const words = [preferred.name];
  const kernelName = kernelZone(node, block.startPfn, block.pages).name;
  if (!words.includes(kernelName)) words.push(kernelName);
  if (!words.includes("Movable")) words.push("Movable");
  return words;
}

/** DMA or DMA32 where their span reaches the range, else Normal. */
function kernelZone(node: NumaNode, start: number, pages: number): Zone {
  for (const type of [ZoneType.DMA, ZoneType.DMA32]) {
    const zone = node.zones[type] as Zone;
    if (zone.intersects(start, pages)) return zone;
  }
  return node.zones[ZoneType.Normal] as Zone;
}

/** contig-zones: the one of kernel zone and Movable whose span the range lies in; if both or none, the boot option decides. */
function contiguousZone(kernel: Kernel, node: NumaNode, block: MemoryBlock): Choice {
  const ofKernel = kernelZone(node, block.startPfn, block.pages);
  const movable = node.zones[ZoneType.Movable] as Zone;
  const inKernel = ofKernel.intersects(block.startPfn, block.pages);
  const inMovable = movable.intersects(block.startPfn, block.pages);
  if (inKernel !== inMovable)
    return inKernel ? { zone: ofKernel, because: "in-kernel" } : { zone: movable, because: "in-movable" };
  return kernel.parameters.movableNode
    ? { zone: movable, because: "movable-node" }
    : { zone: ofKernel, because: "default" };
}

/** auto-movable: Movable while the ratio of Movable to early kernel memory allows it, for a DIMM as a whole. */
function autoMovableZone(kernel: Kernel, node: NumaNode, block: MemoryBlock): Choice {
  const ofKernel = kernelZone(node, block.startPfn, block.pages);
  const { autoMovableRatio: ratio, autoMovableNumaAware: numaAware } = kernel.parameters;
  if (ratio === 0) return { zone: ofKernel, because: "ratio-forbids" };
  const wanted = movablePagesWanted(kernel, block);
  if (wanted === undefined) return { zone: ofKernel, because: "device-is-kernel" };
  const allowed = (nodes: readonly NumaNode[]): boolean => {
    let early = 0;
    let movable = 0;
    for (const each of nodes) {
      for (const zone of each.zones) {
        // Contiguous areas are for movable pages, too.
        if (zone.type === ZoneType.Movable) movable += zone.present;
        else {
          early += zone.presentEarly - zone.cma;
          movable += zone.cma;
        }
      }
    }
    // Kernel memory of a device allows for Movable memory of the same device only: what the others need of boot's goes first.
    let required = 0;
    for (const other of kernel.dynamicGroups) {
      if (other === block.group || !nodes.some((each) => each.id === other.node)) continue;
      required += Math.max(0, Math.floor((other.movablePages * 100) / ratio) - other.kernelPages);
      movable -= other.movablePages;
    }
    if (early <= required) return false;
    early -= required;
    if (block.group?.unitPages !== undefined) early += block.group.kernelPages;
    return movable + wanted <= Math.floor((ratio * early) / 100);
  };
  if (!allowed(kernel.nodes)) return { zone: ofKernel, because: "ratio-forbids" };
  if (numaAware && !allowed([node])) return { zone: ofKernel, because: "node-ratio-forbids" };
  return { zone: node.zones[ZoneType.Movable] as Zone, because: "ratio-allows" };
}

/**
 * Pages that must fit into Movable for the block to go there: the rest of its DIMM, the rest of its device's unit, or the
 * block alone. `undefined` when a part of the same DIMM or unit is kernel memory already.
 */
function movablePagesWanted(kernel: Kernel, block: MemoryBlock): number | undefined {
  const { group } = block;
  if (!group || group.unitPages === block.pages) return block.pages;
  if (group.unitPages === undefined) return group.kernelPages > 0 ? undefined : group.maxPages - group.movablePages;
  const first = Math.floor(block.startPfn / group.unitPages) * group.unitPages;
  let online = 0;
  for (let number = first / kernel.blockPages; number < (first + group.unitPages) / kernel.blockPages; number++) {
    const zone = kernel.blocks.get(number)?.zone;
    if (!zone) continue;
    if (zone.type !== ZoneType.Movable) return undefined;
    online += kernel.blockPages;
  }
  return group.unitPages - online;
}

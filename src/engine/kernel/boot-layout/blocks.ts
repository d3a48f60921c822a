/**
 * Memory blocks at boot: which exist, whose they are, and which zone each was found in. Mirrors memory_dev_init and
 * early_node_zone_for_memory_block (drivers/base/memory.c), node by node.
 */
import type { ZoneType } from "../../memory/kinds.ts";
import { MAX_ORDER, type Pfn, pfn } from "../../units.ts";
import type { NodeMemory } from "./node-memory.ts";
import { pagesWithin, type PfnRange } from "./ranges.ts";
import type { BootZone } from "./zones.ts";

export interface BootBlock {
  /** N of memoryN. */
  readonly id: number;
  readonly startPfn: Pfn;
  /** Nodes with memory in it, by number. */
  readonly nodes: readonly number[];
  /** Node that the block counts to: the last one with memory in it. */
  readonly node: number;
  /** `null` when it spans zones or nodes: `valid_zones` says `none`, and it can never go offline. */
  readonly zone: ZoneType | null;
  /** Pages of RAM in it; fewer than the block's pages means that offlining fails on "memory holes". */
  readonly present: number;
}

/** All blocks with RAM in them, by number. Cost: the number of blocks, whatever their size. */
export function bootBlocks(
  nodes: readonly NodeMemory[],
  zonesByNode: ReadonlyMap<number, readonly BootZone[]>,
  blockPages: number,
  wholeOnly = false,
): BootBlock[] {
  const owners = new Map<number, number[]>();
  for (const node of nodes) {
    for (const range of node.ranges) {
      const last = Math.floor((range.end - 1) / blockPages);
      for (let id = Math.floor(range.start / blockPages); id <= last; id += 1) {
        const known = owners.get(id);
        if (!known) owners.set(id, [node.id]);
        else if (known.at(-1) !== node.id) known.push(node.id);
      }
    }
  }
  const single = new Map(nodes.map((node) => [node.id, [node.id] as readonly number[]]));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return [...owners.keys()]
    .sort((a, b) => a - b)
    .map((id) => {
      const holders = owners.get(id) ?? [];
      const start = id * blockPages;
      const end = start + blockPages;
      const node = holders.at(-1) ?? 0;
      const ranges: readonly PfnRange[] = byId.get(node)?.ranges ?? [];
      const present =
        holders.length > 1
          ? holders.reduce((sum, holder) => sum + pagesWithin(byId.get(holder)?.ranges ?? [], start, end), 0)
          : pagesWithin(ranges, start, end);
      return {
        id,
        startPfn: pfn(start),
        nodes: holders.length === 1 ? (single.get(node) ?? holders) : holders,
        node,
        zone: holders.length > 1 ? null : onlyZone(zonesByNode.get(node) ?? [], start, end, wholeOnly),
        present,
      };
    });
}

/**
 * The one populated zone whose span meets the block, `null` for none or several. `wholeOnly`: also none where a chunk of
 * the highest order begins beyond the zone (test_pages_in_a_zone, to 5.17).
 */
function onlyZone(zones: readonly BootZone[], start: number, end: number, wholeOnly: boolean): ZoneType | null {
  const met = zones.filter((zone) => zone.present > 0 && zone.startPfn < end && start < zone.startPfn + zone.spanned);
  const [zone] = met;
  if (met.length !== 1 || !zone) return null;
  return wholeOnly && end - (1 << MAX_ORDER) >= zone.startPfn + zone.spanned ? null : zone.type;
}

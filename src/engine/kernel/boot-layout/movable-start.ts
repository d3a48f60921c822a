/**
 * Where ZONE_MOVABLE begins on each node at boot: `movable_node` with the SRAT's hot-pluggable marks,
 * `kernelcore=mirror`, or an even share of kernel memory by `kernelcore=`/`movablecore=`.
 * Mirrors find_zone_movable_pfns_for_nodes (mm/page_alloc.c in 6.1, mm/mm_init.c later).
 */
import { HIGH_MEMORY_START } from "../../hardware/memory-map.ts";
import { PAGE_SIZE, PAGES_PER_MAX_ORDER, type Pfn, pfn, MIB } from "../../units.ts";
import type { KernelVersion } from "../../hardware/description.ts";
import { profileOf } from "../profiles/index.ts";
import type { CoreSize, KernelCmdline } from "./cmdline.ts";
import type { NodeMemory } from "./node-memory.ts";
import { totalPages } from "./ranges.ts";

/** ZONE_DMA ends and ZONE_DMA32 begins at 16 MiB. */
export const ZONE_DMA32_START_PFN = (16 * MIB) / PAGE_SIZE;
/** ZONE_DMA32 ends and ZONE_NORMAL begins at 4 GiB. */
export const ZONE_NORMAL_START_PFN = HIGH_MEMORY_START / PAGE_SIZE;

export interface MovableStarts {
  /** First pfn of ZONE_MOVABLE by node; nodes without one are missing. */
  readonly byNode: ReadonlyMap<number, Pfn>;
  /** What the kernel says about an option that does not do what it promises. */
  readonly warning: string | null;
}

/**
 * @param nodes all nodes with memory, by number
 * @param hotpluggable node numbers whose hot-pluggable marks survived the boot reservations
 */
export function movableStarts(
  nodes: readonly NodeMemory[],
  hotpluggable: ReadonlySet<number>,
  cmdline: KernelCmdline,
  kernel: KernelVersion,
): MovableStarts {
  const withMemory = nodes.filter((node) => node.ranges.length > 0);
  let starts = new Map<number, number>();
  let warning: string | null = null;
  if (cmdline.movableNode) {
    for (const node of withMemory) {
      const first = node.hotpluggable[0];
      if (first && hotpluggable.has(node.id)) starts.set(node.id, first.start);
    }
  } else if (cmdline.kernelcore === "mirror") {
    // No firmware here reports mirrored memory: 6.1 makes everything above 4 GiB movable, later kernels ignore the option.
    if (profileOf(kernel).coreMirror === "only if mirrored")
      return { byNode: new Map(), warning: "The system has no mirror memory, ignore kernelcore=mirror." };
    for (const node of withMemory) {
      const high = node.ranges.find((range) => range.start >= ZONE_NORMAL_START_PFN);
      if (high) starts.set(node.id, high.start);
      if (node.ranges.some((range) => range.start < ZONE_NORMAL_START_PFN))
        warning = "This configuration results in unmirrored kernel memory.";
    }
  } else {
    starts = shareKernelMemory(withMemory, cmdline.kernelcore, cmdline.movablecore);
  }
  const byNode = new Map<number, Pfn>();
  for (const node of withMemory) {
    const start = starts.get(node.id);
    const end = node.ranges.at(-1)?.end ?? 0;
    if (start === undefined || start === 0) continue;
    const aligned = Math.ceil(start / PAGES_PER_MAX_ORDER) * PAGES_PER_MAX_ORDER;
    if (aligned < end) byNode.set(node.id, pfn(aligned));
  }
  return { byNode, warning };
}

/** Lowest pfn of the zone that ZONE_MOVABLE takes its memory from: the highest zone with memory. */
export function lowestMovablePfn(nodes: readonly NodeMemory[]): number {
  const end = nodes.reduce((last, node) => Math.max(last, node.ranges.at(-1)?.end ?? 0), 0);
  if (end > ZONE_NORMAL_START_PFN) return ZONE_NORMAL_START_PFN;
  return end > ZONE_DMA32_START_PFN ? ZONE_DMA32_START_PFN : (nodes[0]?.ranges[0]?.start ?? 0);
}

function wantedPages(size: CoreSize | null, total: number): number {
  if (size === null) return 0;
  return "percent" in size ? Math.floor((total * 100 * size.percent) / 10_000) : size.pages;
}

/** Spreads kernel memory evenly over the nodes; what a node cannot hold goes to the others in further rounds. */
function shareKernelMemory(
  nodes: readonly NodeMemory[],
  kernelcore: CoreSize | null,
  movablecore: CoreSize | null,
): Map<number, number> {
  const total = nodes.reduce((sum, node) => sum + totalPages(node.ranges), 0);
  let kernel = wantedPages(kernelcore, total);
  let movable = wantedPages(movablecore, total);
  if (movable > 0) {
    movable = Math.min(total, Math.ceil(movable / PAGES_PER_MAX_ORDER) * PAGES_PER_MAX_ORDER);
    kernel = Math.max(kernel, total - movable);
  }
  const starts = new Map<number, number>();
  if (kernel === 0 || kernel >= total) return starts;
  const lowest = lowestMovablePfn(nodes);
  for (let usable = nodes.length; usable > 0; ) {
    let share = Math.floor(kernel / usable);
    for (const node of nodes) {
      if (kernel < share) share = Math.floor(kernel / usable);
      let left = share;
      for (const range of node.ranges) {
        let start = Math.max(range.start, starts.get(node.id) ?? 0);
        if (start >= range.end) continue;
        if (start < lowest) {
          // Memory below the movable zone can only be kernel memory: it counts, even beyond the share.
          const forced = Math.min(range.end, lowest) - start;
          left -= Math.min(forced, left);
          kernel -= Math.min(forced, kernel);
          if (range.end <= lowest) {
            starts.set(node.id, range.end);
            continue;
          }
          start = lowest;
        }
        const take = Math.min(range.end - start, left);
        starts.set(node.id, start + take);
        kernel -= Math.min(kernel, take);
        left -= take;
        if (left === 0) break;
      }
    }
    usable -= 1;
    if (kernel <= usable) break;
  }
  return starts;
}

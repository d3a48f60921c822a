/** How far a process's memory is from its CPUs: what its page tables lead to, by node. Read only. */
import type { Kernel } from "../kernel/kernel.ts";
import { type PageTableStore, Pte } from "../memory/page-tables.ts";
import { MIXED_ZONES } from "../memory/page-array.ts";
import { SECTION_SHIFT, TABLE_ENTRIES } from "../units.ts";
import { vpnOf } from "../holders/mappings.ts";
import type { Process } from "../holders/process.ts";

/** Pages of 4 KiB that a process maps, by node: `[node, pages]`, ascending. */
export type ByNode = readonly (readonly [node: number, pages: number])[];

/** As /proc/PID/numa_maps adds up (fs/proc/task_mmu.c, gather_stats): pages that are being moved are not present, and count here where they still are. */
export function pagesByNode(kernel: Kernel, process: Process): ByNode {
  const { pages } = kernel;
  const { store, tables } = process;
  const counts = new Float64Array(kernel.nodes.length);
  const nodeOfSlot = new Int32Array(pages.sectionOfSlot.length).fill(-2);
  const nodeOf = (page: number): number => {
    const slot = page >> SECTION_SHIFT;
    let node = nodeOfSlot[slot] as number;
    if (node === -2) {
      const zone = pages.zoneOfSection[pages.sectionOfSlot[slot] as number] as number;
      // A section that several zones share lies on one node, nearly always; what is not sure is asked page by page.
      node = zone === MIXED_ZONES ? -1 : (kernel.zones[zone]?.node ?? -1);
      nodeOfSlot[slot] = node;
    }
    return node >= 0 ? node : (kernel.zoneAt(pages.pfnOf(page))?.node ?? -1);
  };
  const add = (page: number, many: number): void => {
    const node = nodeOf(page);
    if (node >= 0) counts[node] = (counts[node] as number) + many;
  };
  for (const area of process.areas) {
    const first = vpnOf(area, area.offset);
    const end = vpnOf(area, area.offset + area.pages);
    for (let vpn = first; vpn < end; vpn = (Math.floor(vpn / TABLE_ENTRIES) + 1) * TABLE_ENTRIES) {
      const huge = tables.hugeEntryOf(vpn);
      if (huge >= 0) {
        add(store.entries[huge] as number, TABLE_ENTRIES);
        continue;
      }
      const entry = tables.entryOf(vpn);
      if (entry < 0 || (store.used[Math.floor(entry / TABLE_ENTRIES)] as number) === 0) continue;
      const stop = entry + Math.min(end, (Math.floor(vpn / TABLE_ENTRIES) + 1) * TABLE_ENTRIES) - vpn;
      countEntries(store, entry, stop, nodeOfSlot, counts, add);
    }
  }
  const found: (readonly [number, number])[] = [];
  for (let node = 0; node < counts.length; node++)
    if ((counts[node] as number) > 0) found.push([node, counts[node] as number]);
  return found;
}

/**
 * Counts what the entries of a table lead to, by node. A process may have millions: `slow` is asked only where the node of a
 * page's section is not known yet, or not sure.
 */
function countEntries(
  { entries, bits }: PageTableStore,
  first: number,
  end: number,
  nodeOfSlot: Int32Array,
  counts: Float64Array,
  slow: (page: number, many: number) => void,
): void {
  // Neighbours are mostly on one node: counted here, and in memory only where that ends.
  let last = 0;
  let run = 0;
  for (let entry = first; entry < end; entry++) {
    const page = entries[entry] as number;
    if (page < 0 || ((bits[entry] as number) & (Pte.Present | Pte.Migration)) === 0) continue;
    const node = nodeOfSlot[page >> SECTION_SHIFT] as number;
    if (node === last) run++;
    else if (node < 0) slow(page, 1);
    else {
      counts[last] = (counts[last] as number) + run;
      last = node;
      run = 1;
    }
  }
  counts[last] = (counts[last] as number) + run;
}

/** Mean SLIT distance of pages from a node, 10 for what is local; `null` without pages. */
export function meanDistance(kernel: Kernel, from: number, pages: ByNode): number | null {
  let sum = 0;
  let count = 0;
  for (const [node, many] of pages) {
    sum += many * kernel.distance(from, node);
    count += many;
  }
  return count === 0 ? null : sum / count;
}

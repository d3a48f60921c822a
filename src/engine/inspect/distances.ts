/** How far a process's memory is from its CPUs: what its page tables lead to, by node. Read only. */
import type { Kernel } from "../kernel/kernel.ts";
import { type PageTableStore, Pte } from "../memory/page-tables.ts";
import { MIXED_ZONES } from "../memory/page-array.ts";
import { SECTION_SHIFT, TABLE_ENTRIES } from "../units.ts";
import { vpnOf } from "../holders/mappings.ts";
import type { Process } from "../holders/process.ts";

/** Pages of 4 KiB that a process maps, by node: `[node, pages]`, ascending. */
export type ByNode = readonly (readonly [node: number, pages: number])[];

/**
 * As /proc/PID/numa_maps adds up (fs/proc/task_mmu.c, gather_stats): pages that are being moved are not present, and count here where they still are.
 * Asked again, it reads only those tables of which an entry leads elsewhere since: a process may have millions of entries.
 */
export function pagesByNode(kernel: Kernel, process: Process): ByNode {
  const { store, tables } = process;
  const nodes = new NodesOfPages(kernel);
  const known = countsOf(kernel);
  const counts = new Float64Array(kernel.nodes.length);
  for (const area of process.areas) {
    const first = vpnOf(area, area.offset);
    const end = vpnOf(area, area.offset + area.pages);
    for (let vpn = first; vpn < end; vpn = (Math.floor(vpn / TABLE_ENTRIES) + 1) * TABLE_ENTRIES) {
      const huge = tables.hugeEntryOf(vpn);
      if (huge >= 0) {
        nodes.count(counts, store.entries[huge] as number, TABLE_ENTRIES);
        continue;
      }
      const entry = tables.entryOf(vpn);
      if (entry < 0) continue;
      const table = Math.floor(entry / TABLE_ENTRIES);
      if ((store.used[table] as number) === 0) continue;
      const stop = entry + Math.min(end, (Math.floor(vpn / TABLE_ENTRIES) + 1) * TABLE_ENTRIES) - vpn;
      // A table may be shared by two areas: then each has a part of it.
      if (stop - entry < TABLE_ENTRIES) countEntries(store, entry, stop, nodes, counts);
      else known.add(store, table, nodes, counts);
    }
  }
  const found: (readonly [number, number])[] = [];
  for (let node = 0; node < counts.length; node++)
    if ((counts[node] as number) > 0) found.push([node, counts[node] as number]);
  return found;
}

/** On which nodes pages are, by their indexes. */
class NodesOfPages {
  /** Node of each slot of the page array: -2 where it was not asked yet, -1 where pages have to be asked one by one. */
  readonly ofSlot: Int32Array;
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.ofSlot = new Int32Array(kernel.pages.sectionOfSlot.length).fill(-2);
  }

  count(counts: Float64Array, page: number, many: number): void {
    const node = this.of(page);
    if (node >= 0) counts[node] = (counts[node] as number) + many;
  }

  private of(page: number): number {
    const { pages, zones } = this.kernel;
    const slot = page >> SECTION_SHIFT;
    let node = this.ofSlot[slot] as number;
    if (node === -2) {
      const zone = pages.zoneOfSection[pages.sectionOfSlot[slot] as number] as number;
      // A section that several zones share lies on one node, nearly always; what is not sure is asked page by page.
      node = zone === MIXED_ZONES ? -1 : (zones[zone]?.node ?? -1);
      this.ofSlot[slot] = node;
    }
    return node >= 0 ? node : (this.kernel.zoneAt(pages.pfnOf(page))?.node ?? -1);
  }
}

/** Counts what the entries of a table lead to, by node. */
function countEntries(
  { entries, bits }: PageTableStore,
  first: number,
  end: number,
  nodes: NodesOfPages,
  counts: Float64Array,
): void {
  const { ofSlot } = nodes;
  // Neighbours are mostly on one node: counted here, and in memory only where that ends.
  let last = 0;
  let run = 0;
  for (let entry = first; entry < end; entry++) {
    const page = entries[entry] as number;
    if (page < 0 || ((bits[entry] as number) & (Pte.Present | Pte.Migration)) === 0) continue;
    const node = ofSlot[page >> SECTION_SHIFT] as number;
    if (node === last) run++;
    else if (node < 0) nodes.count(counts, page, 1);
    else {
      counts[last] = (counts[last] as number) + run;
      last = node;
      run = 1;
    }
  }
  counts[last] = (counts[last] as number) + run;
}

/**
 * What the entries of whole tables lead to, by node, as it was counted last. It holds for as long as a table's entries lead where
 * they led: a page stays on its node for as long as anybody maps it.
 */
class TableCounts {
  private readonly nodes: number;
  /** `changesOf` each table when it was counted, and one more: 0 where it never was. */
  private countedAt = new Float64Array(0);
  private counts = new Uint16Array(0);

  constructor(nodes: number) {
    this.nodes = nodes;
  }

  add(store: PageTableStore, table: number, nodes: NodesOfPages, sums: Float64Array): void {
    this.makeRoom(store.used.length);
    const at = table * this.nodes;
    const changes = store.changesOf(table) + 1;
    if (this.countedAt[table] !== changes) {
      const first = table * TABLE_ENTRIES;
      const counts = new Float64Array(this.nodes);
      countEntries(store, first, first + TABLE_ENTRIES, nodes, counts);
      this.counts.set(counts, at);
      this.countedAt[table] = changes;
    }
    for (let node = 0; node < this.nodes; node++)
      sums[node] = (sums[node] as number) + (this.counts[at + node] as number);
  }

  private makeRoom(tables: number): void {
    if (tables <= this.countedAt.length) return;
    const { countedAt, counts } = this;
    this.countedAt = new Float64Array(tables);
    this.countedAt.set(countedAt);
    this.counts = new Uint16Array(tables * this.nodes);
    this.counts.set(counts);
  }
}

/** Of kernels that were asked. */
const counted = new WeakMap<Kernel, TableCounts>();

function countsOf(kernel: Kernel): TableCounts {
  let counts = counted.get(kernel);
  if (!counts) {
    counts = new TableCounts(kernel.nodes.length);
    counted.set(kernel, counts);
  }
  return counts;
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

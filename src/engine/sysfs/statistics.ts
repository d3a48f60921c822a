/** Sums over the pages of nodes, from the counters that the page array keeps for each section. */
import type { Kernel } from "../kernel/kernel.ts";
import { PAGE_KINDS, PageKind } from "../memory/kinds.ts";
import { SectionState } from "../memory/page-array.ts";
import type { Zone } from "../memory/zone.ts";
import { PAGES_PER_SECTION, sectionOf } from "../units.ts";
import { HUGE_PAGES } from "../holders/huge-pool.ts";

/** Pages by PageKind, of one node or of all. */
export type KindCounts = readonly number[];

/** Pages of online memory by kind. Boot blocks that span nodes count for the first of them. */
export function kindCounts(kernel: Kernel, node: number | null): KindCounts {
  const counts = new Array<number>(PAGE_KINDS).fill(0);
  for (const block of kernel.blocks.values()) {
    if (node !== null && block.nodes[0] !== node) continue;
    const first = block.startPfn / PAGES_PER_SECTION;
    for (let section = first; section < first + block.pages / PAGES_PER_SECTION; section++) {
      if (kernel.pages.state[section] !== SectionState.Online) continue;
      for (let kind = 0; kind < PAGE_KINDS; kind++) counts[kind]! += kernel.pages.countIn(section, kind);
    }
  }
  return counts;
}

/** Pages of one zone by kind. Boot sections that several zones share are looked at page by page. */
export function zoneKindCounts(kernel: Kernel, zone: Zone): KindCounts {
  const counts = new Array<number>(PAGE_KINDS).fill(0);
  const { pages } = kernel;
  if (zone.spanned === 0) return counts;
  for (let section = sectionOf(zone.startPfn); section <= sectionOf(zone.end - 1); section++) {
    if (pages.state[section] !== SectionState.Online || pages.zoneOfSection[section] !== zone.index) continue;
    for (let kind = 0; kind < PAGE_KINDS; kind++) counts[kind]! += pages.countIn(section, kind);
  }
  for (const stretch of kernel.mixed) {
    if (stretch.zone !== zone || pages.state[sectionOf(stretch.start)] !== SectionState.Online) continue;
    for (let frame = stretch.start; frame < stretch.end; frame++) counts[pages.kindAt(frame)]! += 1;
  }
  return counts;
}

/** Pages that a process has locked in memory, in a zone, on a node or anywhere: the unevictable list. */
export function mlockedPages(kernel: Kernel, where: Zone | number | null): number {
  let count = 0;
  for (const process of kernel.processes.values()) {
    for (const area of process.areas) {
      if (!area.locked) continue;
      if (where === null) {
        count += area.mapping.resident;
        continue;
      }
      for (const page of area.mapping.present()) {
        const zone = kernel.zoneOfIndex(page);
        if (typeof where === "number" ? zone.node === where : zone === where) count++;
      }
    }
  }
  return count;
}

/** Pages of a block by kind, whatever its state. */
export function blockKinds(kernel: Kernel, number: number): number[] {
  const counts = new Array<number>(PAGE_KINDS).fill(0);
  const block = kernel.blocks.get(number);
  if (!block) return counts;
  const first = block.startPfn / PAGES_PER_SECTION;
  for (let section = first; section < first + block.pages / PAGES_PER_SECTION; section++) {
    for (let kind = 0; kind < PAGE_KINDS; kind++) counts[kind]! += kernel.pages.countIn(section, kind);
  }
  return counts;
}

/** Figures that several files print, in pages. */
export interface MemoryInUse {
  readonly anon: number;
  readonly anonHuge: number;
  readonly shmem: number;
  readonly file: number;
  readonly slabReclaimable: number;
  readonly slabUnreclaimable: number;
  readonly kernelStack: number;
  readonly pageTables: number;
  readonly vmalloc: number;
  readonly poisoned: number;
  /** Locked in memory: of the anonymous pages. */
  readonly mlocked: number;
  /** Pages of compressed memory. */
  readonly zsmalloc: number;
  /** Pages of 2 MiB in the hugetlb pool. */
  readonly hugetlb: number;
}

export function memoryInUse(counts: KindCounts, mlocked: number): MemoryInUse {
  const of = (kind: number) => counts[kind] ?? 0;
  return {
    anon: of(PageKind.Anon) + of(PageKind.AnonHuge) + of(PageKind.Ksm),
    anonHuge: of(PageKind.AnonHuge),
    shmem: of(PageKind.Shmem),
    // Shared memory is file memory to the kernel: it lives in the page cache of tmpfs.
    file: of(PageKind.PageCache) + of(PageKind.Shmem),
    slabReclaimable: of(PageKind.SlabReclaimable),
    slabUnreclaimable: of(PageKind.Slab),
    kernelStack: of(PageKind.KernelStack),
    pageTables: of(PageKind.PageTable),
    vmalloc: of(PageKind.Vmalloc),
    poisoned: of(PageKind.Poisoned),
    mlocked,
    zsmalloc: of(PageKind.Zsmalloc),
    hugetlb: of(PageKind.Hugetlb) / HUGE_PAGES,
  };
}

/**
 * The memory map of boot memory: where each node's struct pages, and what describes and maps them, are put
 * (sparse_init, mm/sparse.c; vmemmap_populate, arch/x86/mm/init_64.c). It stays reserved for good, near the top of the
 * node: the blocks that hold it can never go offline.
 */
import { PageKind } from "../../memory/kinds.ts";
import { GIB, KIB, PAGE_SIZE, PAGES_PER_SECTION, SECTION_BYTES, STRUCT_PAGE_BYTES } from "../../units.ts";
import { ABOVE_DMA, EARLY, type Memblock, PAGE_TABLES, type Purpose } from "./memblock.ts";
import type { KernelImage } from "./kernel-image.ts";
import type { NodeMemory } from "./node-memory.ts";

const SECTION_MEMMAP = PAGES_PER_SECTION * STRUCT_PAGE_BYTES;
const SECTIONS_PER_ROOT = 256;
/** RAM whose memory map one page of the middle page-table level covers. */
const RAM_PER_VMEMMAP_PMD = 64 * GIB;
const RAM_PER_VMEMMAP_PUD = 32 * 1024 * GIB;
/** Sections whose memory map one table of a level maps. */
export const SECTIONS_PER_TABLE = {
  pud: RAM_PER_VMEMMAP_PUD / SECTION_BYTES,
  pmd: RAM_PER_VMEMMAP_PMD / SECTION_BYTES,
} as const;
const memmapOf = (node: number): Purpose => ({ kind: PageKind.BootMemmap, what: `memory map of node ${node}` });

/** Where boot put the memory map and the page tables that map it: physical addresses. */
export interface MemoryMapPlaces {
  /** By section: where the 2 MiB of its struct pages lie; 0 of one without boot memory. */
  readonly bySection: Float64Array;
  /** Page-table pages: `index` is that of the PUD (32 TiB of RAM) or PMD page (64 GiB of RAM) in its level. */
  readonly tables: readonly { readonly level: "pud" | "pmd"; readonly index: number; readonly address: number }[];
  /** Usage bitmaps of so many sections, so many bytes each, side by side. */
  readonly usage: readonly { readonly start: number; readonly sections: number; readonly bytes: number }[];
}

/**
 * Section roots, then for each node usage bitmaps, the memory map itself and the page tables that map it (sparse_init).
 * In one piece, the node's map comes before the tables; by section, a table comes before the first section that needs it.
 */
export function allocateMemoryMaps(
  memblock: Memblock,
  nodes: readonly NodeMemory[],
  { memoryMaps, sectionUsage }: Pick<KernelImage, "memoryMaps" | "sectionUsage">,
): MemoryMapPlaces {
  memblock.allocate(16 * KIB, 64, EARLY);
  const runs = sectionRuns(nodes);
  const roots = new Set<number>();
  for (const { node, stretches } of runs) {
    for (const root of indexes(stretches, SECTIONS_PER_ROOT)) {
      if (roots.has(root)) continue;
      roots.add(root);
      memblock.allocate(PAGE_SIZE, 64, EARLY, { node });
    }
  }
  const met = new Set<string>();
  const usage: MemoryMapPlaces["usage"][number][] = [];
  const bySection = new Float64Array(
    runs.reduce((end, { stretches }) => Math.max(end, (stretches.at(-1)?.last ?? -1) + 1), 0),
  );
  const tables: MemoryMapPlaces["tables"][number][] = [];
  for (const { node, stretches } of runs) {
    const sections = indexes(stretches, 1);
    const bitmaps = memblock.allocate(sections.length * sectionUsage, 64, EARLY, { node });
    if (bitmaps !== null) usage.push({ start: bitmaps, sections: sections.length, bytes: sectionUsage });
    const purpose = memmapOf(node);
    const whole = { node, exact: true, from: ABOVE_DMA };
    const start =
      memoryMaps === "in one piece"
        ? memblock.allocate(sections.length * SECTION_MEMMAP, SECTION_MEMMAP, purpose, whole)
        : null;
    const mapped = (first: number, last: number): void => {
      for (const level of ["pud", "pmd"] as const) {
        const reach = SECTIONS_PER_TABLE[level];
        for (let index = Math.floor(first / reach); index <= Math.floor(last / reach); index++) {
          if (met.has(`${level}${index}`)) continue;
          met.add(`${level}${index}`);
          const address = memblock.allocate(PAGE_SIZE, PAGE_SIZE, PAGE_TABLES, { node, from: ABOVE_DMA });
          if (address !== null) tables.push({ level, index, address });
        }
      }
    };
    const take = (some: readonly number[]): void => {
      // One buffer for the node, from which sections take theirs in the order of their addresses (sparse_buffer_alloc).
      const places =
        start === null
          ? memblock.allocateEach(some.length, SECTION_MEMMAP, SECTION_MEMMAP, purpose, { node, from: ABOVE_DMA })
          : some.map((_, i) => start + i * SECTION_MEMMAP);
      for (let i = 0; i < places.length; i++) bySection[some[i] as number] = places[i] as number;
    };
    if (memoryMaps === "in one piece") take(sections);
    // By section, but new tables come only where their reach begins.
    else
      for (let i = 0; i < sections.length; ) {
        const first = sections[i] as number;
        mapped(first, first);
        const end = (Math.floor(first / SECTIONS_PER_TABLE.pmd) + 1) * SECTIONS_PER_TABLE.pmd;
        const from = i;
        while (i < sections.length && (sections[i] as number) < end) i++;
        take(sections.slice(from, i));
      }
    if (memoryMaps === "in one piece") for (const { first, last } of stretches) mapped(first, last);
  }
  return { bySection, tables, usage };
}

interface SectionRun {
  readonly node: number;
  /** First and last section of each stretch without a hole. */
  readonly stretches: { first: number; last: number }[];
}

/** Numbers of the groups of `size` sections that the stretches touch. */
function indexes(stretches: SectionRun["stretches"], size: number): number[] {
  const met: number[] = [];
  for (const { first, last } of stretches) {
    for (let index = Math.floor(first / size); index <= Math.floor(last / size); index += 1)
      if (met.at(-1) !== index) met.push(index);
  }
  return met;
}

/** Sections with memory in address order, split where the node changes. A shared section counts to the node that starts it. */
function sectionRuns(nodes: readonly NodeMemory[]): SectionRun[] {
  const ranges = nodes
    .flatMap((node) => node.ranges.map((range) => ({ node: node.id, range })))
    .sort((a, b) => a.range.start - b.range.start);
  const runs: SectionRun[] = [];
  let next = 0;
  for (const { node, range } of ranges) {
    const first = Math.max(next, Math.floor(range.start / PAGES_PER_SECTION));
    const last = Math.floor((range.end - 1) / PAGES_PER_SECTION);
    if (first > last) continue;
    const run = runs.at(-1);
    const stretch = run?.stretches.at(-1);
    if (run?.node !== node) runs.push({ node, stretches: [{ first, last }] });
    else if (stretch && stretch.last + 1 === first) stretch.last = last;
    else run.stretches.push({ first, last });
    next = last + 1;
  }
  return runs;
}

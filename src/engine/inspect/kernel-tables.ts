/**
 * The two things that a hot add builds, as they are now: the direct mapping and the memory map, and where their parts
 * lie. Read only: asking changes nothing.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { SectionState } from "../memory/page-array.ts";
import {
  GIB,
  PAGE_SIZE,
  PAGEBLOCK_ORDER,
  PAGES_PER_SECTION,
  type Pfn,
  pfn,
  sectionOf,
  toPfn,
  VMEMMAP_PAGES_PER_SECTION,
} from "../units.ts";

/** Pages that follow one another. */
export interface Run {
  readonly first: Pfn;
  readonly pages: number;
}

/** Where the struct pages of a section lie; told together with sections after it whose struct pages lie behind its own. */
export interface MemoryMapPlace {
  readonly section: number;
  /** How many sections are told together: 16 TiB have 131,072. */
  readonly count: number;
  /** `boot`: reserved for good; `added`: taken at hot add; `self`: on the block's own first pages (memmap_on_memory). */
  readonly origin: "boot" | "added" | "self";
  readonly runs: readonly Run[];
}

/** One entry of the direct mapping's PUD table; or several in a row that each map 1 GiB. */
export interface DirectMapping {
  /** Index in the PUD table; of physical memory beyond 512 GiB, counted on. */
  readonly index: number;
  /** How many entries are told together: 16 TiB have 16,384. */
  readonly count: number;
  /** Bytes mapped below these entries, at most 1 GiB each. */
  readonly bytes: number;
  /** `null`: the entry maps 1 GiB itself. Else the page of the PMD table below; `boot` where boot made it. */
  readonly table: Pfn | "boot" | null;
  /** PMD entries that are split into 512 of 4 KiB (what-if): index and the page of the table below. */
  readonly splits: readonly { readonly index: number; readonly table: Pfn; readonly lent: number }[];
}

export interface KernelTables {
  readonly directMap: readonly DirectMapping[];
  readonly memoryMap: readonly MemoryMapPlace[];
}

export function kernelTables(kernel: Kernel): KernelTables {
  const { pages } = kernel;
  const directMap: DirectMapping[] = [];
  for (const { gigabyte, table, bytes, splits } of kernel.directMap.entries()) {
    const last = directMap.at(-1);
    if (table === null && last?.table === null && last.index + last.count === gigabyte) {
      directMap[directMap.length - 1] = { ...last, count: last.count + 1, bytes: last.bytes + bytes };
      continue;
    }
    directMap.push({
      index: gigabyte,
      count: 1,
      bytes,
      table:
        typeof table === "number"
          ? pages.pfnOf(table)
          : table !== null && typeof table === "object"
            ? toPfn(table.host)
            : table,
      splits: splits.map((split) => ({ index: split.index, table: pages.pfnOf(split.table), lent: split.lent })),
    });
  }
  const memoryMap: MemoryMapPlace[] = [];
  for (const block of kernel.blocks.values()) {
    const first = sectionOf(block.startPfn);
    for (let section = first; section < first + block.pages / PAGES_PER_SECTION; section++) {
      const place = memoryMapOf(kernel, section);
      if (place) memoryMap.push(place);
    }
  }
  // A section that is being added has its map before it has a block.
  for (const section of kernel.memoryMaps.keys()) {
    if (kernel.blocks.has(kernel.blockNumberOf(section * PAGES_PER_SECTION))) continue;
    const place = memoryMapOf(kernel, section);
    if (place) memoryMap.push(place);
  }
  return { directMap, memoryMap: together(memoryMap.sort((x, y) => x.section - y.section)) };
}

/** Sections in a row whose struct pages are in a row, too. */
function together(sorted: readonly MemoryMapPlace[]): MemoryMapPlace[] {
  const found: MemoryMapPlace[] = [];
  for (const place of sorted) {
    const last = found.at(-1);
    const [run, next] = [last?.runs[0], place.runs[0]];
    const follows =
      last?.origin === place.origin &&
      last.section + last.count === place.section &&
      last.runs.length === 1 &&
      place.runs.length === 1 &&
      run !== undefined &&
      run.first + run.pages === next?.first;
    if (follows) {
      const runs = [{ first: run.first, pages: run.pages + VMEMMAP_PAGES_PER_SECTION }];
      found[found.length - 1] = { ...last, count: last.count + 1, runs };
    } else found.push(place);
  }
  return found;
}

/** Where a section's struct pages lie; `undefined` of a section that the kernel does not know. */
export function memoryMapOf(kernel: Kernel, section: number): MemoryMapPlace | undefined {
  const chunks = kernel.memoryMaps.get(section);
  if (chunks) return { section, count: 1, origin: "added", runs: runsOf(kernel, chunks) };
  const block = kernel.blocks.get(kernel.blockNumberOf(section * PAGES_PER_SECTION));
  if (block && !block.early) {
    const nth = section - sectionOf(block.startPfn);
    const first = pfn(block.startPfn + nth * VMEMMAP_PAGES_PER_SECTION);
    return { section, count: 1, origin: "self", runs: [{ first, pages: VMEMMAP_PAGES_PER_SECTION }] };
  }
  const address = kernel.bootMemoryMaps.bySection[section];
  if (!address || kernel.pages.state[section] === SectionState.Absent) return undefined;
  return { section, count: 1, origin: "boot", runs: [{ first: toPfn(address), pages: VMEMMAP_PAGES_PER_SECTION }] };
}

/** Chunks of the allocator as runs; the last of 513 single pages is the page table that maps the others. */
function runsOf(kernel: Kernel, chunks: readonly number[]): Run[] {
  if (chunks.length === 1) return [{ first: kernel.pages.pfnOf(chunks[0] as number), pages: 1 << PAGEBLOCK_ORDER }];
  const runs: { first: Pfn; pages: number }[] = [];
  for (const chunk of chunks) {
    const frame = kernel.pages.pfnOf(chunk);
    const last = runs.at(-1);
    if (last && last.first + last.pages === frame) last.pages++;
    else runs.push({ first: frame, pages: 1 });
  }
  return runs;
}

/** The page that holds the struct page of a frame: `undefined` where it has none. */
export function pageOfStructPage(kernel: Kernel, frame: number): Pfn | undefined {
  const place = memoryMapOf(kernel, sectionOf(frame));
  let nth = Math.floor((frame % PAGES_PER_SECTION) / (PAGES_PER_SECTION / VMEMMAP_PAGES_PER_SECTION));
  for (const run of place?.runs ?? []) {
    if (nth < run.pages) return pfn(run.first + nth);
    nth -= run.pages;
  }
  return undefined;
}

/** What keeps a block from going offline while another DIMM is in: its pages that describe or map that DIMM's memory. */
export interface Pin {
  readonly block: number;
  readonly what: "memory-map" | "page-table";
  readonly pages: number;
}

/** Pages outside a stretch of physical memory (bytes) that describe or map it, by block. */
export function pinsOf(kernel: Kernel, start: number, end: number): Pin[] {
  const found = new Map<string, { block: number; what: Pin["what"]; pages: number }>();
  const note = (what: Pin["what"], run: Run): void => {
    for (let at: number = run.first; at < run.first + run.pages; ) {
      const block = kernel.blockNumberOf(at);
      const stop = Math.min(run.first + run.pages, (block + 1) * kernel.blockPages);
      if (at * PAGE_SIZE < start || at * PAGE_SIZE >= end) {
        const known = found.get(`${what} ${block}`) ?? { block, what, pages: 0 };
        known.pages += stop - at;
        found.set(`${what} ${block}`, known);
      }
      at = stop;
    }
  };
  for (let section = sectionOf(start / PAGE_SIZE); section * PAGES_PER_SECTION * PAGE_SIZE < end; section++)
    for (const run of memoryMapOf(kernel, section)?.runs ?? []) note("memory-map", run);
  for (let gigabyte = Math.floor(start / GIB); gigabyte * GIB < end; gigabyte++) {
    const table = kernel.directMap.entryAt(gigabyte)?.table;
    if (typeof table === "number") note("page-table", { first: kernel.pages.pfnOf(table), pages: 1 });
  }
  return [...found.values()].sort((x, y) => x.block - y.block || (x.what < y.what ? -1 : 1));
}

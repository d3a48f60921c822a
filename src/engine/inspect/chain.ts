/**
 * The chain of a page: from its number to the kernel address that leads to it, to its struct page and the page that holds
 * that, and to who maps it. Read only.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { isMovableKind } from "../memory/kinds.ts";
import { NO_PAGE } from "../memory/page-array.ts";
import { Pte } from "../memory/page-tables.ts";
import { GIB, PAGE_SIZE, PAGEBLOCK_PAGES, PAGES_PER_SECTION, type Pfn, TABLE_ENTRIES } from "../units.ts";
import { entryOf, vpnOf } from "../holders/mappings.ts";
import { directMapAddress, structPageAddress } from "./addresses.ts";
import { pageOfStructPage } from "./kernel-tables.ts";

/** A virtual page that leads to the frame. */
export interface Mapper {
  readonly pid: number;
  readonly comm: string;
  /** Virtual address, hexadecimal without 0x. */
  readonly address: string;
  /** Entry of the leaf table, or of the PMD table where a huge page is mapped. */
  readonly index: number;
  readonly level: "PTE" | "PMD";
  /** The page that holds that table. */
  readonly table: Pfn;
  /** A migration entry stands there: a touch waits. */
  readonly migrating: boolean;
}

export interface Chain {
  readonly pfn: Pfn;
  /** Its place in the direct mapping; `null` while the kernel does not map it. */
  readonly directMap: {
    readonly address: string;
    /** The entry that maps it: 1 GiB (PUD), 2 MiB (PMD) or 4 KiB (PTE). */
    readonly level: "PUD" | "PMD" | "PTE";
    readonly index: number;
    /** Page of the PMD table, where there is one and boot did not make it. */
    readonly table: Pfn | "boot" | null;
  } | null;
  /** Its struct page: address, the page that holds it, and whether anything in it can be believed. */
  readonly structPage: { readonly address: string; readonly page: Pfn; readonly stale: boolean } | null;
  /** Virtual pages that lead to it, the first eight, and how many there are. */
  readonly mappers: readonly Mapper[];
  readonly mapperCount: number;
}

const SHOWN = 8;

/** `undefined` of a frame beyond what the machine can have. */
export function chainOf(kernel: Kernel, frame: Pfn): Chain | undefined {
  if (frame < 0 || frame >= kernel.pages.sections * PAGES_PER_SECTION) return undefined;
  const page = pageOfStructPage(kernel, frame);
  const block = kernel.blocks.get(kernel.blockNumberOf(frame));
  const { mappers, count } = mappersOf(kernel, frame);
  return {
    pfn: frame,
    directMap: directMapping(kernel, frame),
    structPage:
      page === undefined
        ? null
        : { address: structPageAddress(kernel, frame), page, stale: block === undefined || block.state === "offline" },
    mappers,
    mapperCount: count,
  };
}

function directMapping(kernel: Kernel, frame: number): Chain["directMap"] {
  const gigabyte = Math.floor((frame * PAGE_SIZE) / GIB);
  const entry = kernel.directMap.entryAt(gigabyte);
  if (!entry) return null;
  const address = directMapAddress(kernel, frame);
  if (entry.table === null) return { address, level: "PUD", index: gigabyte % TABLE_ENTRIES, table: null };
  // A gibibyte with a table may be mapped in part: what has no block is not.
  if (!kernel.blocks.has(kernel.blockNumberOf(frame)) && !kernel.memoryMaps.has(Math.floor(frame / PAGES_PER_SECTION)))
    return null;
  const index = Math.floor(frame / PAGEBLOCK_PAGES) % TABLE_ENTRIES;
  const split = entry.splits.find((one) => one.index === index);
  const { pages } = kernel;
  if (split) return { address, level: "PTE", index: frame % TABLE_ENTRIES, table: pages.pfnOf(split.table) };
  const { table } = entry;
  return {
    address,
    level: "PMD",
    index,
    table: typeof table === "number" ? pages.pfnOf(table) : table === "boot" ? "boot" : null,
  };
}

function mappersOf(kernel: Kernel, frame: number): { readonly mappers: Mapper[]; readonly count: number } {
  const { pages } = kernel;
  const index = pages.indexOf(frame);
  if (index === NO_PAGE || !isMovableKind(pages.kind[index] as number)) return { mappers: [], count: 0 };
  const mapping = kernel.mappings.get(pages.a[index] as number);
  const offset = pages.b[index] as number;
  const mappers: Mapper[] = [];
  let count = 0;
  for (const area of mapping?.areas ?? []) {
    const entry = entryOf(area, offset);
    const { process } = area;
    const { store } = process;
    if (entry < 0 || (store.entries[entry] as number) < 0) continue;
    count++;
    if (mappers.length === SHOWN) continue;
    const bits = store.bits[entry] as number;
    mappers.push({
      pid: process.pid,
      comm: process.comm,
      address: (vpnOf(area, offset) * PAGE_SIZE).toString(16),
      index: entry % TABLE_ENTRIES,
      level: bits & Pte.Huge ? "PMD" : "PTE",
      table: pages.pfnOf(store.pageOf[Math.floor(entry / TABLE_ENTRIES)] as number),
      migrating: (bits & Pte.Migration) !== 0,
    });
  }
  return { mappers, count };
}

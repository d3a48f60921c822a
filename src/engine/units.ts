/**
 * The units of memory on x86-64, and the brands that keep them apart.
 *
 * A pfn can exceed 2^31 (16 TiB hold 2^32 pages), so pfns and byte addresses are plain doubles:
 * use division and multiplication on them, never shifts. Only offsets inside a section may be shifted.
 */

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Page frame number: physical address / 4096. */
export type Pfn = Branded<number, "Pfn">;
/** A size or a physical address in bytes. */
export type Bytes = Branded<number, "Bytes">;
/** Simulated time in nanoseconds since the box was switched on. */
export type SimNs = Branded<number, "SimNs">;

export const PAGE_SIZE = 4096;
/** Order of the largest chunk in the buddy allocator (4 MiB). */
export const MAX_ORDER = 10;
export const PAGES_PER_MAX_ORDER = 1 << MAX_ORDER;
/** A pageblock is the granularity of migrate types: 2 MiB. */
export const PAGEBLOCK_ORDER = 9;
export const PAGEBLOCK_PAGES = 1 << PAGEBLOCK_ORDER;
/** A section is the unit of the sparse memory model: 128 MiB. */
export const SECTION_SHIFT = 15;
export const PAGES_PER_SECTION = 1 << SECTION_SHIFT;
export const PAGEBLOCKS_PER_SECTION = PAGES_PER_SECTION / PAGEBLOCK_PAGES;
export const SECTION_BYTES = PAGES_PER_SECTION * PAGE_SIZE;
/** Entries of a page table, whatever its level: one leads to 4 KiB, a table of them to 2 MiB. */
export const TABLE_ENTRIES = 512;
/** Pages that an entry of a PUD table maps: 1 GiB. */
export const PUD_ENTRY_PAGES = TABLE_ENTRIES * TABLE_ENTRIES;
/** sizeof(struct page) on x86-64. */
export const STRUCT_PAGE_BYTES = 64;
/** Pages of memory map (vmemmap) that one section needs: 2 MiB. */
export const VMEMMAP_PAGES_PER_SECTION = (PAGES_PER_SECTION * STRUCT_PAGE_BYTES) / PAGE_SIZE;

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;
export const TIB = 1024 * GIB;

export const pfn = (n: number): Pfn => n as Pfn;
export const bytes = (n: number): Bytes => n as Bytes;
export const simNs = (n: number): SimNs => n as SimNs;

export const toPfn = (address: number): Pfn => Math.floor(address / PAGE_SIZE) as Pfn;
export const toAddress = (frame: number): Bytes => (frame * PAGE_SIZE) as Bytes;
/** Section number of a pfn. Sections fit in 31 bits whatever the machine. */
export const sectionOf = (frame: number): number => Math.floor(frame / PAGES_PER_SECTION);

/** Reads `512M`, `4G`, `1T`, `128K` or plain bytes; `undefined` when it is not a size. */
export function parseSize(text: string): Bytes | undefined {
  const match = /^(\d+)([KMGTP]?)i?B?$/i.exec(text.trim());
  if (!match) return undefined;
  const scale = { "": 1, K: KIB, M: MIB, G: GIB, T: TIB, P: 1024 * TIB }[(match[2] ?? "").toUpperCase()];
  const value = Number(match[1]) * (scale ?? 1);
  return Number.isSafeInteger(value) ? (value as Bytes) : undefined;
}

/** Writes a size the IEC way with as few digits as say it exactly: `1.5 GiB`, `128 MiB`. */
export function formatBytes(size: number): string {
  for (const [unit, scale] of [
    ["TiB", TIB],
    ["GiB", GIB],
    ["MiB", MIB],
    ["KiB", KIB],
  ] as const) {
    if (size >= scale) {
      const value = size / scale;
      return `${Number.isInteger(value) ? value : value.toFixed(value < 10 ? 2 : 1).replace(/\.?0+$/, "")} ${unit}`;
    }
  }
  return `${size} B`;
}

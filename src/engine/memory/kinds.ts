/**
 * What a page is used for. One byte a page; the same numbers travel to the views, which colour by them.
 *
 * The split follows what offlining cares about (mm/page_isolation.c, has_unmovable_pages): is the page free,
 * can it be isolated from an LRU list and copied, or does the kernel hold its physical address?
 */
export const PageKind = {
  /** No struct page in use: hole, or the section is offline. */
  None: 0,
  /** In the buddy allocator (head or tail of a free chunk). */
  Free: 1,
  Anon: 2,
  PageCache: 3,
  Shmem: 4,
  /** 2 MiB page of a process. */
  AnonHuge: 5,
  /** In a hugetlb pool, free or in use. */
  Hugetlb: 6,
  /** Unreclaimable slab. */
  Slab: 7,
  /** Reclaimable slab: dentries, inodes. */
  SlabReclaimable: 8,
  /** Page tables of processes. */
  PageTable: 9,
  KernelStack: 10,
  Vmalloc: 11,
  /** Buffers of pipes, sockets, drivers: unmovable, not slab. */
  KernelBuffer: 12,
  /** Memory map of hot-added sections, taken from the buddy allocator. */
  Vmemmap: 13,
  /** Page-table pages of the direct map and of the vmemmap region. */
  KernelPageTable: 14,
  /** Reserved at boot by memblock: firmware tables, NODE_DATA, bounce buffers, initial page tables. */
  Reserved: 15,
  /** Kernel text, data and bss. */
  KernelImage: 16,
  /** Memory map of boot memory: reserved for good. */
  BootMemmap: 17,
  /** Memory map that a memory block hosts itself (memmap_on_memory). */
  SelfMemmap: 18,
  /** Given back to a hypervisor: balloon, or an unplugged virtio-mem part (PageOffline). */
  Offline: 19,
  /** Taken out of use after a memory error. */
  Poisoned: 20,
  /** Pages of users, compressed: what a zram device holds (mm/zsmalloc.c). Its driver copies such a page to another. */
  Zsmalloc: 21,
  /** Nobody's, and in no list: no flag, no reference. What is left where only the first page of several was given back. */
  Lost: 22,
  /** Merged from pages of users that hold the same (mm/ksm.c); anonymous memory to all that counts it. */
  Ksm: 23,
} as const;
export type PageKind = (typeof PageKind)[keyof typeof PageKind];
export const PAGE_KINDS = 24;

/** Page tables of processes and of the kernel. */
export const TABLE_KINDS: readonly PageKind[] = [PageKind.PageTable, PageKind.KernelPageTable];
/** The memory map: struct pages. */
export const MEMMAP_KINDS: readonly PageKind[] = [PageKind.Vmemmap, PageKind.BootMemmap, PageKind.SelfMemmap];
/** All that describes memory, and what was lost of it. */
export const DESCRIBING_KINDS: readonly PageKind[] = [...TABLE_KINDS, ...MEMMAP_KINDS, PageKind.Lost];

/** Per-page flag bits beside the kind. */
export const PageFlag = {
  Dirty: 1,
  Mlocked: 2,
  /** Extra references (a pin or a transient reference): cannot be migrated while set. */
  Pinned: 4,
  /** Off its LRU list, waiting to be migrated. */
  Isolated: 8,
  Poisoned: 16,
  Writeback: 32,
  /** First page of a compound page, whose order is in `order`. */
  Head: 64,
  /** Not first page of a compound page. */
  Tail: 128,
} as const;

/** True where the page sits on an LRU list, is a whole huge page or its driver's to move, and so can be isolated and copied. */
export function isMovableKind(kind: number): boolean {
  return (kind >= PageKind.Anon && kind <= PageKind.Hugetlb) || kind === PageKind.Zsmalloc || kind === PageKind.Ksm;
}

/** Migrate types (include/linux/mmzone.h, enum migratetype); CMA, which most kernels are built without, comes last here. */
export const MigrateType = { Unmovable: 0, Movable: 1, Reclaimable: 2, HighAtomic: 3, Isolate: 4, Cma: 5 } as const;
export type MigrateType = (typeof MigrateType)[keyof typeof MigrateType];
export const MIGRATE_TYPES = 6;
export const MIGRATE_TYPE_NAMES: readonly string[] = [
  "Unmovable",
  "Movable",
  "Reclaimable",
  "HighAtomic",
  "Isolate",
  "CMA",
];

/** Zones, in the kernel's order. */
export const ZoneType = { DMA: 0, DMA32: 1, Normal: 2, Movable: 3, Device: 4 } as const;
export type ZoneType = (typeof ZoneType)[keyof typeof ZoneType];
export const ZONE_TYPES = 5;
export const ZONE_NAMES: readonly string[] = ["DMA", "DMA32", "Normal", "Movable", "Device"];

/**
 * When memory goes back: when the process ends; when the kernel shrinks the cache that it belongs to (shrink_slab, for
 * want of memory or told to by drop_caches), whoever filled it; or not as long as the kernel runs.
 */
export type Lifetime = "process" | "cache" | "kernel";

/**
 * Pages one by one, as binary records of eight bytes: /proc/kpageflags, kpagecount (fs/proc/page.c) and PID/pagemap
 * (fs/proc/task_mmu.c). Texts here hold a byte a character.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { PageFlag, PageKind } from "../../memory/kinds.ts";
import { SectionState } from "../../memory/page-array.ts";
import { PAGES_PER_SECTION, sectionOf } from "../../units.ts";
import { type Area, HOLE, Mappings } from "../../holders/mappings.ts";
import type { Process } from "../../holders/process.ts";
import { pageAt } from "./process-maps.ts";
import type { Entry, File, ReadResult } from "../tree.ts";
import { failed } from "../tree.ts";

/** Bits of kpageflags (include/uapi/linux/kernel-page-flags.h). */
export const Kpf = {
  Referenced: 2,
  Uptodate: 3,
  Dirty: 4,
  Lru: 5,
  Slab: 7,
  Writeback: 8,
  Buddy: 10,
  Mmap: 11,
  Anon: 12,
  SwapBacked: 14,
  CompoundHead: 15,
  CompoundTail: 16,
  Huge: 17,
  Unevictable: 18,
  Hwpoison: 19,
  NoPage: 20,
  Ksm: 21,
  Thp: 22,
  Offline: 23,
  PageTable: 26,
  Reserved: 32,
  Mlocked: 33,
} as const;

const bits = (...numbers: readonly number[]): number => numbers.reduce((sum, bit) => sum + 2 ** bit, 0);
const BY_KIND: Readonly<Partial<Record<number, number>>> = {
  // Holes of a section that is online are described as reserved.
  [PageKind.None]: bits(Kpf.Reserved),
  [PageKind.Free]: bits(Kpf.Buddy),
  [PageKind.Anon]: bits(Kpf.Uptodate, Kpf.Lru, Kpf.Mmap, Kpf.Anon, Kpf.SwapBacked),
  [PageKind.Ksm]: bits(Kpf.Uptodate, Kpf.Lru, Kpf.Mmap, Kpf.Anon, Kpf.SwapBacked, Kpf.Ksm),
  [PageKind.AnonHuge]: bits(Kpf.Uptodate, Kpf.Lru, Kpf.Mmap, Kpf.Anon, Kpf.SwapBacked, Kpf.Thp),
  [PageKind.PageCache]: bits(Kpf.Uptodate, Kpf.Lru),
  [PageKind.Shmem]: bits(Kpf.Uptodate, Kpf.Lru, Kpf.Mmap, Kpf.SwapBacked),
  [PageKind.Zsmalloc]: 0,
  [PageKind.Hugetlb]: bits(Kpf.Huge),
  [PageKind.Slab]: bits(Kpf.Slab),
  [PageKind.SlabReclaimable]: bits(Kpf.Slab),
  [PageKind.PageTable]: bits(Kpf.PageTable),
  [PageKind.Reserved]: bits(Kpf.Reserved),
  [PageKind.KernelImage]: bits(Kpf.Reserved),
  [PageKind.BootMemmap]: bits(Kpf.Reserved),
  [PageKind.Offline]: bits(Kpf.Offline),
  [PageKind.Poisoned]: bits(Kpf.Hwpoison),
};
/** Kinds that a process maps. */
const MAPPED = new Set<number>([PageKind.Anon, PageKind.AnonHuge, PageKind.Shmem, PageKind.Ksm]);

/** stable_page_flags. */
export function pageFlags(kernel: Kernel, frame: number): number {
  const { pages } = kernel;
  if (pages.state[sectionOf(frame)] !== SectionState.Online) return bits(Kpf.NoPage);
  const kind = pages.kindAt(frame);
  let flags = BY_KIND[kind] ?? 0;
  const index = pages.indexOf(frame);
  if (index < 0) return flags;
  const own = pages.flags[index] as number;
  if (own & PageFlag.Dirty) flags += bits(Kpf.Dirty);
  if (own & PageFlag.Mlocked) flags += bits(Kpf.Mlocked, Kpf.Unevictable);
  if (own & PageFlag.Writeback) flags += bits(Kpf.Writeback);
  if (own & PageFlag.Head) flags += bits(Kpf.CompoundHead);
  if (own & PageFlag.Tail) flags += bits(Kpf.CompoundTail);
  if (own & PageFlag.Isolated && flags & bits(Kpf.Lru)) flags -= bits(Kpf.Lru);
  return flags;
}

/** Times that a page is mapped. */
export function mapCount(kernel: Kernel, frame: number): number {
  const index = kernel.pages.indexOf(frame);
  if (index < 0 || !MAPPED.has(kernel.pages.kindAt(frame))) return 0;
  if (kernel.pages.kindAt(frame) === PageKind.Ksm) return Mappings.mapCount(kernel.mappings, kernel.pages, index);
  return kernel.mappings.get(kernel.pages.a[index] as number)?.areas.length ?? 0;
}

/** Eight bytes, lowest first. */
function record(value: number): string {
  let text = "";
  let rest = value;
  for (let i = 0; i < 8; i++) {
    text += String.fromCharCode(rest % 256);
    rest = Math.floor(rest / 256);
  }
  return text;
}

/** Records that one read gives at most; and one of a whole file of page frames, as of a script's `cat`: those of 2 GiB. */
const MOST = 65_536;
const MOST_FRAMES = 2 ** 19;
/** Records that are put together at a time. */
const BATCH = 1024;

/** Records of numbers, most of which are like the one before. */
function encoder(value: (index: number) => number): (index: number) => string {
  let cached = -1;
  let encoded = "";
  return (index) => {
    const now = value(index);
    if (now !== cached) {
      cached = now;
      encoded = record(now);
    }
    return encoded;
  };
}

/** A file of records. As the kernel has it, reads must begin and end between records. */
function recordFile(count: () => number, value: (index: number) => string, mode: number, whole = MOST): File {
  const records = (first: number, most: number): ReadResult => {
    const end = Math.min(count(), first + most);
    const batches: string[] = [];
    for (let from = first; from < end; from += BATCH)
      batches.push(Array.from({ length: Math.min(BATCH, end - from) }, (_, i) => value(from + i)).join(""));
    return { text: batches.join("") };
  };
  const at = (offset: number, length: number): ReadResult =>
    offset % 8 !== 0 || length % 8 !== 0 ? { errno: "EINVAL" } : records(offset / 8, Math.min(length / 8, MOST));
  return {
    kind: "file",
    mode,
    size: 0,
    large: whole * 8,
    at,
    read: () => records(0, whole),
    write: () => failed("EIO"),
  };
}

export function pageFiles(kernel: Kernel): Record<string, Entry> {
  /** get_max_dump_pfn: to the end of the last section that has memory. */
  const frames = () => {
    let section = kernel.pages.sections;
    while (section > 0 && kernel.pages.state[section - 1] === SectionState.Absent) section--;
    return section * PAGES_PER_SECTION;
  };
  return {
    kpagecount: recordFile(
      frames,
      encoder((frame) => mapCount(kernel, frame)),
      0o400,
      MOST_FRAMES,
    ),
    kpageflags: recordFile(
      frames,
      encoder((frame) => pageFlags(kernel, frame)),
      0o400,
      MOST_FRAMES,
    ),
  };
}

/** The two highest bytes of an entry: bit 55 soft-dirty, 56 mapped once, 61 file page or shared memory, 63 present. */
const SOFT_DIRTY = 0x80;
const EXCLUSIVE = 0x01;
const FILE_PAGE = 0x20;
const PRESENT = 0x80;
const SWAPPED = 0x40;
const NOTHING = record(0);
/** Virtual pages below the end of a process's half of the address space. */
const USER_PAGES = 2 ** 35;

export function pagemap(kernel: Kernel, process: Process | null): File {
  return recordFile(
    () => (process ? USER_PAGES : 0),
    (vpn) => {
      const area = process?.areas.find(
        (each) => vpn >= each.start && vpn < each.start + each.pages * 2 ** each.mapping.order,
      );
      return area ? mapEntry(kernel, area, vpn) : NOTHING;
    },
    0o400,
  );
}

/** Bits 0-54 are the page frame. */
function mapEntry(kernel: Kernel, area: Area, vpn: number): string {
  const { mapping } = area;
  const size = 2 ** mapping.order;
  const offset = area.offset + Math.floor((vpn - area.start) / size);
  const page = pageAt(kernel, area, offset);
  if (page < HOLE) {
    // Bits 0-4 are the area's number, 5-54 the offset in it: that of the header is 0.
    const entry = (kernel.swap.slotOf(page) + 1) * 32 + (kernel.swap.areaOf(page)?.type ?? 0);
    return record(entry).slice(0, 7) + String.fromCharCode(SWAPPED | (mapping.kind === PageKind.Anon ? 0 : FILE_PAGE));
  }
  if (page < 0) return NOTHING;
  const frame = kernel.pages.pfnOf(page) + ((vpn - area.start) % size);
  const exclusive = area.merged ? mapCount(kernel, frame) === 1 : mapping.areas.length === 1;
  const top = PRESENT | (mapping.kind === PageKind.Anon ? 0 : FILE_PAGE) | (exclusive ? EXCLUSIVE : 0);
  return record(frame).slice(0, 6) + String.fromCharCode(SOFT_DIRTY, top);
}

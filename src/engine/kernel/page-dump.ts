/**
 * The lines that dump_page prints (mm/debug.c, __dump_page; bit numbers: include/linux/page-flags.h), in the formats of
 * 5.10, 6.1, 6.12 and 7.3. The flags word and the counting words of `raw:` are the page's own. Addresses are stand-ins of the right
 * form: struct page stands where vmemmap has it without KASLR; objects that the simulation keeps no addresses of (memory
 * cgroup, anon_vma, slab cache, the list's head) stand in the direct map; what kernels print hashed is derived from the pfn.
 */
import { fileName, isLongTerm } from "../memory/holding.ts";
import { MigrateType, PageFlag, PageKind, isMovableKind } from "../memory/kinds.ts";
import { NO_PAGE } from "../memory/page-array.ts";
import { GIGANTIC_ORDER } from "../holders/gigantic-pool.ts";
import { HUGE_ORDER } from "../holders/huge-pool.ts";
import { type Mapping, Mappings, vpnOf } from "../holders/mappings.ts";
import type { NotedPage } from "./boot-layout/reserved.ts";
import type { Kernel } from "./kernel.ts";
import type { Profile } from "./profiles/index.ts";

const hex = (value: number | bigint, digits = 0): string => value.toString(16).padStart(digits, "0");

/** Names of the flags in the order of their bits, from bit 0. */
const FLAG_NAMES: Readonly<Record<"old" | "recent", readonly string[]>> = {
  old: (
    "locked referenced uptodate dirty lru active workingset waiters error slab owner_priv_1 arch_1 reserved private " +
    "private_2 writeback head mappedtodisk reclaim swapbacked unevictable mlocked uncached hwpoison"
  ).split(" "),
  recent: (
    "locked writeback referenced uptodate dirty lru head waiters active workingset owner_priv_1 owner_2 arch_1 reserved " +
    "private private_2 reclaim swapbacked unevictable mlocked hwpoison"
  ).split(" "),
};
/** The same in the order in which they are told, which is not that of the bits (include/trace/events/mmflags.h). */
const TOLD: readonly string[] = (
  "locked waiters error referenced uptodate dirty lru active workingset slab owner_priv_1 owner_2 arch_1 reserved private " +
  "private_2 writeback head mappedtodisk reclaim swapbacked unevictable mlocked uncached hwpoison"
).split(" ");
/** PG_anon_exclusive shares its bit with this flag; it came with 5.19. */
const EXCLUSIVE = { "5.10": null, "6.1": "mappedtodisk", "6.12": "owner_2", "7.3": "owner_2" } as const;
type Format = Profile["dumpFormat"];
const isOld = (format: Format): boolean => format === "5.10" || format === "6.1";
const namesOf = (format: Format): readonly string[] => FLAG_NAMES[isOld(format) ? "old" : "recent"];
/** `lastcpupid` of a page that no CPU has been noted for, in the word's bits 30 to 50. */
const NO_CPU_PID = 0x1fffffn << 30n;

const VMEMMAP = 0xffffea0000000000n;
const DIRECT_MAP = 0xffff888000000000n;
/** References that a long-term pin counts for in a page that is not compound (GUP_PIN_COUNTING_BIAS). */
const PIN = 1024;
/** LIST_POISON2. */
const POISON = 0xdead000000000122n;
/** Offset of `lru` in struct page. */
const LRU = 8n;
/** Types of pages, which stand where pages that are mapped one by one count that (6.12 on; include/linux/page-flags.h). */
const SLAB_TYPE = 0xf5;
const HUGETLB_TYPE = 0xf4;
const FIRST_INODE = 400;

const pageAddress = (frame: number): bigint => VMEMMAP + BigInt(frame) * 64n;
/** Stand-in for an object of the slab allocator. */
const objectAddress = (which: number, size: number): bigint => DIRECT_MAP + 0x4000000n + BigInt(which * size);
const MEMCG = objectAddress(0, 0) + 0x5d800n;

/** What the dump tells of a page. */
interface Facts {
  readonly words: readonly string[];
  readonly flags: bigint;
  readonly mapped: number;
  readonly references: number;
  /** Offset in the file, or page of the address space for anonymous memory. */
  readonly index: number;
  readonly anon: boolean;
  readonly ksm: boolean;
  readonly slab: boolean;
  readonly hugetlb: boolean;
  /** Of the compound page that this is the head of. */
  readonly order: number;
  readonly mapping: bigint;
  /** What is said of the file that it belongs to. */
  readonly file: string | null;
  /** Whether a memory cgroup pays for it. */
  readonly charged: boolean;
}

const typeOf = (format: Format, { slab, hugetlb }: Pick<Facts, "slab" | "hugetlb">): number | null =>
  isOld(format) ? null : slab ? SLAB_TYPE : hugetlb ? HUGETLB_TYPE : null;

/** The lines for the page at a pfn, from `page:` to `page dumped because:`. */
export function dumpPage(kernel: Kernel, frame: number, reason: string): string[] {
  const format = kernel.profile.dumpFormat;
  const old = isOld(format);
  const facts = factsOf(kernel, frame);
  const { words, flags, mapped, references, index, anon, mapping, file, order } = facts;
  const type = typeOf(format, facts);
  // Hashed, as %p prints what is not null.
  const hashed = hex((frame * 2654435761) % 2 ** 32, 16);
  const owner = file === null ? hex(0, 16) : hex(Number(mapping & 0xffffffffn), 16);
  const maps = type === null ? mapped : 0;
  const first = `refcount:${references} mapcount:${maps} mapping:${owner} index:0x${hex(index)} pfn:0x${hex(frame)}`;
  const lines = [old ? `page:${hashed} ${first}` : `page: ${first}`];
  if (order > 0)
    lines.push(
      old
        ? `head:${hashed} order:${order} compound_mapcount:${mapped} compound_pincount:0`
        : `head: order:${order} mapcount:${mapped} entire_mapcount:${mapped} nr_pages_mapped:0 pincount:0`,
    );
  if (facts.charged && format !== "5.10") lines.push(`memcg:${hex(MEMCG)}`);
  if (file !== null) lines.push(file);
  const cma = kernel.pageblockTypeAt(frame) === MigrateType.Cma ? " CMA" : "";
  lines.push(`${facts.ksm ? "ksm " : anon ? "anon " : ""}flags: 0x${hex(flags)}(${words.join("|")})${cma}`);
  if (type !== null) lines.push(`page_type: ${hex(type)}(${facts.slab ? "slab" : "hugetlb"})`);
  const own = structPage(kernel, frame, facts);
  for (const line of asLines(own)) lines.push(`raw: ${line}`);
  // Of a compound page, newer kernels print the head and the first tail again.
  if (!old && order > 0)
    for (const line of asLines([...own, ...firstTail(frame, flags, order)])) lines.push(`head: ${line}`);
  lines.push(`page dumped because: ${reason}`);
  if (facts.charged && format === "5.10") lines.push(`page->mem_cgroup:${hex(MEMCG)}`);
  return lines;
}

/** The flags word of the page at a pfn, and its names as `%pGp` prints them between brackets. */
export function pageFlags(kernel: Kernel, frame: number): { readonly word: bigint; readonly names: string } {
  const { flags, words } = factsOf(kernel, frame);
  return { word: flags, names: words.join("|") };
}

function factsOf(kernel: Kernel, frame: number): Facts {
  const { pages } = kernel;
  const format = kernel.profile.dumpFormat;
  const index = pages.indexOf(frame);
  const kind = pages.kindAt(frame);
  const state = index === NO_PAGE ? 0 : (pages.flags[index] as number);
  const user = isMovableKind(kind) && index !== NO_PAGE;
  const mapping = user ? kernel.mappings.get(pages.a[index] as number) : undefined;
  const mapped = user ? Mappings.mapCount(kernel.mappings, pages, index) : 0;
  const offset = user ? (pages.b[index] as number) : 0;
  const anon = isAnon(kind);
  const cached = kind === PageKind.PageCache || kind === PageKind.Shmem;
  const noted = isReserved(kind) ? notedPage(kernel, frame, kind) : undefined;
  const set = new Set(userFlags(kernel, kind, index, state, mapped));
  if (isOld(format) && isSlab(kind)) set.add("slab");
  if (isReserved(kind)) set.add("reserved");
  if (noted) set.add("private");
  if (state & PageFlag.Poisoned) set.add("hwpoison");
  const names = TOLD.filter((name) => set.has(name));
  const pins = state & PageFlag.Pinned ? (user && longTerm(kernel, index) ? PIN : 1) : 0;
  const zone = kernel.zoneAt(frame);
  const [node, type] = [zone?.node ?? 0, zone?.type ?? 0];
  const held = Number(cached) + mapped + (state & PageFlag.Isolated ? 1 : 0) + pins;
  return {
    words: format === "5.10" ? names : [...names, `node=${node}`, `zone=${type}`, `lastcpupid=0x${hex(0x1fffff)}`],
    flags: names.reduce(
      (word, name) => word | (1n << BigInt(namesOf(format).indexOf(name))),
      NO_CPU_PID | (BigInt(type) << 51n) | (BigInt(node) << 54n),
    ),
    mapped,
    references: Math.max(1, held) + (noted?.references ?? 0),
    index: noted
      ? kernel.profile.notesBootPages === "in index"
        ? noted.type
        : 0
      : anon && mapping?.areas[0]
        ? vpnOf(mapping.areas[0], offset)
        : offset,
    anon,
    ksm: kind === PageKind.Ksm,
    mapping: mapping ? objectAddress(mapping.id + 1, anon ? 136 : 704) : 0n,
    file: cached && mapping ? backingOf(format, kind, mapping) : null,
    charged: user && kind !== PageKind.Hugetlb,
    slab: isSlab(kind),
    hugetlb: kind === PageKind.Hugetlb,
    order: user && isHead(kernel, index) ? (pages.order[index] === GIGANTIC_ORDER ? GIGANTIC_ORDER : HUGE_ORDER) : 0,
  };
}

const longTerm = ({ mappings, pages }: Kernel, index: number): boolean => {
  const mapping = mappings.get(pages.a[index] as number);
  return mapping !== undefined && isLongTerm(mapping.what);
};

/** Flags of a page that a process or a file uses, as faults, pins and a migration that failed leave them. */
function userFlags(kernel: Kernel, kind: number, index: number, state: number, mapped: number): string[] {
  if (!isMovableKind(kind)) return [];
  const format = kernel.profile.dumpFormat;
  const anon = isAnon(kind);
  const flags = ["uptodate"];
  // What is pinned was unmapped before its references were counted: its dirty bit came along.
  if (state & PageFlag.Pinned) flags.push("dirty");
  // Recorded of buffers registered with io_uring: on 5.10 without, on 6.12 with it.
  if (state & PageFlag.Pinned && format === "6.12" && longTerm(kernel, index)) flags.push("referenced");
  // The pin touched it, too; lists of generations count that elsewhere for what was just faulted in.
  if (state & PageFlag.Pinned && isOld(format) && !longTerm(kernel, index)) flags.push("referenced");
  if (!anon && (state & PageFlag.Dirty || kind === PageKind.Shmem)) flags.push("dirty");
  if (!(state & PageFlag.Isolated)) flags.push("lru");
  if (state & PageFlag.Writeback) flags.push("writeback");
  if (isHead(kernel, index)) flags.push("head");
  if (kind !== PageKind.PageCache && kind !== PageKind.Hugetlb) flags.push("swapbacked");
  const exclusive = EXCLUSIVE[format];
  if (anon && mapped > 0 && exclusive && kind !== PageKind.Ksm) flags.push(exclusive);
  // The lists of generations begin with what was just faulted in.
  if (anon && kind !== PageKind.Hugetlb && !isOld(format)) flags.push("active");
  if (anon && kind !== PageKind.Hugetlb && format === "7.3") flags.push("referenced");
  if (state & PageFlag.Mlocked) flags.push("unevictable", "mlocked");
  return flags;
}

/** Huge pages of the pool are mapped privately here. */
const isAnon = (kind: number): boolean =>
  kind === PageKind.Anon || kind === PageKind.AnonHuge || kind === PageKind.Hugetlb || kind === PageKind.Ksm;
const isHead = ({ pages }: Kernel, index: number): boolean =>
  pages.order[index] === GIGANTIC_ORDER ||
  ((pages.kind[index] === PageKind.AnonHuge || pages.kind[index] === PageKind.Hugetlb) &&
    pages.order[index] === HUGE_ORDER);
const isSlab = (kind: number): boolean => kind === PageKind.Slab || kind === PageKind.SlabReclaimable;
const isReserved = (kind: number): boolean =>
  kind === PageKind.Reserved || kind === PageKind.KernelImage || kind === PageKind.BootMemmap;

/** What hot remove must know of a page of boot; of memory maps, each page belongs to one section (SECTION_INFO). */
const notedPage = (kernel: Kernel, frame: number, kind: number): NotedPage | undefined =>
  kind === PageKind.BootMemmap ? { type: 12, references: 1 } : kernel.notedPages.get(frame);

/** The line about the file that a page belongs to (dump_mapping). */
function backingOf(format: Format, kind: number, { id, what, areas }: Mapping): string {
  const inode = FIRST_INODE + id;
  const entry = format === "5.10" ? "dentry name" : "dentry name(?)";
  if (kind === PageKind.PageCache) return `aops:ext4_da_aops ino:${inode} ${entry}:"${fileName(what)}"`;
  return `aops:shmem_aops ino:${inode} ${entry}:"${areas.length > 0 ? "dev/zero" : fileName(what)}"`;
}

/** The eight words of the page's struct page. */
function structPage(kernel: Kernel, frame: number, facts: Facts): bigint[] {
  const { flags, mapped, references, index, anon, mapping, file, slab, charged } = facts;
  const type = typeOf(kernel.profile.dumpFormat, facts);
  const counts = (BigInt(references) << 32n) | (type === null ? BigInt(mapped - 1) & 0xffffffffn : BigInt(type) << 24n);
  if (slab) {
    const cache = objectAddress(frame % 64, 256);
    const links = [0n, POISON];
    return [flags, ...(isOld(kernel.profile.dumpFormat) ? [...links, cache] : [cache, ...links]), 0n, 0n, counts, 0n];
  }
  if (!anon && file === null) return [flags, 0n, POISON, 0n, BigInt(index), 0n, counts, 0n];
  const step = kernel.profile.listsFailuresBackwards ? -1 : 1;
  const next = pageAddress(frame + step) + LRU;
  const previous = pageAddress(frame - step) + LRU;
  // The lowest bit of the mapping of anonymous pages says so.
  return [flags, next, previous, mapping | BigInt(anon), BigInt(index), 0n, counts, charged ? MEMCG : 0n];
}

const firstTail = (frame: number, flags: bigint, order: number): bigint[] => [
  (flags & ~0xffffffn) | BigInt(order),
  pageAddress(frame) | 1n,
  0xffffffffffffffffn,
  0n,
  BigInt(2 ** order),
  0n,
  0xffffffffn,
  0n,
];

/** Four words a line. */
function asLines(words: readonly bigint[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at < words.length; at += 4)
    lines.push(
      words
        .slice(at, at + 4)
        .map((word) => hex(word, 16))
        .join(" "),
    );
  return lines;
}

/**
 * The lines that dump_page prints (mm/debug.c, __dump_page), in the formats of 6.1 and 6.12. Addresses of struct page
 * are shown hashed by kernels; here they are derived from the pfn.
 */
import { MigrateType, PageFlag, PageKind, isMovableKind } from "../memory/kinds.ts";
import { NO_PAGE } from "../memory/page-array.ts";
import { Mappings } from "../workload/mappings.ts";
import type { Kernel } from "./kernel.ts";

const hex = (value: number, digits = 0): string => value.toString(16).padStart(digits, "0");
/** `lastcpupid` of a page that no CPU has been noted for. */
const NO_CPU_PID = "lastcpupid=0x1fffff";

export function dumpPage(kernel: Kernel, frame: number, reason: string): string[] {
  const index = kernel.pages.indexOf(frame);
  const kind = kernel.pages.kindAt(frame);
  const flags = index === NO_PAGE ? 0 : (kernel.pages.flags[index] as number);
  const user = isMovableKind(kind);
  const zone = kernel.zoneAt(frame);
  const mapped = user && index !== NO_PAGE ? Mappings.mapCount(kernel.mappings, kernel.pages, index) : 0;
  const references = Math.max(1, mapped + (flags & PageFlag.Isolated ? 1 : 0) + (flags & PageFlag.Pinned ? 1 : 0));
  const offset = user && index !== NO_PAGE ? (kernel.pages.b[index] as number) : 0;
  const old = kernel.profile.dumpFormat === "6.1";
  const first = `refcount:${references} mapcount:${mapped} mapping:0000000000000000 index:0x${hex(offset)} pfn:0x${hex(frame)}`;
  const words = flagWords(kind, flags, old);
  const place = [`node=${zone?.node ?? 0}`, `zone=${zone?.type ?? 0}`, NO_CPU_PID];
  const lines = [
    old ? `page:${hex((frame * 2654435761) % 2 ** 32, 16)} ${first}` : `page: ${first}`,
    `${kind === PageKind.Anon ? "anon " : ""}flags: 0x${flagsWord(zone?.node ?? 0, zone?.type ?? 0, words)}(${[...words, ...place].join("|")})${kernel.pageblockTypeAt(frame) === MigrateType.Cma ? " CMA" : ""}`,
  ];
  if (!old && (kind === PageKind.Slab || kind === PageKind.SlabReclaimable)) lines.push("page_type: f5(slab)");
  lines.push(`page dumped because: ${reason}`);
  return lines;
}

/** Bit numbers of the flag words that the simulation knows, in bit order (include/linux/page-flags.h). */
const BITS_6_1: Readonly<Record<string, number>> = {
  locked: 0,
  referenced: 2,
  uptodate: 3,
  dirty: 4,
  lru: 5,
  active: 6,
  slab: 9,
  reserved: 12,
  private: 13,
  writeback: 15,
  head: 16,
  swapbacked: 19,
  unevictable: 20,
  mlocked: 21,
  hwpoison: 23,
};

function flagWords(kind: number, flags: number, old: boolean): string[] {
  const words: string[] = [];
  if (isMovableKind(kind)) {
    words.push("uptodate");
    if (flags & PageFlag.Dirty || kind === PageKind.Anon) words.push("dirty");
    if (!(flags & PageFlag.Isolated)) words.push("lru");
    if (flags & PageFlag.Writeback) words.push("writeback");
    if (kind !== PageKind.PageCache) words.push("swapbacked");
    if (flags & PageFlag.Mlocked) words.push("unevictable", "mlocked");
  } else if (old && (kind === PageKind.Slab || kind === PageKind.SlabReclaimable)) words.push("slab");
  else if (kind === PageKind.Reserved || kind === PageKind.KernelImage || kind === PageKind.BootMemmap)
    words.push("reserved");
  if (flags & PageFlag.Poisoned) words.push("hwpoison");
  return words;
}

/** The flags word: node in bits 54 up, zone in 51 to 53, the unset CPU in 30 to 50, flags below. */
function flagsWord(node: number, zone: number, words: readonly string[]): string {
  let low = 0;
  for (const word of words) low += 2 ** (BITS_6_1[word] ?? 0);
  const word = BigInt(low) + (BigInt(0x1fffff) << 30n) + (BigInt(zone) << 51n) + (BigInt(node) << 54n);
  return word.toString(16);
}

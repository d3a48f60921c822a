/** /proc/meminfo and nodeN/meminfo (fs/proc/meminfo.c, meminfo_proc_show; drivers/base/node.c, node_read_meminfo). */
import { poisonedPages } from "../../kernel/poisoned-pages.ts";
import { HUGE_PAGES } from "../../holders/huge-pool.ts";
import { defaultPool } from "../hugepage-files.ts";
import { since } from "../../kernel/profiles/versions.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { MigrateType } from "../../memory/kinds.ts";
import type { NumaNode } from "../../memory/node.ts";
import { type MemoryInUse, kindCounts, memoryInUse, mlockedPages } from "../statistics.ts";
import { writebackOf } from "./writeback-figures.ts";
import { largest } from "../../lists.ts";

const VMALLOC_TOTAL_KB = 34_359_738_367;
const kb = (pages: number): number => pages * 4;

/** Lines of /proc/meminfo. Anonymous and file pages count as inactive: the simulation has no LRU age. */
export function meminfo(kernel: Kernel): string {
  const use = memoryInUse(kindCounts(kernel, null), mlockedPages(kernel, null));
  const managed = kernel.zones.reduce((sum, zone) => sum + zone.managed, 0);
  const free = kernel.zones.reduce((sum, zone) => sum + zone.free, 0);
  const cache = use.file - use.shmem;
  const lines: [string, number, "kB" | "count"][] = [];
  const put = (name: string, value: number, unit: "kB" | "count" = "kB") => lines.push([name, value, unit]);
  put("MemTotal", kb(managed));
  put("MemFree", kb(free));
  put("MemAvailable", kb(available(kernel, free, cache, use.slabReclaimable)));
  put("Buffers", 0);
  put("Cached", kb(use.file));
  put("SwapCached", 0);
  put("Active", 0);
  put("Inactive", kb(use.anon + use.file - use.mlocked));
  put("Active(anon)", 0);
  put("Inactive(anon)", kb(use.anon + use.shmem - use.mlocked));
  put("Active(file)", 0);
  put("Inactive(file)", kb(cache));
  put("Unevictable", kb(use.mlocked));
  put("Mlocked", kb(use.mlocked));
  put("SwapTotal", kb(kernel.swap.total));
  put("SwapFree", kb(kernel.swap.unused));
  if (kernel.profile.hasZswap) for (const name of ["Zswap", "Zswapped"]) put(name, 0);
  const { dirty, writing } = writebackOf(kernel, null);
  put("Dirty", kb(dirty));
  put("Writeback", kb(writing));
  put("AnonPages", kb(use.anon));
  put("Mapped", kb(use.shmem));
  put("Shmem", kb(use.shmem));
  put("KReclaimable", kb(use.slabReclaimable));
  put("Slab", kb(use.slabReclaimable + use.slabUnreclaimable));
  put("SReclaimable", kb(use.slabReclaimable));
  put("SUnreclaim", kb(use.slabUnreclaimable));
  put("KernelStack", kb(use.kernelStack));
  put("PageTables", kb(use.pageTables));
  const tables = since(kernel.profile.version, 6, 1) ? ["SecPageTables"] : [];
  for (const name of [...tables, "NFS_Unstable", "Bounce", "WritebackTmp"]) put(name, 0);
  put("CommitLimit", Math.floor(kb(managed - use.hugetlb * HUGE_PAGES) / 2));
  put("Committed_AS", kb(use.anon + use.shmem));
  put("VmallocTotal", VMALLOC_TOTAL_KB);
  put("VmallocUsed", kb(use.vmalloc));
  put("VmallocChunk", 0);
  put("Percpu", 0);
  if (kernel.profile.handlesMemoryFailure) put("HardwareCorrupted", kb(poisonedPages(kernel)));
  put("AnonHugePages", kb(use.anonHuge));
  for (const name of ["ShmemHugePages", "ShmemPmdMapped", "FileHugePages", "FilePmdMapped"]) put(name, 0);
  if (kernel.profile.hasCma) {
    put("CmaTotal", kb(kernel.zones.reduce((sum, zone) => sum + zone.cma, 0)));
    put(
      "CmaFree",
      kb(kernel.zones.reduce((sum, zone) => sum + (zone.cma > 0 ? zone.freeOfType(MigrateType.Cma) : 0), 0)),
    );
  }
  if (kernel.profile.zoneinfo === "6.10") put("Unaccepted", 0);
  for (const name of lateNames(kernel)) put(name, 0);
  const pool = defaultPool(kernel);
  put("HugePages_Total", pool.pages, "count");
  put("HugePages_Free", pool.freePages, "count");
  put("HugePages_Rsvd", pool.reserved, "count");
  put("HugePages_Surp", pool.surplusPages, "count");
  put("Hugepagesize", kernel.gigantic.isDefault ? 1_048_576 : 2048);
  put("Hugetlb", use.hugetlb * 2048);
  put("DirectMap4k", kernel.directMap.mapped4k / 1024);
  put("DirectMap2M", kernel.directMap.mapped2M / 1024);
  put("DirectMap1G", kernel.directMap.mapped1G / 1024);
  return lines.map(([name, value, unit]) => line(name, value, unit)).join("");
}

function line(name: string, value: number, unit: "kB" | "count"): string {
  const label = `${name}:`.padEnd(16);
  if (unit === "count") return `${label}${String(value).padStart(8)}\n`;
  const width = name === "HardwareCorrupted" ? 6 : 8;
  return `${label}${String(value).padStart(width)} kB\n`;
}

/** si_mem_available: free memory, and what could be reclaimed, without what is held back. */
function available(kernel: Kernel, free: number, cache: number, reclaimable: number): number {
  let reserve = 0;
  let low = 0;
  for (const zone of kernel.zones) {
    low += zone.low;
    reserve += Math.min(zone.managed, largest(zone.protection) + zone.high);
  }
  const usable = (pages: number) => pages - Math.min(Math.floor(pages / 2), low);
  return Math.max(0, free - reserve + usable(cache) + usable(reclaimable));
}

/** nodeN/meminfo: value from column 17 of the label, three counts without a unit at the end. */
export function nodeMeminfo(kernel: Kernel, node: NumaNode): string {
  const use = memoryInUse(kindCounts(kernel, node.id), mlockedPages(kernel, node.id));
  const recent = kernel.profile.zoneinfo === "6.10";
  const lines = nodeLines(kernel, node, use);
  // Their labels got the others' width in 6.7.
  const narrow = new Set(recent ? [] : ["FileHugePages", "FilePmdMapped"]);
  const values = lines.map(
    ([name, value]) =>
      `Node ${node.id} ${`${name}:`.padEnd(narrow.has(name) ? 15 : 16)}${String(value).padStart(8)} kB\n`,
  );
  const counts = (["Total", "Free", "Surp"] as const).map((name) => {
    const pool = defaultPool(kernel);
    const value = { Total: pool.total[node.id], Free: pool.freeOn(node.id), Surp: pool.surplus[node.id] }[name];
    return `Node ${node.id} ${`HugePages_${name}:`.padEnd(17)}${String(value).padStart(5)}\n`;
  });
  return [...values, ...counts].join("");
}

/** Drivers' memory: of balloons since 6.18, of graphics cards in 7.3. */
const lateNames = ({ profile: { version } }: Kernel): readonly string[] => [
  ...(since(version, 6, 18) ? ["Balloon"] : []),
  ...(since(version, 7, 3) ? ["GPUActive", "GPUReclaim"] : []),
];

function nodeLines(kernel: Kernel, node: NumaNode, use: MemoryInUse): [string, number][] {
  const recent = kernel.profile.zoneinfo === "6.10";
  const late = since(kernel.profile.version, 7, 3) ? lateNames(kernel) : [];
  const cache = use.file - use.shmem;
  const { dirty, writing } = writebackOf(kernel, node.id);
  const zero = (...names: string[]): [string, number][] => names.map((name) => [name, 0]);
  return [
    ["MemTotal", kb(node.managed)],
    ["MemFree", kb(node.free)],
    ["MemUsed", kb(node.managed - node.free)],
    ...(since(kernel.profile.version, 5, 12) ? zero("SwapCached") : []),
    ...zero("Active"),
    ["Inactive", kb(use.anon + use.file - use.mlocked)],
    ...zero("Active(anon)"),
    ["Inactive(anon)", kb(use.anon + use.shmem - use.mlocked)],
    ...zero("Active(file)"),
    ["Inactive(file)", kb(cache)],
    ["Unevictable", kb(use.mlocked)],
    ["Mlocked", kb(use.mlocked)],
    ["Dirty", kb(dirty)],
    ["Writeback", kb(writing)],
    ["FilePages", kb(use.file)],
    ["Mapped", kb(use.shmem)],
    ["AnonPages", kb(use.anon)],
    ["Shmem", kb(use.shmem)],
    ["KernelStack", kb(use.kernelStack)],
    ["PageTables", kb(use.pageTables)],
    ...(since(kernel.profile.version, 6, 1) ? zero("SecPageTables") : []),
    ...zero("NFS_Unstable", "Bounce", "WritebackTmp"),
    ["KReclaimable", kb(use.slabReclaimable)],
    ["Slab", kb(use.slabReclaimable + use.slabUnreclaimable)],
    ["SReclaimable", kb(use.slabReclaimable)],
    ["SUnreclaim", kb(use.slabUnreclaimable)],
    ["AnonHugePages", kb(use.anonHuge)],
    ...zero("ShmemHugePages", "ShmemPmdMapped", "FileHugePages", "FilePmdMapped"),
    ...(recent ? zero("Unaccepted") : []),
    ...late.map((name): [string, number] => [name, 0]),
  ];
}

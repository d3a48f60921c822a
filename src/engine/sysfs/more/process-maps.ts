/** The address space of a process as /proc tells of it (fs/proc/task_mmu.c): maps, smaps, numa_maps. */
import { fileName } from "../../memory/holding.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { PageFlag, PageKind } from "../../memory/kinds.ts";
import { PAGE_SIZE } from "../../units.ts";
import { type Area, HOLE } from "../../holders/mappings.ts";
import type { Process } from "../../holders/process.ts";
import { HUGE_PAGES } from "../../holders/huge-pool.ts";

const SHARED = 0x8;
/** Small pages that one page of an area stands for. */
const each = (area: Area): number => 2 ** area.mapping.order;
const start = (area: Area): number => area.start * PAGE_SIZE;
const end = (area: Area): number => (area.start + area.pages * each(area)) * PAGE_SIZE;
const isStack = (process: Process, area: Area): boolean => process.areas[0] === area;
const isShared = ({ mapping }: Area): boolean => mapping.kind === PageKind.Shmem || mapping.kind === PageKind.Hugetlb;

export const inOrder = (process: Process): Area[] => [...process.areas].sort((a, b) => a.start - b.start);

function label(process: Process, area: Area): string {
  if (isStack(process, area)) return "[stack]";
  if (area.mapping.kind === PageKind.Shmem) return "/dev/zero (deleted)";
  if (area.mapping.kind === PageKind.Hugetlb) return "/anon_hugepage (deleted)";
  return area.mapping.kind === PageKind.PageCache ? `/${fileName(area.mapping.what)}` : "";
}

function line(process: Process, area: Area): string {
  const hex = (address: number) => address.toString(16).padStart(8, "0");
  const shared = isShared(area) ? "s" : "p";
  const device =
    area.mapping.kind === PageKind.Anon
      ? "00:00 0"
      : `00:${SHARED.toString(16).padStart(2, "0")} ${area.mapping.id + 1}`;
  const front = `${hex(start(area))}-${hex(end(area))} rw-${shared} ${hex(0)} ${device} `;
  const name = label(process, area);
  return name === "" ? `${front}\n` : `${front.padEnd(73)}${name}\n`;
}

export const maps = (process: Process): string =>
  inOrder(process)
    .map((area) => line(process, area))
    .join("");

/** Resident small pages of an area, and those that are in huge ones. */
export function resident(process: Process, area: Area): { readonly pages: number; readonly huge: number } {
  const { mapping } = area;
  let count = 0;
  for (let offset = area.offset; offset < area.offset + area.pages; offset++) if (mapping.at(offset) >= 0) count++;
  count += area.merged?.count ?? 0;
  let huge = 0;
  if (area.mapping.order === 0)
    for (let vpn = area.start; vpn < area.start + area.pages; vpn += HUGE_PAGES)
      if (process.tables.hugeEntryOf(vpn) >= 0) huge += HUGE_PAGES;
  return { pages: count * each(area), huge };
}

/** Pages of an area that are in swap. */
export function swappedIn({ mapping, offset, pages }: Area): number {
  if (mapping.swapped === 0) return 0;
  let count = 0;
  for (let at = offset; at < offset + pages; at++) if (mapping.at(at) < HOLE) count++;
  return count;
}

export function smaps(process: Process): string {
  return inOrder(process)
    .map((area) => {
      const { pages, huge } = resident(process, area);
      const kb = (name: string, value: number) => `${`${name}:`.padEnd(16)}${String(value).padStart(8)} kB\n`;
      const hugetlb = area.mapping.order > 0;
      const size = ((end(area) - start(area)) / 1024) | 0;
      const rss = hugetlb ? 0 : pages * 4;
      const anon = area.mapping.kind === PageKind.Anon ? rss : 0;
      const pageKb = 4 * each(area);
      const swapped = swappedIn(area) * 4;
      return (
        line(process, area) +
        [
          kb("Size", size),
          kb("KernelPageSize", pageKb),
          kb("MMUPageSize", pageKb),
          kb("Rss", rss),
          kb("Pss", rss),
          kb("Pss_Dirty", rss),
          kb("Shared_Clean", 0),
          kb("Shared_Dirty", 0),
          kb("Private_Clean", 0),
          kb("Private_Dirty", rss),
          kb("Referenced", rss),
          kb("Anonymous", anon),
          kb("LazyFree", 0),
          kb("AnonHugePages", huge * 4),
          kb("ShmemPmdMapped", 0),
          kb("FilePmdMapped", 0),
          kb("Shared_Hugetlb", 0),
          kb("Private_Hugetlb", hugetlb ? pages * 4 : 0),
          kb("Swap", swapped),
          kb("SwapPss", area.mapping.kind === PageKind.Shmem ? 0 : swapped),
          kb("Locked", area.locked ? rss : 0),
        ].join("") +
        `THPeligible:    ${area.mapping.kind === PageKind.Anon && size >= 2048 ? 1 : 0}\nProtectionKey:         0\nVmFlags: rd wr mr mw me ac ${area.locked ? "lo " : ""}sd \n`
      );
    })
    .join("");
}

/** `7f… bind:1 anon=15360 dirty=15360 active=0 N0=15360 kernelpagesize_kB=4`: pages by node. */
export function numaMaps(kernel: Kernel, process: Process): string {
  return inOrder(process)
    .map((area) => {
      const byNode = new Map<number, number>();
      let dirty = 0;
      let pages = 0;
      for (let offset = area.offset; offset < area.offset + area.pages; offset++) {
        const page = area.mapping.at(offset);
        if (page < 0) continue;
        pages++;
        if (((kernel.pages.flags[page] as number) & PageFlag.Dirty) !== 0) dirty++;
        const { node } = kernel.zoneOfIndex(page);
        byNode.set(node, (byNode.get(node) ?? 0) + 1);
      }
      const words = [`${start(area).toString(16).padStart(8, "0")} ${policy(process, area)}`];
      if (isStack(process, area)) words.push("stack");
      else if (label(process, area) !== "") words.push(`file=${label(process, area).replace(" ", "\\040")}`);
      if (area.mapping.order > 0) words.push("huge");
      if (pages > 0) {
        if (area.mapping.kind === PageKind.Anon) words.push(`anon=${pages}`);
        if (dirty > 0) words.push(`dirty=${dirty}`);
        if (area.mapping.order === 0) words.push("active=0");
        for (const [node, count] of [...byNode].sort(([a], [b]) => a - b)) words.push(`N${node}=${count}`);
        words.push(`kernelpagesize_kB=${4 * each(area)}`);
      }
      return `${words.join(" ")}\n`;
    })
    .join("");
}

/** The policy that mbind gave an area; what every process has is `default`. */
function policy(process: Process, area: Area): string {
  if (isStack(process, area) || process.policy === null || process.policy.mode === "default") return "default";
  return process.policy.mode === "bind" ? `bind:${process.policy.node}` : `prefer:${process.policy.node}`;
}

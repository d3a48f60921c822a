/** The address space of a process as /proc tells of it (fs/proc/task_mmu.c): maps, smaps, numa_maps. */
import { fileName } from "../../memory/holding.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { PageFlag, PageKind } from "../../memory/kinds.ts";
import { PAGE_SIZE } from "../../units.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { type Area, HOLE, Mappings } from "../../holders/mappings.ts";
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

/** What an area shows at an offset of its mapping: its own page or a merged one, an entry of swap, or HOLE. */
export function pageAt(kernel: Kernel, { mapping, merged }: Area, offset: number): number {
  const into = merged?.into[offset] ?? HOLE;
  return (into === HOLE ? mapping : kernel.mappings.get(into))?.at(offset) ?? HOLE;
}

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

/** Of merged pages: so many, those that others share, too, and what of all is this area's own share, in kB. */
function mergedOf(
  kernel: Kernel,
  { merged }: Area,
): { readonly all: number; readonly shared: number; readonly part: number } {
  let [all, shared, part] = [0, 0, 0];
  for (const [offset, id] of merged?.into.entries() ?? []) {
    const mapping = id === HOLE ? undefined : kernel.mappings.get(id);
    if (!mapping) continue;
    const sharers = Mappings.mapCount(kernel.mappings, kernel.pages, mapping.at(offset));
    all += 4;
    part += 4 / sharers;
    if (sharers > 1) shared += 4;
  }
  return { all, shared, part };
}

export function smaps(kernel: Kernel, process: Process): string {
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
      const merged = mergedOf(kernel, area);
      const own = Math.floor(rss - merged.all + merged.part);
      return (
        line(process, area) +
        [
          kb("Size", size),
          kb("KernelPageSize", pageKb),
          kb("MMUPageSize", pageKb),
          kb("Rss", rss),
          kb("Pss", own),
          kb("Pss_Dirty", own),
          kb("Shared_Clean", 0),
          kb("Shared_Dirty", merged.shared),
          kb("Private_Clean", 0),
          kb("Private_Dirty", rss - merged.shared),
          kb("Referenced", rss),
          kb("Anonymous", anon),
          ...(since(kernel.profile.version, 6, 7) ? [kb("KSM", merged.all)] : []),
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
        `THPeligible:    ${area.mapping.kind === PageKind.Anon && size >= 2048 ? 1 : 0}\nProtectionKey:         0\nVmFlags: rd wr mr mw me ac ${area.locked ? "lo " : ""}sd ${area.merged ? "mg " : ""}\n`
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
      let most = 0;
      for (let offset = area.offset; offset < area.offset + area.pages; offset++) {
        const page = pageAt(kernel, area, offset);
        if (page < 0) continue;
        pages++;
        if (area.merged) most = Math.max(most, Mappings.mapCount(kernel.mappings, kernel.pages, page));
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
        if (most > 1) words.push(`mapmax=${most}`);
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

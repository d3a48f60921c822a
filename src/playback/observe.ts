/** Observations of a simulated kernel, in the form that recordings have, through the functions that render its files. */
import { validZones } from "../engine/hotplug/zone-choice.ts";
import type { Kernel } from "../engine/kernel/kernel.ts";
import { PAGE_KINDS, PageKind } from "../engine/memory/kinds.ts";
import { SectionState } from "../engine/memory/page-array.ts";
import { meminfo } from "../engine/sysfs/more/meminfo.ts";
import { blocksOf, distances, nodeList } from "../engine/sysfs/node-files.ts";
import { iomemLines } from "../engine/sysfs/proc-files.ts";
import type { FileTree } from "../engine/sysfs/tree.ts";
import { protection } from "../engine/sysfs/more/zoneinfo.ts";
import { MAX_ORDER, PAGES_PER_SECTION } from "../engine/units.ts";
import type { Observation } from "../protocol/trace.ts";

const MEMINFO = /^(MemTotal|MemFree|HugePages_Total|HugePages_Free|DirectMap\w+): +(\d+)/;

/** `tree` is the kernel's files: what nobody may read (chmod) an observer does not see either. */
export function observe(kernel: Kernel, tree: FileTree): Observation {
  const seen = (block: number, name: string, value: string): string =>
    tree.open(`/sys/devices/system/memory/memory${block}/${name}`, "read") === null ? value : "";
  const blocks = [...kernel.blocks.values()].sort((a, b) => a.number - b.number);
  const zones = kernel.nodes
    .filter(({ online }) => online)
    .flatMap((node) => node.zones.filter(({ populated }) => populated));
  return {
    blocks: blocks.map((block) => [
      block.number,
      seen(block.number, "state", block.state),
      seen(block.number, "valid_zones", validZones(kernel, block).join(" ")),
      [...block.nodes].sort((a, b) => a - b),
      1,
      Number(block.state !== "offline"),
    ]),
    nodes: {
      possible: nodeList(kernel, "possible"),
      online: nodeList(kernel, "online"),
      has_memory: nodeList(kernel, "has_memory"),
      has_normal_memory: nodeList(kernel, "has_normal_memory"),
      has_cpu: nodeList(kernel, "has_cpu"),
      list: kernel.nodes
        .filter(({ online }) => online)
        .map((node) => ({
          id: node.id,
          distance: distances(kernel, node).map(String),
          totalKB: node.managed * 4,
          freeKB: node.free * 4,
          blocks: blocksOf(kernel, node.id),
        }))
        // A shell lists the folders by name: node10 before node2.
        .sort((a, b) => (`node${a.id}` < `node${b.id}` ? -1 : 1)),
    },
    zones: zones.map((zone) => ({
      node: zone.node,
      zone: zone.name as Observation["zones"][number]["zone"],
      free: zone.free,
      min: zone.min,
      low: zone.low,
      high: zone.high,
      spanned: zone.spanned,
      present: zone.present,
      managed: zone.managed,
      start_pfn: zone.startPfn,
      protection: [...protection(zone)],
    })),
    iomem: iomemLines(kernel)
      .map((line) => line.trim())
      .filter((line) => line.includes("System RAM")),
    meminfo: Object.fromEntries(
      meminfo(kernel)
        .split("\n")
        .flatMap((line) => {
          const [, name, value] = MEMINFO.exec(line) ?? [];
          return name === undefined ? [] : [[name, Number(value)]];
        }),
    ),
    buddy: zones.map((zone) => [
      zone.node,
      zone.name,
      Array.from({ length: MAX_ORDER + 1 }, (_, order) => zone.chunksOfOrder(order)),
    ]),
  };
}

/** Names under which the recorder counts pages, told apart by their flags in /proc/kpageflags. */
const RECORDED_KINDS = [
  "buddy",
  "slab",
  "pgtable",
  "anon",
  "file",
  "hugetlb",
  "thp",
  "reserved",
  "offline",
  "hwpoison",
  "nopage",
  "other",
] as const;
type RecordedKind = (typeof RECORDED_KINDS)[number];

const RECORDED_AS: Readonly<Partial<Record<number, RecordedKind>>> = {
  [PageKind.None]: "nopage",
  [PageKind.Free]: "buddy",
  [PageKind.Anon]: "anon",
  [PageKind.Ksm]: "anon",
  [PageKind.PageCache]: "file",
  [PageKind.Shmem]: "file",
  [PageKind.AnonHuge]: "thp",
  [PageKind.Hugetlb]: "hugetlb",
  [PageKind.Slab]: "slab",
  [PageKind.SlabReclaimable]: "slab",
  [PageKind.PageTable]: "pgtable",
  [PageKind.Reserved]: "reserved",
  [PageKind.KernelImage]: "reserved",
  [PageKind.BootMemmap]: "reserved",
  [PageKind.Offline]: "offline",
  [PageKind.Poisoned]: "hwpoison",
};

/** Pages by recorded kind in the section with this number: the recorder counts 32,768 pages whatever the block size. */
export function recordedKinds(kernel: Kernel, section: number): Record<RecordedKind, number> {
  const counts = Object.fromEntries(RECORDED_KINDS.map((kind) => [kind, 0])) as Record<RecordedKind, number>;
  if (kernel.pages.state[section] !== SectionState.Online) return { ...counts, nopage: PAGES_PER_SECTION };
  for (let kind = 0; kind < PAGE_KINDS; kind++)
    counts[RECORDED_AS[kind] ?? "other"] += kernel.pages.countIn(section, kind);
  return counts;
}

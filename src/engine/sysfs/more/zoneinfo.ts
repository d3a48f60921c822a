/** /proc/zoneinfo, /proc/buddyinfo, /proc/pagetypeinfo (mm/vmstat.c). */
import { since } from "../../kernel/profiles/versions.ts";
import { parseCpus } from "../cpus.ts";
import { migrateTypesOf } from "../migrate-types.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { MIGRATE_TYPES, MIGRATE_TYPE_NAMES, ZONE_TYPES } from "../../memory/kinds.ts";
import type { NumaNode } from "../../memory/node.ts";
import { SectionState } from "../../memory/page-array.ts";
import type { Zone } from "../../memory/zone.ts";
import { MAX_ORDER, PAGEBLOCK_ORDER, PAGEBLOCK_PAGES, PAGES_PER_SECTION, sectionOf } from "../../units.ts";
import { memoryInUse, mlockedPages, zoneKindCounts } from "../statistics.ts";
import { nodeCounters, numaCounters, zoneCounters } from "./vmstat.ts";

const ORDERS = Array.from({ length: MAX_ORDER + 1 }, (_, order) => order);
const onlineNodes = (kernel: Kernel): readonly NumaNode[] => kernel.nodes.filter((node) => node.online);

export function zoneinfo(kernel: Kernel): string {
  let text = "";
  for (const node of onlineNodes(kernel)) {
    let statsPrinted = false;
    for (const zone of node.zones) {
      // Before 4.12 zones without pages are not told of.
      if (!zone.populated && kernel.profile.zoneinfo === "3.x") continue;
      text += `Node ${node.id}, zone ${zone.name.padStart(8)}\n`;
      if (zone.populated && !statsPrinted && kernel.profile.zoneinfo !== "3.x") {
        statsPrinted = true;
        text += `  per-node stats\n${statistics(nodeCounters(kernel, node.id))}`;
      }
      text += zoneLines(kernel, zone);
      if (zone.populated) text += populatedLines(kernel, node, zone);
    }
  }
  return text;
}

const statistics = (counters: readonly (readonly [string, number])[]): string =>
  counters.map(([name, value]) => `      ${name.padEnd(12)} ${value}\n`).join("");

function zoneLines(kernel: Kernel, zone: Zone): string {
  const era = kernel.profile.zoneinfo;
  const figures: [string, number][] = [
    ...(era === "5.12" || era === "6.10" ? [["boost", zone.boost] as [string, number]] : []),
    ["min", zone.min + zone.boost],
    ["low", zone.low + zone.boost],
    ["high", zone.high + zone.boost],
    // Tiered memory's mark; printed since 6.10.
    ...(kernel.profile.zoneinfo === "6.10"
      ? [["promo", zone.high + (zone.high - zone.low) + zone.boost] as [string, number]]
      : []),
    ...(era === "3.x" ? [["scanned", 0] as [string, number]] : []),
    ["spanned", zone.spanned],
    ["present", zone.present],
    ["managed", zone.managed],
    ...(era === "5.12" || era === "6.10" ? [["cma", zone.cma] as [string, number]] : []),
  ];
  const lines = figures.map(([name, value]) => `        ${name.padEnd(8)} ${value}\n`).join("");
  return `  pages free     ${zone.free}\n${lines}        protection: (${protection(zone).join(", ")})\n`;
}

/** lowmem_reserve of the zone against requests of each zone type. */
export const protection = (zone: Zone): readonly number[] => [...zone.protection].slice(0, ZONE_TYPES);

function populatedLines(kernel: Kernel, node: NumaNode, zone: Zone): string {
  const cpus = kernel.nodes.flatMap((each) => parseCpus(each.cpus));
  const local = parseCpus(node.cpus).length || cpus.length || 1;
  const batch = pagesetBatch(zone.managed);
  const high = Math.max(Math.floor(zone.low / local), 4 * batch);
  const bits = (n: number) => (n < 1 ? 0 : Math.floor(Math.log2(n)) + 1);
  const threshold = Math.min(125, 2 * bits(cpus.length) * (1 + bits(Math.floor(zone.managed / PAGES_PER_SECTION))));
  // How far the per-CPU lists may grow by themselves (told since 6.18).
  const [least, most] = [Math.floor(zone.low / local), Math.floor(Math.floor(zone.managed / 8) / local)];
  const bounds = since(kernel.profile.version, 6, 18)
    ? `              high_min: ${least}\n              high_max: ${most}\n`
    : "";
  const pagesets = cpus
    .map(
      (cpu) =>
        `    cpu: ${cpu}\n              count: 0\n              high:  ${high}\n              batch: ${batch}\n${bounds}  vm stats threshold: ${threshold}\n`,
    )
    .join("");
  const use = memoryInUse(zoneKindCounts(kernel, zone), mlockedPages(kernel, zone));
  return (
    statistics([...zoneCounters(kernel, [zone], use), ...numaCounters([zone])]) +
    `  pagesets\n${pagesets}  node_unreclaimable:  0\n  start_pfn:           ${zone.startPfn}\n`
  );
}

/** zone_batchsize: a quarter of a thousandth of the zone, one less than a power of two. */
function pagesetBatch(managed: number): number {
  const quarter = Math.max(1, Math.floor(Math.min(managed / 1024, 256) / 4));
  return 2 ** Math.floor(Math.log2(quarter + Math.floor(quarter / 2))) - 1 || 1;
}

export function buddyinfo(kernel: Kernel): string {
  return onlineNodes(kernel)
    .flatMap((node) => node.zones.filter((zone) => zone.populated))
    .map(
      (zone) =>
        `Node ${zone.node}, zone ${zone.name.padStart(8)} ${ORDERS.map((order) => `${String(zone.chunksOfOrder(order)).padStart(6)} `).join("")}\n`,
    )
    .join("");
}

export function pagetypeinfo(kernel: Kernel): string {
  const counts = pageblockCounts(kernel);
  const types = migrateTypesOf(kernel);
  let text = "";
  for (const node of onlineNodes(kernel).filter((each) => each.hasMemory)) {
    const zones = node.zones.filter((zone) => zone.populated);
    text += `Page block order: ${PAGEBLOCK_ORDER}\nPages per block:  ${PAGEBLOCK_PAGES}\n\n`;
    text += `${"Free pages count per migrate type at order ".padEnd(44)}${ORDERS.map((order) => `${String(order).padStart(6)} `).join("")}\n`;
    for (const zone of zones) {
      for (const type of types) {
        const free = ORDERS.map((order) => `${overflow(zone.chunks[order * MIGRATE_TYPES + type] as number)} `).join(
          "",
        );
        text += `Node ${String(node.id).padStart(4)}, zone ${zone.name.padStart(8)}, type ${(MIGRATE_TYPE_NAMES[type] ?? "").padStart(12)} ${free}\n`;
      }
    }
    text += `\n${"Number of blocks type".padEnd(23)}${types.map((type) => `${(MIGRATE_TYPE_NAMES[type] ?? "").padStart(12)} `).join("")}\n`;
    for (const zone of zones) {
      const blocks = types.map((type) => `${String(counts.get(zone)?.[type] ?? 0).padStart(12)} `).join("");
      text += `Node ${node.id}, zone ${zone.name.padStart(8)} ${blocks}\n`;
    }
  }
  return text;
}

/** The kernel counts no further than this while it holds the zone's lock. */
const overflow = (count: number): string => (count >= 100_000 ? ">100000" : String(count).padStart(6));

/**
 * Online pageblocks of each zone by migrate type (pagetypeinfo_showblockcount_print): counted from its first page on, so
 * that ZONE_DMA, which begins at pfn 1, has the pageblock of pfn 0.
 */
function pageblockCounts(kernel: Kernel): Map<Zone, number[]> {
  const { pages } = kernel;
  return new Map(
    kernel.zones.map((zone) => {
      const counts = new Array<number>(MIGRATE_TYPES).fill(0);
      for (let frame = zone.startPfn; frame < zone.end; frame += PAGEBLOCK_PAGES)
        if (pages.state[sectionOf(frame)] === SectionState.Online && kernel.zoneAt(frame) === zone)
          counts[kernel.pageblockTypeAt(frame)]! += 1;
      return [zone, counts];
    }),
  );
}

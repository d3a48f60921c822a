/**
 * Zonelists: in which order an allocation for a node tries the zones of the machine (mm/page_alloc.c,
 * build_all_zonelists and find_next_best_node), and the lines that the kernel logs when it rebuilds them.
 */
import { ZoneType } from "./kinds.ts";
import type { NumaNode } from "./node.ts";
import { PAGEBLOCK_PAGES } from "../units.ts";
import type { Zone } from "./zone.ts";

/** Migrate types of a kernel without CMA: fewer pageblocks than these are not worth grouping. */
const GROUPED_TYPES = 5;
/** MAX_NUMNODES with CONFIG_NODES_SHIFT=10: keeps the load below any difference in distance. */
const MAX_NUMNODES = 1024;

export interface ZonelistRules {
  /** SLIT distance from node to node. */
  distance(from: number, to: number): number;
  /** 6.12 leaves a node without memory out of its own list; 6.1 keeps it in front. */
  readonly skipsMemorylessSelf: boolean;
  /** Zones of one type on all nodes come before those of the next (kernels before 3.16, where it seemed better). */
  readonly zoneOrder?: boolean;
}

/** Which order a kernel before 3.16 prefers: by zone, unless that would leave nodes without low memory of their own (default_zonelist_order). */
export function prefersZoneOrder(nodes: readonly NumaNode[]): boolean {
  const online = nodes.filter((node) => node.online);
  const present = (each: readonly NumaNode[], below: ZoneType) =>
    each.reduce(
      (sum, node) => sum + node.zones.reduce((pages, zone) => pages + (zone.type < below ? zone.present : 0), 0),
      0,
    );
  const low = present(online, ZoneType.Normal);
  const total = present(online, ZoneType.Device);
  if (online.some((node) => !node.zones[ZoneType.Normal]?.populated) || low === 0 || low > total / 2) return false;
  const average = total / (online.filter((node) => node.hasMemory).length + 1);
  return !online.some((node) => {
    const own = present([node], ZoneType.Normal);
    const all = present([node], ZoneType.Device);
    return own > 0 && all > average && own > (all * 70) / 100;
  });
}

/** Node order for every given node; equal distances are spread between lists by a load that grows with each use. */
function fallbackOrders(
  nodes: readonly NumaNode[],
  build: readonly NumaNode[],
  rules: ZonelistRules,
): Map<number, number[]> {
  const load = new Map<number, number>();
  const orders = new Map<number, number[]>();
  for (const node of build) {
    const used = new Set<number>();
    const order: number[] = [];
    let previous = node.id;
    for (;;) {
      let best = -1;
      if (!used.has(node.id) && !(rules.skipsMemorylessSelf && !node.hasMemory)) best = node.id;
      else {
        let least = Number.POSITIVE_INFINITY;
        for (const other of nodes) {
          if (used.has(other.id) || !other.hasMemory) continue;
          const value =
            (rules.distance(node.id, other.id) + (other.id < node.id ? 1 : 0) + (other.hasCpu ? 1 : 0)) * MAX_NUMNODES +
            (load.get(other.id) ?? 0);
          if (value < least) {
            least = value;
            best = other.id;
          }
        }
      }
      if (best < 0) break;
      used.add(best);
      if (rules.distance(node.id, best) !== rules.distance(node.id, previous))
        load.set(best, (load.get(best) ?? 0) + 1);
      order.push(best);
      previous = best;
    }
    orders.set(node.id, order);
  }
  return orders;
}

/** Rebuilds the lists of `build` (all nodes, or one node that is being prepared). */
export function buildZonelists(nodes: readonly NumaNode[], build: readonly NumaNode[], rules: ZonelistRules): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const [id, order] of fallbackOrders(nodes, build, rules)) {
    const node = byId.get(id) as NumaNode;
    const list: Zone[] = [];
    for (const other of order) {
      const zones = (byId.get(other) as NumaNode).zones;
      for (let type = ZoneType.Movable as number; type >= 0; type--) {
        const zone = zones[type];
        if (zone?.populated && zone.managed > 0) list.push(zone);
      }
    }
    // Sorting is stable: within a type the nodes keep their order.
    node.zonelist = rules.zoneOrder ? list.sort((x, y) => y.type - x.type) : list;
    node.fallback = order;
  }
}

/** nr_free_zone_pages: what a node's list offers above the high watermarks, up to a zone type. */
export function freeZonePages(list: readonly Zone[], highest: ZoneType): number {
  let sum = 0;
  for (const zone of list) if (zone.type <= highest && zone.managed > zone.high) sum += zone.managed - zone.high;
  return sum;
}

/** How a kernel tells of a rebuild: see the profiles' `zonelistLog`. */
export type ZonelistStyle = "by zone" | "by node" | "plain" | "fallback";

/** The lines that build_all_zonelists logs. `described` are the nodes whose order is printed. */
export function zonelistLines(
  described: readonly NumaNode[],
  onlineNodes: number,
  cpuNode: NumaNode,
  highestKernelZone: string,
  style: ZonelistStyle = "fallback",
): string[] {
  const total = freeZonePages(cpuNode.zonelist, ZoneType.Movable);
  const mobility = total < PAGEBLOCK_PAGES * GROUPED_TYPES ? "off" : "on";
  const order = style === "by zone" ? " in Zone order" : style === "by node" ? " in Node order" : "";
  return [
    ...(style === "fallback"
      ? described.map((node) => `Fallback order for Node ${node.id}: ${node.fallback.map((id) => `${id} `).join("")}`)
      : []),
    `Built ${onlineNodes} zonelists${order}, mobility grouping ${mobility}.  Total pages: ${total}`,
    `Policy zone: ${highestKernelZone}`,
  ];
}

/**
 * Taking memory back for who wants some (mm/vmscan.c): page cache, then pages of users where there is swap for them, then
 * caches of kernel objects. Directly, or by kswapd, which works until a zone of the node is above its high mark again.
 */
import { smallest } from "../lists.ts";
import { since } from "./profiles/versions.ts";
import type { MayGo } from "../holders/swap.ts";
import type { Zone } from "../memory/zone.ts";
import type { Kernel } from "./kernel.ts";

/** Rounds of kswapd before it gives up (DEF_PRIORITY). */
const ROUNDS = 12;
/** Pages that a round aims for at least (SWAP_CLUSTER_MAX). */
const BATCH = 32;
/** At this swappiness page cache and pages of users are wanted alike (get_scan_count). */
const ALIKE = 200;

/**
 * Frees pages in some zones, about as many as wanted. Returns how many. At swappiness 0 pages of users go only where page cache is
 * exhausted, and with lists of generations (as the recorded 6.12 and later have them) not even then.
 */
export function reclaim(kernel: Kernel, from: readonly Zone[], wanted: number, by: "kswapd" | "direct"): number {
  const request = { from, wanted, by };
  const sparing = kernel.mappings.cgroups?.sparing((mayGo, hasFiles) => reclaimOf(kernel, request, mayGo, hasFiles));
  return sparing ?? reclaimOf(kernel, request, null, true);
}

interface Request {
  readonly from: readonly Zone[];
  readonly wanted: number;
  readonly by: "kswapd" | "direct";
}

/** Of the pages that may go; `null`: all may. `hasFiles`: page cache is among them. */
function reclaimOf(kernel: Kernel, { from, wanted, by }: Request, mayGo: MayGo, hasFiles: boolean): number {
  const { mappings, swap, slabs } = kernel;
  const zones = new Set(from);
  const inZones = (page: number): boolean => zones.has(kernel.zoneOfIndex(page));
  const goes = mayGo ? (page: number): boolean => inZones(page) && mayGo(page) : inZones;
  const swaps = swap.hasRoom && (swap.swappiness > 0 || !since(kernel.profile.version, 6, 12));
  const ofUsers = swaps ? Math.floor((wanted * swap.swappiness) / ALIKE) : 0;
  let files = hasFiles ? mappings.shrink(goes, wanted - ofUsers) : 0;
  let freed = files;
  if (swaps) {
    freed += swap.shrink(from, wanted - freed, mayGo);
    const rest = hasFiles && freed < wanted ? mappings.shrink(goes, wanted - freed) : 0;
    files += rest;
    freed += rest;
  }
  swap.counters.stolenFile += files;
  if (by === "kswapd") swap.counters.stolenByKswapd += freed;
  else swap.counters.stolenDirectly += freed;
  return freed + slabs.shrink(inZones, wanted - freed, (pid) => kernel.processes.has(pid));
}

/**
 * kswapd of every node that a request may use, woken as its zones were below their low marks (balance_pgdat): one zone that
 * the request could use and that is above its high mark will do.
 */
export function balance(kernel: Kernel, usable: readonly Zone[]): void {
  for (const node of new Set(usable.map((zone) => zone.node))) {
    const zones = usable.filter((zone) => zone.node === node && zone.populated);
    const highest = zones.reduce((most, { type }) => Math.max(most, type), 0);
    for (let round = 0; round < ROUNDS; round++) {
      const missing = zones.map((zone) => zone.high + (zone.protection[highest] as number) + 1 - zone.free);
      if (missing.length === 0 || missing.some((pages) => pages <= 0)) break;
      if (reclaim(kernel, zones, Math.max(BATCH, smallest(missing)), "kswapd") === 0) break;
    }
  }
}

/**
 * Counters of memory, by the names and in the order of mm/vmstat.c (vmstat_text): 6.1's, and what 6.12 has beside
 * them. What nothing in the simulation changes reads 0: events of compaction, NUMA balancing. What was scanned was taken.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { isLongTerm } from "../../memory/holding.ts";
import { MigrateType, PageFlag, PageKind, ZONE_NAMES, ZoneType } from "../../memory/kinds.ts";
import type { Zone } from "../../memory/zone.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { MAX_ORDER, PAGEBLOCK_ORDER } from "../../units.ts";
import { type KindCounts, type MemoryInUse, kindCounts, memoryInUse, mlockedPages } from "../statistics.ts";
import { writebackOf } from "./writeback-figures.ts";
import { HUGE_PAGES } from "../../holders/huge-pool.ts";

export type Counter = readonly [name: string, value: number];
const zeros = (names: string): Counter[] => (names === "" ? [] : names.split(" ").map((name) => [name, 0]));
const sum = (zones: readonly Zone[], of: (zone: Zone) => number): number =>
  zones.reduce((total, zone) => total + of(zone), 0);
/** Counters of 6.12, and what 6.18 and 7.3 (as Debian builds it) changed of them. */
const isRecent = (kernel: Kernel): boolean => kernel.profile.zoneinfo === "6.10";
const isLate = (kernel: Kernel): boolean => since(kernel.profile.version, 6, 18);
const isLatest = (kernel: Kernel): boolean => since(kernel.profile.version, 7, 3);

/** Names that a kernel has from a version on. */
const from = (kernel: Kernel, major: number, minor: number, names: string): string =>
  since(kernel.profile.version, major, minor) ? names : "";

/** Items of a zone, or of several summed up. */
export function zoneCounters(kernel: Kernel, zones: readonly Zone[], use: MemoryInUse): Counter[] {
  return [
    ["nr_free_pages", sum(zones, (zone) => zone.free)],
    ...(isLate(kernel) ? [["nr_free_pages_blocks", sum(zones, inWholePageblocks)] as Counter] : []),
    ["nr_zone_inactive_anon", use.anon + use.shmem - use.mlocked],
    ...zeros("nr_zone_active_anon"),
    ["nr_zone_inactive_file", use.file - use.shmem],
    ...zeros("nr_zone_active_file"),
    ["nr_zone_unevictable", use.mlocked],
    ["nr_zone_write_pending", zones.reduce((pages, zone) => pages + pendingIn(kernel, zone), 0)],
    ["nr_mlock", use.mlocked],
    // Since 5.11 of nodes.
    ...(countsTablesByZone(kernel) ? [["nr_page_table_pages", use.pageTables] as Counter] : []),
    ...zeros(isLate(kernel) ? "" : "nr_bounce"),
    ["nr_zspages", use.zsmalloc],
    ["nr_free_cma", sum(zones, (zone) => (zone.cma > 0 ? zone.freeOfType(MigrateType.Cma) : 0))],
    ...(isRecent(kernel) ? zeros("nr_unaccepted") : []),
  ];
}

/** Dirty or on its way to the disk. */
function pendingIn(kernel: Kernel, zone: Zone): number {
  const { dirty, writing } = writebackOf(kernel, zone);
  return dirty + writing;
}

const countsTablesByZone = (kernel: Kernel): boolean => !since(kernel.profile.version, 5, 11);

/** Free pages of chunks that are a pageblock or more. */
function inWholePageblocks(zone: Zone): number {
  let pages = 0;
  for (let order = PAGEBLOCK_ORDER; order <= MAX_ORDER; order++) pages += zone.chunksOfOrder(order) << order;
  return pages;
}

/** Where requests were served, by zones summed up. Nothing here interleaves. */
export const numaCounters = (zones: readonly Zone[]): Counter[] => [
  ["numa_hit", sum(zones, ({ served }) => served.hit)],
  ["numa_miss", sum(zones, ({ served }) => served.miss)],
  ["numa_foreign", sum(zones, ({ served }) => served.foreign)],
  ["numa_interleave", 0],
  ["numa_local", sum(zones, ({ served }) => served.local)],
  ["numa_other", sum(zones, ({ served }) => served.other)],
];

/** Reclaim is counted for each node in 7.3. */
const RECLAIM_OF_NODE =
  "pgsteal_kswapd pgsteal_direct pgsteal_khugepaged pgsteal_proactive pgsteal_anon pgsteal_file " +
  "pgscan_kswapd pgscan_direct pgscan_khugepaged pgscan_proactive pgscan_anon pgscan_file pgrotate_anon pgrotate_file";

/** Items of a node. Anonymous and file pages count as inactive: the simulation has no LRU age. */
export function nodeCounters(kernel: Kernel, node: number | null): Counter[] {
  const use = memoryInUse(kindCounts(kernel, node), mlockedPages(kernel, node));
  const { dirty, writing, dirtied, written } = writebackOf(kernel, node);
  const [recent, late, latest] = [isRecent(kernel), isLate(kernel), isLatest(kernel)];
  return [
    ["nr_inactive_anon", use.anon + use.shmem - use.mlocked],
    ...zeros("nr_active_anon"),
    ["nr_inactive_file", use.file - use.shmem],
    ...zeros("nr_active_file"),
    ["nr_unevictable", use.mlocked],
    ["nr_slab_reclaimable", use.slabReclaimable],
    ["nr_slab_unreclaimable", use.slabUnreclaimable],
    ...zeros("nr_isolated_anon nr_isolated_file workingset_nodes workingset_refault_anon workingset_refault_file"),
    ...zeros(
      "workingset_activate_anon workingset_activate_file workingset_restore_anon workingset_restore_file workingset_nodereclaim",
    ),
    ["nr_anon_pages", use.anon],
    ["nr_mapped", use.shmem],
    ["nr_file_pages", use.file],
    ["nr_dirty", dirty],
    ["nr_writeback", writing],
    ...zeros(late ? "" : "nr_writeback_temp"),
    ["nr_shmem", use.shmem],
    ...zeros("nr_shmem_hugepages nr_shmem_pmdmapped nr_file_hugepages nr_file_pmdmapped"),
    ["nr_anon_transparent_hugepages", use.anonHuge / HUGE_PAGES],
    ...zeros("nr_vmscan_write nr_vmscan_immediate_reclaim"),
    ["nr_dirtied", dirtied],
    ["nr_written", written],
    ...zeros(`${from(kernel, 5, 16, "nr_throttled_written ")}nr_kernel_misc_reclaimable`),
    // Of nodes; here of the kernel, which does not say where pins were taken.
    ["nr_foll_pin_acquired", node === null ? kernel.vmstat.pins : 0],
    ["nr_foll_pin_released", node === null ? kernel.vmstat.pins - pinned(kernel) : 0],
    ...(latest ? [["nr_vmalloc", use.vmalloc] as Counter] : []),
    ["nr_kernel_stack", use.kernelStack * 4],
    ...(countsTablesByZone(kernel) ? [] : [["nr_page_table_pages", use.pageTables] as Counter]),
    ...zeros(from(kernel, 6, 1, "nr_sec_page_table_pages")),
    ...(recent ? zeros("nr_iommu_pages") : []),
    ...zeros(from(kernel, 5, 12, "nr_swapcached")),
    ...zeros(from(kernel, 6, 1, "pgpromote_success pgpromote_candidate")),
    ...(late ? zeros("pgpromote_candidate_nrl") : []),
    ...(recent ? zeros("pgdemote_kswapd pgdemote_direct pgdemote_khugepaged") : []),
    ...(late ? zeros("pgdemote_proactive") : []),
    ...(latest ? zeros(`${RECLAIM_OF_NODE} pgrefill`) : []),
    ...(late
      ? [["nr_hugetlb", use.hugetlb * HUGE_PAGES] as Counter, ...zeros("nr_balloon_pages nr_kernel_file_pages")]
      : []),
    ...(latest ? zeros("nr_gpu_active nr_gpu_reclaim") : []),
  ];
}

/** Pages that are pinned now, for as long as they are registered with somebody. */
function pinned({ mappings, pages }: Kernel): number {
  let count = 0;
  for (const mapping of mappings)
    if (isLongTerm(mapping.what))
      for (const page of mapping.present()) if ((pages.flags[page] as number) & PageFlag.Pinned) count++;
  return count;
}

/** Pages that hold memory maps: of hot-added memory and of blocks that host their own; of boot memory. */
const memmapCounters = (counts: KindCounts): Counter[] => [
  ["nr_memmap_pages", (counts[PageKind.Vmemmap] ?? 0) + (counts[PageKind.SelfMemmap] ?? 0)],
  ["nr_memmap_boot_pages", counts[PageKind.BootMemmap] ?? 0],
];

/** A name for each zone, as the counters of zones end: `pgalloc_dma32`. */
const byZone = (kernel: Kernel, prefix: string): string =>
  ZONE_NAMES.filter((name) => name !== "Device" || since(kernel.profile.version, 6, 1))
    .map((name) => `${prefix}_${name.toLowerCase()}`)
    .join(" ");

/** Reclaim as it was counted for the whole kernel, before 7.3. */
function reclaimEvents(kernel: Kernel): string {
  const [recent, late] = [isRecent(kernel), isLate(kernel)];
  const proactive = (what: string): string => (late ? `${what}_proactive ` : "");
  const who = recent
    ? `pgsteal_khugepaged ${proactive("pgsteal")}pgscan_kswapd pgscan_direct pgscan_khugepaged ${proactive("pgscan")}`
    : `${from(kernel, 5, 15, "pgdemote_kswapd pgdemote_direct ")}pgscan_kswapd pgscan_direct `;
  return `pgrefill pgreuse pgsteal_kswapd pgsteal_direct ${who}pgscan_direct_throttle pgscan_anon pgscan_file pgsteal_anon pgsteal_file`;
}

/** Events, of the whole kernel. */
function events(kernel: Kernel): Counter[] {
  const [recent, late, latest] = [isRecent(kernel), isLate(kernel), isLatest(kernel)];
  const only = (names: string): Counter[] => (recent ? zeros(names) : []);
  return [
    ...zeros(
      `pgpgin pgpgout pswpin pswpout ${["pgalloc", "allocstall", "pgskip"].map((what) => byZone(kernel, what)).join(" ")}`,
    ),
    ...zeros("pgfree pgactivate pgdeactivate pglazyfree pgfault pgmajfault pglazyfreed"),
    ...zeros(latest ? "pgreuse pgscan_direct_throttle" : reclaimEvents(kernel)),
    ...only("zone_reclaim_success"),
    ...zeros(
      "zone_reclaim_failed pginodesteal slabs_scanned kswapd_inodesteal kswapd_low_wmark_hit_quickly kswapd_high_wmark_hit_quickly pageoutrun pgrotated",
    ),
    ...zeros("drop_pagecache drop_slab"),
    ["oom_kill", kernel.vmstat.oomKill],
    ...zeros("numa_pte_updates numa_huge_pte_updates numa_hint_faults numa_hint_faults_local numa_pages_migrated"),
    ["pgmigrate_success", kernel.vmstat.pgmigrateSuccess],
    ["pgmigrate_fail", kernel.vmstat.pgmigrateFail],
    ...zeros(
      "thp_migration_success thp_migration_fail thp_migration_split compact_migrate_scanned compact_free_scanned compact_isolated compact_stall compact_fail compact_success",
    ),
    ...zeros(
      "compact_daemon_wake compact_daemon_migrate_scanned compact_daemon_free_scanned htlb_buddy_alloc_success htlb_buddy_alloc_fail",
    ),
    ...(latest ? zeros("cma_alloc_success cma_alloc_fail") : []),
    ...zeros(
      "unevictable_pgs_culled unevictable_pgs_scanned unevictable_pgs_rescued unevictable_pgs_mlocked unevictable_pgs_munlocked unevictable_pgs_cleared unevictable_pgs_stranded",
    ),
    ...zeros(
      "thp_fault_alloc thp_fault_fallback thp_fault_fallback_charge thp_collapse_alloc thp_collapse_alloc_failed thp_file_alloc thp_file_fallback thp_file_fallback_charge",
    ),
    ...zeros("thp_file_mapped thp_split_page thp_split_page_failed thp_deferred_split_page"),
    ...only("thp_underused_split_page"),
    ...zeros(
      `thp_split_pmd ${from(kernel, 5, 17, "thp_scan_exceed_none_pte thp_scan_exceed_swap_pte thp_scan_exceed_share_pte ")}thp_split_pud thp_zero_page_alloc thp_zero_page_alloc_failed thp_swpout thp_swpout_fallback`,
    ),
    ...zeros("balloon_inflate balloon_deflate balloon_migrate swap_ra swap_ra_hit"),
    ...only("swpin_zero swpout_zero"),
    ...(since(kernel.profile.version, 5, 19)
      ? [["ksm_swpin_copy", 0] as Counter, ["cow_ksm", kernel.ksm?.broken ?? 0] as Counter]
      : []),
    ...(latest ? zeros("zswpin zswpout zswpwb") : []),
    ...(since(kernel.profile.version, 5, 13)
      ? [
          ["direct_map_level2_splits", kernel.directMap.splits2M] as Counter,
          ["direct_map_level3_splits", kernel.directMap.splits1G] as Counter,
        ]
      : []),
    ...(late ? zeros("direct_map_level2_collapses direct_map_level3_collapses") : []),
    ...(latest ? zeros("nrswpin nrswpout") : []),
    ["nr_unstable", 0],
  ];
}

/** What reclaim counted, by the names that kernels have for it. */
function reclaimed(kernel: Kernel): ReadonlyMap<string, number> {
  const {
    disk,
    swap: { counters },
  } = kernel;
  const taken: readonly Counter[] = [
    ["kswapd", counters.stolenByKswapd],
    ["direct", counters.stolenDirectly],
    ["anon", counters.stolenAnon],
    ["file", counters.stolenFile],
  ];
  return new Map([
    // In KiB.
    ["pgpgin", 4 * (disk?.readPages ?? 0)],
    ["pgpgout", 4 * writebackOf(kernel, null).sent],
    ["pswpin", counters.swappedIn],
    ["pswpout", counters.swappedOut],
    ...taken.flatMap(([name, pages]): Counter[] => [
      [`pgsteal_${name}`, pages],
      [`pgscan_${name}`, pages],
    ]),
  ]);
}

/** /proc/vmstat. */
export function vmstat(kernel: Kernel): string {
  const managed = kernel.zones.reduce((total, zone) => total + (zone.type === ZoneType.Device ? 0 : zone.managed), 0);
  const counts = kindCounts(kernel, null);
  const use = memoryInUse(counts, mlockedPages(kernel, null));
  const thresholds: Counter[] = [
    ["nr_dirty_threshold", Math.floor(managed / 5)],
    ["nr_dirty_background_threshold", Math.floor(managed / 10)],
  ];
  const counters = [
    ...zoneCounters(kernel, kernel.zones, use),
    ...numaCounters(kernel.zones),
    ...nodeCounters(kernel, null),
    ...thresholds,
    ...(isRecent(kernel) ? memmapCounters(counts) : []),
    ...events(kernel),
  ];
  const taken = reclaimed(kernel);
  return counters.map(([name, value]) => `${name} ${taken.get(name) ?? value}\n`).join("");
}

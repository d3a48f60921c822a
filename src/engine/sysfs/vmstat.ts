/**
 * Counters of memory, by the names and in the order of mm/vmstat.c (vmstat_text) for 6.1. What nothing in the
 * simulation changes reads 0.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { ZoneType } from "../memory/kinds.ts";
import type { Zone } from "../memory/zone.ts";
import { type MemoryInUse, kindCounts, memoryInUse } from "./statistics.ts";

export type Counter = readonly [name: string, value: number];
const zeros = (...names: string[]): Counter[] => names.map((name) => [name, 0]);

/** Items of a zone; `null` sums all. */
export function zoneCounters(kernel: Kernel, zone: Zone | null): Counter[] {
  const free = zone ? zone.free : kernel.zones.reduce((sum, each) => sum + each.free, 0);
  return [
    ["nr_free_pages", free],
    ...zeros(
      "nr_zone_inactive_anon",
      "nr_zone_active_anon",
      "nr_zone_inactive_file",
      "nr_zone_active_file",
      "nr_zone_unevictable",
    ),
    ...zeros("nr_zone_write_pending", "nr_mlock", "nr_bounce", "nr_zspages", "nr_free_cma"),
  ];
}

export const numaCounters = (): Counter[] =>
  zeros("numa_hit", "numa_miss", "numa_foreign", "numa_interleave", "numa_local", "numa_other");

/** Items of a node. */
export function nodeCounters(use: MemoryInUse): Counter[] {
  return [
    ["nr_inactive_anon", use.anon + use.shmem],
    ["nr_active_anon", 0],
    ["nr_inactive_file", use.file - use.shmem],
    ...zeros("nr_active_file", "nr_unevictable"),
    ["nr_slab_reclaimable", use.slabReclaimable],
    ["nr_slab_unreclaimable", use.slabUnreclaimable],
    ...zeros(
      "nr_isolated_anon",
      "nr_isolated_file",
      "workingset_nodes",
      "workingset_refault_anon",
      "workingset_refault_file",
    ),
    ...zeros(
      "workingset_activate_anon",
      "workingset_activate_file",
      "workingset_restore_anon",
      "workingset_restore_file",
    ),
    ...zeros("workingset_nodereclaim"),
    ["nr_anon_pages", use.anon],
    ["nr_mapped", use.shmem],
    ["nr_file_pages", use.file],
    ...zeros("nr_dirty", "nr_writeback", "nr_writeback_temp"),
    ["nr_shmem", use.shmem],
    ...zeros("nr_shmem_hugepages", "nr_shmem_pmdmapped", "nr_file_hugepages", "nr_file_pmdmapped"),
    ["nr_anon_transparent_hugepages", use.anonHuge / 512],
    ...zeros("nr_vmscan_write", "nr_vmscan_immediate_reclaim", "nr_dirtied", "nr_written", "nr_throttled_written"),
    ["nr_kernel_misc_reclaimable", 0],
    ...zeros("nr_foll_pin_acquired", "nr_foll_pin_released"),
    ["nr_kernel_stack", use.kernelStack * 4],
    ["nr_page_table_pages", use.pageTables],
    ...zeros("nr_sec_page_table_pages", "nr_swapcached", "pgpromote_success", "pgpromote_candidate"),
  ];
}

/** /proc/vmstat. */
export function vmstat(kernel: Kernel): string {
  const managed = kernel.zones.reduce((sum, zone) => sum + (zone.type === ZoneType.Device ? 0 : zone.managed), 0);
  const counters: Counter[] = [
    ...zoneCounters(kernel, null),
    ...numaCounters(),
    ...nodeCounters(memoryInUse(kindCounts(kernel, null))),
    ["nr_dirty_threshold", Math.floor(managed / 5)],
    ["nr_dirty_background_threshold", Math.floor(managed / 10)],
    ...zeros(
      "pgpgin",
      "pgpgout",
      "pswpin",
      "pswpout",
      "pgalloc_dma",
      "pgalloc_dma32",
      "pgalloc_normal",
      "pgalloc_movable",
    ),
    ...zeros("pgalloc_device", "pgfree", "pgfault", "pgmajfault", "drop_pagecache", "drop_slab", "oom_kill"),
    ["pgmigrate_success", kernel.vmstat.pgmigrateSuccess],
    ["pgmigrate_fail", kernel.vmstat.pgmigrateFail],
    ...zeros("thp_migration_success", "thp_migration_fail", "thp_migration_split"),
    ...zeros(
      "compact_migrate_scanned",
      "compact_free_scanned",
      "compact_isolated",
      "compact_stall",
      "compact_fail",
      "compact_success",
    ),
    ...zeros("unevictable_pgs_mlocked", "unevictable_pgs_munlocked"),
    ["direct_map_level2_splits", kernel.directMap.splits2M],
    ["direct_map_level3_splits", kernel.directMap.splits1G],
    ["nr_unstable", 0],
  ];
  return counters.map(([name, value]) => `${name} ${value}\n`).join("");
}

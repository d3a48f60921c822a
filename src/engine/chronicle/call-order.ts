/**
 * Who calls whom, in the order in which the kernel's source has it: where a function stands in an operation. What a profile before
 * 6.1 has instead stands where it stood. As far as functions.ts names them: what lies between two of them is left out.
 * A reading of the files that functions.ts names, as of 6.1; call-order.test.ts holds it against machines that run.
 */
import type { KernelFunction } from "./functions.ts";

/** Occasions on which the kernel goes through its functions, in the order in which a machine is likely to meet them. */
export type Passage =
  | "state-file"
  | "online"
  | "offline"
  | "moving"
  | "arrival"
  | "departure"
  | "virtio-mem"
  | "contiguous"
  | "memory-error"
  | "allocating"
  | "pinning"
  | "freeing"
  | "panic";

/** What each function calls, in order. */
const CALLS: Partial<Readonly<Record<KernelFunction, readonly KernelFunction[]>>> = {
  state_store: ["lock_device_hotplug_sysfs", "device_online", "device_offline"],
  online_store: ["lock_device_hotplug_sysfs", "device_online", "device_offline"],

  device_online: ["memory_subsys_online"],
  memory_subsys_online: ["memory_block_online"],
  memory_block_online: ["zone_for_pfn_range", "online_pages"],
  online_pages: [
    "move_pfn_range_left",
    "move_pfn_range_right",
    "move_pfn_range_to_zone",
    "memory_notify",
    "build_all_zonelists",
  ],

  device_offline: ["memory_subsys_offline"],
  memory_subsys_offline: ["memory_block_offline"],
  memory_block_offline: ["offline_pages"],
  offline_pages: [
    "can_offline_normal",
    "zone_pcp_disable",
    "lru_cache_disable",
    "start_isolate_page_range",
    "memory_notify",
    "scan_movable_pages",
    "do_migrate_range",
    "lru_add_drain_all",
    "drain_all_pages",
    "dissolve_free_huge_pages",
    "check_pages_isolated",
    "test_pages_isolated",
    "__offline_isolated_pages",
    "build_all_zonelists",
  ],
  start_isolate_page_range: ["set_migratetype_isolate"],
  do_migrate_range: ["isolate_lru_page", "migrate_pages", "move_kernel_pages"],
  memory_notify: ["virtio_mem_memory_notifier_cb"],

  migrate_pages: [
    "folio_wait_writeback",
    "try_to_migrate",
    "migrate_folio",
    "remove_migration_ptes",
    "free_one_page",
    "putback_movable_pages",
  ],

  acpi_hotplug_work_fn: ["acpi_device_hotplug"],
  acpi_device_hotplug: ["lock_device_hotplug", "acpi_generic_hotplug_event"],
  acpi_generic_hotplug_event: ["acpi_scan_device_check", "acpi_scan_hot_remove"],
  acpi_scan_device_check: ["acpi_bus_scan"],
  acpi_bus_scan: ["acpi_memory_device_add"],
  acpi_memory_device_add: ["__add_memory"],
  __add_memory: ["register_memory_resource", "add_memory_resource"],
  add_memory_resource: [
    "check_hotplug_memory_range",
    "arch_add_memory",
    "create_memory_block_devices",
    "device_online",
  ],
  arch_add_memory: ["init_memory_mapping", "__add_pages"],
  init_memory_mapping: ["kernel_physical_mapping_init"],
  __add_pages: ["sparse_add_section"],

  acpi_scan_hot_remove: ["acpi_scan_try_to_offline", "acpi_bus_trim", "acpi_evaluate_ej0"],
  acpi_scan_try_to_offline: ["acpi_bus_offline", "acpi_bus_online"],
  acpi_bus_offline: ["device_offline"],
  acpi_bus_online: ["device_online"],
  acpi_bus_trim: ["acpi_memory_device_remove"],
  acpi_memory_device_remove: ["__remove_memory"],
  __remove_memory: ["try_remove_memory"],
  try_remove_memory: ["arch_remove_memory"],
  arch_remove_memory: ["__remove_pages", "kernel_physical_mapping_remove"],
  __remove_pages: ["sparse_remove_section"],

  virtio_mem_run_wq: [
    "virtio_mem_unplug_request",
    "virtio_mem_fake_offline",
    "virtio_mem_send_request",
    "add_memory_driver_managed",
    "offline_and_remove_memory",
  ],
  add_memory_driver_managed: ["register_memory_resource", "add_memory_resource"],
  virtio_mem_fake_offline: ["alloc_contig_range"],
  offline_and_remove_memory: ["device_offline", "try_remove_memory"],

  set_max_huge_pages: ["alloc_contig_range"],
  alloc_contig_range: ["start_isolate_page_range", "drain_all_pages", "__alloc_contig_migrate_range"],
  __alloc_contig_migrate_range: ["lru_cache_disable", "isolate_migratepages_range", "migrate_pages"],

  soft_offline_page_store: ["soft_offline_page"],
  soft_offline_page: ["migrate_pages"],
  do_migrate_pages: ["migrate_pages"],

  handle_mm_fault: ["hugetlb_fault", "do_huge_pmd_anonymous_page"],
  pin_user_pages_fast: ["handle_mm_fault", "check_and_migrate_movable_pages"],
  check_and_migrate_movable_pages: ["migrate_pages"],
  drop_caches_sysctl_handler: ["drop_pagecache_sb", "drop_slab"],
  do_exit: ["unmap_vmas", "free_pgtables"],
  try_to_unuse: ["handle_mm_fault"],
  run_store: ["unmerge_ksm_pages"],
  unmerge_ksm_pages: ["handle_mm_fault"],
};

/** Where each passage begins. A function belongs to the first that comes to it. */
const BEGINS: Readonly<Record<Passage, readonly KernelFunction[]>> = {
  "state-file": ["state_store", "online_store"],
  online: ["device_online"],
  offline: ["device_offline"],
  moving: ["migrate_pages", "do_migrate_pages"],
  arrival: ["acpi_hotplug_schedule", "acpi_hotplug_work_fn"],
  departure: ["acpi_scan_hot_remove"],
  "virtio-mem": ["virtio_mem_run_wq"],
  contiguous: ["set_max_huge_pages", "alloc_contig_range"],
  "memory-error": ["soft_offline_page_store"],
  allocating: [
    "handle_mm_fault",
    "filemap_read",
    "kmem_cache_alloc",
    "vmalloc",
    "pipe_write",
    "balloon_page_alloc",
    "balance_dirty_pages",
    "mem_cgroup_handle_over_high",
  ],
  pinning: ["pin_user_pages_fast", "vmsplice_to_pipe"],
  freeing: [
    "do_exit",
    "ep_poll",
    "tcp_close",
    "drop_caches_sysctl_handler",
    "try_to_unuse",
    "ksm_do_scan",
    "run_store",
    "try_to_free_mem_cgroup_pages",
  ],
  panic: ["panic", "kernel_restart"],
};

/** What a function calls, in order; nothing where it calls none that has a name here. */
export const calledBy = (name: KernelFunction): readonly KernelFunction[] => CALLS[name] ?? [];

/** Who calls a function. */
export const callersOf = (name: KernelFunction): readonly KernelFunction[] =>
  (Object.keys(CALLS) as KernelFunction[]).filter((caller) => calledBy(caller).includes(name));

/** A function on its way: how many of the passage call each other down to it, and whether it is told of here or in a passage of its own. */
export interface Place {
  readonly name: KernelFunction;
  readonly depth: number;
  readonly home: boolean;
}

/** Every function that can be named, once at its home, and where else it stands: passage by passage, in the kernel's order. */
export function passages(): ReadonlyMap<Passage, readonly Place[]> {
  const begun = new Set(Object.values(BEGINS).flat());
  const told = new Set<KernelFunction>();
  const all = new Map<Passage, readonly Place[]>();
  for (const [passage, roots] of Object.entries(BEGINS) as [Passage, readonly KernelFunction[]][]) {
    const places: Place[] = [];
    const go = (name: KernelFunction, depth: number): void => {
      const home = !told.has(name) && (depth === 0 || !begun.has(name));
      places.push({ name, depth, home });
      if (!home) return;
      told.add(name);
      for (const next of calledBy(name)) go(next, depth + 1);
    };
    for (const root of roots) go(root, 0);
    all.set(passage, places);
  }
  return all;
}

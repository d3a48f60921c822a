/**
 * Kernel functions that can be named, by the file that they stand in: those in which simulated time passes (every step of an
 * operation names the one whose work it is, `Steps` of ./task.ts, so an operation has a call stack), and those that decide a
 * check of an attempt. A function stands here by what 6.1 calls it; `calledIn` says what another kernel does. Which calls
 * which: ./call-order.ts.
 *
 * Names and who calls whom were read from running kernels where one can be caught in the act (/proc/PID/stack and
 * /proc/kallsyms of 6.1 and 6.12); the others, and the names of kernels before 5.10, are a reading of the source.
 */
const FILES = {
  "drivers/base/core.c": [
    "online_store",
    "lock_device_hotplug_sysfs",
    "lock_device_hotplug",
    "device_online",
    "device_offline",
  ],
  "drivers/base/memory.c": [
    "state_store",
    "soft_offline_page_store",
    "memory_subsys_online",
    "memory_block_online",
    "memory_subsys_offline",
    "memory_block_offline",
    "memory_notify",
    "create_memory_block_devices",
  ],
  "drivers/acpi/osl.c": ["acpi_hotplug_schedule", "acpi_hotplug_work_fn"],
  "drivers/acpi/scan.c": [
    "acpi_device_hotplug",
    "acpi_generic_hotplug_event",
    "acpi_scan_device_check",
    "acpi_bus_scan",
    "acpi_scan_hot_remove",
    "acpi_scan_try_to_offline",
    "acpi_bus_offline",
    "acpi_bus_online",
    "acpi_bus_trim",
  ],
  "drivers/acpi/utils.c": ["acpi_evaluate_ej0"],
  "drivers/acpi/acpi_memhotplug.c": ["acpi_memory_device_add", "acpi_memory_device_remove"],
  "mm/memory_hotplug.c": [
    "add_memory_driver_managed",
    "__add_memory",
    "add_memory_resource",
    "__add_pages",
    "online_pages",
    "move_pfn_range_to_zone",
    "offline_pages",
    "scan_movable_pages",
    "do_migrate_range",
    "register_memory_resource",
    "check_hotplug_memory_range",
    "zone_for_pfn_range",
    "move_pfn_range_left",
    "move_pfn_range_right",
    "can_offline_normal",
    "check_pages_isolated",
    "offline_and_remove_memory",
    "__remove_memory",
    "try_remove_memory",
    "__remove_pages",
  ],
  "mm/sparse.c": ["sparse_add_section", "sparse_remove_section"],
  "arch/x86/mm/init_64.c": [
    "arch_add_memory",
    "kernel_physical_mapping_init",
    "arch_remove_memory",
    "kernel_physical_mapping_remove",
  ],
  "arch/x86/mm/init.c": ["init_memory_mapping"],
  "mm/page_isolation.c": ["start_isolate_page_range", "set_migratetype_isolate", "test_pages_isolated"],
  "mm/page_alloc.c": [
    "zone_pcp_disable",
    "drain_all_pages",
    "build_all_zonelists",
    "__offline_isolated_pages",
    "free_one_page",
    "alloc_contig_range",
    "__alloc_contig_migrate_range",
  ],
  "mm/swapfile.c": ["try_to_unuse"],
  "mm/ksm.c": ["ksm_do_scan", "run_store", "unmerge_ksm_pages"],
  "mm/swap.c": ["lru_cache_disable", "lru_add_drain_all"],
  "mm/vmscan.c": ["isolate_lru_page", "drop_slab", "try_to_free_mem_cgroup_pages"],
  "mm/compaction.c": ["isolate_migratepages_range"],
  "mm/mempolicy.c": ["do_migrate_pages"],
  "mm/migrate.c": ["migrate_pages", "migrate_folio", "remove_migration_ptes", "putback_movable_pages"],
  "mm/rmap.c": ["try_to_migrate"],
  "mm/memory-failure.c": ["soft_offline_page"],
  "mm/hugetlb.c": ["dissolve_free_huge_pages", "hugetlb_fault", "set_max_huge_pages"],
  "mm/memory.c": ["handle_mm_fault", "unmap_vmas", "free_pgtables"],
  "mm/huge_memory.c": ["do_huge_pmd_anonymous_page"],
  "mm/filemap.c": ["filemap_read"],
  "mm/page-writeback.c": ["folio_wait_writeback", "balance_dirty_pages"],
  "mm/memcontrol.c": ["mem_cgroup_handle_over_high"],
  "mm/gup.c": ["pin_user_pages_fast", "check_and_migrate_movable_pages"],
  "mm/slub.c": ["kmem_cache_alloc"],
  "mm/vmalloc.c": ["vmalloc"],
  "mm/balloon_compaction.c": ["balloon_page_alloc"],
  "fs/pipe.c": ["pipe_write"],
  "fs/splice.c": ["vmsplice_to_pipe"],
  "fs/eventpoll.c": ["ep_poll"],
  "fs/drop_caches.c": ["drop_caches_sysctl_handler", "drop_pagecache_sb"],
  "net/ipv4/tcp.c": ["tcp_close"],
  "kernel/exit.c": ["do_exit"],
  "kernel/panic.c": ["panic"],
  "kernel/reboot.c": ["kernel_restart"],
  "drivers/virtio/virtio_mem.c": [
    "virtio_mem_run_wq",
    "virtio_mem_send_request",
    "virtio_mem_fake_offline",
    "virtio_mem_memory_notifier_cb",
    "virtio_mem_unplug_request",
  ],
  /** In no kernel: what the what-if profile would do. */
  "": ["move_kernel_pages"],
} as const;

export type KernelFunction = (typeof FILES)[keyof typeof FILES][number];

/** Every function that can be named. */
export const KERNEL_FUNCTIONS: readonly KernelFunction[] = Object.values(FILES).flat();

/** The source file that a function stands in; `null` where no kernel has it. */
export function fileOf(name: KernelFunction): string | null {
  for (const [file, names] of Object.entries(FILES))
    if ((names as readonly string[]).includes(name)) return file === "" ? null : file;
  return null;
}

/** Another name, and the first version that no longer used it. */
const BEFORE: Partial<Readonly<Record<KernelFunction, readonly [name: string, until: number]>>> = {
  try_to_migrate: ["try_to_unmap", 5.14],
  folio_wait_writeback: ["wait_on_page_writeback", 5.16],
  migrate_folio: ["migrate_page", 6],
  memory_block_online: ["memory_block_action", 5.13],
  memory_block_offline: ["memory_block_action", 5.13],
  zone_pcp_disable: ["drain_all_pages", 5.11],
  lru_cache_disable: ["lru_add_drain_all", 5.13],
  move_pfn_range_to_zone: ["online_pages_range", 4.13],
  create_memory_block_devices: ["register_new_memory", 5.2],
  sparse_add_section: ["sparse_add_one_section", 5.3],
  sparse_remove_section: ["sparse_remove_one_section", 5.3],
  __add_memory: ["add_memory", 4.2],
  add_memory_resource: ["add_memory", 4.4],
  pin_user_pages_fast: ["get_user_pages_fast", 5.6],
  acpi_generic_hotplug_event: ["acpi_scan_bus_device_check", 3.14],
};
/** What takes the place of a function, and a version that has it. */
const SINCE: Partial<Readonly<Record<KernelFunction, readonly [name: string, from: number]>>> = {
  isolate_lru_page: ["folio_isolate_lru", 6.12],
  dissolve_free_huge_pages: ["dissolve_free_hugetlb_folios", 6.12],
};

/** What a function is called in a kernel, by its version as in `KernelVersion`: `3.14`, `6.1`, `what-if`. */
export function calledIn(version: string, name: KernelFunction): string {
  const number = numberOf(version);
  const older = BEFORE[name];
  if (older && number < older[1]) return older[0];
  const newer = SINCE[name];
  return newer && number >= newer[1] ? newer[0] : name;
}

/** `6.1` as 6.01 and `6.12` as 6.12, so that they can be compared. What never was released stands on what it is made from. */
function numberOf(version: string): number {
  const base = { "2013-proposal": "3.9", "what-if": "6.12" }[version] ?? version;
  const [major = 0, minor = 0] = base.split(".").map(Number);
  return major + minor / 100;
}

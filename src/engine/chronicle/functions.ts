/**
 * Kernel functions on the way of an offline and of the pages that it moves (mm/memory_hotplug.c, mm/migrate.c,
 * mm/page_isolation.c, mm/page_alloc.c), each with at most six words on what it does. The names of 6.1 and 6.12 were
 * read from those kernels' symbol tables; older names are a reading of the source.
 *
 * The engine names a function by what 6.1 calls it; `calledIn` says what another kernel does.
 */
export const FUNCTIONS = {
  offline_pages: "takes a memory block offline",
  start_isolate_page_range: "closes its pageblocks to new allocations",
  scan_movable_pages: "finds the next page to move",
  do_migrate_range: "gathers pages and has them moved",
  isolate_lru_page: "takes it off its list",
  migrate_pages: "tries a list, pass by pass",
  try_to_migrate: "makes its entries migration entries",
  migrate_folio: "copies content and state",
  remove_migration_ptes: "makes entries lead to a page",
  free_one_page: "old frame joins the Isolate list",
  putback_movable_pages: "puts it back on its list",
  move_kernel_pages: "what-if: copies kernel memory",
  dissolve_free_huge_pages: "gives free huge pages back",
} as const;

export type KernelFunction = keyof typeof FUNCTIONS;

/** Another name, and the first version that no longer used it. */
const BEFORE: Partial<Readonly<Record<KernelFunction, readonly [name: string, until: number]>>> = {
  try_to_migrate: ["try_to_unmap", 5.14],
  migrate_folio: ["migrate_page", 6],
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

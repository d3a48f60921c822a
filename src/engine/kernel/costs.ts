/**
 * What kernel work costs in simulated nanoseconds. Orders of magnitude of a present-day server core; not measured on
 * any one machine, and the same everywhere so that runs can be compared. Copying is scaled by NUMA distance / 10.
 */
export const Cost = {
  /** Taking a lock, a notifier, a trip through sysfs. */
  call: 2_000,
  /** Draining per-CPU lists on all CPUs. */
  drain: 50_000,
  /** Looking at one pageblock for unmovable pages, and moving its free pages. */
  isolatePageblock: 4_000,
  /** Per page: taking it off its list, unmapping it with a TLB flush, and putting the new mapping in place. */
  isolatePage: 120,
  unmapPage: 700,
  copyPage: 350,
  remapPage: 330,
  /** Trying to move a page that cannot move. */
  failPage: 900,
  /** Looking at a page while scanning a block. */
  scanPage: 2,
  /** Initialising a struct page at online; taking one off at offline. */
  initPage: 6,
  /** Rebuilding zonelists, recomputing watermarks. */
  rebuild: 80_000,
  /** Firmware: a notification, _STA, _CRS, _EJ0. */
  acpi: 400_000,
  /** Memory map of one section, and its direct mapping. */
  mapSection: 140_000,
  mapDirect: 10_000,
  /** One page fault of a user page: zeroing included. */
  fault: 500,
  /** Zeroing one page of a huge page. */
  zeroPage: 80,
  /** One page of kernel memory. */
  kernelPage: 250,
  /** Unmapping a page of a process that ends, or of a file that nobody maps, and freeing it: in batches. */
  freePage: 60,
  /** What-if: stopping all CPUs and letting them go on; a TLB flush on one of them; filling the table for an entry that is split. */
  stopMachine: 60_000,
  flushTlb: 2_000,
  splitEntry: 3_000,
  /** Pause of a writer that finds device_hotplug_lock taken. */
  lockRetry: 5_000_000,
} as const;

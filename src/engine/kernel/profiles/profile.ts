/**
 * What a kernel version can do and how it differs, as switches. One code base serves all versions; a new profile is a
 * new row in ./rows.ts. Each switch names the version, and the commit or function where one is known, that changed it.
 * How sure that is stands in docs/kernel-profiles.md: 6.1 and 6.12 are compared with recorded kernels, older rows are
 * read from source and commit texts only.
 */
import type { KernelVersion } from "../../hardware/description.ts";
import type { OnlineType } from "../parameters.ts";

export interface Profile {
  readonly version: KernelVersion;

  // Hot remove

  /**
   * Removal takes down the direct mapping, the memory map and the entries in sysfs (3.9, arch_remove_memory for x86-64
   * and the clean-up round it). Before, memory could only be offlined: an eject request is refused.
   */
  readonly removesMemory: boolean;
  /**
   * When a block refuses, those that the eject request had offlined come back online (3.11, acpi_bus_online_companions);
   * before they stayed offline, and the log named the range that had refused.
   */
  readonly undoesEject: boolean;

  /** A device check looks at the whole bus again, so that every DIMM whose add failed is tried once more (6.9, ACPI: scan: rework Device Check). */
  readonly rescansBus: boolean;

  /**
   * An add that finds no room for a memory map leaves those that it made before: nothing gives them back (__add_pages;
   * recorded on 6.1, and so on all that are).
   */
  readonly failedAddKeepsMaps: boolean;

  /**
   * Zones that starve go on asking for more than their marks, and the next fork finds nothing (watermark boosting, 5.0; recorded
   * on 5.10, 6.12 and 7.3 after an add that failed. On 6.1 kswapd still found slab to shrink, and took the boost away).
   */
  readonly starvedStayBoosted: boolean;

  // Onlining

  /** Words that `state` knows. `online_kernel` and `online_movable` came with 3.8. */
  readonly stateWords: readonly OnlineType[];
  /**
   * Until 3.16 `state` compared only as many letters as the word has: `online_xyz` meant `online`
   * (a37f86305c80, mem-hotplug: avoid illegal state prefixed with legal state).
   */
  readonly stateParsing: "prefix" | "exact";
  /**
   * When memory gets its zone: as it is added (Normal on x86-64, arch_add_memory), or as it is onlined (4.13,
   * f1dd2cd13c4b, mm, memory_hotplug: do not associate hotadded memory to zones until online; overlaps free since 4.14).
   */
  readonly zoneFixedAt: "add" | "online";
  /**
   * With zones fixed at add: a block at the right end of Normal may still become Movable and one at the left end of
   * Movable Normal; anything else fails with EPERM (3.8 to 4.12, move_pfn_range_left and _right).
   */
  readonly convertsAtZoneEdges: boolean;
  /** With zones fixed at add: memory added above the start of Movable starts there (3.12, should_add_memory_movable). */
  readonly addsAboveMovable: boolean;
  /** Every node needs memory in a kernel zone: the last of it stays while Movable has pages (until 3.8's CONFIG_MOVABLE_NODE, can_offline_normal). */
  readonly needsNormalMemory: boolean;
  /** What hot-added memory comes online as by itself: nothing; `auto_online_blocks` on or off (4.6); any of four words (5.7). */
  readonly autoOnline: "absent" | "switch" | "words";
  /** auto_online_blocks starts as `online` (as distributions build it since 6.12), else as `offline`. */
  readonly onlinesByDefault: boolean;
  /** `movable_node`: unknown; makes memory that the SRAT marks hot-pluggable Movable at boot (3.14); decides at run time too (4.13). */
  readonly movableNode: "unknown" | "boot" | "boot and run time";
  /** `memory_hotplug.online_policy=auto-movable` and memory groups (5.15, mm/memory_hotplug: introduce "auto-movable" online policy). */
  readonly hasAutoMovable: boolean;
  /** Onlining a block with poisoned pages is refused with EHWPOISON (6.2). */
  readonly refusesPoisonedBlocks: boolean;

  // Offlining

  /** A round that goes wrong five times or 120 s end an offline; since 4.15 only a signal does (mm, memory_hotplug: remove timeout from __offline_memory). */
  readonly offlineGivesUp: "after 120 s" | "on a signal";
  /** A block with holes is refused with EINVAL at once (5.5); before it failed at the end with EBUSY. */
  readonly refusesHoles: boolean;
  /** Isolation looks at no page of a pageblock whose type is Movable (until 4.15, 4da2ce250f98): what cannot move is found only at the end. */
  readonly isolationTrustsMigrateType: boolean;
  /** The first and the last pageblock are isolated before those between (6.0, isolate_single_pageblock). */
  readonly isolatesEndsFirst: boolean;
  /** Where pages go: near the CPU that runs the writer, never to Movable (alloc_migrate_target, to 4.7); to other nodes, the nearest first (4.13). */
  readonly migrationTarget: "near the CPU" | "other nodes";
  /** Huge pages of the hugetlb pool are migrated or dissolved (3.12); before they keep their block with EBUSY. */
  readonly movesHugetlb: boolean;
  /** A node's number of huge pages leaves surplus ones out of account, its own and others' (seen on 6.12; 6.1 counts them). */
  readonly countsPersistentHuge: boolean;
  /** `hugepages=`: several threads share the work, and each begins with the first node (6.8, hugetlb_pages_alloc_boot). */
  readonly sharesOutBootHuge: boolean;
  /** What the pool grows by joins it when all is there, the last first (6.7, prep_and_add_allocated_folios). */
  readonly poolsHugeInBatches: boolean;
  /**
   * A free page of 1 GiB that reaches beyond the end of the block: dissolved with the rest; or the block can't be isolated
   * (6.1, isolate_single_pageblock). Seen on each recorded kernel.
   */
  readonly giganticAcross: "dissolves" | "refuses";
  /** Pages of 1 GiB can be demoted to pages of 2 MiB (5.16, hugetlb: add demote hugetlb page sysfs interfaces). */
  readonly demotesGigantic: boolean;
  /** A pool of pages of 1 GiB may be overcommitted (in 7.3; before its file refuses numbers with EINVAL). */
  readonly overcommitsGigantic: boolean;
  /** Whether a node's place in `has_normal_memory` follows what comes online and goes; 6.18 leaves it as boot found it. */
  readonly normalMemoryFollows: boolean;
  /** vm.movable_gigantic_pages: they may be had from Movable (7.0). */
  readonly movableGigantic: boolean;
  /** A range that is wanted as one piece is emptied first (5.13, pfn_range_valid_contig); before it had to be free. */
  readonly contiguousMovesUsed: boolean;
  /** For a page of 1 GiB pages of 2 MiB change places where no range is without (7.0; recorded on 7.3). */
  readonly contiguousMovesHuge: boolean;
  /** Transparent huge pages move as a whole where there is a chunk for them (4.14, CONFIG_ARCH_ENABLE_THP_MIGRATION); before they were split. */
  readonly movesHugeWhole: boolean;
  /** Long-term pins take pages out of Movable first (5.13, check_and_migrate_movable_pages); before they blocked it. */
  readonly pinsLeaveMovable: boolean;
  /** What offlining says at the default level: success and failure (`memory offlining [mem ...] failed`); success only (4.13); nothing (5.0 on: debug). */
  readonly offlineTells: "all" | "success" | "nothing";
  /** Failures name their reason, and pages that do not go are dumped (5.0, mm, memory_hotplug: be more verbose for memory offline failures). */
  readonly dumpsPages: boolean;
  /** Failing pages are listed from the last to the first (batched migration of 6.3 and later). */
  readonly listsFailuresBackwards: boolean;
  /**
   * `page dumped because` blocks: 5.10 names flags only and the memory cgroup last; 6.12 prints no pointer and names page
   * types; in 7.3 a page that was just faulted in counts as referenced.
   */
  readonly dumpFormat: "5.10" | "6.1" | "6.12" | "7.3";
  /**
   * Boot notes which pages hold its own tables, for whoever removes what they describe (register_page_bootmem_info_node; to
   * 7.0), and where in struct page it says of what sort they are.
   */
  readonly notesBootPages: "in index" | "in private" | "no";
  /** What the file `removable` says: whether the pageblocks look movable (is_mem_section_removable), or always 1 (5.7). */
  readonly removableFile: "heuristic" | "always";

  /** Contiguous memory areas can be asked for, `cma=` (CONFIG_CMA, since 3.5). The recorded kernels were built without. */
  readonly hasCma: boolean;

  // Memory map

  /** A block can hold its own memory map (5.13, memory_hotplug.memmap_on_memory). */
  readonly hasMemmapOnMemory: boolean;
  /** Also for DIMMs of several blocks (6.8). */
  readonly memmapOnMemoryAnySize: boolean;
  /**
   * Of each 2 MiB of a memory map that goes, the first page alone is given back (6.18, free_pagetable: pagetable_free asks a page
   * that is not compound for its order; recorded on 6.18.15, and not on 5.10, 6.12 and 7.3).
   */
  readonly losesMemoryMaps: boolean;
  /** `memmap_on_memory=force` (6.6). */
  readonly forcesMemmapOnMemory: boolean;

  // Zonelists, watermarks

  /** Lines of a rebuild: with the order's name (to 4.13), without, with each node's fallback order (5.16). */
  readonly zonelistLog: "ordered" | "plain" | "fallback";
  /** The node masks are cleared before zonelists are rebuilt (6.11), and a node without memory is left out of its own list. */
  readonly skipsMemorylessSelf: boolean;
  /** The gap between marks follows vm.watermark_scale_factor (4.6); before it was a quarter of min. */
  readonly scalesWatermarks: boolean;
  /** Movable left out of the watermark sum (6.7). */
  readonly boundsMovableMin: boolean;
  /** A min_free_kbytes that somebody wrote is preferred to a smaller one computed later, and the log says so (3.11; 3.14 for huge pages' wish). */
  readonly prefersUserMinFree: boolean;
  /**
   * What of a node's kswapd and kcompactd lies on the node itself: nothing; what describes them and their stacks; the first
   * of these (6.18 and 7.3, kthread_create_on_node in kswapd_run and kcompactd_run; stacks are reused from the CPUs' node).
   */
  readonly daemonsOnNode: "nothing" | "objects and stacks" | "objects";
  /** Objects of the slab allocator come from where a process's memory policy says; in 7.3 from near its CPU (SLUB's sheaves, by inference). */
  readonly slabFollowsPolicy: boolean;
  /** Demotion targets are told when a node's first memory comes or its last goes (6.9, mm/demotion: print demotion targets). */
  readonly tellsDemotionTargets: boolean;
  /** Upper end of the computed min_free_kbytes: 64 MiB, 256 MiB since 5.8. */
  readonly mostMinFreeKb: number;

  // Files

  /** memoryN/online, 0 or 1 (3.11, generic device online and offline). */
  readonly hasOnlineFile: boolean;
  /** memoryN/end_phys_index (removed in 3.11). */
  readonly hasEndPhysIndex: boolean;
  /** memoryN/valid_zones (3.18). */
  readonly hasValidZones: boolean;
  /** node/has_memory, apart from has_normal_memory (3.8). */
  readonly hasMemoryMask: boolean;
  /** CONFIG_ZSWAP: /proc/meminfo tells of compressed swap (5.19). */
  readonly hasZswap: boolean;
  /** CONFIG_MEMORY_FAILURE: broken pages are taken out of use, and `soft_offline_page` and its kin are there. */
  readonly handlesMemoryFailure: boolean;
  /** nodeN/memory_failure (6.3). */
  readonly countsMemoryFailures: boolean;
  /** /proc/zoneinfo: zones print their statistics and `all_unreclaimable` (to 4.7); node statistics apart; `boost` and `cma` (5.12); `promo` (6.10). */
  readonly zoneinfo: "3.x" | "4.8" | "5.12" | "6.10";

  // Boot

  /** Memory blocks: 128 MiB always; from 64 GiB of RAM on the largest that divides its end (4.3); 2 GiB there on bare metal (5.11). */
  readonly blockSizes: "128 MiB" | "by end of memory" | "by machine";
  /** `kernelcore=` and `movablecore=` in percent (4.17). */
  readonly corePercent: boolean;
  /** `kernelcore=mirror` (4.6): without mirrored memory it moves everything above 4 GiB, or nothing (6.3 on). */
  readonly coreMirror: "unknown" | "by address" | "only if mirrored";
  /** Booleans of parameters may be words that begin with t and f (5.19), and with e and d (6.3): kstrtobool. */
  readonly longBooleans: "no" | "true, false" | "enabled, too";
  /** Lines of boot that came or went: see boot-layout/log.ts. */
  readonly bootLog: BootLogStyle;

  // What Linux never got

  /** The talk's proposal: `movablecore=acpi`, and the sysctl `vm.hotadd_memory_treat_as_movable`. */
  readonly proposal2013: boolean;
  /** Boot options `playground.movable_kernel`, `.movable_vmalloc`, `.tables_on_memory` are known, and on unless said otherwise. */
  readonly whatIf: boolean;
}

export interface BootLogStyle {
  /** Words about huge pages that don't fit each other are ignored, and the log says so (5.8). */
  readonly hugeWords: boolean;
  /** Words that no option takes are told of: not (to 5.12), after a colon, between quotes (5.16). */
  readonly unknownWords: "none" | "plain" | "quoted";
  /** `ACPI: SRAT: Node 0 ...` (4.x); plain `SRAT: Node 0 ...` before. */
  readonly acpiPrefix: boolean;
  /** ` hotplug` behind ranges that the SRAT marks (3.14). */
  readonly hotplugMarks: boolean;
  /** `SRAT: PXM 0 -> APIC 0x00 -> Node 0` at the default level (to 6.2). */
  readonly processors: boolean;
  /** ZONE_DEVICE among the zone ranges (4.3). */
  readonly deviceZone: boolean;
  /** `x86/mm: Memory block size` (4.3). */
  readonly blockSize: boolean;
  /** `On node N, zone Z: n pages in unavailable ranges` (5.12). */
  readonly unavailable: boolean;
  /** Possible nodes without memory are told (5.18); twice until 6.2. */
  readonly memoryless: "none" | "twice" | "once";
  /** Types of memory in firmware's map: `usable`; `System RAM`, with lines for gaps (7.3). */
  readonly e820Words: "usable" | "System RAM";
  /** Each zone tells its pages (to 5.15), and of how many bytes at most its per-CPU lists are filled: 512 KiB, 1 MiB since 4.19. */
  readonly zonePages: "none" | "512 KiB" | "1 MiB";
  /** Ranges of one node are joined from the lowest RAM on (6.12), else from 0. */
  readonly joinsFromRam: boolean;
}

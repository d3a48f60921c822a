/**
 * One running kernel: the memory of one partition and everything that describes it. This file holds the state and the
 * few operations that all parts need; what happens to it is told in boot.ts, ../hotplug, ../migration and ../workload.
 */
import type { Occasion } from "../chronicle/occasion.ts";
import type { LogLevel } from "../chronicle/transactions.ts";
import type { Recorder } from "../chronicle/recorder.ts";
import type { MigrationWatch } from "../chronicle/migration-watch.ts";
import { Allocator } from "../memory/allocator.ts";
import { Buddy } from "../memory/buddy.ts";
import { MigrateType, PageKind, ZONE_TYPES, ZoneType } from "../memory/kinds.ts";
import { NumaNode } from "../memory/node.ts";
import { MIXED_ZONES, PageArray } from "../memory/page-array.ts";
import { PageTableStore } from "../memory/page-tables.ts";
import { Zone } from "../memory/zone.ts";
import { buildZonelists, prefersZoneOrder, zonelistLines } from "../memory/zonelists.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { call, type Steps, type Task } from "../chronicle/task.ts";
import type { MemoryBlock, MemoryGroup } from "../memory/memory-block.ts";
import { finish, Slices } from "../chronicle/slices.ts";
import { SECTION_SHIFT, sectionOf, PAGEBLOCK_ORDER, type SimNs } from "../units.ts";
import { parseCpuList } from "../hardware/numa-tables.ts";
import type { MemoryMapPlaces } from "./boot-layout/memory-maps.ts";
import type { NotedPage } from "./boot-layout/reserved.ts";
import { Cost } from "./costs.ts";
import { DirectMap } from "./direct-map.ts";
import { DisplacedPages } from "./displaced-pages.ts";
import type { MemoryDriver } from "./memory-driver.ts";
import type { Stop } from "./panic.ts";
import { recomputeMinFree } from "./min-free.ts";
import type { KernelParameters, QuietPlace } from "./parameters.ts";
import type { Profile } from "./profiles/index.ts";
import { since } from "./profiles/versions.ts";
import { balance, reclaim } from "./reclaim.ts";
import { Resources } from "./resources.ts";
import { devicePath, type UeventAction, Uevents } from "./uevents.ts";
import { GiganticPool } from "../holders/gigantic-pool.ts";
import { HugePool } from "../holders/huge-pool.ts";
import { Mappings } from "../holders/mappings.ts";
import { type Owner, Owners } from "../holders/owners.ts";
import { SlabCaches } from "../holders/slab-caches.ts";
import { BlockDevices } from "../holders/block-devices.ts";
import type { Disk } from "../holders/disk.ts";
import { Swap } from "../holders/swap.ts";
import { Tmpfs } from "../holders/tmpfs.ts";
import type { Cgroups, Merging, Process } from "../holders/process.ts";
import { GFP_KERNEL, GFP_RECLAIMABLE } from "../memory/allocator.ts";

/** A stretch of a boot section that several zones share. */
export interface ZoneStretch {
  readonly start: number;
  readonly end: number;
  readonly zone: Zone;
}

/** A range that is isolated now (../migration/isolation.ts): sections that nobody had touched are kept aside whole. */
export interface Isolated {
  readonly zone: Zone;
  readonly startPfn: number;
  /** Sections kept aside, off the free lists. */
  readonly keptAside: number;
  holdsAside(section: number): boolean;
  /** Gives a section that is kept aside its entries: a page of it is about to differ. */
  unpack(section: number): void;
}

const notRunning = (): never => {
  throw new Error("the kernel is not running");
};

export class Kernel {
  readonly id: string;
  readonly profile: Profile;
  readonly cmdline: string;
  readonly parameters: KernelParameters;
  /** When it was started: its log and its clocks count from there. */
  readonly startedAt: SimNs;
  /** Boot is over: what is plugged in from now on comes as hot-plug. */
  booted = false;
  /** Pages that the allocator managed when boot was over. */
  bootPages = 0;
  /** Areas that boot set aside for devices (./cma.ts). */
  readonly contiguousAreas: { readonly name: string; readonly pages: number }[] = [];
  readonly blockPages: number;
  readonly recorder: Recorder;

  readonly pages: PageArray;
  readonly zones: readonly Zone[];
  readonly nodes: readonly NumaNode[];
  readonly buddy: Buddy;
  readonly allocator: Allocator;
  readonly owners: Owners;
  readonly slabs: SlabCaches;
  readonly tmpfs: Tmpfs;
  readonly mappings: Mappings;
  readonly devices = new BlockDevices();
  readonly swap: Swap;
  /** The disk with files on it, if the machine has one and its code is there (../sysfs/more). */
  disk: Disk | undefined;
  readonly tables = new PageTableStore();
  readonly directMap: DirectMap;
  /** Kernel memory that moved and kept its virtual address (what-if). */
  readonly displaced: DisplacedPages;
  readonly cpuCount: number;
  readonly hugePages: HugePool;
  /** The pool of pages of 1 GiB. */
  readonly gigantic: GiganticPool;
  readonly resources = new Resources();
  /** What user space is told of devices. */
  readonly uevents = new Uevents();
  readonly blocks = new Map<number, MemoryBlock>();
  readonly processes = new Map<number, Process>();
  /** Groups of processes, from the first on (../workload/cgroups.ts). */
  cgroups: Cgroups | null = null;
  /** Merging of equal pages, from when somebody looked at its files on (../workload/ksm.ts). */
  ksm: Merging | null = null;
  /** Boot sections that several zones share. */
  readonly mixed: ZoneStretch[] = [];
  readonly slit: readonly (readonly number[])[];
  /** Of page tables. */
  readonly levels: 4 | 5;
  /** What boot wrote into its own pages for hot remove, by pfn. */
  notedPages: ReadonlyMap<number, NotedPage> = new Map();

  /** What the kernel allocates for itself as it goes: metadata of devices, caches that processes leave behind. */
  readonly metadata: Owner;
  readonly dentries: Owner;
  readonly vmemmap: Owner;
  /** Stacks of kswapd and kcompactd of nodes that came later, and the objects that describe them. */
  readonly daemonStacks: Owner;
  readonly daemonObjects: Owner;

  /** device_hotplug_lock: id of the task that holds it. */
  hotplugLock: number | null = null;
  /** Kernel workers that wait for it, the first to come first. */
  readonly hotplugRow: number[] = [];
  minFreeKb = 0;
  /** /proc/sys/vm: panic_on_oom, oom_kill_allocating_task, oom_dump_tasks. */
  readonly oom = { panic: 0, killAsker: 0, dumpTasks: 1 };
  nextPid = 700;
  /** Pages in flight: off every mapping and list while an operation holds them (see migration). */
  inFlight = 0;
  /** Changes whenever another task than the last one ran, or a command came: a stuck migration may then succeed. */
  epoch = 0;
  /** The highest kernel zone that ever was populated (`Policy zone`). */
  private policyZone: ZoneType = ZoneType.DMA32;
  /** Errors that the notifier chain injects, by event. */
  readonly injected = new Map<string, number>();
  /** Counters of /proc/vmstat. */
  readonly vmstat = { pgmigrateSuccess: 0, pgmigrateFail: 0, oomKill: 0, pins: 0 };
  /** Chunks that hold the memory map of each hot-added section. */
  readonly memoryMaps = new Map<number, readonly number[]>();
  /** Where boot put the memory map of its sections, and the tables that map it. */
  readonly bootMemoryMaps: MemoryMapPlaces;
  /** Drivers that own memory blocks. */
  readonly memoryDrivers: MemoryDriver[] = [];
  /** Memory groups of devices that grow and shrink, which the auto-movable policy weighs. */
  readonly dynamicGroups: MemoryGroup[] = [];
  /** Ranges that are isolated now. */
  readonly isolated = new Set<Isolated>();
  /** Who is told of every page that is migrated; nobody, most of the time. No part of the machine's state. */
  migrationWatch: MigrationWatch | null = null;
  /** Frames of pages that broke and that the kernel goes on using: what it keeps in them cannot be taken away. */
  readonly brokenInUse = new Set<number>();
  /** Rate limit of migration failures in the log: 10 lines in 5 s. */
  readonly failureLog = { since: Number.NEGATIVE_INFINITY, printed: 0, missed: 0 };
  /** Warnings that the log has had, and that come once. */
  readonly toldOnce = new Set<"vmemmap" | "add_pages">();
  /** It has panicked, and runs no more (./panic.ts). */
  stopped: Stop | null = null;
  /** Whoever runs processes of the simulation is told of one that the kernel killed, and of the kernel's own end. No part of its state. */
  readonly watchers: { killed?: (pid: number) => void; stopped?: (last: Stop) => void } = {};
  /** Goes up when a block, a node or a process comes, goes or changes its state, a zone its span, or a parameter its value. */
  revision = 0;

  constructor(options: {
    id: string;
    profile: Profile;
    cmdline: string;
    parameters: KernelParameters;
    blockPages: number;
    recorder: Recorder;
    sections: number;
    bootMemoryMaps: MemoryMapPlaces;
    slit: readonly (readonly number[])[];
    levels: 4 | 5;
    nodes: readonly { id: number; cpus: string; presentCpus: string }[];
  }) {
    this.id = options.id;
    this.profile = options.profile;
    this.cmdline = options.cmdline;
    this.parameters = options.parameters;
    this.blockPages = options.blockPages;
    this.recorder = options.recorder;
    this.startedAt = options.recorder.now;
    this.bootMemoryMaps = options.bootMemoryMaps;
    this.slit = options.slit;
    this.levels = options.levels;
    this.pages = new PageArray(options.sections);
    const zones: Zone[] = [];
    this.nodes = options.nodes.map(({ id, cpus, presentCpus }) => {
      const own: Zone[] = [];
      for (let type = 0; type < ZONE_TYPES; type++) {
        const zone = new Zone(zones.length, id, type as ZoneType);
        zones.push(zone);
        own.push(zone);
      }
      return new NumaNode(id, cpus, own, presentCpus);
    });
    this.zones = zones;
    this.buddy = new Buddy(this.pages);
    this.allocator = new Allocator(this.pages, this.buddy, this.nodes);
    this.allocator.zones = zones;
    this.allocator.starvedStayBoosted = options.profile.starvedStayBoosted;
    this.allocator.mixedZone = (index) => this.zoneAt(this.pages.pfnOf(index));
    this.owners = new Owners(this.allocator);
    this.slabs = new SlabCaches(this.owners, this.allocator);
    this.mappings = new Mappings(this.allocator);
    this.tmpfs = new Tmpfs(this);
    this.swap = new Swap(this.mappings, this.allocator, since(options.profile.version, 7, 3) ? -1 : -2);
    this.metadata = this.owners.add("slab:kmalloc", PageKind.Slab, GFP_KERNEL);
    this.dentries = this.owners.add("slab:dentry", PageKind.SlabReclaimable, GFP_RECLAIMABLE, { lifetime: "cache" });
    this.vmemmap = this.owners.add("hot-added-memmap", PageKind.Vmemmap, GFP_KERNEL);
    this.daemonStacks = this.owners.add("daemon-stacks", PageKind.KernelStack, GFP_KERNEL);
    this.daemonObjects = this.owners.add("daemon-objects", PageKind.Slab, GFP_KERNEL);
    this.hugePages = new HugePool(this);
    this.gigantic = new GiganticPool(this);
    this.mappings.returnHuge = (page) => (this.gigantic.uses(page) ? this.gigantic : this.hugePages).put(page);
    this.directMap = new DirectMap(this.owners);
    this.displaced = new DisplacedPages(this.allocator, this.directMap);
    this.cpuCount = options.nodes.reduce((sum, node) => sum + parseCpuList(node.cpus).length, 0);
    this.allocator.reclaim = (from, wanted) => reclaim(this, from, wanted, "direct");
  }

  /** Pages that what goes over many of them frees or takes in one step. */
  slicePages = 16_384;

  /** What goes over many pages to free them. */
  freeing(): Slices {
    return new Slices(this.slicePages, Cost.freePage);
  }

  /**
   * Begins an operation of a process (a write that blocks) and returns its number. The engine, which owns time, sets this.
   */
  start: (occasion: Occasion, steps: (task: Task) => Steps<ErrnoName | null>) => number = notRunning;

  /** Begins work that nobody waits for. The engine sets this, too. */
  spawn: (occasion: Occasion, steps: Steps<void>) => void = notRunning;

  get now(): number {
    return this.recorder.now;
  }

  /** Simulated ns since it was started. */
  get upTime(): number {
    return this.recorder.now - this.startedAt;
  }

  /** Nodes with memory, by number (N_MEMORY). */
  get memoryNodes(): readonly number[] {
    return this.nodes.filter(({ hasMemory }) => hasMemory).map(({ id }) => id);
  }

  /** Node whose CPUs run the kernel's own work: the first that has any. */
  get cpuNode(): NumaNode {
    return this.nodes.find((node) => node.online && node.hasCpu) ?? (this.nodes[0] as NumaNode);
  }

  distance(from: number, to: number): number {
    return this.slit[from]?.[to] ?? (from === to ? 10 : 20);
  }

  /** Zone of an online page. */
  zoneAt(frame: number): Zone | undefined {
    const zone = this.pages.zoneOfSection[sectionOf(frame)] as number;
    if (zone >= 0) return this.zones[zone];
    if (zone !== MIXED_ZONES) return undefined;
    return this.mixed.find((stretch) => frame >= stretch.start && frame < stretch.end)?.zone;
  }

  zoneOfIndex(index: number): Zone {
    const zone = this.pages.zoneOfSection[this.pages.sectionOfSlot[index >> SECTION_SHIFT] as number] as number;
    return zone >= 0 ? (this.zones[zone] as Zone) : (this.zoneAt(this.pages.pfnOf(index)) as Zone);
  }

  /** Driver that a block belongs to. */
  driverOf(block: MemoryBlock): MemoryDriver | undefined {
    return this.memoryDrivers.find((driver) => driver.owns(block));
  }

  /** Pages of an online block that are marked offline: not in the allocator's hands though present. */
  offlinePages(block: MemoryBlock): number {
    let sum = 0;
    for (let section = sectionOf(block.startPfn); section < sectionOf(block.startPfn + block.pages); section++)
      sum += this.pages.countIn(section, PageKind.Offline);
    return sum;
  }

  /** Block that a pfn lies in, present or not. */
  blockNumberOf(frame: number): number {
    return Math.floor(frame / this.blockPages);
  }

  log(level: LogLevel, line: string): void {
    this.recorder.emit({ c: "log", partition: this.id, level, line });
  }

  /** A line that is told where dynamic debug asks for it (pr_debug). */
  logQuietly(place: QuietPlace, line: string): void {
    if (this.parameters.toldQuietly.has(place)) this.log("debug", line);
  }

  /** Nodes in some state, as sysfs lists them. */
  nodesWith(test: (node: NumaNode) => boolean): NumaNode[] {
    return this.nodes.filter(test);
  }

  /**
   * Rebuilds the zonelists of all nodes, or of one that is being prepared, and logs what the kernel logs
   * (build_all_zonelists).
   */
  rebuildZonelists(only?: NumaNode): void {
    this.allocator.onlineNodes = this.nodes.reduce((sum, node) => sum + (node.online ? 1 : 0), 0);
    const rules = {
      distance: (from: number, to: number) => this.distance(from, to),
      skipsMemorylessSelf: this.profile.skipsMemorylessSelf,
      zoneOrder: this.profile.zonelistLog === "ordered" && prefersZoneOrder(this.nodes),
    };
    buildZonelists(this.nodes, only ? [only] : this.nodes, rules);
    for (const zone of this.zones) {
      if (zone.populated && zone.type <= ZoneType.Normal && zone.type > this.policyZone) this.policyZone = zone.type;
    }
  }

  /** Rebuilds and tells (the lines of a rebuild at run time). */
  rebuildZonelistsLoudly(only?: NumaNode): void {
    this.rebuildZonelists(only);
    const policy = ["DMA", "DMA32", "Normal"][this.policyZone] as string;
    const { zonelistLog } = this.profile;
    const style = zonelistLog !== "ordered" ? zonelistLog : prefersZoneOrder(this.nodes) ? "by zone" : "by node";
    for (const line of zonelistLines(
      only ? [only] : this.nodes,
      this.allocator.onlineNodes,
      this.cpuNode,
      policy,
      style,
    ))
      this.log("info", line);
  }

  /** init_per_zone_wmark_min. */
  setupWatermarks(): void {
    recomputeMinFree(this);
  }

  /** A node's first memory came or its last went: the log tells which nodes pages may be demoted to, none, for all memory is of one tier (mm/memory-tiers.c, dump_demotion_targets). */
  tellDemotionTargets(): void {
    this.cgroups?.nodesChanged();
    if (!this.profile.tellsDemotionTargets) return;
    for (const node of this.memoryNodes) this.log("info", `Demotion targets for Node ${node}: null`);
  }

  /** Reports a zone's figures to the journal. */
  emitZone(zone: Zone): void {
    zone.revision++;
    this.recorder.emit({
      c: "zone",
      partition: this.id,
      node: zone.node,
      zone: zone.name,
      startPfn: zone.startPfn,
      spanned: zone.spanned,
      present: zone.present,
      managed: zone.managed,
    });
  }

  emitBlock(block: MemoryBlock): void {
    block.revision++;
    this.revision++;
    this.recorder.emit({
      c: "block",
      partition: this.id,
      block: block.number,
      state: block.state,
      zone: block.zone?.name ?? null,
    });
  }

  /** Tells user space of a memory block or a node, by its number. */
  tellDevice(action: UeventAction, subsystem: "memory" | "node", number: number): void {
    this.uevents.send(this.now, action, devicePath(subsystem, number), subsystem);
  }

  /** Type of the pageblock that a pfn lies in. */
  pageblockTypeAt(frame: number): MigrateType {
    const index = this.pages.indexOf(frame);
    return (index < 0 ? MigrateType.Movable : this.pages.pageblockType[index >> PAGEBLOCK_ORDER]) as MigrateType;
  }

  /** Untouched sections of a zone that ranges being isolated keep aside, off the free lists. */
  asideSections(zone: Zone): number {
    let sum = 0;
    for (const range of this.isolated) if (range.zone === zone) sum += range.keptAside;
    return sum;
  }

  /** Whether kswapd keeps nodes above their marks: as long as there is swap. Without, what it would drop goes directly. */
  keepBalanced(): void {
    this.allocator.kswapd = this.swap.active ? (zones) => balance(this, zones) : null;
  }

  /**
   * A write to drop_caches: bit 0 drops page cache that is clean and in nobody's address space, never shared memory; bit 1
   * shrinks caches of kernel objects (fs/drop_caches.c, drop_caches_sysctl_handler).
   */
  *droppingCaches(what: number): Steps<void> {
    const slices = this.freeing();
    const anywhere = (): boolean => true;
    const all = Number.POSITIVE_INFINITY;
    if (what & 1) yield* call("drop_caches_sysctl_handler", this.mappings.shrinking(anywhere, all, slices));
    if (what & 2)
      yield* call(
        "drop_caches_sysctl_handler",
        this.slabs.shrinking(anywhere, all, (pid) => this.processes.has(pid), slices),
      );
  }

  /** The same at once. */
  dropCaches(what: number): void {
    finish(this.droppingCaches(what));
  }
}

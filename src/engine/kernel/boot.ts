/**
 * Boot: from the layout that firmware and command line give (boot-layout) to a running kernel whose memory is in the
 * buddy allocator (mm/page_alloc.c, free_area_init; mm/memblock.c, memblock_free_all).
 *
 * Sections that lie whole in one zone and are wholly free, or wholly reserved for one thing, stay uniform: a 16 TiB
 * box boots by filling a few bytes a section.
 */
import type { PartitionDescription } from "../hardware/description.ts";
import type { Recorder } from "../chronicle/recorder.ts";
import { GFP_KERNEL, GFP_RECLAIMABLE } from "../memory/allocator.ts";
import { MigrateType, PageKind, ZoneType } from "../memory/kinds.ts";
import { MIXED_ZONES, SectionState } from "../memory/page-array.ts";
import { setReserves } from "../memory/watermarks.ts";
import type { Onliner } from "../memory/memory-block.ts";
import type { Zone } from "../memory/zone.ts";
import {
  GIB,
  MAX_ORDER,
  MIB,
  PAGE_SIZE,
  PAGES_PER_SECTION,
  pfn,
  SECTION_BYTES,
  SECTION_SHIFT,
  sectionOf,
} from "../units.ts";
import { GIGANTIC_PAGES } from "../holders/gigantic-pool.ts";
import { HUGE_PAGES } from "../holders/huge-pool.ts";
import { type BootLayout, layoutBoot, type PfnRange } from "./boot-layout/index.ts";
import { ramBuffers } from "./boot-layout/iomem.ts";
import { formatList, pagesWithin } from "./boot-layout/ranges.ts";
import { since } from "./profiles/versions.ts";
import { reserveCma } from "./cma.ts";
import { CRASH_KERNEL } from "./crash-kernel.ts";
import { Kernel } from "./kernel.ts";
import { NOT_SET } from "./min-free.ts";
import type { KernelParameters, QuietPlace } from "./parameters.ts";
import { type Profile, profileOf, profileOfBuild } from "./profiles/index.ts";

/** Of each block that is there: there may be many. */
const BY_BOOT: Onliner = { by: "boot" };

export interface BootedKernel {
  readonly kernel: Kernel;
  readonly layout: BootLayout;
}

export function bootKernel(partition: PartitionDescription, recorder: Recorder): BootedKernel {
  const layout = layoutBoot(partition);
  const window = layout.hotplugWindow;
  const end = Math.max(layout.maxPfn * PAGE_SIZE, window.base + window.size);
  const kernel = new Kernel({
    id: partition.id,
    profile: profileOfBuild(partition),
    cmdline: partition.cmdline,
    parameters: parametersOf(layout, profileOf(partition.kernel)),
    blockPages: layout.blockPages,
    recorder,
    sections: Math.ceil(end / SECTION_BYTES),
    bootMemoryMaps: layout.memoryMaps,
    slit: layout.slit.distances,
    levels: levelsOf(partition),
    nodes: layout.nodes.map(({ id, cpus }) => {
      const started = cpus.filter((cpu) => cpu < layout.cmdline.cpus.started);
      return { id, cpus: formatList(started), presentCpus: formatList(cpus) };
    }),
  });
  kernel.notedPages = layout.noted;
  const [low, high] = layout.crash.ranges;
  if (low && high) kernel.resources.crashLow = low.start;
  for (const { start, end } of layout.crash.ranges)
    kernel.resources.devices.push({ start, end: end - 1, name: CRASH_KERNEL });
  for (const line of layout.logLines) recorder.emit({ c: "log", partition: kernel.id, level: "info", line });
  for (const entry of layout.firmwareMemmap)
    kernel.resources.addFirmware(entry.start, entry.end, entry.type, entry.index);
  if (partition.sharedSlots !== undefined) {
    // The emulated PC's second window (QEMU, pc_pci_hole64_start and the host bridge's default size).
    const start = Math.ceil((window.base + window.size) / GIB) * GIB;
    kernel.resources.bridges.push({ start, end: start + 2 * GIB - 1, name: "PCI Bus 0000:00" });
  }
  for (const { start, end } of ramBuffers(layout.ram))
    kernel.resources.buffers.push({ start, end: end - 1, name: "RAM buffer" });
  for (const { start, end, name } of layout.otherRanges) kernel.resources.others.push({ start, end: end - 1, name });
  for (const range of layout.ram) kernel.resources.claim(range.start, range.end - range.start);
  for (const node of layout.nodes) {
    const booted = kernel.nodes[node.id];
    if (!booted) continue;
    booted.online = node.online;
    booted.hasMemory = node.hasMemory;
    booted.hasNormalMemory = node.hasNormalMemory;
    booted.daemons = node.hasMemory;
    for (const span of node.zones) {
      const zone = booted.zones[span.type] as Zone;
      zone.setSpan(span.startPfn, span.spanned);
      zone.countPresent(span.present);
      if (span.type <= ZoneType.Normal) zone.presentEarly = span.present;
    }
  }
  for (const node of kernel.nodes) updateNodeSpan(node);
  const freed = populateSections(kernel, layout);
  const fixesZones = kernel.profile.zoneFixedAt === "add";
  for (const block of layout.blocks) {
    const zone =
      block.zone === null ? null : ((kernel.nodes[block.node]?.zones[block.zone] as Zone | undefined) ?? null);
    kernel.blocks.set(block.id, {
      number: block.id,
      startPfn: block.startPfn,
      pages: kernel.blockPages,
      state: "online",
      nodes: block.nodes,
      zone,
      fixedZone: fixesZones ? zone : null,
      dimm: dimmAt(layout, block.startPfn * PAGE_SIZE),
      selfMemmapPages: 0,
      group: null,
      early: true,
      keptType: null,
      onliner: BY_BOOT,
      attempt: null,
      poisoned: 0,
      revision: 0,
    });
  }
  const onlineNodes = kernel.nodes.filter((node) => node.online).length;
  kernel.uevents.sent = kernel.blocks.size + onlineNodes;
  for (const range of layout.ram)
    kernel.directMap.mapBoot(
      Math.ceil(range.start / PAGE_SIZE) * PAGE_SIZE,
      Math.floor(range.end / PAGE_SIZE) * PAGE_SIZE,
    );
  for (const zone of freed) zone.managed = zone.free;
  kernel.bootPages = kernel.zones.reduce((sum, zone) => sum + zone.managed, 0);
  if (isSmall(freed)) kernel.parameters.transparentHugePages = kernel.parameters.pmdHugePages = "never";
  if (layout.cmdline.cma) reserveCma(kernel, layout.cmdline.cma);
  kernel.rebuildZonelists();
  kernel.setupWatermarks();
  kernel.allocator.cpuNode = kernel.cpuNode.id;
  fillHugePools(kernel, layout);
  reserveAsOfBoot(kernel, layout);
  // With DIMMs at boot, their memory is there too before the kernel has all that it holds.
  if (!partition.coldplug?.length) takeKernelMemory(kernel, partition);
  return { kernel, layout };
}

/**
 * Until 6.12 lower zones keep back what was right before boot gave its last pages back; later kernels reckon anew with each page
 * that a zone gets (adjust_managed_page_count). The first online or offline sets it right.
 */
function reserveAsOfBoot(kernel: Kernel, layout: BootLayout): void {
  const { version } = kernel.profile;
  // Pages of 1 GiB were taken to be managed only later, too.
  const late = [...(since(version, 6, 18) ? [] : layout.givenBack), ...(since(version, 6, 12) ? [] : layout.gigantic)];
  const nodes = kernel.nodes.filter((node) => node.online);
  setReserves(nodes, kernel.parameters.lowmemReserveRatio, (zone) =>
    zone.managed === 0 ? 0 : zone.managed - pagesWithin(late, zone.startPfn, zone.startPfn + zone.spanned),
  );
}

/** Below this no transparent huge pages, whatever the command line says. */
const LEAST_FOR_HUGE_PAGES = (512 * MIB) / PAGE_SIZE;
/** Boot's own code and the initial file system's archive, which come back only after that was decided. */
const FREED_LATER = 3_960;

/** Too little memory for transparent huge pages (mm/huge_memory.c, hugepage_init). */
const isSmall = (zones: readonly Zone[]): boolean =>
  zones.reduce((sum, { managed }) => sum + managed, 0) - FREED_LATER < LEAST_FOR_HUGE_PAGES;

/** Pages of 1 GiB, which memblock set aside and zones manage all the same, and those of 2 MiB; and what the log says of both. */
function fillHugePools(kernel: Kernel, layout: BootLayout): void {
  kernel.gigantic.isDefault = layout.cmdline.defaultHugepageSize === GIB;
  for (const { start, node } of layout.gigantic) {
    kernel.zoneAt(start)?.countManaged(GIGANTIC_PAGES);
    kernel.gigantic.keep(node, start);
  }
  kernel.gigantic.most = kernel.gigantic.pages;
  for (const { size, count, node } of layout.cmdline.hugepages)
    if ((size === 0 && !kernel.gigantic.isDefault) || size === HUGE_PAGES * PAGE_SIZE)
      kernel.hugePages.fillAtBoot(count, node);
  for (const line of hugePoolLines(kernel, layout))
    kernel.recorder.emit({ c: "log", partition: kernel.id, level: line.includes("failed") ? "warn" : "info", line });
}

/** What boot says of the pools, the larger size first (hugetlb_init, report_hugepages; hugetlb_hstate_alloc_pages). */
function hugePoolLines({ profile, gigantic, hugePages }: Kernel, { cmdline }: BootLayout): string[] {
  const recent = since(profile.version, 6, 1);
  const sizes = [
    { name: "1.00 GiB", bytes: GIB, pool: gigantic, spare: 16_380 },
    { name: "2.00 MiB", bytes: HUGE_PAGES * PAGE_SIZE, pool: hugePages, spare: 28 },
  ];
  const asked = (bytes: number): number =>
    cmdline.hugepages
      .filter((one) => (one.size || cmdline.defaultHugepageSize) === bytes && one.node === null)
      .reduce((sum, { count }) => sum + count, 0);
  const short = sizes.flatMap(({ name, bytes, pool }) =>
    asked(bytes) > pool.pages
      ? [`HugeTLB: allocating ${asked(bytes)} of page size ${name} failed.  Only allocated ${pool.pages} hugepages.`]
      : [],
  );
  const registered = sizes.flatMap(({ name, pool, spare }) => [
    `HugeTLB${recent ? ":" : ""} registered ${name} page size, pre-allocated ${pool.pages} pages`,
    ...(recent ? [`HugeTLB: ${spare} KiB vmemmap can be freed for a ${name} page`] : []),
  ]);
  return [...short, ...registered];
}

/**
 * Levels of page tables (arch/x86/boot/compressed/pgtable_64.c, paging_prepare): as many as processor, build and command
 * line allow. Debian builds kernels with CONFIG_X86_5LEVEL from 6.1 on, not 5.10.
 */
function levelsOf({ la57 = false, kernel, cmdline }: PartitionDescription): 4 | 5 {
  const built = kernel === "what-if" || since(kernel, 6, 1);
  return la57 && built && !/(^|\s)no5lvl(\s|$)/.test(cmdline) ? 5 : 4;
}

/** Queries of the command line switch a file's places together. */
const QUIET_AT_BOOT = (query: string): QuietPlace[] => [
  ...(/\bmemory_hotplug\b/.test(query) ? (["register", "online", "offlined", "refused"] as const) : []),
  ...(/\bacpi_memhotplug\b/.test(query) ? (["configured"] as const) : []),
];

function parametersOf(layout: BootLayout, profile: Profile): KernelParameters {
  const line = layout.cmdline;
  return {
    autoOnline: line.memhpDefaultState ?? (profile.onlinesByDefault ? "online" : "offline"),
    onlinePolicy: line.onlinePolicy,
    autoMovableRatio: line.autoMovableRatio,
    autoMovableNumaAware: line.autoMovableNumaAware,
    memmapOnMemory: line.memmapOnMemory,
    movableNode: line.movableNode && profile.movableNode === "boot and run time",
    movablecoreAcpi: line.movablecoreAcpi,
    treatHotaddAsMovable: false,
    whatIf: line.whatIf,
    toldQuietly: new Set(line.dyndbg.flatMap(QUIET_AT_BOOT)),
    userMinFreeKb: NOT_SET,
    watermarkScaleFactor: 10,
    movableGiganticPages: 0,
    lowmemReserveRatio: [256, 256, 32, 0, 0],
    transparentHugePages: line.transparentHugepage ?? "always",
    pmdHugePages: "inherit",
    acpi: !line.acpiOff,
    acpiMemoryHotplug: !line.acpiNoMemhotplug && !line.acpiOff,
    bootAddsUntil: since(profile.version, 5, 1) ? line.mem : null,
    acpiHotplugEnabled: true,
  };
}

/** Span of a node: from the lowest start to the highest end of its zones (update_pgdat_span). */
export function updateNodeSpan(node: {
  readonly zones: readonly Zone[];
  startPfn: number;
  spanned: number;
  present: number;
}): void {
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  let present = 0;
  for (const zone of node.zones) {
    present += zone.present;
    if (zone.spanned === 0) continue;
    start = Math.min(start, zone.startPfn);
    end = Math.max(end, zone.end);
  }
  node.startPfn = end === 0 ? 0 : start;
  node.spanned = end === 0 ? 0 : end - start;
  node.present = present;
}

function dimmAt(layout: BootLayout, address: number): string | null {
  for (const dimm of layout.bootDimms) {
    if (dimm.ranges.some((range) => address >= range.start && address < range.end)) return dimm.id;
  }
  return null;
}

interface Stretch extends PfnRange {
  readonly zone: Zone;
  /** PageKind: Free, or what boot reserved it for. */
  readonly kind: number;
}

/** RAM of all nodes cut at zone borders and reservations, in address order. */
function stretches(kernel: Kernel, layout: BootLayout): Stretch[] {
  const all: Stretch[] = [];
  for (const node of layout.nodes) {
    const zones = (kernel.nodes[node.id]?.zones ?? []).filter((zone) => zone.spanned > 0);
    for (const range of node.ranges) {
      const cuts = new Set<number>([range.start, range.end]);
      for (const zone of zones)
        for (const at of [zone.startPfn, zone.end]) if (at > range.start && at < range.end) cuts.add(at);
      const kept = [...node.reserved, ...layout.gigantic];
      for (const held of kept)
        for (const at of [held.start, held.end]) if (at > range.start && at < range.end) cuts.add(at);
      const sorted = [...cuts].sort((x, y) => x - y);
      for (let i = 0; i + 1 < sorted.length; i++) {
        const start = sorted[i] as number;
        const held = kept.find((r) => r.start <= start && start < r.end);
        // Movable lies over the kernel zone that the range would otherwise be in, so it is asked first.
        const zone = [...zones].reverse().find((z) => z.startPfn <= start && start < z.end);
        if (zone)
          all.push({
            start: pfn(start),
            end: pfn(sorted[i + 1] as number),
            zone,
            kind: held ? reservedKind(held.kind) : PageKind.Free,
          });
      }
    }
  }
  return all.sort((x, y) => x.start - y.start);
}

/** What memblock keeps is reserved (PG_reserved), whatever it is for; three uses have kinds of their own. */
const reservedKind = (kind: number): number =>
  kind === PageKind.KernelImage || kind === PageKind.BootMemmap || kind === PageKind.Hugetlb ? kind : PageKind.Reserved;

/** Fills the page array and the free lists. Returns the zones that got memory. */
function populateSections(kernel: Kernel, layout: BootLayout): Zone[] {
  const { pages, buddy } = kernel;
  const pieces = stretches(kernel, layout);
  const partial = new Map<number, Stretch[]>();
  const touched = new Set<Zone>();
  const addPartial = (section: number, piece: Stretch): void => {
    const known = partial.get(section);
    if (known) known.push(piece);
    else partial.set(section, [piece]);
  };
  for (const piece of pieces) {
    touched.add(piece.zone);
    const first = Math.ceil(piece.start / PAGES_PER_SECTION);
    const last = Math.floor(piece.end / PAGES_PER_SECTION);
    if (first < last) {
      pages.state.fill(SectionState.Online, first, last);
      pages.zoneOfSection.fill(piece.zone.index, first, last);
      pages.uniformKind.fill(piece.kind, first, last);
    }
    if (first > last) addPartial(sectionOf(piece.start), piece);
    else {
      if (piece.start < first * PAGES_PER_SECTION) addPartial(first - 1, piece);
      if (piece.end > last * PAGES_PER_SECTION) addPartial(last, piece);
    }
  }
  for (const [section, parts] of partial) {
    pages.state[section] = SectionState.Online;
    const zones = new Set(parts.map((part) => part.zone));
    pages.zoneOfSection[section] = zones.size === 1 ? (parts[0] as Stretch).zone.index : MIXED_ZONES;
    const from = section * PAGES_PER_SECTION;
    const to = from + PAGES_PER_SECTION;
    if (zones.size > 1)
      for (const part of parts)
        kernel.mixed.push({ start: Math.max(part.start, from), end: Math.min(part.end, to), zone: part.zone });
    pages.uniformKind[section] = PageKind.None;
  }
  // And a section that each node's kernel memory begins in.
  pages.reserveSlots(partial.size + kernel.nodes.length);
  for (const piece of pieces) {
    let at: number = piece.start;
    while (at < piece.end) {
      const section = sectionOf(at);
      const stop = Math.min(piece.end, (section + 1) * PAGES_PER_SECTION);
      if (!partial.has(section)) {
        if (piece.kind === PageKind.Free) buddy.giveSection(piece.zone, section);
      } else {
        const slot = pages.materialise(section);
        const base = (slot << SECTION_SHIFT) - section * PAGES_PER_SECTION;
        if (piece.kind === PageKind.Free) freeRange(kernel, piece.zone, base + at, base + stop);
        else pages.setKind(base + at, stop - at, piece.kind, 0);
      }
      at = stop;
    }
  }
  return [...touched];
}

/** __free_memory_core: the largest aligned chunks, to the tail. */
function freeRange(kernel: Kernel, zone: Zone, from: number, to: number): void {
  let at = from;
  while (at < to) {
    let order = at === 0 ? MAX_ORDER : Math.min(MAX_ORDER, 31 - Math.clz32(at & -at));
    while (at + (1 << order) > to) order--;
    kernel.buddy.give(zone, at, order, true);
    at += 1 << order;
  }
}

/** Pages that a kernel with little to do holds by the time the first shell runs, by node, where no recording says so. */
const IDLE_PAGES_CPU_NODE = 10_600;
/** In a small machine: this much, and a share of what is there (seen at 256 and 512 MiB). */
const IDLE_PAGES_LEAST = 5_240;
const IDLE_SHARE = 0.0223;
const IDLE_PAGES_OTHER_NODE = 2_700;
/** Pages of the initial file system, which is a tmpfs: shared memory. Beside those that found a place in ZONE_MOVABLE. */
const ROOT_FILE_PAGES = 1_400;
/** However many a recording tells of: a ram disk of any size is read into memory. */
const MOST_ROOT_FILE_PAGES = 2 ** 18;

/** Takes what the kernel and the first processes hold after boot: from a recording where there is one. */
export function takeKernelMemory(kernel: Kernel, partition: PartitionDescription): void {
  const slab = kernel.owners.add("slab:kernfs_node_cache", PageKind.Slab, GFP_KERNEL);
  const inodes = kernel.owners.add("slab:inode_cache", PageKind.SlabReclaimable, GFP_RECLAIMABLE);
  const percpu = kernel.owners.add("percpu", PageKind.Vmalloc, GFP_KERNEL);
  const stacks = kernel.owners.add("kernel-stacks", PageKind.KernelStack, GFP_KERNEL);
  const taken = (partition.calibration ?? []).flatMap((figure) => {
    const zone = kernel.nodes[figure.node]?.zones.find((z) => z.name === figure.zone);
    return zone && figure.free < zone.free ? [{ zone, pages: zone.free - figure.free }] : [];
  });
  const inMovable = taken.reduce((sum, { zone, pages }) => sum + (zone.type === ZoneType.Movable ? pages : 0), 0);
  const told = partition.rootFilePages;
  const rootPages = Math.min(MOST_ROOT_FILE_PAGES, told === undefined ? ROOT_FILE_PAGES + inMovable : told);
  const root = kernel.mappings.add("root-files", PageKind.Shmem, Math.max(rootPages, inMovable));
  const fromZones = Math.min(rootPages, told ?? ROOT_FILE_PAGES);
  let read = 0;
  /** Reads files of the initial file system into a zone. Gives how many pages that took. */
  const readFiles = (zone: Zone, most: number): number => {
    const end = Math.min(root.length, read + most);
    const from = read;
    for (; read < end; read++) {
      const page = kernel.buddy.take(zone, 0, MigrateType.Movable, true);
      if (page < 0) break;
      kernel.mappings.adopt(root, read, page);
    }
    return read - from;
  };
  const take = (zone: Zone, wanted: number, cpuNode: boolean): void => {
    if (zone.type === ZoneType.Movable) {
      readFiles(zone, wanted);
      return;
    }
    let left = wanted;
    const kernelShare = (owner: typeof slab, share: number, type: MigrateType): void => {
      const count = Math.min(left, Math.floor(wanted * share));
      const end = left - count;
      while (left > end) {
        const pages: number[] = [];
        // Of another migrate type, where there are none, it takes one: what comes with that may serve the others.
        if (kernel.buddy.takeSingles(zone, left - end, type, pages) === 0)
          pages.push(kernel.buddy.take(zone, 0, type, true));
        for (const page of pages) {
          if (page < 0) return;
          kernel.owners.adopt(owner, page);
        }
        left -= pages.length;
      }
    };
    kernelShare(slab, 0.4, MigrateType.Unmovable);
    kernelShare(inodes, 0.2, MigrateType.Reclaimable);
    kernelShare(stacks, 0.02, MigrateType.Unmovable);
    if (cpuNode) left -= readFiles(zone, Math.min(left, fromZones - Math.min(read, fromZones)));
    kernelShare(percpu, 1, MigrateType.Unmovable);
  };
  kernel.tmpfs.mount();
  if (partition.calibration) {
    for (const { zone, pages } of taken)
      take(zone, pages, zone.node === kernel.cpuNode.id && zone.type !== ZoneType.DMA);
    return;
  }
  for (const node of kernel.nodes) {
    const zone = node.zonelist.find((z) => z.node === node.id && z.type < ZoneType.Movable);
    if (!zone) continue;
    const cpu = node.id === kernel.cpuNode.id;
    const small = Math.floor(Math.min(zone.free / 4, IDLE_PAGES_LEAST + IDLE_SHARE * zone.free));
    take(zone, Math.min(cpu ? IDLE_PAGES_CPU_NODE : IDLE_PAGES_OTHER_NODE, small), cpu);
  }
}

/**
 * What boot keeps for good. The kernel's early allocations are played through memblock in their order, so each lands
 * where it does on the real machine: which blocks can never go offline, and how many pages each zone manages, follow.
 * Mirrors setup_arch, numa_register_memblks, sparse_init, setup_per_cpu_areas, mem_init and swiotlb_init.
 */
import type { PartitionDescription } from "../../hardware/description.ts";
import { type AddressRange, addressRange, type FirmwareMap, HIGH_MEMORY_START } from "../../hardware/memory-map.ts";
import { type Srat, sratBytes } from "../../hardware/numa-tables.ts";
import { PageKind } from "../../memory/kinds.ts";
import { GIB, KIB, MIB, PAGE_SIZE, TABLE_ENTRIES } from "../../units.ts";
import { profileOf } from "../profiles/index.ts";
import type { KernelCmdline } from "./cmdline.ts";
import { type CrashKernel, reserveCrashKernel } from "./crash-port.ts";
import { commandLineLength, type KernelImage, kernelImage } from "./kernel-image.ts";
import { ABOVE_DMA, EARLY, Memblock, type MemblockReserved, PAGE_TABLES, type Purpose } from "./memblock.ts";
import type { BootMemory, NodeMemory } from "./node-memory.ts";
import { allocateMemoryMaps, type MemoryMapPlaces, SECTIONS_PER_TABLE } from "./memory-maps.ts";
import { percpuUnits } from "./percpu.ts";
import { userMap } from "./user-map.ts";
import { clip, type PfnRange, pagesWithin, pfnRange, rangePages, totalPages } from "./ranges.ts";

export interface ReservedRange extends PfnRange {
  /** PageKind of these pages: Reserved, KernelImage, KernelPageTable or BootMemmap. */
  readonly kind: PageKind;
  /** What for: `kernel image`, `memory map of node 0`, `NODE_DATA(0)`, `bounce buffers`. */
  readonly what: string;
}

const FIRST_MIB: Purpose = { kind: PageKind.Reserved, what: "first MiB: firmware and real-mode code" };
const IMAGE: Purpose = { kind: PageKind.KernelImage, what: "kernel image" };
const INITRD: Purpose = { kind: PageKind.Reserved, what: "initial ram disk" };
const PERCPU: Purpose = { kind: PageKind.Reserved, what: "per-CPU data" };
const HASHES: Purpose = { kind: PageKind.Reserved, what: "dentry and inode hash tables" };
const GIGANTIC: Purpose = { kind: PageKind.Hugetlb, what: "pages of 1 GiB" };
const BOUNCE: Purpose = { kind: PageKind.Reserved, what: "bounce buffers (swiotlb)" };
const LOG_BUFFER: Purpose = { kind: PageKind.Reserved, what: "log buffer" };
const ACPI_OVERRIDE: Purpose = { kind: PageKind.Reserved, what: "replaced ACPI table" };
const nodeDataOf = (node: number): Purpose => ({ kind: PageKind.Reserved, what: `NODE_DATA(${node})` });

const BOUNCE_BUFFERS = 64 * MIB;
const BOUNCE_AREA = 16;
/** Pages of the area that each CPU enters the kernel through; page tables for all of them are made early. */
const CPU_ENTRY_PAGES = 59;

/**
 * Node numbers whose hot-pluggable marks count: those without any boot reservation. The kernel image, the initial
 * ram disk and the ACPI tables decide (numa_clear_kernel_node_hotplug): the nodes of address 0, of the kernel's load
 * address and of the top of low RAM.
 */
export function survivingHotpluggable(nodes: readonly NodeMemory[], map: FirmwareMap): ReadonlySet<number> {
  const tables = map.lowEnd / PAGE_SIZE - 64;
  const holds = (node: NodeMemory) =>
    [1, ABOVE_DMA / PAGE_SIZE, tables].some((frame) =>
      node.ranges.some((range) => range.start <= frame && frame < range.end),
    );
  return new Set(nodes.filter((node) => !holds(node)).map((node) => node.id));
}

/** The initial ram disk: as high below the firmware tables as it fits (QEMU, x86_load_linux). */
function initrdRange(map: FirmwareMap, partition: PartitionDescription): AddressRange {
  const top = map.lowEnd - 128 * KIB - 1;
  const size = partition.ramDisk ?? kernelImage(partition.kernel).initrd;
  const start = Math.floor((top - size) / PAGE_SIZE) * PAGE_SIZE;
  return addressRange(start, start + size);
}

/**
 * Where the kernel copied a SRAT that was replaced through the initial ram disk: recorded machines mark nodes
 * hot-pluggable that way. Its bytes are ACPI memory, no longer RAM, in /proc/iomem. With `movable_node` early
 * allocations go bottom-up, otherwise it lies right below the ram disk.
 */
export function sratOverride(
  partition: PartitionDescription,
  map: FirmwareMap,
  cmdline: KernelCmdline,
): AddressRange | null {
  if (!map.emulated || !partition.hotpluggable?.length) return null;
  const lowest = kernelImage(partition.kernel).firstMib[0]?.[1] ?? MIB;
  const start = cmdline.movableNode ? lowest : initrdRange(map, partition).start - PAGE_SIZE;
  return addressRange(start, start + sratBytes(partition, map));
}

/** relocate_initrd: an initial ram disk that lies where the command line left no RAM is copied to where there is some. */
function moveInitrd(memblock: Memblock, { start, end }: AddressRange): void {
  const whole = Math.ceil(end / PAGE_SIZE) * PAGE_SIZE;
  memblock.allocate(whole - start, PAGE_SIZE, INITRD);
  memblock.free(start, whole);
}

/** Where a node's own data structure (pg_data_t) was put. */
export interface NodeDataPlace {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  /** Node whose memory holds it. */
  readonly on: number;
}

export interface ReservedLayout {
  readonly byNode: ReadonlyMap<number, readonly ReservedRange[]>;
  readonly nodeData: readonly NodeDataPlace[];
  readonly memoryMaps: MemoryMapPlaces;
  readonly noted: ReadonlyMap<number, NotedPage>;
  /** Pages of the DMA zone. */
  readonly dmaReserved: number;
  readonly crash: CrashKernel;
  /** Pages of 1 GiB: the zones manage them, and the allocator never has them. */
  readonly gigantic: readonly GiganticRange[];
  /** Given back once zones and their reserves had been set up: the ram disk, and what of the image is for boot alone. */
  readonly givenBack: readonly PfnRange[];
}

export interface GiganticRange extends PfnRange {
  readonly kind: PageKind;
  readonly node: number;
}

/** What hot remove must know of a page that boot took for its own tables (get_page_bootmem): in `index`, and as references. */
export interface NotedPage {
  /** SECTION_INFO, MIX_SECTION_INFO or NODE_INFO. */
  readonly type: 12 | 13 | 14;
  readonly references: number;
}

/** What boot has been told by firmware and its command line, and made of it, before it sets memory aside. */
export interface BootFacts {
  readonly map: FirmwareMap;
  readonly srat: Srat;
  readonly memory: BootMemory;
  /** Nodes of hotpluggable memory only. */
  readonly hotpluggable: ReadonlySet<number>;
  readonly cmdline: KernelCmdline;
}

/** Plays boot's allocations: what stays reserved, by node. */
export function reservedLayout(
  partition: PartitionDescription,
  { map, srat, memory, hotpluggable, cmdline }: BootFacts,
): ReservedLayout {
  const image = kernelImage(partition.kernel);
  const memblock = new Memblock(memblockMemory(memory, hotpluggable, cmdline));
  const ram = memory.nodes.flatMap((node) => node.ranges);
  const withMemory = memory.nodes.filter((node) => node.ranges.length > 0);
  const cpus = memory.nodes.flatMap((node) => node.cpus);

  for (const [start, end] of image.firstMib) memblock.reserve(start, end, FIRST_MIB);
  // For a kernel to be started after a panic, 5.10 keeps all of it.
  if (partition.kernel === "5.10" && cmdline.crashkernel.length > 0) memblock.reserve(0, MIB, FIRST_MIB);
  if (image.realMode && !cmdline.movableNode) memblock.reserve(image.realMode[0], image.realMode[1], FIRST_MIB);
  memblock.reserve(image.start, image.end, IMAGE);
  const initrd = initrdRange(map, partition);
  memblock.reserve(initrd.start, Math.ceil(initrd.end / PAGE_SIZE) * PAGE_SIZE, INITRD);
  const override = sratOverride(partition, map, cmdline);
  if (override) memblock.reserve(override.start, override.end, ACPI_OVERRIDE);

  // The early heap holds the page tables of RAM below 4 GiB; above, and top-down, one page for each of two levels more.
  if (memory.maxPfn * PAGE_SIZE > HIGH_MEMORY_START && !cmdline.movableNode) {
    for (let level = 0; level < 2; level += 1) memblock.allocate(PAGE_SIZE, PAGE_SIZE, PAGE_TABLES);
  }
  if (!memory.ram.some((range) => range.start <= initrd.start && initrd.end <= range.end)) moveInitrd(memblock, initrd);
  const nodeData = withMemory.flatMap((node): NodeDataPlace[] => {
    const start = memblock.allocate(image.nodeData, image.nodeDataAlign, nodeDataOf(node.id), { node: node.id });
    return start === null ? [] : [{ node: node.id, start, end: start + image.nodeData, on: nodeAt(memory, start) }];
  });
  const ramBytes = ram.reduce((sum, range) => sum + rangePages(range), 0) * PAGE_SIZE;
  const crash = reserveCrashKernel(memblock, cmdline.crashkernel, ramBytes, partition.kernel);
  const late = image.memoryMaps === "by section";
  const early = late ? null : allocateMemoryMaps(memblock, withMemory, image);
  const memoryless = (): void => {
    for (const node of memory.nodes)
      if (node.ranges.length === 0 && image.memorylessNodeData > 0)
        memblock.allocate(image.memorylessNodeData, 64, nodeDataOf(node.id));
  };
  if (early) memoryless();
  smallTables(memblock, map.e820.length, userMap(map.e820, cmdline.map).length, memory.ram.length);
  if (late) memoryless();
  const memoryMaps = early ?? allocateMemoryMaps(memblock, withMemory, image);
  for (let copy = 0; copy < 2; copy += 1) memblock.allocate(commandLineLength(partition.cmdline) + 1, 64, EARLY);
  percpuAreas(memblock, memory.nodes, image);
  const gigantic = giganticPages(memblock, memory, withMemory, cmdline);
  const logBytes = dynamicLogBytes(cpus.length) * (1 + image.logShares);
  if (logBytes > 0) memblock.allocate(logBytes, 8, LOG_BUFFER);
  if (withMemory.length === 1) hashTables(memblock, totalPages(withMemory[0]?.ranges ?? []));
  const entryTables = 2 + Math.ceil((cpus.length * CPU_ENTRY_PAGES) / TABLE_ENTRIES);
  for (let page = 0; page < entryTables; page += 1) memblock.allocate(PAGE_SIZE, PAGE_SIZE, PAGE_TABLES);
  // What firmware says may come counts: with room for DIMMs above 4 GiB devices may have to bounce.
  const possible = memory.numa ? srat.memory : [];
  const reach = possible.reduce((last, entry) => Math.max(last, entry.end), memory.maxPfn * PAGE_SIZE);
  if (reach > HIGH_MEMORY_START) {
    memblock.allocate(BOUNCE_BUFFERS, PAGE_SIZE, BOUNCE, { to: HIGH_MEMORY_START });
    for (const size of image.bounceTables) memblock.allocate(size, PAGE_SIZE, BOUNCE);
    memblock.allocate(2 ** Math.ceil(Math.log2(Math.max(1, cpus.length))) * BOUNCE_AREA, 64, EARLY);
  }

  // All that boot has of the DMA zone it has by the time that zones are set up.
  const dma = memblock.reserved.filter(({ start }) => start < ABOVE_DMA);
  const freed = freedOf(image, cpus.length > 1 && cmdline.cpus.started === 1);
  for (const { start, end } of freed) memblock.free(start, end);
  const kept = memblock.reserved.filter(({ purpose }) => purpose !== INITRD && purpose !== GIGANTIC);
  const givenBack = [
    ...freed.map(({ start, end }) => pfnRange(start / PAGE_SIZE, end / PAGE_SIZE)),
    ...memblock.reserved
      .filter(({ purpose }) => purpose === INITRD)
      .map(({ start, end }) => pfnRange(Math.floor(start / PAGE_SIZE), Math.ceil(end / PAGE_SIZE))),
  ];
  const dmaReserved = dma.reduce(
    (sum, { start, end }) => sum + pagesWithin(ram, Math.floor(start / PAGE_SIZE), Math.ceil(end / PAGE_SIZE)),
    0,
  );
  const noted = profileOf(partition.kernel).notesBootPages !== "no" ? notedPages(nodeData, memoryMaps) : new Map();
  return { byNode: byNode(memory.nodes, kept), nodeData, memoryMaps, noted, dmaReserved, crash, gigantic, givenBack };
}

/** What of the image comes back: init's code and data without its end where CPUs may come that were not started (alternative_instructions). */
function freedOf(image: KernelImage, mayGrow: boolean): AddressRange[] {
  const bss = image.sections.find(([name]) => name === "bss")?.[1] ?? 0;
  return image.freed.map(([start, end]) => {
    // A page that hibernation leaves out lies between.
    const kept = mayGrow && end === bss - PAGE_SIZE ? image.smpLocks * PAGE_SIZE : 0;
    return addressRange(start, end - kept);
  });
}

/**
 * register_page_bootmem_info_node: pages of node structures, those on which usage bitmaps of sections begin, and for each
 * section the tables that map its memory map; without a fifth level the walk meets the first of them twice.
 */
function notedPages(nodeData: readonly NodeDataPlace[], maps: MemoryMapPlaces): Map<number, NotedPage> {
  const noted = new Map<number, NotedPage>();
  const note = (frame: number, type: NotedPage["type"], references = 1): void => {
    noted.set(frame, { type, references: (noted.get(frame)?.references ?? 0) + references });
  };
  for (const { start, end } of nodeData) {
    const first = Math.floor(start / PAGE_SIZE);
    for (let page = 0; page < Math.ceil((end - start) / PAGE_SIZE); page++) note(first + page, 14);
  }
  for (const { start, sections, bytes } of maps.usage)
    for (let i = 0; i < sections; ) {
      const frame = Math.floor((start + i * bytes) / PAGE_SIZE);
      const next = Math.min(sections, Math.ceil(((frame + 1) * PAGE_SIZE - start) / bytes));
      note(frame, 13, next - i);
      i = next;
    }
  const mapped = {
    pud: sectionsByTable(maps.bySection, SECTIONS_PER_TABLE.pud),
    pmd: sectionsByTable(maps.bySection, SECTIONS_PER_TABLE.pmd),
  };
  for (const { level, index, address } of maps.tables)
    note(address / PAGE_SIZE, 13, (mapped[level][index] ?? 0) * (level === "pud" ? 2 : 1));
  return noted;
}

/** Sections with a memory map, by the page-table page that maps it. */
function sectionsByTable(bySection: Float64Array, perTable: number): Uint32Array {
  const counts = new Uint32Array(Math.ceil(bySection.length / perTable));
  for (let table = 0, at = 0; table < counts.length; table++)
    for (const end = Math.min(bySection.length, at + perTable); at < end; at++)
      if (bySection[at] !== 0) counts[table] = (counts[table] as number) + 1;
  return counts;
}

function nodeAt(memory: BootMemory, address: number): number {
  const frame = Math.floor(address / PAGE_SIZE);
  return memory.nodes.find((node) => node.ranges.some((range) => range.start <= frame && frame < range.end))?.id ?? 0;
}

function memblockMemory(memory: BootMemory, hotpluggable: ReadonlySet<number>, cmdline: KernelCmdline) {
  return memory.nodes
    .flatMap((node) => {
      const avoided = cmdline.movableNode && hotpluggable.has(node.id) ? node.hotpluggable : [];
      const pieces = node.ranges.flatMap((range) => {
        const cuts = [
          range.start,
          ...clip(avoided, range.start, range.end).flatMap((part) => [part.start, part.end]),
          range.end,
        ];
        return cuts.slice(1).flatMap((end, i) => {
          const start = cuts[i] ?? end;
          return start < end
            ? [{ start, end, avoided: avoided.some((part) => part.start <= start && start < part.end) }]
            : [];
        });
      });
      return pieces.map((piece) => ({
        start: piece.start * PAGE_SIZE,
        end: piece.end * PAGE_SIZE,
        node: node.id,
        avoided: piece.avoided,
      }));
    })
    .sort((a, b) => a.start - b.start);
}

/** Many CPUs make the log buffer grow: bytes of text, beside which are descriptors and infos (setup_log_buf). */
function dynamicLogBytes(cpus: number): number {
  const builtIn = 128 * KIB;
  const extra = (cpus - 1) * PAGE_SIZE;
  if (extra <= builtIn / 2) return 0;
  return 2 ** Math.ceil(Math.log2(extra + builtIn));
}

/** HPET and I/O APIC resources, e820 resources, firmware map entries, hibernation's regions. */
function smallTables(memblock: Memblock, firmwareEntries: number, e820Entries: number, ramEntries: number): void {
  const firmwareMap = Array.from({ length: firmwareEntries }, () => 104);
  const holes = Array.from({ length: ramEntries }, () => 32);
  for (const size of [73, 75, 64 * (e820Entries + 1), ...firmwareMap, ...holes]) memblock.allocate(size, 64, EARLY);
}

/** `hugepages=` of 1 GiB: each on the next node, or where there is room; on the node that was named, or nowhere (alloc_bootmem_huge_page). */
function giganticPages(
  memblock: Memblock,
  memory: BootMemory,
  nodes: readonly NodeMemory[],
  cmdline: KernelCmdline,
): GiganticRange[] {
  const asks = cmdline.hugepages.filter(({ size }) => (size === 0 ? cmdline.defaultHugepageSize : size) === GIB);
  const found: GiganticRange[] = [];
  let turn = 0;
  for (const { count, node } of asks)
    for (let i = 0; i < count; i++) {
      const wanted = node ?? nodes[turn++ % nodes.length]?.id ?? 0;
      const start = memblock.allocate(GIB, GIB, GIGANTIC, { node: wanted, exact: node !== null });
      if (start === null) break;
      found.push({
        ...pfnRange(start / PAGE_SIZE, (start + GIB) / PAGE_SIZE),
        kind: GIGANTIC.kind,
        node: nodeAt(memory, start),
      });
    }
  return found;
}

function percpuAreas(memblock: Memblock, nodes: readonly NodeMemory[], image: KernelImage): void {
  const scratch = [memblock.allocate(PAGE_SIZE, PAGE_SIZE, EARLY), memblock.allocate(PAGE_SIZE, 64, EARLY)];
  const groups = nodes.filter((node) => node.cpus.length > 0);
  const units = percpuUnits(
    groups.map((node) => node.cpus.length),
    image.percpu,
  );
  groups.forEach((node, i) => {
    const size = Math.ceil(node.cpus.length / units.perChunk) * units.perChunk * units.bytes;
    const start = memblock.allocate(size, units.bytes * units.perChunk, PERCPU, { node: node.id, from: ABOVE_DMA });
    if (start === null) return;
    for (let unit = 0; unit < size / units.bytes; unit += 1) {
      const used = unit < (groups[i]?.cpus.length ?? 0) ? image.percpu : 0;
      memblock.free(start + unit * units.bytes + used, start + (unit + 1) * units.bytes);
    }
  });
  const cpus = groups.reduce((sum, node) => sum + node.cpus.length, 0);
  for (const size of [16, 16, 4 * cpus, 8 * cpus, ...image.percpuMetadata]) memblock.allocate(size, 64, EARLY);
  for (const page of scratch) if (page !== null) memblock.free(page, page + PAGE_SIZE);
  for (let mask = 0; mask < image.cpumasks + nodes.length; mask += 1) memblock.allocate(8, 64, EARLY);
}

/** On a machine with one node of memory the big hash tables are contiguous; on others they are vmalloc memory. */
function hashTables(memblock: Memblock, pages: number): void {
  const entries = (scale: number) => 2 ** Math.ceil(Math.log2((pages * PAGE_SIZE) / 2 ** scale));
  memblock.allocate(entries(13) * 8, 64, HASHES);
  memblock.allocate(entries(14) * 8, 64, HASHES);
}

/** Whole pages of each node that hold a reserved byte. A page shared by several allocations counts to the first. */
function byNode(
  nodes: readonly NodeMemory[],
  reserved: readonly MemblockReserved[],
): ReadonlyMap<number, readonly ReservedRange[]> {
  const pages: ReservedRange[] = [];
  let done = 0;
  for (const range of reserved) {
    const start = Math.max(done, Math.floor(range.start / PAGE_SIZE));
    const end = Math.ceil(range.end / PAGE_SIZE);
    if (start >= end) continue;
    done = end;
    const last = pages.at(-1);
    if (last && last.end === start && last.what === range.purpose.what)
      pages[pages.length - 1] = { ...last, ...pfnRange(last.start, end) };
    else pages.push({ ...pfnRange(start, end), ...range.purpose });
  }
  return new Map(
    nodes.map((node) => [
      node.id,
      pages
        .flatMap((range) =>
          clip(node.ranges, range.start, range.end).map((part): ReservedRange => ({ ...range, ...part })),
        )
        .filter((range) => rangePages(range) > 0),
    ]),
  );
}

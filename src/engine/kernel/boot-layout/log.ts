/**
 * Boot messages about memory, word for word and in the kernel's order, without time stamps: the e820 map, SRAT, node
 * ranges, zones, ZONE_MOVABLE's starts, memory blocks. Those of the zonelists come from whoever builds them.
 */
import type { KernelVersion } from "../../hardware/description.ts";
import { type AddressRange, type E820Entry, type FirmwareMap, HIGH_MEMORY_START } from "../../hardware/memory-map.ts";
import { memoryBlockBytes } from "./block-size.ts";
import type { Slit, Srat } from "../../hardware/numa-tables.ts";
import { ZONE_NAMES, ZoneType } from "../../memory/kinds.ts";
import { KIB, MIB, PAGE_SIZE, PAGES_PER_SECTION, STRUCT_PAGE_BYTES } from "../../units.ts";
import { type BootLogStyle, profileOf } from "../profiles/index.ts";
import { idleWordLines } from "./boot-words.ts";
import { ramBuffers } from "./iomem.ts";
import type { KernelCmdline } from "./cmdline.ts";
import type { MovableStarts } from "./movable-start.ts";
import type { BootMemory, NodeMemory } from "./node-memory.ts";
import { normalise, pagesWithin, pfnRange } from "./ranges.ts";
import type { NodeDataPlace } from "./reserved.ts";
import { E820_WORDS, userMap } from "./user-map.ts";
import { type BootZone, zoneLimits } from "./zones.ts";

export interface BootStory {
  readonly kernel: KernelVersion;
  readonly cmdline: KernelCmdline;
  readonly map: FirmwareMap;
  readonly srat: Srat;
  readonly slit: Slit;
  readonly memory: BootMemory;
  /** RAM to the byte as /proc/iomem shows it. */
  readonly systemRam: readonly AddressRange[];
  readonly movable: MovableStarts;
  readonly zonesByNode: ReadonlyMap<number, readonly BootZone[]>;
  readonly nodeData: readonly NodeDataPlace[];
  readonly crash: { readonly log: readonly string[] };
  /** Pages of the DMA zone that are reserved before zones are set up. */
  readonly dmaReserved: number;
}

/** `[mem 0x…-0x…]` with inclusive end and at least `digits` digits. */
function mem(start: number, end: number, digits: number): string {
  const hex = (value: number) => `0x${value.toString(16).padStart(digits, "0")}`;
  return `[mem ${hex(start)}-${hex(end - 1)}]`;
}

/** The log lines of boot. */
export function bootLog(story: BootStory): string[] {
  return [
    ...e820Lines(story),
    ...sratLines(story),
    ...numaLines(story),
    ...story.crash.log,
    ...zoneLines(story),
    ...unavailableLines(story),
    ...story.cmdline.refused,
    ...idleWordLines(story.cmdline, story.kernel),
    ...blockLines(story),
  ];
}

/** A map as the kernel prints it (e820__print_table): since 7.3 with the gaps between its entries. */
function mapLines(of: string, entries: readonly E820Entry[], words: BootLogStyle["e820Words"]): string[] {
  const recent = words === "System RAM";
  let end = 0;
  return entries.flatMap((entry) => {
    const gap = recent && entry.start > end ? [`${of}: ${mem(end, entry.start, 16).replace("mem", "gap")}`] : [];
    end = entry.end;
    return [...gap, `${of}: ${mem(entry.start, entry.end, 16)} ${recent ? " " : ""}${E820_WORDS[words][entry.type]}`];
  });
}

function e820Lines({ map, memory, cmdline, kernel }: BootStory): string[] {
  const { e820Words } = profileOf(kernel).bootLog;
  const { usable, reserved } = E820_WORDS[e820Words];
  return [
    "BIOS-provided physical RAM map:",
    ...mapLines("BIOS-e820", map.e820, e820Words),
    ...cmdline.early,
    ...(cmdline.map.length === 0
      ? []
      : ["user-defined physical RAM map:", ...mapLines("user", userMap(map.e820, cmdline.map), e820Words)]),
    `e820: update ${mem(0, PAGE_SIZE, 8)} ${usable} ==> ${reserved}`,
    `e820: remove ${mem(640 * KIB, MIB, 8)} ${usable}`,
    ...lastPfns(memory).map((frame) => `last_pfn = 0x${frame.toString(16)} max_arch_pfn = 0x400000000`),
  ];
}

/** The end of RAM, and below 4 GiB too when there is more above. */
function lastPfns({ maxPfn, ram }: BootMemory): number[] {
  const below = ram.filter((range) => range.end <= HIGH_MEMORY_START).at(-1);
  return maxPfn * PAGE_SIZE > HIGH_MEMORY_START && below ? [maxPfn, Math.floor(below.end / PAGE_SIZE)] : [maxPfn];
}

function sratLines({ srat, slit, kernel, cmdline }: BootStory): string[] {
  if (cmdline.numaOff || cmdline.noSrat) return [];
  const style = profileOf(kernel).bootLog;
  const hex2 = (value: number) => `0x${value.toString(16).padStart(2, "0")}`;
  return [
    // Later kernels keep the processors' lines for debugging.
    ...(style.processors
      ? srat.cpus.map((cpu) => `SRAT: PXM ${cpu.pxm} -> APIC ${hex2(cpu.apicId)} -> Node ${cpu.node}`)
      : []),
    ...srat.memory.map(
      (entry) =>
        `${style.acpiPrefix ? "ACPI: " : ""}SRAT: Node ${entry.node} PXM ${entry.pxm} ${mem(entry.start, entry.end, 8)}${entry.hotpluggable && style.hotplugMarks ? " hotplug" : ""}`,
    ),
    ...(slit.given && !slit.valid ? ["SLIT table looks invalid. Not used."] : []),
    ...(slit.given && slit.valid ? [`NUMA: Initialized distance table, cnt=${slit.distances.length}`] : []),
  ];
}

function numaLines(story: BootStory): string[] {
  const { memory } = story;
  const lines = memory.numa
    ? mergeLines(story)
    : [
        ...(story.cmdline.numaOff ? ["NUMA turned off"] : ["No NUMA configuration found"]),
        `Faking a node at ${mem(0, memory.maxPfn * PAGE_SIZE, 16)}`,
      ];
  for (const place of story.nodeData) {
    lines.push(`NODE_DATA(${place.node}) allocated ${mem(place.start, place.end, 0)}`);
    if (place.on !== place.node) lines.push(`    NODE_DATA(${place.node}) on node ${place.on}`);
  }
  return lines;
}

/** Ranges of one node are joined across holes while no other node lies between (numa_cleanup_meminfo). */
function mergeLines({ srat, memory, kernel }: BootStory): string[] {
  const low = !profileOf(kernel).bootLog.joinsFromRam
    ? 0
    : (memory.nodes.reduce(
        (least, node) => Math.min(least, node.ranges[0]?.start ?? least),
        Number.POSITIVE_INFINITY,
      ) as number) * PAGE_SIZE;
  const high = memory.maxPfn * PAGE_SIZE;
  const blocks = srat.memory
    .map((entry) => ({ node: entry.node, start: Math.max(entry.start, low), end: Math.min(entry.end, high) }))
    .filter((block) => block.start < block.end);
  const lines: string[] = [];
  for (let i = 0; i < blocks.length; i += 1) {
    for (let j = i + 1; j < blocks.length; j += 1) {
      const first = blocks[i];
      const second = blocks[j];
      if (!first || !second || first.node !== second.node) continue;
      const start = Math.min(first.start, second.start);
      const end = Math.max(first.end, second.end);
      if (blocks.some((other) => other.node !== first.node && start < other.end && end > other.start)) continue;
      lines.push(
        `NUMA: Node ${first.node} ${mem(first.start, first.end, 8)} + ${mem(second.start, second.end, 8)} -> ${mem(start, end, 8)}`,
      );
      blocks[i] = { node: first.node, start, end };
      blocks.splice(j, 1);
      j -= 1;
    }
  }
  return lines;
}

function zoneLines(story: BootStory): string[] {
  const { memory, movable, kernel } = story;
  const style = profileOf(kernel).bootLog;
  const range = (name: string, start: number, end: number) =>
    `  ${name.padEnd(8)} ${start < end ? mem(start * PAGE_SIZE, end * PAGE_SIZE, 16) : "empty"}`;
  const lines = [
    "Zone ranges:",
    ...zoneLimits(memory.nodes).map(([type, start, end]) => range(ZONE_NAMES[type] ?? "", start, end)),
    ...(style.deviceZone ? [range("Device", 0, 0)] : []),
  ];
  if (movable.warning) lines.push(movable.warning);
  lines.push("Movable zone start for each node");
  for (const [node, start] of [...movable.byNode].sort(([a], [b]) => a - b))
    lines.push(`  Node ${node}: 0x${(start * PAGE_SIZE).toString(16).padStart(16, "0")}`);
  lines.push("Early memory node ranges");
  for (const { node, start, end } of rangesByAddress(memory.nodes))
    lines.push(`  node ${String(node).padStart(3)}: ${mem(start * PAGE_SIZE, end * PAGE_SIZE, 16)}`);
  for (const node of memory.nodes) {
    const first = node.ranges[0];
    const last = node.ranges.at(-1);
    if (first && last) {
      lines.push(`Initmem setup node ${node.id} ${mem(first.start * PAGE_SIZE, last.end * PAGE_SIZE, 16)}`);
      if (style.zonePages !== "none")
        for (const line of zonePagesLines(story, node, style.zonePages === "1 MiB" ? 256 : 128)) lines.push(line);
    } else if (style.memoryless !== "none") {
      if (style.memoryless === "twice") lines.push(`Initializing node ${node.id} as memoryless`);
      lines.push(`Initmem setup node ${node.id} as memoryless`);
    }
  }
  return lines;
}

/**
 * What each zone of a node holds as it is set up (calculate_node_totalpages, free_area_init_core): pages, those that its
 * memory map will take, those that boot had reserved of the first zone, and by how many per-CPU lists are filled.
 */
function zonePagesLines({ zonesByNode, dmaReserved }: BootStory, node: NodeMemory, mostBatch: number): string[] {
  const zones = (zonesByNode.get(node.id) ?? []).filter(({ present }) => present > 0);
  const lines = [`On node ${node.id} totalpages: ${zones.reduce((sum, { present }) => sum + present, 0)}`];
  for (const { type, spanned, present } of zones) {
    const name = ZONE_NAMES[type] ?? "";
    const mapped = spanned > present + Math.floor(present / 16) ? present : spanned;
    const memmap = Math.ceil((mapped * STRUCT_PAGE_BYTES) / PAGE_SIZE);
    const reserved = type === ZoneType.DMA ? dmaReserved : 0;
    const batch = Math.max(1, Math.floor(Math.min(Math.floor((present - memmap - reserved) / 1024), mostBatch) / 4));
    lines.push(`  ${name} zone: ${memmap} pages used for memmap`);
    if (reserved > 0) lines.push(`  ${name} zone: ${reserved} pages reserved`);
    const filled = 2 ** Math.floor(Math.log2(batch + Math.floor(batch / 2))) - 1;
    lines.push(`  ${name} zone: ${present} pages, LIFO batch:${filled}`);
  }
  return lines;
}

function rangesByAddress(nodes: readonly NodeMemory[]): { node: number; start: number; end: number }[] {
  return nodes
    .flatMap((node) =>
      node.ranges.map((range) => ({ node: node.id, start: range.start as number, end: range.end as number })),
    )
    .sort((a, b) => a.start - b.start);
}

/**
 * Page frames in holes that have a struct page all the same, because their section has memory; each hole is told with
 * the zone that follows it, the last with the last populated zone (memmap_init).
 */
function unavailableLines({ memory, zonesByNode, kernel }: BootStory): string[] {
  if (!profileOf(kernel).bootLog.unavailable) return [];
  const ranges = rangesByAddress(memory.nodes);
  const sections = normalise(
    ranges.map(({ start, end }) =>
      pfnRange(
        Math.floor(start / PAGES_PER_SECTION) * PAGES_PER_SECTION,
        Math.ceil(end / PAGES_PER_SECTION) * PAGES_PER_SECTION,
      ),
    ),
  );
  const lines: string[] = [];
  const tell = (from: number, to: number, node: number, zone: string) => {
    const pages = pagesWithin(sections, from, to);
    if (pages > 0) lines.push(`On node ${node}, zone ${zone}: ${pages} pages in unavailable ranges`);
  };
  let hole = 0;
  let lastNode = 0;
  let lastZone = "";
  for (const { node, start, end } of ranges) {
    for (const zone of zonesByNode.get(node) ?? []) {
      if (zone.present === 0) continue;
      lastNode = node;
      lastZone = ZONE_NAMES[zone.type] ?? "";
      const from = Math.max(start, zone.startPfn);
      const to = Math.min(end, zone.startPfn + zone.spanned);
      if (from >= to) continue;
      if (hole < from) tell(hole, from, node, lastZone);
      hole = to;
    }
  }
  tell(hole, Math.ceil(memory.maxPfn / PAGES_PER_SECTION) * PAGES_PER_SECTION, lastNode, lastZone);
  return lines;
}

function blockLines({ memory, systemRam, kernel, cmdline }: BootStory): string[] {
  const size = memoryBlockBytes(memory.maxPfn * PAGE_SIZE, { kernel });
  const { blockSize, e820Words } = profileOf(kernel).bootLog;
  const buffer = e820Words === "usable" ? "reserve RAM buffer" : "register RAM buffer resource";
  const lines = blockSize ? [`x86/mm: Memory block size: ${size / MIB}MB`] : [];
  // Memory maps are whole pageblocks for blocks of any size (set_memmap_mode, told where it is forced).
  if (cmdline.memmapOnMemory === "force") lines.push("Memory hotplug will waste 0 pages in each memory block");
  return [...lines, ...ramBuffers(systemRam).map(({ start, end }) => `e820: ${buffer} ${mem(start, end, 8)}`)];
}

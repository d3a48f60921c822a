/**
 * Hot add: making memory known to the kernel (mm/memory_hotplug.c, add_memory_resource; arch/x86/mm/init_64.c,
 * arch_add_memory; mm/sparse-vmemmap.c). Afterwards its blocks exist, offline.
 *
 * The memory map is a real allocation: 2 MiB of kernel memory for each section, as near to the new memory as can be.
 * That is why added memory can pin the memory of a neighbour.
 */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { formatList } from "../kernel/boot-layout/ranges.ts";
import { since } from "../kernel/profiles/versions.ts";
import { tellMemory } from "../kernel/show-memory.ts";
import { PageKind, ZoneType } from "../memory/kinds.ts";
import { SectionState } from "../memory/page-array.ts";
import type { NumaNode } from "../memory/node.ts";
import { call, spend, type Steps, type Task } from "../chronicle/task.ts";
import {
  PAGEBLOCK_ORDER,
  PAGEBLOCK_PAGES,
  PAGES_PER_SECTION,
  PAGE_SIZE,
  pfn,
  sectionOf,
  VMEMMAP_PAGES_PER_SECTION,
} from "../units.ts";
import type { AttemptLog } from "../chronicle/attempt.ts";
import type { MemoryBlock, MemoryGroup, Onliner } from "../memory/memory-block.ts";
import { deviceOnline } from "./online.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { joinZone } from "./zone-at-add.ts";

const AUTO_ONLINE: Onliner = { by: "auto-online" };

/** Pages of slab for a block's device, its sysfs entries and its links. */
const DEVICE_PAGES = 1;

/**
 * Memory that a driver adds for itself (add_memory_driver_managed): under a resource name of its own, which grows
 * together with what the same device added beside it; without an entry in the firmware's map and without memmap_on_memory.
 */
export interface DriverManaged {
  readonly resource: string;
  readonly device: string;
}

/** Memory that a kernel gets to know: addresses and sizes are bytes. */
export interface NewMemory {
  readonly node: number;
  readonly start: number;
  readonly size: number;
  /** DIMM that it is of, if it is one's. */
  readonly dimm: string | null;
  readonly group: MemoryGroup | null;
  readonly managed?: DriverManaged | null;
}

/** Adds `[start, start + size)` to a node. The caller holds the hotplug lock. Returns the errno or null. */
export function* addMemory(
  kernel: Kernel,
  memory: NewMemory,
  task: Task,
  attempt: AttemptLog,
): Steps<ErrnoName | null> {
  const { start, size, managed } = memory;
  const blockBytes = kernel.blockPages * PAGE_SIZE;
  const limit = kernel.pages.sections * PAGES_PER_SECTION * PAGE_SIZE;
  if (start + size > limit) {
    attempt.check("addressable", "fail", "add_memory_resource", { end: start + size });
    const hex = (n: number): string => `0x${n.toString(16)}`;
    kernel.log(
      "warn",
      `Hotplug memory [${hex(start)}-${hex(start + size)}] exceeds maximum addressable range [0x0-${hex(limit - 1)}]`,
    );
    return "E2BIG";
  }
  const booting = kernel.parameters.bootAddsUntil;
  if (booting !== null && start + size > booting) {
    attempt.check("within-mem", "fail", "register_memory_resource", { end: start + size, mem: booting });
    return "E2BIG";
  }
  if (!kernel.resources.claim(start, size, managed?.resource, managed?.device)) {
    attempt.check("range-free", "fail", "register_memory_resource", { start, size });
    const [first, last] = [start, start + size].map((at) => at.toString(16).padStart(16, "0"));
    kernel.logQuietly("register", `Unable to reserve System RAM region: ${first}->${last}`);
    return "EEXIST";
  }
  attempt.check("range-free", "pass", "register_memory_resource", { start, size });
  if (size === 0 || start % blockBytes !== 0 || size % blockBytes !== 0) {
    kernel.resources.release(start, size);
    attempt.check("range-aligned", "fail", "check_hotplug_memory_range", { start, size, block: blockBytes });
    kernel.log(
      "warn",
      `Block size [0x${blockBytes.toString(16)}] unaligned hotplug range: start 0x${start.toString(16)}, size 0x${size.toString(16)}`,
    );
    return "EINVAL";
  }
  attempt.check("range-aligned", "pass", "check_hotplug_memory_range", { start, size, block: blockBytes });
  const node = kernel.nodes[memory.node];
  if (!node) {
    kernel.resources.release(start, size);
    attempt.check("node-possible", "fail", "add_memory_resource", { node: memory.node });
    kernel.log("warn", `node ${memory.node} was absent from the node_possible_map`);
    return "EINVAL";
  }
  const lent = kernel.directMap.lentIn(start, start + size);
  if (lent > 0) {
    kernel.resources.release(start, size);
    attempt.check("address-free", "fail", "init_memory_mapping", { lent });
    kernel.log(
      "warn",
      `direct mapping of [mem 0x${start.toString(16)}-0x${(start + size - 1).toString(16)}]: ${lent} virtual pages lead elsewhere`,
    );
    return "EBUSY";
  }
  const isNew = !node.online;
  if (isNew) kernel.rebuildZonelistsLoudly(node);

  const selfHosted =
    !managed &&
    kernel.parameters.memmapOnMemory !== "N" &&
    (kernel.profile.memmapOnMemoryAnySize || size === blockBytes);
  const hosts = hostsOfTables(kernel, start, size);
  const unmapped = yield* call("arch_add_memory", mapSections(kernel, node, memory, selfHosted, attempt));
  if (unmapped !== null) {
    kernel.resources.release(start, size);
    return unmapped;
  }
  const blocks = createBlocks(kernel, memory, selfHosted, hosts);
  if (kernel.profile.zoneFixedAt === "add") joinZone(kernel, node, blocks);
  const nodeFirst = since(kernel.profile.version, 6, 18);
  if (isNew && nodeFirst) kernel.tellDevice("add", "node", node.id);
  for (const block of blocks) kernel.tellDevice("add", "memory", block.number);
  if (isNew && !nodeFirst) kernel.tellDevice("add", "node", node.id);
  if (isNew) {
    node.online = true;
    kernel.allocator.onlineNodes++;
    kernel.recorder.emit({ c: "node", partition: kernel.id, node: node.id, online: true, hasMemory: node.hasMemory });
  }
  if (!managed) kernel.resources.addFirmware(start, start + size - 1, "System RAM");
  kernel.revision++;
  yield spend(Cost.call, "create_memory_block_devices");
  const word = kernel.parameters.autoOnline;
  if (word !== "offline")
    for (const block of blocks) yield* deviceOnline(kernel, block, { type: word, onliner: AUTO_ONLINE }, task, attempt);
  return null;
}

/** Direct mapping and memory map of each section. An errno when a memory map could not be had, or is there from an add that failed. */
function* mapSections(
  kernel: Kernel,
  node: NumaNode,
  { start, size }: NewMemory,
  selfHosted: boolean,
  attempt: AttemptLog,
): Steps<ErrnoName | null> {
  const first = sectionOf(start / PAGE_SIZE);
  const last = sectionOf((start + size) / PAGE_SIZE);
  if (kernel.memoryMaps.has(first)) {
    attempt.check("vmemmap", "fail", "sparse_add_section", { section: first, pages: 0 });
    return "EEXIST";
  }
  kernel.directMap.map(start, start + size, kernel.cpuNode.id, kernel.parameters.whatIf.tablesOnMemory);
  yield spend((last - first) * Cost.mapDirect, "init_memory_mapping", "kernel_physical_mapping_init");
  let pages = 0;
  for (let section = first; section < last; section++) {
    if (!selfHosted) {
      const got = takeMemoryMap(kernel, node, section);
      if (!got) {
        // What came before it is given back, or is nobody's from now on: the kernel neither uses nor frees it.
        for (let undo = section - 1; undo >= first; undo--)
          if (kernel.profile.failedAddKeepsMaps) abandonSection(kernel, undo);
          else dropSection(kernel, undo);
        kernel.directMap.unmap(start, start + size, kernel.cpuNode.id);
        const kept = kernel.profile.failedAddKeepsMaps ? pages : 0;
        attempt.check("vmemmap", "fail", "sparse_add_section", { section, pages: VMEMMAP_PAGES_PER_SECTION, kept });
        warnOnce(kernel);
        return "ENOMEM";
      }
      pages += VMEMMAP_PAGES_PER_SECTION;
    }
    kernel.pages.state[section] = SectionState.Offline;
    kernel.pages.makeUniform(section, PageKind.None);
    yield spend(Cost.mapSection, "__add_pages", "sparse_add_section");
  }
  attempt.check("vmemmap", "pass", "sparse_add_section", { sections: last - first, pages, self: selfHosted ? 1 : 0 });
  return null;
}

/**
 * What the log says, once, when a whole chunk for a memory map cannot be had (mm/sparse-vmemmap.c, vmemmap_alloc_block): single
 * pages are tried next.
 */
function tellNoChunk(kernel: Kernel): void {
  if (kernel.toldOnce.has("vmemmap")) return;
  kernel.toldOnce.add("vmemmap");
  const online = formatList(kernel.memoryNodes);
  kernel.log(
    "warn",
    `${kworker(kernel)}: vmemmap alloc failure: order:${PAGEBLOCK_ORDER}, mode:0x4cc0(GFP_KERNEL|__GFP_RETRY_MAYFAIL), nodemask=(null),cpuset=/,mems_allowed=${online}`,
  );
  tellMemory(kernel, null, ZoneType.Normal);
}

/** The worker that ACPI's notifications are dealt with in, as recorded kernels name it. */
const kworker = ({ profile }: Kernel): string => `kworker/u${since(profile.version, 6, 9) ? 8 : 4}:1`;

/** WARN_ON_ONCE of add_pages, where the warning stands in each recorded kernel's source (arch/x86/mm/init_64.c). */
function warnOnce(kernel: Kernel): void {
  if (!kernel.profile.failedAddKeepsMaps || kernel.toldOnce.has("add_pages")) return;
  kernel.toldOnce.add("add_pages");
  const { version } = kernel.profile;
  const file = "arch/x86/mm/init_64.c";
  const line = since(version, 7, 0)
    ? `WARNING: ${file}:973 at add_pages+0x77/0x80, CPU#1: ${kworker(kernel)}/38`
    : since(version, 6, 12)
      ? `WARNING: CPU: 1 PID: 11 at ${file}:986 add_pages+0x90/0xa0`
      : since(version, 6, 1)
        ? `WARNING: CPU: 1 PID: 29 at ${file}:978 add_pages+0x8c/0x90`
        : `WARNING: CPU: 1 PID: 62 at ${file}:854 add_pages+0x60/0x70`;
  for (const said of ["------------[ cut here ]------------", line, "---[ end trace 0000000000000000 ]---"])
    kernel.log("warn", said);
}

/** The memory map of a section: one order-9 chunk near the node, or 512 single pages and a page table when there is none. */
function takeMemoryMap(kernel: Kernel, node: NumaNode, section: number): boolean {
  const near = node.zonelist.length > 0 ? node.id : kernel.cpuNode.id;
  const chunk = kernel.owners.take(kernel.vmemmap, PAGEBLOCK_ORDER, near, null);
  if (chunk >= 0) {
    kernel.memoryMaps.set(section, [chunk]);
    return true;
  }
  tellNoChunk(kernel);
  const single: number[] = [];
  for (let i = 0; i <= VMEMMAP_PAGES_PER_SECTION; i++) {
    const page = kernel.owners.take(kernel.vmemmap, 0, near, null);
    if (page < 0) {
      for (const taken of single) kernel.owners.give(kernel.vmemmap, taken);
      return false;
    }
    single.push(page);
  }
  kernel.memoryMaps.set(section, single);
  return true;
}

/** Forgets a section and gives back its memory map (sparse_remove_section). Boot memory maps stay reserved. */
export function dropSection(kernel: Kernel, section: number): void {
  if (kernel.pages.state[section] === SectionState.Absent) return;
  for (const page of kernel.memoryMaps.get(section) ?? [])
    if (kernel.profile.losesMemoryMaps) kernel.owners.giveFirst(kernel.vmemmap, page);
    else kernel.owners.give(kernel.vmemmap, page);
  kernel.memoryMaps.delete(section);
  abandonSection(kernel, section);
}

/** Forgets a section whose memory map stays where it is: no add knows it any more (__add_pages stops, and nobody undoes what it did). */
function abandonSection(kernel: Kernel, section: number): void {
  kernel.pages.makeUniform(section, PageKind.None);
  kernel.pages.state[section] = SectionState.Absent;
  kernel.pages.zoneOfSection[section] = -1;
}

/**
 * What-if: the first pages of these blocks hold page tables of the direct mapping of their own gibibyte. A pageblock each,
 * though one page is used: less than a pageblock cannot be kept apart.
 */
function hostsOfTables(kernel: Kernel, start: number, size: number): ReadonlySet<number> {
  if (!kernel.parameters.whatIf.tablesOnMemory) return new Set();
  return new Set(kernel.directMap.tablesNeeded(start, start + size).map((at) => kernel.blockNumberOf(at / PAGE_SIZE)));
}

/** create_memory_block_devices. `hosts`: numbers of the blocks whose first pages hold page tables. */
function createBlocks(
  kernel: Kernel,
  { node, start, size, dimm, group }: NewMemory,
  selfHosted: boolean,
  hosts: ReadonlySet<number>,
): MemoryBlock[] {
  const blocks: MemoryBlock[] = [];
  const first = start / PAGE_SIZE / kernel.blockPages;
  const selfMemmapPages = selfHosted ? (kernel.blockPages / PAGES_PER_SECTION) * VMEMMAP_PAGES_PER_SECTION : 0;
  for (let i = 0; i < size / PAGE_SIZE / kernel.blockPages; i++) {
    const block: MemoryBlock = {
      number: first + i,
      startPfn: pfn((first + i) * kernel.blockPages),
      pages: kernel.blockPages,
      state: "offline",
      nodes: [node],
      zone: null,
      fixedZone: null,
      dimm,
      selfMemmapPages: selfMemmapPages + (hosts.has(first + i) ? PAGEBLOCK_PAGES : 0),
      group,
      early: false,
      keptType: null,
      onliner: null,
      attempt: null,
      poisoned: 0,
      revision: 0,
    };
    kernel.blocks.set(block.number, block);
    kernel.owners.takePages(kernel.metadata, DEVICE_PAGES, kernel.cpuNode.id, null);
    kernel.emitBlock(block);
    blocks.push(block);
  }
  return blocks;
}

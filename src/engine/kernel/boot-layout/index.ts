/**
 * Boot, as data: from a partition's description to what its kernel finds and sets up before the first process runs.
 *
 *   description → firmware map (hardware/memory-map.ts) → SRAT and SLIT (hardware/numa-tables.ts)
 *     → RAM by node (node-memory.ts) → ZONE_MOVABLE's start (movable-start.ts) → zones (zones.ts) → blocks (blocks.ts)
 *     → what boot reserved (reserved.ts) → the log (log.ts)
 *
 * Everything works on ranges. The recorded kernels' zones, blocks, nodes and iomem lines follow from the description
 * and the command line alone (see the tests, which hold every recording).
 */
import type { MemoryMapPlaces } from "./memory-maps.ts";
import type { PartitionDescription } from "../../hardware/description.ts";
import type { AddressRange, BootDimm, HotplugWindow } from "../../hardware/memory-map.ts";
import type { CrashKernel } from "./crash-port.ts";
import { firmwareOf, memoryBlockBytes } from "./block-size.ts";
import { nodesByPxm, type Slit, type Srat, slitOf, sratOf } from "../../hardware/numa-tables.ts";
import { ZoneType } from "../../memory/kinds.ts";
import { type Bytes, PAGE_SIZE, type Pfn, STRUCT_PAGE_BYTES } from "../../units.ts";
import { type BootBlock, bootBlocks } from "./blocks.ts";
import { calibrate } from "./calibration.ts";
import { profileOf } from "../profiles/index.ts";
import { idleWords } from "./boot-words.ts";
import { type KernelCmdline, parseCmdline } from "./cmdline.ts";
import { type FirmwareMemmapEntry, firmwareMemmap, iomemLine, otherRanges, systemRam } from "./iomem.ts";
import { bootLog } from "./log.ts";
import { movableStarts } from "./movable-start.ts";
import { bootMemory } from "./node-memory.ts";
import type { PfnRange } from "./ranges.ts";
import {
  type GiganticRange,
  type NotedPage,
  type ReservedRange,
  reservedLayout,
  survivingHotpluggable,
} from "./reserved.ts";
import { type BootZone, zoneLimits, zonesOf } from "./zones.ts";
import { userMap } from "./user-map.ts";
import { smallest } from "../../lists.ts";

export type {
  BootBlock,
  BootDimm,
  BootZone,
  FirmwareMemmapEntry,
  HotplugWindow,
  KernelCmdline,
  PfnRange,
  ReservedRange,
  Slit,
  Srat,
};

export interface BootNode {
  readonly id: number;
  /** Proximity domains that firmware calls it: indexes of the description's nodes. None with `numa=off`. */
  readonly pxms: readonly number[];
  /** Every node here is possible: the SRAT names it. */
  readonly possible: boolean;
  /** Has memory or CPUs at boot. */
  readonly online: boolean;
  readonly hasMemory: boolean;
  /** Has memory in a zone up to Normal. */
  readonly hasNormalMemory: boolean;
  readonly cpus: readonly number[];
  /** Page frames that are RAM, sorted and disjoint. */
  readonly ranges: readonly PfnRange[];
  /** In zone order; zones that span nothing are left out. */
  readonly zones: readonly BootZone[];
  /** Page frames that boot keeps for good (PG_reserved), sorted and disjoint. What is present and not here is managed. */
  readonly reserved: readonly ReservedRange[];
}

export interface BootLayout {
  readonly nodes: readonly BootNode[];
  /** Node of each proximity domain. A DIMM of a domain that has none goes to `fallbackNode`. */
  readonly nodeOfPxm: ReadonlyMap<number, number>;
  /** Node of memory that firmware does not place: the first in the kernel's NUMA table (memory_add_physaddr_to_nid). */
  readonly fallbackNode: number;
  readonly maxPfn: Pfn;
  /** RAM to the byte as the kernel knows it. */
  readonly ram: readonly AddressRange[];
  readonly blockPages: number;
  readonly blocks: readonly BootBlock[];
  /** By pfn. */
  readonly noted: ReadonlyMap<number, NotedPage>;
  /** What else is in the kernel's map: ranges that are no RAM, as /proc/iomem names them. */
  readonly otherRanges: readonly (AddressRange & { readonly name: string })[];
  /** `System RAM` lines of /proc/iomem: `00001000-0009fbff : System RAM`. */
  readonly iomem: readonly string[];
  /** /sys/firmware/memmap at boot, without cold-plugged DIMMs, which come first; the next hot-added range gets the index after the last. */
  readonly firmwareMemmap: readonly FirmwareMemmapEntry[];
  readonly srat: Srat;
  readonly slit: Slit;
  readonly hotplugWindow: HotplugWindow;
  readonly bootDimms: readonly BootDimm[];
  readonly cmdline: KernelCmdline;
  /** Words of the command line that Linux knows and this machine does not act on. */
  readonly notSimulated: readonly string[];
  /** First pfn of ZONE_MOVABLE by node. */
  readonly movableStart: ReadonlyMap<number, Pfn>;
  /** Where the memory map of boot memory lies, and the page tables that map it. */
  readonly memoryMaps: MemoryMapPlaces;
  /** What is set aside for a kernel to be started when this one panics. */
  readonly crash: CrashKernel;
  /** Pages of 1 GiB that were set aside. */
  readonly gigantic: readonly GiganticRange[];
  readonly givenBack: readonly PfnRange[];
  /** Boot messages about memory, in order, without time stamps. */
  readonly logLines: readonly string[];
}

/** What of it is asked for once the kernel runs. The rest is long: a large machine has many blocks. */
export type KeptLayout = Pick<BootLayout, "nodeOfPxm" | "fallbackNode" | "notSimulated">;

/** Lays out the memory of a partition as its kernel finds it at boot. Pure: the same description gives the same layout. */
export function layoutBoot(partition: PartitionDescription): BootLayout {
  const written = parseCmdline(partition.cmdline, partition.kernel);
  const map = firmwareOf(partition);
  const srat = sratOf(partition, map);
  const slit = slitOf(partition, srat);
  const memory = bootMemory(map, srat, written);
  // Once more, now that it is known which nodes there are.
  const isNode = (id: number): boolean =>
    memory.nodes.some((node) => node.id === id && (node.ranges.length > 0 || node.cpus.length > 0));
  const cmdline = parseCmdline(partition.cmdline, partition.kernel, isNode);
  const hotpluggable = survivingHotpluggable(memory.nodes, map);
  const movable = movableStarts(memory.nodes, hotpluggable, cmdline, partition.kernel);
  const limits = zoneLimits(memory.nodes);
  const zonesByNode = new Map(
    memory.nodes.map((node) => [
      node.id,
      zonesOf(node, limits, movable.byNode.get(node.id), cmdline.kernelcore === "mirror"),
    ]),
  );
  const blockPages = memoryBlockBytes(memory.maxPfn * PAGE_SIZE, { kernel: partition.kernel }) / PAGE_SIZE;
  const ownMaps = cmdline.memmapOnMemory === "N" ? 0 : (blockPages * STRUCT_PAGE_BYTES) / PAGE_SIZE;
  const blockManaged = blockPages - ownMaps;
  const reserved = reservedLayout(partition, { map, srat, memory, hotpluggable, cmdline });
  const nodes = memory.nodes.map((node): BootNode => {
    const zones = zonesByNode.get(node.id) ?? [];
    return {
      id: node.id,
      pxms: node.pxms,
      possible: true,
      online: node.ranges.length > 0 || node.cpus.length > 0,
      hasMemory: node.ranges.length > 0,
      hasNormalMemory: zones.some((zone) => zone.type <= ZoneType.Normal && zone.present > 0),
      cpus: node.cpus,
      ranges: node.ranges,
      zones,
      reserved: calibrate(
        { id: node.id, ranges: node.ranges, zones, reserved: reserved.byNode.get(node.id) ?? [] },
        partition.calibration ?? [],
        partition.coldplug?.length ? blockManaged : null,
      ),
    };
  });
  const ram = systemRam(partition, map, memory, cmdline);
  return {
    nodes,
    nodeOfPxm: memory.numa ? nodesByPxm(srat) : new Map<number, number>(),
    // By address: with CPUs on another node than the lowest memory, numbers say nothing.
    fallbackNode:
      nodes.filter((node) => node.hasMemory).toSorted((a, b) => lowest(a.ranges) - lowest(b.ranges))[0]?.id ?? 0,
    maxPfn: memory.maxPfn,
    ram,
    blockPages,
    blocks: bootBlocks(memory.nodes, zonesByNode, blockPages, partition.kernel === "5.10"),
    noted: reserved.noted,
    otherRanges: otherRanges(userMap(map.e820, cmdline.map)),
    iomem: ram.map(iomemLine),
    firmwareMemmap: firmwareMemmap(map, cmdline.acpiNoMemhotplug ? 0 : (partition.coldplug?.length ?? 0)),
    srat,
    slit,
    hotplugWindow: map.window,
    bootDimms: map.bootDimms,
    cmdline,
    notSimulated: idleWords(cmdline, profileOf(partition.kernel)).notSimulated,
    movableStart: movable.byNode,
    memoryMaps: reserved.memoryMaps,
    crash: reserved.crash,
    gigantic: reserved.gigantic,
    givenBack: reserved.givenBack,
    logLines: bootLog({
      kernel: partition.kernel,
      cmdline,
      map,
      srat,
      slit,
      memory,
      systemRam: ram,
      movable,
      zonesByNode,
      nodeData: reserved.nodeData,
      dmaReserved: reserved.dmaReserved,
      crash: reserved.crash,
    }),
  };
}

/** Node that a DIMM of this proximity domain joins at run time (acpi_get_node and its fall-backs). */
export function nodeForDimm(layout: Pick<BootLayout, "nodeOfPxm" | "fallbackNode">, pxm: number): number {
  return layout.nodeOfPxm.get(pxm) ?? layout.fallbackNode;
}

const lowest = (ranges: readonly PfnRange[]): number => smallest(ranges.map(({ start }) => start));

/** Size of a memory block of this layout. */
export const blockBytes = (layout: Pick<BootLayout, "blockPages">): Bytes => (layout.blockPages * PAGE_SIZE) as Bytes;

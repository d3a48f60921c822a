/** Page frames that boot keeps for good, by node. */
import type { PartitionDescription } from "../../hardware/description.ts";
import { type AddressRange, addressRange, type FirmwareMap } from "../../hardware/memory-map.ts";
import { sratBytes } from "../../hardware/numa-tables.ts";
import { PageKind } from "../../memory/kinds.ts";
import { PAGE_SIZE } from "../../units.ts";
import { type KernelCmdline, parseCmdline } from "./cmdline.ts";
import type { BootMemory, NodeMemory } from "./node-memory.ts";
import { clip, normalise, type PfnRange, totalPages } from "./ranges.ts";
import type { BootZone } from "./zones.ts";

export interface ReservedRange extends PfnRange {
  /** PageKind of these pages: Reserved, KernelImage or BootMemmap. */
  readonly kind: PageKind;
  /** What for: `kernel image`, `boot memmap of node 0`, `NODE_DATA(0)`, `bounce buffers`. */
  readonly what: string;
}

/** The initial ram disk at the top of low RAM while the kernel boots; its memory is free afterwards. */
const INITRD_BYTES = { "6.1": 0x2a97da, "6.12": 0x29a658 } as const;

/**
 * Node numbers whose hot-pluggable marks count: those without any boot reservation. The kernel image, the initial
 * ram disk and the ACPI tables decide (numa_clear_kernel_node_hotplug): the nodes of address 0, of the kernel's load
 * address and of the top of low RAM.
 */
export function survivingHotpluggable(nodes: readonly NodeMemory[], map: FirmwareMap): ReadonlySet<number> {
  const tables = map.lowEnd / PAGE_SIZE - 64;
  const holds = (node: NodeMemory) => [1, 4096, tables].some((frame) => node.ranges.some((range) => range.start <= frame && frame < range.end));
  return new Set(nodes.filter((node) => !holds(node)).map((node) => node.id));
}

/**
 * Where the kernel copied a SRAT that was replaced through the initial ram disk: recorded machines mark nodes
 * hot-pluggable that way. Its bytes are ACPI memory, no longer RAM, in /proc/iomem.
 */
export function sratOverrideAddress(partition: PartitionDescription, map: FirmwareMap): AddressRange | null {
  if (!map.emulated || !partition.hotpluggable?.length) return null;
  const size = sratBytes(partition, map);
  if (parseCmdline(partition.cmdline).movableNode) return addressRange(0x100000, 0x100000 + size);
  const top = (map.e820.find((entry) => entry.type === "reserved" && entry.end === map.lowEnd)?.start ?? map.lowEnd) - 1;
  const initrd = Math.floor((top - INITRD_BYTES[partition.kernel]) / PAGE_SIZE) * PAGE_SIZE;
  return addressRange(initrd - PAGE_SIZE, initrd - PAGE_SIZE + size);
}

/** Reserved ranges by node. */
export function reservedLayout(
  _partition: PartitionDescription,
  _map: FirmwareMap,
  memory: BootMemory,
  _zones: ReadonlyMap<number, readonly BootZone[]>,
  _cmdline: KernelCmdline,
): ReadonlyMap<number, readonly ReservedRange[]> {
  const result = new Map<number, ReservedRange[]>();
  for (const node of memory.nodes) {
    const memmapPages = Math.ceil((totalPages(node.ranges) * 64) / PAGE_SIZE);
    const end = node.ranges.at(-1)?.end ?? 0;
    const low = normalise([...clip(node.ranges, 1, 0x9f)]).map((range) => ({ ...range, kind: PageKind.Reserved, what: "first MiB" }));
    const image = clip(node.ranges, 4096, 4096 + 8103).map((range) => ({ ...range, kind: PageKind.KernelImage, what: "kernel image" }));
    const top = Math.floor((end - 512) / 512) * 512;
    const memmap = clip(node.ranges, top - memmapPages, top).map((range) => ({ ...range, kind: PageKind.BootMemmap, what: `boot memmap of node ${node.id}` }));
    result.set(node.id, [...low, ...image, ...memmap]);
  }
  return result;
}

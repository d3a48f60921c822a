/**
 * Where firmware puts a partition's memory: the address ranges of every node, the e820 map that the kernel is
 * handed, and the window that is kept free for DIMMs inserted later. Pure arithmetic on ranges; a 16 TiB box costs
 * as much as a 1 GiB one.
 *
 * Two kinds of firmware are mirrored.
 *
 * **Emulated PC** (`sharedSlots` is given): QEMU's `pc` machine with SeaBIOS, exactly. Nodes follow one another;
 * memory below 4 GiB ends at 3 GiB when there are 3.5 GiB or more of boot memory, and the rest goes on at 4 GiB.
 * Sources: QEMU hw/i386/pc_piix.c, hw/i386/acpi-build.c; SeaBIOS e820 and table placement, as recorded.
 *
 * **Server** (the playground's own box): the first node with onboard memory starts at address 0 and is split by the
 * hole like a PC; all else follows from 4 GiB, node by node: onboard memory, then the DIMMs in slot order. So DIMMs
 * lie above 4 GiB, clear of the 640 KiB hole, the firmware tables and ZONE_DMA; only a partition without any onboard
 * memory boots from its first DIMM, which then has two ranges when it straddles the hole (and can never leave).
 * Nodes and DIMMs start at a multiple of the smallest power of two from 128 MiB to 2 GiB that makes every DIMM's range
 * whole memory blocks of the size that the kernel will choose (`memoryBlockBytes`); when no choice does (a 512 MiB
 * DIMM in a machine whose blocks are 2 GiB) the ranges are 128 MiB-aligned and the DIMM shares blocks, as on real
 * machines.
 */
import { bytes, type Bytes, GIB, KIB, MIB, TIB } from "../units.ts";
import type { NodeDescription, PartitionDescription } from "./description.ts";
import { legacyTableBytes } from "./smbios.ts";

/** Physical addresses [start, end). */
export interface AddressRange {
  readonly start: Bytes;
  readonly end: Bytes;
}

export const addressRange = (start: number, end: number): AddressRange => ({ start: bytes(start), end: bytes(end) });

/** One stretch of boot memory: onboard memory of a proximity domain, or (a part of) a DIMM in a slot. */
export interface MemoryPiece extends AddressRange {
  /** Proximity domain: the index of the node in the description. */
  readonly pxm: number;
  /** Key of the slot that holds the DIMM, `null` for onboard memory. */
  readonly slot: string | null;
}

/** A DIMM that was in a slot at power-on: part of the boot memory, and an ACPI memory device with these ranges. */
export interface BootDimm {
  readonly id: string;
  /** `partition/node/slot`, as in commands. */
  readonly slotKey: string;
  readonly pxm: number;
  readonly size: Bytes;
  /** _CRS: one range, or two when the DIMM lies on both sides of the PCI hole. */
  readonly ranges: readonly AddressRange[];
}

/** Firmware here says the first two; the command line may say others. */
export type E820Type = "usable" | "reserved" | "ACPI data" | "persistent";
export interface E820Entry extends AddressRange {
  readonly type: E820Type;
}

/** The addresses kept free for DIMMs that come later. */
export interface HotplugWindow {
  readonly base: Bytes;
  /** Bytes of address space: what may be plugged and alignment slack for each slot (1 GiB). Zero without slots. */
  readonly size: Bytes;
  /** Bytes that may be plugged in all, DIMMs in slots at power-on included (QEMU: maxmem - memory at boot). */
  readonly maxPlugged: Bytes;
  /** Where automatic placement may put a DIMM: multiples of this. 2 MiB on an emulated PC, a memory block on a server. */
  readonly alignment: Bytes;
}

export interface FirmwareMap {
  readonly emulated: boolean;
  /** In address order. */
  readonly pieces: readonly MemoryPiece[];
  readonly e820: readonly E820Entry[];
  readonly bootDimms: readonly BootDimm[];
  readonly window: HotplugWindow;
  /** End of RAM below 4 GiB, firmware tables included. */
  readonly lowEnd: Bytes;
}

export const PC_HOLE_START = 3 * GIB;
const PC_LOW_LIMIT = 3.5 * GIB;
export const HIGH_MEMORY_START = 4 * GIB;
const LOW_MEMORY_TOP = 0x9fc00;
const LEGACY_HOLE_END = 1 * MIB;
/** Address space for devices that the emulated PC keeps after all memory. */
const PCI_HOLE64 = 2 * GIB;
/** The HyperTransport range of AMD machines, which the emulated processor is: where RAM would reach it, all of it above 4 GiB moves behind. */
const HYPERTRANSPORT = addressRange(0xfd_0000_0000, 1 * TIB);
export const MIN_BLOCK = 128 * MIB;
export const MAX_BLOCK = 2 * GIB;

export const alignUp = (value: number, to: number): number => Math.ceil(value / to) * to;
export const alignDown = (value: number, to: number): number => Math.floor(value / to) * to;

/** The key of a slot: `partition/node/slot`. */
export const slotKey = (partition: string, node: number, slot: number): string => `${partition}/${node}/${slot}`;

/** How large its kernel makes memory blocks when boot RAM ends there. */
export type BlockBytes = (endOfRam: number) => Bytes;

/** Lays out a partition's memory as its firmware does at power-on, for a kernel with such memory blocks. */
export function firmwareMap(partition: PartitionDescription, blockBytes: BlockBytes): FirmwareMap {
  const { sharedSlots } = partition;
  return sharedSlots !== undefined ? emulatedPc(partition, sharedSlots) : server(partition, blockBytes);
}

/** End of boot RAM below 4 GiB for this much memory that starts at address 0. */
const lowPart = (size: number): number => (size >= PC_LOW_LIMIT ? PC_HOLE_START : size);

function emulatedPc(partition: PartitionDescription, slots: number): FirmwareMap {
  const total = partition.nodes.reduce((sum, node) => sum + node.onboard, 0);
  const lowEnd = lowPart(total);
  const maxPlugged = Math.max(0, partition.maxMemory - total);
  const windowSize = slots > 0 ? maxPlugged + slots * GIB : 0;
  const windowAfter = (start: number) => alignUp(start + total - lowEnd, GIB);
  const end = windowSize > 0 ? windowAfter(HIGH_MEMORY_START) + windowSize : HIGH_MEMORY_START + total - lowEnd;
  const highStart = alignUp(end, GIB) + PCI_HOLE64 > HYPERTRANSPORT.start ? HYPERTRANSPORT.end : HIGH_MEMORY_START;

  const pieces: MemoryPiece[] = [];
  let cursor = 0;
  partition.nodes.forEach((node, pxm) => {
    let left: number = node.onboard;
    if (cursor < lowEnd && left > 0) {
      const take = Math.min(left, lowEnd - cursor);
      pieces.push({ ...addressRange(cursor, cursor + take), pxm, slot: null });
      cursor += take;
      left -= take;
    }
    if (left > 0) {
      const start = Math.max(cursor, highStart);
      pieces.push({ ...addressRange(start, start + left), pxm, slot: null });
      cursor = start + left;
    }
  });
  const window = {
    base: bytes(windowAfter(highStart)),
    size: bytes(windowSize),
    maxPlugged: bytes(maxPlugged),
    alignment: bytes(2 * MIB),
  };
  const reserve = legacyTableBytes(total, partition.disk !== undefined);
  return {
    emulated: true,
    pieces,
    bootDimms: [],
    window,
    lowEnd: bytes(lowEnd),
    e820: e820Of(pieces, lowEnd, reserve, true),
  };
}

function server(partition: PartitionDescription, blockBytes: BlockBytes): FirmwareMap {
  const slots = partition.nodes.reduce((sum, node) => sum + node.slots.length, 0);
  const onboard = partition.nodes.reduce((sum, node) => sum + node.onboard, 0);
  let layout = serverPieces(partition, MIN_BLOCK);
  for (let alignment = MIN_BLOCK; alignment <= MAX_BLOCK; alignment *= 2) {
    const candidate = serverPieces(partition, alignment);
    if (wholeBlocks(candidate, blockBytes)) {
      layout = candidate;
      break;
    }
  }
  const end = layout.reduce((last, piece) => Math.max(last, piece.end), 0);
  const lowEnd = layout.reduce(
    (last, piece) => (piece.start < HIGH_MEMORY_START ? Math.max(last, piece.end) : last),
    0,
  );
  // A DIMM that came out of its slot can always go back in, and devices have their regions, whatever the description says the limit is.
  const installed = layout.reduce((sum, piece) => (piece.slot === null ? sum : sum + piece.end - piece.start), 0);
  const devices = partition.virtioMem ?? [];
  const regions = devices.reduce((sum, device) => sum + device.size, 0);
  const maxPlugged = Math.max(installed + regions, partition.maxMemory - onboard);
  const alignment = blockBytes(end);
  const slack = Math.max(GIB, alignment);
  const window = {
    base: bytes(alignUp(Math.max(end, HIGH_MEMORY_START), slack)),
    size: bytes(slots + devices.length > 0 ? maxPlugged + (slots + devices.length) * slack : 0),
    maxPlugged: bytes(maxPlugged),
    alignment,
  };
  const reserve = legacyTableBytes(0);
  return {
    emulated: false,
    pieces: layout,
    bootDimms: bootDimmsOf(partition, layout),
    window,
    lowEnd: bytes(lowEnd),
    e820: e820Of(layout, lowEnd, reserve, false),
  };
}

function serverPieces(partition: PartitionDescription, alignment: number): MemoryPiece[] {
  const parts = partition.nodes.flatMap((node: NodeDescription, pxm) => [
    ...(node.onboard > 0 ? [{ pxm, size: node.onboard as number, slot: null }] : []),
    ...node.slots.flatMap((dimm, index) =>
      dimm && dimm.health !== "failed"
        ? [{ pxm, size: dimm.size as number, slot: slotKey(partition.id, pxm, index) }]
        : [],
    ),
  ]);
  const first = parts.find((part) => part.slot === null) ?? parts[0];
  const pieces: MemoryPiece[] = [];
  let cursor: number = HIGH_MEMORY_START;
  let above = 0;
  if (first) {
    const low = lowPart(first.size);
    pieces.push({ ...addressRange(0, low), pxm: first.pxm, slot: first.slot });
    above = first.size - low;
  }
  let previous = -1;
  for (const part of parts) {
    const size = part === first ? above : part.size;
    if (size === 0) continue;
    if (part.slot !== null || part.pxm !== previous) cursor = alignUp(cursor, alignment);
    previous = part.pxm;
    pieces.push({ ...addressRange(cursor, cursor + size), pxm: part.pxm, slot: part.slot });
    cursor += size;
  }
  return pieces;
}

function wholeBlocks(pieces: readonly MemoryPiece[], blockBytes: BlockBytes): boolean {
  const block = blockBytes(pieces.reduce((last, piece) => Math.max(last, piece.end), 0));
  return pieces.every((piece) => piece.slot === null || (piece.start % block === 0 && piece.end % block === 0));
}

function bootDimmsOf(partition: PartitionDescription, pieces: readonly MemoryPiece[]): BootDimm[] {
  const ranges = new Map<string, AddressRange[]>();
  for (const piece of pieces) {
    if (piece.slot === null) continue;
    const known = ranges.get(piece.slot);
    if (known) known.push(addressRange(piece.start, piece.end));
    else ranges.set(piece.slot, [addressRange(piece.start, piece.end)]);
  }
  return partition.nodes.flatMap((node, pxm) =>
    node.slots.flatMap((dimm, index) => {
      const key = slotKey(partition.id, pxm, index);
      const crs = ranges.get(key);
      return dimm && crs ? [{ id: dimm.id, slotKey: key, pxm, size: dimm.size, ranges: crs }] : [];
    }),
  );
}

/** The map as firmware reports it: RAM split by the legacy hole and the tables at the top of low RAM. */
function e820Of(pieces: readonly MemoryPiece[], lowEnd: number, tables: number, hypertransport: boolean): E820Entry[] {
  const entries: E820Entry[] = [];
  const add = (start: number, end: number, type: E820Type) => {
    const last = entries.at(-1);
    if (start >= end) return;
    if (last && last.type === type && last.end === start)
      entries[entries.length - 1] = { ...addressRange(last.start, end), type };
    else entries.push({ ...addressRange(start, end), type });
  };
  add(0, Math.min(LOW_MEMORY_TOP, lowEnd), "usable");
  add(LOW_MEMORY_TOP, 640 * KIB, "reserved");
  add(0xf0000, LEGACY_HOLE_END, "reserved");
  const tableStart = Math.max(LEGACY_HOLE_END, lowEnd - tables);
  add(LEGACY_HOLE_END, tableStart, "usable");
  add(tableStart, lowEnd, "reserved");
  add(0xfffc0000, HIGH_MEMORY_START, "reserved");
  const high = pieces
    .filter((piece) => piece.start >= HIGH_MEMORY_START)
    .map((piece) => ({ range: piece, type: "usable" as E820Type }));
  if (hypertransport) high.push({ range: { ...HYPERTRANSPORT, pxm: -1, slot: null }, type: "reserved" });
  high.sort((a, b) => a.range.start - b.range.start);
  for (const { range, type } of high) add(range.start, range.end, type);
  return entries;
}

/**
 * Which slot and which addresses a DIMM gets when it is plugged into a running machine, and why it may be refused.
 * Mirrors QEMU's pc-dimm and memory-device code (hw/mem/pc-dimm.c, hw/mem/memory-device.c), its order of checks and
 * its words. A server's slots work the same, with the slot given by the person who inserts.
 */
import { type Bytes, bytes, MIB } from "../units.ts";
import type { HotplugWindow } from "./memory-map.ts";

/** Addresses and sizes of DIMMs are multiples of this. */
export const DIMM_ALIGNMENT = 2 * MIB;

/** A DIMM that holds a slot; those of boot memory lie outside the window but count against its limit. */
export interface PluggedDimm {
  readonly id: string;
  readonly slot: number;
  readonly address: Bytes;
  readonly size: Bytes;
}

export interface PlugRequest {
  readonly id: string;
  readonly size: Bytes;
  /** Proximity domain. */
  readonly pxm: number;
  /** `undefined`: the first free one. */
  readonly slot?: number | undefined;
  /** `undefined` or 0: the first gap that fits. */
  readonly address?: number | undefined;
}

export interface PlugMachine {
  readonly window: HotplugWindow;
  readonly slots: number;
  /** Number of proximity domains. */
  readonly domains: number;
}

export type PlugResult =
  | { readonly ok: true; readonly slot: number; readonly address: Bytes }
  | { readonly ok: false; readonly error: string };

const hex = (value: number): string => `0x${value.toString(16)}`;
const refuse = (error: string): PlugResult => ({ ok: false, error });

/** Slot and address for a DIMM, or the monitor's refusal. Changes nothing. */
export function plugDimm(machine: PlugMachine, plugged: readonly PluggedDimm[], request: PlugRequest): PlugResult {
  const { window } = machine;
  if (request.size <= 0)
    return refuse(`object property 'size' of memory-backend-ram doesn't take value '${request.size}'`);
  if (!/^[a-zA-Z][-._a-zA-Z0-9]*$/.test(request.id)) return refuse("Parameter 'id' expects an identifier");
  if (plugged.some((dimm) => dimm.id === request.id)) return refuse(`Duplicate device ID '${request.id}'`);
  if (request.pxm < 0) return refuse("Parameter 'node' expects uint32_t");
  const slot = freeSlot(machine.slots, plugged, request.slot);
  if (typeof slot === "string") return refuse(slot);
  const address = freeAddress(window, plugged, request.size, request.address || undefined);
  if (typeof address === "string") return refuse(address);
  if (request.pxm >= machine.domains)
    return refuse(
      `'DIMM property node has value ${request.pxm}' which exceeds the number of numa nodes: ${machine.domains}`,
    );
  return { ok: true, slot, address: bytes(address) };
}

/** Address for a device that brings a region of memory and needs no slot (virtio-mem), or the emulator's refusal. */
export function placeRegion(
  window: HotplugWindow,
  plugged: readonly PluggedDimm[],
  id: string,
  size: number,
): { readonly ok: true; readonly address: Bytes } | { readonly ok: false; readonly error: string } {
  if (plugged.some((known) => known.id === id)) return { ok: false, error: `Duplicate device ID '${id}'` };
  const address = freeAddress(window, plugged, size, undefined);
  return typeof address === "string" ? { ok: false, error: address } : { ok: true, address: bytes(address) };
}

function freeSlot(slots: number, plugged: readonly PluggedDimm[], wanted: number | undefined): number | string {
  if (slots === 0) return "no slots where allocated, please specify the 'slots' option";
  const taken = new Set(plugged.map((dimm) => dimm.slot));
  if (wanted !== undefined) {
    if (wanted < 0 || wanted >= slots) return `invalid slot number ${wanted}, valid range is [0-${slots - 1}]`;
    return taken.has(wanted) ? `slot ${wanted} is busy` : wanted;
  }
  for (let slot = 0; slot < slots; slot += 1) if (!taken.has(slot)) return slot;
  return "no free slots available";
}

function freeAddress(
  window: HotplugWindow,
  plugged: readonly PluggedDimm[],
  size: number,
  wanted: number | undefined,
): number | string {
  const used = plugged.reduce((sum, dimm) => sum + dimm.size, 0);
  if (used + size > window.maxPlugged)
    return `not enough space, currently ${hex(used)} in use of total space for memory devices ${hex(window.maxPlugged)}`;
  if (wanted !== undefined && wanted % DIMM_ALIGNMENT !== 0)
    return `address must be aligned to ${hex(DIMM_ALIGNMENT)} bytes`;
  if (size % DIMM_ALIGNMENT !== 0) return `backend memory size must be multiple of ${hex(DIMM_ALIGNMENT)}`;
  const end = window.base + window.size;
  const fits = (start: number) => start >= window.base && start + size <= end;
  if (wanted !== undefined && !fits(wanted)) {
    return `can't add memory device [${hex(wanted)}:${hex(size)}], usable range for memory devices [${hex(window.base)}:${hex(window.size)}]`;
  }
  if (wanted === undefined && size > window.size) return "can't add memory device, device too big";

  let start = wanted ?? window.base;
  for (const dimm of [...plugged].sort((a, b) => a.address - b.address)) {
    if (dimm.address >= start + size || dimm.address + dimm.size <= start) continue;
    if (wanted !== undefined) return `address range conflicts with memory device id='${dimm.id}'`;
    start = Math.ceil((dimm.address + dimm.size) / window.alignment) * window.alignment;
  }
  return fits(start)
    ? start
    : "could not find position in guest address space for memory device - memory fragmented due to alignments";
}

/** The hardware of the box while it runs: DIMMs, slots, the shelf. What kernels make of it is not known here. */
import { memoryDevices, type AcpiMemoryDevice } from "./acpi.ts";
import type { BoxDescription, DimmDescription, DimmHealth, PartitionDescription } from "./description.ts";
import { placeRegion, type PluggedDimm, plugDimm, type PlugResult } from "./dimm-addresses.ts";
import type { AddressRange, HotplugWindow } from "./memory-map.ts";
import { bytes, type Bytes } from "../units.ts";

export type DimmPhase = "shelf" | "inserting" | "in-use" | "inert" | "ejecting";

export interface Dimm {
  readonly id: string;
  readonly size: Bytes;
  readonly health: DimmHealth;
  /** Key of its slot; `null` on the shelf. */
  slot: string | null;
  phase: DimmPhase;
  /** Where it goes when its eject succeeds: key of a slot, or `shelf`. */
  destination: string | null;
  /** Addresses that it answers to while it is in a slot. */
  ranges: readonly AddressRange[];
  /** Proximity domain that it belongs to while it is in a slot. */
  pxm: number | null;
  /** Running or last attempt on it. */
  attempt: number | null;
  usedPagesAtStart: number;
}

export interface Slot {
  readonly key: string;
  readonly partition: string;
  readonly device: AcpiMemoryDevice;
  dimm: string | null;
}

/** In place of a slot's number. */
const NO_SLOT = -1;

export class Chassis {
  readonly dimms = new Map<string, Dimm>();
  readonly slots = new Map<string, Slot>();
  private readonly partitions: ReadonlyMap<string, PartitionDescription>;
  private readonly windows = new Map<string, HotplugWindow>();
  /** Regions of devices that are no DIMMs. */
  private readonly regions = new Map<string, readonly PluggedDimm[]>();
  /** Goes up with every change to a DIMM or a slot. */
  revision = 0;

  constructor(box: BoxDescription) {
    this.partitions = new Map(box.partitions.map((partition) => [partition.id, partition]));
    for (const partition of box.partitions) {
      for (const device of memoryDevices(partition)) {
        this.slots.set(device.slotKey, { key: device.slotKey, partition: partition.id, device, dimm: null });
      }
      partition.nodes.forEach((node, pxm) => {
        node.slots.forEach((dimm, index) => {
          if (!dimm) return;
          const key = `${partition.id}/${pxm}/${index}`;
          this.place(this.create(dimm), key, pxm);
        });
      });
    }
    for (const dimm of box.shelf) this.create(dimm);
  }

  setWindow(partition: string, window: HotplugWindow): void {
    this.windows.set(partition, window);
  }

  create(description: DimmDescription): Dimm {
    const dimm: Dimm = {
      id: description.id,
      size: description.size,
      health: description.health ?? "ok",
      slot: null,
      phase: "shelf",
      destination: null,
      ranges: [],
      pxm: null,
      attempt: null,
      usedPagesAtStart: 0,
    };
    this.dimms.set(dimm.id, dimm);
    this.revision++;
    return dimm;
  }

  place(dimm: Dimm, key: string, pxm: number): void {
    const slot = this.slots.get(key);
    if (!slot) throw new Error(`no slot ${key}`);
    slot.dimm = dimm.id;
    dimm.slot = key;
    dimm.pxm = pxm;
    this.revision++;
  }

  /** Takes a DIMM out of its slot. */
  lift(dimm: Dimm): void {
    const slot = dimm.slot === null ? undefined : this.slots.get(dimm.slot);
    if (slot) slot.dimm = null;
    dimm.slot = null;
    dimm.pxm = null;
    dimm.ranges = [];
    dimm.phase = "shelf";
    dimm.destination = null;
    this.revision++;
  }

  setPhase(dimm: Dimm, phase: DimmPhase): void {
    dimm.phase = phase;
    this.revision++;
  }

  /** An attempt on it begins. */
  setAttempt(dimm: Dimm, attempt: number): void {
    dimm.attempt = attempt;
    this.revision++;
  }

  /** Takes a DIMM that is in no slot out of the box for good. */
  discard(dimm: Dimm): void {
    this.dimms.delete(dimm.id);
    this.revision++;
  }

  /** DIMMs in a partition's slots, in slot order. */
  dimmsOf(partition: string): Dimm[] {
    const found: Dimm[] = [];
    for (const slot of this.slots.values()) {
      const dimm = slot.partition === partition && slot.dimm !== null ? this.dimms.get(slot.dimm) : undefined;
      if (dimm) found.push(dimm);
    }
    return found;
  }

  /** Slot and address that firmware would give a DIMM, or its refusal. */
  plug(
    partition: string,
    request: { id: string; size: number; pxm: number; slot?: number | undefined; address?: number | undefined },
  ): PlugResult {
    const description = this.partitions.get(partition);
    const window = this.windows.get(partition);
    if (!description || !window) return { ok: false, error: `no partition ${partition}` };
    const slots = [...this.slots.values()].filter((slot) => slot.partition === partition);
    return plugDimm({ window, slots: slots.length, domains: description.nodes.length }, this.plugged(partition), {
      ...request,
      size: bytes(request.size),
    });
  }

  /** Finds room in a partition's window for a device that brings a region of memory, and keeps it. Returns the address or the emulator's refusal. */
  reserveRegion(partition: string, id: string, size: Bytes): Bytes | string {
    const window = this.windows.get(partition);
    if (!window) return `no partition ${partition}`;
    // A machine that restarts has its devices where they were.
    const known = this.regions.get(partition)?.find((region) => region.id === id);
    if (known) return known.address;
    const placed = placeRegion(window, this.plugged(partition), id, size);
    if (!placed.ok) return placed.error;
    this.regions.set(partition, [
      ...(this.regions.get(partition) ?? []),
      { id, slot: NO_SLOT, address: placed.address, size },
    ]);
    return placed.address;
  }

  /** What takes up addresses of a partition's window: DIMMs in slots, regions of devices. */
  private plugged(partition: string): PluggedDimm[] {
    const dimms = this.dimmsOf(partition).flatMap((dimm) => {
      const slot = this.slots.get(dimm.slot as string) as Slot;
      return dimm.ranges.map((range) => ({
        id: dimm.id,
        slot: slot.device.slot,
        address: range.start,
        size: bytes(range.end - range.start),
      }));
    });
    return [...dimms, ...(this.regions.get(partition) ?? [])];
  }

  slotByIndex(partition: string, index: number): Slot | undefined {
    for (const slot of this.slots.values()) if (slot.partition === partition && slot.device.slot === index) return slot;
    return undefined;
  }
}

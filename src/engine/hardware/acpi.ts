/**
 * The ACPI side of memory hot-plug, as data: one memory device (PNP0C80) a slot, its status, and what the operating
 * system reports back through _OST. Mirrors QEMU's hw/acpi/memory_hotplug.c and the ACPI specification, 6.3.5 (_OST).
 */
import type { PartitionDescription } from "./description.ts";
import { slotKey } from "./memory-map.ts";

/** As the emulated machine's monitor reports them. */
export type AcpiEvent =
  | {
      readonly event: "ACPI_DEVICE_OST";
      readonly source: number;
      readonly status: number;
      readonly slot: string;
      readonly device?: string;
    }
  | { readonly event: "DEVICE_DELETED"; readonly device: string };

/** A memory device of the namespace. It exists whether its slot holds a DIMM or not. */
export interface AcpiMemoryDevice {
  /** `PNP0C80:00`: instances count in slot order. */
  readonly name: string;
  /** `\_SB_.MHPC.MP00`. */
  readonly path: string;
  /** Index among the partition's slots; `slot` of _OST events. */
  readonly slot: number;
  /** `partition/node/slot`, or `partition/slot` for a slot that belongs to no node. */
  readonly slotKey: string;
  /** Node that the slot belongs to, `null` when the inserter says it. */
  readonly pxm: number | null;
}

/** _STA of a device whose slot is empty: nothing set. */
export const STA_EMPTY = 0;
/** _STA of a DIMM in its slot: present, enabled, shown in the UI, functioning. */
export const STA_PRESENT = 0b1111;

export const sta = (occupied: boolean): number => (occupied ? STA_PRESENT : STA_EMPTY);

/** Source events of _OST: the notification that is answered. */
export const OstSource = {
  DeviceCheck: 1,
  EjectRequest: 3,
  /** An eject that began on the operating system's side: the `eject` file of the device (0x103). */
  OspmEject: 259,
} as const;
export type OstSource = (typeof OstSource)[keyof typeof OstSource];

/** Status codes of _OST as Linux sends them (drivers/acpi/scan.c, acpi_device_hotplug). */
export const OstStatus = {
  Success: 0,
  NonSpecificFailure: 1,
  /** Eject: switched off, or not in this kernel's power (0x80). */
  NotSupported: 128,
  /** Eject: a device or one of its dependants is in use (0x82). */
  DeviceBusy: 130,
  /** Eject: begun, the answer follows (0x84). */
  EjectionInProgress: 132,
} as const;
export type OstStatus = (typeof OstStatus)[keyof typeof OstStatus];

/** Key of a slot that belongs to no node. */
export const sharedSlotKey = (partition: string, slot: number): string => `${partition}/${slot}`;

/** Memory devices of a partition in slot order: node by node, then the shared slots. */
export function memoryDevices(partition: PartitionDescription): AcpiMemoryDevice[] {
  const slots = [
    ...partition.nodes.flatMap((node, pxm) =>
      node.slots.map((_, index) => ({ key: slotKey(partition.id, pxm, index), pxm: pxm as number | null })),
    ),
    ...Array.from({ length: partition.sharedSlots ?? 0 }, (_, index) => ({
      key: sharedSlotKey(partition.id, index),
      pxm: null,
    })),
  ];
  return slots.map(({ key, pxm }, slot) => ({
    name: `PNP0C80:${slot.toString(16).padStart(2, "0")}`,
    path: `\\_SB_.MHPC.MP${slot.toString(16).toUpperCase().padStart(2, "0")}`,
    slot,
    slotKey: key,
    pxm,
  }));
}

/** An _OST answer about a slot. The DIMM is named while it is in the slot: not after its ejection. */
export function ost(source: OstSource, status: OstStatus, slot: number, device?: string): AcpiEvent {
  const event = { event: "ACPI_DEVICE_OST", source, status, slot: String(slot) } as const;
  return device === undefined ? event : { ...event, device };
}

/** After an insertion: success is reported whatever became of the memory. */
export const insertionEvents = (slot: number, device: string): readonly AcpiEvent[] => [
  ost(OstSource.DeviceCheck, OstStatus.Success, slot, device),
];

/** When an eject has been taken up: reported as a request whoever asked for it. */
export const ejectBegunEvents = (slot: number, device: string): readonly AcpiEvent[] => [
  ost(OstSource.EjectRequest, OstStatus.EjectionInProgress, slot, device),
];

/** When every block is offline and _EJ0 has been evaluated: the DIMM goes first, then success is reported. */
export const ejectedEvents = (
  slot: number,
  device: string,
  source: OstSource = OstSource.EjectRequest,
): readonly AcpiEvent[] => [{ event: "DEVICE_DELETED", device }, ost(source, OstStatus.Success, slot)];

/** When a block could not go offline. */
export const ejectRefusedEvents = (
  slot: number,
  device: string,
  source: OstSource = OstSource.EjectRequest,
): readonly AcpiEvent[] => [ost(source, OstStatus.DeviceBusy, slot, device)];

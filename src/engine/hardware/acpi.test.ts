import { describe, expect, it } from "vitest";
import { bytes, GIB } from "../units.ts";
import { ejectBegunEvents, ejectedEvents, ejectRefusedEvents, insertionEvents, memoryDevices, sta } from "./acpi.ts";
import type { PartitionDescription } from "./description.ts";

const partition = (nodes: PartitionDescription["nodes"], sharedSlots?: number): PartitionDescription => ({
  id: "A",
  name: "A",
  nodes,
  maxMemory: bytes(64 * GIB),
  kernel: "6.1",
  cmdline: "",
  ...(sharedSlots === undefined ? {} : { sharedSlots }),
});

describe("memory devices", () => {
  it("has one for each slot, empty or not, node by node", () => {
    const dimm = { id: "d0", size: bytes(GIB) };
    const devices = memoryDevices(
      partition([
        { onboard: bytes(0), cpus: "0", slots: [dimm, null] },
        { onboard: bytes(0), cpus: "1", slots: [null] },
      ]),
    );
    expect(devices.map((device) => [device.name, device.path, device.slot, device.slotKey, device.pxm])).toEqual([
      ["PNP0C80:00", "\\_SB_.MHPC.MP00", 0, "A/0/0", 0],
      ["PNP0C80:01", "\\_SB_.MHPC.MP01", 1, "A/0/1", 0],
      ["PNP0C80:02", "\\_SB_.MHPC.MP02", 2, "A/1/0", 1],
    ]);
  });

  it("names shared slots without a node, in hexadecimal", () => {
    const devices = memoryDevices(partition([{ onboard: bytes(GIB), cpus: "0", slots: [] }], 11));
    expect(devices[10]).toMatchObject({ name: "PNP0C80:0a", path: "\\_SB_.MHPC.MP0A", slotKey: "A/10", pxm: null });
  });

  it("has the status that sysfs shows", () => {
    expect([sta(true), sta(false)]).toEqual([15, 0]);
  });
});

describe("_OST", () => {
  it("answers an insertion with the DIMM's name", () => {
    expect(insertionEvents(1, "d4")).toEqual([
      { event: "ACPI_DEVICE_OST", source: 1, status: 0, slot: "1", device: "d4" },
    ]);
  });

  it("answers an eject in two steps, the last without the name", () => {
    expect([...ejectBegunEvents(0, "d0"), ...ejectedEvents(0, "d0")]).toEqual([
      { event: "ACPI_DEVICE_OST", source: 3, status: 132, slot: "0", device: "d0" },
      { event: "DEVICE_DELETED", device: "d0" },
      { event: "ACPI_DEVICE_OST", source: 3, status: 0, slot: "0" },
    ]);
  });

  it("says busy when a block stays online", () => {
    expect(ejectRefusedEvents(0, "d0")).toEqual([
      { event: "ACPI_DEVICE_OST", source: 3, status: 130, slot: "0", device: "d0" },
    ]);
  });
});

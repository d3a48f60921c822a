/**
 * A small box for tests: two partitions with DIMMs of one to four memory blocks, spares, and virtio-mem devices (which
 * do nothing until their driver is loaded). Boots in milliseconds.
 */
import "../kernel/boot-layout/crash-kernel.ts";
import "../time/swap-commands.ts";
import "../time/virtio-devices.ts";
import type { BoxDescription, DimmDescription } from "../hardware/description.ts";
import { bytes, GIB, MIB } from "../units.ts";

const dimm = (id: string, mib: number): DimmDescription => ({ id, size: bytes(mib * MIB) });

export function smallBox(cmdline = ""): BoxDescription {
  return {
    partitions: [
      {
        id: "A",
        name: "first",
        nodes: [
          { onboard: bytes(512 * MIB), cpus: "0-1", slots: [dimm("d1", 256), null] },
          { onboard: bytes(256 * MIB), cpus: "2-3", slots: [dimm("d2", 256), null] },
          { onboard: bytes(0), cpus: "", slots: [null, null] },
        ],
        maxMemory: bytes(8 * GIB),
        distances: [
          [0, 2, 30],
          [2, 0, 30],
          [1, 2, 15],
          [2, 1, 15],
        ],
        kernel: "6.1",
        cmdline,
        disk: { size: bytes(256 * MIB), writes: bytes(64 * MIB) },
        virtioMem: [
          { id: "v1", node: 1, size: bytes(512 * MIB) },
          { id: "v2", node: 2, size: bytes(256 * MIB) },
        ],
      },
      {
        id: "B",
        name: "second",
        nodes: [{ onboard: bytes(512 * MIB), cpus: "0", slots: [null, null] }],
        maxMemory: bytes(4 * GIB),
        kernel: "6.12",
        virtioMem: [{ id: "v3", node: 0, size: bytes(384 * MIB) }],
        cmdline: "memhp_default_state=online_movable",
      },
    ],
    shelf: [dimm("d3", 128), dimm("d4", 512), { ...dimm("d5", 256), health: "failing" }],
  };
}

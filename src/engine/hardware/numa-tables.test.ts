import { describe, expect, it } from "vitest";
import { bytes, GIB } from "../units.ts";
import type { PartitionDescription } from "./description.ts";
import { firmwareOf } from "../kernel/boot-layout/block-size.ts";
import { nodesByPxm, parseCpuList, slitOf, sratBytes, sratOf } from "./numa-tables.ts";

const machine = (
  memory: readonly number[],
  cpus: readonly string[],
  more: Partial<PartitionDescription> = {},
): PartitionDescription => ({
  id: "A",
  name: "A",
  nodes: memory.map((size, i) => ({ onboard: bytes(size * GIB), cpus: cpus[i] ?? "", slots: [] })),
  sharedSlots: 8,
  maxMemory: bytes(16 * GIB),
  kernel: "6.1",
  cmdline: "",
  ...more,
});
const slit = (partition: PartitionDescription) => slitOf(partition, sratOf(partition, firmwareOf(partition)));

describe("SRAT", () => {
  it("numbers nodes as their domains appear, processors first", () => {
    const partition = machine([1, 1, 1], ["", "0-1"]);
    expect([...nodesByPxm(sratOf(partition, firmwareOf(partition)))]).toEqual([
      [1, 0],
      [0, 1],
      [2, 2],
    ]);
  });

  it("leaves out a domain without memory and processors, unless the window is its", () => {
    const inside = machine([1, 0, 1], ["0"]);
    expect([...nodesByPxm(sratOf(inside, firmwareOf(inside))).keys()]).toEqual([0, 2]);
    const last = machine([1, 1, 0], ["0"]);
    expect([...nodesByPxm(sratOf(last, firmwareOf(last))).keys()]).toEqual([0, 1, 2]);
  });

  it("is as long as the recorded tables", () => {
    const lengths = [
      machine([1, 1], ["0-1"]),
      machine([1, 1, 0], ["0-1"]),
      machine([1, 1, 1, 1], ["0-1"]),
      machine([40, 40], ["0-1"], { maxMemory: bytes(256 * GIB) }),
    ];
    expect(lengths.map((partition) => sratBytes(partition, firmwareOf(partition)))).toEqual([
      0x118, 0x140, 0x168, 0x118,
    ]);
  });
});

describe("SLIT", () => {
  it("defaults to 10 and 20", () => {
    expect(slit(machine([1, 1], ["0"]))).toEqual({
      given: false,
      valid: true,
      distances: [
        [10, 20],
        [20, 10],
      ],
    });
  });

  it("holds a pair both ways unless both are given", () => {
    const distances = slit(
      machine([1, 1, 1], ["0"], {
        distances: [
          [0, 1, 15],
          [1, 2, 25],
          [2, 1, 35],
        ],
      }),
    ).distances;
    expect(distances).toEqual([
      [10, 15, 20],
      [15, 10, 25],
      [20, 35, 10],
    ]);
  });

  it.each([
    ["a node far from itself", [0, 0, 11]],
    ["another as near as itself", [0, 1, 10]],
  ] as const)("is refused for %s", (_, pair) => {
    expect(slit(machine([1, 1], ["0"], { distances: [pair] }))).toEqual({
      given: true,
      valid: false,
      distances: [
        [10, 20],
        [20, 10],
      ],
    });
  });
});

describe("parseCpuList", () => {
  it("reads lists as sysfs prints them", () => {
    expect(parseCpuList("0-2,5")).toEqual([0, 1, 2, 5]);
    expect(parseCpuList("")).toEqual([]);
  });
});

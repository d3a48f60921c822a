import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, GIB, MIB, TIB } from "../units.ts";
import type { NodeDescription, PartitionDescription } from "./description.ts";
import { firmwareOf, memoryBlockBytes } from "../kernel/boot-layout/block-size.ts";

const server = (nodes: readonly NodeDescription[], maxMemory = 1 * TIB): PartitionDescription => ({
  id: "A",
  name: "A",
  nodes,
  maxMemory: bytes(maxMemory),
  kernel: "6.1",
  cmdline: "",
});
const node = (onboard: number, ...slots: readonly (number | null)[]): NodeDescription => ({
  onboard: bytes(onboard),
  cpus: "",
  slots: slots.map((size, i) => (size === null ? null : { id: `d${onboard / MIB}-${i}`, size: bytes(size) })),
});
const emulated = (memory: readonly number[], maxMemory: number, slots = 4): PartitionDescription => ({
  ...server(
    memory.map((size) => node(size)),
    maxMemory,
  ),
  sharedSlots: slots,
});
const gib = (ranges: readonly { start: number; end: number }[]) =>
  ranges.map((range) => [range.start / GIB, range.end / GIB]);

describe("the emulated PC", () => {
  it.each([
    [3.25, [[0, 3.25]]],
    [
      3.5,
      [
        [0, 3],
        [4, 4.5],
      ],
    ],
    [
      8,
      [
        [0, 3],
        [4, 9],
      ],
    ],
  ])("splits %d GiB at the hole as recorded", (size, ranges) => {
    expect(gib(firmwareOf(emulated([size * GIB], 64 * GIB)).pieces)).toEqual(ranges);
  });

  it.each([
    [64, 0x20000],
    [65, 0x21000],
    [960, 0x21000],
    [1104, 0x21000],
    [1120, 0x22000],
  ])("with %d GiB keeps %d bytes for its tables", (size, reserved) => {
    const tables = firmwareOf(emulated([size * GIB], size * GIB, 0)).e820.find((entry) => entry.end === 3 * GIB);
    expect(tables && tables.end - tables.start).toBe(reserved);
  });

  it("moves memory behind the HyperTransport range when it would reach it", () => {
    expect(gib(firmwareOf(emulated([960 * GIB], 960 * GIB, 0)).pieces)).toEqual([
      [0, 3],
      [4, 961],
    ]);
    expect(gib(firmwareOf(emulated([2 * TIB], 2 * TIB, 0)).pieces)).toEqual([
      [0, 3],
      [1024, 3069],
    ]);
  });

  it("keeps a window with slack for each slot, and none without slots", () => {
    expect(firmwareOf(emulated([GIB, GIB], 16 * GIB, 8)).window).toMatchObject({
      base: 4 * GIB,
      size: 22 * GIB,
      maxPlugged: 14 * GIB,
    });
    expect(firmwareOf(emulated([GIB, GIB], 16 * GIB, 0)).window.size).toBe(0);
  });
});

describe("the server", () => {
  it("puts DIMMs above 4 GiB, behind their node's onboard memory", () => {
    const map = firmwareOf(server([node(2 * GIB, 4 * GIB, null), node(GIB, GIB, 2 * GIB)]));
    expect(map.pieces.map((piece) => [piece.start / GIB, piece.end / GIB, piece.pxm, piece.slot])).toEqual([
      [0, 2, 0, null],
      [4, 8, 0, "A/0/0"],
      [8, 9, 1, null],
      [9, 10, 1, "A/1/0"],
      [10, 12, 1, "A/1/1"],
    ]);
    expect(map.window).toMatchObject({ base: 12 * GIB, maxPlugged: TIB - 3 * GIB });
  });

  it("boots from the first DIMM when nothing is soldered on", () => {
    const map = firmwareOf(server([node(0, 8 * GIB, 8 * GIB)]));
    expect(map.bootDimms.map((dimm) => gib(dimm.ranges))).toEqual([
      [
        [0, 3],
        [4, 9],
      ],
      [[9, 17]],
    ]);
  });

  it("leaves gaps where large memory blocks need them", () => {
    // 1 GiB of onboard memory on each node would put the DIMMs of 32 GiB off the 2 GiB grid.
    const map = firmwareOf(server([node(GIB, 32 * GIB), node(GIB, 32 * GIB)]));
    const end = map.pieces.at(-1)?.end ?? 0;
    const block = memoryBlockBytes(end);
    for (const { ranges } of map.bootDimms)
      for (const range of ranges) expect([range.start % block, range.end % block]).toEqual([0, 0]);
  });

  it("keeps room for the DIMMs that are in, however low the limit", () => {
    expect(firmwareOf(server([node(GIB, 4 * GIB, 4 * GIB)], 2 * GIB)).window).toMatchObject({
      maxPlugged: 8 * GIB,
      size: 10 * GIB,
    });
  });

  it("leaves out a DIMM that does not power on", () => {
    const failed = { onboard: bytes(GIB), cpus: "", slots: [{ id: "x", size: bytes(GIB), health: "failed" as const }] };
    expect(firmwareOf(server([failed])).bootDimms).toEqual([]);
  });

  it("holds every byte of every DIMM once, with room for more", () => {
    const size = fc.integer({ min: 1, max: 64 }).map((blocks) => blocks * 128 * MIB);
    const slots = fc.array(fc.option(size, { nil: null }), { maxLength: 4 });
    const nodes = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 48 }).map((blocks) => blocks * 128 * MIB),
        slots,
      ),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(nodes, (description) => {
        const partition = server(description.map(([onboard, sizes]) => node(onboard, ...sizes)));
        const map = firmwareOf(partition);
        const ordered = [...map.pieces].sort((a, b) => a.start - b.start);
        for (let i = 1; i < ordered.length; i += 1)
          expect(ordered[i]?.start).toBeGreaterThanOrEqual(ordered[i - 1]?.end ?? 0);
        for (const piece of map.pieces) expect(piece.end <= 3.5 * GIB || piece.start >= 4 * GIB).toBe(true);
        const held = map.pieces.reduce((sum, piece) => sum + piece.end - piece.start, 0);
        const put = description.reduce(
          (sum, [onboard, sizes]) => sum + onboard + sizes.reduce((total: number, dimm) => total + (dimm ?? 0), 0),
          0,
        );
        expect(held).toBe(put);
        for (const dimm of map.bootDimms)
          expect(dimm.ranges.reduce((sum, range) => sum + range.end - range.start, 0)).toBe(dimm.size);
        expect(map.window.base).toBeGreaterThanOrEqual(ordered.at(-1)?.end ?? 0);
        for (let i = 1; i < map.e820.length; i += 1)
          expect(map.e820[i]?.start).toBeGreaterThanOrEqual(map.e820[i - 1]?.end ?? 0);
      }),
      { numRuns: 300 },
    );
  });
});

describe("memoryBlockBytes", () => {
  it.each([
    [63 * GIB, 128 * MIB],
    [64 * GIB, 2 * GIB],
    [65 * GIB, GIB],
    [64.5 * GIB, 512 * MIB],
    [64 * GIB + 384 * MIB, 128 * MIB],
  ])("of RAM that ends at %d is %d", (end, size) => {
    expect(memoryBlockBytes(end)).toBe(size);
  });

  it("is 2 GiB on large bare metal", () => {
    expect(memoryBlockBytes(64.5 * GIB, { hypervisor: false })).toBe(2 * GIB);
    expect(memoryBlockBytes(128 * GIB, { kernel: "3.14" })).toBe(128 * MIB);
    expect(memoryBlockBytes(128 * GIB, { kernel: "4.14" })).toBe(2 * GIB);
  });
});

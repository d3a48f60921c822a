import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NodeDescription, PartitionDescription } from "../../hardware/description.ts";
import { PageKind, ZONE_NAMES, ZoneType } from "../../memory/kinds.ts";
import { bytes, GIB, MIB, PAGE_SIZE, TIB } from "../../units.ts";
import { layoutBoot, nodeForDimm } from "./index.ts";
import { clip, pagesWithin, subtract, totalPages } from "./ranges.ts";

const node = (onboard: number, cpus: string, ...slots: readonly (number | null)[]): NodeDescription => ({
  onboard: bytes(onboard),
  cpus,
  slots: slots.map((size, i) => (size === null ? null : { id: `${cpus || "x"}:${i}`, size: bytes(size) })),
});
const partition = (
  nodes: readonly NodeDescription[],
  more: Partial<PartitionDescription> = {},
): PartitionDescription => ({
  id: "A",
  name: "A",
  nodes,
  maxMemory: bytes(32 * TIB),
  kernel: "6.1",
  cmdline: "",
  ...more,
});
const twoNodes = [node(GIB, "0-1"), node(GIB, "")];
const recorded = (cmdline = "") =>
  layoutBoot(partition(twoNodes, { sharedSlots: 8, maxMemory: bytes(16 * GIB), cmdline }));

describe("what boot reserves", () => {
  const layout = recorded();
  const at = (frame: number) =>
    layout.nodes.flatMap((n) => n.reserved).find((range) => range.start <= frame && frame < range.end);

  it("pins the blocks that a real kernel could not take offline, and no others", () => {
    // chmem took 6 and 9 to 14; 8 holds slab from after boot, 15 holes and the rest.
    const pinned = layout.blocks.filter((block) =>
      layout.nodes.some((n) => pagesWithin(n.reserved, block.startPfn, block.startPfn + layout.blockPages) > 0),
    );
    expect(pinned.map((block) => block.id)).toEqual([0, 7, 15]);
  });

  it("has the first unmovable page where the kernel dumped it", () => {
    expect(at(0x3ffd0)).toBeUndefined();
    expect(at(0x3ffd1)?.what).toBe("kernel page tables");
    expect(at(0x3ee00)?.kind).toBe(PageKind.BootMemmap);
  });

  it("knows the kernel image by its sections", () => {
    expect(at(0x1000)?.kind).toBe(PageKind.KernelImage);
    // The gap between text and read-only data is free after boot.
    expect(at(0x1f00)).toBeUndefined();
  });

  it("fits a calibration by adding or giving back pages, memory maps last", () => {
    for (const managed of [200_000, 240_000, 250_000, 262_112]) {
      const fitted = layoutBoot(
        partition(twoNodes, {
          sharedSlots: 8,
          maxMemory: bytes(16 * GIB),
          calibration: [{ node: 1, zone: "DMA32", managed, free: 0 }],
        }),
      );
      expect(262_112 - totalPages(fitted.nodes[1]?.reserved ?? [])).toBe(managed);
      expect(fitted.nodes[0]?.reserved).toEqual(layout.nodes[0]?.reserved);
    }
  });
});

describe("layoutBoot", () => {
  it("reserves what a kernel with 24 CPUs reserved", () => {
    const nodes = [node(3 * GIB, "0-11"), node(2 * GIB, "12-23")];
    const layout = layoutBoot(
      partition(nodes, { sharedSlots: 4, maxMemory: bytes(16 * GIB), cmdline: "memblock=debug" }),
    );
    const pages = layout.nodes.flatMap((n) =>
      n.zones.map((zone) => zone.present - pagesWithin(n.reserved, zone.startPfn, zone.startPfn + zone.spanned)),
    );
    expect(pages).toEqual([3840, 744_750, 514_827]);
    expect(layout.nodes[1]?.reserved.some((range) => range.what === "log buffer")).toBe(true);
  });

  it("sends a DIMM of a domain without a node to the first node", () => {
    const layout = layoutBoot(
      partition([node(GIB, "0-1"), node(0, ""), node(0, "")], { sharedSlots: 8, maxMemory: bytes(16 * GIB) }),
    );
    expect([0, 1, 2].map((pxm) => nodeForDimm(layout, pxm))).toEqual([0, 0, 1]);
  });

  it("makes the DIMMs of all nodes but the first movable with movable_node, and keeps them free", () => {
    const layout = layoutBoot(
      partition([node(4 * GIB, "0-3", 4 * GIB), node(2 * GIB, "4-7", 4 * GIB, 4 * GIB)], { cmdline: "movable_node" }),
    );
    expect(layout.nodes.map((n) => n.zones.map((zone) => zone.type))).toEqual([
      [ZoneType.DMA, ZoneType.DMA32, ZoneType.Normal],
      [ZoneType.Normal, ZoneType.Movable],
    ]);
    const second = layout.nodes[1];
    for (const dimm of layout.bootDimms.filter(({ pxm }) => pxm === 1)) {
      for (const range of dimm.ranges)
        expect(pagesWithin(second?.reserved ?? [], range.start / PAGE_SIZE, range.end / PAGE_SIZE)).toBe(0);
    }
  });

  // Read from a real 6.1 whose SRAT was edited to mark the upper half of node 1 only.
  it.each([
    ["movable_node", ["0 DMA32 745421", "1 Normal 253646", "1 Movable 262144"], 0x13ffd5000],
    ["", ["0 DMA32 745421", "1 Normal 515788"], 0x17ffd3000],
  ])("treats onboard memory and DIMMs of a node as a real kernel does with '%s'", (cmdline, managed, nodeData) => {
    const layout = layoutBoot(
      partition([node(3 * GIB, "0"), node(GIB, "1", GIB)], { cmdline, maxMemory: bytes(16 * GIB) }),
    );
    const counted = layout.nodes.flatMap((n) =>
      n.zones.map(
        (zone) =>
          `${n.id} ${ZONE_NAMES[zone.type]} ${zone.present - pagesWithin(n.reserved, zone.startPfn, zone.startPfn + zone.spanned)}`,
      ),
    );
    expect(counted.slice(1)).toEqual(managed);
    expect(layout.nodes[1]?.reserved.find((range) => range.what === "NODE_DATA(1)")?.start).toBe(nodeData / PAGE_SIZE);
  });

  it("boots 16 TiB on 16 nodes by ranges", () => {
    const layout = layoutBoot(partition(Array.from({ length: 16 }, (_, i) => node(TIB, `${i * 8}-${i * 8 + 7}`))));
    // Page 0, the legacy hole from 0x9f000 to 1 MiB, and 128 KiB of firmware tables are not RAM.
    const missing = 1 + 97 + 32;
    expect(layout.nodes.reduce((sum, n) => sum + totalPages(n.ranges), 0)).toBe((16 * TIB) / PAGE_SIZE - missing);
    expect(layout.nodes.reduce((sum, n) => sum + n.reserved.length, 0)).toBeLessThan(500);
  });

  it("gives every page of RAM one block, one zone and at most one reservation", () => {
    const blocks = (most: number) => fc.integer({ min: 0, max: most }).map((count) => count * 128 * MIB);
    const description = fc.array(
      fc.tuple(blocks(40), fc.array(blocks(24), { maxLength: 3 }), fc.constantFrom(0, 1, 4)),
      { minLength: 1, maxLength: 4 },
    );
    const options = fc.constantFrom(
      "",
      "movable_node",
      "movablecore=1G",
      "kernelcore=40%",
      "kernelcore=mirror",
      "numa=off",
      "mem=3G",
      "movablecore=90% kernelcore=2G",
    );
    fc.assert(
      fc.property(
        description,
        options,
        fc.constantFrom("6.1" as const, "6.12" as const),
        fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined }),
        (nodes, cmdline, kernel, sharedSlots) => {
          let cpu = 0;
          const described = nodes.map(([onboard, dimms, cpus], i) => {
            const list = cpus === 0 ? "" : `${cpu}-${cpu + cpus - 1}`;
            cpu += cpus;
            return {
              ...node(
                i === 0 ? onboard + GIB : onboard,
                list,
                ...(sharedSlots === undefined ? dimms.filter((size) => size > 0) : []),
              ),
            };
          });
          const layout = layoutBoot(
            partition(described, { cmdline, kernel, ...(sharedSlots === undefined ? {} : { sharedSlots }) }),
          );
          const all = layout.nodes.flatMap((n) => n.ranges).sort((a, b) => a.start - b.start);
          for (let i = 1; i < all.length; i += 1) expect(all[i]?.start).toBeGreaterThanOrEqual(all[i - 1]?.end ?? 0);
          expect(layout.blocks.reduce((sum, block) => sum + block.present, 0)).toBe(totalPages(all));
          for (const n of layout.nodes) {
            expect(n.zones.reduce((sum, zone) => sum + zone.present, 0)).toBe(totalPages(n.ranges));
            expect(pagesWithin(n.ranges, 0, Number.MAX_SAFE_INTEGER) - totalPages(subtract(n.ranges, n.reserved))).toBe(
              totalPages(n.reserved),
            );
            for (let i = 1; i < n.reserved.length; i += 1)
              expect(n.reserved[i]?.start).toBeGreaterThanOrEqual(n.reserved[i - 1]?.end ?? 0);
            for (const range of n.reserved)
              expect(totalPages(clip(n.ranges, range.start, range.end))).toBe(range.end - range.start);
            expect(n.online).toBe(n.hasMemory || n.cpus.length > 0);
          }
          for (const block of layout.blocks) {
            if (block.zone === null) continue;
            const zone = layout.nodes[block.node]?.zones.find((candidate) => candidate.type === block.zone);
            expect(
              zone &&
                zone.startPfn < block.startPfn + layout.blockPages &&
                block.startPfn < zone.startPfn + zone.spanned,
            ).toBe(true);
          }
          expect(layout.hotplugWindow.base).toBeGreaterThanOrEqual(
            cmdline.includes("mem=") ? 0 : layout.maxPfn * PAGE_SIZE,
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("CPUs that the kernel does not know of", () => {
  /** Pages that node 0 manages above the DMA zone, on two nodes of 1 GiB and two CPUs, as recorded. */
  const managed = (kernel: PartitionDescription["kernel"], cmdline: string): number => {
    const { nodes } = layoutBoot(partition(twoNodes, { sharedSlots: 8, maxMemory: bytes(16 * GIB), kernel, cmdline }));
    const dma32 = nodes[0]?.zones.find(({ type }) => type === ZoneType.DMA32);
    if (!nodes[0] || !dma32) return 0;
    return dma32.present - pagesWithin(nodes[0].reserved, dma32.startPfn, dma32.startPfn + dma32.spanned);
  };

  it.each([
    ["5.10", 247_000, 247_063, 246_992, 504_302],
    ["6.1", 245_680, 245_741, 245_671, 502_980],
    ["6.12", 244_360, 244_426, 244_350, 501_665],
    ["6.18", 243_860, 243_922, 243_848, 501_161],
    ["7.3", 242_868, 242_931, 242_868, 500_170],
  ] as const)(
    "have no data of their own on %s, those that are not started have, and locks are kept for them",
    (kernel, two, one, oneOfTwo, noAcpi) => {
      for (const words of ["", "nr_cpus=0", "nr_cpus=4", "maxcpus=2"])
        expect([words, managed(kernel, words)]).toEqual([words, two]);
      for (const words of ["nr_cpus=1", "nr_cpus=0x1", "nosmp", "maxcpus=0", "possible_cpus=1", "nolapic"])
        expect([words, managed(kernel, words)]).toEqual([words, one]);
      expect(managed(kernel, "maxcpus=1")).toBe(oneOfTwo);
      expect(managed(kernel, "acpi=off")).toBe(noAcpi);
      // Another name of nolapic, which was given up.
      expect(managed(kernel, "disableapic")).toBe(kernel === "6.18" || kernel === "7.3" ? two : one);
    },
  );
});

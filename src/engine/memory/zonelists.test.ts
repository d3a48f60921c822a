import { describe, expect, test } from "vitest";
import { ZONE_TYPES, ZoneType } from "./kinds.ts";
import { NumaNode } from "./node.ts";
import { Zone } from "./zone.ts";
import { buildZonelists, freeZonePages, prefersZoneOrder, zonelistLines } from "./zonelists.ts";

function node(id: number, cpus: string, zones: readonly ZoneType[]): NumaNode {
  const own = Array.from({ length: ZONE_TYPES }, (_, type) => new Zone(id * ZONE_TYPES + type, id, type as ZoneType));
  for (const type of zones) Object.assign(own[type] as Zone, { present: 32768, managed: 32768, spanned: 32768 });
  const made = new NumaNode(id, cpus, own);
  made.hasMemory = zones.length > 0;
  made.online = made.hasMemory || cpus !== "";
  return made;
}

const rules = (distances: readonly (readonly number[])[], skipsMemorylessSelf = false) => ({
  distance: (from: number, to: number) => distances[from]?.[to] ?? 20,
  skipsMemorylessSelf,
});

describe("zonelists", () => {
  test("nearest node first; within a node the highest zone first", () => {
    const nodes = [
      node(0, "0-1", [ZoneType.DMA, ZoneType.DMA32]),
      node(1, "", [ZoneType.Normal, ZoneType.Movable]),
      node(2, "", [ZoneType.Normal]),
    ];
    buildZonelists(
      nodes,
      nodes,
      rules([
        [10, 30, 15],
        [30, 10, 20],
        [15, 20, 10],
      ]),
    );
    expect(nodes[0]?.fallback).toEqual([0, 2, 1]);
    expect(nodes[1]?.fallback).toEqual([1, 2, 0]);
    expect(nodes[0]?.zonelist.map((zone) => `${zone.node}${zone.name}`)).toEqual([
      "0DMA32",
      "0DMA",
      "2Normal",
      "1Movable",
      "1Normal",
    ]);
  });

  test("at equal distance a node without CPUs is preferred, then the next higher number", () => {
    const nodes = [node(0, "0", [ZoneType.Normal]), node(1, "1", [ZoneType.Normal]), node(2, "", [ZoneType.Normal])];
    buildZonelists(nodes, nodes, rules([]));
    expect(nodes[0]?.fallback).toEqual([0, 2, 1]);
  });

  test("a node without memory leads its own list in 6.1 and is left out of it in 6.12", () => {
    const nodes = [node(0, "0", [ZoneType.Normal]), node(1, "", [])];
    buildZonelists(nodes, nodes, rules([]));
    expect(nodes[1]?.fallback).toEqual([1, 0]);
    buildZonelists(nodes, nodes, rules([], true));
    expect(nodes[1]?.fallback).toEqual([0]);
  });

  test("nodes at equal distance take turns, whatever was taken before at another distance", () => {
    const nodes = Array.from({ length: 5 }, (_, id) => node(id, id < 3 ? String(id) : "", [ZoneType.Normal]));
    const far = (a: number, b: number) => (a === b ? 10 : a < 2 === b < 2 ? 20 : 40);
    buildZonelists(nodes, nodes, { distance: far, skipsMemorylessSelf: false });
    expect(nodes.map(({ fallback }) => fallback)).toEqual([
      [0, 1, 3, 4, 2],
      [1, 0, 4, 3, 2],
      [2, 3, 4, 0, 1],
      [3, 4, 2, 1, 0],
      [4, 3, 2, 0, 1],
    ]);
    // One node is prepared: the others keep their lists.
    const before = nodes[3]?.fallback;
    buildZonelists(nodes, nodes.slice(0, 1), { distance: far, skipsMemorylessSelf: false });
    expect(nodes[3]?.fallback).toBe(before);
    expect(nodes[0]?.zonelist.map((zone) => zone.node)).toEqual(nodes[0]?.fallback);
  });

  test("by zone, a type of all nodes comes before the next; zones without pages of the allocator never come", () => {
    const nodes = [node(0, "0", [ZoneType.DMA32, ZoneType.Normal]), node(1, "", [ZoneType.Normal, ZoneType.Movable])];
    buildZonelists(nodes, nodes, { ...rules([]), zoneOrder: true });
    const names = () => nodes[0]?.zonelist.map((zone) => `${zone.node}${zone.name}`);
    expect(names()).toEqual(["1Movable", "0Normal", "1Normal", "0DMA32"]);
    Object.assign(nodes[0]?.zones[ZoneType.Normal] as Zone, { managed: 0 });
    Object.assign(nodes[1]?.zones[ZoneType.Movable] as Zone, { present: 0 });
    buildZonelists(nodes, nodes, rules([]));
    expect(names()).toEqual(["0DMA32", "1Normal"]);
  });

  test("kernels before 3.16 go by zone unless low memory is scarce, plentiful, or nearly all of a node's", () => {
    const { DMA32, Normal, Movable } = ZoneType;
    /** Nodes by the sections of their zones. */
    const prefers = (...all: readonly Partial<Record<ZoneType, number>>[]) =>
      prefersZoneOrder(
        all.map((zones, id) => {
          const made = node(id, "", []);
          for (const [type, present] of Object.entries(zones))
            Object.assign(made.zones[Number(type)] as Zone, { present });
          made.online = made.hasMemory = Object.keys(zones).length > 0;
          return made;
        }),
      );
    expect(prefers({ [DMA32]: 10, [Normal]: 10 }, { [Normal]: 20 })).toBe(true);
    // No low memory; more than half of it low; a node that has no other.
    expect(prefers({ [Normal]: 20 }, { [Normal]: 20 })).toBe(false);
    expect(prefers({ [DMA32]: 20, [Normal]: 9 }, { [Normal]: 11 })).toBe(true);
    expect(prefers({ [DMA32]: 21, [Normal]: 9 }, { [Normal]: 10 })).toBe(false);
    expect(prefers({ [DMA32]: 10, [Normal]: 10 }, { [Movable]: 20 })).toBe(false);
    // Seven tenths of a large node are low: 14 of 20, while the average of what nodes have is 32/3.
    expect(prefers({ [DMA32]: 14, [Normal]: 6 }, { [Normal]: 12 })).toBe(true);
    expect(prefers({ [DMA32]: 15, [Normal]: 5 }, { [Normal]: 12 })).toBe(false);
    // The same share of a small one.
    expect(prefers({ [DMA32]: 15, [Normal]: 5 }, { [Normal]: 30 }, { [Normal]: 30 })).toBe(true);
    // Nodes that are not there don't count.
    expect(prefers({ [DMA32]: 10, [Normal]: 10 }, {}, { [Normal]: 20 })).toBe(true);
  });

  test("a list offers what lies above the high marks of its zones, up to a type", () => {
    const { zones } = node(0, "0", [ZoneType.DMA32, ZoneType.Normal, ZoneType.Movable]);
    for (const zone of zones) zone.high = 768;
    expect(freeZonePages(zones, ZoneType.Normal)).toBe(2 * 32000);
    expect(freeZonePages(zones, ZoneType.Movable)).toBe(3 * 32000);
    Object.assign(zones[ZoneType.Normal] as Zone, { high: 40_000 });
    expect(freeZonePages(zones, ZoneType.Normal)).toBe(32000);
  });

  test("each style of telling, and mobility that goes off below five pageblocks", () => {
    const nodes = [node(0, "0", [ZoneType.Normal])];
    buildZonelists(nodes, nodes, rules([]));
    const line = (style?: "by zone" | "by node" | "plain") =>
      zonelistLines(nodes, 1, nodes[0] as NumaNode, "Normal", style).find((each) => each.startsWith("Built"));
    const [only] = nodes[0]?.zones.slice(ZoneType.Normal) ?? [];
    expect(line("by zone")).toBe("Built 1 zonelists in Zone order, mobility grouping on.  Total pages: 32768");
    expect(line("by node")).toBe("Built 1 zonelists in Node order, mobility grouping on.  Total pages: 32768");
    expect(zonelistLines(nodes, 1, nodes[0] as NumaNode, "Normal", "plain")).toHaveLength(2);
    for (const [managed, mobility] of [
      [5 * 512, "on"],
      [5 * 512 - 1, "off"],
    ] as const) {
      Object.assign(only as Zone, { managed });
      expect(line()).toBe(`Built 1 zonelists, mobility grouping ${mobility}.  Total pages: ${managed}`);
    }
  });

  test("says what the kernel says", () => {
    const nodes = [node(0, "0", [ZoneType.Normal]), node(1, "", [ZoneType.Movable])];
    buildZonelists(nodes, nodes, rules([]));
    expect(zonelistLines(nodes, 2, nodes[0] as NumaNode, "Normal")).toEqual([
      "Fallback order for Node 0: 0 1 ",
      "Fallback order for Node 1: 1 0 ",
      "Built 2 zonelists, mobility grouping on.  Total pages: 65536",
      "Policy zone: Normal",
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { ZONE_TYPES, ZoneType } from "./kinds.ts";
import { NumaNode } from "./node.ts";
import { Zone } from "./zone.ts";
import { buildZonelists, zonelistLines } from "./zonelists.ts";

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

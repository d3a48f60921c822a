import { describe, expect, test } from "vitest";
import { sampleRecords } from "../client/sample-records.ts";
import { referencesIn } from "./references.ts";

const records = sampleRecords();
const said = (line: string, partition = "A") =>
  referencesIn(line, partition, records).map(({ start, end, selection }) => [line.slice(start, end), selection]);

describe("what a line speaks of", () => {
  test("blocks, by path and by name", () => {
    expect(said("# echo offline > /sys/devices/system/memory/memory37/state")).toEqual([
      ["/sys/devices/system/memory/memory37/state", { block: "A:37" }],
    ]);
    expect(said("cat memory37/valid_zones memory48")).toEqual([
      ["memory37/valid_zones", { block: "A:37" }],
      ["memory48", { block: "A:48" }],
    ]);
  });

  test("the innermost thing of a path is what it names", () => {
    expect(said("/sys/devices/system/node/node1/memory48/state")).toEqual([
      ["/sys/devices/system/node/node1/memory48/state", { block: "A:48" }],
    ]);
    expect(said("/sys/devices/system/node/node1/meminfo")).toEqual([
      ["/sys/devices/system/node/node1/meminfo", { node: "A/1" }],
    ]);
  });

  test("pages, as the kernel and people write them", () => {
    const there = { block: "A:37", pfn: 0x12a807 };
    expect(said("page:ffffea0004aa01c0 refcount:1 mapcount:0 index:0x0 pfn:0x12a807")).toEqual([
      ["pfn:0x12a807", there],
    ]);
    expect(said("pfn 12a807")).toEqual([["pfn 12a807", there]]);
    expect(said("0x12a807 is pinned")).toEqual([["0x12a807", there]]);
    expect(said("  start_pfn:           1222663")).toEqual([["start_pfn:           1222663", there]]);
  });

  test("addresses", () => {
    const there = { block: "A:37", pfn: 0x128000 };
    expect(said("0x0000000128000000-0x000000012fffffff  128M online yes 37")).toEqual([
      ["0x0000000128000000", there],
      ["0x000000012fffffff", { block: "A:37", pfn: 0x12ffff }],
    ]);
    expect(said("  128000000-12fffffff : System RAM (kmem)")).toEqual([["  128000000-12fffffff", there]]);
  });

  test("what this partition does not have is no reference", () => {
    expect(said("memory37", "B")).toEqual([]);
    expect(said("memory9999 node9 pfn:0xffffffff 0xdeadbeef memory_hotplug")).toEqual([]);
    expect(said("")).toEqual([]);
  });

  test("a long line of nonsense costs little", () => {
    const begin = performance.now();
    referencesIn("/sys/".repeat(20_000), "A", records);
    referencesIn("0".repeat(100_000), "A", records);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});

test("no line looks through all blocks: the largest machine has eight thousand", () => {
  const block = new Proxy(records.block, {
    ownKeys() {
      throw new Error("all blocks were looked through");
    },
  });
  const line = "page:ffffea0004aa01c0 pfn:0x12a807 memory48 0x0128000000";
  expect(referencesIn(line, "A", { ...records, block })).toHaveLength(3);
  expect(said("pfn:0xfffffff")).toEqual([]);
});

import { expect, test } from "vitest";
import { check } from "../protocol/border.ts";
import { traceSchema } from "../protocol/trace.ts";
import { messages, parseObservation } from "./observation.ts";

/** As a machine prints it: two nodes of which one is empty, a block that is on both kinds of lists, a hole of zones. */
const PRINTED = `# log
[    5.123456] Fallback order for Node 0: 0 1 
[ 1234.000001] Policy zone: DMA32

# links
memory/memory0/node0 memory/memory10/node0 memory/memory9/node0 memory/memory9/node1 node/node0/memory0 node/node0/memory10 node/node0/memory9 node/node1/memory9
# files
memory/memory0/state:online
memory/memory10/state:offline
memory/memory9/state:going-offline
memory/memory0/valid_zones:none
memory/memory10/valid_zones:Normal Movable
memory/memory9/valid_zones:DMA32
memory/memory0/removable:1
memory/memory10/removable:1
memory/memory9/removable:0
memory/memory0/online:1
memory/memory10/online:0
memory/memory9/online:1
node/possible:0-1
node/online:0-1
node/has_memory:0
node/has_normal_memory:0
node/has_cpu:
node/node0/distance:10 20
node/node1/distance:20 10
node/node0/meminfo:Node 0 MemTotal:         945236 kB
node/node0/meminfo:Node 0 MemFree:          887328 kB
node/node1/meminfo:Node 1 MemTotal:              0 kB
node/node1/meminfo:Node 1 MemFree:               0 kB
/proc/zoneinfo:Node 0, zone      DMA
/proc/zoneinfo:  pages free     3840
/proc/zoneinfo:        min      67
/proc/zoneinfo:        low      83
/proc/zoneinfo:        high     99
/proc/zoneinfo:        spanned  4095
/proc/zoneinfo:        present  3998
/proc/zoneinfo:        managed  3840
/proc/zoneinfo:        protection: (0, 923, 923)
/proc/zoneinfo:  start_pfn:           1
/proc/zoneinfo:Node 0, zone   Normal
/proc/zoneinfo:  pages free     0
/proc/zoneinfo:        min      32
/proc/zoneinfo:        low      32
/proc/zoneinfo:        high     32
/proc/zoneinfo:        spanned  0
/proc/zoneinfo:        present  0
/proc/zoneinfo:        managed  0
/proc/zoneinfo:        protection: (0, 0, 0)
/proc/zoneinfo:Node 0, zone    DMA32
/proc/zoneinfo:  pages free     218000
/proc/zoneinfo:        min      4000
/proc/zoneinfo:        low      5000
/proc/zoneinfo:        high     6000
/proc/zoneinfo:        spanned  258016
/proc/zoneinfo:        present  258016
/proc/zoneinfo:        managed  229000
/proc/zoneinfo:        protection: (0, 0, 0)
/proc/zoneinfo:  start_pfn:           4096
/proc/iomem:00000000-00000fff : Reserved
/proc/iomem:00001000-0009fbff : System RAM
/proc/iomem:  100000000-10fffffff : System RAM (virtio_mem)
/proc/meminfo:MemTotal:         945236 kB
/proc/meminfo:HugePages_Total:       0
/proc/buddyinfo:Node 0, zone      DMA      0      1      0      1      2      1      1      0      1      1      3 
/proc/vmstat:nr_anon_pages 43
# end
`;

test("a machine's files become an observation as traces hold it", () => {
  const { log, observation } = parseObservation(PRINTED);
  expect(log).toEqual(["Fallback order for Node 0: 0 1 ", "Policy zone: DMA32"]);
  expect(observation).toEqual({
    blocks: [
      [0, "online", "none", [0], 1, 1],
      [9, "going-offline", "DMA32", [0, 1], 0, 1],
      [10, "offline", "Normal Movable", [0], 1, 0],
    ],
    nodes: {
      possible: "0-1",
      online: "0-1",
      has_memory: "0",
      has_normal_memory: "0",
      has_cpu: "",
      list: [
        { id: 0, distance: ["10", "20"], totalKB: 945236, freeKB: 887328, blocks: [0, 9, 10] },
        { id: 1, distance: ["20", "10"], totalKB: 0, freeKB: 0, blocks: [9] },
      ],
    },
    zones: [
      {
        ...{ node: 0, zone: "DMA", free: 3840, min: 67, low: 83, high: 99 },
        ...{ spanned: 4095, present: 3998, managed: 3840, start_pfn: 1, protection: [0, 923, 923] },
      },
      {
        ...{ node: 0, zone: "DMA32", free: 218000, min: 4000, low: 5000, high: 6000 },
        ...{ spanned: 258016, present: 258016, managed: 229000, start_pfn: 4096, protection: [0, 0, 0] },
      },
    ],
    iomem: ["00001000-0009fbff : System RAM", "100000000-10fffffff : System RAM (virtio_mem)"],
    meminfo: { MemTotal: 945236, HugePages_Total: 0 },
    buddy: [[0, "DMA", [0, 1, 0, 1, 2, 1, 1, 0, 1, 1, 3]]],
    vmstat: { nr_anon_pages: 43 },
  });
  const trace = { machine: { nodes: [{ mem: "1G" }] }, kernel: "6.1", steps: [], boot: observation };
  expect(check(traceSchema, trace, "trace")).toMatchObject({ ok: true });
});

test("a machine that printed nothing has nothing", () => {
  const { log, observation } = parseObservation("");
  expect([log, observation.blocks, observation.zones, observation.nodes.list]).toEqual([[], [], [], []]);
});

test("times go, the rest of a log line stays", () => {
  expect(messages(["[    0.000000] BIOS-e820: [mem 0x0-0x9fbff] usable", "", "no time"])).toEqual([
    "BIOS-e820: [mem 0x0-0x9fbff] usable",
    "no time",
  ]);
});

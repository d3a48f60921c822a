/**
 * Test support: the records of a plausible box, so that views can be developed and tested without an engine.
 * Two partitions, three nodes, five DIMMs in slots and three on the shelf; one eject is running, one offline was
 * refused, one succeeded. The numbers agree with each other (kinds of a block sum to its pages, zones to their blocks).
 */
import type { Attempt, Check, CheckRule } from "../engine/chronicle/outcome.ts";
import { MIGRATE_TYPES, PAGE_KINDS, PageKind } from "../engine/memory/kinds.ts";
import { bytes, MIB, PAGES_PER_SECTION, PAGE_SIZE, pfn, SECTION_BYTES, simNs } from "../engine/units.ts";
import type { LogEntry } from "../protocol/messages.ts";
import type {
  BlockRecord,
  DimmRecord,
  NodeRecord,
  ProcessRecord,
  SlotRecord,
  ZoneRecord,
} from "../protocol/records.ts";
import type { RecordTables } from "./playground.ts";
import { append } from "../engine/lists.ts";

/** Blocks of one zone, and where they sit. */
interface Stretch {
  readonly partition: string;
  readonly node: number;
  readonly zone: string;
  readonly first: number;
  readonly count: number;
  readonly dimm: string | null;
}

/** Slab to boot's memory map, as every kernel but the what-if one has it. */
const STAYING = 2 ** PageKind.SelfMemmap - 2 ** PageKind.Slab;

const STRETCHES: readonly Stretch[] = [
  { partition: "A", node: 0, zone: "DMA32", first: 0, count: 8, dimm: null },
  { partition: "A", node: 1, zone: "DMA32", first: 8, count: 4, dimm: null },
  { partition: "A", node: 0, zone: "Movable", first: 32, count: 4, dimm: "d1" },
  { partition: "A", node: 0, zone: "Normal", first: 36, count: 4, dimm: "d2" },
  { partition: "A", node: 1, zone: "Movable", first: 40, count: 8, dimm: "d3" },
  { partition: "A", node: 1, zone: "Movable", first: 48, count: 4, dimm: "d4" },
  { partition: "B", node: 0, zone: "DMA32", first: 0, count: 8, dimm: null },
  { partition: "B", node: 0, zone: "Movable", first: 32, count: 4, dimm: "d5" },
];

/** Shares of kinds in a block of each zone; what is missing from 1 is free. */
const MIXES: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  DMA32: [
    [PageKind.Anon, 0.12],
    [PageKind.PageCache, 0.22],
    [PageKind.Slab, 0.14],
    [PageKind.SlabReclaimable, 0.1],
    [PageKind.PageTable, 0.03],
    [PageKind.KernelImage, 0.02],
    [PageKind.BootMemmap, 0.016],
  ],
  Normal: [
    [PageKind.Anon, 0.2],
    [PageKind.PageCache, 0.3],
    [PageKind.Slab, 0.06],
    [PageKind.SlabReclaimable, 0.08],
    [PageKind.PageTable, 0.02],
    [PageKind.Vmemmap, 0.016],
  ],
  Movable: [
    [PageKind.Anon, 0.46],
    [PageKind.PageCache, 0.2],
    [PageKind.Shmem, 0.06],
    [PageKind.AnonHuge, 0.0625],
  ],
};

const GOING_OFFLINE = new Set(["A:48"]);
const OFFLINE = new Set(["A:49"]);

function kindsOf(zone: string, number: number, offline: boolean): readonly number[] {
  const kinds = new Array<number>(PAGE_KINDS).fill(0);
  if (offline) {
    kinds[PageKind.None] = PAGES_PER_SECTION;
    return kinds;
  }
  let used = 0;
  for (const [kind, share] of MIXES[zone] ?? []) {
    // Blocks differ a little, so that a picture of them is not a wallpaper.
    const pages = Math.round(PAGES_PER_SECTION * share * (0.7 + ((number * 7 + kind * 3) % 10) * 0.06));
    kinds[kind] = pages;
    used += pages;
  }
  kinds[PageKind.Free] = PAGES_PER_SECTION - used;
  return kinds;
}

function blocksOf(stretch: Stretch): readonly BlockRecord[] {
  return Array.from({ length: stretch.count }, (_, index) => {
    const number = stretch.first + index;
    const key = `${stretch.partition}:${number}`;
    const offline = OFFLINE.has(key);
    return {
      key,
      partition: stretch.partition,
      number,
      nodes: [stretch.node],
      state: offline ? "offline" : GOING_OFFLINE.has(key) ? "going-offline" : "online",
      zone: offline ? null : stretch.zone,
      validZones: offline ? ["Normal", "Movable"] : [stretch.zone],
      dimm: stretch.dimm,
      startPfn: number * PAGES_PER_SECTION,
      pages: PAGES_PER_SECTION,
      kinds: kindsOf(stretch.zone, number, offline),
      pinned: key === "A:41" ? 12 : 0,
      staying: STAYING,
      attempt: key === "A:37" ? "2" : key === "A:48" ? "4" : key === "A:49" ? "1" : null,
    } satisfies BlockRecord;
  });
}

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
const free = (block: BlockRecord) => block.kinds[PageKind.Free] ?? 0;

function zoneOf(partition: string, node: number, zone: string, blocks: readonly BlockRecord[]): ZoneRecord {
  const startPfn = blocks[0]?.startPfn ?? 0;
  const last = blocks.at(-1);
  const present = sum(blocks.map((block) => block.pages));
  const freePages = sum(blocks.map(free));
  const movable = zone === "Movable";
  const min = Math.round(present * 0.004);
  const freeByType = new Array<number>(MIGRATE_TYPES).fill(0);
  freeByType[1] = movable ? freePages : Math.round(freePages * 0.8);
  freeByType[0] = freePages - freeByType[1];
  return {
    key: `${partition}/${node}/${zone}`,
    partition,
    node,
    zone,
    startPfn,
    spanned: last ? last.startPfn + last.pages - startPfn : 0,
    present,
    managed: present - Math.round(present * 0.016),
    free: freePages,
    min,
    low: Math.round(min * 1.25),
    high: Math.round(min * 1.5),
    protection: [0, 0, 0, movable ? 0 : 3072, 0],
    freeByOrder: Array.from({ length: 11 }, (_, order) =>
      Math.round((freePages / 11 / 2 ** order) * (order > 8 ? 2 : 0.8)),
    ),
    freeByType,
  };
}

const check = (rule: CheckRule, verdict: Check["verdict"], where: string, data: Check["data"] = {}): Check => ({
  rule,
  verdict,
  where,
  data,
});

const base = {
  partition: "A",
  errno: null,
  culprit: null,
  pagesMoved: 0,
  pagesFailed: 0,
  movedTo: [],
  passes: 0,
  log: [],
  parent: null,
  cause: "command:1",
  follows: null,
  steps: [],
} as const;

/** Attempts, as the engine reports them. */
export const sampleAttempts = {
  offlined: {
    ...base,
    id: 1,
    kind: "offline",
    target: "memory49",
    startedAt: simNs(2.1e9),
    endedAt: simNs(2.18e9),
    result: "ok",
    checks: [
      check("state-changes", "pass", "device_offline"),
      check("no-holes", "pass", "offline_pages"),
      check("one-zone", "pass", "test_pages_in_a_zone", { zone: "Movable", node: 1, pages: 32768 }),
      check("isolate", "pass", "start_isolate_page_range", { pageblocks: 64 }),
      check("notifiers", "pass", "memory_notify"),
      check("migrate", "pass", "do_migrate_range", { moved: 25461, passes: 1 }),
      check("dissolve-hugetlb", "pass", "dissolve_free_huge_pages"),
    ],
    pagesMoved: 25461,
    movedTo: [
      [0, "Movable", 20140],
      [0, "Normal", 5321],
    ],
    passes: 1,
    log: ["Offlined Pages 32768"],
  },
  refused: {
    ...base,
    id: 2,
    kind: "offline",
    target: "memory37",
    startedAt: simNs(4.4e9),
    endedAt: simNs(4.4003e9),
    result: "failed",
    errno: "EBUSY",
    checks: [
      check("state-changes", "pass", "device_offline"),
      check("no-holes", "pass", "offline_pages"),
      check("one-zone", "pass", "test_pages_in_a_zone", { zone: "Normal", node: 0, pages: 32768 }),
      check("isolate", "fail", "has_unmovable_pages", { pageblocks: 64, done: 20, pageblock: 20 }),
    ],
    culprit: {
      pfn: pfn(0x12_a807),
      kind: PageKind.SlabReclaimable,
      flags: 0,
      owner: "slab dentry",
      pid: null,
      lifetime: "cache",
      allocatedAt: simNs(0.9e9),
      allocatedWhy: "find walks /usr",
      transaction: 41,
      pageblock: { index: 20, type: "Reclaimable" },
      zone: "Normal",
      node: 0,
      block: 37,
      reason: "unmovable page",
      others: 0,
    },
    log: [
      "page:000000004f1f0f3c refcount:1 mapcount:0 mapping:0000000000000000 index:0x0 pfn:0x12a807",
      "page dumped because: unmovable page",
    ],
  },
  ejecting: {
    ...base,
    id: 3,
    kind: "eject",
    target: "d4",
    startedAt: simNs(6.0e9),
    endedAt: null,
    result: "running",
    checks: [check("all-blocks-offline", "pending", "acpi_scan_hot_remove", { blocks: 4, offline: 1 })],
    pagesMoved: 31204,
    movedTo: [
      [0, "Movable", 21000],
      [0, "Normal", 10204],
    ],
    passes: 1,
    steps: [{ target: "memory48", state: "emptying", attempt: 4, tries: 1 }],
  },
  offlining: {
    ...base,
    id: 4,
    kind: "offline",
    target: "memory48",
    startedAt: simNs(6.1e9),
    endedAt: null,
    result: "running",
    checks: [
      check("state-changes", "pass", "device_offline"),
      check("no-holes", "pass", "offline_pages"),
      check("one-zone", "pass", "test_pages_in_a_zone", { zone: "Movable", node: 1, pages: 32768 }),
      check("isolate", "pass", "start_isolate_page_range", { pageblocks: 64 }),
      check("notifiers", "pass", "memory_notify"),
      check("migrate", "pending", "do_migrate_range", { left: 12330 }),
    ],
    pagesMoved: 5743,
    movedTo: [[0, "Movable", 5743]],
    passes: 1,
    parent: 3,
  },
} as const satisfies Record<string, Attempt>;

const DIMMS: readonly (readonly [string, number, string | null])[] = [
  ["d1", 512, "A/0/0"],
  ["d2", 512, "A/0/1"],
  ["d3", 1024, "A/1/0"],
  ["d4", 512, "A/1/1"],
  ["d5", 512, "B/0/0"],
  ["d6", 512, null],
  ["d7", 1024, null],
  ["d8", 512, null],
];

function dimmOf(key: string, mib: number, slot: string | null, blocks: readonly BlockRecord[]): DimmRecord {
  const ejecting = key === "d4";
  const used = sum(blocks.filter((block) => block.state !== "offline").map((block) => block.pages - free(block)));
  return {
    key,
    bytes: bytes(mib * MIB),
    health: key === "d8" ? "failing" : "ok",
    slot,
    phase: slot === null ? "shelf" : ejecting ? "ejecting" : "in-use",
    led: slot === null ? "off" : ejecting ? "blinking" : "on",
    destination: ejecting ? "A/0/2" : null,
    blocks: blocks.map((block) => block.key),
    attempt: ejecting ? "3" : null,
    usedPages: used,
    usedPagesAtStart: ejecting ? Math.round(used * 1.6) : used,
  };
}

const table = <R extends { readonly key: string }>(records: readonly R[]): Readonly<Record<string, R>> =>
  Object.fromEntries(records.map((record) => [record.key, record]));

/** The records of the sample box, freshly made. */
export function sampleRecords(): RecordTables {
  const byStretch = new Map(STRETCHES.map((stretch) => [stretch, blocksOf(stretch)]));
  const blocks = [...byStretch.values()].flat();
  const zones: ZoneRecord[] = [];
  const nodes: NodeRecord[] = [];
  const slots: SlotRecord[] = [];
  const dimms = DIMMS.map(([key, mib, slot]) =>
    dimmOf(
      key,
      mib,
      slot,
      blocks.filter((block) => block.dimm === key),
    ),
  );

  for (const [partition, id, cpus] of [
    ["A", 0, "0-3"],
    ["A", 1, "4-7"],
    ["B", 0, "0-3"],
  ] as const) {
    const key = `${partition}/${id}`;
    const here = [...byStretch].filter(([stretch]) => stretch.partition === partition && stretch.node === id);
    const names = ["DMA32", "Normal", "Movable"].filter((zone) => here.some(([stretch]) => stretch.zone === zone));
    const mine = names.map((zone) =>
      zoneOf(
        partition,
        id,
        zone,
        here
          .filter(([stretch]) => stretch.zone === zone)
          .flatMap(([, list]) => list.filter((block) => block.state !== "offline")),
      ),
    );
    append(zones, mine);
    const nodeSlots = [0, 1, 2].map((index): SlotRecord => {
      const slot = `${key}/${index}`;
      return {
        key: slot,
        node: key,
        partition,
        index,
        device: "",
        dimm: dimms.find((dimm) => dimm.slot === slot)?.key ?? null,
      };
    });
    append(slots, nodeSlots);
    nodes.push({
      key,
      partition,
      id,
      cpus,
      online: true,
      hasMemory: true,
      slots: nodeSlots.map((slot) => slot.key),
      blocks: here.flatMap(([, list]) => list.map((block) => block.key)),
      zones: mine.map((zone) => zone.key),
      totalBytes: sum(mine.map((zone) => zone.managed)) * PAGE_SIZE,
      freeBytes: sum(mine.map((zone) => zone.free)) * PAGE_SIZE,
      onboardBytes:
        sum(here.filter(([stretch]) => stretch.dimm === null).map(([stretch]) => stretch.count)) * SECTION_BYTES,
      distances:
        partition === "A"
          ? [["A/0", id === 0 ? 10 : 20] as const, ["A/1", id === 1 ? 10 : 20] as const]
          : [["B/0", 10] as const],
    });
  }

  const processes: ProcessRecord[] = [
    {
      key: "A#812",
      partition: "A",
      pid: 812,
      comm: "postgres",
      load: "anon 600 MiB",
      pages: 153600,
      byNode: [
        [0, 61440],
        [1, 92160],
      ],
      meanDistance: 1.4,
    },
    {
      key: "A#840",
      partition: "A",
      pid: 840,
      comm: "nginx",
      load: "cache 200 MiB",
      pages: 51200,
      byNode: [[0, 51200]],
      meanDistance: 1,
    },
    {
      key: "B#700",
      partition: "B",
      pid: 700,
      comm: "redis",
      load: "anon 256 MiB",
      pages: 65536,
      byNode: [[0, 65536]],
      meanDistance: 1,
    },
  ];
  const partitions = (["A", "B"] as const).map((key) => ({
    key,
    name: key === "A" ? "Database server" : "Web server",
    kernel: "6.1" as const,
    cmdline: "movable_node memory_hotplug.online_policy=contig-zones",
    notSimulated: [],
    blockBytes: SECTION_BYTES,
    nodes: nodes.filter((node) => node.partition === key).map((node) => node.key),
    processes: processes.filter((process) => process.partition === key).map((process) => process.key),
    autoOnline: "online_movable",
    onlinePolicy: "contig-zones",
  }));

  return {
    partition: table(partitions),
    node: table(nodes),
    slot: table(slots),
    dimm: table(dimms),
    block: table(blocks),
    zone: table(zones),
    process: table(processes),
    attempt: table(Object.values(sampleAttempts).map((attempt) => ({ ...attempt, key: String(attempt.id) }))),
  };
}

/** Log lines of the same story. */
export function sampleLog(): readonly LogEntry[] {
  const lines: readonly (readonly [number, string, LogEntry["level"], string])[] = [
    [0, "A", "info", "Linux version 6.1.0 (simulated)"],
    [0, "B", "info", "Linux version 6.1.0 (simulated)"],
    [2.1e9, "A", "command", "echo offline > /sys/devices/system/memory/memory49/state"],
    [2.18e9, "A", "info", "Offlined Pages 32768"],
    [4.4e9, "A", "command", "echo offline > /sys/devices/system/memory/memory37/state"],
    [
      4.4003e9,
      "A",
      "warn",
      "page:000000004f1f0f3c refcount:1 mapcount:0 mapping:0000000000000000 index:0x0 pfn:0x12a807",
    ],
    [4.4003e9, "A", "warn", "page dumped because: unmovable page"],
    [6e9, "A", "command", "move d4 to A/0/2"],
  ];
  return lines.map(([at, partition, level, line], seq) => ({ seq, at, partition, level, line, transaction: seq + 1 }));
}

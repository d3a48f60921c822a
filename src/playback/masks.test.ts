/** Each rule by which lines are compared: what it forgives, and that a fault beside it is caught. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MASKS, type Where, sideBySide } from "./masks.ts";

/** Whether two texts, line by line, say the same by the rules. */
function same(real: string, simulated: string, where: Where, most?: number): boolean {
  const sides = sideBySide(real.split("\n"), simulated.split("\n"), where, most);
  return JSON.stringify(sides.real) === JSON.stringify(sides.simulated);
}

const PINNED = `migrating pfn 100000 failed ret:4096
page:00000000f42f92d7 refcount:3 mapcount:1 mapping:0000000000000000 index:0x7f861cbb7 pfn:0x100000
memcg:ffff888003d49000
anon flags: 0x5fffffc00a000e(referenced|uptodate|dirty|mappedtodisk|swapbacked|node=1|zone=3|lastcpupid=0x1fffff)
raw: 005fffffc00a000e ffffea0004000048 ffffc900008aba98 ffff8880054381a1
raw: 00000007f861cbb7 0000000000000000 0000000300000000 ffff888003d49000
page dumped because: migration failure`;
const KERNEL = `page: refcount:1 mapcount:0 mapping:0000000000000000 index:0x0 pfn:0x160000
anon flags: 0x17ffffc0000000(node=0|zone=2|lastcpupid=0x1fffff)
page_type: f5(slab)
raw: 0017ffffc0000000 ffff888040004600 0000000000000000 dead000000000001
raw: 0000000000000000 00000000001e001e 00000001f5000000 0000000000000000
page dumped because: unmovable page`;
const OTHER_KERNEL = `page: refcount:1 mapcount:0 mapping:0000000000000000 index:0xffff888004063700 pfn:0x160412
flags: 0x17ffffc0000000(node=0|zone=2|lastcpupid=0x1fffff)
raw: 0017ffffc0000000 ffffea0000135a08 ffffffff82c35cd0 0000000000000000
raw: ffff888004063700 0000000000000000 00000001ffffffff 0000000000000000
page dumped because: unmovable page`;
const RESERVED = `page: refcount:17 mapcount:0 mapping:0000000000000000 index:0xd pfn:0x3ffd2
flags: 0xfffffc0006000(reserved|private|node=0|zone=1|lastcpupid=0x1fffff)
raw: 000fffffc0006000 ffffea0000fff488 ffffea0000fff488 0000000000000000
raw: 000000000000000d 000000000000000f 00000011ffffffff 0000000000000000
page dumped because: unmovable page`;
const COMPOUND = `page: refcount:2 mapcount:1 mapping:00000000d4ac9cb2 index:0x0 pfn:0x10001e
head: order:9 mapcount:1 entire_mapcount:1 nr_pages_mapped:0 pincount:0
aops:hugetlbfs_aops ino:400 dentry name(?):"anon_hugepage"
flags: 0x57ffffc0000240(workingset|head|node=1|zone=2|lastcpupid=0x1fffff)
raw: 0057ffffc0000240 ffff888004044900 ffff888040000e50 ffff888040000e50
raw: ffff88810001ec80 00000000000c0000 0000000200000000 0000000000000000
head: 0057ffffc0000240 ffff888004044900 ffff888040000e50 ffff888040000e50
head: ffff88810001ec80 00000000000c0000 0000000200000000 0000000000000000
head: 0057ffffc0000001 ffffea0004000781 ffffffffffffffff 0000000000000000
head: 0000000000000200 0000000000000000 00000000ffffffff 0000000000000000
page dumped because: migration failure`;
const REPORT = `sh: page allocation failure: order:0, mode:0x144cca(GFP_HIGHUSER_MOVABLE), nodemask=0,cpuset=/,mems_allowed=0-1
CPU: 0 PID: 1019 Comm: sh Not tainted 6.1.0-56-cloud-amd64 #1  Debian 6.1.192-2
Call Trace:
 <TASK>
 dump_stack_lvl+0x4a/0x63
 ? do_fault+0x1e/0x3c
RIP: 0033:0x47b7a0
R13: 0000000024f743a0 R14: 0000000000000001 R15: 00007ffd53e367e0
Mem-Info:
active_anon:697 inactive_anon:454233 isolated_anon:27844
 slab_reclaimable:2321 slab_unreclaimable:1771
Node 0 DMA free:4284kB boost:0kB min:464kB
lowmem_reserve[]: 0 959 959 959 959
589694 pages RAM
Free swap  = 0kB
`;

/** By rule: where it applies, a line, what it forgives there, and what it does not. */
const CASES: Readonly<
  Record<string, readonly [Where, string, forgiven: readonly string[], caught: readonly string[]]>
> = {
  "log-times": [
    "stdout",
    "[   12.345678] Policy zone: Normal",
    ["[   13.000001] Policy zone: Normal"],
    ["[   12.345678] Policy zone: DMA32"],
  ],
  "file-times": [
    "stdout",
    "drwxr-xr-x 3 0 0 0 Nov 23 00:03 memory32",
    ["drwxr-xr-x 3 0 0 0 Jan  1 10:00 memory32"],
    ["drwxr-xr-x 3 0 0 0 Nov 23 00:03 memory33", "drwxr-xr-- 3 0 0 0 Nov 23 00:03 memory32"],
  ],
  clock: ["log", "hrtimer: interrupt took 24795220 ns\na", ["a"], ["b"]],
  "not-simulated": [
    "log",
    "playground: not simulated: memmap=64M$1G\na",
    ["a", "playground: not simulated: isolcpus=1\na"],
    ["playground: not simulated: memmap=64M$1G", "b", "a\nnot simulated: memmap=64M$1G"],
  ],
  "pci-links": ["log", "ACPI: \\_SB_.LNKB: Enabled at IRQ 10\na", ["a"], ["acpi PNP0C80:00: add_memory failed\na"]],
  "memory-report": ["log", `${REPORT}a`, ["a"], ["a\nb", "b"]],
  "oom-reaper": [
    "log",
    "oom_reaper: reaped process 141 (mem), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB\na",
    ["a"],
    ["oom_reaper: unable to reap pid:141 (mem)\na", "a\nb"],
  ],
  "oom-tasks": [
    "log",
    "[    141]     0   141   262530   200704   200704        0         0  1671168        0             0 mem\na",
    ["a", "[    139]     0   139      661      220        0      220         0    40960        0             0 sh\na"],
    ["[  pid  ]   uid  tgid total_vm      rss\na", "a\nb"],
  ],
  "group-stats": [
    "log",
    "anon 104333312\nsec_pagetables 0\npgscan_kswapd 0\na",
    ["a", "anon 104431616\na"],
    ["anon 104333312 b\na", "Offlined Pages 32768\na", "a\nb"],
  ],
  "group-usage": [
    "log",
    "memory: usage 102296kB, limit 102400kB, failcnt 18",
    ["memory: usage 102400kB, limit 102400kB, failcnt 18"],
    ["memory: usage 82296kB, limit 102400kB, failcnt 18", "memory: usage 102296kB, limit 51200kB, failcnt 18"],
  ],
  "group-failures": [
    "log",
    "swap: usage 0kB, limit 9007199254740988kB, failcnt 0",
    ["swap: usage 0kB, limit 9007199254740988kB, failcnt 54"],
    ["swap: usage 0kB, limit 51200kB, failcnt 0"],
  ],
  "oom-figures": [
    "log",
    "Out of memory: Killed process 141 (mem) total-vm:1050120kB, anon-rss:802816kB, UID:0 pgtables:1632kB oom_score_adj:0",
    [
      "Out of memory: Killed process 701 (mem) total-vm:1048580kB, anon-rss:810000kB, UID:0 pgtables:1600kB oom_score_adj:0",
    ],
    [
      "Out of memory: Killed process 141 (mem) total-vm:1050120kB, anon-rss:602816kB, UID:0 pgtables:1632kB oom_score_adj:0",
      "Out of memory: Killed process 141 (sh) total-vm:1050120kB, anon-rss:802816kB, UID:0 pgtables:1632kB oom_score_adj:0",
      "Out of memory: Killed process 141 (mem) total-vm:1050120kB, anon-rss:802816kB, UID:0 pgtables:1632kB oom_score_adj:500",
    ],
  ],
  "process-numbers": [
    "log",
    "sh (138): drop_caches: 3",
    ["sh (701): drop_caches: 3"],
    ["sh (138): drop_caches: 1", "bash (138): drop_caches: 3", ""],
  ],
  "pages-without-room": [
    "log",
    "migrating pfn 108987 failed ret:-12",
    ["migrating pfn 10954e failed ret:-12"],
    ["migrating pfn 108987 failed ret:-16", "migrating pfn 108987 failed ret:1", ""],
  ],
  "pages-held": [
    "log",
    "migrating pfn 106406 failed ret:7162",
    ["migrating pfn 106400 failed ret:7162"],
    ["migrating pfn 106500 failed ret:7162", "migrating pfn 106406 failed ret:-12"],
  ],
  "pages-held-of": [
    "log",
    "migrating pfn 106406 failed ret:7168",
    ["migrating pfn 106406 failed ret:7007"],
    ["migrating pfn 106406 failed ret:6000"],
  ],
  "soft-offline-page": [
    "log",
    "Soft offline: 0x106f00: page migration failed 1, type 0x0()",
    ["Soft offline: 0x106e00: page migration failed 1, type 0x0()"],
    ["Soft offline: 0x108f00: page migration failed 1, type 0x0()", "soft offline: 0x106f00: page migration failed 1"],
  ],
  "soft-offline-flags": [
    "log",
    "Soft offline: 0x106f00: page migration failed 1, type 0x5fffffc002091c(referenced|uptodate|zone=3)",
    ["Soft offline: 0x106f00: page migration failed 1, type 0x5fffffc0020918(uptodate|zone=3)"],
    [
      "Soft offline: 0x106f00: page migration failed 1, type 0x5fffffc0020918(uptodate|zone=2)",
      "Soft offline: 0x106f00: page migration failed 1, type 0x5fffffc0020918(zone=3)",
    ],
  ],
  "zonelist-pages": [
    "log",
    "Built 2 zonelists, mobility grouping on.  Total pages: 498335",
    ["Built 2 zonelists, mobility grouping on.  Total pages: 498334"],
    [
      "Built 2 zonelists, mobility grouping on.  Total pages: 465567",
      "Built 3 zonelists, mobility grouping on.  Total pages: 498335",
      "Built 2 zonelists, mobility grouping off.  Total pages: 498335",
    ],
  ],
  "min-free": [
    "log",
    "min_free_kbytes is not updated to 4730 because user defined value 20000 is preferred",
    ["min_free_kbytes is not updated to 4721 because user defined value 20000 is preferred"],
    [
      "min_free_kbytes is not updated to 5730 because user defined value 20000 is preferred",
      "min_free_kbytes is not updated to 4730 because user defined value 30000 is preferred",
    ],
  ],
  "boot-mounts": [
    "stdout",
    "rootfs / rootfs rw,size=970756k,nr_inodes=242689,inode64 0 0",
    ["rootfs / rootfs rw,size=976188k,nr_inodes=244047,inode64 0 0"],
    ["rootfs / rootfs rw,size=970756k,nr_inodes=242689 0 0", "rootfs / rootfs rw,inode64 0 0"],
  ],
  "swap-uuid": [
    "stdout",
    "UUID=c7841b67-9d5e-4810-a2ba-07f80778b44a",
    ["UUID=34ba9fdc-c728-4c51-abfb-7344b91e4d7a"],
    ["UUID=34ba9fdc-c728-4c51-abfb-7344b91e4d7", "LABEL=c7841b67-9d5e-4810-a2ba-07f80778b44a"],
  ],
  "direct-map": [
    "stdout",
    "DirectMap4k:       28540 kB",
    ["DirectMap4k:        3572 kB"],
    ["DirectMap2M:       28540 kB"],
  ],
  meminfo: [
    "stdout",
    "MemFree:         1000000 kB\nNode 1 Active(anon):    100 kB",
    ["MemFree:          995000 kB\nNode 1 Active(anon):    120 kB"],
    [
      "MemFree:          980000 kB\nNode 1 Active(anon):    100 kB",
      "MemAvailable:    1000000 kB\nNode 1 Active(anon):    100 kB",
    ],
  ],
};

describe("a rule forgives what it names, and nothing beside it", () => {
  test.each(Object.keys(MASKS))("%s", (name) => {
    const [where, line, forgiven, caught] = CASES[name] ?? [];
    if (where === undefined || line === undefined) throw new Error(`no case for ${name}`);
    for (const other of forgiven ?? []) expect([other, same(line, other, where)]).toEqual([other, true]);
    for (const other of caught ?? []) expect([other, same(line, other, where)]).toEqual([other, false]);
  });

  test("what is not named is exact, also by a single character", () => {
    for (const line of [
      "Fallback order for Node 1: 1 0 ",
      "online",
      "MemTotal:        2011408 kB",
      "HugePages_Total:      16",
    ])
      for (let at = 0; at < line.length; at++) {
        const planted = `${line.slice(0, at)}${line[at] === "x" ? "y" : "x"}${line.slice(at + 1)}`;
        expect([planted, same(line, planted, "stdout")]).toEqual([planted, false]);
      }
  });

  test("rules of output leave the log alone", () => {
    expect(same("MemFree:         1000000 kB", "MemFree:          999999 kB", "log")).toBe(false);
  });
});

describe("dumped pages", () => {
  const pinned = (from: string | RegExp, to: string) => same(PINNED, PINNED.replace(from, to), "log");

  test("addresses and the referenced bit don't count", () => {
    expect(pinned("page:00000000f42f92d7", "page:000000003eea71df")).toBe(true);
    expect(pinned("index:0x7f861cbb7", "index:0x7f2e06310")).toBe(true);
    expect(pinned("memcg:ffff888003d49000", "memcg:ffff888003d4c000")).toBe(true);
    expect(pinned("ffffc900008aba98 ffff8880054381a1", "ffffea0004000008 ffff888004b12889")).toBe(true);
    const untouched = PINNED.replace("0x5fffffc00a000e(referenced|", "0x5fffffc00a000c(").replace(
      "raw: 005fffffc00a000e",
      "raw: 005fffffc00a000c",
    );
    expect(same(PINNED, untouched, "log")).toBe(true);
  });

  test.each([
    ["refcount", "refcount:3", "refcount:2"],
    ["mapcount", "mapcount:1", "mapcount:0"],
    ["mapping", "mapping:0000000000000000", "mapping:00000000d4ac9cb2"],
    ["pfn", "pfn:0x100000", "pfn:0x100001"],
    ["a flag", "dirty|", ""],
    ["the flags' bits", "0x5fffffc00a000e(", "0x5fffffc008000e("],
    ["the zone", "zone=3", "zone=2"],
    ["anonymous", "anon flags", "flags"],
    ["the flags of the raw words", "raw: 005fffffc00a000e", "raw: 005fffffc008000e"],
    ["the counts of the raw words", "0000000300000000", "0000000200000000"],
    ["a raw line", /raw: 00000007.*\n/, ""],
    ["the cgroup", /memcg:.*\n/, ""],
    ["the reason", "migration failure", "unmovable page"],
  ])("%s does", (_, from, to) => {
    expect(pinned(from, to)).toBe(false);
  });

  test("which page of the kernel is found first does not, its place and its form do", () => {
    expect(same(KERNEL, OTHER_KERNEL, "log")).toBe(true);
    expect(same(KERNEL, OTHER_KERNEL.replace("zone=2", "zone=3"), "log")).toBe(false);
    expect(same(KERNEL, OTHER_KERNEL.replace("node=0", "node=1"), "log")).toBe(false);
    expect(same(KERNEL, OTHER_KERNEL.replace(/raw: ffff.*\n/, ""), "log")).toBe(false);
    expect(same(KERNEL, "", "log")).toBe(false);
    expect(
      same(KERNEL, OTHER_KERNEL.replace("flags: 0x17ffffc0000000(", "flags: 0x17ffffc0002000(reserved|"), "log"),
    ).toBe(false);
  });

  test("pages that boot reserved are compared in full", () => {
    for (const [from, to] of [
      ["pfn:0x3ffd2", "pfn:0x3ffd3"],
      ["refcount:17", "refcount:1"],
      ["index:0xd", "index:0xe"],
      ["0xfffffc0006000(reserved|private|", "0xfffffc0002000(reserved|"],
      ["00000011ffffffff", "00000001ffffffff"],
    ] as const)
      expect([from, same(RESERVED, RESERVED.replace(from, to), "log")]).toEqual([from, false]);
    expect(same(RESERVED, RESERVED.replaceAll("ffffea0000fff488", "ffffea0000fff448"), "log")).toBe(true);
  });

  test("a compound page's head and file are compared, but for addresses and the inode's number", () => {
    const compound = (from: string, to: string) => same(COMPOUND, COMPOUND.replace(from, to), "log");
    expect(compound("mapping:00000000d4ac9cb2", "mapping:000000003eea71df")).toBe(true);
    expect(compound("ino:400", "ino:401")).toBe(true);
    expect(compound("mapping:00000000d4ac9cb2", "mapping:0000000000000000")).toBe(false);
    expect(compound("order:9", "order:1")).toBe(false);
    expect(compound("hugetlbfs_aops", "shmem_aops")).toBe(false);
    expect(compound("head: 0057ffffc0000001", "head: 0057ffffc0000002")).toBe(false);
    expect(
      compound(
        "head: ffff88810001ec80 00000000000c0000 0000000200000000",
        "head: ffff88810001ec80 00000000000c0000 0000000100000000",
      ),
    ).toBe(false);
  });

  test("the first burst of failures counts, later ones are a matter of speed", () => {
    const later = `${PINNED}\ndo_migrate_range: 24566 callbacks suppressed\n${PINNED}`;
    expect(same(later, PINNED, "log")).toBe(true);
    expect(same(`${later}\nPolicy zone: Normal`, PINNED, "log")).toBe(false);
    expect(same(later, "", "log")).toBe(false);
  });
});

test.each(["Memory cgroup out of memory", "Out of memory (oom_kill_allocating_task)"])(
  "what is forgiven of a kill is forgiven of one that begins with %s",
  (what) => {
    const kill = (pid: number, rss: number, comm = "mem") =>
      `${what}: Killed process ${pid} (${comm}) total-vm:82924kB, anon-rss:${rss}kB, file-rss:0kB, shmem-rss:264kB, UID:0 pgtables:156kB oom_score_adj:0`;
    expect(same(kill(176, 60_864), kill(710, 61_344), "log")).toBe(true);
    expect(same(kill(176, 60_864), kill(710, 20_864), "log")).toBe(false);
    expect(same(kill(176, 60_864), kill(176, 60_864, "sh"), "log")).toBe(false);
    expect(same(kill(176, 60_864), kill(176, 60_864).replace(what, "Out of memory"), "log")).toBe(false);
  },
);

describe("parts of several lines", () => {
  const probed = (device: number) => [
    `virtio_mem virtio${device}: nid: ${device}`,
    `virtio_mem virtio${device}: plugged size: 0x0`,
  ];
  test("devices that are probed at once may interleave, each in its own order", () => {
    const [a, b] = [probed(0), probed(1)];
    expect(same([...a, ...b].join("\n"), [a[0], b[0], a[1], b[1]].join("\n"), "log")).toBe(true);
    expect(same([...a, ...b].join("\n"), [a[1], a[0], ...b].join("\n"), "log")).toBe(false);
    expect(same([...a, "x", ...b].join("\n"), [...b, "x", ...a].join("\n"), "log")).toBe(false);
  });

  test("what a recording cut off at its end is not compared, what it kept is", () => {
    expect(same("a\nb", "a\nb\nc", "log", 2)).toBe(true);
    expect(same("a\nb", "a\nx\nc", "log", 2)).toBe(false);
    expect(same("a\nb", "a\nb\nc", "log", 3)).toBe(false);
    expect(same("a\nb\nc", "a\nb", "log", 3)).toBe(false);
  });
});

test("the README says of each rule why it is there", () => {
  const readme = readFileSync("src/playback/README.md", "utf8");
  for (const name of [...Object.keys(MASKS), "dumped-pages", "later-bursts", "probed-together", "cut-off"])
    expect([name, new RegExp(`^- \`${name}\`: .{20,}$`, "m").test(readme)]).toEqual([name, true]);
});

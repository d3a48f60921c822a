/** Machines of the cases from the field, each as somebody found it. */
import type { BoxDescription, PartitionDescription } from "../../engine/hardware/description.ts";
import type { Command } from "../../engine/time/commands.ts";
import { bytes, GIB, MIB } from "../../engine/units.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import { dimm, standardBox } from "../../protocol/scenarios/standard-box.ts";

type Found = Pick<Scenario, "name" | "title" | "about" | "seed" | "box"> & Partial<Pick<Scenario, "setup">>;

/** A machine as somebody found it, and the node of it that is looked at. */
const found = (node: string, { setup = [], ...of }: Found): Scenario => ({
  version: 1,
  ...of,
  setup,
  script: [],
  focus: { node, speed: 1 / 16 },
});

type Server = Omit<PartitionDescription, "id" | "kernel"> & Partial<Pick<BoxDescription, "shelf">>;

/** A box of one server, on the kernel that the cases were asked of. */
const single = ({ shelf = [], ...server }: Server): BoxDescription => ({
  partitions: [{ id: "A", kernel: "6.1", ...server }],
  shelf,
});

const database: Command = {
  do: "load",
  partition: "A",
  load: { kind: "server", mib: 120, node: 0, policy: "preferred", churnMibPerSecond: 8, comm: "postgres" },
};

/** Node 1 was full for a while, and what the kernel needed meanwhile went to the DIMM that was added last. */
const busyForNoReason = found("A/1", {
  name: "busy-for-no-reason",
  title: "Busy for no reason",
  about: "d6 was added and came online by itself. A backup filled node 1, and has ended. logship has pipes.",
  seed: 3001,
  box: standardBox("memhp_default_state=online"),
  setup: [
    database,
    { do: "move", dimm: "d6", to: { slot: "A/1/2" } },
    { do: "load", partition: "A", load: { kind: "thp", mib: 2300, node: 1, policy: "preferred", comm: "backup" } },
    {
      do: "load",
      partition: "A",
      load: { kind: "pipes", count: 100, node: 1, policy: "preferred", comm: "logship" },
    },
    { do: "kill", partition: "A", pid: 701 },
  ],
});

const write = (path: string, text: string): Command => ({
  do: "write",
  partition: "A",
  path: `/sys/devices/system/memory/${path}`,
  text: `${text}\n`,
});

/** A loop took seven of eight blocks offline, and the eighth said no. */
const halfADimmOut = found("A/1", {
  name: "half-a-dimm-out",
  title: "Half a DIMM out",
  about: "Seven of d7's eight blocks are offline. memory59 is not.",
  seed: 3002,
  box: standardBox("memhp_default_state=online"),
  setup: [
    database,
    { do: "move", dimm: "d7", to: { slot: "A/1/2" } },
    { do: "load", partition: "A", load: { kind: "thp", mib: 2450, node: 1, policy: "preferred", comm: "backup" } },
    { do: "load", partition: "A", load: { kind: "pipes", count: 60, node: 1, policy: "preferred", comm: "logship" } },
    { do: "kill", partition: "A", pid: 701 },
    ...[56, 57, 58, 59, 60, 61, 62, 63].map((number) => write(`memory${number}/state`, "offline")),
  ],
});

/** A DIMM that everybody but the last layer knows of. */
const freeShowsNothing = found("A/1", {
  name: "free-shows-nothing",
  title: "free shows nothing",
  about: "d6 was added to a running guest, and the guest has no more memory than before.",
  seed: 3006,
  box: standardBox("memhp_default_state=offline"),
  setup: [database, { do: "move", dimm: "d6", to: { slot: "A/1/2" } }],
});

/** Pages of a Movable block that a device driver holds for a moment that does not end. */
const neverReturns = found("A/1", {
  name: "never-returns",
  title: "The write that never returns",
  about: "d6 is Movable. redis lies there, and pages that vhost has pinned.",
  seed: 3007,
  box: standardBox("memhp_default_state=online_movable"),
  setup: [
    database,
    { do: "move", dimm: "d6", to: { slot: "A/1/2" } },
    { do: "load", partition: "A", load: { kind: "anon", mib: 60, node: 1, policy: "preferred", comm: "redis" } },
    { do: "load", partition: "A", load: { kind: "pin", mib: 1, node: 1, policy: "preferred", comm: "vhost" } },
  ],
});

/** A node whose memory is all in DIMMs: what describes the second one lies on the first. */
const dimmBeneath = found("A/1", {
  name: "dimm-beneath",
  title: "The DIMM beneath a DIMM",
  about: "Node 1 has no memory of its own. d4 came first, then d7.",
  seed: 3011,
  box: single({
    name: "Database server",
    nodes: [
      { onboard: bytes(2 * GIB), cpus: "0-3", slots: [null] },
      { onboard: bytes(0), cpus: "4-7", slots: [null, null, null] },
    ],
    maxMemory: bytes(16 * GIB),
    distances: [
      [0, 1, 21],
      [1, 0, 21],
    ],
    cmdline: "memhp_default_state=online",
    shelf: [dimm("d4", 512), dimm("d7", 1024), dimm("d8", 512)],
  }),
  setup: [
    database,
    { do: "move", dimm: "d4", to: { slot: "A/1/0" } },
    write("auto_online_blocks", "online_movable"),
    { do: "move", dimm: "d7", to: { slot: "A/1/1" } },
  ],
});

/** A guest that is too small to describe what it is given. */
const addThatFailed = found("A/0", {
  name: "add-that-failed",
  title: "The add that failed",
  about: "A guest of 256 MiB, which is to grow to 25 GiB.",
  seed: 3005,
  box: single({
    name: "Guest",
    nodes: [{ onboard: bytes(256 * MIB), cpus: "0-1", slots: [null, null, null, null] }],
    maxMemory: bytes(64 * GIB),
    cmdline: "memhp_default_state=online",
    shelf: [dimm("d12", 12 * 1024), dimm("d8", 8 * 1024), dimm("d4", 4 * 1024), dimm("d1", 1024)],
  }),
});

/** A guest of an emulated machine, whose first memory device is a file system's image of an odd size. */
const dropThatSnaps = found("A/0", {
  name: "drop-that-snaps",
  title: "The drop that snaps",
  about: "A guest with a device of 66 MiB where memory devices begin.",
  seed: 3009,
  box: single({
    name: "Guest",
    nodes: [{ onboard: bytes(2 * GIB), cpus: "0-1", slots: [] }],
    sharedSlots: 4,
    maxMemory: bytes(32 * GIB),
    cmdline: "memhp_default_state=online_movable",
    coldplug: [{ id: "image", size: bytes(66 * MIB), node: 0 }],
  }),
});

const inserted = [
  "virtio_ring",
  "virtio",
  "virtio_pci_modern_dev",
  "virtio_pci_legacy_dev",
  "virtio_pci",
  "virtio_mem",
];

/** A guest that has a GiB in a DIMM and a GiB of a virtio-mem device. */
const threeWaysToShrink = found("A/0", {
  name: "three-ways-to-shrink",
  title: "Three ways to shrink",
  about: "d1 is a DIMM, vm0 a virtio-mem device. redis and what vhost has pinned lie in vm0.",
  seed: 3010,
  box: single({
    name: "Guest",
    nodes: [{ onboard: bytes(3 * GIB), cpus: "0-1", slots: [] }],
    sharedSlots: 2,
    maxMemory: bytes(32 * GIB),
    cmdline: "memhp_default_state=online_movable",
    virtioMem: [{ id: "vm0", node: 0, size: bytes(GIB), requested: bytes(GIB) }],
  }),
  setup: [
    ...inserted.map((module): Command => ({ do: "write", partition: "A", path: `/mods/${module}.ko`, text: "insmod" })),
    { do: "load", partition: "A", load: { kind: "pin", mib: 2, comm: "vhost" } },
    { do: "hotadd", partition: "A", id: "d1", node: 0, size: bytes(GIB) },
    { do: "load", partition: "A", load: { kind: "anon", mib: 300, comm: "redis" } },
  ],
});

/** A pool of pages of a GiB, set aside at boot: one on each node, that of node 1 on a DIMM. */
const giganticPages = found("A/1", {
  name: "gigantic-pages",
  title: "Gigantic pages",
  about: "hugepages=2: one page of 1 GiB on each node. That of node 1 is all of d3.",
  seed: 3008,
  box: single({
    name: "Database server",
    nodes: [
      { onboard: bytes(5 * GIB), cpus: "0-3", slots: [] },
      {
        onboard: bytes(GIB),
        cpus: "4-7",
        slots: [dimm("d3", 1024), dimm("d4", 512)],
      },
    ],
    maxMemory: bytes(32 * GIB),
    cmdline: "hugepagesz=1G hugepages=2",
  }),
  setup: [database],
});

/** A kernel that decides by itself which zone a DIMM goes to, and counts. */
const oneTooMany = found("A/0", {
  name: "one-too-many",
  title: "One too many",
  about: "online_policy=auto-movable: d1 went into Movable. d2 and d3 are on the shelf.",
  seed: 3012,
  box: single({
    name: "Guest",
    nodes: [{ onboard: bytes(5 * GIB), cpus: "0-3", slots: [null, null, null, null] }],
    maxMemory: bytes(32 * GIB),
    cmdline:
      "memhp_default_state=online memory_hotplug.online_policy=auto-movable memory_hotplug.auto_movable_ratio=150",
    shelf: [dimm("d1", 4 * 1024), dimm("d2", 4 * 1024), dimm("d3", 4 * 1024)],
  }),
  setup: [database, { do: "move", dimm: "d1", to: { slot: "A/0/0" } }],
});

const load = (kind: "anon" | "vmalloc", mib: number, comm: string): Command => ({
  do: "load",
  partition: "A",
  load: { kind, mib, comm },
});

/** Nearly all that a guest was given is Movable; its kernel has what it booted with, less the memory map of the rest. */
const plentyFree = found("A/0", {
  name: "plenty-free",
  title: "OOM, and plenty free",
  about: "Nearly two GiB are free. A module asked for 250 MiB, and postgres was killed.",
  seed: 3004,
  box: single({
    name: "Guest",
    nodes: [{ onboard: bytes(256 * MIB), cpus: "0-1", slots: [null, null] }],
    maxMemory: bytes(32 * GIB),
    cmdline: "memhp_default_state=online_movable",
    shelf: [dimm("d1", 2 * 1024)],
  }),
  setup: [
    { do: "move", dimm: "d1", to: { slot: "A/0/0" } },
    load("anon", 100, "postgres"),
    load("vmalloc", 250, "ringd"),
    // Whoever looks after services starts it again.
    load("anon", 100, "postgres"),
  ],
});

/** The same server twice, with dentries of what `find` walked in the one DIMM of node 1. */
const roadNotTaken = found("A/1", {
  name: "road-not-taken",
  title: "The road not taken",
  about: "Two servers, one load. One runs Linux 6.12, the other a kernel that moves kernel memory.",
  seed: 2013,
  box: {
    partitions: (["A", "B"] as const).map((id) => ({
      id,
      name: id === "A" ? "Today's server" : "What-if server",
      kernel: id === "A" ? ("6.12" as const) : ("what-if" as const),
      nodes: [
        { onboard: bytes(GIB), cpus: "0-3", slots: [] },
        { onboard: bytes(0), cpus: "4-7", slots: [null] },
      ],
      maxMemory: bytes(16 * GIB),
      distances: [
        [0, 1, 21],
        [1, 0, 21],
      ],
      cmdline: `memhp_default_state=online${id === "A" ? "" : " playground.tables_on_memory=0"}`,
    })),
    shelf: [dimm("d1", 512), dimm("d2", 512)],
  },
  setup: (["A", "B"] as const).flatMap((partition): Command[] => [
    { do: "move", dimm: partition === "A" ? "d1" : "d2", to: { slot: `${partition}/1/0` } },
    { do: "load", partition, load: { kind: "anon", mib: 100, node: 1, policy: "preferred", comm: "postgres" } },
    { do: "load", partition, load: { kind: "slab", mib: 20, node: 1, policy: "preferred", comm: "find" } },
  ]),
});

export const CASES: readonly Scenario[] = [
  plentyFree,
  roadNotTaken,
  busyForNoReason,
  halfADimmOut,
  addThatFailed,
  freeShowsNothing,
  neverReturns,
  giganticPages,
  dropThatSnaps,
  threeWaysToShrink,
  dimmBeneath,
  oneTooMany,
];

/**
 * Random things that people do, for property tests. An action is resolved against the box as it is when its turn
 * comes (the third online block, the operation that runs now), so that most of them do something.
 */
import fc from "fast-check";
import { PageKind } from "../memory/kinds.ts";
import { bytes, MIB, PAGES_PER_SECTION, sectionOf } from "../units.ts";
import type { Command } from "../time/commands.ts";
import type { LoadKind } from "../workload/load-description.ts";
import type { Engine } from "../time/engine.ts";

/** What mkswap writes. */
const SWAP_HEADER = "SWAPSPACE2".padStart(4096, "\0");

export type Resolve = (engine: Engine) => Command | undefined;
export interface Action {
  readonly resolve: Resolve;
  /** Simulated time that passes afterwards: from one kernel function to long enough for anything. */
  readonly wait: number;
}

const pick = <T>(items: readonly T[], n: number): T | undefined => items[n % Math.max(1, items.length)];
const partition = fc.constantFrom("A", "A", "A", "B");
const nth = fc.nat({ max: 1000 });

const write = (path: (engine: Engine, id: string, n: number) => string | undefined, words: readonly string[]) =>
  fc.tuple(partition, nth, fc.constantFrom(...words)).map(
    ([id, n, text]): Resolve =>
      (engine) => {
        const found = path(engine, id, n);
        return found === undefined ? undefined : { do: "write", partition: id, path: found, text };
      },
  );

const stateOf = (online: boolean) => (engine: Engine, id: string, n: number) => {
  const { blocks, pages } = engine.kernel(id);
  const some = [...blocks.values()].filter((block) => (block.state === "online") === online);
  // Most interesting are blocks that hold pages of users and nothing else; then those that came with DIMMs; then any.
  const users = some.filter(
    (block) =>
      block.zone?.name === "Movable" && pages.countIn(sectionOf(block.startPfn), PageKind.Free) < PAGES_PER_SECTION,
  );
  const dimms = some.filter((block) => block.dimm !== null);
  const block = pick(n % 4 > 0 && users.length > 0 ? users : n % 8 > 0 && dimms.length > 0 ? dimms : some, n >> 3);
  return block && `/sys/devices/system/memory/memory${block.number}/state`;
};

const move = fc.tuple(nth, nth).map(
  ([which, where]): Resolve =>
    (engine) => {
      const dimm = pick([...engine.chassis.dimms.keys()], which);
      const slots = [...engine.chassis.slots.keys(), "shelf"];
      const to = pick(slots, where) as string;
      return dimm === undefined ? undefined : { do: "move", dimm, to: to === "shelf" ? { shelf: true } : { slot: to } };
    },
);

const load = fc
  .record({
    id: partition,
    kind: fc.constantFrom<LoadKind>(
      "anon",
      "anon",
      "thp",
      "huge",
      "shm",
      "mlock",
      "pin",
      "longterm",
      "io_uring",
      "vfio",
      "mlockall",
      "ksm",
      "ksm",
      "pipes",
      "cache",
      "cache",
      "slab",
      "vmalloc",
      "balloon",
      "balloon",
      "server",
    ),
    mib: fc.integer({ min: 1, max: 160 }),
    count: fc.integer({ min: 1, max: 400 }),
    node: fc.integer({ min: -1, max: 2 }),
    policy: fc.constantFrom("bind" as const, "preferred" as const, "default" as const),
  })
  .map(
    ({ id, ...description }): Resolve =>
      () => ({ do: "load", partition: id, load: description }),
  );

/** Memory errors at any page of a block, and pools of huge pages of any size. */
const breakPage = fc.tuple(partition, nth, fc.nat({ max: 32767 }), fc.constantFrom("hard", "soft")).map(
  ([id, n, page, how]): Resolve =>
    (engine) => {
      const block = pick([...engine.kernel(id).blocks.values()], n);
      if (!block) return undefined;
      const address = (block.startPfn + page) * 4096;
      return {
        do: "write",
        partition: id,
        path: `/sys/devices/system/memory/${how}_offline_page`,
        text: `0x${address.toString(16)}`,
      };
    },
);
const hugePool = fc.tuple(partition, fc.nat({ max: 2 }), fc.nat({ max: 60 })).map(
  ([id, node, count]): Resolve =>
    () => ({
      do: "write",
      partition: id,
      path: `/sys/devices/system/node/node${node}/hugepages/hugepages-2048kB/nr_hugepages`,
      text: String(count),
    }),
);

/** Sizes that are and are not multiples of 2 MiB, at times more than there is. */
const resize = fc.tuple(partition, nth, fc.integer({ min: 0, max: 260 }), fc.integer({ min: 0, max: 9 })).map(
  ([id, n, size, odd]): Resolve =>
    (engine) => {
      const device = pick(engine.virtio(id).memory, n);
      return (
        device && { do: "resize", partition: id, id: device.id, size: bytes((2 * size + (odd === 0 ? 1 : 0)) * MIB) }
      );
    },
);

const kill = fc.tuple(partition, nth).map(
  ([id, n]): Resolve =>
    (engine) => {
      const pid = pick([...engine.kernel(id).processes.keys()], n);
      return pid === undefined ? undefined : { do: "kill", partition: id, pid };
    },
);

const signal = nth.map(
  (n): Resolve =>
    (engine) => {
      const op = pick(
        // What firmware and devices do runs in kernel workers, where no signal reaches it.
        [...engine.attempts.values()]
          .filter((attempt) => attempt.running && attempt.kind !== "add" && attempt.kind !== "remove")
          .map((attempt) => attempt.id),
        n,
      );
      return op === undefined ? undefined : { do: "signal", op };
    },
);

const press = nth.map(
  (n): Resolve =>
    (engine) => {
      const dimm = pick([...engine.chassis.dimms.keys()], n);
      return dimm === undefined ? undefined : { do: "press", dimm };
    },
);

/** Swap on a zram device or a RAM disk, and its end. */
const swap = fc.tuple(partition, fc.constantFrom("/dev/zram0", "/dev/ram0"), fc.nat({ max: 5 })).map(
  ([id, path, what]): Resolve =>
    (engine) => {
      const area = engine.kernel(id).swap.areas.some((one) => one.path === path);
      if (area) return { do: "swapoff", partition: id, path };
      return what < 3 ? { do: "write", partition: id, path, text: SWAP_HEADER } : { do: "swapon", partition: id, path };
    },
);

/** What is written to files of a disk, and when it is written to the disk. */
const files = fc.tuple(partition, fc.constantFrom("write", "write", "write", "read", "empty", "sync"), nth, nth).map(
  ([id, call, file, mib]): Resolve =>
    () =>
      call === "sync"
        ? { do: "sync", partition: id }
        : {
            do: "file",
            partition: id,
            file: 1 + (file % 3),
            path: `f${1 + (file % 3)}`,
            call: call as "write" | "read" | "empty",
            from: 0,
            to: call === "empty" ? 0 : (1 + (mib % 48)) * MIB,
          },
);

export const actions = (maxLength: number): fc.Arbitrary<Action[]> =>
  fc.array(
    fc.record({
      resolve: fc.oneof(
        { weight: 4, arbitrary: move },
        { weight: 1, arbitrary: press },
        { weight: 4, arbitrary: write(stateOf(true), ["offline"]) },
        { weight: 2, arbitrary: write(stateOf(false), ["online", "online_kernel", "online_movable", "bogus"]) },
        { weight: 6, arbitrary: load },
        { weight: 1, arbitrary: breakPage },
        { weight: 1, arbitrary: hugePool },
        { weight: 3, arbitrary: resize },
        { weight: 2, arbitrary: swap },
        { weight: 3, arbitrary: files },
        { weight: 2, arbitrary: kill },
        { weight: 5, arbitrary: signal },
      ),
      wait: fc.constantFrom(0, 30_000, 200_000, 3_000_000, 40_000_000, 400_000_000),
    }),
    // Long sequences: memory must be there, be filled and be wanted back before anything interesting happens.
    { minLength: 1, maxLength, size: "max" },
  );

export const cmdlines = fc.constantFrom(
  "memhp_default_state=online_movable",
  "memhp_default_state=online_movable",
  "movable_node memhp_default_state=online_movable",
  "movable_node",
  "memhp_default_state=online_kernel",
  "memhp_default_state=offline memory_hotplug.memmap_on_memory=1",
  "memory_hotplug.online_policy=auto-movable",
);

const VIRTIO = ["virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci", "virtio_mem"];
const insmod = (partition: string, module: string): Command => ({
  do: "write",
  partition,
  path: `/mods/${module}.ko`,
  text: "insmod",
});

/** What makes a small box one that is in use: what follows meets memory that is held and blocks that can be emptied. */
export const IN_USE: readonly Command[] = [
  ...VIRTIO.map((module) => insmod("A", module)),
  insmod("B", "virtio_mem"),
  { do: "resize", partition: "A", id: "v1", size: bytes(300 * MIB) },
  { do: "move", dimm: "d4", to: { slot: "A/2/0" } },
  { do: "move", dimm: "d3", to: { slot: "B/0/0" } },
  ...["A", "B"].flatMap((id): Command[] => [
    insmod(id, "zsmalloc"),
    ...(id === "B" ? ["lz4_compress", "lz4hc_compress"] : ["lzo", "lzo-rle"]).map((module) => insmod(id, module)),
    insmod(id, "zram"),
    { do: "write", partition: id, path: "/mods/brd.ko", text: "insmod rd_nr=1 rd_size=65536" },
    { do: "write", partition: id, path: "/sys/block/zram0/disksize", text: "256M" },
    { do: "write", partition: id, path: "/dev/zram0", text: SWAP_HEADER },
  ]),
  ...[
    ["sleep_millisecs", "1"],
    ["pages_to_scan", "2000"],
    ["run", "1"],
  ].map(
    ([name, text]): Command => ({
      do: "write",
      partition: "A",
      path: `/sys/kernel/mm/ksm/${name}`,
      text: text as string,
    }),
  ),
  ...[5, 6].map(
    (mib): Command => ({ do: "load", partition: "A", load: { kind: "ksm", mib, node: 2, policy: "preferred" } }),
  ),
  { do: "load", partition: "A", load: { kind: "anon", mib: 60, node: 2, policy: "preferred" } },
  { do: "load", partition: "A", load: { kind: "cache", mib: 40, node: 1, policy: "preferred" } },
  { do: "load", partition: "A", load: { kind: "thp", mib: 30, node: 2, policy: "preferred" } },
];

/** Whatever starves, kills or stops a kernel: what goes on running is in order, and going back brings back what stopped. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BoxDescription } from "../hardware/description.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { audit } from "../kernel/audit.ts";
import type { Command } from "../time/commands.ts";
import { Engine } from "../time/engine.ts";
import { replay } from "../time/replay.ts";
import { stateHash } from "../time/state-hash.ts";
import "../time/swap-commands.ts";
import { bytes, GIB, MIB } from "../units.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 6);
const SEED = Number(process.env.PROPERTY_SEED ?? 2026);

const box: BoxDescription = {
  partitions: [
    {
      id: "A",
      name: "starved",
      nodes: [{ onboard: bytes(256 * MIB), cpus: "0-1", slots: [] }],
      sharedSlots: 8,
      maxMemory: bytes(32 * GIB),
      kernel: "6.12",
      cmdline: "",
    },
    {
      id: "B",
      name: "beside",
      nodes: [{ onboard: bytes(512 * MIB), cpus: "0", slots: [null, null] }],
      maxMemory: bytes(4 * GIB),
      kernel: "7.3",
      cmdline: "",
    },
  ],
  shelf: [{ id: "s1", size: bytes(128 * MIB) }],
};

const load = (partition: string): fc.Arbitrary<Command> =>
  fc
    .record({
      kind: fc.constantFrom("anon" as const, "shm" as const, "pipes" as const, "vmalloc" as const, "slab" as const),
      mib: fc.integer({ min: 20, max: 140 }),
      count: fc.integer({ min: 100, max: 510 }),
    })
    .map((what) => ({ do: "load", partition, load: what }));
const SWAP_HEADER = "SWAPSPACE2".padStart(4096, "\0");

/** Swap on zram and on a RAM disk, its end, and how it is wanted. */
function swapsOf(partition: string): { weight: number; arbitrary: fc.Arbitrary<Command> }[] {
  const write = (path: string, text: string): Command => ({ do: "write", partition, path, text });
  const device = fc.constantFrom("/dev/zram0", "/dev/ram0");
  return [
    { weight: 2, arbitrary: device.map((path) => ({ do: "swapon", partition, path })) },
    { weight: 1, arbitrary: device.map((path) => ({ do: "swapoff", partition, path })) },
    { weight: 1, arbitrary: device.map((path) => write(path, SWAP_HEADER)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("0", "60", "200").map((text) => write("/proc/sys/vm/swappiness", text)),
    },
  ];
}

/** Both partitions have a device of each kind, ready to be swapped on. */
const DEVICES: readonly Command[] = ["A", "B"].flatMap((partition) =>
  [
    ["/mods/zsmalloc.ko", "insmod"],
    ["/mods/lz4_compress.ko", "insmod"],
    ["/mods/lz4hc_compress.ko", "insmod"],
    ["/mods/lzo.ko", "insmod"],
    ["/mods/lzo-rle.ko", "insmod"],
    ["/mods/zram.ko", "insmod"],
    ["/mods/brd.ko", "insmod rd_nr=1 rd_size=65536"],
    ["/sys/block/zram0/disksize", "200M"],
    ["/dev/zram0", SWAP_HEADER],
    ["/dev/ram0", SWAP_HEADER],
  ].map(([path = "", text = ""]): Command => ({ do: "write", partition, path, text })),
);

/** A machine as it boots, with the files that come with a shell. */
function bare(): Engine {
  const engine = new Engine({ seed: 3, box });
  for (const partition of ["A", "B"]) addFiles(engine.files(partition));
  return engine;
}
/** One with those devices. */
function withDevices(): Engine {
  const engine = bare();
  for (const command of DEVICES) engine.submit(command);
  return engine;
}

const step: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: load("A") },
  { weight: 2, arbitrary: load("B") },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 12 }))
      .map(([id, gib]): Command => ({ do: "hotadd", partition: "A", id: `d${id}`, node: 0, size: bytes(gib * GIB) })),
  },
  { weight: 3, arbitrary: fc.constant<Command>({ do: "fork", partition: "A", comm: "sh" }) },
  { weight: 1, arbitrary: fc.constant<Command>({ do: "move", dimm: "s1", to: { slot: "B/0/0" } }) },
  { weight: 1, arbitrary: fc.constant<Command>({ do: "killall", partition: "A" }) },
  ...swapsOf("A"),
  ...swapsOf("B"),
);

test("what goes on running is in order, and going back from a panic works", () => {
  let panics = 0;
  let swapped = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 6, maxLength: 14 }), (commands) => {
      const engine = withDevices();
      const [a, b] = [engine.kernel("A"), engine.kernel("B")];
      let before = { entries: 0, instant: engine.instant, hash: "" };
      for (const command of commands) {
        if (!a.stopped) before = { entries: engine.journal.length, instant: engine.instant, hash: stateHash(engine) };
        engine.submit(command);
        engine.settle();
        expect(engine.idle).toBe(true);
        expect(audit(b)).toEqual([]);
        for (const { swap } of [a, b]) if (swap.total > swap.unused) swapped++;
        if (!a.stopped) expect(audit(a)).toEqual([]);
      }
      if (!a.stopped) return;
      panics++;
      for (const { partition, running } of engine.attempts.values())
        expect([partition, running]).not.toEqual(["A", true]);
      expect(engine.submit({ do: "fork", partition: "A", comm: "sh" }).rejection).toEqual({
        why: "stopped",
        partition: "A",
      });
      const again = bare();
      replay(again, engine.journal.slice(0).slice(0, before.entries), before.instant);
      expect(again.kernel("A").stopped).toBeNull();
      expect(stateHash(again)).toBe(before.hash);
      expect(audit(again.kernel("A"))).toEqual([]);
    }),
    {
      numRuns: RUNS,
      seed: SEED,
      // A panic in every run of this test, and pages in swap, whatever chance brings.
      examples: [
        [
          [
            { do: "swapon", partition: "A", path: "/dev/zram0" },
            { do: "load", partition: "A", load: { kind: "anon", mib: 120 } },
            { do: "load", partition: "A", load: { kind: "shm", mib: 90 } },
            { do: "load", partition: "A", load: { kind: "vmalloc", mib: 60 } },
            { do: "swapon", partition: "A", path: "/dev/ram0" },
            { do: "load", partition: "A", load: { kind: "anon", mib: 140 } },
            { do: "swapoff", partition: "A", path: "/dev/zram0" },
            { do: "killall", partition: "A" },
            { do: "swapoff", partition: "A", path: "/dev/ram0" },
          ],
        ],
        [
          [
            { do: "fork", partition: "A", comm: "bash" },
            { do: "hotadd", partition: "A", id: "d1", node: 0, size: bytes(10 * GIB) },
            { do: "fork", partition: "A", comm: "sh" },
            { do: "load", partition: "B", load: { kind: "anon", mib: 60 } },
            { do: "move", dimm: "s1", to: { slot: "B/0/0" } },
          ],
        ],
      ],
    },
  );
  expect(panics).toBeGreaterThan(0);
  expect(swapped).toBeGreaterThan(0);
}, 120_000);

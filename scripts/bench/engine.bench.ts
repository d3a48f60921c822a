/** What the engine costs: the allocator, migration, boot. Everything runs in one thread of this Node. */
import type { BoxDescription } from "../../src/engine/hardware/description.ts";
import { Buddy } from "../../src/engine/memory/buddy.ts";
import { MigrateType, PageKind, ZoneType } from "../../src/engine/memory/kinds.ts";
import { PageArray, SectionState } from "../../src/engine/memory/page-array.ts";
import { Zone } from "../../src/engine/memory/zone.ts";
import { Engine } from "../../src/engine/time/engine.ts";
import { seededRandom } from "../../src/engine/time/random.ts";
import { bytes, GIB, MIB, PAGES_PER_SECTION, TIB } from "../../src/engine/units.ts";
import type { Bench } from "./bench.ts";
import { memoryInUse } from "./memory.ts";

const SECTIONS_64_GIB = (64 * GIB) / (PAGES_PER_SECTION * 4096);
const PAIRS = 2_000_000;
const HELD = 65_536;

/** A zone of 16.7 million pages, all of them materialised: the worst case for memory traffic. */
function zoneOf64GiB(): { buddy: Buddy; zone: Zone } {
  const pages = new PageArray(SECTIONS_64_GIB, SECTIONS_64_GIB);
  const zone = new Zone(0, 0, ZoneType.Normal);
  const buddy = new Buddy(pages);
  zone.spanned = zone.present = zone.managed = SECTIONS_64_GIB * PAGES_PER_SECTION;
  for (let section = 0; section < SECTIONS_64_GIB; section++) {
    pages.state[section] = SectionState.Online;
    pages.zoneOfSection[section] = 0;
    pages.uniformKind[section] = PageKind.Free;
    buddy.giveSection(zone, section);
  }
  for (let section = 0; section < SECTIONS_64_GIB; section++) buddy.touch(zone, section);
  return { buddy, zone };
}

let shared: { buddy: Buddy; zone: Zone } | undefined;
const large = (): { buddy: Buddy; zone: Zone } => {
  shared ??= zoneOf64GiB();
  return shared;
};

const orderZero: Bench = {
  name: "buddy, order 0, 16.7 M pages",
  figures: [{ name: "allocate and free", unit: "M pairs/s", better: "higher" }],
  runs: 7,
  warmUp: 2,
  run() {
    const { buddy, zone } = large();
    const { pages } = buddy;
    const start = performance.now();
    for (let i = 0; i < PAIRS; i++) {
      const page = buddy.take(zone, 0, MigrateType.Movable, true);
      pages.setKind(page, 1, PageKind.Anon, 0);
      buddy.give(zone, page, 0, false);
    }
    return [PAIRS / (performance.now() - start) / 1000];
  },
};

const mixed: Bench = {
  name: "buddy, mixed orders and types, 16.7 M pages",
  figures: [{ name: "allocate and free", unit: "M pairs/s", better: "higher" }],
  runs: 7,
  warmUp: 2,
  run() {
    const { buddy, zone } = large();
    const { pages } = buddy;
    const random = seededRandom(16);
    const held = new Int32Array(HELD).fill(-1);
    const orders = new Uint8Array(HELD);
    const start = performance.now();
    for (let i = 0; i < PAIRS; i++) {
      const at = Math.floor(random() * HELD);
      const old = held[at] as number;
      if (old >= 0) buddy.give(zone, old, orders[at] as number, false);
      // Mostly single pages, as in life: each order half as often as the one below.
      const order = Math.min(10, Math.clz32(Math.floor(random() * 2 ** 32) >>> 0));
      const page = buddy.take(zone, order, random() < 0.2 ? MigrateType.Unmovable : MigrateType.Movable, true);
      pages.setKind(page, 1 << order, PageKind.Anon, 0);
      held[at] = page;
      orders[at] = order;
    }
    const took = performance.now() - start;
    for (let at = 0; at < HELD; at++)
      if ((held[at] as number) >= 0) buddy.give(zone, held[at] as number, orders[at] as number, false);
    return [PAIRS / took / 1000];
  },
  close() {
    shared = undefined;
  },
};

function evenBox(nodes: number, total: number): BoxDescription {
  return {
    partitions: [
      {
        id: "A",
        name: "bench",
        nodes: Array.from({ length: nodes }, (_, i) => ({
          onboard: bytes(total / nodes),
          cpus: `${i * 8}-${i * 8 + 7}`,
          slots: [null, null],
        })),
        maxMemory: bytes(total + 64 * GIB),
        kernel: "6.1",
        cmdline: "memhp_default_state=online_movable",
      },
    ],
    shelf: [{ id: "spare", size: bytes(512 * MIB) }],
  };
}

const offlining: Bench = {
  name: "offline a full 128 MiB block",
  figures: [{ name: "pages migrated", unit: "M pages/s", better: "higher", target: 1 }],
  runs: 9,
  warmUp: 3,
  run() {
    const engine = new Engine({ seed: 1, box: evenBox(2, 4 * GIB) });
    engine.submit({ do: "move", dimm: "spare", to: { slot: "A/1/0" } });
    engine.settle();
    engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 480, node: 1 } });
    engine.settle();
    const block = [...engine.kernel("A").blocks.values()].find((one) => one.dimm === "spare");
    globalThis.gc?.();
    const start = performance.now();
    const { op } = engine.submit({
      do: "write",
      partition: "A",
      path: `/sys/devices/system/memory/memory${block?.number}/state`,
      text: "offline",
    });
    engine.settle();
    const took = performance.now() - start;
    const moved = [...engine.attempts.values()].at(-1)?.pagesMoved ?? 0;
    if (op === null || engine.operation(op)?.errno !== null || moved !== PAGES_PER_SECTION)
      throw new Error(`the block did not empty: ${moved} pages moved`);
    return [moved / took / 1000];
  },
};

function boot(name: string, box: BoxDescription, milliseconds: number, mib: number): Bench {
  return {
    name,
    figures: [
      { name: "time", unit: "ms", better: "lower", target: milliseconds },
      { name: "engine memory, idle", unit: "MiB", better: "lower", target: mib },
    ],
    runs: 7,
    warmUp: 2,
    async run() {
      const before = await memoryInUse();
      const start = performance.now();
      const engine = new Engine({ seed: 1, box });
      const took = performance.now() - start;
      const used = (await memoryInUse()) - before;
      if (engine.kernel("A").blocks.size === 0) throw new Error("nothing booted");
      return [took, used / MIB];
    },
  };
}

export const benches: readonly Bench[] = [
  orderZero,
  mixed,
  offlining,
  boot("boot 64 GiB on 4 nodes", evenBox(4, 64 * GIB), 200, 64),
  boot("boot 16 TiB on 16 nodes", evenBox(16, 16 * TIB), 2000, 256),
];

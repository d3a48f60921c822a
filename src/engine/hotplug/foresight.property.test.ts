/** Foresight never contradicts the outcome: on random boxes, kernels of all versions, with whatever is in their memory. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { KERNEL_VERSIONS } from "../hardware/description.ts";
import { audit } from "../kernel/audit.ts";
import { type Action, actions } from "../testing/random-actions.ts";
import { boxWith, loadOf, stir } from "../testing/stirred-box.ts";
import { deviceOf } from "../time/box-operations.ts";
import type { Command } from "../time/commands.ts";
import { Engine } from "../time/engine.ts";
import { PAGE_KINDS } from "../memory/kinds.ts";
import { stayingKinds } from "../migration/leave.ts";
import { bytes, MIB, sectionOf } from "../units.ts";
import { type BlockForesight, foreseeAll, foreseeOffline } from "./foresight.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import { blocksIn } from "./remove.ts";

const RUNS = Number(process.env.FORESIGHT_RUNS ?? 300);
const SEED = Number(process.env.PROPERTY_SEED ?? 2013);

const lines = fc.constantFrom(
  "memhp_default_state=online_movable",
  "memhp_default_state=online_movable",
  "memhp_default_state=online_kernel",
  "movable_node memhp_default_state=online_movable",
  "memhp_default_state=online cma=64M",
  "memhp_default_state=online_movable cma=48M hugepages=24",
  "memhp_default_state=online_movable memory_hotplug.memmap_on_memory=1",
  "memhp_default_state=online_kernel movable_kernel movable_vmalloc",
);

const VIRTIO = ["virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci", "virtio_mem"];
const insmod = (module: string): Command => ({
  do: "write",
  partition: "A",
  path: `/mods/${module}.ko`,
  text: "insmod",
});

/** Things that keep pages where they are, or make them hard to move. */
const extras = fc.constantFrom<Command>(
  loadOf("balloon", 20, 1, { compaction: false }),
  loadOf("balloon", 20, 1),
  loadOf("pin", 3, 1),
  loadOf("longterm", 3, 1),
  loadOf("huge", 20, 1),
  loadOf("thp", 20, 1),
  loadOf("slab", 8, 1),
  loadOf("vmalloc", 8, 1),
  loadOf("cache", 30, 1),
  { do: "write", partition: "A", path: "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", text: "30" },
  { do: "resize", partition: "A", id: "v1", size: bytes(256 * MIB) },
);

/** What became of an offline that was begun: its errno, or that it was still at it after a second. */
interface Outcome {
  readonly errno: string | null;
  readonly goesOn: boolean;
  /** Pages that moved, of 4 KiB; the page to blame, or -1. */
  readonly moved: number;
  readonly blamed: number;
}

function offline(engine: Engine, number: number): Outcome {
  const path = `/sys/devices/system/memory/memory${number}/state`;
  const begun = engine.submit({ do: "write", partition: "A", path, text: "offline" });
  if (begun.op === null) return { errno: begun.errno, goesOn: false, moved: 0, blamed: -1 };
  const goesOn = !engine.runOperation(begun.op, engine.now + 20e9);
  if (goesOn) {
    engine.submit({ do: "signal", op: begun.op });
    engine.settle();
  }
  const errno = goesOn ? "EINTR" : (engine.operation(begun.op)?.errno ?? null);
  const attempt = [...engine.attempts.values()].at(-1)?.value();
  return { errno, goesOn, moved: attempt?.pagesMoved ?? 0, blamed: attempt?.culprit?.pfn ?? -1 };
}

/** Pages that were ever taken back because memory was short. */
function reclaimed(engine: Engine): number {
  const { stolenByKswapd, stolenDirectly } = engine.kernel("A").swap.counters;
  return stolenByKswapd + stolenDirectly;
}

const said = ({ outlook, errno }: BlockForesight): string =>
  outlook === "leaves" ? "left" : outlook === "goes-on" ? "went on" : `refused with ${errno}`;

/** What is told by the kind of a page alone. */
const OF_KINDS: ReadonlySet<string> = new Set(["kernel-memory", "reserved", "huge-pool"]);

function holds(engine: Engine, { startPfn, pages: length }: MemoryBlock, of: (kind: number) => boolean): boolean {
  const { pages } = engine.kernel("A");
  for (let section = sectionOf(startPfn); section < sectionOf(startPfn + length); section++)
    for (let kind = 1; kind < PAGE_KINDS; kind++) if (of(kind) && pages.countIn(section, kind) > 0) return true;
  return false;
}

test("what is foreseen is what happens", () => {
  const seen = new Map<string, number>();
  const note = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  fc.assert(
    fc.property(
      fc.constantFrom(...KERNEL_VERSIONS),
      lines,
      fc.array(extras, { maxLength: 4 }),
      actions(8),
      fc.nat(),
      (version, line, more, steps: readonly Action[], turn) => {
        const engine = new Engine({ seed: 7, box: boxWith(version, line) });
        for (const command of [
          ...VIRTIO.map(insmod),
          { do: "move", dimm: "d4", to: { slot: "A/2/0" } } as const,
          ...more,
        ]) {
          engine.submit(command);
          engine.settle();
        }
        if (!stir(engine, steps)) return;
        const kernel = engine.kernel("A");
        const all = [...kernel.blocks.values()].filter(({ state }) => state === "online");
        for (let i = 0; i < Math.min(4, all.length); i++) {
          const block = all[(turn + i * 3) % all.length];
          if (block === undefined || block.state !== "online") continue;
          const foresight = foreseeOffline(kernel, block);
          // What the page marks a block by agrees with that.
          const staying = stayingKinds(kernel, block.zone?.type ?? null);
          const marked = holds(engine, block, (kind) => ((staying >> kind) & 1) === 1);
          if (foresight.outlook === "leaves") expect(marked).toBe(false);
          if (OF_KINDS.has(foresight.code ?? ""))
            expect(`${foresight.code}: ${marked}`).toBe(`${foresight.code}: true`);
          const before = reclaimed(engine);
          const what = offline(engine, block.number);
          const taken = reclaimed(engine) - before;
          note(`${foresight.outlook} ${foresight.code}`);
          if (foresight.outlook === "may-leave") continue;
          const outcome = what.goesOn ? "went on" : what.errno === null ? "left" : `refused with ${what.errno}`;
          const told = foresight.errno === null && foresight.outlook === "refused" ? outcome : said(foresight);
          expect(`${version} ${foresight.code}: ${outcome}`).toBe(`${version} ${foresight.code}: ${told}`);
          // So many pages as were counted are moved, and the page that is named is the one that is blamed.
          // (What-if kernels move kernel memory, too, which is counted apart. What reclaim takes out of the block, or a busy
          // server gives back meanwhile, needn't move.)
          if (foresight.outlook === "leaves" && version !== "what-if") {
            expect(foresight.code).toBe(null);
            expect(what.moved).toBeLessThanOrEqual(foresight.pagesToMove);
            if (![...kernel.processes.values()].some(({ load }) => load === "server"))
              expect(what.moved).toBeGreaterThanOrEqual(foresight.pagesToMove - taken);
          }
          if (what.errno === "EBUSY" && what.blamed >= 0 && kernel.profile.offlineGivesUp === "on a signal")
            expect(`${version} ${foresight.code} ${foresight.pfn}`).toBe(`${version} ${foresight.code} ${what.blamed}`);
        }
        const dimms = [...engine.chassis.dimms.values()];
        for (const dimm of turn % 2 ? dimms : dimms.reverse()) {
          if (dimm.slot === null || dimm.phase !== "in-use" || !dimm.slot.startsWith("A/")) continue;
          const { device } = deviceOf(engine, dimm);
          const blocks = device.ranges.flatMap((range) => blocksIn(kernel, range.start, range.end - range.start));
          const foresight = foreseeAll(kernel, blocks);
          const { op } = engine.submit({ do: "move", dimm: dimm.id, to: { shelf: true } });
          if (op === null || foresight.outlook === "may-leave" || !kernel.profile.removesMemory) break;
          const ended = engine.runOperation(op, engine.now + 60e9);
          note(`DIMM ${foresight.outlook}`);
          const outcome = !ended ? "goes-on" : (engine.operation(op)?.errno ?? null) === null ? "leaves" : "refused";
          expect(`${version} DIMM ${outcome}`).toBe(`${version} DIMM ${foresight.outlook}`);
          break;
        }
        expect(audit(kernel)).toEqual([]);
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
  if (process.env.FORESIGHT_SHOW) console.log(Object.fromEntries([...seen].sort()));
  const uncertain = [...seen].reduce((sum, [what, times]) => (what.startsWith("may-leave") ? sum + times : sum), 0);
  const total = [...seen.values()].reduce((sum, times) => sum + times, 0);
  expect(uncertain / total).toBeLessThan(0.35);
  for (const what of [
    "leaves null",
    "refused kernel-memory",
    "refused reserved",
    "refused cma",
    "goes-on pinned",
    "DIMM leaves",
  ])
    expect(`${what}: ${(seen.get(what) ?? 0) > 0}`).toBe(`${what}: true`);
}, 600_000);

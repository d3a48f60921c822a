/** What is said to help does: on random boxes, kernels of all versions, with whatever is in their memory. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { KERNEL_VERSIONS } from "../hardware/description.ts";
import { audit } from "../kernel/audit.ts";
import { type Action, actions } from "../testing/random-actions.ts";
import { boxWith, loadOf, stir } from "../testing/stirred-box.ts";
import type { Command } from "../time/commands.ts";
import { deviceOf } from "../time/box-operations.ts";
import { Engine } from "../time/engine.ts";
import { foreseeOffline } from "./foresight.ts";
import { blocksIn } from "./remove.ts";
import { couldBeMovable, movableNodeHelps, type RemedyStep, remedyFor } from "./remedies.ts";

const RUNS = Number(process.env.REMEDY_RUNS ?? 100);
const SEED = Number(process.env.PROPERTY_SEED ?? 2014);

const lines = fc.constantFrom(
  "memhp_default_state=online_movable",
  "memhp_default_state=online_kernel",
  "movable_node memhp_default_state=online_movable",
  "memhp_default_state=online",
  "memhp_default_state=online_movable cma=48M hugepages=24",
);
const write = (path: string, text: string): Command => ({ do: "write", partition: "A", path, text });
const VETO = "/sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_OFFLINE/error";

/** What can be undone, and what can't. */
const extras = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("pin", "pin", "pin", "longterm", "slab", "vmalloc", "huge", "thp", "anon", "cache"),
      fc.integer({ min: 1, max: 24 }),
      fc.constantFrom(0, 1, 1, 2, 2, 2),
    )
    .map(([kind, mib, node]) => [loadOf(kind, mib, node)]),
  fc.constantFrom(
    [loadOf("balloon", 20, 1, { compaction: false })],
    [loadOf("pipes", 0, 1, { count: 200 })],
    // So few that no page of the cache has an object in use.
    [loadOf("slab", 0, 2, { count: 400 })],
    [loadOf("slab", 0, 2, { count: 800 }), loadOf("pin", 2, 2)],
    [
      write("/mods/notifier-error-inject.ko", "insmod"),
      write("/mods/memory-notifier-error-inject.ko", "insmod"),
      write(VETO, "-16"),
    ],
  ),
);

const commandOf = (step: RemedyStep): Command =>
  step.do === "kill"
    ? { do: "kill", partition: "A", pid: step.pid }
    : step.do === "drop-caches"
      ? write("/proc/sys/vm/drop_caches", "3")
      : write(VETO, "0");

/** What became of an offline: its errno, or that it was still at it after 20 s. */
function offline(engine: Engine, number: number): string | null {
  const begun = engine.submit(write(`/sys/devices/system/memory/memory${number}/state`, "offline"));
  if (begun.op === null) return begun.errno;
  if (engine.runOperation(begun.op, engine.now + 20e9)) return engine.operation(begun.op)?.errno ?? null;
  engine.submit({ do: "signal", op: begun.op });
  engine.settle();
  return "goes on";
}
const isStuck = ({ outlook }: { readonly outlook: string }): boolean => outlook === "refused" || outlook === "goes-on";

test("a remedy that is certain makes the offline succeed, and none of its steps is in vain", () => {
  const seen = new Map<string, number>();
  const note = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  fc.assert(
    fc.property(
      fc.constantFrom(...KERNEL_VERSIONS),
      lines,
      fc.array(extras, { minLength: 2, maxLength: 5 }),
      actions(2),
      fc.nat(),
      (version, line, more, steps: readonly Action[], turn) => {
        const engine = new Engine({ seed: 7, box: boxWith(version, line) });
        for (const command of [{ do: "move", dimm: "d4", to: { slot: "A/2/0" } } as const, ...more.flat()]) {
          engine.submit(command);
          engine.settle();
        }
        if (!stir(engine, steps)) return;
        const kernel = engine.kernel("A");
        const all = [...kernel.blocks.values()].filter(({ state }) => state === "online");
        let tried = 0;
        for (let i = 0; i < all.length && turn % 3 > 0 && tried < 3; i++) {
          const block = all[(turn + i * 3) % all.length];
          if (block === undefined || block.state !== "online") continue;
          const before = foreseeOffline(kernel, block);
          const remedy = remedyFor(kernel, [block]);
          if (!isStuck(before)) {
            // What leaves as it is needs nothing done first.
            expect(remedy).toBeNull();
            continue;
          }
          if (!remedy) {
            note(`none for ${before.code}`);
            continue;
          }
          tried++;
          for (const step of remedy.steps) {
            expect(`${step.do}: ${isStuck(foreseeOffline(kernel, block))}`).toBe(`${step.do}: true`);
            engine.submit(commandOf(step));
          }
          const what = remedy.steps.map((step) => step.do).join(", ");
          const outcome = offline(engine, block.number);
          note(`${what}, ${remedy.certain ? "certain" : "may"}: ${outcome === null ? "left" : "stayed"}`);
          if (remedy.certain)
            expect(`${version} ${before.code}, ${what}: ${outcome}`).toBe(`${version} ${before.code}, ${what}: null`);
          // Offline it is: as Movable it comes back, and leaves again.
          if (outcome !== null || !couldBeMovable(kernel, block)) continue;
          const state = `/sys/devices/system/memory/memory${block.number}/state`;
          const { op } = engine.submit(write(state, "online_movable"));
          if (op !== null) engine.runOperation(op, engine.now + 20e9);
          note("online as Movable");
          expect(block.zone?.name).toBe("Movable");
          expect(offline(engine, block.number)).toBeNull();
        }
        for (const dimm of engine.chassis.dimms.values()) {
          if (dimm.phase !== "in-use" || !dimm.slot?.startsWith("A/") || !kernel.profile.removesMemory) continue;
          const { device } = deviceOf(engine, dimm);
          const blocks = device.ranges.flatMap((range) => blocksIn(kernel, range.start, range.end - range.start));
          const remedy = remedyFor(kernel, blocks);
          if (!remedy) continue;
          for (const step of remedy.steps) engine.submit(commandOf(step));
          const { op } = engine.submit({ do: "move", dimm: dimm.id, to: { shelf: true } });
          if (op !== null) engine.runOperation(op, engine.now + 60e9);
          const left = op !== null && dimm.slot === null;
          note(`DIMM, ${remedy.certain ? "certain" : "may"}: ${left ? "left" : "stayed"}`);
          if (remedy.certain) expect(`${version} DIMM left: ${left}`).toBe(`${version} DIMM left: true`);
          break;
        }
        expect(audit(kernel)).toEqual([]);
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
  if (process.env.REMEDY_SHOW) console.log(Object.fromEntries([...seen].sort()));
  const total = (pattern: RegExp): number =>
    [...seen].reduce((sum, [what, times]) => (pattern.test(what) ? sum + times : sum), 0);
  for (const what of [
    /^kill, certain: left/,
    /^(\w+, )?drop-caches/,
    /^lift-veto, certain: left/,
    /kill, kill/,
    /^none for reserved/,
    /^DIMM, certain: left/,
    /^online as Movable/,
  ])
    expect(`${what}: ${total(what) > 0}`).toBe(`${what}: true`);
  // What may help mostly does: else it would be a rumour.
  expect(total(/may: left/)).toBeGreaterThan(3 * total(/may: stayed/));
}, 600_000);

test("memory that boot made Normal, and that movable_node would have made Movable, is Movable when that is done, and leaves", () => {
  let [helps, not] = [0, 0];
  for (const version of KERNEL_VERSIONS)
    for (const cmdline of ["", "kernelcore=256M", "movable_node", "quiet -- movable_node"]) {
      const box = boxWith(version, cmdline);
      const engine = new Engine({ seed: 7, box });
      const again = new Engine({ seed: 7, box: boxWith(version, `movable_node ${cmdline}`) });
      for (const dimm of ["d1", "d2"]) {
        const of = (one: Engine) => [...one.kernel("A").blocks.values()].filter((block) => block.dimm === dimm);
        const zones = of(engine).map(({ zone }) => zone?.name);
        const movable = of(again).every(({ zone }) => zone?.name === "Movable");
        const said = movableNodeHelps(engine.description("A"), engine.kernel("A"), of(engine));
        expect(`${version} ${cmdline} ${dimm} ${zones}: ${said}`).toBe(
          `${version} ${cmdline} ${dimm} ${zones}: ${movable && zones.includes("Normal")}`,
        );
        if (!said) {
          not++;
          continue;
        }
        helps++;
        for (const block of of(again)) expect(offline(again, block.number)).toBeNull();
      }
    }
  expect(Math.min(helps, not)).toBeGreaterThan(10);
}, 120_000);

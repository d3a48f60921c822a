import fc from "fast-check";
import { expect, test } from "vitest";
import { processTables, tableEntries } from "../../engine/inspect/index.ts";
import { smallBox } from "../../engine/testing/small-box.ts";
import type { Command } from "../../engine/time/commands.ts";
import { Engine } from "../../engine/time/engine.ts";
import { Pte } from "../../engine/memory/page-tables.ts";
import { simNs } from "../../engine/units.ts";
import { leafChanges } from "./leaf-changes.ts";

/** A process's leaf tables by address: what each entry leads to, and how many pages that are in each block. */
function entryByEntry(engine: Engine, pid: number) {
  const kernel = engine.kernel("A");
  const leaves = processTables(kernel, pid)?.leaves ?? [];
  const entries = new Map<string, string>();
  const blocks = new Map<number, number>();
  for (const { base, table, huge, blocks: its, migrating } of leaves) {
    const { frames, bits } = tableEntries(kernel, pid, base) ?? { frames: [], bits: [] };
    entries.set(base, JSON.stringify([table, huge, huge ? [its, migrating] : [[...frames], [...bits]]]));
    if (huge) for (const [block, pages] of its) blocks.set(block, (blocks.get(block) ?? 0) + pages);
    else
      for (const frame of frames) {
        const block = Math.floor(frame / kernel.blockPages);
        if (frame > 0) blocks.set(block, (blocks.get(block) ?? 0) + 1);
      }
  }
  return { leaves, entries, blocks };
}

test("what differs in a process's tables is what a comparison entry by entry finds, within migrations, too", () => {
  const deed = fc.oneof(
    fc.record({
      do: fc.constant("write" as const),
      partition: fc.constant("A"),
      path: fc.constantFrom(...blocks()),
      text: fc.constantFrom("offline", "online"),
    }),
    fc.record({
      do: fc.constant("load" as const),
      partition: fc.constant("A"),
      load: fc.constantFrom(
        { kind: "anon", mib: 9 } as const,
        { kind: "cache", mib: 200, node: 1, policy: "bind" } as const,
      ),
    }),
    // Out of the block in which most of its pages are; in the end they may be back there, each in another's place.
    fc.constant({ do: "away" as const }),
    fc.record({
      do: fc.constant("move" as const),
      dimm: fc.constantFrom("d2", "d4"),
      to: fc.constantFrom({ slot: "A/1/1" }, { shelf: true as const }),
    }),
  );
  const seen = { built: 0, other: 0, gone: 0, migrating: 0 };
  fc.assert(
    fc.property(
      fc.array(fc.tuple(deed, fc.constantFrom(800_000, 6_400_000, 1e9)), { minLength: 2, maxLength: 4 }),
      (deeds) => {
        const engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
        // Movable memory, which the process takes first.
        engine.submit({ do: "move", dimm: "d4", to: { slot: "A/1/1" } });
        engine.settle();
        engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 24, node: 1, policy: "preferred" } });
        // It is still taking its memory.
        engine.runUntil(simNs(engine.now + 500_000));
        const pids = [...engine.kernel("A").processes.keys()];
        const all = [new Map(pids.map((pid) => [pid, entryByEntry(engine, pid)]))];
        for (const [command, ns] of deeds) {
          if (command.do === "away") goAway(engine);
          else engine.submit(command as Command);
          for (let part = 0; part < 8; part++) {
            engine.runUntil(simNs(engine.now + ns / 8));
            all.push(new Map(pids.map((pid) => [pid, entryByEntry(engine, pid)])));
          }
        }
        for (const [at, then] of all.entries())
          for (const now of [all[at + 1] ?? then, all[0] as typeof then])
            for (const pid of pids) {
              const [was, is] = [then.get(pid), now.get(pid)];
              if (!was || !is) continue;
              const changes = leafChanges(was.leaves, is.leaves);
              const expected = [...is.entries].flatMap(([base, text]) =>
                was.entries.get(base) === text ? [] : [[base, was.entries.has(base) ? "other" : "built"]],
              );
              expect([...changes.now]).toEqual(expected);
              expect(changes.gone.map(({ base }) => base)).toEqual(
                [...was.entries.keys()].filter((base) => !is.entries.has(base)),
              );
              const blocks = [...new Set([...was.blocks.keys(), ...is.blocks.keys()])].sort((a, b) => a - b);
              const by = blocks.map((block) => [block, (is.blocks.get(block) ?? 0) - (was.blocks.get(block) ?? 0)]);
              expect(changes.byBlock).toEqual(by.filter(([, change]) => change !== 0));
              for (const change of changes.now.values()) seen[change]++;
              seen.gone += changes.gone.length;
              seen.migrating += is.leaves.filter(({ migrating }) => migrating > 0).length;
            }
      },
    ),
    { numRuns: 15, seed: 4 },
  );
  expect(seen.other).toBeGreaterThan(0);
  expect(seen.migrating).toBeGreaterThan(0);
  expect(seen.built).toBeGreaterThan(0);
  expect(seen.gone).toBeGreaterThan(0);
});

test("two pages of a table that change places are told of, and so is one that is being moved", () => {
  const engine = new Engine({ seed: 7, box: smallBox() });
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 4, node: 1, policy: "preferred" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const [process] = kernel.processes.values();
  if (!process) throw new Error("nothing runs");
  const { store } = process;
  const leavesNow = () => processTables(kernel, process.pid)?.leaves ?? [];
  const first = leavesNow();
  const { base } = first.find(({ used }) => used === 512) ?? { base: "" };
  const entry = process.tables.entryOf(Number.parseInt(base, 16) / 4096);
  const [one, other] = store.entries.subarray(entry, entry + 2);
  store.entries[entry] = other as number;
  store.entries[entry + 1] = one as number;
  expect([...leafChanges(first, leavesNow()).now]).toEqual([[base, "other"]]);
  store.entries.set([one as number, other as number], entry);
  expect(leafChanges(first, leavesNow()).now.size).toBe(0);
  store.bits[entry] = (store.bits[entry] as number) | Pte.Migration;
  expect([...leafChanges(first, leavesNow()).now]).toEqual([[base, "other"]]);
});

/** All of d4 is online again, but for the block that holds most of what processes have. */
function goAway(engine: Engine): void {
  const write = (path: string, text: string) => engine.submit({ do: "write", partition: "A", path, text });
  for (const path of blocks()) write(path, "online");
  engine.settle();
  const kernel = engine.kernel("A");
  const pages = new Map<number, number>();
  for (const pid of kernel.processes.keys())
    for (const leaf of processTables(kernel, pid)?.leaves ?? [])
      for (const [block, its] of leaf.blocks) pages.set(block, (pages.get(block) ?? 0) + its);
  const [most] = [...pages].sort(([, one], [, other]) => other - one);
  if (most) write(`/sys/devices/system/memory/memory${most[0]}/state`, "offline");
}

/** Of d4, which comes after all others. */
function blocks(): string[] {
  return [38, 39, 40, 41].map((number) => `/sys/devices/system/memory/memory${number}/state`);
}

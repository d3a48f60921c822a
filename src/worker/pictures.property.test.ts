/** What pictures of memory and of what runs are drawn from is the engine's state, over random machines and commands. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { processTables, running } from "../engine/inspect/index.ts";
import type { Kernel } from "../engine/kernel/kernel.ts";
import { PAGE_KINDS, PageFlag } from "../engine/memory/kinds.ts";
import { actions, cmdlines } from "../engine/testing/random-actions.ts";
import { smallBox } from "../engine/testing/small-box.ts";
import type { Command } from "../engine/time/commands.ts";
import { PAGEBLOCK_PAGES } from "../engine/units.ts";
import { MAP_KIND_MASK, MapFlag } from "../protocol/messages.ts";
import { EngineHost } from "./engine-host.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 6);
const SEED = Number(process.env.PROPERTY_SEED ?? 2013);

/** What random commands seldom start: huge pages, and pages that are pinned. */
const IN_USE: readonly Command[] = (["thp", "pin", "anon"] as const).map((kind) => ({
  do: "load",
  partition: "A",
  load: { kind, mib: kind === "pin" ? 1 : 12, node: 1, policy: "preferred" },
}));

/** Each byte of a block's map is what the page is, read one by one; each pageblock is of a kind that is in it. Pages that are pinned. */
function checkMaps(host: EngineHost, kernel: Kernel): number {
  const { pages } = kernel;
  let pinned = 0;
  for (const { number, startPfn } of kernel.blocks.values()) {
    const block = `${kernel.id}:${number}`;
    const bytes = new Uint8Array(kernel.blockPages);
    const mosaic = new Uint8Array(kernel.blockPages / PAGEBLOCK_PAGES);
    host.pageMap(block, bytes);
    host.pageblockMap(block, mosaic);
    const counts = new Uint32Array(PAGE_KINDS);
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      const index = pages.indexOf(startPfn + at);
      const kind = pages.kindAt(startPfn + at);
      const set = index < 0 ? 0 : (pages.flags[index] as number);
      if ((byte & MAP_KIND_MASK) !== kind) expect.fail(`pfn ${startPfn + at} is of kind ${kind}, its map says ${byte}`);
      // Only what is in use is told to be on its way, or pinned.
      const isUsed = kind > 1;
      if (((byte & MapFlag.Isolated) !== 0) !== (isUsed && (set & PageFlag.Isolated) !== 0)) expect.fail("isolated");
      if (((byte & MapFlag.Pinned) !== 0) !== (isUsed && (set & PageFlag.Pinned) !== 0)) expect.fail("pinned");
      if (byte & MapFlag.Pinned) pinned++;
      if (at % PAGEBLOCK_PAGES === 0) counts.fill(0);
      counts[kind] = (counts[kind] as number) + 1;
      if (at % PAGEBLOCK_PAGES < PAGEBLOCK_PAGES - 1) continue;
      const told = mosaic[Math.floor(at / PAGEBLOCK_PAGES)] as number;
      if ((counts[told] as number) === 0) expect.fail(`nothing of memory${number}'s pageblock is of kind ${told}`);
    }
  }
  return pinned;
}

/** A process has its memory where its tables, entry by entry, lead. Huge pages that are mapped. */
function checkRunning(kernel: Kernel): number {
  let huge = 0;
  const told = running(kernel);
  expect(told.map(({ pid }) => pid)).toEqual([...kernel.processes.keys()]);
  for (const { pid, byNode, pages, node, remote } of told) {
    const led = new Map<number, number>();
    for (const leaf of processTables(kernel, pid)?.leaves ?? []) {
      if (leaf.huge) huge++;
      for (const [to, many] of leaf.nodes) led.set(to, (led.get(to) ?? 0) + many);
    }
    expect(new Map(byNode), `pid ${pid}`).toEqual(led);
    expect(pages).toBe([...led.values()].reduce((sum, many) => sum + many, 0));
    expect(remote).toBe(pages - (led.get(node) ?? 0));
  }
  return huge;
}

test("page maps and what runs, also in the middle of operations", () => {
  const seen = { middle: 0, pinned: 0, huge: 0 };
  fc.assert(
    fc.property(cmdlines, actions(6), (line, steps) => {
      const host = new EngineHost({ seed: 7, box: smallBox(line) });
      const { engine } = host;
      for (const command of IN_USE) {
        engine.submit(command);
        engine.settle();
      }
      const check = (): void => {
        if (!engine.idle) seen.middle++;
        for (const kernel of engine.kernels.values()) {
          seen.pinned += checkMaps(host, kernel);
          seen.huge += checkRunning(kernel);
        }
      };
      for (const { resolve, wait } of steps) {
        const command = resolve(engine);
        if (command) engine.submit(command);
        engine.runFor(wait);
        check();
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // The search was worth something.
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(0);
}, 120_000);

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Kernel } from "../kernel/kernel.ts";
import { MigrateType } from "../memory/kinds.ts";
import { actions, cmdlines } from "../testing/random-actions.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { PAGEBLOCK_PAGES } from "../units.ts";
import { zoneLists } from "./zone-lists.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 20);
const SEED = Number(process.env.PROPERTY_SEED ?? 2013);

/** The lists as a kernel's own files would be written from them, against the files. */
function check(engine: Engine, kernel: Kernel): void {
  addFiles(engine.files(kernel.id));
  const read = (name: string): string[] => {
    const file = engine.files(kernel.id).read(`/proc/${name}`);
    return "text" in file ? file.text.split("\n") : [];
  };
  const zones = kernel.nodes.filter(({ online }) => online).flatMap(({ id }) => zoneLists(kernel, id));
  const words = (line: string): string[] => line.trim().split(/\s+/);
  const buddy = read("buddyinfo").filter(Boolean).map(words);
  expect(
    zones.map(({ node, zone, types }) => {
      const byOrder = Array.from({ length: 11 }, (_, order) =>
        types.reduce((sum, t) => sum + (t.chunks[order] ?? 0), 0),
      );
      return ["Node", `${node},`, "zone", zone, ...byOrder.map(String)];
    }),
  ).toEqual(buddy);
  const types = read("pagetypeinfo");
  expect(
    zones.flatMap(({ node, zone, types: lists }) =>
      lists.map(({ name, chunks }) => ["Node", `${node},`, "zone", `${zone},`, "type", name, ...chunks.map(String)]),
    ),
  ).toEqual(types.filter((line) => /, type /.test(line)).map(words));
  expect(
    zones.map(({ node, zone, types: lists }) => [
      "Node",
      `${node},`,
      "zone",
      zone,
      ...lists.map(({ pageblocks }) => String(pageblocks)),
    ]),
  ).toEqual(types.filter((line) => /^Node.*zone +\w+ /.test(line)).map(words));
  const info = read("zoneinfo")
    .join("\n")
    .split(/^(?=Node)/m);
  for (const { node, zone, protection, ...figures } of zones) {
    const text = info.find((part) => new RegExp(`^Node ${node}, zone +${zone}\n`).test(part)) ?? "";
    expect(text).toContain(`protection: (${protection.join(", ")})`);
    expect(text).toMatch(new RegExp(`pages free +${figures.free}\n`));
    for (const name of ["min", "low", "high", "spanned", "present", "managed"] as const)
      expect(text).toMatch(new RegExp(` ${name} +${figures[name]}\n`));
  }
  for (const { runs, present } of zones) {
    for (const [i, run] of runs.entries()) {
      const last = runs[i - 1];
      const end = last ? last.startPfn + last.pageblocks * PAGEBLOCK_PAGES : 0;
      expect(run.startPfn).toBeGreaterThanOrEqual(end);
      if (last?.type === run.type) expect(run.startPfn).toBeGreaterThan(end);
    }
    expect(runs.reduce((sum, { pageblocks }) => sum + pageblocks, 0) * PAGEBLOCK_PAGES).toBeGreaterThanOrEqual(present);
  }
}

test("what a zone is drawn from is what /proc prints, on random machines at random instants", () => {
  fc.assert(
    fc.property(cmdlines, actions(8), (line, steps) => {
      const engine = new Engine({ seed: 7, box: smallBox(line) });
      for (const { resolve, wait } of steps) {
        const command = resolve(engine);
        if (command) engine.submit(command);
        engine.runFor(wait);
        for (const kernel of engine.kernels.values()) check(engine, kernel);
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 300_000);

test("also in the middle of an offline, whose pageblocks are Isolate", () => {
  const engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/0/1" } });
  engine.settle();
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 100, node: 0, policy: "bind" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const block = [...kernel.blocks.values()].find(({ zone }) => zone?.name === "Movable");
  engine.submit({
    do: "write",
    partition: "A",
    path: `/sys/devices/system/memory/memory${block?.number}/state`,
    text: "offline",
  });
  engine.runFor(2_000_000);
  check(engine, kernel);
  const movable = zoneLists(kernel, 0).find(({ zone }) => zone === "Movable");
  const isolated = movable?.types.find(({ type }) => type === MigrateType.Isolate);
  expect(isolated?.pageblocks).toBe((block?.pages ?? 0) / PAGEBLOCK_PAGES);
  engine.settle();
  check(engine, kernel);
});

// Linux 6.1 with 1 GiB: "Node 0, zone      DMA            1            7            0            0            0".
test("ZONE_DMA has the pageblock of pfn 0, though it begins at pfn 1", () => {
  const kernel = new Engine({ seed: 7, box: smallBox() }).kernel("A");
  const dma = zoneLists(kernel, 0)[0];
  expect(dma).toMatchObject({ zone: "DMA", startPfn: 1 });
  expect(dma?.types.reduce((sum, { pageblocks }) => sum + pageblocks, 0)).toBe(8);
  expect(dma?.runs[0]?.startPfn).toBe(0);
});

test("below low nothing is freed until a request finds nothing above min: kswapd only stands in the process list", () => {
  const engine = new Engine({ seed: 7, box: smallBox() });
  const kernel = engine.kernel("A");
  const lists = () => zoneLists(kernel, 1)[0];
  const load = (kind: "cache" | "anon", mib: number) =>
    engine.submit({ do: "load", partition: "A", load: { kind, mib, node: 1, policy: "bind" } });
  load("cache", 100);
  engine.settle();
  const { free = 0, low = 0, min = 0 } = lists() ?? {};
  load("anon", Math.floor((free - (low + min) / 2) / 256));
  engine.settle();
  const between = lists();
  expect(between?.free).toBeLessThan(low);
  expect(between?.free).toBeGreaterThan(min);
  engine.runFor(10e9);
  expect(lists()?.free).toBe(between?.free);
  load("anon", 32);
  engine.settle();
  // Direct reclaim dropped page cache for it, and left no more than it had to.
  expect([...kernel.processes.values()].filter((process) => process.load === "anon")).toHaveLength(2);
  expect(lists()?.free).toBeLessThan(low);
});

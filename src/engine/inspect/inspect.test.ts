import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import { PageKind } from "../memory/kinds.ts";
import { actions, cmdlines } from "../testing/random-actions.ts";
import { checkPictures } from "../testing/pictures.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { MIB, PAGE_SIZE, pfn, VMEMMAP_PAGES_PER_SECTION } from "../units.ts";
import { directMapAddress, kernelRegions, structPageAddress } from "./addresses.ts";
import { chainOf } from "./chain.ts";
import { COLUMN, MIGRATING } from "./columns.ts";
import { kernelTables, pageOfStructPage, pinsOf } from "./kernel-tables.ts";
import { processTables, tableEntries } from "./process-tables.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 25);
const SEED = Number(process.env.PROPERTY_SEED ?? 2013);

const LEVELS = ["PGD", "PUD", "PMD"];
const byLevel = (x: string, y: string): number => LEVELS.indexOf(x) - LEVELS.indexOf(y);
describe("what the pictures are drawn from is the engine's state", () => {
  test("over random machines and commands", () => {
    fc.assert(
      fc.property(cmdlines, actions(8), (line, steps) => {
        const engine = new Engine({ seed: 7, box: smallBox(line) });
        for (const kernel of engine.kernels.values()) checkPictures(engine, kernel);
        for (const { resolve, wait } of steps) {
          const command = resolve(engine);
          if (command) engine.submit(command);
          engine.runFor(wait);
          for (const kernel of engine.kernels.values()) checkPictures(engine, kernel);
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, 300_000);

  test("each page's chain leads back to it, and its struct page to a page of memory map", () => {
    const engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
    engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 30, node: 0, policy: "bind" } });
    engine.submit({ do: "load", partition: "A", load: { kind: "cache", mib: 10, node: 1, policy: "bind" } });
    engine.settle();
    const kernel = engine.kernel("A");
    let mapped = 0;
    for (const process of kernel.processes.values())
      for (const area of process.areas)
        for (let offset = area.offset; offset < area.offset + area.pages; offset += 97) {
          const index = area.mapping.at(offset);
          if (index < 0) continue;
          const frame = kernel.pages.pfnOf(index);
          const chain = chainOf(kernel, frame);
          const mapper = chain?.mappers.find(({ pid }) => pid === process.pid);
          if (!mapper) continue;
          mapped++;
          expect(kernel.pages.kindAt(mapper.table)).toBe(PageKind.PageTable);
          expect(chain?.directMap?.address).toBe(directMapAddress(kernel, frame));
          expect([PageKind.BootMemmap, PageKind.Vmemmap]).toContain(kernel.pages.kindAt(chain?.structPage?.page ?? 0));
          // 64 struct pages a page: neighbours share one, and only they.
          expect(pageOfStructPage(kernel, frame - (frame % 64))).toBe(chain?.structPage?.page);
          expect(pageOfStructPage(kernel, frame - (frame % 64) + 64)).not.toBe(chain?.structPage?.page);
        }
    expect(mapped).toBeGreaterThan(50);
    expect(chainOf(kernel, pfn(-1))).toBeUndefined();
  });
});

describe("a process's tables", () => {
  const engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
  const load = (kind: "anon" | "thp", mib: number, node: number) =>
    engine.submit({ do: "load", partition: "A", load: { kind, mib, node, policy: "preferred" } });
  load("anon", 9, 0);
  load("thp", 8, 1);
  engine.settle();
  const kernel = engine.kernel("A");

  test("count its resident pages, by node and by block, small and huge", () => {
    let huge = 0;
    for (const [pid, process] of kernel.processes) {
      const told = processTables(kernel, pid);
      const sum = (of: "nodes" | "blocks") =>
        (told?.leaves ?? []).reduce((all, leaf) => all + leaf[of].reduce((one, [, pages]) => one + pages, 0), 0);
      expect(sum("nodes")).toBe(sum("blocks"));
      expect(sum("nodes")).toBe(told?.leaves.reduce((all, leaf) => all + leaf.used, 0));
      if (process.load === "anon" || process.load === "thp") expect(sum("nodes")).toBe(process.resident);
      for (const { table, huge: isHuge } of told?.leaves ?? []) {
        if (isHuge) huge++;
        expect(kernel.pages.kindAt(table)).toBe(PageKind.PageTable);
      }
    }
    expect(huge).toBeGreaterThan(0);
  });

  test("have their columns as their entries are, and the tables above them in pages of their own", () => {
    for (const pid of kernel.processes.keys()) {
      const { leaves, columns, upper } = processTables(kernel, pid) ?? { leaves: [], columns: [], upper: [] };
      expect(columns).toHaveLength(leaves.length * COLUMN);
      for (const [i, leaf] of leaves.entries()) {
        if (leaf.huge) continue;
        const { frames } = tableEntries(kernel, pid, leaf.base) ?? { frames: [] };
        for (let at = 0; at < COLUMN; at++) {
          const mapped = [...frames.slice(at * 4, at * 4 + 4)].filter((frame) => frame > 0);
          const node = mapped.length === 0 ? -1 : (kernel.zoneAt(pfn(mapped.at(-1) ?? 0))?.node ?? -2);
          expect((columns[i * COLUMN + at] as number) & ~MIGRATING).toBe(node + 1);
        }
      }
      expect(upper.map(({ level }) => level)).toEqual([...upper.map(({ level }) => level)].sort(byLevel));
      for (const { table } of upper) expect(kernel.pages.kindAt(table)).toBe(PageKind.PageTable);
      // Every table of the tree is told, but for those that huge pages have set aside.
      const told = new Set([...upper.map(({ table }) => table), ...leaves.map(({ table }) => table)]);
      const aside = leaves.filter(({ huge: isHuge }) => isHuge).length;
      expect(told.size).toBe((kernel.processes.get(pid)?.tables.tables ?? 0) - aside);
    }
  });

  test("are told entry by entry", () => {
    const [pid] = [...kernel.processes].find(([, { load: kind }]) => kind === "anon") ?? [0];
    const leaf = processTables(kernel, pid)?.leaves.find((one) => !one.huge);
    const entries = tableEntries(kernel, pid, leaf?.base ?? "");
    expect(entries?.frames.filter((frame) => frame > 0)).toHaveLength(leaf?.used ?? -1);
    const at = entries?.frames.findIndex((frame) => frame > 0) ?? -1;
    const mapper = chainOf(kernel, pfn(entries?.frames[at] ?? 0))?.mappers.find((one) => one.pid === pid);
    expect(mapper).toMatchObject({ index: at, table: leaf?.table, level: "PTE", migrating: false });
    expect(processTables(kernel, 1e6)).toBeUndefined();
    expect(tableEntries(kernel, 1e6, "0")).toBeUndefined();
  });
});

describe("a hot add", () => {
  test("pins the blocks that hold what describes it, and the eject frees them", () => {
    const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
    const kernel = engine.kernel("A");
    const before = kernelTables(kernel);
    engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
    engine.settle();
    const { ranges } = engine.chassis.dimms.get("d4") ?? { ranges: [] };
    const pins = ranges.flatMap(({ start, end }) => pinsOf(kernel, start, end));
    const sections = ranges.reduce((sum, { start, end }) => sum + (end - start) / (128 * MIB), 0);
    const pages = pins.filter(({ what }) => what === "memory-map").reduce((sum, pin) => sum + pin.pages, 0);
    expect(pages).toBe(sections * VMEMMAP_PAGES_PER_SECTION);
    for (const { block } of pins) {
      const start = block * kernel.blockPages * PAGE_SIZE;
      expect(ranges.some((range) => start >= range.start && start < range.end)).toBe(false);
      expect(kernel.blocks.get(block)?.state).toBe("online");
    }
    engine.submit({ do: "move", dimm: "d4", to: { shelf: true } });
    engine.settle();
    expect(engine.chassis.dimms.get("d4")?.slot).toBeNull();
    expect(kernelTables(kernel)).toEqual(before);
  });
});

test("what a hot add builds appears in its order: the direct mapping whole, then the memory map a section at a time", () => {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  const kernel = engine.kernel("A");
  const size = () => {
    const { directMap, memoryMap } = kernelTables(kernel);
    const mapped = directMap.reduce((sum, { bytes }) => sum + bytes, 0);
    return [mapped, memoryMap.reduce((sum, { count }) => sum + count, 0)] as const;
  };
  const before = size();
  const seen = [before];
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  for (let steps = 0; steps < 50_000 && seen.at(-1)?.[1] !== before[1] + 4; steps++) {
    engine.runFor(2_000);
    const now = size();
    if (now.some((figure, i) => figure !== seen.at(-1)?.[i])) seen.push(now);
  }
  const whole = before[0] + 512 * MIB;
  expect(seen).toEqual([before, ...[0, 1, 2, 3, 4].map((sections) => [whole, before[1] + sections])]);
});

test("addresses are those of x86-64: PGD 273 and 468, and the old place before 4.20", () => {
  const engine = new Engine({ seed: 1, box: smallBox() });
  const kernel = engine.kernel("A");
  expect(kernelRegions(kernel)).toEqual({
    levels: 4,
    directMap: { base: "ffff888000000000", pgd: 273 },
    memoryMap: { base: "ffffea0000000000", pgd: 468 },
  });
  expect(directMapAddress(kernel, 0x162560)).toBe("ffff888162560000");
  expect(structPageAddress(kernel, 0x162560)).toBe("ffffea0005895800");
});

test("processors with LA57 have five levels: addresses of their own, a P4D table for each process; 5.10 and no5lvl do without", () => {
  const boot = (kernel: "5.10" | "6.1", cmdline: string) => {
    const box = smallBox(cmdline);
    const partitions = box.partitions.map((one) => (one.id === "A" ? { ...one, kernel, la57: true } : one));
    return new Engine({ seed: 1, box: { ...box, partitions } });
  };
  const engine = boot("6.1", "");
  const kernel = engine.kernel("A");
  expect(kernelRegions(kernel)).toEqual({
    levels: 5,
    directMap: { base: "ff11000000000000", pgd: 273 },
    memoryMap: { base: "ffd4000000000000", pgd: 468 },
  });
  expect(structPageAddress(kernel, 0x162560)).toBe("ffd4000005895800");
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 8, node: 0 } });
  engine.settle();
  const process = [...kernel.processes.values()].at(-1);
  const tables = processTables(kernel, process?.pid ?? 0);
  expect([...new Set(tables?.upper.map(({ level }) => level))]).toEqual(["PGD", "P4D", "PUD", "PMD"]);
  expect(audit(kernel)).toEqual([]);
  engine.submit({ do: "killall", partition: "A" });
  engine.settle();
  expect(audit(kernel)).toEqual([]);
  for (const one of [boot("5.10", ""), boot("6.1", "no5lvl")]) expect(kernelRegions(one.kernel("A")).levels).toBe(4);
});

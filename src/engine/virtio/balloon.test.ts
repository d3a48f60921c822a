import { describe, expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageKind } from "../memory/kinds.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { sectionOf } from "../units.ts";

/** A box with a spare DIMM brought into node 2 (and so nowhere else but there) as this kind of memory. */
function boxWith(word: "online_movable" | "online_kernel"): { engine: Engine; kernel: Kernel; block: number } {
  const engine = new Engine({ seed: 1, box: smallBox(`memhp_default_state=${word}`) });
  engine.submit({ do: "move", dimm: "d3", to: { slot: "A/2/0" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const block = [...kernel.blocks.values()].find((each) => each.dimm === "d3")?.number;
  if (block === undefined) throw new Error("d3 has no block");
  return { engine, kernel, block };
}

const offlineIn = (kernel: Kernel, node: number): number =>
  [...kernel.blocks.values()]
    .filter((block) => block.nodes[0] === node)
    .reduce((sum, block) => sum + kernel.offlinePages(block), 0);

function offline(engine: Engine, block: number): string | null {
  const { op } = engine.submit({
    do: "write",
    partition: "A",
    path: `/sys/devices/system/memory/memory${block}/state`,
    text: "offline",
  });
  engine.settle();
  return engine.operation(op ?? -1)?.errno ?? null;
}

function inflate(engine: Engine, mib: number, compaction: boolean): void {
  engine.submit({ do: "load", partition: "A", load: { kind: "balloon", mib, node: 2, policy: "bind", compaction } });
  engine.settle();
}

describe("a balloon", () => {
  test("takes pages of Movable and leaves them to an offline: others are inflated elsewhere", () => {
    const { engine, kernel, block } = boxWith("online_movable");
    inflate(engine, 32, true);
    expect(offlineIn(kernel, 2)).toBe(8192);
    const zone = kernel.nodes[2]?.zones[3];
    expect([zone?.present, zone?.managed, zone?.free]).toEqual([32768, 32768 - 8192, 32768 - 8192]);
    const managed = (): number => kernel.zones.reduce((sum, each) => sum + each.managed, 0);
    const all = managed();
    expect(audit(kernel)).toEqual([]);

    expect(offline(engine, block)).toBe(null);
    expect(offlineIn(kernel, 2)).toBe(0);
    expect(offlineIn(kernel, 0) + offlineIn(kernel, 1)).toBe(8192);
    // The whole block is gone; the balloon is as large as before, at the cost of others.
    expect(managed()).toBe(all - 32768);
    expect(audit(kernel)).toEqual([]);
    engine.submit({ do: "killall", partition: "A" });
    expect(managed()).toBe(all - 32768 + 8192);
    expect(audit(kernel)).toEqual([]);
  });

  test("without compaction takes kernel memory only, and keeps its block online: an offline page that is referenced", () => {
    const movable = boxWith("online_movable");
    inflate(movable.engine, 32, false);
    expect(offlineIn(movable.kernel, 2)).toBe(0);

    const { engine, kernel, block } = boxWith("online_kernel");
    inflate(engine, 32, false);
    expect(offlineIn(kernel, 2)).toBe(8192);
    expect(offline(engine, block)).toBe("EBUSY");
    const attempt = [...engine.attempts.values()].find((each) => each.kind === "offline")?.value();
    expect(attempt?.culprit).toMatchObject({
      kind: PageKind.Offline,
      owner: { what: "balloon" },
      reason: "unmovable page",
    });
    expect(attempt?.checks.find((check) => check.verdict === "fail")).toMatchObject({ where: "scan_movable_pages" });
    expect(audit(kernel)).toEqual([]);
  });

  test("takes what it can get and presses nobody for more", () => {
    const { engine, kernel } = boxWith("online_movable");
    inflate(engine, 512, true);
    const taken = offlineIn(kernel, 2);
    expect(taken).toBeGreaterThan(30_000);
    expect(kernel.nodes[2]?.free).toBe(32768 - taken);
    expect([...kernel.processes.values()].some((process) => process.load === "balloon")).toBe(true);
  });

  test("deflates when it ends, even in the middle of an offline that moves it", () => {
    const { engine, kernel, block } = boxWith("online_movable");
    inflate(engine, 32, true);
    const { op } = engine.submit({
      do: "write",
      partition: "A",
      path: `/sys/devices/system/memory/memory${block}/state`,
      text: "offline",
    });
    while (kernel.inFlight === 0) engine.runFor(10_000);
    engine.submit({ do: "killall", partition: "A" });
    expect(audit(kernel)).toEqual([]);
    engine.settle();
    expect(engine.operation(op ?? -1)?.errno).toBe(null);
    expect(kernel.pages.countIn(sectionOf(block * kernel.blockPages), PageKind.Offline)).toBe(0);
    expect(offlineIn(kernel, 0) + offlineIn(kernel, 1)).toBe(0);
    expect(audit(kernel)).toEqual([]);
  });
});

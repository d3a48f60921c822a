/** What a migration and a refused isolation promise to leave as it was. */
import { describe, expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import { provenanceOf } from "./describe.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageKind } from "../memory/kinds.ts";
import { smallBox } from "../testing/small-box.ts";
import type { LoadKind } from "../workload/load-description.ts";
import { Engine } from "../time/engine.ts";

const machine = () => {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  // A node of its own, all of it Movable.
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  const load = (kind: LoadKind, mib: number, node: number) => {
    engine.submit({ do: "load", partition: "A", load: { kind, mib, node, policy: "preferred", comm: `a-${kind}` } });
    engine.settle();
  };
  const write = (block: number, text: string): string | null => {
    const { op, errno } = engine.submit({
      do: "write",
      partition: "A",
      path: `/sys/devices/system/memory/memory${block}/state`,
      text,
    });
    if (op !== null) engine.runOperation(op, engine.now + 5e9);
    return op === null ? errno : (engine.operation(op)?.errno ?? null);
  };
  return { engine, kernel: engine.kernel("A"), load, write };
};

/** Frames of a kind in a block. */
function framesOf(kernel: Kernel, block: number, kind: number): number[] {
  const first = block * kernel.blockPages;
  return Array.from({ length: kernel.blockPages }, (_, i) => first + i).filter(
    (frame) => kernel.pages.kindAt(frame) === kind,
  );
}

describe("a page that is moved", () => {
  test.each([
    ["anon", PageKind.Anon],
    ["cache", PageKind.PageCache],
    ["thp", PageKind.AnonHuge],
  ] as const)("keeps when and why it was allocated: %s", (kind, pageKind) => {
    const { engine, kernel, load, write } = machine();
    engine.runFor(3e9);
    load(kind, 24, 2);
    const at = engine.now;
    engine.runFor(2e9);
    const block = [...kernel.blocks.values()].find(
      ({ number, zone }) => zone?.name === "Movable" && framesOf(kernel, number, pageKind).length > 0,
    );
    if (!block) throw new Error("nothing of it lies in ZONE_MOVABLE");
    const told = (frames: readonly number[]) =>
      frames
        .map((frame) => provenanceOf(kernel, frame))
        .map(({ at: when, why, id }) => `${when} ${JSON.stringify(why)} ${id}`);
    const before = new Map<string, number>();
    for (const one of told(framesOf(kernel, block.number, pageKind))) before.set(one, (before.get(one) ?? 0) + 1);
    expect([...before.keys()].some((one) => one.includes(`a-${kind}`))).toBe(true);
    const elsewhere = () => {
      const found = new Map<string, number>();
      for (const { number } of kernel.blocks.values())
        if (number !== block.number)
          for (const one of told(framesOf(kernel, number, pageKind))) found.set(one, (found.get(one) ?? 0) + 1);
      return found;
    };
    const there = elsewhere();
    expect(write(block.number, "offline")).toBeNull();
    expect(engine.now).toBeGreaterThan(at + 2e9);
    const now = elsewhere();
    for (const [one, count] of before) expect(now.get(one), one).toBe(count + (there.get(one) ?? 0));
  });
});

describe("a refused offline", () => {
  test("leaves the free lists as they were, order by order and type by type", () => {
    const { kernel, load, write } = machine();
    load("vmalloc", 60, 1);
    // Pageblocks before the one that refuses are isolated first, and have to be given back.
    const unmovable = (number: number) =>
      [
        PageKind.Vmalloc,
        PageKind.Slab,
        PageKind.Vmemmap,
        PageKind.KernelPageTable,
        PageKind.BootMemmap,
        PageKind.Reserved,
      ]
        .flatMap((kind) => framesOf(kernel, number, kind))
        .sort((a, b) => a - b)[0];
    const block = [...kernel.blocks.values()].find(
      ({ number, zone, startPfn }) => zone?.name === "Normal" && (unmovable(number) ?? 0) >= startPfn + 1024,
    );
    if (!block?.zone) throw new Error("no kernel memory behind free pageblocks");
    const chunks = () => [...(block.zone?.chunks ?? [])];
    const before = chunks();
    expect(before.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
    for (let round = 0; round < 3; round++) expect(write(block.number, "offline")).toBe("EBUSY");
    // Whoever writes is a process that comes and goes: single pages may differ, chunks of 2 and 4 MiB may not, type by type.
    const large = (counts: readonly number[]) => counts.slice((9 / 11) * counts.length);
    expect(large(chunks())).toEqual(large(before));
    expect(audit(kernel)).toEqual([]);
  });
});

/** What the pictures of page tables show while d6 and d7 come to the standard box and go, against every page of the machine. */
import { describe, expect, test } from "vitest";
import { kernelTables } from "../../engine/inspect/kernel-tables.ts";
import { audit } from "../../engine/kernel/audit.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { checkPictures } from "../../engine/testing/pictures.ts";
import { Engine } from "../../engine/time/engine.ts";
import { MIB, VMEMMAP_PAGES_PER_SECTION } from "../../engine/units.ts";
import { standardBox } from "./standard-box.ts";

describe("on the standard box", () => {
  const engine = new Engine({ seed: 2013, box: standardBox("movable_node memhp_default_state=online_movable") });
  const kernel = engine.kernel("A");
  const run = () => {
    for (let i = 0; i < 2000 && !engine.idle; i++) engine.runFor(10e6);
  };
  /** Page tables of the kernel and memory map as the pictures have them, against every page of the machine. */
  const told = () => {
    checkPictures(engine, kernel);
    const { directMap, memoryMap } = kernelTables(kernel);
    const tables = directMap.flatMap(({ table }) => (typeof table === "number" ? [table] : []));
    const maps = memoryMap
      .filter(({ origin }) => origin === "added")
      .flatMap(({ runs }) => runs.flatMap(({ first, pages }) => Array.from({ length: pages }, (_, i) => first + i)));
    const found = { tables: [] as number[], maps: [] as number[] };
    for (const block of kernel.blocks.values())
      for (let frame: number = block.startPfn; frame < block.startPfn + block.pages; frame++) {
        const kind = block.state === "online" ? kernel.pages.kindAt(frame) : PageKind.None;
        if (kind === PageKind.KernelPageTable) found.tables.push(frame);
        if (kind === PageKind.Vmemmap) found.maps.push(frame);
      }
    const up = (x: number, y: number) => x - y;
    expect([...tables].sort(up)).toEqual(found.tables);
    expect([...maps].sort(up)).toEqual(found.maps);
    expect(audit(kernel)).toEqual([]);
    return { tables, maps, directMap, memoryMap };
  };

  // Half of gibibyte 7 is d6: entries of 2 MiB below a table. d7 is all of it: one entry, and no table.
  test.each([
    ["d6", "A/1/2", 4, 1],
    ["d7", "A/1/2", 8, 0],
  ])(
    "%s comes and goes: its tables and its memory map, page by page, before, during and after",
    (dimm, slot, sections, tablesMade) => {
      run();
      const before = told();
      engine.submit({ do: "move", dimm, to: { slot } });
      // In the kernel's order: the direct map whole, then the memory map section by section.
      const steps = new Set<string>();
      const bytesOf = (all: readonly { readonly bytes: number }[]) => all.reduce((sum, { bytes }) => sum + bytes, 0);
      const sectionsOf = (all: readonly { readonly count: number }[]) => all.reduce((sum, { count }) => sum + count, 0);
      for (let last = ""; !engine.idle; engine.runFor(50e3)) {
        const { directMap, memoryMap } = kernelTables(kernel);
        const mapped = (bytesOf(directMap) - bytesOf(before.directMap)) / (128 * MIB);
        const step = `${mapped} ${sectionsOf(memoryMap) - sectionsOf(before.memoryMap)}`;
        // Page by page whenever something has changed.
        if (step !== last) told();
        last = step;
        steps.add(step);
      }
      const during = told();
      expect(steps).toContain(`${sections} ${sections}`);
      for (const step of steps) {
        const [mapped = 0, described = 0] = step.split(" ").map(Number);
        expect([0, sections]).toContain(mapped);
        if (described > 0) expect(mapped).toBe(sections);
      }
      expect(during.maps.length - before.maps.length).toBe(sections * VMEMMAP_PAGES_PER_SECTION);
      expect(during.tables.length - before.tables.length).toBe(tablesMade);
      engine.submit({ do: "move", dimm, to: { shelf: true } });
      run();
      expect(engine.chassis.dimms.get(dimm)?.slot).toBeNull();
      const { tables, maps, directMap, memoryMap } = told();
      expect({ tables, maps, directMap, memoryMap }).toEqual(before);
    },
    60_000,
  );
});

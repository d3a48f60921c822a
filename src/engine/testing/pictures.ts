/** Holds what page-table pictures are drawn from to the pages themselves and to /proc/meminfo; for tests. */
import { addFiles } from "../sysfs/more/index.ts";
import { expect } from "vitest";
import { kernelTables, memoryMapOf } from "../inspect/kernel-tables.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageKind } from "../memory/kinds.ts";
import type { Engine } from "../time/engine.ts";
import { GIB, PAGES_PER_SECTION, VMEMMAP_PAGES_PER_SECTION } from "../units.ts";

const ORIGINS = { boot: PageKind.BootMemmap, added: PageKind.Vmemmap, self: PageKind.SelfMemmap } as const;

/** What the tables tell, against the pages themselves and /proc/meminfo. */
export function checkPictures(engine: Engine, kernel: Kernel): void {
  const { directMap, memoryMap } = kernelTables(kernel);
  addFiles(engine.files(kernel.id));
  const meminfo = engine.files(kernel.id).read("/proc/meminfo");
  const text = "text" in meminfo ? meminfo.text : "";
  const line = (size: string): number => Number(new RegExp(`DirectMap${size}: +(\\d+) kB`).exec(text)?.[1]) * 1024;
  const whole = directMap.filter(({ table }) => table === null);
  const small = directMap.filter(({ table }) => table !== null);
  expect(whole.reduce((sum, { count }) => sum + count, 0) * GIB).toBe(line("1G"));
  expect(whole.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(line("1G"));
  const rest = small.reduce((sum, { bytes }) => sum + bytes, 0);
  // The simulation lets a split that outlives its memory keep single entries, which no table counts as memory.
  if (kernel.directMap.lent === 0) expect(Math.floor(rest / 1024)).toBe((line("2M") + line("4k")) / 1024);
  for (const { table } of small)
    if (typeof table === "number" && !kernel.parameters.whatIf.tablesOnMemory)
      expect(kernel.pages.kindAt(table)).toBe(PageKind.KernelPageTable);

  const seen = new Set<number>();
  for (const { section, count, origin, runs } of memoryMap) {
    const pages = runs.reduce((sum, run) => sum + run.pages, 0);
    expect(pages, `memory map of section ${section}`).toBeGreaterThanOrEqual(count * VMEMMAP_PAGES_PER_SECTION);
    // Each of the sections told together has its struct pages where it is said that it has.
    for (let nth = 0; nth < count && runs.length === 1; nth++)
      expect(memoryMapOf(kernel, section + nth)?.runs[0]?.first).toBe(
        (runs[0]?.first ?? 0) + nth * VMEMMAP_PAGES_PER_SECTION,
      );
    for (const { first, pages } of runs)
      for (let frame: number = first; frame < first + pages; frame++) {
        // To expect something of each page would take most of the time.
        if (seen.has(frame)) expect.fail(`pfn ${frame} describes two sections`);
        seen.add(frame);
        const kind = kernel.pages.kindAt(frame);
        // What moved and kept its address (what-if) is found by its owner; a block that is offline has no kinds.
        if (origin !== "self" && kernel.blocks.get(kernel.blockNumberOf(frame))?.state === "online")
          if (kind !== ORIGINS[origin]) expect.fail(`pfn ${frame}, ${origin}, is of kind ${kind}`);
      }
  }
  for (const block of kernel.blocks.values())
    expect(memoryMapOf(kernel, Math.floor(block.startPfn / PAGES_PER_SECTION)), `memory${block.number}`).toBeDefined();
}

import { describe, expect, test } from "vitest";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { GIB, MIB, PAGEBLOCK_PAGES } from "../units.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { audit } from "./audit.ts";
import type { Kernel } from "./kernel.ts";
import { MigrateType } from "../memory/kinds.ts";
import type { KernelVersion } from "../hardware/description.ts";

function boot(cmdline: string, kernel: KernelVersion = "what-if"): { engine: Engine; kernel: Kernel } {
  const box = smallBox(`${cmdline} playground.movable_kernel=0 playground.movable_vmalloc=0`);
  const [first] = box.partitions;
  if (!first) throw new Error("the small box has partitions");
  const engine = new Engine({ seed: 2, box: { ...box, partitions: [{ ...first, kernel }] } });
  return { engine, kernel: engine.kernel("A") };
}

/** Pageblocks of contiguous areas, as numbers of pageblocks in the machine. */
function areaOf(kernel: Kernel): number[] {
  const found: number[] = [];
  for (let frame = 0; frame < kernel.pages.sections * 32768; frame += PAGEBLOCK_PAGES)
    if (kernel.pageblockTypeAt(frame) === MigrateType.Cma) found.push(frame / PAGEBLOCK_PAGES);
  return found;
}

const read = (engine: Engine, path: string): string => {
  addFiles(engine.files("A"));
  const result = engine.files("A").read(path);
  return "text" in result ? result.text : "";
};

describe("cma=", () => {
  test("sets one stretch of pageblocks aside, managed and free for movable requests", () => {
    const { engine, kernel } = boot("cma=64M");
    const area = areaOf(kernel);
    expect(area).toHaveLength(32);
    expect((area.at(-1) ?? 0) - (area[0] ?? 0)).toBe(31);
    expect((area[0] ?? 0) * 2 * MIB).toBeGreaterThanOrEqual(4 * GIB);
    expect(audit(kernel)).toEqual([]);
    expect(read(engine, "/proc/meminfo")).toMatch(/CmaTotal: +65536 kB\nCmaFree: +65536 kB/);
    expect(read(engine, "/proc/pagetypeinfo")).toContain("HighAtomic          CMA      Isolate");
    expect(
      engine.transactions
        .reader("first")
        .read()
        .some(({ occasion, changes }) =>
          changes.some(
            (change) =>
              occasion.is === "boot" &&
              change.c === "log" &&
              /cma: Reserved 64 MiB at 0x[0-9a-f]{16} on node -1/.test(change.line),
          ),
        ),
    ).toBe(true);
  });

  test("may say where; what does not fit is refused", () => {
    expect(areaOf(boot("cma=16M@0x10000000").kernel)[0]).toBe(0x10000000 / (2 * MIB));
    expect(areaOf(boot("cma=16M@0").kernel)).toEqual([]);
    expect(areaOf(boot("cma=64G").kernel)).toEqual([]);
  });

  test("is not heard of by the recorded kernels", () => {
    expect(areaOf(boot("cma=64M", "6.12").kernel)).toEqual([]);
    expect(read(boot("cma=64M", "6.12").engine, "/proc/meminfo")).not.toContain("Cma");
  });

  test("keeps its blocks online, free as they are: the first page is to blame", () => {
    const { engine, kernel } = boot("cma=64M");
    const area = areaOf(kernel);
    const block = kernel.blockNumberOf((area[0] ?? 0) * PAGEBLOCK_PAGES);
    const { op } = engine.submit({
      do: "write",
      partition: "A",
      path: `/sys/devices/system/memory/memory${block}/state`,
      text: "offline",
    });
    engine.settle();
    expect(engine.operation(op ?? -1)?.errno).toBe("EBUSY");
    const attempt = [...engine.attempts.values()].at(-1)?.value();
    expect(attempt?.culprit).toMatchObject({ reason: "unmovable page", pageblock: { type: "CMA" } });
    expect(audit(kernel)).toEqual([]);
  });

  test("serves users, never the kernel, and lets long-term pins go elsewhere", () => {
    const { engine, kernel } = boot("cma=128M");
    const area = areaOf(kernel);
    const zone = kernel.zoneAt((area[0] ?? 0) * PAGEBLOCK_PAGES);
    if (!zone) throw new Error("the area lies in a zone");
    const freeThere = (): number => zone.freeOfType(MigrateType.Cma);
    const all = freeThere();
    const others = (): number => ((kernel.nodes[zone.node]?.free ?? 0) - freeThere()) / 256;
    engine.submit({
      do: "load",
      partition: "A",
      load: { kind: "vmalloc", mib: Math.floor(others()) - 48, node: zone.node, policy: "bind" },
    });
    engine.settle();
    expect(others()).toBeLessThan(49);
    // The process itself has a few pages, which may be anywhere.
    expect(all - freeThere()).toBeLessThan(100);
    engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 60, node: zone.node, policy: "bind" } });
    engine.settle();
    expect(all - freeThere()).toBeGreaterThan(5000);
    engine.submit({ do: "killall", partition: "A" });
    engine.submit({ do: "load", partition: "A", load: { kind: "longterm", mib: 40, node: zone.node, policy: "bind" } });
    engine.settle();
    const pinned = area.filter((pageblock) => {
      const index = kernel.pages.indexOf(pageblock * PAGEBLOCK_PAGES);
      return kernel.pages.flags.subarray(index, index + PAGEBLOCK_PAGES).some((flags) => (flags & 4) !== 0);
    });
    expect(pinned).toEqual([]);
    expect(audit(kernel)).toEqual([]);
  });
});

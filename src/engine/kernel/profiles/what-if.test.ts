/** What Linux never got: kernel memory, vmalloc memory and page tables that do not hold a DIMM back; and what that costs. */
import { describe, expect, test } from "vitest";
import { PageKind } from "../../memory/kinds.ts";
import { Trial, twoNodeBox } from "../../experiments/trial.ts";
import { bytes, GIB, MIB, PAGES_PER_SECTION } from "../../units.ts";
import { provenanceOf } from "../../migration/describe.ts";
import { audit } from "../audit.ts";

const KERNEL = "memhp_default_state=online_kernel";
const off = (...names: string[]) => names.map((name) => ` playground.${name}=0`).join("");

/** A DIMM in Normal of node 1, full of kernel memory. */
function withKernelMemory(cmdline: string, kind: "slab" | "vmalloc" | "pipes"): Trial {
  const trial = new Trial(twoNodeBox("what-if", `${KERNEL}${cmdline}`));
  trial.insert("d1", "A/1/0");
  trial.load({ kind: "anon", mib: 240, node: 1, policy: "preferred" });
  trial.load(
    kind === "pipes"
      ? { kind, count: 300, node: 1, policy: "preferred", comm: "k" }
      : { kind, mib: 24, node: 1, policy: "preferred", comm: "k" },
  );
  return trial;
}
const inDimm = (trial: Trial, kind: number) =>
  trial
    .blocksOf("d1")
    .reduce((sum, block) => sum + trial.kernel.pages.countIn(block.startPfn / PAGES_PER_SECTION, kind), 0);
const loadOf = (trial: Trial) => [...trial.kernel.processes.values()].find(({ comm }) => comm === "k");

describe("kernel memory that moves and keeps its address", () => {
  test("it keeps when and why it was allocated, too", () => {
    const trial = withKernelMemory("", "slab");
    const { kernel } = trial;
    const born = () => {
      const found = new Map<string, number>();
      for (const { startPfn, pages } of kernel.blocks.values())
        for (let frame: number = startPfn; frame < startPfn + pages; frame++) {
          if (kernel.pages.kindAt(frame) !== PageKind.SlabReclaimable) continue;
          const { at, why } = provenanceOf(kernel, frame);
          const key = `${at} ${JSON.stringify(why)}`;
          if (why.is === "process" && why.comm === "k") found.set(key, (found.get(key) ?? 0) + 1);
        }
      return found;
    };
    const before = born();
    expect([...before.values()].reduce((sum, pages) => sum + pages, 0)).toBeGreaterThan(5_000);
    expect(trial.eject("d1")).toBe(null);
    expect(kernel.displaced.count).toBeGreaterThan(1_000);
    expect(born()).toEqual(before);
  });

  test("a DIMM with slab pages can leave; each 2 MiB that it had pages in is split", () => {
    const trial = withKernelMemory("", "slab");
    const slab = inDimm(trial, PageKind.SlabReclaimable) + inDimm(trial, PageKind.Slab);
    expect(slab).toBeGreaterThan(1000);
    const before = { small: trial.kernel.directMap.mapped4k, tables: trial.kernel.directMap.tablePages };
    expect(trial.eject("d1")).toBe(null);
    const { directMap, displaced } = trial.kernel;
    expect(displaced.count).toBeGreaterThan(1000);
    expect(directMap.lent).toBe(displaced.count);
    // The DIMM is gone, but the addresses of its kernel pages are mapped, page by page, by tables that stay.
    expect(directMap.mapped4k - before.small).toBe(displaced.count * 4096);
    expect(directMap.splits2M).toBeGreaterThan(0);
    // One for each split entry, and the table above them, which lay on the DIMM and had to leave it.
    expect(directMap.tablePages - before.tables).toBe(directMap.splits2M + 1);
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("where addresses are still in use, no memory can be added; when the pages are freed, all is as before", () => {
    const trial = withKernelMemory("", "slab");
    const before = { large: trial.kernel.directMap.mapped2M, tables: trial.kernel.directMap.tablePages };
    trial.eject("d1");
    trial.insert("d1", "A/1/0");
    expect([...trial.engine.attempts.values()].at(-1)?.value()).toMatchObject({ kind: "add", errno: "EBUSY" });
    expect(trial.engine.chassis.dimms.get("d1")?.phase).toBe("inert");
    const owner = loadOf(trial);
    trial.engine.submit({ do: "kill", partition: "A", pid: owner?.pid ?? -1 });
    trial.engine.settle();
    // Page tables of other processes went along; when those end, nothing is lent any more.
    trial.engine.submit({ do: "killall", partition: "A" });
    trial.engine.settle();
    // Dentries are the kernel's: what is not in use goes with the caches.
    expect(trial.kernel.directMap.lent).toBeGreaterThan(1000);
    trial.kernel.dropCaches(2);
    expect(trial.kernel.directMap.lent).toBe(trial.kernel.displaced.count);
    const { lent } = trial.kernel.directMap;
    expect(lent).toBeLessThan(150);
    expect(trial.kernel.directMap.tablePages).toBeLessThan(before.tables + 60 + lent);
    expect(before.large - trial.kernel.directMap.mapped2M).toBe(256 * MIB);
    expect(audit(trial.kernel)).toEqual([]);
  });

  test.each([
    ["slab", "movable_vmalloc", "movable_kernel"],
    ["vmalloc", "movable_kernel", "movable_vmalloc"],
  ] as const)("%s goes without %s, and stays without %s", (kind, other, own) => {
    for (const [without, errno] of [
      [other, null],
      [own, "EBUSY"],
    ] as const) {
      const trial = withKernelMemory(off(without), kind);
      expect(trial.eject("d1"), `without ${without}`).toBe(errno);
    }
  });

  test("it costs: all CPUs stand still, and the time is told", () => {
    const trial = withKernelMemory("", "slab");
    trial.eject("d1");
    const told = [...trial.engine.attempts.values()]
      .flatMap((attempt) => attempt.value().checks)
      .filter(({ rule }) => rule === "kernel-memory");
    expect(told.length).toBeGreaterThan(0);
    const eject = [...trial.engine.attempts.values()]
      .map((attempt) => attempt.value())
      .find(({ kind }) => kind === "eject");
    const whole = eject?.checks.find(({ rule }) => rule === "kernel-memory");
    const parts = [...trial.engine.attempts.values()]
      .map((attempt) => attempt.value())
      .filter(({ kind }) => kind === "offline");
    const sum = parts.reduce(
      (all, { checks }) => all + Number(checks.find(({ rule }) => rule === "kernel-memory")?.data.moved ?? 0),
      0,
    );
    expect(whole).toMatchObject({ verdict: "pass", data: { moved: sum } });
    for (const { verdict, data } of told) {
      expect(verdict).toBe("pass");
      expect(Number(data.stops)).toBeGreaterThan(0);
      expect(Number(data.stoppedMs)).toBeGreaterThan(0);
    }
  });

  test("a 1 GiB entry is split first", () => {
    const box = twoNodeBox("what-if", KERNEL);
    const trial = new Trial({ ...box, shelf: [{ id: "d1", size: bytes(2 * GIB) }] });
    trial.insert("d1", "A/1/0");
    expect(trial.kernel.directMap.mapped1G).toBeGreaterThanOrEqual(GIB);
    trial.load({ kind: "slab", mib: 700, node: 1, policy: "preferred", comm: "k" });
    const full = trial
      .blocksOf("d1")
      .find(
        (block) => trial.kernel.pages.countIn(block.startPfn / PAGES_PER_SECTION, PageKind.SlabReclaimable) > 20_000,
      );
    if (!full) throw new Error("no block is full of slab");
    trial.state(full, "offline");
    expect(trial.kernel.directMap.splits1G).toBeGreaterThan(0);
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("what a device may be writing to stays", () => {
    const trial = withKernelMemory("", "pipes");
    expect(inDimm(trial, PageKind.KernelBuffer)).toBeGreaterThan(0);
    expect(trial.eject("d1")).toBe("EBUSY");
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("switched off, the kernel is 6.12", () => {
    const trial = withKernelMemory(off("movable_kernel"), "slab");
    expect(trial.eject("d1")).toBe("EBUSY");
    expect(trial.kernel.displaced.count).toBe(0);
  });
});

describe("vmalloc pages that migrate", () => {
  test("their entries are rewritten and nothing is split", () => {
    const trial = withKernelMemory(off("movable_kernel"), "vmalloc");
    const [block] = trial
      .blocksOf("d1")
      .filter(
        (each) =>
          trial.kernel.pages.countIn(each.startPfn / PAGES_PER_SECTION, PageKind.Vmalloc) > 0 &&
          trial.kernel.pages.countIn(each.startPfn / PAGES_PER_SECTION, PageKind.PageTable) === 0,
      );
    if (!block) throw new Error("no block with vmalloc memory alone");
    const there = trial.kernel.pages.countIn(block.startPfn / PAGES_PER_SECTION, PageKind.Vmalloc);
    expect(there).toBeGreaterThan(100);
    expect(trial.state(block, "offline")).toBe(null);
    expect(trial.kernel.directMap.splits2M).toBe(0);
    expect(audit(trial.kernel)).toEqual([]);
  });

  test("switched off, they hold the block", () => {
    const trial = withKernelMemory(off("movable_vmalloc"), "vmalloc");
    expect(trial.eject("d1")).toBe("EBUSY");
  });
});

describe("page tables of added memory on that memory", () => {
  test("nothing is taken elsewhere; a pageblock of the DIMM is", () => {
    const own = new Trial(twoNodeBox("what-if", "memhp_default_state=offline"));
    const [block] = own.insert("d1", "A/1/0");
    expect(own.kernel.directMap.tablePages).toBe(0);
    expect(block?.selfMemmapPages).toBe(512);
    expect(block && own.state(block, "online_movable")).toBe(null);
    expect(block?.zone).toMatchObject({ present: 32_768, managed: 32_256 });
    const elsewhere = new Trial(twoNodeBox("what-if", `memhp_default_state=offline${off("tables_on_memory")}`));
    const [other] = elsewhere.insert("d1", "A/1/0");
    expect(elsewhere.kernel.directMap.tablePages).toBe(1);
    expect(other?.selfMemmapPages).toBe(0);
    expect(audit(own.kernel)).toEqual([]);
  });

  test("a table that maps a neighbour too is moved when its DIMM goes", () => {
    const trial = new Trial(twoNodeBox("what-if", "memhp_default_state=online_movable"));
    trial.insert("d1", "A/1/0");
    trial.insert("d2", "A/1/1");
    expect(trial.kernel.directMap.tablePages).toBe(0);
    expect(trial.eject("d1")).toBe(null);
    expect(trial.kernel.directMap.tablePages).toBe(
      trial.blocksOf("d2").some((block) => block.selfMemmapPages > 0) ? 0 : 1,
    );
    expect(audit(trial.kernel)).toEqual([]);
  });
});

test("no other kernel knows the switches", () => {
  const trial = new Trial(
    twoNodeBox("6.12", "playground.movable_kernel=1 playground.movable_vmalloc=1 playground.tables_on_memory=1"),
  );
  expect(trial.kernel.parameters.whatIf).toEqual({
    movableKernel: false,
    movableVmalloc: false,
    tablesOnMemory: false,
  });
});

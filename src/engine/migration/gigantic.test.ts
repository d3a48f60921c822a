/** Pages of 1 GiB: which ranges become one, whose turn it is, and what is left when they go. */
import { describe, expect, test } from "vitest";
import { Trial } from "../experiments/trial.ts";
import type { KernelVersion } from "../hardware/description.ts";
import { GIGANTIC_PAGES, GIGANTIC_SECTIONS } from "../holders/gigantic-pool.ts";
import { HUGE_PAGES } from "../holders/huge-pool.ts";
import { audit } from "../kernel/audit.ts";
import { Cost } from "../kernel/costs.ts";
import { PageKind, ZoneType } from "../memory/kinds.ts";
import { NOT_HEAD, SectionState } from "../memory/page-array.ts";
import { finish } from "../chronicle/slices.ts";
import { foreseeOffline } from "../hotplug/foresight.ts";
import { timed } from "../testing/timed.ts";
import { boxWith } from "../testing/stirred-box.ts";
import { bytes, GIB, PAGES_PER_SECTION, sectionOf } from "../units.ts";
import { demoteGigantic, dissolveGigantic, resizeGigantic } from "./gigantic.ts";

/** Nodes 1 and 2 with 3 GiB more each, for the kernel: two whole gibibytes of each can become one page. */
function machine(kernel: KernelVersion = "7.3", words = "memhp_default_state=online_kernel") {
  const box = boxWith(kernel, words);
  const large = ["g1", "g2"].map((id) => ({ id, size: bytes(3 * GIB) }));
  const trial = new Trial({ ...box, shelf: [...box.shelf, ...large] });
  trial.insert("g1", "A/1/1");
  trial.insert("g2", "A/2/0");
  const { kernel: running } = trial;
  const { gigantic: pool } = running;
  const resize = (count: number, node: number | null = null) => finish(resizeGigantic(running, count, node));
  const freeOf = () => running.zones.map(({ free }) => free);
  const zone = (node: number, type: ZoneType = ZoneType.Normal) => running.nodes[node]?.zones[type];
  /** First pfns of the gibibytes that a node's Normal zone has whole, lowest first. */
  const gibibytes = (node: number) => {
    const { startPfn = 0, end = 0 } = zone(node) ?? {};
    const first = Math.ceil(startPfn / GIGANTIC_PAGES) * GIGANTIC_PAGES;
    const all = Array.from(
      { length: Math.floor((end - first) / GIGANTIC_PAGES) },
      (_, i) => first + i * GIGANTIC_PAGES,
    );
    // A zone may have holes.
    return all.filter((start) =>
      [...Array(GIGANTIC_SECTIONS).keys()].every(
        (i) => running.pages.state[sectionOf(start) + i] === SectionState.Online,
      ),
    );
  };
  return { trial, kernel: running, pool, resize, freeOf, zone, gibibytes };
}
const starts = (pool: { within(from: number, pages: number): readonly { startPfn: number }[] }) =>
  pool.within(0, 2 ** 40).map(({ startPfn }) => startPfn);

describe("the pool grows and shrinks", () => {
  test("over nodes in turn, by the lowest range of each; what could not be had is not asked for any more", () => {
    const { kernel, pool, resize, freeOf, gibibytes } = machine();
    const before = freeOf();
    const [one, two] = [gibibytes(1), gibibytes(2)];
    expect(Math.min(one.length, two.length)).toBeGreaterThanOrEqual(2);
    resize(3);
    expect([pool.total, pool.most, pool.turn.grow]).toEqual([[0, 2, 1], 3, 2]);
    expect(starts(pool)).toEqual([...one.slice(0, 2), two[0] as number].sort((a, b) => a - b));
    resize(99);
    const all = one.length + two.length;
    expect([pool.total, pool.most]).toEqual([[0, one.length, two.length], all]);
    // Those that give are in turn, too.
    const giving: number[] = [];
    for (let left = all - 1; left >= 0; left--) {
      const [, first] = pool.total;
      resize(left);
      giving.push(pool.total[1] === first ? 2 : 1);
    }
    expect(giving).toEqual([1, 2, 1, 2]);
    expect([pool.total, pool.turn.shrink]).toEqual([[0, 0, 0], 0]);
    expect(freeOf()).toEqual(before);
    expect(audit(kernel)).toEqual([]);
  });

  test("on one node by its own number", () => {
    const { kernel, pool, resize } = machine();
    resize(1, 1);
    resize(1, 2);
    expect(pool.total).toEqual([0, 1, 1]);
    resize(2, 2);
    expect(pool.total).toEqual([0, 1, 2]);
    resize(0, 2);
    expect([pool.total, pool.most]).toEqual([[0, 1, 0], 1]);
    resize(5, 0);
    expect(pool.total).toEqual([0, 1, 0]);
    expect(audit(kernel)).toEqual([]);
  });

  test("one change waits for another", () => {
    const { kernel, pool } = machine();
    const first = resizeGigantic(kernel, 1, null);
    first.next();
    expect(pool.resizes).toBe(true);
    const second = resizeGigantic(kernel, 0, null);
    for (let i = 0; i < 5; i++) expect(second.next()).toMatchObject({ done: false });
    expect(pool.pages).toBe(0);
    finish(first);
    expect([pool.pages, pool.resizes]).toEqual([1, false]);
    finish(second);
    expect([pool.pages, pool.resizes]).toEqual([0, false]);
  });

  test("a page of it is of one kind from its first page to its last, and no other is", () => {
    const { kernel, pool, resize } = machine();
    resize(1);
    const [start] = starts(pool) as [number];
    const { pages } = kernel;
    for (const at of [0, GIGANTIC_PAGES / 2, GIGANTIC_PAGES - 1]) {
      const index = pages.indexOf(start + at);
      expect([pages.kind[index], pages.order[index]]).toEqual([PageKind.Hugetlb, NOT_HEAD]);
    }
    for (const at of [-1, GIGANTIC_PAGES]) expect(pages.kindAt(start + at)).not.toBe(PageKind.Hugetlb);
    for (let section = sectionOf(start); section < sectionOf(start) + GIGANTIC_SECTIONS; section++)
      expect(pages.countIn(section, PageKind.Hugetlb)).toBe(PAGES_PER_SECTION);
  });
});

test("6.1 refuses a block that ends within a page of 1 GiB, as foreseen, and takes one that doesn't", () => {
  const { trial, kernel, pool, resize } = machine("6.1");
  resize(1, 2);
  const [start] = starts(pool) as [number];
  const blocks = [...kernel.blocks.values()].filter(({ startPfn }) => Math.abs(startPfn - start) <= GIGANTIC_PAGES);
  const within = blocks.filter(({ startPfn }) => startPfn >= start && startPfn < start + GIGANTIC_PAGES);
  expect(within.length).toBe(GIGANTIC_SECTIONS);
  const last = within.pop();
  for (const block of within) {
    const end = block.startPfn + block.pages - 1;
    const refused = { outlook: "refused", code: "gigantic", errno: "EBUSY", pfn: end };
    expect(foreseeOffline(kernel, block)).toMatchObject(refused);
    expect(trial.state(block, "offline")).toBe("EBUSY");
    expect([...trial.engine.attempts.values()].at(-1)?.value().culprit?.pfn).toBe(end);
  }
  // The last one ends where the page does.
  if (!last) throw new Error("no block");
  expect(foreseeOffline(kernel, last).code).not.toBe("gigantic");
});

describe("a range is passed over", () => {
  /** Where the pool finds its only page when something is in the lowest range. */
  const found = (of: ReturnType<typeof machine>) => {
    of.resize(1, 2);
    expect(audit(of.kernel)).toEqual([]);
    return of.gibibytes(2).indexOf(starts(of.pool)[0] ?? -1);
  };
  /** Takes a page of the lowest range. */
  const take = (of: ReturnType<typeof machine>, kind: PageKind, at = 5) => {
    const { kernel } = of;
    const frame = (of.gibibytes(2)[0] as number) + at;
    kernel.buddy.touch(of.zone(2), sectionOf(frame));
    const index = kernel.pages.indexOf(frame & ~1023);
    const zone = of.zone(2);
    if (!zone) throw new Error("no zone");
    kernel.buddy.takeChunk(zone, index);
    kernel.pages.setKind(index, 1024, kind, 0);
  };

  test.each([
    ["nothing", 0, () => {}],
    ["memory that boot reserved", 1, (of: ReturnType<typeof machine>) => take(of, PageKind.Reserved)],
    ["in its last section", 1, (of: ReturnType<typeof machine>) => take(of, PageKind.Reserved, GIGANTIC_PAGES - 1)],
    ["kernel memory, which isolation finds", 1, (of: ReturnType<typeof machine>) => take(of, PageKind.KernelBuffer)],
  ] as const)("for %s", (_, place, make) => {
    const of = machine();
    make(of);
    // The books of what was taken here are nobody's.
    of.resize(1, 2);
    expect(of.gibibytes(2).indexOf(starts(of.pool)[0] ?? -1)).toBe(place);
  });

  test("for a block that is offline", () => {
    const of = machine();
    const [first, second] = of.gibibytes(2) as [number, number];
    const block = of.kernel.blocks.get(of.kernel.blockNumberOf(first + GIGANTIC_PAGES - 1));
    if (!block) throw new Error("no block");
    expect(of.trial.state(block, "offline")).toBeNull();
    of.resize(1, 2);
    expect(starts(of.pool)).toEqual([second]);
  });

  test("before 5.13 for anything in use; later that moves", () => {
    for (const [version, place] of [
      ["5.10", 1],
      ["6.1", 0],
    ] as const) {
      const of = machine(version);
      of.trial.load({ kind: "anon", mib: 300, node: 2, policy: "bind" });
      const first = of.gibibytes(2)[0] as number;
      const used = [...Array(GIGANTIC_SECTIONS).keys()].some(
        (i) => of.kernel.pages.countIn(sectionOf(first) + i, PageKind.Free) < PAGES_PER_SECTION,
      );
      expect(used).toBe(true);
      expect(found(of)).toBe(place);
    }
  });

  test("for pages of 2 MiB, until nothing else is left, where kernels move them at all", () => {
    for (const [version, places] of [
      ["7.3", true],
      ["6.1", false],
    ] as const) {
      const of = machine(version);
      const { kernel } = of;
      const [first] = of.gibibytes(2) as [number];
      // As many as lie before it, and three more.
      const huge = Math.ceil((first - (of.zone(2)?.startPfn ?? 0)) / HUGE_PAGES) + 3;
      of.trial.write("/sys/devices/system/node/node2/hugepages/hugepages-2048kB/nr_hugepages", String(huge));
      const inLowest = () =>
        [...Array(GIGANTIC_SECTIONS).keys()].reduce(
          (sum, i) => sum + kernel.pages.countIn(sectionOf(first) + i, PageKind.Hugetlb),
          0,
        );
      if (inLowest() === 0) throw new Error("the pool is elsewhere");
      of.resize(99, 2);
      expect(of.pool.total[2]).toBe(of.gibibytes(2).length - (places ? 0 : 1));
      expect(kernel.hugePages.total[2]).toBe(huge);
      expect(audit(kernel)).toEqual([]);
    }
  });

  test("and none is Movable's, unless that is asked for", () => {
    const of = machine("7.3", "memhp_default_state=online_movable");
    of.resize(1, 2);
    expect(of.pool.pages).toBe(0);
    of.kernel.parameters.movableGiganticPages = 1;
    of.resize(1, 2);
    expect(of.pool.pages).toBe(1);
    expect(of.kernel.zoneAt(starts(of.pool)[0] as number)?.name).toBe("Movable");
  });
});

describe("pages of 1 GiB go", () => {
  test("for good where a part of one is dissolved: all its memory is free, and the pool is wanted smaller", () => {
    const { kernel, pool, resize, freeOf } = machine();
    const before = freeOf();
    resize(2, 2);
    const [lower, upper] = starts(pool) as [number, number];
    dissolveGigantic(kernel, lower + GIGANTIC_PAGES, 0);
    dissolveGigantic(kernel, upper + GIGANTIC_PAGES, PAGES_PER_SECTION);
    expect(pool.pages).toBe(2);
    dissolveGigantic(kernel, lower + 3 * PAGES_PER_SECTION, PAGES_PER_SECTION);
    expect([starts(pool), pool.most]).toEqual([[upper], 1]);
    dissolveGigantic(kernel, upper, 1);
    expect([pool.pages, pool.most, freeOf()]).toEqual([0, 0, before]);
    expect(audit(kernel)).toEqual([]);
  });

  test("to the pool of 2 MiB when they are demoted, node by node in turn or of one node", () => {
    const { kernel, pool, resize } = machine();
    resize(99);
    const all = pool.pages;
    const each = GIGANTIC_PAGES / HUGE_PAGES;
    const { hugePages } = kernel;
    const { ns, steps } = timed(demoteGigantic(kernel, 2, null));
    expect([steps, ns]).toEqual([2, 2 * Cost.mapSection]);
    expect([pool.pages, pool.most]).toEqual([all - 2, all - 2]);
    expect([hugePages.total, hugePages.freePages]).toEqual([[0, each, each], 2 * each]);
    expect(pool.turn.shrink).toBe(0);
    finish(demoteGigantic(kernel, 1, 2));
    expect([hugePages.total, pool.turn.shrink]).toEqual([[0, each, 2 * each], 0]);
    // As many as there are.
    finish(demoteGigantic(kernel, 99, 2));
    expect(pool.total[2]).toBe(0);
    finish(demoteGigantic(kernel, 0, null));
    expect(pool.total[1]).toBe(all - 1 - (hugePages.total[2] as number) / each);
    expect(audit(kernel)).toEqual([]);
  });
});

test("giving one back costs as much as the memory map of a section", () => {
  const { kernel, resize } = machine();
  resize(1, 2);
  const { ns, steps } = timed(resizeGigantic(kernel, 0, 2));
  expect([steps, ns]).toEqual([1, Cost.mapSection]);
});

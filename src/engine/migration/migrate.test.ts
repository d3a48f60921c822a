/** What happens to a page between the steps of a migration: pins that come and go, and who else is at it. */
import { describe, expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import { Cost } from "../kernel/costs.ts";
import { HUGE_PAGES } from "../holders/huge-pool.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { MigrateType, PageFlag, PageKind, ZoneType } from "../memory/kinds.ts";
import { NOT_HEAD } from "../memory/page-array.ts";
import { Pte } from "../memory/page-tables.ts";
import { entryOf, ORPHAN } from "../holders/mappings.ts";
import { smallBox } from "../testing/small-box.ts";
import { timed } from "../testing/timed.ts";
import type { LoadKind } from "../workload/load-description.ts";
import { Engine } from "../time/engine.ts";
import { leaveOf } from "./leave.ts";
import { isolatePage, migratePages, putBack } from "./migrate.ts";

/** A page of a user in ZONE_MOVABLE of node 2, taken off its list, and its migration to node 0. */
function migration() {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 1, node: 2, policy: "bind" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const { pages } = kernel;
  const page = [...kernel.mappings].find(({ resident, what }) => resident === 256 && !what.startsWith("image:"))?.at(7);
  if (page === undefined) throw new Error("the load has no pages");
  isolatePage(kernel, page);
  const steps = migratePages(kernel, [page], { node: 0, mask: null }, () => {});
  const pin = (): void => pages.setFlags(page, PageFlag.Pinned, 0);
  const unpin = (): void => pages.setFlags(page, 0, PageFlag.Pinned);
  const finish = () => {
    let step = steps.next();
    while (!step.done) step = steps.next();
    return step.value;
  };
  return { kernel, page, steps, pin, unpin, finish };
}

test("a page that is pinned after it was unmapped is not copied away: it is mapped again, and stays", () => {
  const { kernel, page, steps, pin, unpin, finish } = migration();
  expect(steps.next().done).toBe(false);
  pin();
  expect(finish()).toMatchObject({ moved: 0, result: 1, left: [page] });
  expect(kernel.pages.kind[page]).toBe(PageKind.Anon);
  unpin();
  putBack(kernel, [page]);
  expect(audit(kernel)).toEqual([]);
});

test("what can't be moved is tried ten times over, and goes when the pin has gone meanwhile", () => {
  const staying = migration();
  staying.pin();
  let tries = 0;
  while (!staying.steps.next().done) tries++;
  expect(tries).toBe(10);
  const { kernel, steps, pin, unpin, finish } = migration();
  pin();
  for (let pass = 0; pass < 8; pass++) expect(steps.next().done).toBe(false);
  unpin();
  expect(finish()).toMatchObject({ moved: 1, result: 0, left: [] });
  expect(audit(kernel)).toEqual([]);
});

test("a page that somebody else has taken off its list does not count as one that can go", () => {
  const { kernel, page } = migration();
  expect(leaveOf(kernel, page, ZoneType.Normal)).toEqual({ can: false, code: "isolated", stage: "isolation" });
  expect(leaveOf(kernel, page, ZoneType.Movable)).toEqual({ can: false, code: "isolated", stage: "never" });
  putBack(kernel, [page]);
  expect(leaveOf(kernel, page, ZoneType.Normal)).toEqual({ can: true, how: "moves" });
});

/** Pages of a load on node 2, all Movable, of which some are to move to node 0. */
function loaded(kind: LoadKind, mib: number) {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const { pages } = kernel;
  if (kind === "huge")
    engine.submit({
      do: "write",
      partition: "A",
      path: "/sys/devices/system/node/node2/hugepages/hugepages-2048kB/nr_hugepages",
      text: String(mib / 2 + 1),
    });
  engine.submit({ do: "load", partition: "A", load: { kind, mib, node: 2, policy: "bind" } });
  engine.settle();
  const mapping = [...kernel.mappings]
    .filter(({ what, areas }) => areas.length > 0 && !what.startsWith("image:"))
    .sort((x, y) => y.resident - x.resident)[0];
  if (!mapping) throw new Error("the load has no pages");
  const moved: [string, number][] = [];
  const move = (list: readonly number[], toNode = 0) => {
    for (const page of list) isolatePage(kernel, page);
    return migratePages(kernel, list, { node: toNode, mask: new Set([toNode]) }, ({ node, name }, count) =>
      moved.push([`${node}${name}`, count]),
    );
  };
  /** What page tables say of the page at an offset, area by area. */
  const entries = (offset: number) =>
    mapping.areas.map((area) => {
      const entry = entryOf(area, offset);
      return [kernel.tables.entries[entry], kernel.tables.bits[entry]] as const;
    });
  return { engine, kernel, pages, mapping, moved, move, entries };
}

/** Takes all memory of node 0, page by page, and keeps nothing back there from now on. The pages. */
function emptied(kernel: Kernel): number[] {
  const taken: number[] = [];
  for (const zone of kernel.nodes[0]?.zones.filter(({ populated }) => populated) ?? []) {
    zone.setMarks(0, 0, 0);
    zone.setProtection([]);
    for (let page = 0; page >= 0; ) {
      page = kernel.buddy.take(zone, 0, MigrateType.Movable, true);
      if (page < 0) continue;
      kernel.pages.setKind(page, 1, PageKind.KernelBuffer, 0);
      taken.push(page);
    }
  }
  return taken;
}

describe("pages that move", () => {
  test("cost by the page: unmapping, copying by distance, mapping; in batches of 32", () => {
    const { kernel, mapping, move, moved } = loaded("anon", 1);
    const list = [...mapping.present()].slice(0, 40);
    const before = { ...kernel.vmstat };
    const { result, ns, steps } = timed(move(list));
    expect(result).toEqual({ moved: 40, result: 0, left: [] });
    const copy = Math.round((Cost.copyPage * kernel.distance(0, 0)) / 10);
    expect(ns).toBe(40 * (Cost.unmapPage + copy + Cost.remapPage));
    expect(steps).toBe(2 * 3);
    expect(moved.reduce((sum, [, count]) => sum + count, 0)).toBe(40);
    expect(kernel.vmstat.pgmigrateSuccess - before.pgmigrateSuccess).toBe(40);
    expect(kernel.vmstat.pgmigrateFail).toBe(before.pgmigrateFail);
    expect(kernel.inFlight).toBe(0);
    expect(audit(kernel)).toEqual([]);
  });

  test("are what they were: of their mapping, with their flags, mapped where they were mapped", () => {
    const { kernel, pages, mapping, move, entries } = loaded("anon", 1);
    const page = mapping.at(7);
    pages.setFlags(page, PageFlag.Dirty | PageFlag.Mlocked, 0);
    const [[, bits] = []] = entries(7);
    const born = pages.born[page] as number;
    // What is allocated now, its copy too, is so for something else.
    kernel.allocator.causes = { stamp: born + 1 };
    const steps = move([page]);
    steps.next();
    // Between unmapping and copying: an entry that who touches it waits at.
    expect(entries(7)).toEqual([[page, ((bits ?? 0) & ~Pte.Present) | Pte.Migration]]);
    expect(kernel.inFlight).toBe(1);
    timed(steps);
    const copy = mapping.at(7);
    expect(copy).not.toBe(page);
    expect(entries(7)).toEqual([[copy, bits]]);
    expect([pages.kind[copy], pages.flags[copy], pages.a[copy], pages.b[copy], pages.born[copy]]).toEqual([
      PageKind.Anon,
      PageFlag.Dirty | PageFlag.Mlocked,
      mapping.id,
      7,
      born,
    ]);
    expect(pages.kind[page]).toBe(PageKind.Free);
    pages.setFlags(copy, 0, PageFlag.Dirty | PageFlag.Mlocked);
    expect(audit(kernel)).toEqual([]);
  });

  test("whose user ends: before, they are freed and count as moved; after they were unmapped, they are, too", () => {
    for (const when of ["before", "between"] as const) {
      const { engine, kernel, pages, mapping, move } = loaded("anon", 1);
      const list = [...mapping.present()].slice(0, 5);
      const pid = mapping.areas[0]?.process.pid as number;
      const { orphaned } = kernel.mappings;
      const before = kernel.vmstat.pgmigrateSuccess;
      const steps = move(list);
      if (when === "between") steps.next();
      engine.submit({ do: "kill", partition: "A", pid });
      engine.settle();
      expect(list.map((page) => pages.a[page])).toEqual(list.map(() => ORPHAN));
      expect(kernel.mappings.orphaned).toBe(orphaned + 5);
      expect(timed(steps).result).toEqual({ moved: 5, result: 0, left: [] });
      expect(list.map((page) => pages.kind[page])).toEqual(list.map(() => PageKind.Free));
      expect(kernel.vmstat.pgmigrateSuccess - before).toBe(5);
      expect([kernel.mappings.orphaned, kernel.inFlight]).toEqual([orphaned, 0]);
      expect(audit(kernel)).toEqual([]);
    }
  });

  test("and one that somebody holds meanwhile has not moved", () => {
    const { kernel, pages, mapping, move } = loaded("anon", 1);
    const list = [...mapping.present()].slice(0, 3);
    const before = kernel.vmstat.pgmigrateSuccess;
    const steps = move(list);
    steps.next();
    pages.setFlags(list[1] as number, PageFlag.Pinned, 0);
    const { result, ns } = timed(steps);
    expect(result).toEqual({ moved: 2, result: 1, left: [list[1]] });
    expect(kernel.vmstat.pgmigrateSuccess - before).toBe(2);
    // Ten tries: unmapped and mapped again once, found to be held nine times.
    const copy = Math.round((Cost.copyPage * kernel.distance(0, 0)) / 10);
    expect(ns).toBe(10 * Cost.failPage + 2 * (copy + Cost.remapPage));
    pages.setFlags(list[1] as number, 0, PageFlag.Pinned);
    putBack(kernel, result.left);
    expect(audit(kernel)).toEqual([]);
  });

  test("stop where memory for a copy ends: what is left is told in the order in which it was tried", () => {
    const { kernel, pages, mapping, move } = loaded("anon", 1);
    kernel.allocator.reclaim = () => 0;
    const list = [...mapping.present()].slice(0, 70);
    for (const page of list) isolatePage(kernel, page);
    pages.setFlags(list[2] as number, PageFlag.Pinned, 0);
    for (const page of emptied(kernel).splice(0, 40)) kernel.allocator.free(page, 0);
    const before = kernel.vmstat.pgmigrateFail;
    const { result } = timed(move(list));
    expect([result.moved, result.result]).toEqual([40, -12]);
    expect(result.left.length).toBe(30);
    expect(new Set(result.left)).toEqual(new Set([list[2], ...list.slice(41)]));
    expect(kernel.vmstat.pgmigrateFail - before).toBe(1);
    expect(kernel.inFlight).toBe(0);
    pages.setFlags(list[2] as number, 0, PageFlag.Pinned);
    putBack(kernel, result.left);
    expect(result.left.every((page) => ((pages.flags[page] as number) & PageFlag.Isolated) === 0)).toBe(true);
  });
});

describe("a page of 2 MiB", () => {
  test.each([
    ["thp", PageKind.AnonHuge],
    ["huge", PageKind.Hugetlb],
  ] as const)("moves in one piece (%s): its tables, its words, its books", (kind, pageKind) => {
    const { kernel, pages, mapping, move, moved } = loaded(kind, 8);
    const page = [...mapping.present()].find((each) => pages.kind[each] === pageKind) as number;
    expect(page % HUGE_PAGES).toBe(0);
    const offset = pages.b[page] as number;
    const before = kernel.vmstat.pgmigrateSuccess;
    const flags = pages.flags[page] as number;
    const steps = move([page]);
    steps.next();
    expect(kernel.inFlight).toBe(HUGE_PAGES);
    const { result, ns } = timed(steps);
    expect(result).toEqual({ moved: 1, result: 0, left: [] });
    const copying = Math.round((HUGE_PAGES * Cost.copyPage * kernel.distance(0, 0)) / 10);
    expect(ns).toBe(copying + Cost.remapPage);
    expect(moved.map(([, count]) => count)).toEqual([HUGE_PAGES]);
    expect(kernel.vmstat.pgmigrateSuccess - before).toBe(HUGE_PAGES);
    expect(kernel.inFlight).toBe(0);
    const copy = mapping.at(offset);
    expect([copy === page, kernel.zoneOfIndex(copy).node]).toEqual([false, 0]);
    expect(pages.flags[copy]).toBe(flags);
    for (const i of [0, 1, HUGE_PAGES - 1])
      expect([pages.kind[copy + i], pages.a[copy + i]]).toEqual([pageKind, mapping.id]);
    expect(pages.order[copy + 1]).toBe(NOT_HEAD);
    expect(audit(kernel)).toEqual([]);
  });

  test.each(["thp", "huge"] as const)(
    "whose user ends while it is on its way is free, and so is where it went (%s)",
    (kind) => {
      const { engine, kernel, pages, mapping, move } = loaded(kind, 8);
      const page = [...mapping.present()].find((each) => each % HUGE_PAGES === 0) as number;
      const steps = move([page]);
      steps.next();
      engine.submit({ do: "kill", partition: "A", pid: mapping.areas[0]?.process.pid as number });
      engine.settle();
      expect(pages.a[page]).toBe(ORPHAN);
      expect(timed(steps).result).toEqual({ moved: 1, result: 0, left: [] });
      expect(kernel.inFlight).toBe(0);
      if (kind === "thp") expect(pages.kind[page]).toBe(PageKind.Free);
      else expect(kernel.hugePages.total.reduce((sum, each) => sum + each, 0)).toBe(kernel.hugePages.freePages);
      expect(audit(kernel)).toEqual([]);
    },
  );

  test("of a pool that finds no place elsewhere ends the run: what comes after it in the list is not tried", () => {
    const { kernel, pages, mapping, move } = loaded("huge", 8);
    const [first, second] = [...mapping.present()].filter((each) => each % HUGE_PAGES === 0) as [number, number];
    const pageOf = kernel.hugePages.targetFor.bind(kernel.hugePages);
    kernel.hugePages.targetFor = () => undefined;
    const steps = move([first, second]);
    expect(timed(steps).result).toEqual({ moved: 0, result: -12, left: [first, second] });
    kernel.hugePages.targetFor = pageOf;
    for (const page of [first, second]) expect(pages.a[page]).toBe(mapping.id);
  });

  test("is split where no piece of its size is to be had: its small pages move", () => {
    const { kernel, pages, mapping, move } = loaded("thp", 8);
    const page = [...mapping.present()].find((each) => pages.kind[each] === PageKind.AnonHuge) as number;
    for (const each of emptied(kernel)) if (each % 2 === 0) kernel.allocator.free(each, 0);
    expect(timed(move([page])).result).toEqual({ moved: HUGE_PAGES, result: 0, left: [] });
    expect(pages.kind[page]).toBe(PageKind.Free);
    expect([...mapping.present()].filter((each) => kernel.zoneOfIndex(each).node === 0).length).toBe(HUGE_PAGES);
  });
});

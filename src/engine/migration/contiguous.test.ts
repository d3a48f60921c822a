/** A given range is taken as a whole: what is in it moves or is dropped, or all stays as it was. */
import { describe, expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import { Cost } from "../kernel/costs.ts";
import { MIGRATE_TYPES, MigrateType, PageFlag, PageKind } from "../memory/kinds.ts";
import { NOT_HEAD } from "../memory/page-array.ts";
import { finish } from "../chronicle/slices.ts";
import { timed } from "../testing/timed.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { PAGEBLOCK_PAGES, PAGES_PER_MAX_ORDER, PAGES_PER_SECTION } from "../units.ts";
import type { LoadKind } from "../workload/load-description.ts";
import { giveContiguous, takeContiguous } from "./contiguous.ts";
import { isolatePage } from "./migrate.ts";

/** A Movable block of node 2 that begins with pages of a load, and the one behind it. */
function machine(kind: LoadKind = "anon", mib = 4) {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  engine.submit({ do: "load", partition: "A", load: { kind, mib, node: 2, policy: "bind" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const { pages } = kernel;
  const wanted = kind === "cache" ? PageKind.PageCache : PageKind.Anon;
  const block = [...kernel.blocks.values()].find(
    ({ zone, startPfn }) =>
      zone?.name === "Movable" && zone.node === 2 && pages.countIn(startPfn / PAGES_PER_SECTION, wanted) > 0,
  );
  if (!block?.zone) throw new Error("the load is nowhere");
  const { zone, startPfn } = block;
  const used = Array.from({ length: PAGES_PER_SECTION }, (_, i) => startPfn + i).filter(
    (frame) => pages.kindAt(frame) === wanted,
  );
  const moved: [string, number][] = [];
  const take = (from: number, count: number, prepare?: () => boolean) =>
    timed(
      takeContiguous(
        kernel,
        { zone, startPfn: from, pages: count, kind: PageKind.Offline },
        ({ name, node }, pages) => moved.push([`${node}${name}`, pages]),
        prepare,
      ),
    );
  const first = used[0] as number;
  const from = first - (first % PAGEBLOCK_PAGES);
  const setFlag = (frame: number, flag: number) => pages.setFlags(pages.indexOf(frame), flag, 0);
  return { engine, kernel, zone, startPfn, used, from, take, moved, setFlag };
}

/** Chunks of the free lists of a zone by order and type. */
const chunks = ({ chunks: counts }: { readonly chunks: Int32Array }) => [...counts];

describe("a range that is taken", () => {
  test("has its pages moved elsewhere, and is of one use from the first page to the last", () => {
    const { kernel, zone, used, from, take, moved } = machine();
    const { pages } = kernel;
    const size = 2 * PAGEBLOCK_PAGES;
    const inside = used.filter((frame) => frame >= from && frame < from + size).length;
    expect(inside).toBeGreaterThan(100);
    const free = kernel.zones.reduce((sum, each) => sum + each.free, 0);
    expect(take(from, size).result).toBeNull();
    expect(moved.reduce((sum, [, count]) => sum + count, 0)).toBe(inside);
    for (let frame = from; frame < from + size; frame++) {
      const index = pages.indexOf(frame);
      expect([pages.kind[index], pages.order[index], pages.flags[index], pages.a[index], pages.b[index]]).toEqual([
        PageKind.Offline,
        NOT_HEAD,
        0,
        -1,
        -1,
      ]);
    }
    expect(pages.kindAt(from + size)).not.toBe(PageKind.Offline);
    expect(kernel.pageblockTypeAt(from)).toBe(MigrateType.Movable);
    expect(kernel.zones.reduce((sum, each) => sum + each.free, 0)).toBe(free - size);
    expect(kernel.isolated.size).toBe(0);
    giveContiguous(kernel, zone, from, size, false);
    expect(kernel.zones.reduce((sum, each) => sum + each.free, 0)).toBe(free);
    expect(audit(kernel)).toEqual([]);
  });

  test("costs isolation, draining, and looking at its pages in clusters of 32 that are taken off their lists", () => {
    const { kernel, zone, startPfn, take, used, from } = machine();
    const empty = startPfn + PAGES_PER_SECTION - PAGES_PER_MAX_ORDER;
    expect(take(empty, PAGES_PER_MAX_ORDER)).toEqual({
      result: null,
      ns: 2 * Cost.isolatePageblock + Cost.drain + PAGES_PER_MAX_ORDER * Cost.scanPage,
      steps: 3,
    });
    const inside = used.filter((frame) => frame < from + PAGEBLOCK_PAGES).length;
    const clusters = Math.ceil(inside / 32);
    const { steps } = take(from, PAGEBLOCK_PAGES);
    // Isolation, draining; each cluster is found, unmapped, copied, mapped; and nothing more is found.
    expect(steps).toBe(2 + 4 * clusters + 1);
    giveContiguous(kernel, zone, empty, PAGES_PER_MAX_ORDER, false);
    giveContiguous(kernel, zone, from, PAGEBLOCK_PAGES, false);
    expect(audit(kernel)).toEqual([]);
  });

  test("drops clean pages of files that nobody maps, and moves the others", () => {
    const { kernel, zone, used, from, take, moved, setFlag } = machine("cache");
    const { pages } = kernel;
    const inside = used.filter((frame) => frame >= from && frame < from + PAGEBLOCK_PAGES);
    for (const frame of inside) pages.setFlags(pages.indexOf(frame), 0, PageFlag.Dirty | PageFlag.Mlocked);
    const kept = inside.slice(0, 3);
    for (const [i, flag] of [PageFlag.Dirty, PageFlag.Mlocked, PageFlag.Writeback].entries())
      setFlag(kept[i] as number, flag);
    const files = () => kernel.pages.kind.reduce((sum, kind) => sum + Number(kind === PageKind.PageCache), 0);
    const before = files();
    expect(take(from, PAGEBLOCK_PAGES).result).toBeNull();
    expect(moved.reduce((sum, [, count]) => sum + count, 0)).toBe(3);
    expect(before - files()).toBe(inside.length - 3);
    giveContiguous(kernel, zone, from, PAGEBLOCK_PAGES, false);
    expect(audit(kernel)).toEqual([]);
  });
});

describe("a range that can't be taken is as it was", () => {
  test("when a page is pinned: its cluster is tried five times", () => {
    const { kernel, zone, used, from, take, setFlag } = machine();
    const pinned = used.filter((frame) => frame >= from && frame < from + PAGEBLOCK_PAGES)[40] as number;
    setFlag(pinned, PageFlag.Pinned);
    const before = kernel.vmstat.pgmigrateFail;
    const whole = chunks(zone).slice(9 * MIGRATE_TYPES);
    expect(take(from, PAGEBLOCK_PAGES).result).toBe("EBUSY");
    expect(kernel.vmstat.pgmigrateFail - before).toBe(5);
    const { pages } = kernel;
    expect(pages.kindAt(pinned)).toBe(PageKind.Anon);
    expect((pages.flags[pages.indexOf(pinned)] as number) & PageFlag.Isolated).toBe(0);
    expect(kernel.pageblockTypeAt(from)).toBe(MigrateType.Movable);
    expect(kernel.isolated.size).toBe(0);
    expect(chunks(zone)[9 * MIGRATE_TYPES + MigrateType.Isolate]).toBe(0);
    expect(whole.length).toBe(2 * MIGRATE_TYPES);
    pages.setFlags(pages.indexOf(pinned), 0, PageFlag.Pinned);
    expect(audit(kernel)).toEqual([]);
  });

  test("when who asked for it has not what it takes", () => {
    const { kernel, from, take, moved } = machine();
    let isolated = 0;
    const prepare = () => {
      isolated = kernel.isolated.size;
      return false;
    };
    expect(take(from, PAGEBLOCK_PAGES, prepare).result).toBe("ENOMEM");
    expect([isolated, kernel.isolated.size, moved.length]).toEqual([1, 0, 0]);
    expect(kernel.pageblockTypeAt(from)).toBe(MigrateType.Movable);
    expect(audit(kernel)).toEqual([]);
  });

  test("when memory for the copies runs out", () => {
    const { kernel, from, take } = machine();
    kernel.allocator.reclaim = () => 0;
    const taken: [number, number][] = [];
    for (const zone of kernel.zones)
      for (let order = 10; order >= 0; order--)
        for (let page = 0; page >= 0; ) {
          page = kernel.buddy.take(zone, order, MigrateType.Movable, true);
          if (page < 0) continue;
          kernel.pages.setKind(page, 1 << order, PageKind.KernelBuffer, 0);
          taken.push([page, order]);
        }
    expect(take(from, PAGEBLOCK_PAGES).result).toMatch(/ENOMEM|EBUSY/);
    const { pages } = kernel;
    for (let frame = from; frame < from + PAGEBLOCK_PAGES; frame++)
      expect((pages.flags[pages.indexOf(frame)] as number) & PageFlag.Isolated).toBe(0);
    for (const [page, order] of taken) kernel.allocator.free(page, order);
    expect(audit(kernel)).toEqual([]);
  });

  test("when it can't be isolated, or a page in it is no one's to move", () => {
    const { kernel, from, take, used } = machine();
    const { pages } = kernel;
    const frame = used.find((each) => each >= from + 10) as number;
    // Somebody else moves it.
    isolatePage(kernel, pages.indexOf(frame));
    expect(take(from, PAGEBLOCK_PAGES).result).toBe("EBUSY");
    expect(kernel.isolated.size).toBe(0);
    pages.setFlags(pages.indexOf(frame), 0, PageFlag.Isolated);
  });
});

test("a range goes back in the largest chunks that its borders allow, first or behind what is free", () => {
  const { kernel, zone, startPfn } = machine();
  const { pages } = kernel;
  const size = PAGES_PER_MAX_ORDER + 2 * PAGEBLOCK_PAGES;
  const from = startPfn + PAGES_PER_SECTION - 4 * PAGES_PER_MAX_ORDER + PAGEBLOCK_PAGES;
  for (const toTail of [false, true]) {
    const taking = takeContiguous(kernel, { zone, startPfn: from, pages: size, kind: PageKind.Offline });
    expect(finish(taking)).toBeNull();
    const before = zone.free;
    giveContiguous(kernel, zone, from, size, toTail);
    expect(zone.free - before).toBe(size);
    const orders = [0, PAGEBLOCK_PAGES, PAGEBLOCK_PAGES + PAGES_PER_MAX_ORDER].map((at) => from + at);
    expect(orders.map((frame) => pages.kindAt(frame))).toEqual([PageKind.Free, PageKind.Free, PageKind.Free]);
    // The halves at its ends join their other halves again.
    expect(pages.order[pages.indexOf(from - PAGEBLOCK_PAGES)]).toBe(10);
    expect(pages.order[pages.indexOf(from + PAGEBLOCK_PAGES)]).toBe(10);
    const list = 10 * MIGRATE_TYPES + MigrateType.Movable;
    const ends = [zone.head[list], zone.tail[list]];
    expect(ends.indexOf(pages.indexOf(from + size - PAGEBLOCK_PAGES))).toBe(toTail ? 1 : 0);
  }
  expect(audit(kernel)).toEqual([]);
});

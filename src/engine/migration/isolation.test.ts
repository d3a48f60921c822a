/** Isolation gives back what it took, in pieces as large as they were (mm/page_isolation.c, unset_migratetype_isolate). */
import { expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { sectionOfToken } from "../memory/buddy.ts";
import { MIGRATE_TYPES, MigrateType, PageKind } from "../memory/kinds.ts";
import { NIL } from "../memory/zone.ts";
import { PAGEBLOCK_PAGES, PAGES_PER_MAX_ORDER, PAGES_PER_SECTION, sectionOf } from "../units.ts";
import { IsolatedRange } from "./isolation.ts";
import { obstacleIn } from "./leave.ts";

/** A Movable block with a page of a user in it, so that its section has entries. */
function machine() {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 4, node: 2, policy: "bind" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const block = [...kernel.blocks.values()].find(
    ({ zone, startPfn }) => zone?.name === "Movable" && kernel.pages.indexOf(startPfn) >= 0,
  );
  if (!block?.zone) throw new Error("no Movable block has entries");
  return { kernel, block, zone: block.zone };
}

test.each([
  ["the lower half", 0, 1],
  ["the upper half", 1, 1],
  ["the upper half and the chunk above", 1, 3],
])("%s of a free chunk of 4 MiB, isolated and released, is one piece with the other again", (_, from, pageblocks) => {
  const { kernel, block, zone } = machine();
  // Chunks at the end of the section, where nothing was taken yet.
  const chunk = block.startPfn + PAGES_PER_SECTION - 4 * PAGES_PER_MAX_ORDER;
  const orderAt = (frame: number) => kernel.pages.order[kernel.pages.indexOf(frame)];
  const orders = () => [0, 1, 2, 3].map((i) => orderAt(chunk + i * PAGES_PER_MAX_ORDER));
  const [before, free] = [orders(), zone.free];
  expect(before).toEqual([10, 10, 10, 10]);
  const range = new IsolatedRange(
    kernel,
    zone,
    chunk + from * PAGEBLOCK_PAGES,
    pageblocks * PAGEBLOCK_PAGES,
    "allocation",
  );
  const steps = range.isolate();
  let step = steps.next();
  while (!step.done) step = steps.next();
  expect(step.value).toEqual({ ok: true });
  expect(zone.free).toBe(free - pageblocks * PAGEBLOCK_PAGES);
  range.release();
  expect(orders()).toEqual(before);
  expect(zone.free).toBe(free);
  expect(audit(kernel)).toEqual([]);
});

/** Takes all steps of a generator at once. */
function finish<T>(steps: Generator<unknown, T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

test("a range that is released or can't be isolated is nobody's any more, and all of it is as before", () => {
  const { kernel, block, zone } = machine();
  const free = zone.free;
  const whole = new IsolatedRange(kernel, zone, block.startPfn, block.pages, "offline");
  expect(finish(whole.isolate())).toEqual({ ok: true });
  expect([...kernel.isolated]).toEqual([whole]);
  whole.release();
  expect(kernel.isolated.size).toBe(0);
  expect(zone.free).toBe(free);
  // One kernel page in the middle: the ends are isolated before it is met.
  const middle = block.startPfn + block.pages / 2;
  const { pages } = kernel;
  kernel.buddy.takeChunk(zone, pages.indexOf(middle));
  pages.setKind(pages.indexOf(middle), PAGES_PER_MAX_ORDER, PageKind.Reserved, 0);
  const refused = new IsolatedRange(kernel, zone, block.startPfn, block.pages, "offline");
  expect(finish(refused.isolate())).toMatchObject({ ok: false, obstacle: { pfn: middle, why: { code: "reserved" } } });
  expect(kernel.isolated.size).toBe(0);
  expect(zone.free).toBe(free - PAGES_PER_MAX_ORDER);
  expect(refused.holdsAside(sectionOf(block.startPfn))).toBe(false);
});

test("what was kept aside whole gets entries of its own, and no pageblock beyond it is touched", () => {
  const { kernel } = machine();
  const block = [...kernel.blocks.values()].find(
    ({ zone, startPfn }) => zone?.name === "Movable" && kernel.pages.indexOf(startPfn) < 0,
  );
  if (!block?.zone) throw new Error("no Movable block is without entries");
  const { zone } = block;
  const section = sectionOf(block.startPfn);
  const range = new IsolatedRange(kernel, zone, block.startPfn, block.pages, "offline");
  expect(finish(range.isolate())).toEqual({ ok: true });
  expect(range.holdsAside(section)).toBe(true);
  expect(range.allFree).toBe(true);
  const isolatedIn = (number: number) => {
    const first = kernel.pages.indexOf(number * PAGES_PER_SECTION);
    if (first < 0) return "no entries";
    return Array.from(
      { length: PAGES_PER_SECTION / PAGEBLOCK_PAGES },
      (_, i) => kernel.pages.pageblockType[first / PAGEBLOCK_PAGES + i],
    ).filter((type) => type === MigrateType.Isolate).length;
  };
  const after = isolatedIn(section + 1);
  range.unpack(section);
  expect(isolatedIn(section)).toBe(PAGES_PER_SECTION / PAGEBLOCK_PAGES);
  expect(isolatedIn(section + 1)).toEqual(after);
  expect(range.holdsAside(section)).toBe(false);
  range.release();
  expect(isolatedIn(section)).toBe(0);
  expect(kernel.isolated.size).toBe(0);
  expect(audit(kernel)).toEqual([]);
});

test("whether all of a range is free is about its own pages, from the first to the last", () => {
  const { kernel, block, zone } = machine();
  const chunk = block.startPfn + PAGES_PER_SECTION - 4 * PAGES_PER_MAX_ORDER;
  const { pages } = kernel;
  const range = new IsolatedRange(kernel, zone, chunk, PAGES_PER_MAX_ORDER, "allocation");
  expect(range.allFree).toBe(true);
  for (const [frame, free] of [
    [chunk + PAGES_PER_MAX_ORDER, true],
    [chunk - 1, true],
    [chunk + PAGES_PER_MAX_ORDER - 1, false],
    [chunk, false],
  ] as const) {
    const kind = pages.kind[pages.indexOf(frame)] as number;
    pages.kind[pages.indexOf(frame)] = PageKind.Slab;
    expect(range.allFree, `${frame - chunk}`).toBe(free);
    pages.kind[pages.indexOf(frame)] = kind;
  }
});

test("of two ranges side by side each releases its own pageblocks", () => {
  const { kernel, block, zone } = machine();
  const middle = block.startPfn + PAGES_PER_SECTION - 4 * PAGES_PER_MAX_ORDER;
  const lower = new IsolatedRange(kernel, zone, middle - PAGES_PER_MAX_ORDER, PAGES_PER_MAX_ORDER, "allocation");
  const upper = new IsolatedRange(kernel, zone, middle, PAGES_PER_MAX_ORDER, "allocation");
  expect([finish(lower.isolate()), finish(upper.isolate())]).toEqual([{ ok: true }, { ok: true }]);
  lower.release();
  const types = [-PAGEBLOCK_PAGES, 0, PAGEBLOCK_PAGES].map((at) => kernel.pageblockTypeAt(middle + at));
  expect(types).toEqual([MigrateType.Movable, MigrateType.Isolate, MigrateType.Isolate]);
  expect([...kernel.isolated]).toEqual([upper]);
  upper.release();
  expect(kernel.pageblockTypeAt(middle)).toBe(MigrateType.Movable);
  expect(audit(kernel)).toEqual([]);
});

test("a range is empty when no page of it is in use: broken pages and what a driver keeps are not, a balloon's are", () => {
  const { kernel, block, zone } = machine();
  const { pages } = kernel;
  const empty = [...kernel.blocks.values()].find((one) => one.zone === zone && pages.indexOf(one.startPfn) < 0);
  if (!empty) throw new Error("no block without entries");
  const index = () => pages.indexOf(empty.startPfn);
  kernel.buddy.touch(zone, sectionOf(empty.startPfn));
  const range = new IsolatedRange(kernel, zone, empty.startPfn, empty.pages, "offline");
  const first = index();
  for (const [kind, a, at, expected] of [
    [PageKind.Free, -1, 0, true],
    [PageKind.Poisoned, -1, 0, true],
    [PageKind.SelfMemmap, -1, 0, true],
    [PageKind.Offline, -1, 0, true],
    [PageKind.Offline, 0, 0, false],
    [PageKind.Offline, 3, PAGES_PER_SECTION - 1, false],
    [PageKind.Anon, 3, PAGES_PER_SECTION - 1, false],
  ] as const) {
    const kept = [pages.kind[first + at], pages.a[first + at]] as [number, number];
    pages.setKind(first + at, 1, kind, 0);
    pages.a[first + at] = a;
    expect([kind, a, range.empty]).toEqual([kind, a, expected]);
    pages.setKind(first + at, 1, kept[0], 0);
    pages.a[first + at] = kept[1];
  }
  expect(block.zone).toBe(zone);
  expect(audit(kernel)).toEqual([]);
});

test("sections that were kept aside whole come back in the order of their addresses, behind what is free", () => {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const blocks = [...kernel.blocks.values()].filter(({ dimm }) => dimm === "d4");
  const [first] = blocks;
  if (!first?.zone) throw new Error("d4 is not online");
  const { zone, startPfn } = first;
  // Since 6.0 the ends are isolated first.
  const range = new IsolatedRange(kernel, zone, startPfn, blocks.length * PAGES_PER_SECTION, "offline");
  expect(finish(range.isolate())).toEqual({ ok: true });
  expect(range.keptAside).toBe(blocks.length);
  // Nobody else can isolate a part of it meanwhile.
  const other = new IsolatedRange(kernel, zone, startPfn, PAGES_PER_SECTION, "offline");
  expect(finish(other.isolate())).toMatchObject({
    ok: false,
    obstacle: { pfn: -1, why: { code: "isolated" } },
    done: 0,
  });
  expect(obstacleIn(kernel, zone, startPfn, "offline")?.pfn).toBe(-1);
  range.release();
  const found: number[] = [];
  const list = 10 * MIGRATE_TYPES + MigrateType.Movable;
  for (let chunk = zone.head[list] as number; chunk !== NIL; chunk = kernel.buddy.nextOf(chunk))
    if (chunk < NIL) found.push(sectionOfToken(chunk));
  expect(found).toEqual(blocks.map((block) => sectionOf(block.startPfn)));
  expect(audit(kernel)).toEqual([]);
});

test("broken pages in use are forgotten with the range that goes offline, and no others", () => {
  const { kernel, zone } = machine();
  const empty = [...kernel.blocks.values()].find((one) => one.zone === zone && kernel.pages.indexOf(one.startPfn) < 0);
  if (!empty) throw new Error("no block without entries");
  const { startPfn, pages } = empty;
  for (const frame of [startPfn - 1, startPfn, startPfn + pages - 1, startPfn + pages]) kernel.brokenInUse.add(frame);
  const range = new IsolatedRange(kernel, zone, startPfn, pages, "offline");
  expect(finish(range.isolate())).toEqual({ ok: true });
  range.takeOffline();
  expect([...kernel.brokenInUse]).toEqual([startPfn - 1, startPfn + pages]);
  expect([range.keptAside, kernel.isolated.size]).toEqual([0, 0]);
});

test("a half that is released joins the other and waits at the end of its list", () => {
  const { kernel, block, zone } = machine();
  const chunk = block.startPfn + PAGES_PER_SECTION - 4 * PAGES_PER_MAX_ORDER;
  const range = new IsolatedRange(kernel, zone, chunk, PAGEBLOCK_PAGES, "allocation");
  expect(finish(range.isolate())).toEqual({ ok: true });
  range.release();
  expect(zone.tail[10 * MIGRATE_TYPES + MigrateType.Movable]).toBe(kernel.pages.indexOf(chunk));
});

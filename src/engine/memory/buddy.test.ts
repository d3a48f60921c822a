import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PAGEBLOCK_ORDER, PAGES_PER_SECTION } from "../units.ts";
import { Buddy } from "./buddy.ts";
import { MIGRATE_TYPES, MigrateType, PageKind, ZoneType } from "./kinds.ts";
import { PageArray, SectionState } from "./page-array.ts";
import { NIL, Zone } from "./zone.ts";

const SECTIONS = 2;

function freshZone(): { buddy: Buddy; zone: Zone; pages: PageArray } {
  // No room for either section yet: the arrays grow when one of them is touched.
  const pages = new PageArray(SECTIONS, 0);
  const zone = new Zone(0, 0, ZoneType.Normal);
  const buddy = new Buddy(pages);
  zone.spanned = zone.present = zone.managed = SECTIONS * PAGES_PER_SECTION;
  for (let section = 0; section < SECTIONS; section++) {
    pages.state[section] = SectionState.Online;
    pages.zoneOfSection[section] = 0;
    pages.uniformKind[section] = PageKind.Free;
    buddy.giveSection(zone, section);
  }
  return { buddy, zone, pages };
}

function take(machine: ReturnType<typeof freshZone>, order: number, type: MigrateType = MigrateType.Movable): number {
  const page = machine.buddy.take(machine.zone, order, type, true);
  if (page >= 0)
    machine.pages.setKind(page, 1 << order, type === MigrateType.Movable ? PageKind.Anon : PageKind.Slab, 0);
  return page;
}

describe("buddy allocator", () => {
  test("an untouched section costs nothing and stands in the lists as 32 chunks of order 10", () => {
    const { zone, pages } = freshZone();
    expect(pages.materialised).toBe(0);
    expect(zone.chunksOfOrder(10)).toBe(64);
    expect(zone.free).toBe(2 * PAGES_PER_SECTION);
  });

  test("takes the lowest page first, splits, and keeps the upper halves", () => {
    const machine = freshZone();
    const page = take(machine, 0);
    expect(machine.pages.pfnOf(page)).toBe(0);
    expect(machine.pages.materialised).toBe(1);
    for (let order = 0; order < 10; order++) expect(machine.zone.chunksOfOrder(order)).toBe(1);
    expect(machine.zone.chunksOfOrder(10)).toBe(63);
    machine.buddy.give(machine.zone, page, 0, false);
    expect(machine.zone.chunksOfOrder(10)).toBe(64);
    expect(machine.zone.chunksOfOrder(0)).toBe(0);
  });

  test("memory that comes later is used after what is free already", () => {
    const machine = freshZone();
    machine.buddy.takeSection(machine.zone, 0);
    machine.buddy.giveSection(machine.zone, 0);
    expect(machine.pages.pfnOf(take(machine, 10))).toBe(PAGES_PER_SECTION);
  });

  test("a kernel request takes over whole pageblocks of the largest Movable chunk", () => {
    const machine = freshZone();
    const page = take(machine, 0, MigrateType.Unmovable);
    expect(machine.pages.pageblockType[page >> PAGEBLOCK_ORDER]).toBe(MigrateType.Unmovable);
    expect(machine.pages.pageblockType[(page >> PAGEBLOCK_ORDER) + 1]).toBe(MigrateType.Unmovable);
    expect(machine.zone.freeOfType(MigrateType.Unmovable)).toBe(1023);
  });

  test("a Movable request that must steal little takes the smallest chunk that does", () => {
    const machine = freshZone();
    const { zone, buddy } = machine;
    while (take(machine, 10, MigrateType.Unmovable) >= 0);
    const chunk = machine.pages.indexOf(0);
    buddy.give(zone, chunk, 3, false);
    buddy.give(zone, chunk + 512, 1, false);
    expect(take(machine, 0)).toBe(chunk + 512);
    expect(machine.pages.pageblockType[(chunk + 512) >> PAGEBLOCK_ORDER]).toBe(MigrateType.Unmovable);
  });

  test("a page whose merging is likely waits at the end of its list, behind those whose is not", () => {
    const machine = freshZone();
    const { zone, buddy, pages } = machine;
    while (take(machine, 10) >= 0);
    const chunk = pages.indexOf(0);
    buddy.give(zone, chunk + 2, 1, false);
    buddy.give(zone, chunk + 8, 0, false);
    // Its neighbour is in use; were that free, both would join the two pages above.
    buddy.give(zone, chunk, 0, false);
    expect(take(machine, 0)).toBe(chunk + 8);
    expect(take(machine, 0)).toBe(chunk);
  });

  test.each([
    [300, MigrateType.Unmovable],
    [150, MigrateType.Movable],
  ])(
    "a Movable pageblock with %i kernel pages and 64 free ones becomes, for a kernel request, of type %i",
    (kernelPages, becomes) => {
      const machine = freshZone();
      const { zone, buddy, pages } = machine;
      while (take(machine, 10) >= 0);
      const chunk = pages.indexOf(0);
      pages.setKind(chunk, kernelPages, PageKind.Slab, 0);
      buddy.give(zone, chunk + 448, 6, false);
      expect(take(machine, 0, MigrateType.Unmovable)).toBeGreaterThanOrEqual(chunk + 448);
      expect(pages.pageblockType[chunk >> PAGEBLOCK_ORDER]).toBe(becomes);
    },
  );

  test("isolated pageblocks don't merge with their neighbours, and their pages don't count as free", () => {
    const machine = freshZone();
    const page = take(machine, 10);
    machine.pages.pageblockType[page >> PAGEBLOCK_ORDER] = MigrateType.Isolate;
    const before = machine.zone.free;
    machine.buddy.give(machine.zone, page, 9, false);
    machine.buddy.give(machine.zone, page + 512, 9, false);
    expect(machine.zone.free - before).toBe(512);
    expect(machine.zone.chunks[9 * MIGRATE_TYPES + MigrateType.Isolate]).toBe(1);
    expect(machine.zone.chunks[9 * MIGRATE_TYPES + MigrateType.Movable]).toBe(1);
  });

  test.each([
    [MigrateType.Reclaimable, true],
    [MigrateType.Unmovable, true],
    [MigrateType.Isolate, false],
    [MigrateType.Cma, false],
  ])("a free Movable pageblock joins its buddy of type %i: %s", (type, joins) => {
    for (const lower of [true, false]) {
      const machine = freshZone();
      const page = take(machine, 10);
      const [own, other] = lower ? [page, page + 512] : [page + 512, page];
      machine.pages.pageblockType[other >> PAGEBLOCK_ORDER] = type;
      machine.buddy.give(machine.zone, other, 9, false);
      machine.buddy.give(machine.zone, own, 9, false);
      expect(machine.pages.order[page]).toBe(joins ? 10 : 9);
    }
  });

  test("whatever is taken and given back, chunks never overlap, and everything merges in the end", () => {
    const requests = fc.array(
      fc.record({
        order: fc.integer({ min: 0, max: 10 }),
        type: fc.constantFrom(MigrateType.Movable, MigrateType.Unmovable, MigrateType.Reclaimable),
        keep: fc.boolean(),
        which: fc.nat(),
      }),
      { minLength: 1, maxLength: 300 },
    );
    fc.assert(
      fc.property(requests, (all) => {
        const machine = freshZone();
        const held: { page: number; order: number }[] = [];
        const owner = new Int32Array(SECTIONS * PAGES_PER_SECTION).fill(-1);
        const release = (at: number): void => {
          const { page, order } = held.splice(at, 1)[0] as { page: number; order: number };
          owner.fill(-1, machine.pages.pfnOf(page), machine.pages.pfnOf(page) + (1 << order));
          machine.buddy.give(machine.zone, page, order, false);
        };
        for (const { order, type, keep, which } of all) {
          const page = take(machine, order, type);
          if (page < 0) continue;
          const first = machine.pages.pfnOf(page);
          expect(first % (1 << order)).toBe(0);
          expect(owner.subarray(first, first + (1 << order)).every((one) => one === -1)).toBe(true);
          owner.fill(page, first, first + (1 << order));
          held.push({ page, order });
          if (!keep) release(which % held.length);
        }
        const taken = held.reduce((sum, { order }) => sum + (1 << order), 0);
        expect(machine.zone.free).toBe(SECTIONS * PAGES_PER_SECTION - taken);
        while (held.length > 0) release(held.length - 1);
        expect(machine.zone.chunksOfOrder(10)).toBe(64);
      }),
      { numRuns: 150 },
    );
  });

  test("single pages that are taken or given back together are those that one after the other would be", () => {
    const types = [MigrateType.Movable, MigrateType.Unmovable];
    const acts = fc.array(
      fc.record({
        take: fc.boolean(),
        order: fc.integer({ min: 0, max: 4 }),
        type: fc.constantFrom(...types),
        count: fc.integer({ min: 1, max: 200 }),
        which: fc.nat(),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(acts, (all) => {
        const together = freshZone();
        const apart = freshZone();
        const held: { page: number; count: number }[] = [];
        for (const { take: takes, order, type, count, which } of all) {
          // Holes of all sizes, and chunks on lists of other types.
          if (order > 0 && take(apart, order, type) !== take(together, order, type))
            throw new Error("they differ already");
          if (takes || held.length === 0) {
            const had: number[] = [];
            const number = together.buddy.takeSingles(together.zone, count, type, had);
            const one = had.map(() => apart.buddy.take(apart.zone, 0, type, false));
            expect([number, ...had]).toEqual([had.length, ...one]);
            for (const page of had) {
              for (const machine of [together, apart]) machine.pages.setKind(page, 1, PageKind.Anon, 0);
              const last = held.at(-1);
              if (last && last.page + last.count === page) last.count++;
              else held.push({ page, count: 1 });
            }
            continue;
          }
          const { page, count: run } = held.splice(which % held.length, 1)[0] as { page: number; count: number };
          const half = Math.min(run, count);
          if (half < run) held.push({ page: page + half, count: run - half });
          together.buddy.giveRun(together.zone, page, half);
          for (let i = page; i < page + half; i++) apart.buddy.give(apart.zone, i, 0, false);
        }
        expect(listsOf(together)).toBe(listsOf(apart));
        expect(together.zone.free).toBe(apart.zone.free);
        const bytes = ({ pages: { kind, order } }: ReturnType<typeof freshZone>) => [
          Buffer.from(kind),
          Buffer.from(order),
        ];
        for (const [i, all] of bytes(together).entries()) expect(all.equals(bytes(apart)[i] as Buffer)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

/** The chunks of every free list, in order. */
function listsOf({ buddy, zone }: ReturnType<typeof freshZone>): string {
  const lists = [...zone.head].map((head) => {
    const chunks: number[] = [];
    for (let chunk = head; chunk !== NIL; chunk = buddy.nextOf(chunk)) chunks.push(chunk);
    return chunks.join(" ");
  });
  return lists.join("\n");
}

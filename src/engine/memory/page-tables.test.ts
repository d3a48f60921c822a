/** Page tables against a plain map from page to entry, and their pages against the allocator's books. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { plainMemory } from "../testing/plain-memory.ts";
import { TABLE_ENTRIES } from "../units.ts";
import { GFP_KERNEL } from "./allocator.ts";
import { PageKind, ZoneType } from "./kinds.ts";
import { PageTableStore, PageTables, Pte } from "./page-tables.ts";

const OWNER = 7;

function machine(levels: 4 | 5) {
  const { allocator, pages, zones } = plainMemory([{ [ZoneType.Normal]: 1 }]);
  const store = new PageTableStore();
  const zone = zones[0]?.[ZoneType.Normal];
  const tables = PageTables.create(store, allocator, OWNER, { node: 0, mask: null }, levels);
  if (!tables || !zone) throw new Error("no tables");
  const [total] = [zone.managed];
  /** Leaves this many pages in the allocator. */
  const leave = (left: number): void => {
    while (zone.free > left) allocator.alloc(GFP_KERNEL, 0, 0, null, PageKind.Slab, 0, -1, -1);
  };
  return { allocator, pages, store, tables, leave, used: () => total - zone.free, free: () => zone.free };
}

/** What a table that leads to a page is called by: the parts of its number above the table's own span. */
const prefixes = (vpn: number): string[] => [27, 18, 9].map((bits, depth) => `${depth} ${Math.floor(vpn / 2 ** bits)}`);

/** Neighbours, and pages that share tables of one, two or three levels. */
const somePages = fc
  .tuple(fc.constantFrom(0, 3, 511), fc.constantFrom(0, 1, 511), fc.constantFrom(0, 1, 510), fc.constantFrom(0, 1, 511))
  .map(([pgd, pud, pmd, pte]) => pgd * 2 ** 27 + pud * 2 ** 18 + pmd * 2 ** 9 + pte);
const acts = fc.array(
  fc.record({
    what: fc.constantFrom("map", "map", "map", "huge", "clear", "split"),
    vpn: somePages,
    page: fc.nat(9999),
  }),
  { maxLength: 40 },
);

test.each([4, 5] as const)(
  "with %i levels they lead to what was mapped, at the cost of a page for each table",
  (levels) => {
    fc.assert(
      fc.property(acts, (steps) => {
        const { pages, store, tables, used, free } = machine(levels);
        const before = free() + tables.tables;
        const small = new Map<number, number>();
        const huge = new Map<number, number>();
        const built = new Set<string>();
        let deposits = 0;
        for (const { what, vpn, page } of steps) {
          const span = Math.floor(vpn / TABLE_ENTRIES);
          const [pgd, pud, pmd] = prefixes(vpn) as [string, string, string];
          if (what === "map") {
            expect(tables.map(vpn, page, Pte.Present, 0, null)).toBe(!huge.has(span));
            if (huge.has(span)) continue;
            for (const one of [pgd, pud, pmd]) built.add(one);
            small.set(vpn, page);
          } else if (what === "huge") {
            const fits = !built.has(pmd);
            const could = tables.mapHuge(span * TABLE_ENTRIES, page, Pte.Present, 0, null);
            expect(could).toBe(fits);
            built.add(pgd).add(pud);
            if (!fits) continue;
            if (!huge.has(span)) {
              expect(tables.deposit(0, null)).toBe(true);
              deposits++;
            }
            huge.set(span, page);
          } else if (what === "clear") {
            const entry = tables.entryOf(vpn);
            if (entry >= 0) store.clear(entry);
            small.delete(vpn);
          } else if (huge.has(span)) {
            tables.splitHuge(vpn);
            deposits--;
            const first = huge.get(span) as number;
            for (let i = 0; i < TABLE_ENTRIES; i++) small.set(span * TABLE_ENTRIES + i, first + i);
            huge.delete(span);
            built.add(pmd);
          } else expect(() => tables.splitHuge(vpn)).toThrow("without a deposited table");
          // What leads to the page, and to one that shares nothing with it.
          for (const each of [vpn, vpn % 2 === 0 ? vpn + 1 : vpn - 1, 2 ** 27]) {
            const at = prefixes(each) as [string, string, string];
            const entry = tables.entryOf(each);
            const isHuge = huge.has(Math.floor(each / TABLE_ENTRIES));
            expect(entry >= 0).toBe(built.has(at[2]));
            expect(entry < 0 ? undefined : store.entries[entry]).toBe(entry < 0 ? undefined : (small.get(each) ?? -1));
            if (small.has(each)) expect(store.bits[entry]).toBe(Pte.Present);
            const hugeEntry = tables.hugeEntryOf(each);
            expect(hugeEntry >= 0).toBe(isHuge);
            if (isHuge) {
              expect(store.entries[hugeEntry]).toBe(huge.get(Math.floor(each / TABLE_ENTRIES)));
              expect(store.bits[hugeEntry]).toBe(Pte.Present | Pte.Huge);
            }
            const above = tables.pagesAbove(each);
            const roots = levels - 3;
            expect(above.length).toBe(roots + [at[0], at[1]].filter((one) => built.has(one)).length);
            expect(new Set(above).size).toBe(above.length);
            for (const one of above) {
              expect([pages.kind[one], pages.a[one]]).toEqual([PageKind.PageTable, OWNER]);
              expect(store.pageOf[pages.b[one] as number]).toBe(one);
            }
          }
          expect(tables.tables).toBe(levels - 3 + built.size + deposits);
          expect(used()).toBe(tables.tables);
          expect([...store.tables()].length).toBe(tables.tables);
        }
        // Each table knows how many of its entries lead somewhere.
        for (const table of store.tables()) {
          const own = store.entries.subarray(table * TABLE_ENTRIES, (table + 1) * TABLE_ENTRIES);
          expect(store.used[table]).toBe(own.filter((entry) => entry >= 0).length);
        }
        // A step frees one table, which is dearer than a page; those above stay as long as the steps go on.
        let costs = 0;
        for (const cost of tables.dismantle()) costs += cost;
        expect(costs).toBe(8 * (built.size + deposits));
        expect([tables.tables, free(), [...store.tables()].length]).toEqual([0, before, 0]);
        expect(store.bits.every((bits) => bits === 0)).toBe(true);
        // Who gets their places finds them empty.
        for (let again = 0; again < built.size + 2; again++) {
          const table = store.add(1);
          const own = store.entries.subarray(table * TABLE_ENTRIES, (table + 1) * TABLE_ENTRIES);
          expect(own.every((entry) => entry === -1)).toBe(true);
        }
      }),
      { numRuns: 60, seed: 11 },
    );
  },
);

test("levels are called by their names, down to that above the leaf tables", () => {
  expect(machine(4).tables.levels).toEqual(["PGD", "PUD", "PMD"]);
  expect(machine(5).tables.levels).toEqual(["PGD", "P4D", "PUD", "PMD"]);
});

test("where there is no page for a table nothing is mapped, set aside or made", () => {
  const { allocator, store, tables, leave, free, used } = machine(4);
  leave(2);
  const taken = tables.tables;
  expect(tables.map(0, 1, Pte.Present, 0, null)).toBe(false);
  // The two upper tables came, the third did not.
  expect([free(), tables.tables]).toEqual([0, taken + 2]);
  expect(tables.entryOf(0)).toBe(-1);
  expect(tables.mapHuge(0, 1, Pte.Present, 0, null)).toBe(true);
  expect(tables.mapHuge(2 ** 18, 1, Pte.Present, 0, null)).toBe(false);
  expect(tables.deposit(0, null)).toBe(false);
  tables.withdraw();
  expect(PageTables.create(store, allocator, 1, { node: 0, mask: null })).toBeUndefined();
  const before = used();
  // One page is enough for a root, and not for the level above it, which leaves nothing behind.
  for (const _ of tables.dismantle());
  leave(1);
  const kept = [...store.tables()].length;
  expect(PageTables.create(store, allocator, 1, { node: 0, mask: null }, 5)).toBeUndefined();
  expect([free(), [...store.tables()].length]).toEqual([1, kept]);
  expect(before).toBeGreaterThan(0);
});

test("a table that is set aside is given back, the last first", () => {
  const { tables, used } = machine(4);
  const before = used();
  expect([tables.deposit(0, null), tables.deposit(0, null)]).toEqual([true, true]);
  expect([used(), tables.tables]).toEqual([before + 2, before + 2]);
  tables.withdraw();
  tables.withdraw();
  tables.withdraw();
  expect([used(), tables.tables]).toEqual([before, before]);
});

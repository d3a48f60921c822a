/** The page array against a plain list of pages; and its readers. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { PAGEBLOCKS_PER_SECTION, PAGES_PER_SECTION } from "../units.ts";
import { ChangedSections } from "./changed-sections.ts";
import { MigrateType, PAGE_KINDS, PageFlag, PageKind } from "./kinds.ts";
import { NO_PAGE, NOT_HEAD, PageArray } from "./page-array.ts";

const SECTIONS = 3;
const acts = fc.array(
  fc.record({
    what: fc.constantFrom("touch", "kind", "kind", "flags", "type", "uniform"),
    section: fc.nat(SECTIONS - 1),
    from: fc.constantFrom(0, 1, 511, 512, PAGES_PER_SECTION - 600),
    count: fc.constantFrom(1, 1, 2, 8, 512),
    kind: fc.integer({ min: 0, max: PAGE_KINDS - 1 }),
    flags: fc.constantFrom<number>(0, PageFlag.Pinned, PageFlag.Dirty, PageFlag.Pinned | PageFlag.Isolated),
    clear: fc.constantFrom<number>(0, PageFlag.Pinned, PageFlag.Dirty),
  }),
  { maxLength: 30 },
);

test("it holds of every page what was last said of it, counts kinds and pins, and tells readers of every change", () => {
  fc.assert(
    fc.property(acts, (steps) => {
      const pages = new PageArray(SECTIONS, 1);
      const plain = Array.from({ length: SECTIONS }, () => ({
        kinds: new Uint8Array(PAGES_PER_SECTION),
        flags: new Uint8Array(PAGES_PER_SECTION),
        own: false,
      }));
      const slow = new ChangedSections(pages);
      expect(slow.read()).toEqual([0, 1, 2]);
      const quick = new ChangedSections(pages);
      quick.read();
      const unseen = new Set<number>();
      for (const { what, section, from, count, kind, flags, clear } of steps) {
        const model = plain[section] as (typeof plain)[number];
        const before = quick.read();
        expect(before).toEqual([]);
        let changes = true;
        if (what === "uniform") {
          pages.makeUniform(section, kind);
          Object.assign(model, { own: false });
          model.kinds.fill(kind);
          model.flags.fill(0);
        } else {
          changes = !model.own;
          const slot = pages.materialise(section);
          expect(pages.slotOf[section]).toBe(slot);
          expect(pages.sectionOfSlot[slot]).toBe(section);
          model.own = true;
          const index = pages.indexOf(section * PAGES_PER_SECTION + from);
          if (what === "kind") {
            pages.setKind(index, count, kind, flags);
            model.kinds.fill(kind, from, from + count);
            model.flags.fill(flags, from, from + count);
            changes = true;
          } else if (what === "flags") {
            const now = ((model.flags[from] as number) & ~clear) | flags;
            changes ||= now !== model.flags[from];
            pages.setFlags(index, flags, clear);
            model.flags[from] = now;
          } else if (what === "type") {
            pages.setPageblockType(index, MigrateType.Unmovable);
            expect(pages.pageblockType[index >> 9]).toBe(MigrateType.Unmovable);
            changes = true;
          }
        }
        expect(quick.read()).toEqual(changes ? [section] : []);
        if (changes) unseen.add(section);
        // What it says of the section, and of each page beside those that were meant.
        expect(pages.materialised).toBe(plain.filter(({ own }) => own).length);
        for (let of = 0; of < PAGE_KINDS; of++)
          expect(pages.countIn(section, of)).toBe(model.kinds.reduce((sum, each) => sum + Number(each === of), 0));
        expect(pages.pinnedIn(section)).toBe(
          model.flags.reduce((sum, each) => sum + Number((each & PageFlag.Pinned) !== 0), 0),
        );
        for (const at of [from - 1, from, from + count - 1, from + count, PAGES_PER_SECTION - 1]) {
          if (at < 0) continue;
          const frame = section * PAGES_PER_SECTION + at;
          expect(pages.kindAt(frame)).toBe(model.kinds[at]);
          const index = pages.indexOf(frame);
          expect(index === NO_PAGE).toBe(!model.own);
          if (!model.own) continue;
          expect([pages.pfnOf(index), pages.sectionOfIndex(index), pages.flags[index]]).toEqual([
            frame,
            section,
            model.flags[at],
          ]);
        }
      }
      expect(slow.read()).toEqual([...unseen].sort());
      expect(slow.read()).toEqual([]);
      const slots = plain.flatMap(({ own }, section) => (own ? [pages.slotOf[section] as number] : []));
      const found: number[] = [];
      for (let slot = pages.nextSlot(0); slot >= 0; slot = pages.nextSlot(slot + 1)) found.push(slot);
      expect(found).toEqual(slots.sort((a, b) => a - b));
    }),
    { numRuns: 60, seed: 6 },
  );
});

test("a section that gets entries anew starts with none of what others left in its slot", () => {
  const pages = new PageArray(2, 1);
  const slot = pages.materialise(1);
  const [first, last] = [slot * PAGES_PER_SECTION, (slot + 1) * PAGES_PER_SECTION - 1];
  for (const index of [first, last]) {
    pages.setKind(index, 1, PageKind.Anon, PageFlag.Pinned);
    pages.order[index] = 3;
    pages.a[index] = pages.b[index] = pages.born[index] = 9;
    pages.setPageblockType(index, MigrateType.Isolate);
  }
  pages.makeUniform(1, PageKind.None);
  expect([pages.indexOf(PAGES_PER_SECTION), pages.sectionOfSlot[slot], pages.nextSlot(0)]).toEqual([NO_PAGE, -1, -1]);
  pages.makeUniform(0, PageKind.Free);
  expect(pages.materialise(0)).toBe(slot);
  expect(pages.materialise(0)).toBe(slot);
  for (const i of [first, last])
    expect([pages.kind[i], pages.order[i], pages.flags[i], pages.a[i], pages.b[i], pages.born[i]]).toEqual([
      PageKind.Free,
      NOT_HEAD,
      0,
      -1,
      -1,
      0,
    ]);
  const types = pages.pageblockType.subarray(slot * PAGEBLOCKS_PER_SECTION, (slot + 1) * PAGEBLOCKS_PER_SECTION);
  expect(new Set(types)).toEqual(new Set([MigrateType.Movable]));
  expect([pages.pinnedIn(0), pages.countIn(0, PageKind.Free), pages.countIn(0, PageKind.Anon)]).toEqual([
    0,
    PAGES_PER_SECTION,
    0,
  ]);
  // A frame beyond the end of memory.
  expect([pages.indexOf(9 * PAGES_PER_SECTION), pages.kindAt(9 * PAGES_PER_SECTION)]).toEqual([NO_PAGE, PageKind.None]);
});

test("a copy goes on with the provenance of its page, of which is noted that it was passed on", () => {
  const pages = new PageArray(1, 1);
  pages.materialise(0);
  pages.born[3] = 2;
  pages.inherit(7, 3);
  expect(pages.born[7]).toBe(2);
  pages.inherited = new Uint8Array(3);
  pages.born[4] = 3;
  pages.inherit(8, 4);
  expect([...pages.inherited]).toEqual([0, 0, 0]);
  pages.inherit(8, 7);
  expect([...pages.inherited, pages.born[8]]).toEqual([0, 0, 1, 2]);
});

test("what its arrays take grows by sections with entries", () => {
  const pages = new PageArray(4, 1);
  const before = pages.byteLength;
  pages.reserveSlots(3);
  // Kind, order, flags; a, b, born: 15 bytes a page, and the books of the section.
  const slot = PAGES_PER_SECTION * 15 + PAGEBLOCKS_PER_SECTION + PAGE_KINDS * 4 + 4 + 4;
  expect(pages.byteLength - before).toBe(2 * slot);
  expect(before - slot).toBe(4 * (4 * 4 + 2 + 2));
});

test("a reader that begins late has seen nothing yet, whatever number the changes have come to", () => {
  for (const changes of [0, 1, 2]) {
    const pages = new PageArray(2, 1);
    for (let i = 0; i < changes; i++) pages.makeUniform(0, PageKind.Free);
    const reader = new ChangedSections(pages);
    expect([reader.read(), reader.read()]).toEqual([[0, 1], []]);
  }
});

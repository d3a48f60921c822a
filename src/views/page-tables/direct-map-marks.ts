/** Marks above the axis: entries of the direct mapping by level, from the tables above down to 4 KiB. */
import { PAGE_SIZE, PAGEBLOCK_PAGES, PUD_ENTRY_PAGES, TABLE_ENTRIES } from "../../engine/units.ts";
import type { KernelLook } from "./axis.ts";
import { type Ground, PGD_PAGES, ROOM } from "./ground.ts";
import type { Mark } from "./mark.ts";
import { pageTableStrings as words } from "./strings.ts";

/** Entries of a GiB get marks of their own from this width on; pixels. */
const ROOM_FOR_GIB = 16;

/** The tables above: an entry of the PGD, with five levels of the P4D, is 512 GiB. */
export function* upperMarks(ground: Ground): Iterable<Mark> {
  const { directMap, levels } = ground.look.regions;
  const row = levels === 5 ? "p4d" : "pgd";
  if (levels === 5) {
    const [first, end] = [ground.first, ground.end];
    const place = { x0: 0, x1: ground.axis.width };
    yield {
      ...{ key: "pgd", row: "pgd", ...place, what: "table", first, end, fresh: false, host: null, select: null },
      label: words.upper("pgd", directMap.pgd, virtualAt(ground, 0), ground.room("pgd", place)),
      says: words.announceUpper("pgd", directMap.pgd, virtualAt(ground, 0)),
      cells: [words.level.pgd, directMap.pgd, virtualAt(ground, 0), words.mapsTop, words.bootTable, words.made.boot],
    };
  }
  for (let nth = Math.floor(ground.first / PGD_PAGES); nth * PGD_PAGES < ground.end; nth++) {
    const [first, end] = ground.within(nth * PGD_PAGES, (nth + 1) * PGD_PAGES);
    const place = ground.stretch(first, end);
    if (!place) continue;
    const index = (levels === 5 ? 0 : directMap.pgd) + nth;
    yield {
      ...{ key: `${row} ${nth}`, row, ...place, what: "table", first, end, fresh: false, host: null, select: null },
      label: words.upper(row, index, virtualAt(ground, nth * PGD_PAGES), ground.room(row, place)),
      says: words.announceUpper(row, index, virtualAt(ground, nth * PGD_PAGES)),
      cells: [
        words.level[row],
        index,
        virtualAt(ground, nth * PGD_PAGES),
        words.mapsUpper,
        words.bootTable,
        words.made.boot,
      ],
    };
  }
}

/** Entries of a GiB, and runs of them that map alike. */
export function* gibibyteMarks(ground: Ground): Iterable<Mark> {
  for (const entry of ground.look.tables.directMap) {
    const [from, to] = ground.within(entry.index * PUD_ENTRY_PAGES, (entry.index + entry.count) * PUD_ENTRY_PAGES);
    if (from >= to) continue;
    const alone = entry.count === 1 || ground.axis.scale * PUD_ENTRY_PAGES >= ROOM_FOR_GIB;
    if (!alone) yield* gibibyte(ground, entry.index, entry.count, entry);
    else
      for (let at = Math.max(entry.index, Math.floor(from / PUD_ENTRY_PAGES)); at * PUD_ENTRY_PAGES < to; at++)
        yield* gibibyte(ground, at, 1, entry);
  }
}

function* gibibyte(
  ground: Ground,
  index: number,
  count: number,
  entry: KernelLook["tables"]["directMap"][number],
): Iterable<Mark> {
  const [first, end] = ground.within(index * PUD_ENTRY_PAGES, (index + count) * PUD_ENTRY_PAGES);
  const place = ground.stretch(first, end);
  if (!place) return;
  const { table, bytes } = entry;
  const fresh = table !== null && ground.isFresh(first, end);
  const host = typeof table === "number" ? table : null;
  const virtual = virtualAt(ground, index * PUD_ENTRY_PAGES);
  yield {
    ...{
      key: `pud ${index}`,
      row: "pud",
      ...place,
      what: table === null ? "whole" : "table",
      first,
      end,
      fresh,
      host,
    },
    label:
      table === null
        ? words.gibibytes(index % TABLE_ENTRIES, count, ground.room("pud", place))
        : words.table(index % TABLE_ENTRIES, ground.room("pud", place)),
    ...(table === null
      ? {}
      : { below: table === "boot" ? words.ends(bytes) : words.small(bytes, ground.freshBytes(first, end, bytes)) }),
    select: host === null ? null : ground.selectsPage(host),
    says:
      count > 1
        ? words.announceRun(index % TABLE_ENTRIES, count)
        : words.announcePud(index % TABLE_ENTRIES, table, ground.lies(host), fresh),
    cells: [
      words.level.pud,
      count > 1 ? words.run(index % TABLE_ENTRIES, count) : index % TABLE_ENTRIES,
      virtual,
      table === null ? words.mapsWhole(count) : words.mapsTable(bytes),
      table === null ? "" : table === "boot" ? words.bootTable : words.lies(table, ground.lies(table)),
      fresh ? words.made.fresh : table === "boot" ? words.made.boot : "",
    ],
  };
}

/** Entries of 2 MiB below a PMD table, and of 4 KiB where one is split, as soon as there is room to tell them apart. */
export function* marksBelow(ground: Ground): Iterable<Mark> {
  for (const { index, table, splits } of ground.look.tables.directMap) {
    if (table === null) continue;
    const split = new Map(splits.map((one) => [one.index, one]));
    const roomy = ground.axis.scale * PAGEBLOCK_PAGES >= ROOM;
    // Without room for all of them, those that are split are seen all the same.
    const [from, to] = ground.within(index * PUD_ENTRY_PAGES, (index + 1) * PUD_ENTRY_PAGES);
    const at = roomy
      ? Array.from(
          { length: Math.max(0, Math.ceil((to - from) / PAGEBLOCK_PAGES) + 1) },
          (_, i) => Math.floor(from / PAGEBLOCK_PAGES) + i,
        )
      : splits.slice(0, 64).map((one) => index * TABLE_ENTRIES + one.index);
    for (const pmd of at) {
      const [first, end] = ground.within(pmd * PAGEBLOCK_PAGES, (pmd + 1) * PAGEBLOCK_PAGES);
      const place = first < end && first < to ? ground.stretch(first, end) : null;
      if (!place) continue;
      const its = split.get(pmd % TABLE_ENTRIES);
      const fresh = ground.isFresh(first, end);
      const host = its ? its.table : null;
      yield {
        ...{ key: `pmd ${pmd}`, row: "pmd", ...place, what: its ? "table" : "small", first, end, fresh, host },
        label: words.pmd(pmd % TABLE_ENTRIES, its !== undefined, ground.room("pmd", place)),
        select: host === null ? ground.selectsBlock(first) : ground.selectsPage(host),
        says: words.announcePmd(pmd % TABLE_ENTRIES, host, ground.lies(host), its?.lent ?? 0),
        cells: [
          words.level.pmd,
          pmd % TABLE_ENTRIES,
          virtualAt(ground, pmd * PAGEBLOCK_PAGES),
          its ? words.mapsSplit(its.lent) : words.mapsSmall,
          host === null ? "" : words.lies(host, ground.lies(host)),
          its ? words.made.split : fresh ? words.made.fresh : "",
        ],
      };
      if (its && ground.axis.scale >= ROOM)
        for (let frame = first; frame < end; frame++) yield* pte(ground, frame, its.table);
    }
  }
}

function* pte(ground: Ground, frame: number, table: number): Iterable<Mark> {
  const place = ground.stretch(frame, frame + 1);
  if (!place) return;
  const index = frame % TABLE_ENTRIES;
  yield {
    ...{
      key: `pte ${frame}`,
      row: "pte",
      ...place,
      what: "small",
      first: frame,
      end: frame + 1,
      fresh: false,
      host: table,
    },
    label: words.pte(index, ground.room("pte", place)),
    select: ground.selectsPage(frame),
    says: words.announcePte(index, frame),
    cells: [
      words.level.pte,
      index,
      virtualAt(ground, frame),
      words.mapsPage(frame),
      words.lies(table, ground.lies(table)),
      "",
    ],
  };
}

/** Virtual address at which a frame is mapped, in hexadecimal digits. */
const virtualAt = ({ look }: Ground, frame: number): string =>
  (BigInt(`0x${look.regions.directMap.base}`) + BigInt(frame) * BigInt(PAGE_SIZE)).toString(16);

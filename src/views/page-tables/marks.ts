/**
 * What stands above and below the axis, as marks in rows: entries of the direct mapping by level, physical memory, and the
 * memory map. A mark is an entry while there is room for it, else a run of entries alike. The picture, its cursor and its twin
 * are drawn from these. Pure.
 */
import { PAGE_SIZE, PAGEBLOCK_PAGES, PAGES_PER_SECTION } from "../../engine/units.ts";
import type { Selection } from "../../client/playground.ts";
import { type Axis, type AxisBlock, frameAt, hostOf, type KernelLook, placeOf } from "./axis.ts";
import { pageTableStrings as words } from "./strings.ts";

const SECTION = PAGES_PER_SECTION;
const PMD_PAGES = PAGEBLOCK_PAGES;
export const PUD_PAGES = 262_144;
const PGD_PAGES = PUD_PAGES * 512;
/** Struct pages of 64 bytes in a page. */
const STRUCTS = 64;
/** Entries get marks of their own from this width on; pixels. */
const ROOM = 9;
const ROOM_FOR_GIB = 16;
/** A line of words, pixels. */
const LINE = 13;

export const ROWS = ["pgd", "p4d", "pud", "pmd", "pte", "physical", "map"] as const;
export type Row = (typeof ROWS)[number];

export interface Mark {
  readonly key: string;
  readonly row: Row;
  readonly x0: number;
  readonly x1: number;
  /** `table`: leads to a table; `whole`: maps by itself, down through all rows; `small`: maps; `none`: not there yet. */
  readonly what: "table" | "whole" | "small" | "block" | "page" | "map" | "none";
  readonly label: string;
  readonly fresh: boolean;
  /** Physical frames that it stands over. */
  readonly first: number;
  readonly end: number;
  /** Where the table, or the page with the struct pages, lies. */
  readonly host: number | null;
  readonly select: Partial<Selection> | null;
  readonly says: string;
  /** The same as a row of the twin: level, index, virtual address, what it maps, where it lies, who made it. */
  readonly cells: readonly (string | number)[];
  readonly block?: AxisBlock;
  /** What stands below an entry as long as nothing there is drawn entry by entry. */
  readonly below?: string;
}

/** Stretches of frames that the last operation made. */
export type Fresh = readonly { readonly first: number; readonly end: number }[];

const touches = (fresh: Fresh, first: number, end: number): boolean =>
  fresh.some((one) => one.first < end && one.end > first);

export function marksOf(axis: Axis, look: KernelLook, fresh: Fresh): Mark[] {
  const draw = new Drawing(axis, look, fresh);
  return [...draw.upper(), ...draw.gibibytes(), ...draw.below(), ...draw.physical(), ...draw.memoryMap()];
}

class Drawing {
  readonly #axis: Axis;
  readonly #look: KernelLook;
  readonly #fresh: Fresh;
  /** Frames in sight. */
  readonly #first: number;
  readonly #end: number;
  readonly #direct: bigint;
  readonly #map: bigint;

  constructor(axis: Axis, look: KernelLook, fresh: Fresh) {
    this.#axis = axis;
    this.#look = look;
    this.#fresh = fresh;
    this.#first = frameAt(axis.fold, axis.sight.from);
    this.#end = frameAt(axis.fold, axis.sight.to) + 1;
    this.#direct = BigInt(`0x${look.regions.directMap.base}`);
    this.#map = BigInt(`0x${look.regions.memoryMap.base}`);
  }

  /** The tables above: an entry of the PGD, with five levels of the P4D, is 512 GiB. */
  *upper(): Iterable<Mark> {
    const { directMap, levels } = this.#look.regions;
    const row = levels === 5 ? "p4d" : "pgd";
    if (levels === 5) {
      const [first, end] = [this.#first, this.#end];
      const place = { x0: 0, x1: this.#axis.width };
      yield {
        ...{ key: "pgd", row: "pgd", ...place, what: "table", first, end, fresh: false, host: null, select: null },
        label: words.upper("pgd", directMap.pgd, this.#virtual(0), roomOf(this.#axis, "pgd", place)),
        says: words.announceUpper("pgd", directMap.pgd, this.#virtual(0)),
        cells: [words.level.pgd, directMap.pgd, this.#virtual(0), words.mapsTop, words.bootTable, words.made.boot],
      };
    }
    for (let nth = Math.floor(this.#first / PGD_PAGES); nth * PGD_PAGES < this.#end; nth++) {
      const [first, end] = this.#within(nth * PGD_PAGES, (nth + 1) * PGD_PAGES);
      const place = this.#stretch(first, end);
      if (!place) continue;
      const index = (levels === 5 ? 0 : directMap.pgd) + nth;
      yield {
        ...{ key: `${row} ${nth}`, row, ...place, what: "table", first, end, fresh: false, host: null, select: null },
        label: words.upper(row, index, this.#virtual(nth * PGD_PAGES), roomOf(this.#axis, row, place)),
        says: words.announceUpper(row, index, this.#virtual(nth * PGD_PAGES)),
        cells: [
          words.level[row],
          index,
          this.#virtual(nth * PGD_PAGES),
          words.mapsUpper,
          words.bootTable,
          words.made.boot,
        ],
      };
    }
  }

  *gibibytes(): Iterable<Mark> {
    for (const entry of this.#look.tables.directMap) {
      const [from, to] = this.#within(entry.index * PUD_PAGES, (entry.index + entry.count) * PUD_PAGES);
      if (from >= to) continue;
      const alone = entry.count === 1 || this.#axis.scale * PUD_PAGES >= ROOM_FOR_GIB;
      if (!alone) yield* this.#gibibyte(entry.index, entry.count, entry);
      else
        for (let at = Math.max(entry.index, Math.floor(from / PUD_PAGES)); at * PUD_PAGES < to; at++)
          yield* this.#gibibyte(at, 1, entry);
    }
  }

  *#gibibyte(index: number, count: number, entry: KernelLook["tables"]["directMap"][number]): Iterable<Mark> {
    const [first, end] = this.#within(index * PUD_PAGES, (index + count) * PUD_PAGES);
    const place = this.#stretch(first, end);
    if (!place) return;
    const { table, bytes } = entry;
    const fresh = table !== null && touches(this.#fresh, first, end);
    const host = typeof table === "number" ? table : null;
    const virtual = this.#virtual(index * PUD_PAGES);
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
          ? words.gibibytes(index % 512, count, roomOf(this.#axis, "pud", place))
          : words.table(index % 512, roomOf(this.#axis, "pud", place)),
      ...(table === null
        ? {}
        : { below: table === "boot" ? words.ends(bytes) : words.small(bytes, this.#freshBytes(first, end, bytes)) }),
      select: host === null ? null : this.#page(host),
      says:
        count > 1
          ? words.announceRun(index % 512, count)
          : words.announcePud(index % 512, table, this.#lies(host), fresh),
      cells: [
        words.level.pud,
        count > 1 ? words.run(index % 512, count) : index % 512,
        virtual,
        table === null ? words.mapsWhole(count) : words.mapsTable(bytes),
        table === null ? "" : table === "boot" ? words.bootTable : words.lies(table, this.#lies(table)),
        fresh ? words.made.fresh : table === "boot" ? words.made.boot : "",
      ],
    };
  }

  /** Entries of 2 MiB below a PMD table, and of 4 KiB where one is split, as soon as there is room to tell them apart. */
  *below(): Iterable<Mark> {
    for (const { index, table, splits } of this.#look.tables.directMap) {
      if (table === null) continue;
      const split = new Map(splits.map((one) => [one.index, one]));
      const roomy = this.#axis.scale * PMD_PAGES >= ROOM;
      // Without room for all of them, those that are split are seen all the same.
      const [from, to] = this.#within(index * PUD_PAGES, (index + 1) * PUD_PAGES);
      const at = roomy
        ? Array.from(
            { length: Math.max(0, Math.ceil((to - from) / PMD_PAGES) + 1) },
            (_, i) => Math.floor(from / PMD_PAGES) + i,
          )
        : splits.slice(0, 64).map((one) => index * 512 + one.index);
      for (const pmd of at) {
        const [first, end] = this.#within(pmd * PMD_PAGES, (pmd + 1) * PMD_PAGES);
        const place = first < end && first < to ? this.#stretch(first, end) : null;
        if (!place) continue;
        const its = split.get(pmd % 512);
        const fresh = touches(this.#fresh, first, end);
        const host = its ? its.table : null;
        yield {
          ...{ key: `pmd ${pmd}`, row: "pmd", ...place, what: its ? "table" : "small", first, end, fresh, host },
          label: words.pmd(pmd % 512, its !== undefined, roomOf(this.#axis, "pmd", place)),
          select: host === null ? this.#blockAt(first) : this.#page(host),
          says: words.announcePmd(pmd % 512, host, this.#lies(host), its?.lent ?? 0),
          cells: [
            words.level.pmd,
            pmd % 512,
            this.#virtual(pmd * PMD_PAGES),
            its ? words.mapsSplit(its.lent) : words.mapsSmall,
            host === null ? "" : words.lies(host, this.#lies(host)),
            its ? words.made.split : fresh ? words.made.fresh : "",
          ],
        };
        if (its && this.#axis.scale >= ROOM)
          for (let frame = first; frame < end; frame++) yield* this.#pte(frame, its.table);
      }
    }
  }

  *#pte(frame: number, table: number): Iterable<Mark> {
    const place = this.#stretch(frame, frame + 1);
    if (!place) return;
    const index = frame % 512;
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
      label: words.pte(index, roomOf(this.#axis, "pte", place)),
      select: this.#page(frame),
      says: words.announcePte(index, frame),
      cells: [
        words.level.pte,
        index,
        this.#virtual(frame),
        words.mapsPage(frame),
        words.lies(table, this.#lies(table)),
        "",
      ],
    };
  }

  /** Memory blocks; nearer pageblocks, then single pages. */
  *physical(): Iterable<Mark> {
    const { cells, scale, width } = this.#axis;
    const unit = scale >= ROOM ? 1 : scale * PMD_PAGES >= 14 ? PMD_PAGES : 0;
    if (unit > 0)
      for (let at = Math.floor(this.#first / unit) * unit; at < this.#end; at += unit) {
        const place = this.#stretch(Math.max(at, this.#first), at + unit);
        const block = hostOf(this.#axis, Math.max(at, this.#first));
        if (!place || !block) continue;
        const select = unit === 1 ? this.#page(at) : { block: block.key };
        const label =
          unit === 1
            ? words.frame(at, roomOf(this.#axis, "physical", place))
            : words.pageblock(at / unit, roomOf(this.#axis, "physical", place));
        yield {
          ...{
            key: `frame ${at}`,
            row: "physical",
            ...place,
            what: unit === 1 ? "page" : "block",
            first: at,
            end: at + unit,
          },
          ...{ label, fresh: false, host: null, select, block },
          says: unit === 1 ? words.announceFrame(at, block.number) : words.announcePageblock(at / unit, block.number),
          cells: [
            words.level.physical,
            unit === 1 ? words.hex(at) : at / unit,
            "",
            words.unit(unit),
            `memory${block.number}`,
            "",
          ],
        };
      }
    else
      for (const { blocks, first, end, ...all } of cells) {
        const [block, last] = [blocks[0], blocks.at(-1)];
        const [x0, x1] = [Math.max(0, all.x0), Math.min(width, all.x1)];
        if (!block || !last || x1 <= x0) continue;
        yield {
          ...{ key: block.key, row: "physical", x0, x1, what: "block", first, end, fresh: false, host: null, block },
          label: numbered(this.#axis, x1 - x0, block.number) ? String(block.number) : "",
          select: block.key.includes("+") ? null : { block: block.key },
          says: words.announceBlock(block.number, last.number, block.state, block.dimm, block.nodes),
          cells: [
            words.level.physical,
            block.number,
            "",
            words.blocks(block.number, last.number),
            block.dimm ?? words.onBoard,
            "",
          ],
        };
      }
  }

  /** The struct pages of a stretch, and where they lie: of a cell, nearer of a section, then page by page (64 to a page). */
  *memoryMap(): Iterable<Mark> {
    const { cells, scale } = this.#axis;
    const unit = scale * STRUCTS >= ROOM ? STRUCTS : SECTION;
    let next = true;
    for (const cell of cells) {
      const apart = unit === STRUCTS || scale * SECTION >= 20;
      const step = apart ? unit : cell.end - cell.first;
      const from = apart ? Math.max(cell.first, Math.floor(this.#first / unit) * unit) : cell.first;
      for (let first = from; first < Math.min(cell.end, apart ? this.#end : cell.end); first += step) {
        const place = this.#stretch(first, first + step);
        const block = hostOf(this.#axis, first);
        if (!place || !block) continue;
        const { origin, pfn: host } = this.#described(first);
        const fresh = touches(this.#fresh, first, first + step);
        const last = hostOf(this.#axis, first + step - 1)?.number ?? block.number;
        const empty = host === null;
        yield {
          ...{
            key: `map ${first}`,
            row: "map",
            ...place,
            what: empty ? "none" : "map",
            first,
            end: first + step,
            fresh: fresh && !empty,
          },
          label:
            unit === STRUCTS
              ? words.frame(host ?? 0, roomOf(this.#axis, "map", place))
              : numbered(this.#axis, place.x1 - place.x0, block.number)
                ? String(block.number)
                : "",
          ...{ host, block, select: host === null ? null : this.#page(host) },
          says: empty
            ? words.announceNoMap(block.number, next)
            : words.announceMap(first, step, block.number, host, this.#lies(host), fresh),
          cells: [
            words.level.map,
            step === STRUCTS ? words.hex(first) : block.number,
            this.#struct(first),
            step === STRUCTS ? words.structs(first) : words.structPages(block.number, last),
            empty ? "" : words.lies(host, this.#lies(host)),
            empty ? words.made.none : fresh ? words.made.fresh : origin === null ? "" : words.made[origin],
          ],
        };
        if (empty) next = false;
      }
    }
  }

  #described(frame: number): { readonly origin: "boot" | "added" | "self" | null; readonly pfn: number | null } {
    const section = Math.floor(frame / SECTION);
    const all = this.#look.tables.memoryMap;
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((all[middle]?.section ?? 0) <= section) low = middle + 1;
      else high = middle;
    }
    const place = all[low - 1];
    if (!place || section >= place.section + place.count) return { origin: null, pfn: null };
    let nth = Math.floor((frame - place.section * SECTION) / STRUCTS);
    for (const run of place.runs) {
      if (nth < run.pages) return { origin: place.origin, pfn: run.first + nth };
      nth -= run.pages;
    }
    return { origin: null, pfn: null };
  }

  /** Of what is mapped in a stretch, what the last operation made. */
  #freshBytes(first: number, end: number, mapped: number): number {
    const overlap = (one: Fresh[number]) => Math.max(0, Math.min(end, one.end) - Math.max(first, one.first));
    return Math.min(mapped, this.#fresh.reduce((pages, one) => pages + overlap(one), 0) * PAGE_SIZE);
  }

  #within(first: number, end: number): [number, number] {
    return [Math.max(first, this.#first), Math.min(end, this.#end)];
  }

  /** Where the memory between two frames stands: from the first that there is to the last; `null` without any. */
  #stretch(first: number, end: number): { readonly x0: number; readonly x1: number } | null {
    const { fold, width } = this.#axis;
    const from = placeOf(this.#axis, first) ?? placeOf(this.#axis, nextFrame(fold.blocks, first, end));
    const to = placeOf(this.#axis, end - 1) ?? placeOf(this.#axis, lastFrame(fold.blocks, first, end));
    if (from === undefined || to === undefined) return null;
    const x1 = to + this.#axis.scale;
    return x1 <= 0 || from >= width ? null : { x0: Math.max(0, from), x1: Math.min(width, x1) };
  }

  #virtual = (frame: number): string => (this.#direct + BigInt(frame) * BigInt(PAGE_SIZE)).toString(16);
  #struct = (frame: number): string => (this.#map + BigInt(frame) * 64n).toString(16);
  #lies = (frame: number | null): AxisBlock | null => (frame === null ? null : (hostOf(this.#axis, frame) ?? null));
  #blockAt(frame: number): Partial<Selection> | null {
    const block = hostOf(this.#axis, frame);
    return block ? { block: block.key } : null;
  }
  #page(frame: number): Partial<Selection> | null {
    const block = hostOf(this.#axis, frame);
    return block ? { block: block.key, pfn: frame } : null;
  }
}

const nextFrame = (blocks: readonly AxisBlock[], first: number, end: number): number =>
  blocks.find(({ startPfn }) => startPfn >= first && startPfn < end)?.startPfn ?? -1;
const lastFrame = (blocks: readonly AxisBlock[], first: number, end: number): number => {
  const block = blocks.findLast((one) => one.startPfn + one.pages > first && one.startPfn + one.pages <= end);
  return block ? block.startPfn + block.pages - 1 : -1;
};

/** Numbers of all blocks while there is room, else of every fourth, else none: the DIMMs' names stand below. */
export function numbered(axis: Axis, width: number, number: number): boolean {
  const room = axis.columns ? LINE : String(number).length * 7 + 4;
  return room <= width || (number % 4 === 0 && room <= width * Math.min(4, axis.cells.length));
}

/** Pixels that words have in a row: as long as its stretch of the axis is; in a column as wide as that, for a line of them. */
function roomOf({ columns }: Axis, row: Row, { x0, x1 }: { readonly x0: number; readonly x1: number }): number {
  if (!columns) return x1 - x0;
  return x1 - x0 < LINE ? 0 : (columns[row] ?? 0);
}

/** Neighbours whose struct pages lie in one block: a ribbon from them to it. */
export interface Ribbon {
  readonly from: readonly [number, number];
  /** Middle of where the pages lie. */
  readonly to: number;
  /** The block that holds them. */
  readonly host: AxisBlock;
  readonly fresh: boolean;
  readonly count: number;
}

export function ribbons(axis: Axis, marks: readonly Mark[]): Ribbon[] {
  const found: { from: [number, number]; to: number; host: AxisBlock; fresh: boolean; count: number }[] = [];
  for (const { row, host: pfn, x0, x1, fresh } of marks) {
    if (row !== "map" || pfn === null) continue;
    const host = hostOf(axis, pfn);
    const at = placeOf(axis, pfn);
    // What lies out of sight is told in words.
    if (!host || at === undefined || at < 0 || at > axis.width) continue;
    const last = found.at(-1);
    if (last && last.host === host && last.fresh === fresh && Math.abs(last.from[1] - x0) < 0.01) {
      last.from[1] = x1;
      last.to = (last.to * last.count + at) / (last.count + 1);
      last.count++;
    } else found.push({ from: [x0, x1], to: at, host, fresh, count: 1 });
  }
  return found;
}

/** The mark that a key leads to from another: neighbours in its row, or what stands above or below its middle. */
export function markTo(marks: readonly Mark[], at: number | null, key: string): number | null {
  const from = marks[at ?? -1];
  if (key === "End") return marks.length - 1;
  if (!from)
    return marks.length === 0 ? null : ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"].includes(key) ? 0 : null;
  if (key === "ArrowRight" || key === "ArrowLeft") {
    const to = (at ?? 0) + (key === "ArrowRight" ? 1 : -1);
    return marks[to]?.row === from.row ? to : at;
  }
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  const middle = (from.x0 + from.x1) / 2;
  const rows =
    key === "ArrowDown" ? ROWS.slice(ROWS.indexOf(from.row) + 1) : ROWS.slice(0, ROWS.indexOf(from.row)).reverse();
  for (const row of rows) {
    const there = marks.findIndex((one) => one.row === row && one.x0 <= middle && one.x1 >= middle);
    if (there >= 0) return there;
  }
  return at;
}

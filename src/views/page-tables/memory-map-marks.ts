/** Marks of the memory map: the struct pages of a stretch, and where they lie. */
import { PAGE_SIZE, PAGES_PER_SECTION, STRUCT_PAGE_BYTES } from "../../engine/units.ts";
import { hostOf, placeOf, type Axis, type AxisBlock } from "./axis.ts";
import { type Ground, numbered, ROOM } from "./ground.ts";
import type { Mark } from "./mark.ts";
import { pageTableStrings as words } from "./strings.ts";

/** Struct pages in a page. */
const STRUCTS = PAGE_SIZE / STRUCT_PAGE_BYTES;

/** The struct pages of a stretch, and where they lie: of a cell, nearer of a section, then page by page (64 to a page). */
export function* memoryMapMarks(ground: Ground): Iterable<Mark> {
  const { cells, scale } = ground.axis;
  const unit = scale * STRUCTS >= ROOM ? STRUCTS : PAGES_PER_SECTION;
  let next = true;
  for (const cell of cells) {
    const apart = unit === STRUCTS || scale * PAGES_PER_SECTION >= 20;
    const step = apart ? unit : cell.end - cell.first;
    const from = apart ? Math.max(cell.first, Math.floor(ground.first / unit) * unit) : cell.first;
    for (let first = from; first < Math.min(cell.end, apart ? ground.end : cell.end); first += step) {
      const place = ground.stretch(first, first + step);
      const block = hostOf(ground.axis, first);
      if (!place || !block) continue;
      const { origin, pfn: host } = described(ground, first);
      const fresh = ground.isFresh(first, first + step);
      const last = hostOf(ground.axis, first + step - 1)?.number ?? block.number;
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
            ? words.frame(host ?? 0, ground.room("map", place))
            : numbered(ground.axis, place.x1 - place.x0, block.number)
              ? String(block.number)
              : "",
        ...{ host, block, select: host === null ? null : ground.selectsPage(host) },
        says: empty
          ? words.announceNoMap(block.number, next)
          : words.announceMap({ first, pages: step, block: block.number }, host, ground.lies(host), fresh),
        cells: [
          words.level.map,
          step === STRUCTS ? words.hex(first) : block.number,
          structAt(ground, first),
          step === STRUCTS ? words.structs(first) : words.structPages(block.number, last),
          empty ? "" : words.lies(host, ground.lies(host)),
          empty ? words.made.none : fresh ? words.made.fresh : origin === null ? "" : words.made[origin],
        ],
      };
      if (empty) next = false;
    }
  }
}

/** Where the struct page of a frame lies, and who made room for it. */
function described(
  ground: Ground,
  frame: number,
): { readonly origin: "boot" | "added" | "self" | null; readonly pfn: number | null } {
  const section = Math.floor(frame / PAGES_PER_SECTION);
  const all = ground.look.tables.memoryMap;
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.section ?? 0) <= section) low = middle + 1;
    else high = middle;
  }
  const place = all[low - 1];
  if (!place || section >= place.section + place.count) return { origin: null, pfn: null };
  let nth = Math.floor((frame - place.section * PAGES_PER_SECTION) / STRUCTS);
  for (const run of place.runs) {
    if (nth < run.pages) return { origin: place.origin, pfn: run.first + nth };
    nth -= run.pages;
  }
  return { origin: null, pfn: null };
}

/** Virtual address of a frame's struct page, in hexadecimal digits. */
const structAt = ({ look }: Ground, frame: number): string =>
  (BigInt(`0x${look.regions.memoryMap.base}`) + BigInt(frame) * BigInt(STRUCT_PAGE_BYTES)).toString(16);

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

/**
 * What the command line does to firmware's map of memory: `mem=` and `memmap=` (arch/x86/kernel/e820.c, parse_memopt,
 * parse_memmap_one, e820__finish_early_params). What firmware said stays readable in /sys/firmware/memmap.
 */
import { type E820Entry, type E820Type, addressRange } from "../../hardware/memory-map.ts";
import { memparse } from "./memparse.ts";

/** One change of the map, in bytes; they are made in the order of the words. */
export type MapEdit =
  /** `exactmap`: nothing of what firmware said counts. */
  | { readonly what: "clear" }
  /** `SIZE@START` and its kin: a range of this type, over whatever is there. */
  | { readonly what: "add"; readonly start: number; readonly size: number; readonly type: E820Type }
  /** `SIZE`: RAM from this address on is not used. */
  | { readonly what: "limit"; readonly at: number };

const TYPES: Readonly<Record<string, E820Type>> = {
  "@": "usable",
  $: "reserved",
  "#": "ACPI data",
  "!": "persistent",
};

/** Where ranges overlap, the type of the higher number counts (e820__update_table). */
const NUMBERS: Readonly<Record<E820Type, number>> = { usable: 1, reserved: 2, "ACPI data": 3, persistent: 12 };

/**
 * Changes that the value of a `memmap=` asks for, which may be several with commas between. Parts that can't be read come
 * to nothing, and nothing is said of them. Null: a part changes types (`SIZE%START-OLD+NEW`), which is not simulated.
 */
export function mapEdits(value: string): MapEdit[] | null {
  const edits: MapEdit[] = [];
  for (const part of value.split(",")) {
    if (part.startsWith("exactmap")) {
      edits.push({ what: "clear" });
      continue;
    }
    if (!/^[0-9]/.test(part)) continue;
    const { value: size, rest } = memparse(part);
    if (rest.startsWith("%")) return null;
    const type = TYPES[rest.charAt(0)];
    if (type === undefined) edits.push({ what: "limit", at: size });
    else edits.push({ what: "add", start: memparse(rest.slice(1)).value, size, type });
  }
  return edits;
}

/** The map after the changes: sorted, disjoint, neighbours of one type joined. Without changes it is firmware's own. */
export function userMap(firmware: readonly E820Entry[], edits: readonly MapEdit[]): readonly E820Entry[] {
  if (edits.length === 0) return firmware;
  let entries: E820Entry[] = [...firmware];
  for (const edit of edits) {
    if (edit.what === "clear") entries = [];
    else if (edit.what === "add")
      entries.push({ ...addressRange(edit.start, edit.start + edit.size), type: edit.type });
    else
      entries = entries.map((entry) =>
        entry.type === "usable" ? { ...entry, ...addressRange(entry.start, Math.min(entry.end, edit.at)) } : entry,
      );
    entries = entries.filter(({ start, end }) => start < end);
  }
  return sorted(entries);
}

/** e820__update_table: at each address the type of the highest number. */
function sorted(entries: readonly E820Entry[]): E820Entry[] {
  const borders = [...new Set(entries.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const result: E820Entry[] = [];
  for (const [i, start] of borders.entries()) {
    const end = borders[i + 1];
    if (end === undefined) break;
    const types = entries.filter((entry) => entry.start <= start && start < entry.end).map(({ type }) => type);
    const type = types.sort((a, b) => NUMBERS[b] - NUMBERS[a])[0];
    if (type === undefined) continue;
    const last = result.at(-1);
    if (last?.type === type && last.end === start) result[result.length - 1] = { ...last, end };
    else result.push({ ...addressRange(start, end), type });
  }
  return result;
}

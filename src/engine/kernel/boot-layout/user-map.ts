/**
 * What the command line does to firmware's map of memory: `mem=` and `memmap=` (arch/x86/kernel/e820.c, parse_memopt,
 * parse_memmap_one, e820__finish_early_params). What firmware said stays readable in /sys/firmware/memmap.
 */
import { type E820Entry, type E820Type, addressRange } from "../../hardware/memory-map.ts";
import type { BootLogStyle } from "../profiles/profile.ts";
import { memparse } from "./memparse.ts";

/** One change of the map, in bytes; they are made in the order of the words. */
export type MapEdit =
  /** `exactmap`: nothing of what firmware said counts. */
  | { readonly what: "clear" }
  /** `SIZE@START` and its kin: a range of this type, over whatever is there. */
  | { readonly what: "add"; readonly start: number; readonly size: number; readonly type: E820Type }
  /** `SIZE`: RAM from this address on is not used. */
  | { readonly what: "limit"; readonly at: number }
  /** `SIZE%START-OLD+NEW` (4.16): what is of one type in a range gets another; null: of any type, and to nothing. */
  | {
      readonly what: "change";
      readonly start: number;
      readonly size: number;
      readonly from: E820Type | null;
      readonly to: E820Type | null;
    };

const TYPES: Readonly<Record<string, E820Type>> = {
  "@": "usable",
  $: "reserved",
  "#": "ACPI data",
  "!": "persistent",
};

/** What kernels call the types of firmware's map (arch/x86/kernel/e820.c, e820_print_type). */
export const E820_WORDS: Readonly<Record<BootLogStyle["e820Words"], Readonly<Record<E820Type, string>>>> = {
  usable: { usable: "usable", reserved: "reserved", "ACPI data": "ACPI data", persistent: "persistent (type 12)" },
  "System RAM": {
    usable: "System RAM",
    reserved: "device reserved",
    "ACPI data": "ACPI data",
    persistent: "persistent (type 12)",
  },
};

/** Where ranges overlap, the type of the higher number counts (e820__update_table). */
const NUMBERS: Readonly<Record<E820Type, number>> = { usable: 1, reserved: 2, "ACPI data": 3, persistent: 12 };

/**
 * Changes that the value of a `memmap=` asks for, which may be several with commas between. Parts that can't be read come
 * to nothing, and nothing is said of them. Null: a part names a type by a number that is not simulated.
 * @param changes whether the kernel knows `SIZE%START-OLD+NEW` (4.16); before, that is a limit
 */
export function mapEdits(value: string, changes = true): MapEdit[] | null {
  const edits: MapEdit[] = [];
  for (const part of value.split(",")) {
    if (part.startsWith("exactmap")) {
      edits.push({ what: "clear" });
      continue;
    }
    if (!/^[0-9]/.test(part)) continue;
    const { value: size, rest } = memparse(part);
    if (changes && rest.startsWith("%")) {
      const edit = changeOf(size, rest.slice(1));
      if (edit === "unknown type") return null;
      if (edit) edits.push(edit);
      continue;
    }
    const type = TYPES[rest.charAt(0)];
    if (type === undefined) edits.push({ what: "limit", at: size });
    else edits.push({ what: "add", start: memparse(rest.slice(1)).value, size, type });
  }
  return edits;
}

/** What the log says of a change at once; nothing of a range that is added. */
export function wordsOf(edit: MapEdit, style: BootLogStyle["e820Words"]): string | null {
  const words = E820_WORDS[style];
  const hex = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;
  if (edit.what === "limit") return `e820: remove [mem ${hex(edit.at)}-0xfffffffffffffffe] ${words.usable}`;
  if (edit.what !== "change") return null;
  const { start, size, from, to } = edit;
  const range = `[mem ${hex(start)}-${hex(start + size - 1)}]`;
  const old = from === null ? "" : words[from];
  return to === null ? `e820: remove ${range} ${old}` : `e820: update ${range} ${old} ==> ${words[to]}`;
}

/** `START-OLD+NEW`, both types by number and either left out; nothing for what can't be read. */
function changeOf(size: number, text: string): MapEdit | "unknown type" | null {
  const { value: start, rest } = memparse(text);
  const parts = /^(?:-(\d*))?(?:\+(\d*))?$/.exec(rest);
  if (!parts) return null;
  const [from, to] = [parts[1], parts[2]].map((number) => (Number(number ?? 0) === 0 ? null : typeOf(Number(number))));
  if (from === undefined || to === undefined) return "unknown type";
  return from === null && to !== null
    ? { what: "add", start, size, type: to }
    : { what: "change", start, size, from, to };
}

const typeOf = (number: number): E820Type | undefined =>
  (Object.keys(NUMBERS) as E820Type[]).find((type) => NUMBERS[type] === number);

/** The map after the changes: sorted, disjoint, neighbours of one type joined. Without changes it is firmware's own. */
export function userMap(firmware: readonly E820Entry[], edits: readonly MapEdit[]): readonly E820Entry[] {
  if (edits.length === 0) return firmware;
  let entries: E820Entry[] = [...firmware];
  for (const edit of edits) {
    if (edit.what === "clear") entries = [];
    else if (edit.what === "add")
      entries.push({ ...addressRange(edit.start, edit.start + edit.size), type: edit.type });
    else if (edit.what === "change") entries = entries.flatMap((entry) => changed(entry, edit));
    else
      entries = entries.map((entry) =>
        entry.type === "usable" ? { ...entry, ...addressRange(entry.start, Math.min(entry.end, edit.at)) } : entry,
      );
    entries = entries.filter(({ start, end }) => start < end);
  }
  return sorted(entries);
}

/** An entry of the old type (e820__range_update, e820__range_remove): what lies before, within and after the range. */
function changed(entry: E820Entry, { start, size, from, to }: MapEdit & { readonly what: "change" }): E820Entry[] {
  if (from !== null && entry.type !== from) return [entry];
  const [first, last] = [Math.max(entry.start, start), Math.min(entry.end, start + size)];
  if (first >= last) return [entry];
  const within = to === null ? [] : [{ ...addressRange(first, last), type: to }];
  return [{ ...entry, ...addressRange(entry.start, first) }, ...within, { ...entry, ...addressRange(last, entry.end) }];
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

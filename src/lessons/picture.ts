/**
 * A machine in a line, for a small picture: nodes parted by `|`, their devices by `,`, and of each its blocks from the lowest
 * address, a letter each. Long devices are told by eight of their blocks.
 */
import { PageKind } from "../engine/memory/kinds.ts";
import type { RecordTables } from "../client/playground.ts";
import type { BlockRecord } from "../protocol/records.ts";

/** `o` offline, `k` with pages that stay, `t` with memory maps that stay, `m` Movable, `n` else; upper case: programs fill a quarter or more. */
export type BlockLetter = "o" | "k" | "t" | "m" | "n" | "M" | "N";
/** A slot without a DIMM, or with one that the kernel could not add. */
export const EMPTY = "-";

const MOST = 8;
const MAPS = [PageKind.Vmemmap, PageKind.KernelPageTable, PageKind.SelfMemmap];
const PROGRAMS = [PageKind.Anon, PageKind.PageCache, PageKind.Shmem, PageKind.AnonHuge, PageKind.Hugetlb];

function letterOf({ state, zone, kinds, staying, pages }: BlockRecord): BlockLetter {
  if (state === "offline") return "o";
  const of = (which: readonly number[]): number => which.reduce((sum, kind) => sum + (kinds[kind] ?? 0), 0);
  const stays = kinds.some(
    (count, kind) => count > 0 && (staying & (1 << kind)) !== 0 && !MAPS.includes(kind as never),
  );
  if (stays) return "k";
  if (of(MAPS) > 0) return "t";
  const full = of(PROGRAMS) * 4 >= pages;
  return zone === "Movable" ? (full ? "M" : "m") : full ? "N" : "n";
}

const few = (letters: readonly string[]): string =>
  letters.length <= MOST
    ? letters.join("")
    : Array.from({ length: MOST }, (_, i) => letters[Math.floor((i * letters.length) / MOST)]).join("");

/** What of a device is another thing, not only fuller or emptier: whether it is there, and what its blocks are. */
const formOf = (device: string): string => (device === EMPTY ? EMPTY : device.toLowerCase().replace(/[^om]/g, "n"));

/** Two pictures of one machine, both with only the nodes that a lesson changes: all, where it changes none. */
export function changedNodes(start: string, goal: string): readonly [string, string] {
  const [before, after] = [start.split("|"), goal.split("|")];
  const forms = (node = ""): string => node.split(",").map(formOf).join();
  const changed = (differs: (one: string, other: string) => boolean): number[] =>
    before.flatMap((node, i) => (differs(node, after[i] ?? "") ? [i] : []));
  const kept =
    [
      changed((one, other) => forms(one) !== forms(other)),
      changed((one, other) => one !== other),
      before.map((_, i) => i),
    ].find((some) => some.length > 0) ?? [];
  const only = (nodes: readonly string[]): string => nodes.filter((_, i) => kept.includes(i)).join("|");
  return [only(before), only(after)];
}

/** The machine of these records. */
export function pictureOf({ node, block, slot }: RecordTables): string {
  const letters = (keys: readonly string[]): string =>
    few(keys.flatMap((key) => (block[key] ? [letterOf(block[key] as BlockRecord)] : [])));
  return Object.values(node)
    .map(({ blocks, slots }) => {
      const soldered = letters(blocks.filter((key) => block[key]?.dimm === null));
      const inSlots = slots.map((key) => {
        const dimm = slot[key]?.dimm;
        return (dimm ? letters(blocks.filter((one) => block[one]?.dimm === dimm)) : "") || EMPTY;
      });
      const shared = blocks.filter((key) => block[key]?.dimm != null && slots.length === 0);
      return [...(soldered ? [soldered] : []), ...inSlots, ...(shared.length > 0 ? [letters(shared)] : [])].join(",");
    })
    .join("|");
}

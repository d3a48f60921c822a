/** What differs in pages, as maps of blocks tell them, from a moment that somebody chose. Pure. */
import { PageKind } from "../../engine/memory/kinds.ts";
import { MAP_KIND_MASK } from "../../protocol/messages.ts";

export type Change = "same" | "came" | "gone" | "other";

/** Whether somebody has a page of this kind. */
export const isUsed = (kind: number): boolean => kind > PageKind.Free;

/** What became of a page, by two bytes of the map: whether it is used, and for what. */
export function changeOf(before: number, now: number): Change {
  const [was, is] = [before & MAP_KIND_MASK, now & MAP_KIND_MASK];
  if (was === is || (!isUsed(was) && !isUsed(is))) return "same";
  return !isUsed(was) ? "came" : isUsed(is) ? "other" : "gone";
}

export type Counts = Readonly<Record<Exclude<Change, "same">, number>>;

export function countChanges(before: Uint8Array, now: Uint8Array): Counts {
  const counts = { came: 0, gone: 0, other: 0 };
  for (let page = 0; page < now.length; page++) {
    const change = changeOf(before[page] ?? 0, now[page] ?? 0);
    if (change !== "same") counts[change]++;
  }
  return counts;
}

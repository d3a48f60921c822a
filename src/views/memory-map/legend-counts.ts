/** How much of a node each colour of the legend is. */
import type { PlaygroundState } from "../../client/playground.ts";
import { type DisplayGroupId, displayGroups } from "../kinds.ts";
import type { Highlight } from "./palette.ts";

export interface LegendEntry {
  readonly id: Highlight;
  readonly pages: number;
}

/** What not every machine has is listed while a node holds some of it; all else always, so that nothing moves when the first page comes. */
const UNUSUAL: ReadonlySet<Highlight> = new Set<DisplayGroupId | "pinned">(["thp", "hugetlb", "poisoned", "pinned"]);

/** Groups that memory is coloured by, with the pages that the node's blocks hold of each; then pinned pages. */
export function legendOf({ records }: Pick<PlaygroundState, "records">, node: string | null): readonly LegendEntry[] {
  const byKind: number[] = [];
  let pinned = 0;
  for (const key of (node !== null && records.node[node]?.blocks) || []) {
    const block = records.block[key];
    if (!block) continue;
    pinned += block.pinned;
    for (const [kind, pages] of block.kinds.entries()) byKind[kind] = (byKind[kind] ?? 0) + pages;
  }
  const entries: LegendEntry[] = displayGroups.map(({ id, kinds }) => ({
    id,
    pages: kinds.reduce<number>((sum, kind) => sum + (byKind[kind] ?? 0), 0),
  }));
  entries.push({ id: "pinned", pages: pinned });
  return entries.filter(({ id, pages }) => pages > 0 || !UNUSUAL.has(id));
}

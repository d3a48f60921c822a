/** How much of a node each colour of the legend is. */
import type { PlaygroundState } from "../../client/playground.ts";
import { type DisplayGroupId, displayGroups, pagesOfGroup } from "../kinds.ts";
import type { Highlight } from "./palette.ts";

export interface LegendEntry {
  readonly id: Highlight;
  readonly pages: number;
}

/** What not every machine has is listed while a node holds some of it; all else always, so that nothing moves when the first page comes. */
const UNUSUAL: ReadonlySet<Highlight> = new Set<DisplayGroupId | "pinned">(["thp", "hugetlb", "poisoned", "pinned"]);

/** Groups that memory is coloured by, with the pages that the node's blocks hold of each; then pinned pages. */
export function legendOf({ records }: Pick<PlaygroundState, "records">, node: string | null): readonly LegendEntry[] {
  const keys = (node !== null && records.node[node]?.blocks) || [];
  const blocks = keys.flatMap((key) => records.block[key] ?? []);
  const entries: LegendEntry[] = displayGroups.map((group) => ({ id: group.id, pages: pagesOfGroup(group, blocks) }));
  entries.push({ id: "pinned", pages: blocks.reduce((sum, { pinned }) => sum + pinned, 0) });
  return entries.filter(({ id, pages }) => pages > 0 || !UNUSUAL.has(id));
}

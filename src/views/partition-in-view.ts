/** Which partition a view is of. */
import type { PlaygroundState } from "../client/playground.ts";

/** Key of the partition of what is selected, else of the first; `null` while there is none. */
export function partitionInView({ selection, records }: Pick<PlaygroundState, "selection" | "records">): string | null {
  const id = (selection.node ?? selection.block)?.split(/[/:]/)[0];
  return (id !== undefined && records.partition[id]?.key) || (Object.keys(records.partition)[0] ?? null);
}

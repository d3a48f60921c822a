/** What the colours of pages stand for: only those that are in the picture. Who hears the stage is told each block's pages. */
import { usePlaygroundState } from "../../client/react.tsx";
import type { PlaygroundState } from "../../client/playground.ts";
import { type DisplayGroupId, displayGroups, pagesOfGroup } from "../../views/kinds.ts";
import styles from "./zones.module.css";

/** More would be a list to be read; what is left out is the least of all. */
const MOST = 7;

/** Groups of kinds with pages in these nodes' blocks, in the order of every legend: all, or those with the most pages. */
export function coloursOf({ records }: Pick<PlaygroundState, "records">, nodes: readonly string[]): DisplayGroupId[] {
  const blocks = nodes.flatMap((node) => records.node[node]?.blocks ?? []).flatMap((key) => records.block[key] ?? []);
  const counted = displayGroups.map((group, order) => ({ id: group.id, order, pages: pagesOfGroup(group, blocks) }));
  return counted
    .filter(({ pages }) => pages > 0)
    .sort((a, b) => b.pages - a.pages)
    .slice(0, MOST)
    .sort((a, b) => a.order - b.order)
    .map(({ id }) => id);
}

export function KindLegend({ nodes }: { readonly nodes: readonly string[] }) {
  // Told as text, so that a frame in which only numbers change draws nothing.
  const shown = usePlaygroundState((state) => coloursOf(state, nodes).join(" ")).split(" ");
  return (
    <ul className={styles.colours} aria-hidden="true">
      {displayGroups
        .filter(({ id }) => shown.includes(id))
        .map(({ id, token, label }) => (
          <li key={id}>
            <i style={{ background: `var(${token})` }} />
            {label}
          </li>
        ))}
    </ul>
  );
}

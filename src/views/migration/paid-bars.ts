/** Shares of a process's pages by distance. Pure. */
import type { MigrationState } from "../../engine/inspect/index.ts";

/** SLIT distance from a node to another. */
export type Distances = (from: number, to: number) => number;

export interface PaidBar {
  /** Nearest first; shares add up to 1 where the process has pages. */
  readonly parts: readonly { readonly distance: number; readonly share: number }[];
  /** Share that was local before; `null` where that is not known. */
  readonly localBefore: number | null;
}

type Paid = MigrationState["paid"][number];

export function paidBar({ before, now, node }: Pick<Paid, "before" | "now" | "node">, distances: Distances): PaidBar {
  const sum = (pages: Paid["before"]) => (pages ?? []).reduce((all, [, many]) => all + many, 0);
  const all = sum(now);
  const by = new Map<number, number>();
  for (const [to, many] of now ?? []) by.set(distances(node, to), (by.get(distances(node, to)) ?? 0) + many);
  const parts = [...by].sort((x, y) => x[0] - y[0]).map(([distance, many]) => ({ distance, share: many / all }));
  const local = before?.find(([to]) => to === node)?.[1] ?? 0;
  return { parts, localBefore: before === null || sum(before) === 0 ? null : local / sum(before) };
}

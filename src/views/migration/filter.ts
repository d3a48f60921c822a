/** One mark of the migration that somebody chose: what of the others belongs to it. Pure. */
import type { MigrationState } from "../../engine/inspect/index.ts";
import { slotOfKind } from "./palette.ts";

export type Filter =
  | { readonly by: "cell"; readonly of: number }
  | { readonly by: "kind"; readonly of: number }
  | { readonly by: "target"; readonly of: string }
  | { readonly by: "pass"; readonly of: number }
  | { readonly by: "reason"; readonly of: MigrationState["reasons"][number]["errno"] };

export interface Kept {
  /** Pages that moved, and pages that stay, of what was chosen. */
  readonly moved: number;
  readonly stayed: number;
  /** Of a ribbon (`flowKey`), pages that moved. */
  readonly flow: ReadonlyMap<string, number>;
  /** Cells, passes and reasons that have any of it. */
  readonly cells: ReadonlySet<number>;
  readonly passes: ReadonlySet<number>;
  readonly reasons: ReadonlyMap<string, number>;
}

/** Numbers of a row of `shares` and `stays` (src/engine/inspect/migration-state.ts). */
const SHARE_WORDS = 5;
const STAY_WORDS = 4;

export const targetKey = (one: { readonly node: number; readonly zone: string }): string => `${one.node}/${one.zone}`;
export const flowKey = (kind: number | null, target: string): string =>
  `${kind === null ? "earlier" : slotOfKind(kind)} ${target}`;

type Told = Pick<MigrationState, "shares" | "stays" | "targets" | "reasons" | "flow">;

/** What belongs to the mark that was chosen. Pages that stay went to no zone, and in no pass. */
export function keptBy(state: Told, { by, of }: Filter): Kept {
  const flow = new Map<string, number>();
  const cells = new Set<number>();
  const passes = new Set<number>();
  const reasons = new Map<string, number>();
  let moved = 0;
  let stayed = 0;
  const { shares, stays } = state;
  for (let i = 0; i < shares.length; i += SHARE_WORDS) {
    const [cell = 0, slot = 0, place = 0, pass = 0, pages = 0] = shares.subarray(i, i + SHARE_WORDS);
    const target = state.targets[place];
    if (!target || by === "reason") continue;
    const key = targetKey(target);
    if ({ cell, kind: slot, target: key, pass }[by] !== of) continue;
    moved += pages;
    cells.add(cell);
    passes.add(pass);
    const ribbon = `${slot} ${key}`;
    flow.set(ribbon, (flow.get(ribbon) ?? 0) + pages);
  }
  // What had gone before anybody watched is known by zone only.
  if (by === "target")
    for (const { kind, pages, ...place } of state.flow)
      if (kind === null && targetKey(place) === of) {
        moved += pages;
        flow.set(flowKey(null, targetKey(place)), pages);
      }
  for (let i = 0; i < stays.length; i += STAY_WORDS) {
    const [cell = 0, slot = 0, nth = 0, pages = 0] = stays.subarray(i, i + STAY_WORDS);
    const reason = state.reasons[nth]?.errno;
    if (reason === undefined || by === "target" || by === "pass") continue;
    if ({ cell, kind: slot, reason }[by] !== of) continue;
    stayed += pages;
    cells.add(cell);
    reasons.set(reason, (reasons.get(reason) ?? 0) + pages);
  }
  return { moved, stayed, flow, cells, passes, reasons };
}

export const isSame = (one: Filter | null, other: Filter): boolean => one?.by === other.by && one.of === other.of;

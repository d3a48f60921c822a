/** What the large panel shows, for its tabs and for whoever leads there. */
import { useMemo, useState } from "react";

export const STAGE_VIEWS = ["physical", "scale", "tables", "migration", "zones", "running", "compare"] as const;
export type StageView = (typeof STAGE_VIEWS)[number];

export interface StageControl {
  readonly view: StageView;
  show(view: StageView): void;
  /** The large panel has the whole stage: all the room below the header. */
  readonly full: boolean;
  setFull(full: boolean): void;
}

export function useStageControl(): StageControl {
  const [view, show] = useState<StageView>("physical");
  const [full, setFull] = useState(false);
  return useMemo(() => ({ view, show, full, setFull }), [view, full]);
}

/** Where the view of all memory is asked from. */
const FIELD = "#panel-memory [role=search] input";

/** Puts the cursor into the field of the view of all memory, as soon as that is there. */
export function focusSearch(page: Document): void {
  const focus = (): boolean => {
    const field = page.querySelector<HTMLInputElement>(FIELD);
    field?.focus();
    field?.select();
    return field !== null;
  };
  if (focus()) return;
  const panel = page.getElementById("panel-memory");
  if (!panel) return;
  const observer = new MutationObserver(() => {
    if (focus()) observer.disconnect();
  });
  observer.observe(panel, { childList: true, subtree: true });
}

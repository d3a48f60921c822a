/** What the large panel shows, for its tabs and for whoever leads there. */
import { useMemo, useState } from "react";

export const STAGE_VIEWS = ["physical", "tables", "zones", "running"] as const;
export type StageView = (typeof STAGE_VIEWS)[number];

export interface StageControl {
  readonly view: StageView;
  show(view: StageView): void;
}

export function useStageControl(): StageControl {
  const [view, show] = useState<StageView>("physical");
  return useMemo(() => ({ view, show }), [view]);
}

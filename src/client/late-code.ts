/** Code that the first picture does without. */
import { useCallback, useEffect, useState } from "react";
import { fetchCode } from "./language/fetch-code.ts";
import type { Playground } from "./playground.ts";
import { usePlayground } from "./react.tsx";

/** Display frames from one with records to that in which the box has been painted, and counts as usable (`FrameScheduler`). */
const FRAMES_UNTIL_SEEN = 3;

/** Does something once, when a picture of the box has been seen. Returns how to call that off. */
export function onceSeen(playground: Playground, act: () => void): () => void {
  let frames = 0;
  const stopWaiting = playground.onFrame(() => {
    if (playground.store.getState().status !== "running") return;
    if (++frames < FRAMES_UNTIL_SEEN) {
      playground.requestFrame();
      return;
    }
    stopWaiting();
    act();
  });
  return stopWaiting;
}

/**
 * A module that is fetched once the box has been seen, as `fetchCode` has it; `null` until it is here. Where that failed, `fetch` asks
 * for it again. `load` has to stay the same function.
 */
export function useLateCode<M extends object>(
  load: () => Promise<M>,
  name: keyof M,
): { readonly here: M | null; readonly fetch: () => Promise<void> } {
  const playground = usePlayground();
  const [here, setHere] = useState<M | null>(null);
  const fetch = useCallback(() => fetchCode(load, name).then((module) => setHere(module)), [load, name]);
  useEffect(() => onceSeen(playground, () => void fetch().catch(() => {})), [playground, fetch]);
  return { here, fetch };
}

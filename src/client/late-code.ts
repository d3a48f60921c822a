/** Code that the first picture does without. */
import { useCallback, useEffect, useState } from "react";
import { fetchCode } from "./language/fetch-code.ts";
import type { Playground } from "./playground.ts";
import { usePlayground } from "./react.tsx";

/** Does something once, with the next frame. Returns how to call that off. */
export function withNextFrame(playground: Playground, act: () => void): () => void {
  const stopWaiting = playground.onFrame(() => {
    stopWaiting();
    act();
  });
  return stopWaiting;
}

/**
 * A module that is fetched with the next frame, as `fetchCode` has it; `null` until it is here. Where that failed, `fetch` asks
 * for it again. `load` has to stay the same function.
 */
export function useLateCode<M extends object>(
  load: () => Promise<M>,
  name: keyof M,
): { readonly here: M | null; readonly fetch: () => Promise<void> } {
  const playground = usePlayground();
  const [here, setHere] = useState<M | null>(null);
  const fetch = useCallback(() => fetchCode(load, name).then((module) => setHere(module)), [load, name]);
  useEffect(() => withNextFrame(playground, () => void fetch().catch(() => {})), [playground, fetch]);
  return { here, fetch };
}

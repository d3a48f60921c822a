/** Figures that are read rather than watched: brought up to date a few times a second, and once more when all is quiet. */
import { useEffect, useState } from "react";
import { usePlayground } from "../client/react.tsx";
import type { PlaygroundState } from "../client/playground.ts";

/** `select` must be stable (module level or `useCallback`); it runs at most once in `ms` milliseconds. */
export function useSlowState<T>(select: (state: PlaygroundState) => T, ms = 250): T {
  const { store } = usePlayground();
  const [shown, setShown] = useState(() => ({ select, value: select(store.getState()) }));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer = undefined;
      const value = select(store.getState());
      setShown((last) => (last.select === select && Object.is(last.value, value) ? last : { select, value }));
    };
    const stop = store.subscribe((state, before) => {
      if (timer === undefined && state.records !== before.records) timer = setTimeout(refresh, ms);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store, select, ms]);
  // Another question is answered at once, not when its turn comes.
  return shown.select === select ? shown.value : select(store.getState());
}

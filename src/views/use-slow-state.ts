/** Figures that are read rather than watched: brought up to date a few times a second, and once more when all is quiet. */
import { useEffect, useState } from "react";
import { usePlayground } from "../client/react.tsx";
import type { PlaygroundState } from "../client/playground.ts";

/** What may change a figure: records, or only that time passed. */
type News = (state: PlaygroundState, before: PlaygroundState) => boolean;
const newRecords: News = (state, before) => state.records !== before.records;
const timePassed: News = (state, before) => state.now !== before.now;

/** `select` must be stable (module level or `useCallback`); it runs at most once in `ms` milliseconds. */
export function useSlowState<T>(select: (state: PlaygroundState) => T, ms = 250, news = newRecords): T {
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
      if (timer === undefined && news(state, before)) timer = setTimeout(refresh, ms);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store, select, ms, news]);
  // Another question is answered at once, not when its turn comes.
  return shown.select === select ? shown.value : select(store.getState());
}

const now = (state: PlaygroundState) => state.now;

/** Simulated time, to be read: it passes with every frame, and a text that does makes the page lay itself out. */
export const useSlowNow = (ms = 125): number => useSlowState(now, ms, timePassed);

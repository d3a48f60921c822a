/** Figures that are read rather than watched: brought up to date a few times a second, and once more when all is quiet. */
import { useEffect, useState } from "react";
import { useShownStore } from "../client/react.tsx";
import type { PlaygroundState } from "../client/playground.ts";

/** Real milliseconds: what is due that soon comes along with records that are shown now, so that the page is laid out once. */
const EARLY = 40;
/** Real milliseconds after which what is due does not wait for more records. */
const LATE = 150;

/**
 * `select` must be stable (module level or `useCallback`); it runs at most about once in `ms` milliseconds. With `same`
 * a value that says the same as the last is no reason to render. `timed`: it also says of which instant it is.
 */
export function useSlowState<T>(
  select: (state: PlaygroundState) => T,
  ms = 250,
  same: (one: T, other: T) => boolean = Object.is,
  timed = false,
): T {
  const store = useShownStore();
  const [shown, setShown] = useState(() => ({ select, value: select(store.getState()) }));
  useEffect(() => {
    let value = select(store.getState());
    setShown({ select, value });
    let refreshed = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      clearTimeout(timer);
      timer = undefined;
      refreshed = performance.now();
      const next = select(store.getState());
      if (same(value, next)) return;
      value = next;
      setShown({ select, value });
    };
    const stop = store.subscribe((state, before) => {
      if (state.records === before.records && !(timed && state.now !== before.now)) return;
      const due = refreshed + ms - performance.now();
      if (due <= EARLY) refresh();
      else timer ??= setTimeout(refresh, due + LATE);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store, select, ms, same, timed]);
  // Another question is answered at once, not when its turn comes.
  return shown.select === select ? shown.value : select(store.getState());
}

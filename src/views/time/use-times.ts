/** The times that the bar is about: from where to where, what happened, and what of it is shown. */
import { useMemo } from "react";
import type { Reel } from "../../client/film/reel.ts";
import { usePlaygroundState } from "../../client/react.tsx";
import { type Happening, happeningsSince } from "./happenings.ts";
import { usePresent } from "./use-reel.ts";

export interface Times {
  /** Simulated ns: the present, and the end of what was undone. */
  readonly now: number;
  readonly end: number;
  /** The instant that is shown, and whether that is the past. */
  readonly shown: number;
  readonly past: boolean;
  readonly happenings: readonly Happening[];
  /** What was undone, after the present. */
  readonly undone: readonly Happening[];
}

export function useTimes(reel: Reel | null, begin: number): Times {
  const now = usePresent(reel, (state) => state.now);
  const log = usePresent(reel, (state) => state.log);
  const attempts = usePresent(reel, (state) => state.records.attempt);
  const cursor = usePlaygroundState((state) => state.cursor);
  // What was undone is still to be seen, until something else is done.
  usePlaygroundState((state) => state.offers);
  const future = reel?.future ?? null;
  const happenings = useMemo(() => happeningsSince(begin, log, attempts), [begin, log, attempts]);
  const undone = useMemo(
    () => (future ? happeningsSince(begin, future.log, future.records.attempt).filter(({ at }) => at > now) : []),
    [begin, future, now],
  );
  const end = Math.max(now, future?.now ?? 0);
  return { now, end, shown: cursor?.at ?? now, past: cursor !== null, happenings, undone };
}

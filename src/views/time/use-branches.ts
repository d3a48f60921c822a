/** The futures beside the present, as the time bar draws and lists them. */
import { useMemo, useSyncExternalStore } from "react";
import { forksOf } from "../../client/forks.ts";
import type { Reel } from "../../client/film/reel.ts";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { type Branch, branchOf } from "./branches.ts";
import { usePresent } from "./use-reel.ts";

/** Oldest first. They are told anew when one comes or goes, and when the present has done something. */
export function useBranches(reel: Reel): readonly Branch[] {
  const { futures } = usePlayground();
  const playground = usePlayground();
  const revision = useSyncExternalStore(futures.subscribe, () => futures.revision);
  const offers = usePlaygroundState((state) => state.offers);
  const done = usePresent(reel, (state) => state.log.findLast(({ level }) => level === "command")?.seq ?? -1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these tell when the futures and the present are others.
  return useMemo(() => {
    const { kept } = playground;
    const shown = reel.present ?? playground.store.getState();
    return kept ? forksOf(playground).map((fork) => branchOf(fork, kept, shown)) : [];
  }, [playground, futures, reel, revision, offers, done]);
}

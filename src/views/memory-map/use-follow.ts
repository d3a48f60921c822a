/** Keeps the map on what is happening: the block that begins to go offline, and the page that stopped one. */
import { useCallback, useEffect, useState } from "react";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import type { PlaygroundState } from "../../client/playground.ts";
import type { Attempt } from "../../engine/hotplug/outcome.ts";

export interface Follow {
  /** False after a person chose another block while attempts run. */
  readonly following: boolean;
  /** Some attempt to offline a block is running. */
  readonly running: boolean;
  /** A person chose a block. */
  stray(): void;
  resume(): void;
}

export function useFollow(): Follow {
  const playground = usePlayground();
  const [following, setFollowing] = useState(true);
  const running = usePlaygroundState((state) => runningBlock(state.records.attempt) !== null);

  useEffect(() => {
    if (!running) setFollowing(true);
  }, [running]);

  useEffect(() => {
    if (!following) return;
    return playground.store.subscribe((state, before) => {
      const block = newsOf(state, before);
      if (block !== null && state.records.block[block]) playground.select({ block });
    });
  }, [playground, following]);

  return {
    following,
    running,
    stray: useCallback(() => setFollowing(!running), [running]),
    resume: () => {
      setFollowing(true);
      const block = runningBlock(playground.store.getState().records.attempt);
      if (block !== null) playground.select({ block });
    },
  };
}

const blockOf = (attempt: Attempt): string | null => {
  const number = /^memory(\d+)$/.exec(attempt.target)?.[1];
  return number === undefined ? null : `${attempt.partition}:${number}`;
};

type Attempts = PlaygroundState["records"]["attempt"];

function runningBlock(attempts: Attempts): string | null {
  for (const attempt of Object.values(attempts))
    if (attempt.kind === "offline" && attempt.result === "running") return blockOf(attempt);
  return null;
}

/** Block of the newest attempt that has just begun to empty it, or that a page of it has just stopped. */
export function newsOf(
  state: Pick<PlaygroundState, "records">,
  before: Pick<PlaygroundState, "records">,
): string | null {
  const now = state.records.attempt;
  const then = before.records.attempt;
  // What a scenario did before it is first shown is no news.
  if (now === then || Object.keys(before.records.partition).length === 0) return null;
  let newest: Attempt | null = null;
  for (const [key, attempt] of Object.entries(now)) {
    const last = then[key];
    if (last === attempt || attempt.kind !== "offline") continue;
    const begun = attempt.result === "running" && !last;
    const stopped = attempt.culprit !== null && !last?.culprit;
    if ((begun || stopped) && (newest === null || attempt.id > newest.id)) newest = attempt;
  }
  return newest && blockOf(newest);
}

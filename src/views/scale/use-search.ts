/** A search over all pages: slice by slice until it is done, and again while pages change. */
import { useCallback, useEffect, useRef, useState } from "react";
import { usePlayground } from "../../client/react.tsx";
import type { QueryProblem } from "../../engine/inspect/scale/index.ts";

/** Real milliseconds from the end of a search to the next, while the machine runs. */
const AGAIN_MS = 1000;
/** Real milliseconds from one figure to the next while it grows: for each of them all of the picture is drawn. */
const GROWS_MS = 100;

export interface Found {
  readonly text: string;
  /** Why nothing is searched for; `unreachable`: there was no answer. */
  readonly problem: QueryProblem | "unreachable" | null;
  readonly done: boolean;
  readonly total: number;
  /** Pages found, by number of their block. */
  readonly blocks: ReadonlyMap<number, number>;
}

/** What is found of `text` so far; `null` while nothing is asked. What was found last stays until it is found anew. */
export function useSearch(partition: string | null, text: string): Found | null {
  const playground = usePlayground();
  const [found, setFound] = useState<Found | null>(null);
  const last = useRef(0);
  const run = useCallback(
    async (mine: number, anew: boolean) => {
      if (partition === null) return;
      const blocks = new Map<number, number>();
      let shown = Number.NEGATIVE_INFINITY;
      for (let begin = true; ; begin = false) {
        const slice = await playground.search(partition, text, begin);
        if (last.current !== mine) return;
        if (!slice) {
          setFound({ text, problem: "unreachable", done: true, total: 0, blocks: new Map() });
          return;
        }
        const { problem, done, total } = slice;
        for (const [at, block] of slice.blocks.entries()) blocks.set(block, slice.counts[at] as number);
        // Asked again, figures don't begin anew: they change when all is counted.
        const now = performance.now();
        if (done || (anew && now - shown >= GROWS_MS)) {
          shown = now;
          setFound({ text, problem, done, total, blocks: new Map(blocks) });
        }
        if (done) return;
      }
    },
    [playground, partition, text],
  );
  useEffect(() => {
    const mine = ++last.current;
    if (text === "") {
      setFound(null);
      // The worker forgets what it outlined.
      if (partition !== null) void playground.search(partition, "", true);
      return;
    }
    void run(mine, true);
    return () => {
      last.current++;
    };
  }, [run, text, partition, playground]);
  useEffect(() => {
    if (text === "" || !found?.done || found.problem !== null) return;
    let now = playground.store.getState().now;
    let asking = false;
    const timer = setInterval(() => {
      const { now: later, status } = playground.store.getState();
      if (later === now || status !== "running" || asking) return;
      now = later;
      asking = true;
      void run(++last.current, false).finally(() => {
        asking = false;
      });
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [found?.done, found?.problem, text, run, playground]);
  return found;
}

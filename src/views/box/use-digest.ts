/** What a module's label says of its blocks, a few times a second at most. */
import { useEffect, useState } from "react";
import { usePlayground } from "../../client/react.tsx";
import type { BlockSource } from "./cell-painter.ts";
import { type Digest, digest } from "./cells.ts";

const EVERY_MS = 250;

/** `source` must keep its identity between renders. */
export function useDigest(source: BlockSource): Digest {
  const playground = usePlayground();
  const [shown, show] = useState(() => read());

  function read(): Digest {
    const { records } = playground.store.getState();
    return digest(source(records).flatMap((key) => records.block[key] ?? []));
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` is made of the two that are named.
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const update = () => {
      waiting = undefined;
      const next = read();
      show((previous) => (JSON.stringify(previous) === JSON.stringify(next) ? previous : next));
    };
    update();
    const unsubscribe = playground.store.subscribe((state, previous) => {
      if (state.records.block !== previous.records.block || state.records.dimm !== previous.records.dimm)
        waiting ??= setTimeout(update, EVERY_MS);
    });
    return () => {
      unsubscribe();
      clearTimeout(waiting);
    };
  }, [playground, source]);

  return shown;
}

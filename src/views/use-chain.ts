/** The chain of a page (src/engine/inspect), asked again when records have changed. */
import { useEffect, useState } from "react";
import { usePlayground, usePlaygroundState } from "../client/react.tsx";
import type { Chain } from "../engine/inspect/index.ts";

/** `null` until the answer is there, and where there is no page. */
export function useChain(partition: string, pfn: number | null): Chain | null {
  const playground = usePlayground();
  const block = usePlaygroundState((state) => state.records.block);
  const [chain, setChain] = useState<Chain | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with other records the answer may be another one.
  useEffect(() => {
    let stays = true;
    if (pfn === null) setChain(null);
    else
      playground.chain(partition, pfn).then(
        (answer) => stays && setChain(answer),
        () => {},
      );
    return () => {
      stays = false;
    };
  }, [playground, partition, pfn, block]);
  return chain;
}

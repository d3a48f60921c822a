/** What a module's label says of its blocks, a few times a second at most. */
import { useCallback } from "react";
import type { PlaygroundState } from "../../client/playground.ts";
import { useSlowState } from "../use-slow-state.ts";
import type { BlockSource } from "./cell-painter.ts";
import { type Digest, digest } from "./cells.ts";

const EVERY_MS = 250;

/** `source` must keep its identity between renders. */
export function useDigest(source: BlockSource): Digest {
  const read = useCallback(
    ({ records }: PlaygroundState) => digest(source(records).flatMap((key) => records.block[key] ?? [])),
    [source],
  );
  return useSlowState(read, EVERY_MS, saysTheSame);
}

const saysTheSame = (one: Digest, other: Digest) => JSON.stringify(one) === JSON.stringify(other);

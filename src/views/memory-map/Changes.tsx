/** How many pages of a block differ from the moment that somebody chose. */
import { useEffect, useMemo, useState } from "react";
import { usePlayground } from "../../client/react.tsx";
import { Since } from "../changes/ShowChanges.tsx";
import type { Earlier } from "../changes/earlier.ts";
import { type Counts, countChanges } from "../changes/page-changes.ts";
import { memoryMapStrings as words } from "./strings.ts";

/** Real milliseconds between two counts: they are read, not watched. */
const REFRESH_MS = 250;

interface ChangesProps {
  readonly block: string;
  readonly earlier: Earlier;
  /** Its map at that moment; `null` where it was not kept. */
  readonly before: Uint8Array | null;
}

export function Changes({ block, earlier, before }: ChangesProps) {
  const counts = useCounts(block, before);
  return <Since earlier={earlier} parts={before && (counts ? words.changes(counts) : [])} />;
}

/** A block's page map at the moment that somebody chose; `null` where it was not kept. */
export function useMapEarlier(
  earlier: Earlier | null,
  block: { readonly key: string; readonly pages: number } | undefined,
) {
  const key = block?.key;
  const length = block?.pages ?? 0;
  return useMemo(() => {
    if (!earlier || key === undefined) return null;
    const kept = earlier.pages.get(key);
    if (kept instanceof Uint8Array) return kept;
    // A block that was not there had no pages.
    if (kept === undefined && earlier.records.block[key]) return null;
    return new Uint8Array(length).fill(kept ?? 0);
  }, [earlier, key, length]);
}

function useCounts(block: string, before: Uint8Array | null): Counts | null {
  const playground = usePlayground();
  const [counts, setCounts] = useState<Counts | null>(null);
  useEffect(() => {
    setCounts(null);
    if (!before) return;
    const count = () => {
      const map = playground.pageMap();
      if (map?.block !== block) return;
      const next = countChanges(before, map.bytes);
      setCounts((last) =>
        last && last.came === next.came && last.gone === next.gone && last.other === next.other ? last : next,
      );
    };
    count();
    const timer = setInterval(count, REFRESH_MS);
    return () => clearInterval(timer);
  }, [playground, block, before]);
  return counts;
}

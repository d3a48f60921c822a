/** Which part of the axis is in sight, and the way back out of it. */
import { useMemo, useState } from "react";
import { ALL, type Fold, frameAt, isWhole, panSight, type Sight, sightOf, zoomSight } from "./axis.ts";
import type { Mark } from "./mark.ts";

interface Seen {
  readonly fold: Fold;
  readonly sight: Sight;
}

export function useSight(fold: Fold, width: number) {
  const [way, setWay] = useState<readonly Seen[]>([]);
  const last = way.at(-1);
  // Blocks have come or gone: the same frames stay in sight.
  const sight = useMemo(() => {
    if (!last || last.fold === fold) return last?.sight ?? ALL;
    const { from, to } = last.sight;
    return sightOf(fold, width, frameAt(last.fold, from), frameAt(last.fold, to) + 1);
  }, [last, fold, width]);
  const isAll = isWhole(sight);
  const go = (next: Sight) => setWay(isWhole(next) ? [] : [...way.slice(0, -1), { fold, sight: next }]);
  return {
    sight,
    isAll,
    onZoom: (factor: number, x: number) => {
      const at = sight.from + (Math.max(0, Math.min(width, x)) / Math.max(1, width)) * (sight.to - sight.from);
      go(zoomSight(fold, width, sight, factor, at));
    },
    onPan: (x: number) => {
      if (!isAll) go(panSight(sight, (x / Math.max(1, width)) * (sight.to - sight.from)));
    },
    onWhole: () => setWay([]),
    onInto: ({ first, end }: Mark) => setWay([...way, { fold, sight: sightOf(fold, width, first, end) }]),
    onOut: (): boolean => {
      if (way.length === 0) return false;
      setWay(way.slice(0, -1));
      return true;
    },
  };
}

/** Which block is filled while another empties: the one that most of its pages went to since the last frame. */
import { useEffect, useState } from "react";
import type { PlaygroundState } from "../../client/playground.ts";
import { usePlayground } from "../../client/react.tsx";
import { arrivalsBetween } from "../box/arrivals.ts";

/** Of one who sees the state before and after a frame: the block that is filled from `block`, or the one that was. */
export function fillingAfter(
  filling: string | null,
  block: string,
  before: Pick<PlaygroundState, "records">,
  after: Pick<PlaygroundState, "records">,
): string | null {
  const arrivals = arrivalsBetween(before.records, after.records).filter(({ from }) => from.key === block);
  // Whoever is filled stays shown while it still is: two blocks that take turns must not flicker.
  if (arrivals.some(({ to }) => to.key === filling)) return filling;
  return arrivals.toSorted((a, b) => b.pages - a.pages)[0]?.to.key ?? filling;
}

/** Key of the block that is filled from `block` while that empties; both are watched pageblock by pageblock meanwhile. */
export function useFilling(block: string, empties: boolean): string | null {
  const playground = usePlayground();
  const [filling, setFilling] = useState<string | null>(null);
  useEffect(() => {
    setFilling(null);
    if (!empties) return;
    return playground.store.subscribe((after, before) => {
      if (after.records !== before.records) setFilling((was) => fillingAfter(was, block, before, after));
    });
  }, [playground, block, empties]);
  useEffect(() => {
    if (filling === null) return;
    playground.watchBeside([block, filling]);
    return () => playground.watchBeside([]);
  }, [playground, block, filling]);
  return empties ? filling : null;
}

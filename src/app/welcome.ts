/** The first question: asked who comes for the first time, until the first of the two DIMMs was dropped, and never again. */
import { useEffect, useMemo, useState } from "react";
import type { Playground } from "../client/playground.ts";
import { SCENARIOS } from "../protocol/scenarios/index.ts";
import { hasLesson, readLearning, useLearning } from "./learn.ts";
import { remember, remembered } from "../client/remembered.ts";

const KEY = "hotplug-welcomed";
/** They look alike, and Linux lets one of them go. */
export const ASKED: readonly string[] = ["d1", "d3"];
const NOTHING: readonly string[] = [];

/** An address that says nothing leads to the first scenario, and to the question; an end that nobody knows says nothing. */
const comesUnasked = ({ search, hash }: Location): boolean => search === "" && readLearning(hash).at === "box";

/**
 * The DIMMs of the question while it is open; `answered` once it has been answered on this page. A lesson asks questions
 * of its own, of the same DIMMs perhaps: whoever opened one isn't asked this one any more.
 */
export function useWelcome(playground: Playground): { readonly asked: readonly string[]; readonly answered: boolean } {
  const [open, setOpen] = useState(() => comesUnasked(location) && remembered(KEY) === null);
  const [answered, setAnswered] = useState(false);
  const lesson = hasLesson(useLearning());
  if (lesson && open) setOpen(false);
  useEffect(() => {
    if (!open) return;
    return playground.store.subscribe(({ scenario, kernels, records }, before) => {
      // Under another kernel both may go, or neither.
      if (scenario !== SCENARIOS[0].name || Object.keys(kernels).length > 0) setOpen(false);
      // Where no program runs any more, as after a restart, neither holds pages of one.
      if (records.partition.A?.processes.length === 0 && before.records.partition.A?.processes.length) setOpen(false);
      if (records.attempt === before.records.attempt) return;
      if (!Object.values(records.attempt).some(({ kind, target }) => kind === "eject" && ASKED.includes(target)))
        return;
      remember(KEY, "yes");
      setOpen(false);
      setAnswered(true);
    });
  }, [open, playground]);
  return useMemo(() => ({ asked: open ? ASKED : NOTHING, answered }), [open, answered]);
}

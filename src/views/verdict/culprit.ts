/** Back to the instant that made a refusal: when the page was allocated that was in the way. */
import type { Culprit } from "../../engine/chronicle/outcome.ts";
import type { Playground, PlaygroundState } from "../../client/playground.ts";
import { type AttemptRecord, culpritOf, partsOf, shownAttempt } from "./attempts.ts";

/** There is such an instant: the page was not there since boot. */
export const isCulpritOfLater = (attempt: AttemptRecord, culprit: Culprit | null): culprit is Culprit =>
  attempt.result === "failed" && culprit !== null && culprit.transaction !== 0;

/** The attempt that the verdict is about, and the page that it was refused for, when one can go back to its allocation. */
export function shownCulprit({ records, selection }: Pick<PlaygroundState, "records" | "selection">) {
  const attempt = shownAttempt(records.attempt, selection.attempt);
  const culprit = attempt ? culpritOf(attempt, partsOf(records.attempt, attempt)) : null;
  return attempt && isCulpritOfLater(attempt, culprit) ? { attempt, culprit } : null;
}

/** Takes the machine there, where time stands, with the page in view. */
export async function goToCulprit(playground: Playground, attempt: AttemptRecord, culprit: Culprit): Promise<void> {
  if (await playground.travel({ culprit: attempt.key }))
    playground.select({ block: `${attempt.partition}:${culprit.block}`, pfn: culprit.pfn });
}

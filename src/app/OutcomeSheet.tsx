/** On a phone the verdict is off the screen: what came of an attempt is said where the thumb is, and leads there. */
import { X } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import type { PlaygroundState } from "../client/playground.ts";
import { usePlayground, usePlaygroundState } from "../client/react.tsx";
import { shownAttempt } from "../views/verdict/attempts.ts";
import { headline } from "../views/verdict/headline.ts";
import { toneOf } from "../views/verdict/unattended.ts";
import { useActionContext } from "./action-context.tsx";
import { findAction } from "./actions.ts";
import type { PanelId } from "./panels.ts";
import styles from "./outcome-sheet.module.css";
import { appStrings } from "./strings.ts";

const strings = appStrings.outcome;

/** `visible`: the panel on the screen. */
export function OutcomeSheet({ visible }: { readonly visible: PanelId | "lesson" }) {
  const context = useActionContext();
  const attempt = usePlaygroundState(({ records, selection }) => shownAttempt(records.attempt, selection.attempt));
  const [known, learn] = useKnownOutcomes();
  const key = attempt && attempt.result !== "running" ? attempt.key : null;
  useEffect(() => {
    if (visible === "verdict" && key !== null) learn(key);
  }, [visible, key, learn]);
  if (!attempt || key === null || known.has(key)) return null;
  return (
    <div className={styles.sheet} data-result={toneOf(attempt)} role="status">
      <p>{headline(attempt)}</p>
      <button type="button" onClick={() => findAction("show-verdict").perform(context)}>
        {strings.why(attempt.result === "ok")}
      </button>
      <button type="button" aria-label={strings.close} onClick={() => learn(key)}>
        <X aria-hidden />
      </button>
    </div>
  );
}

const ended = ({ records }: PlaygroundState): readonly string[] =>
  Object.values(records.attempt)
    .filter(({ result }) => result !== "running")
    .map(({ key }) => key);

/**
 * Keys of attempts whose outcome needs no telling: what had ended when the machine came up, or when the window became
 * narrow, and what was told since. Anything else is news, also what began and ended between two frames.
 */
function useKnownOutcomes(): readonly [ReadonlySet<string>, (key: string) => void] {
  const playground = usePlayground();
  const [known, setKnown] = useState<ReadonlySet<string>>(() => new Set(ended(playground.store.getState())));
  useEffect(
    () =>
      playground.store.subscribe((state, before) => {
        // Keys are given out anew on each machine.
        if (state.status === "running" && before.status !== "running") setKnown(new Set(ended(state)));
      }),
    [playground],
  );
  const learn = useCallback(
    (key: string) =>
      setKnown((before) => {
        const { attempt } = playground.store.getState().records;
        return new Set([...[...before].filter((one) => attempt[one]), key]);
      }),
    [playground],
  );
  return [known, learn];
}

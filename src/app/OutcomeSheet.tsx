/** On a phone the verdict is off the screen: what came of an attempt is said where the thumb is, and leads there. */
import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { usePlaygroundState } from "../client/react.tsx";
import { shownAttempt } from "../views/verdict/attempts.ts";
import { headline } from "../views/verdict/sentences.ts";
import { useActionContext } from "./action-context.tsx";
import { findAction } from "./actions.ts";
import type { PanelId } from "./panels.ts";
import styles from "./shell.module.css";
import { appStrings } from "./strings.ts";

const strings = appStrings.outcome;

/** `visible`: the panel on the screen. */
export function OutcomeSheet({ visible }: { readonly visible: PanelId }) {
  const context = useActionContext();
  const attempt = usePlaygroundState(({ records, selection }) => shownAttempt(records.attempt, selection.attempt));
  const [watched, setWatched] = useState<string | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const key = attempt?.key ?? null;
  const running = attempt?.result === "running";
  // What ended before anyone saw it begin was the scenario's setup.
  useEffect(() => {
    if (running) setWatched(key);
  }, [running, key]);
  useEffect(() => {
    if (visible === "verdict") setTold(key);
  }, [visible, key]);
  if (!attempt || running || attempt.key !== watched || attempt.key === told) return null;
  return (
    <div className={styles.sheet} data-result={attempt.result} role="status">
      <p>{headline(attempt)}</p>
      <button type="button" onClick={() => findAction("show-verdict").perform(context)}>
        {strings.why(attempt.result === "ok")}
      </button>
      <button type="button" aria-label={strings.close} onClick={() => setTold(attempt.key)}>
        <X aria-hidden />
      </button>
    </div>
  );
}

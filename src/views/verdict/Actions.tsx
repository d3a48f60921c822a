/** The verdict's end: what would work now, and the buttons that do it: see the page, do what helps, try again, call it off. */
import { lazy, Suspense, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { Culprit } from "../../engine/chronicle/outcome.ts";
import { usePlayground, usePlaygroundState, useRecord } from "../../client/react.tsx";
import type { AttemptRecord } from "./attempts.ts";
import { goToCulprit, isCulpritOfLater } from "./culprit.ts";
import { PhraseText } from "./PhraseText.tsx";
import { useOutlook } from "./use-outlook.ts";
import { verdictStrings as strings } from "./strings.ts";
import styles from "./verdict.module.css";
import { shellLineOf, surroundingsOf, type WayOn, waysOn } from "./ways-on.ts";
import { rejectionText } from "../rejections.ts";

/** Fetched with the first refusal; without it the question is not offered. */
const Since = lazy(() =>
  import("./Since.tsx").then(
    ({ Since: view }) => ({ default: view }),
    () => ({ default: () => null }),
  ),
);

/** The form with which a partition is rebooted, where a boot option would have helped. */
const RestartForm = lazy(() =>
  import("../running/RestartForm.tsx").then(
    ({ RestartForm: view }) => ({ default: view }),
    () => ({ default: () => null }),
  ),
);

/** What was asked for is seen, where the panel has room for little. */
const reveal = (form: HTMLElement | null): void => form?.scrollIntoView?.({ block: "nearest" });

interface ActionsProps {
  readonly attempt: AttemptRecord;
  readonly culprit: Culprit | null;
  readonly destination: string | null;
}

export function Actions({ attempt, culprit, destination }: ActionsProps) {
  const playground = usePlayground();
  const surroundings = usePlaygroundState(useShallow((state) => surroundingsOf(state.records, attempt)));
  const [pressed, setPressed] = useState<{ readonly attempt: string; readonly way: WayOn["way"] } | null>(null);
  const [refusal, setRefusal] = useState<{ readonly attempt: string; readonly text: string } | null>(null);
  /** Attempt beside which the form of a reboot is open. */
  const [reboots, setReboots] = useState<string | null>(null);
  const outlook = useOutlook(attempt);
  const ways = waysOn(attempt, surroundings, destination, outlook);
  const block = useRecord("block", culprit && `${attempt.partition}:${culprit.block}`);
  const unchanged = outlook?.retry === false && attempt.result === "failed";
  if (ways.length === 0 && !block && !unchanged) return null;

  // The kernel may take its time to obey: what was pressed says so until it has.
  const obeyed = pressed?.way === "cancel" && attempt.result !== "running";
  const underWay = pressed?.attempt === attempt.key && !obeyed ? pressed.way : null;
  const take = async ({ way, commands }: WayOn) => {
    if (underWay !== null) return;
    setPressed({ attempt: attempt.key, way });
    setRefusal(null);
    let refused: string | null = null;
    for (const command of commands) {
      const answer = await playground.send(command);
      if (answer.errno !== null && !answer.op)
        refused = answer.rejection ? rejectionText(answer.rejection, answer.errno) : answer.errno;
      if (refused !== null) break;
    }
    // A signal is sent at once and seen later; everything else is done, or begun, by now.
    if (refused !== null || way !== "cancel") setPressed(null);
    if (refused !== null) setRefusal({ attempt: attempt.key, text: strings.refused(refused) });
  };
  return (
    <fieldset className={styles.actions} aria-label={strings.actions}>
      {culprit && block && (
        <button
          type="button"
          onClick={() => playground.select({ block: block.key, pfn: culprit.pfn, attempt: attempt.key })}
        >
          {strings.showPage}
        </button>
      )}
      {ways.map((way) => (
        <button key={way.way} type="button" aria-disabled={underWay !== null} onClick={() => void take(way)}>
          {underWay === way.way ? strings.underWay[way.way] : labelOf(way)}
        </button>
      ))}
      {isCulpritOfLater(attempt, culprit) && (
        <button type="button" aria-keyshortcuts="R" onClick={() => void goToCulprit(playground, attempt, culprit)}>
          {strings.toAllocation}
        </button>
      )}
      {attempt.result === "failed" && culprit && (
        <Suspense>
          <Since key={attempt.key} attempt={attempt} />
        </Suspense>
      )}
      {unchanged && <p className={styles.pending}>{strings.unchanged}</p>}
      {ways.map((way) => (
        <Consequence key={way.way} way={way} target={attempt.target} />
      ))}
      {outlook?.remedies.movableNode && (
        <p className={styles.pending}>
          <PhraseText phrase={strings.movableNode(attempt.target)} />{" "}
          <button
            type="button"
            aria-expanded={reboots === attempt.key}
            onClick={() => setReboots(reboots === attempt.key ? null : attempt.key)}
          >
            {strings.reboot}
          </button>
        </p>
      )}
      {outlook?.remedies.movableNode && reboots === attempt.key && (
        <Suspense>
          <div ref={reveal} className={styles.form}>
            <RestartForm key={attempt.key} partition={attempt.partition} option="movable_node" />
          </div>
        </Suspense>
      )}
      {underWay === "cancel" && (
        <p className={styles.pending} role="status">
          {strings.cancelling}
        </p>
      )}
      {refusal?.attempt === attempt.key && (
        <p className={styles.refusal} role="status">
          {refusal.text}
        </p>
      )}
    </fieldset>
  );
}

/** What comes of a remedy, and the line that does the same in a shell. */
function Consequence({ way, target }: { readonly way: WayOn; readonly target: string }) {
  const shell = shellLineOf(way.commands);
  if (way.way !== "remedy" || !way.steps || shell === null) return null;
  return (
    <p className={styles.pending}>
      <PhraseText phrase={strings.promise(way.steps, way.certain === true, target, shell)} />
    </p>
  );
}

function labelOf({ way, steps, instead }: WayOn): string {
  switch (way) {
    case "retry":
      return strings.retry;
    case "instead":
      return instead ? strings.instead(instead) : "";
    case "cancel":
      return strings.cancel;
    case "online":
      return strings.online;
    case "online-movable":
      return strings.onlineMovable;
    case "remedy":
      return strings.remedy(steps ?? []);
  }
}

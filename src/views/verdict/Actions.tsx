/** The buttons that help: go and see the page, try again, call it off. */
import { useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { Culprit } from "../../engine/hotplug/outcome.ts";
import { usePlayground, usePlaygroundState, useRecord } from "../../client/react.tsx";
import { type AttemptRecord, surroundingsOf, type WayOn, waysOn } from "./attempts.ts";
import { useOutlook } from "./use-outlook.ts";
import { verdictStrings as strings } from "./strings.ts";
import styles from "./verdict.module.css";

interface ActionsProps {
  readonly attempt: AttemptRecord;
  readonly culprit: Culprit | null;
  readonly destination: string | null;
}

export function Actions({ attempt, culprit, destination }: ActionsProps) {
  const playground = usePlayground();
  const surroundings = usePlaygroundState(useShallow((state) => surroundingsOf(state.records, attempt, culprit)));
  const [pressed, setPressed] = useState<{ readonly attempt: string; readonly way: WayOn["way"] } | null>(null);
  const [refusal, setRefusal] = useState<{ readonly attempt: string; readonly text: string } | null>(null);
  const outlook = useOutlook(attempt);
  const ways = waysOn(attempt, surroundings, destination, culprit, outlook);
  const block = useRecord("block", culprit && `${attempt.partition}:${culprit.block}`);
  const unchanged = outlook?.retry === false;
  if (ways.length === 0 && !block && !unchanged) return null;

  // The kernel may take its time to obey: what was pressed says so until it has.
  const obeyed = pressed?.way === "cancel" && attempt.result !== "running";
  const underWay = pressed?.attempt === attempt.key && !obeyed ? pressed.way : null;
  const take = async ({ way, command }: WayOn) => {
    if (underWay !== null) return;
    setPressed({ attempt: attempt.key, way });
    setRefusal(null);
    const answer = await playground.send(command);
    const refused = answer.errno !== null && !answer.op;
    // A signal is sent at once and seen later; everything else is done, or begun, by now.
    if (refused || way !== "cancel") setPressed(null);
    if (refused) setRefusal({ attempt: attempt.key, text: strings.refused(answer.message ?? answer.errno ?? "") });
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
      {unchanged && <p className={styles.pending}>{strings.unchanged}</p>}
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

function labelOf({ way, process, instead }: WayOn): string {
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
    case "drop-caches":
      return strings.dropCaches;
    case "kill":
      return process ? strings.kill(process.comm, process.pid) : "";
  }
}

/** Runs, pauses and slows simulated time. */
import { ChevronDown, Pause, Play } from "lucide-react";
import { usePlayground, usePlaygroundState } from "../client/react.tsx";
import { ActionButton, useActionContext } from "./action-context.tsx";
import styles from "./header.module.css";
import { speedsWith } from "../views/time/speeds.ts";
import { appStrings } from "./strings.ts";

const strings = appStrings.speed;

export function SpeedControl() {
  const playground = usePlayground();
  const { runningSpeed } = useActionContext();
  const speed = usePlaygroundState((state) => state.speed);
  const stands = speed === 0;
  const offered = speedsWith(runningSpeed);
  return (
    <fieldset className={styles.speed} aria-label={strings.label} data-paused={stands || undefined}>
      <ActionButton action="run" className={styles.play} label={stands ? strings.run : strings.pause}>
        {stands ? <Play aria-hidden /> : <Pause aria-hidden />}
      </ActionButton>
      <label className={styles.speedMenu}>
        <span className="figures">{stands ? strings.paused : strings.short(speed)}</span>
        <ChevronDown aria-hidden />
        <select
          aria-label={strings.choose}
          value={runningSpeed}
          onChange={(event) => playground.setSpeed(Number(event.target.value))}
        >
          {offered.map((share) => (
            <option key={share} value={share}>
              {strings.option(share)}
            </option>
          ))}
        </select>
      </label>
      <span className="visually-hidden" role="status">
        {strings.said(speed)}
      </span>
    </fieldset>
  );
}

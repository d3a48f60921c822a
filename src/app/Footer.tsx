/** Simulated time: the clock at once, the line of what happened (src/views/time) when the views have come. */
import { useEffect, useState } from "react";
import { usePlayground, usePlaygroundState } from "../client/react.tsx";
import { clockTime } from "../views/time/clock.ts";
import { useActionContext } from "./action-context.tsx";
import { useLate } from "./late.tsx";
import styles from "./footer.module.css";
import { appStrings } from "./strings.ts";

interface FooterProps {
  readonly unfolded: boolean;
  onUnfold(unfolded: boolean): void;
}

export function Footer({ unfolded, onUnfold }: FooterProps) {
  const TimeBar = useLate("time")?.TimeBar;
  const begin = useBegin();
  const { stage } = useActionContext();
  return (
    <footer className={styles.footer} data-unfolded={unfolded || undefined}>
      <div className={styles.inside}>
        {TimeBar ? (
          <TimeBar
            clock={<Clock />}
            begin={begin}
            unfolded={unfolded}
            onUnfold={onUnfold}
            onCompare={() => stage.show("compare")}
          />
        ) : (
          <Clock />
        )}
      </div>
    </footer>
  );
}

function Clock() {
  const now = usePlaygroundState((state) => state.now);
  const past = usePlaygroundState((state) => state.cursor !== null);
  const fraction = String(Math.floor(now / 1000) % 1000).padStart(3, "0");
  return (
    <time className={`${styles.clock} figures`} title={appStrings.footer.now} data-past={past || undefined}>
      {clockTime(now)}
      <span className={styles.micros}>{fraction}</span>
    </time>
  );
}

/** Simulated time of the scenario's first frame: what came before is its setup. */
function useBegin(): number {
  const playground = usePlayground();
  const [begin, setBegin] = useState(() => playground.store.getState().now);
  useEffect(
    () =>
      playground.store.subscribe((state, before) => {
        if (before.status !== "running" && state.status === "running") setBegin(state.now);
      }),
    [playground],
  );
  return begin;
}

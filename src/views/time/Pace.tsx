/** How time goes, by what one sees: a function or an event with each press, or played, backward as well as forward. */
import { ChevronLeft, ChevronRight, Pause } from "lucide-react";
import { useState } from "react";
import type { Reel } from "../../client/film/reel.ts";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import styles from "./lanes.module.css";
import { paceStrings as strings } from "./pace-strings.ts";
import { speedsWith } from "./speeds.ts";
import { toEvent } from "./ways.ts";

type Chosen = "function" | "event" | "speed";

/** It outlives the bar, which may be folded. */
let last: Chosen = "speed";

export function Pace({ reel }: { readonly reel: Reel }) {
  const playground = usePlayground();
  const past = usePlaygroundState((state) => state.cursor !== null);
  const speed = usePlaygroundState((state) => state.speed);
  const runs = usePlaygroundState((state) => !state.idle);
  const [pace, setPace] = useState<Chosen>(last);
  const [usual, setUsual] = useState(speed > 0 ? speed : reel.usualSpeed);
  const backward = speed > 0 && reel.backward;
  const forward = speed > 0 && !reel.backward;
  const choose = (value: string) => {
    const next = value === "function" || value === "event" ? value : "speed";
    last = next;
    setPace(next);
    if (next !== "speed") {
      playground.setSpeed(0);
      return;
    }
    setUsual(Number(value));
    if (backward) reel.playBack(Number(value));
    else if (forward) playground.setSpeed(Number(value));
  };
  const go = (way: 1 | -1) => {
    if (pace === "event") toEvent(playground, reel, way);
    else if (pace === "function") {
      if (way < 0 || past) reel.stepFunction(way);
      else if (runs) void playground.step();
    } else if (way < 0 ? backward : forward) playground.setSpeed(0);
    else if (way < 0) reel.playBack(usual);
    else playground.setSpeed(usual);
  };
  const labels = [strings.back[backward ? "pause" : pace], strings.on[forward ? "pause" : pace]] as const;
  return (
    <span className={styles.pace}>
      <button type="button" className={styles.tool} aria-label={labels[0]} title={labels[0]} onClick={() => go(-1)}>
        {backward ? <Pause aria-hidden /> : <ChevronLeft aria-hidden />}
      </button>
      <select
        aria-label={strings.choose}
        value={pace === "speed" ? usual : pace}
        onChange={({ target }) => choose(target.value)}
      >
        {(["function", "event"] as const).map((one) => (
          <option key={one} value={one}>
            {strings.paces[one]}
          </option>
        ))}
        {speedsWith(usual).map((share) => (
          <option key={share} value={share}>
            {strings.speed(share)}
          </option>
        ))}
      </select>
      <button type="button" className={styles.tool} aria-label={labels[1]} title={labels[1]} onClick={() => go(1)}>
        {forward ? <Pause aria-hidden /> : <ChevronRight aria-hidden />}
      </button>
      <span className="visually-hidden" role="status">
        {backward && strings.said(usual)}
      </span>
    </span>
  );
}

/** Round times along a line, on the clock's own count. */
import { useEffect, useState } from "react";
import type { AxisTick } from "./happenings.ts";
import { timeStrings as strings } from "./strings.ts";
import styles from "./time.module.css";

/** Room of a label and the space beside it, in rem. */
const TICK_ROOM = 7;

interface AxisProps {
  readonly ticks: readonly AxisTick[];
  percent(at: number): string;
  /** Of later ticks the label would reach over the end. */
  readonly last: number;
}

export function Axis({ ticks, percent, last }: AxisProps) {
  return (
    <ol className={`${styles.axis} figures`} aria-label={strings.axis}>
      {ticks.map(({ at, label }) => (
        // On a line of another length it is another tick: nothing slides about for being measured anew.
        <li key={`${at} ${percent(at)}`} style={{ insetInlineStart: percent(at) }} data-at={at}>
          {at <= last && label}
        </li>
      ))}
    </ol>
  );
}

/** How many labels fit beside each other. */
export function useRoomForTicks(line: React.RefObject<HTMLElement | null>): number {
  const [most, setMost] = useState(5);
  useEffect(() => {
    if (!line.current) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
      if (entry) setMost(Math.max(2, Math.floor(entry.contentRect.width / (rem * TICK_ROOM))));
    });
    observer.observe(line.current);
    return () => observer.disconnect();
  }, [line]);
  return most;
}

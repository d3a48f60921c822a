/** Simulated time, and a quiet line of what happened in it. */
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { usePlayground, usePlaygroundState } from "../client/react.tsx";
import styles from "./footer.module.css";
import { type AxisTick, axisTicks, clockTime, type Happening, happeningsSince, lineLength } from "./happenings.ts";
import { appStrings } from "./strings.ts";

const strings = appStrings.footer;

/** Room of a label and the space beside it, in rem. */
const TICK_ROOM = 7;
/** Share of the line after which a label has no room. */
const LAST_LABEL = 0.95;

export function Footer() {
  return (
    <footer className={styles.footer}>
      <div className={styles.inside}>
        <Clock />
        <Line />
      </div>
    </footer>
  );
}

function Clock() {
  const now = usePlaygroundState((state) => state.now);
  const fraction = String(Math.floor(now / 1000) % 1000).padStart(3, "0");
  return (
    <time className={`${styles.clock} figures`} title={strings.now}>
      {clockTime(now)}
      <span className={styles.micros}>{fraction}</span>
    </time>
  );
}

function Line() {
  const playground = usePlayground();
  const now = usePlaygroundState((state) => state.now);
  const log = usePlaygroundState((state) => state.log);
  const attempts = usePlaygroundState((state) => state.records.attempt);
  const begin = useBegin();
  const line = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const happenings = useMemo(() => happeningsSince(begin, log, attempts), [begin, log, attempts]);
  const length = lineLength(now - begin);
  const percent = (at: number) => `${(100 * Math.max(0, at - begin)) / length}%`;
  const most = useRoomForTicks(line);
  const ticks = useMemo(() => axisTicks(begin, length, most), [begin, length, most]);
  const [focused, setFocused] = useState<string | null>(null);
  const tabbed = happenings.find(({ key }) => key === focused) ?? happenings.at(-1);

  const onKeyDown = (event: KeyboardEvent) => {
    const marks = [...(list.current?.querySelectorAll("button") ?? [])];
    const at = marks.indexOf(document.activeElement as HTMLButtonElement);
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: marks.length - 1,
    };
    const to = steps[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    marks[Math.max(0, Math.min(to, marks.length - 1))]?.focus();
  };

  return (
    <div ref={line} className={styles.line}>
      <Axis ticks={ticks} percent={percent} last={begin + length * LAST_LABEL} />
      <div className={styles.passing}>
        {/* Moved rather than made longer: nothing has to be laid out again. */}
        <div className={styles.passed} style={{ transform: `translateX(calc(${percent(now)} - 100%))` }} />
      </div>
      <ul ref={list} aria-label={strings.events} onKeyDown={onKeyDown}>
        {happenings.map((happening) => (
          <Mark
            key={happening.key}
            happening={happening}
            left={percent(happening.at)}
            tabbed={happening === tabbed}
            onFocus={() => setFocused(happening.key)}
            onChoose={() => {
              if (happening.attempt !== null) playground.select({ attempt: happening.attempt });
            }}
          />
        ))}
      </ul>
    </div>
  );
}

interface AxisProps {
  readonly ticks: readonly AxisTick[];
  percent(at: number): string;
  /** Of later ticks the label would reach over the end. */
  readonly last: number;
}

/** Round times under the line, on the clock's own count. */
function Axis({ ticks, percent, last }: AxisProps) {
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
function useRoomForTicks(line: React.RefObject<HTMLElement | null>): number {
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

interface MarkProps {
  readonly happening: Happening;
  readonly left: string;
  readonly tabbed: boolean;
  onFocus(): void;
  onChoose(): void;
}

function Mark({ happening: { at, kind, text }, left, tabbed, onFocus, onChoose }: MarkProps) {
  return (
    <li style={{ insetInlineStart: left }} data-at={at}>
      <button
        type="button"
        className={styles.mark}
        data-kind={kind}
        tabIndex={tabbed ? 0 : -1}
        aria-label={strings.at(clockTime(at), text)}
        onFocus={onFocus}
        onClick={onChoose}
      >
        <span className={styles.tip} aria-hidden data-side={Number.parseFloat(left) > 60 ? "before" : "after"}>
          <span className="figures">{clockTime(at)}</span> {text}
        </span>
      </button>
    </li>
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

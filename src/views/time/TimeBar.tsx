/** The line of simulated time: what happened on it, and the instant that is shown, which can be dragged back. */
import { SkipBack, SkipForward } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Reel } from "../../client/film/reel.ts";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { clockTime } from "./clock.ts";
import { lengthOf } from "./durations.ts";
import { type AxisTick, axisTicks, type Happening, happeningsSince, lineLength } from "./happenings.ts";
import { ScrubSlider } from "./ScrubSlider.tsx";
import { timeStrings as strings } from "./strings.ts";
import styles from "./time.module.css";
import { usePresent, useReel } from "./use-reel.ts";

/** Room of a label and the space beside it, in rem. */
const TICK_ROOM = 7;
/** Share of the line after which a label has no room. */
const LAST_LABEL = 0.95;

export function TimeBar() {
  const reel = useReel();
  return (
    <>
      <Steps reel={reel} />
      <Line reel={reel} />
      <WhereShown reel={reel} />
    </>
  );
}

function Steps({ reel }: { readonly reel: Reel | null }) {
  return (
    <span className={styles.steps}>
      <button
        type="button"
        aria-label={strings.back}
        title={strings.back}
        aria-keyshortcuts=","
        disabled={!reel}
        onClick={() => reel?.step(-1)}
      >
        <SkipBack aria-hidden />
      </button>
      <button
        type="button"
        aria-label={strings.on}
        title={strings.on}
        aria-keyshortcuts="."
        disabled={!reel}
        onClick={() => reel?.step(1)}
      >
        <SkipForward aria-hidden />
      </button>
    </span>
  );
}

/** Says that the past is shown, and leads back. */
function WhereShown({ reel }: { readonly reel: Reel | null }) {
  const cursor = usePlaygroundState((state) => state.cursor);
  const now = usePresent(reel, (state) => state.now);
  const back = cursor && lengthOf(Math.max(0, now - cursor.at));
  const wasPast = useRef(false);
  useEffect(() => {
    if (cursor) wasPast.current = true;
  }, [cursor]);
  return (
    <>
      {cursor && back && (
        <span className={styles.past}>
          <span title={strings.about}>{strings.past(back)}</span>
          <button type="button" aria-keyshortcuts="E" title={strings.returnFull} onClick={() => reel?.leave()}>
            {strings.return}
          </button>
        </span>
      )}
      {/* Said once on the way into the past and once on the way out, not at every instant. */}
      <span className="visually-hidden" role="status">
        {cursor ? strings.about : wasPast.current ? strings.present : ""}
      </span>
    </>
  );
}

function Line({ reel }: { readonly reel: Reel | null }) {
  const playground = usePlayground();
  const now = usePresent(reel, (state) => state.now);
  const log = usePresent(reel, (state) => state.log);
  const attempts = usePresent(reel, (state) => state.records.attempt);
  const cursor = usePlaygroundState((state) => state.cursor);
  // What was undone is still to be seen, until something else is done.
  usePlaygroundState((state) => state.offers);
  const undone = reel?.film.future ?? null;
  const begin = useBegin();
  const line = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const happenings = useMemo(() => happeningsSince(begin, log, attempts), [begin, log, attempts]);
  const future = useMemo(
    () => (undone ? happeningsSince(begin, undone.log, undone.records.attempt).filter(({ at }) => at > now) : []),
    [begin, undone, now],
  );
  const end = Math.max(now, undone?.now ?? 0);
  const length = lineLength(end - begin);
  const shown = cursor?.at ?? now;
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
        {cursor && (
          <div
            className={styles.after}
            style={{ insetInlineStart: percent(shown), inlineSize: percent(begin + now - shown) }}
          />
        )}
        {/* Moved rather than made longer: nothing has to be laid out again. */}
        <div className={styles.passed} style={{ transform: `translateX(calc(${percent(shown)} - 100%))` }} />
      </div>
      {reel && <ScrubSlider reel={reel} begin={begin} length={length} happenings={happenings} />}
      <ul ref={list} aria-label={strings.events} onKeyDown={onKeyDown}>
        {[...happenings, ...future].map((happening) => (
          <Mark
            key={happening.at > now ? `undone ${happening.key}` : happening.key}
            happening={happening}
            left={percent(happening.at)}
            tabbed={happening === tabbed}
            pale={happening.at > shown}
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
  /** It comes after what is shown. */
  readonly pale: boolean;
  onFocus(): void;
  onChoose(): void;
}

function Mark({ happening: { at, kind, text }, left, tabbed, pale, onFocus, onChoose }: MarkProps) {
  return (
    <li style={{ insetInlineStart: left }} data-at={at}>
      <button
        type="button"
        className={styles.mark}
        data-kind={kind}
        data-pale={pale || undefined}
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

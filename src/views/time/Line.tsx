/** The folded bar: one line with marks, under it the axis. */
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import type { Reel } from "../../client/film/reel.ts";
import { usePlayground } from "../../client/react.tsx";
import { Axis, useRoomForTicks } from "./Axis.tsx";
import { axisTicks, lineLength } from "./happenings.ts";
import { Mark } from "./Mark.tsx";
import { ScrubSlider } from "./ScrubSlider.tsx";
import { timeStrings as strings } from "./strings.ts";
import styles from "./time.module.css";
import { useTimes } from "./use-times.ts";

/** Share of the line after which a label has no room. */
const LAST_LABEL = 0.95;

export function Line({ reel, begin }: { readonly reel: Reel | null; readonly begin: number }) {
  const playground = usePlayground();
  const { now, end, shown, past, happenings, undone } = useTimes(reel, begin);
  const line = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const length = lineLength(end - begin);
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
        {past && (
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
        {[...happenings, ...undone].map((happening) => (
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

/** The cursor on the line of time, as a slider: dragged by mouse and finger, moved by keys from picture to picture. */
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import type { Reel } from "../../client/film/reel.ts";
import { usePlaygroundState } from "../../client/react.tsx";
import { clockTime } from "./clock.ts";
import type { Happening } from "./happenings.ts";
import { sliderValue } from "./slider-value.ts";
import { timeStrings as strings } from "./strings.ts";
import styles from "./time.module.css";

interface ScrubSliderProps {
  readonly reel: Reel;
  /** The line: simulated ns at its beginning, and how many it is long. */
  readonly begin: number;
  readonly length: number;
  readonly happenings: readonly Happening[];
}

export function ScrubSlider({ reel, begin, length, happenings }: ScrubSliderProps) {
  const cursor = usePlaygroundState((state) => state.cursor);
  const shown = usePlaygroundState((state) => state.now);
  const track = useRef<HTMLDivElement>(null);
  const at = cursor?.at ?? shown;

  const goToPointer = ({ clientX }: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (!box) return;
    const share = Math.min(1, Math.max(0, (clientX - box.left) / box.width));
    reel.goTo(reel.film.indexAt(begin + share * length));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const { film } = reel;
    const index = cursor?.index ?? film.length - 1;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: index - 1,
      ArrowDown: index - 1,
      ArrowRight: index + 1,
      ArrowUp: index + 1,
      PageDown: film.indexAt(at - length / 20),
      PageUp: film.indexFrom(at + length / 20),
      Home: 0,
      End: film.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    reel.goTo(to);
  };

  return (
    <div
      ref={track}
      className={styles.slider}
      role="slider"
      tabIndex={0}
      aria-label={strings.slider}
      aria-valuemin={0}
      aria-valuemax={Math.max(1, Math.round(length / 1e6))}
      aria-valuenow={Math.round((at - begin) / 1e6)}
      aria-valuetext={cursor ? sliderValue(at, happenings) : strings.nowValue(clockTime(at))}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        goToPointer(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) goToPointer(event);
      }}
    >
      {cursor && <span className={styles.knob} style={{ insetInlineStart: `${(100 * (at - begin)) / length}%` }} />}
    </div>
  );
}

/** Steps as an axis: a slider, with a cell for each step, and a cursor. */
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import type { TraceRow } from "../../protocol/beside.ts";
import styles from "./compare.module.css";
import { traceStrings as words } from "./trace-strings.ts";

interface StepAxisProps {
  readonly rows: readonly TraceRow[];
  /** Number of the last step. */
  readonly last: number;
  readonly at: number;
  onGo(step: number): void;
}

/** Numbers stand below so many cells at most. */
const MOST_NUMBERS = 24;

export function StepAxis({ rows, last, at, onGo }: StepAxisProps) {
  const line = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageDown: at - 10,
      PageUp: at + 10,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onGo(to);
  };
  const toPointer = ({ clientX, currentTarget, buttons, type }: PointerEvent<HTMLElement>) => {
    if (type === "pointermove" && buttons !== 1) return;
    const { left, width } = currentTarget.getBoundingClientRect();
    onGo(Math.floor(((clientX - left) / width) * (last + 1)));
  };
  const every = Math.ceil((last + 1) / MOST_NUMBERS);
  return (
    <div
      ref={line}
      className={styles.axis}
      role="slider"
      tabIndex={0}
      aria-label={words.steps}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={at}
      aria-valuetext={words.axis(at, last, rows[at])}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        toPointer(event);
      }}
      onPointerMove={toPointer}
    >
      {Array.from({ length: last + 1 }, (_, step) => {
        const row = rows[step];
        const is = row === undefined ? "coming" : row.agree === row.fields ? "equal" : "unequal";
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its number.
          <i key={step} data-is={is} data-before={step <= at} data-current={step === at}>
            {step % every === 0 || step === at ? <span>{step}</span> : null}
          </i>
        );
      })}
    </div>
  );
}

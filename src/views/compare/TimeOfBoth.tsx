/** One axis for two futures: a trunk that parts, what was attempted on each, and a cursor that both follow. */
import { Pause, Play } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo } from "react";
import type { RecordTables } from "../../client/playground.ts";
import { cardStrings } from "./card-strings.ts";
import { axisTicks } from "../time/happenings.ts";
import styles from "./futures.module.css";
import { futuresStrings as words } from "./futures-strings.ts";

interface TimeOfBothProps {
  readonly names: readonly [string, string];
  /** The records at the end of each. */
  readonly last: readonly [RecordTables, RecordTables];
  readonly begin: number;
  readonly end: number;
  readonly parting: number;
  readonly at: number;
  readonly differing: number;
  /** Simulated time per real time while both play; 0: they stand. */
  readonly rate: number;
  onGo(at: number): void;
  onPlay(rate: number, within: { readonly begin: number; readonly end: number }): void;
  onPass(elapsed: number, end: number): void;
}

/** All of it is to be watched for so many real seconds at least. */
const WATCHED = 3;
/** Slower than real time by powers of this. */
const SLOWER = 4;

/** Of the axis, in the units of its picture. */
const WIDTH = 1000;
const LANES = [16, 48] as const;
const TRUNK = 32;
const MOST_TICKS = 8;

export function TimeOfBoth(props: TimeOfBothProps) {
  const { names, last, begin, end, parting, at, differing, rate, onGo, onPlay, onPass } = props;
  const x = (time: number) => (WIDTH * (Math.max(begin, Math.min(end, time)) - begin)) / (end - begin);
  const marks = useMemo(
    () =>
      last.map(({ attempt }) =>
        Object.values(attempt)
          .filter(({ parent, startedAt }) => parent === null && startedAt >= begin)
          .map(({ key, kind, target, errno, startedAt, endedAt, result }) => ({
            key,
            what: `${kind} ${target} ${startedAt}`,
            target,
            errno,
            from: startedAt,
            to: endedAt ?? end,
            result,
          })),
      ),
    [last, begin, end],
  );
  const ticks = useMemo(() => axisTicks(begin, end - begin, MOST_TICKS), [begin, end]);
  /** When both were given the same command last. */
  const same = marks[0]?.findLast(({ what }) => marks[1]?.some((one) => one.what === what))?.from ?? null;
  const go = (to: number) => onGo(Math.max(begin, Math.min(end, to)));
  const step = (end - begin) / 200;
  const onKeyDown = (event: KeyboardEvent) => {
    const to = {
      ArrowLeft: at - step,
      ArrowDown: at - step,
      ArrowRight: at + step,
      ArrowUp: at + step,
      PageDown: at - 10 * step,
      PageUp: at + 10 * step,
      Home: begin,
      End: end,
    }[event.key];
    if (event.key === " ") toggle();
    if (to === undefined && event.key !== " ") return;
    event.preventDefault();
    // What the page does by this key it does elsewhere.
    event.stopPropagation();
    if (to !== undefined) go(to);
  };
  const toPointer = ({ clientX, currentTarget, buttons, type }: PointerEvent<HTMLElement>) => {
    if (type === "pointermove" && buttons !== 1) return;
    const { left, width } = currentTarget.getBoundingClientRect();
    go(begin + ((clientX - left) / width) * (end - begin));
  };
  const part = x(parting);
  const usual = usualRate((end - begin) / 1e9);
  const toggle = () => onPlay(rate > 0 ? 0 : usual, { begin, end });
  const plays = rate > 0;
  useEffect(() => {
    if (!plays) return undefined;
    let before = performance.now();
    const tick = (now: number) => {
      onPass(Math.max(0, now - before), end);
      before = now;
      wanted = requestAnimationFrame(tick);
    };
    let wanted = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(wanted);
  }, [plays, onPass, end]);
  return (
    <div className={styles.time}>
      <ol aria-hidden="true">
        {names.map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ol>
      <div
        className={styles.axis}
        role="slider"
        tabIndex={0}
        aria-label={words.time}
        aria-valuemin={Math.round(begin / 1e6)}
        aria-valuemax={Math.round(end / 1e6)}
        aria-valuenow={Math.round(at / 1e6)}
        aria-valuetext={words.axis(at, differing)}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          toPointer(event);
        }}
        onPointerMove={toPointer}
      >
        <svg viewBox={`0 0 ${WIDTH} 64`} preserveAspectRatio="none" aria-hidden="true">
          {LANES.map((y, i) => (
            <g key={y}>
              <path d={`M0 ${TRUNK}H${part}L${Math.min(WIDTH, part + 12)} ${y}H${WIDTH}`} />
              {marks[i]?.map(({ key, from, to, result }) => (
                <rect
                  key={key}
                  data-result={result}
                  x={x(from)}
                  y={y - 6}
                  width={Math.max(4, x(to) - x(from))}
                  height="12"
                />
              ))}
            </g>
          ))}
          {same !== null && <path className={styles.same} d={`M${x(same)} 0V64`} />}
          <path className={styles.cursor} d={`M${x(at)} 0V64`} />
        </svg>
        {marks.map((lane, i) => {
          const ended = lane.at(-1);
          if (!ended) return null;
          const share = x(ended.to) / WIDTH;
          const late = share > 0.7;
          return (
            <span
              key={LANES[i]}
              className={styles.outcome}
              data-result={ended.result}
              data-lane={i}
              style={late ? { insetInlineEnd: `${100 - 100 * share}%` } : { insetInlineStart: `${100 * share}%` }}
            >
              {cardStrings.ended(ended.target, ended.errno, ended.result, words.at(ended.to))}
            </span>
          );
        })}
        {same !== null && (
          <span className={styles.sameWords} style={{ insetInlineEnd: `${100 - x(same) / 10}%` }}>
            {cardStrings.same}
          </span>
        )}
      </div>
      <ol className={`${styles.ticks} figures`} aria-hidden="true">
        {ticks.map(({ at: tick, label }) => (
          <li key={tick} style={{ insetInlineStart: `${x(tick) / 10}%` }}>
            {tick <= end - 0.05 * (end - begin) && label}
          </li>
        ))}
      </ol>
      <p className="figures">
        <button type="button" className={styles.play} aria-pressed={plays} onClick={toggle}>
          {plays ? <Pause aria-hidden /> : <Play aria-hidden />}
          {plays ? cardStrings.pause : cardStrings.play} <small>{cardStrings.rate(usual)}</small>
        </button>
        <output>{words.at(at)}</output>
      </p>
    </div>
  );
}

/** The rate at which so many simulated seconds can be watched. */
function usualRate(seconds: number): number {
  let rate = 1;
  while (seconds / rate < WATCHED) rate /= SLOWER;
  return rate;
}

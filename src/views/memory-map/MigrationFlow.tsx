/** Where the pages of a block went in its running or last attempt, how fast, and what failed. */
import { useWordChanges } from "../../client/language/react.ts";
import { memo, useCallback, useEffect, useRef, useState } from "react";
import type { PlaygroundState } from "../../client/playground.ts";
import { usePlaygroundState } from "../../client/react.tsx";
import type { Records } from "../../protocol/records.ts";
import { zoneToken } from "../kinds.ts";
import { useSlowState } from "../use-slow-state.ts";
import { layoutFlow, rateOf } from "./flow-layout.ts";
import styles from "./memory-map.module.css";
import own from "./flow.module.css";
import { Mosaic } from "./Mosaic.tsx";
import { memoryMapStrings as words } from "./strings.ts";
import { useFilling } from "./use-filling.ts";

/** CSS pixels where text has its usual size; the style sheet gives the same height in rem. */
const HEIGHT = 32;
/** Real milliseconds: figures that are read, beside a map that is watched. */
const REFRESH_MS = 250;

interface Shown {
  readonly attempt: Records["attempt"] | undefined;
  readonly now: number;
}

const saysTheSame = (one: Shown, other: Shown) => one.attempt === other.attempt && one.now === other.now;

/** `block`: its key. */
export const MigrationFlow = memo(function MigrationFlow({ block: key }: { readonly block: string }) {
  useWordChanges();
  const number = usePlaygroundState(({ records }) => records.block[key]?.number ?? 0);
  const { attempt, now } = useSlowState(
    useCallback(
      ({ records, now }: PlaygroundState) => {
        const attempt = records.attempt[records.block[key]?.attempt ?? ""];
        // Simulated time matters here only while the attempt runs.
        return { attempt, now: attempt?.endedAt === null ? now : 0 };
      },
      [key],
    ),
    REFRESH_MS,
    saysTheSame,
  );
  const empties = attempt?.kind === "offline" && attempt.result === "running";
  const filling = useFilling(key, empties);
  const filled = usePlaygroundState(({ records }) => records.block[filling ?? ""]?.number ?? null);
  const [width, setWidth] = useState(240);
  const room = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!room.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.round(entry.contentRect.width)));
    observer.observe(room.current);
    return () => observer.disconnect();
  }, []);

  const streams = attempt?.kind === "offline" ? layoutFlow(attempt.movedTo, width, HEIGHT) : [];
  const rate = attempt && rateOf(attempt, now);
  return (
    <section className={own.flow} aria-label={words.flow} data-empty={streams.length === 0}>
      {streams.length > 0 && (
        <span className={styles.flowEnd}>
          {filling !== null && <Mosaic block={key} label={words.emptying(number)} />}
          <code>{words.block(number)}</code>
        </span>
      )}
      <div className={own.flowRoom} ref={room}>
        {streams.length > 0 && attempt && (
          <svg
            width={width}
            viewBox={`0 0 ${width} ${HEIGHT}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={words.flowLabel(words.block(number), attempt.movedTo)}
          >
            {streams.map(({ node, zone, path }) => (
              <path key={`${node} ${zone}`} d={path} style={{ fill: `var(${zoneToken(zone)})` }} />
            ))}
          </svg>
        )}
      </div>
      {streams.length > 0 && attempt && (
        <>
          <div className={own.flowTargets} aria-hidden="true">
            {streams.map(({ node, zone, y }) => (
              <span key={`${node} ${zone}`} style={{ top: `${y / 16}rem` }}>
                {words.flowTarget(node, zone)}
              </span>
            ))}
          </div>
          {filling !== null && filled !== null && (
            <span className={styles.flowEnd}>
              <Mosaic block={filling} label={words.filling(filled)} />
              <code>{words.block(filled)}</code>
            </span>
          )}
          <p className={`${own.flowFigures} figures`}>
            <b>{words.flowMoved(attempt.pagesMoved)}</b>
            {rate !== null && rate !== undefined && <span>{words.flowRate(rate)}</span>}
            <span data-tone={attempt.pagesFailed > 0 ? "bad" : undefined}>{words.flowFailed(attempt.pagesFailed)}</span>
            <span>{words.flowPass(attempt.passes)}</span>
          </p>
        </>
      )}
    </section>
  );
});

/**
 * The unfolded bar: lanes of each partition with its operations and free memory, the arc from a refusal to its culprit,
 * bookmarks. One pointer drags the cursor everywhere on it; the wheel zooms about the cursor.
 */
import { machineWords } from "../../client/machine-words.ts";
import { Bookmark as BookmarkIcon, Flag, GitFork, History, List } from "lucide-react";
import { useCallback, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { Reel } from "../../client/film/reel.ts";
import { PAGE_SIZE } from "../../engine/units.ts";
import { PASTS_BUDGET } from "../../protocol/pasts.ts";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { displayGroups } from "../kinds.ts";
import { goToCulprit, shownCulprit } from "../verdict/culprit.ts";
import { Axis, useRoomForTicks } from "./Axis.tsx";
import { clockTime } from "./clock.ts";
import { lengthOf, sizeOf } from "./durations.ts";
import { EventList } from "./EventList.tsx";
import { forkHere } from "./ways.ts";
import { HeldMenu } from "./HeldMenu.tsx";
import { Pace } from "./Pace.tsx";
import { usePane } from "./use-pane.ts";
import { ForkNames, ForkRows } from "./Forks.tsx";
import { axisTicks, lineLength } from "./happenings.ts";
import { arcOf, lanesOf, type Lane, type Span, type View, zoomed } from "./lanes-model.ts";
import styles from "./lanes.module.css";
import { ScrubSlider } from "./ScrubSlider.tsx";
import { timeStrings as strings } from "./strings.ts";
import { type Load, pathOf, Traces, valueAt } from "./traces.ts";
import { useBranches } from "./use-branches.ts";
import { usePresent } from "./use-reel.ts";
import { type Times, useTimes } from "./use-times.ts";

/** Beside a lane is room for the figures of so many nodes. */
const MOST_NODES_NAMED = 2;
/** Units of a drawing of free memory: it is stretched to its place. */
const DRAWING = { width: 1000, height: 20 };
/** Marks of one lane that are drawn at most; the newest. */
const MOST_SPANS = 60;
/** A partition has two rows: what it does, and its free memory. */
const ROWS = 2;

interface LanesProps {
  readonly reel: Reel;
  /** Simulated ns at which lanes begin. */
  readonly begin: number;
}

interface ToolsProps extends LanesProps {
  readonly listed: boolean;
  onList(listed: boolean): void;
  onCompare: (() => void) | undefined;
}

export function Tools({ reel, begin, listed, onList, onCompare }: ToolsProps) {
  const playground = usePlayground();
  const culprit = usePlaygroundState((state) => (state.cursor ? null : shownCulprit(state)?.attempt.key)) ?? null;
  const back = usePlaygroundState((state) => {
    const shown = state.cursor ? null : shownCulprit(state);
    const { endedAt } = shown?.attempt ?? {};
    return shown?.culprit.allocatedAt != null && endedAt != null ? lengthOf(endedAt - shown.culprit.allocatedAt) : null;
  });
  const mib = (bytes: number): string => String(Math.ceil(bytes / 2 ** 20));
  // Its figure moves with what is recorded, so with time.
  usePlaygroundState((state) => state.now);
  return (
    <>
      <Pace reel={reel} />
      <button
        type="button"
        className={styles.tool}
        title={strings.bookmarkHere}
        aria-keyshortcuts="B"
        onClick={() => reel.bookmark((at) => clockTime(at))}
      >
        <BookmarkIcon aria-hidden />
        <span className={styles.word}>{strings.bookmark}</span>
      </button>
      <button
        type="button"
        className={styles.tool}
        title={strings.forkHereWhy}
        aria-keyshortcuts="K"
        onClick={() => void forkHere(playground)}
      >
        <GitFork aria-hidden />
        <span className={styles.word}>{strings.forkHere}</span>
      </button>
      <button type="button" className={styles.tool} aria-expanded={listed} onClick={() => onList(!listed)}>
        <List aria-hidden />
        <span className={styles.word}>{strings.list}</span>
      </button>
      <span className={`${styles.budget} figures`} title={strings.recordedWhy}>
        {strings.recorded(mib(reel.film.bytes + reel.film.standby), mib(PASTS_BUDGET))}
      </span>
      {culprit !== null && back !== null && (
        <button
          type="button"
          className={styles.culprit}
          title={strings.culpritKey}
          aria-keyshortcuts="R"
          onClick={() => {
            const shown = shownCulprit(playground.store.getState());
            if (shown) void goToCulprit(playground, shown.attempt, shown.culprit);
          }}
        >
          <History aria-hidden />
          {strings.culprit(back)}
        </button>
      )}
      {listed && <EventList reel={reel} begin={begin} onClose={() => onList(false)} onCompare={onCompare} />}
    </>
  );
}

export function Lanes({ reel, begin, onList }: LanesProps & { onList(): void }) {
  const times = useTimes(reel, begin);
  const { end, shown, happenings } = times;
  const records = usePresent(reel, (state) => state.records);
  const log = usePresent(reel, (state) => state.log);
  const selection = usePlaygroundState((state) => state.selection);
  const lanes = useMemo(() => lanesOf({ log, records }, begin), [log, records, begin]);
  const arc = useMemo(() => arcOf({ records, selection }), [records, selection]);
  const [chosen, setChosen] = useState<View | null>(null);
  const [held, setHeld] = useState<number | null>(null);
  const close = useCallback(() => setHeld(null), []);
  const all = { from: Math.min(begin, arc?.from ?? begin), to: begin + lineLength(end - begin) };
  const view = chosen && chosen.to <= all.to ? chosen : all;
  const traces = useTraces(reel);
  const branches = useBranches(reel);
  const bookmarks = useSyncExternalStore(reel.subscribe, () => reel.bookmarks);
  const pane = useRef<HTMLDivElement>(null);
  const most = useRoomForTicks(pane);
  const length = view.to - view.from;
  const ticks = useMemo(() => axisTicks(view.from, length, most), [view.from, length, most]);
  const percent = (at: number) => `${(100 * (at - view.from)) / length}%`;
  const within = (at: number): boolean => at >= view.from && at <= view.to;

  usePane(pane, {
    zoom: (factor) => setChosen(zoomed(view, within(shown) ? shown : (view.from + view.to) / 2, factor, all)),
    scrub: (share) => {
      setHeld(null);
      reel.goTo(reel.film.indexAt(view.from + share * length));
    },
    hold: (share) => {
      reel.goTo(reel.film.indexAt(view.from + share * length));
      setHeld(share);
    },
    whole: () => setChosen(null),
  });

  return (
    <section className={styles.lanes} aria-label={strings.lanes} data-forked={branches.length > 1 || undefined}>
      <div className={styles.names}>
        <span className={styles.corner}>
          {chosen && (
            <button type="button" className={styles.whole} onClick={() => setChosen(null)}>
              {strings.whole}
            </button>
          )}
        </span>
        {lanes.map(({ partition }) => (
          <LaneName key={partition.key} partition={partition} shown={shown} traces={traces} />
        ))}
        <ForkNames branches={branches} onList={onList} />
      </div>
      <div ref={pane} className={styles.pane}>
        <div className={styles.top}>
          <Axis ticks={ticks} percent={percent} last={view.from + 0.95 * length} />
          <ScrubSlider reel={reel} begin={view.from} length={length} happenings={happenings} />
          {bookmarks
            .filter(({ at }) => within(at))
            .map(({ id, at, name }) => (
              <button
                key={id}
                type="button"
                className={styles.flag}
                style={{ insetInlineStart: percent(at) }}
                aria-label={strings.toBookmark(name)}
                title={strings.toBookmark(name)}
                onClick={() => reel.goTo(reel.film.indexOf(id))}
              >
                <Flag aria-hidden />
              </button>
            ))}
        </div>
        <div className={styles.arcs}>
          {arc && (
            <>
              <span
                className={styles.arc}
                style={{ insetInlineStart: percent(arc.from), inlineSize: `${(100 * (arc.to - arc.from)) / length}%` }}
              />
              <span
                className={styles.told}
                style={{ "--middle": percent((arc.from + arc.to) / 2) } as React.CSSProperties}
              >
                {arc.text}
              </span>
            </>
          )}
        </div>
        {lanes.map((lane) => (
          <LaneRows key={lane.partition.key} lane={lane} view={view} times={times} traces={traces} reel={reel} />
        ))}
        <ForkRows
          branches={branches}
          view={view}
          partitions={lanes.map(({ partition }) => partition.key)}
          rows={ROWS}
        />
        {happenings.length === 0 && branches.length === 0 && <p className={styles.empty}>{strings.empty}</p>}
        {held !== null && <HeldMenu reel={reel} share={held} at={clockTime(shown)} onClose={close} />}
        {within(shown) && <span className={styles.cursor} style={{ insetInlineStart: percent(shown) }} />}
      </div>
    </section>
  );
}

function LaneName({
  partition,
  shown,
  traces,
}: {
  readonly partition: Lane["partition"];
  readonly shown: number;
  readonly traces: Traces;
}) {
  const free = partition.nodes.flatMap((node, number) => {
    const trace = traces.free.get(node);
    const bytes = trace && valueAt(trace, shown);
    return bytes == null ? [] : [{ node, number, bytes }];
  });
  const all = free.reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <>
      <span className={styles.name}>
        <b>{machineWords.partition(partition.name)}</b> {strings.does}
      </span>
      <span className={`${styles.name} ${styles.figures} figures`}>
        <span>{strings.free}</span>
        {free.length > MOST_NODES_NAMED ? (
          <span>{strings.freeOnAll(free.length, sizeOf(all))}</span>
        ) : (
          free.map(({ node, number, bytes }) => <span key={node}>{strings.freeOn(number, sizeOf(bytes))}</span>)
        )}
      </span>
    </>
  );
}

interface LaneRowsProps {
  readonly lane: Lane;
  readonly view: View;
  readonly times: Times;
  readonly traces: Traces;
  readonly reel: Reel;
}

function LaneRows({ lane: { partition, spans }, view, times, traces, reel }: LaneRowsProps) {
  const length = view.to - view.from;
  const percent = (share: number) => `${100 * share}%`;
  const place = (at: number): number => Math.min(1, Math.max(0, (at - view.from) / length));
  const visible = spans.filter(({ from, to }) => from <= view.to && (to ?? times.now) >= view.from).slice(-MOST_SPANS);
  const loads = [...traces.loads.values()].filter(
    (load) => load.partition === partition.key && load.until > load.from && load.from <= view.to,
  );
  const nodes = partition.nodes.flatMap((node) => traces.free.get(node) ?? []);
  /** Until the instant that is shown, and what came after it. */
  const parts = [
    { from: view.from, to: Math.min(times.shown, times.now) },
    ...(times.shown < times.now ? [{ from: times.shown, to: times.now }] : []),
  ];
  let most = 1;
  for (const { value } of nodes) for (const free of value) most = Math.max(most, free);
  return (
    <>
      <ul className={styles.row} aria-label={machineWords.partition(partition.name)}>
        {loads.map((load) => (
          <li
            key={`${load.key} goes on`}
            className={styles.goesOn}
            aria-hidden
            style={{
              insetInlineStart: percent(place(load.until)),
              inlineSize: percent(place(load.ended ?? times.now) - place(load.until)),
            }}
          />
        ))}
        {loads.map((load) => (
          <li
            key={load.key}
            className={styles.load}
            style={{
              insetInlineStart: percent(place(load.from)),
              inlineSize: percent(place(load.until) - place(load.from)),
              backgroundColor: `color-mix(in srgb, var(${tokenOf(load)}) 28%, transparent)`,
            }}
          >
            {strings.load(load.comm, sizeOf(load.pages * PAGE_SIZE))}
          </li>
        ))}
        {visible.map((span, i) => (
          <SpanMark
            key={span.key}
            span={span}
            from={place(span.from)}
            to={place(span.to ?? times.now)}
            room={place(visible[i + 1]?.from ?? view.to) - place(span.to ?? times.now)}
            pale={span.from > times.shown}
            reel={reel}
          />
        ))}
      </ul>
      <svg
        className={styles.free}
        viewBox={`0 0 ${DRAWING.width} ${DRAWING.height}`}
        preserveAspectRatio="none"
        aria-hidden
      >
        {parts.flatMap((part) =>
          nodes.map((trace, number) => (
            <path
              // biome-ignore lint/suspicious/noArrayIndexKey: nodes of a partition come and go at its end only.
              key={`${part === parts[0]} ${number}`}
              d={pathOf(trace, view, part, most, DRAWING)}
              data-node={number}
              data-pale={part !== parts[0] || undefined}
            />
          )),
        )}
      </svg>
    </>
  );
}

const tokenOf = ({ load }: Load): string => displayGroups.find(({ id }) => load.startsWith(id))?.token ?? "--kind-anon";

interface SpanMarkProps {
  readonly span: Span;
  /** Shares of the line; `room`: to the next mark. */
  readonly from: number;
  readonly to: number;
  readonly room: number;
  readonly pale: boolean;
  readonly reel: Reel;
}

function SpanMark({ span, from, to, room, pale, reel }: SpanMarkProps) {
  const playground = usePlayground();
  const { kind, text, at, errno } = span;
  const words = errno ?? text;
  return (
    <li
      className={styles.span}
      data-kind={kind}
      data-pale={pale || undefined}
      style={{ insetInlineStart: `${100 * from}%`, inlineSize: `${100 * (to - from)}%` }}
    >
      <button
        type="button"
        className={styles.end}
        aria-label={strings.goThereAt(clockTime(at), text)}
        title={`${clockTime(at)} ${text}`}
        onClick={() => {
          reel.goTo(reel.film.indexFrom(at));
          if (span.attempt !== null) playground.select({ attempt: span.attempt });
        }}
      />
      {room > 0.04 && (
        <span className={styles.words} aria-hidden style={{ maxInlineSize: `${Math.floor(room * 90)}cqi` }}>
          {words}
        </span>
      )}
    </li>
  );
}

/** Kept up to date with the film, whenever time has gone on. */
function useTraces(reel: Reel): Traces {
  const [traces] = useState(() => new Traces());
  traces.update(reel.film);
  return traces;
}

/**
 * Migration: a block that is being emptied, pageblock by pageblock; where its pages go, how fast, in which pass; why some
 * stay; one page through its five functions; and what processes pay for it afterwards. What is drawn is one instant's
 * (`data-at`, once the second half of the picture has it, too), as the frame brought it. While the view is open the engine is told of every page that moves.
 */
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { PlaygroundState } from "../../client/playground.ts";
import { useLater, usePlayground, usePlaygroundState, useRecord } from "../../client/react.tsx";
import type { MigrationState } from "../../engine/inspect/index.ts";
import { PAGE_SIZE, SECTION_BYTES } from "../../engine/units.ts";
import frame from "../frame.module.css";
import { partitionInView } from "../partition-in-view.ts";
import { useSecond } from "../use-second.ts";
import { useTwin } from "../use-twin.ts";
import { type Choice, emptyings, NEWEST, opened } from "./attempts.ts";
import { Blocks } from "./Blocks.tsx";
import { FirstHalf } from "./FirstHalf.tsx";
import { type Filter, isSame, keptBy } from "./filter.ts";
import { MigrationTables } from "./MigrationTables.tsx";
import styles from "./migration.module.css";
import { Nothing, Unwatched } from "./Nothing.tsx";
import type { Distances } from "./paid-bars.ts";
import { SecondHalf } from "./SecondHalf.tsx";
import { migrationStrings as words } from "./strings.ts";
import { useNarrowRoom } from "./use-narrow-room.ts";
import { useSaid } from "./use-said.ts";
import { useSame } from "./use-same.ts";

export function MigrationView({ tabs }: { readonly tabs?: ReactNode }) {
  const playground = usePlayground();
  const partition = usePlaygroundState(partitionInView);
  const status = usePlaygroundState((state) => state.status);
  const now = usePlaygroundState((state) => state.now);
  const selected = usePlaygroundState((state) => state.selection.pfn);
  const attempts = usePlaygroundState(useShallow(({ records }) => emptyings(records, partition)));
  const record = useRecord("partition", partition);
  const distances = useDistances(partition);
  const [choice, setChoice] = useState<Choice>(NEWEST);
  const [follow, setFollow] = useState<{ readonly page: number | null; readonly next: number }>({
    page: null,
    next: 0,
  });
  const [filter, setFilter] = useState<Filter | null>(null);
  const both = useTwin();
  const { asTable } = both;
  const [title, twin] = [useId(), useId()];
  const [body, narrow] = useNarrowRoom();

  const chosen = attempts.find(({ id }) => id === choice.whole);
  const attempt = opened(choice, chosen);
  useEffect(() => {
    if (partition === null) playground.look(null);
    else playground.look({ of: "migration", partition, attempt, follow: follow.page, next: follow.next });
  }, [playground, partition, attempt, follow]);
  useEffect(() => () => playground.look(null), [playground]);
  // An attempt and a page belong to their partition.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another partition is all that this waits for.
  useEffect(() => {
    setChoice(NEWEST);
    setFollow({ page: null, next: 0 });
  }, [partition]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: marks belong to their attempt.
  useEffect(() => setFilter(null), [partition, attempt]);

  // All of it is more than a display frame has room for: the first half has its turn, then the second shows the same instant.
  const look = useLast(usePlaygroundState(lookedAt), partition, attempt);
  const later = useLast(useLater(lookedAt), partition, attempt);
  const state = look?.look.state ?? null;
  const isOpen = useSecond(look !== null);
  const second = isOpen && later?.look.state ? later.look.state : null;
  const whole = attempts.find(({ id }) => id === (choice.whole ?? state?.whole ?? state?.attempt));
  const running = attempts.find(({ result }) => result === "running");
  const blockPages = (record?.blockBytes ?? SECTION_BYTES) / PAGE_SIZE;
  const onPage = useCallback(
    (pfn: number) => playground.select({ block: `${partition}:${Math.floor(pfn / blockPages)}`, pfn }),
    [playground, partition, blockPages],
  );
  const onFollow = useCallback((page: number | null) => setFollow(({ next }) => ({ page, next: next + 1 })), []);
  // The same once more lets go of it.
  const onFilter = useCallback((mark: Filter) => setFilter((before) => (isSame(before, mark) ? null : mark)), []);
  const wholeId = whole?.id ?? null;
  const onBlock = useCallback((part: number | null) => setChoice({ whole: wholeId, part }), [wholeId]);
  const onKeyDown = (event: KeyboardEvent) => {
    both.onKeyDown(event);
    if (event.key === "Escape" && filter !== null) {
      setFilter(null);
      event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest("select")) return;
    if (event.key.toUpperCase() !== "F" || selected === null) return;
    onFollow(selected);
    event.preventDefault();
  };

  return (
    <section
      className={`${frame.panel} ${styles.panel}`}
      aria-labelledby={title}
      data-at={later?.at ?? ""}
      onKeyDown={onKeyDown}
    >
      <header className={frame.head}>
        {tabs}
        <h2 id={title} className={tabs ? "visually-hidden" : undefined}>
          {words.title}
        </h2>
        {attempts.length > 0 && (
          <select
            className={styles.choose}
            aria-label={words.choose}
            value={choice.whole ?? ""}
            onChange={({ target: { value } }) => setChoice({ whole: value === "" ? null : Number(value), part: null })}
          >
            <option value="">{state && choice.whole === null ? words.block(state.block) : words.newest}</option>
            {attempts.map((one) => (
              <option key={one.id} value={one.id}>
                {words.option(one.target, one.errno, one.result === "running", one.startedAt)}
              </option>
            ))}
          </select>
        )}
        {state && <span className={styles.status}>{words.status(state, look?.at ?? now)}</span>}
        <span className={styles.buttons}>
          {running && <Cancel key={running.id} attempt={running.id} />}
          {state && (
            <button {...both.button} id={twin} className={styles.button}>
              {asTable ? words.picture : words.twin}
            </button>
          )}
        </span>
      </header>
      {whole?.kind === "eject" && <Blocks steps={whole.steps} shown={attempt ?? state?.attempt} onChoose={onBlock} />}
      {/* A table has to be scrolled by keys, too. */}
      <section className={styles.body} aria-label={words.scroller} tabIndex={asTable ? 0 : undefined} ref={body}>
        {!state ? (
          !look ? (
            <p className={styles.hint}>{status === "starting" ? words.starting : words.waiting}</p>
          ) : attempt !== null ? (
            <Unwatched attempt={chosen?.kind === "offline" ? chosen : undefined} id={attempt} down={narrow} />
          ) : (
            <Nothing partition={partition} attempts={attempts} onOpen={(id) => setChoice({ whole: id, part: null })} />
          )
        ) : asTable ? (
          <MigrationTables state={state} at={look?.at ?? 0} onPage={onPage} />
        ) : (
          <div className={styles.parts} data-narrow={narrow} data-coming={second ? undefined : ""}>
            <FirstHalf {...{ state, filter, narrow, onPage, onFilter }} opening={!isOpen} describedBy={twin} />
            <SecondHalf
              {...{ filter, selected, blockPages, distances, onPage, onFollow, onFilter }}
              state={second}
              page={second && (later?.look.page ?? null)}
              kernel={record?.kernel ?? "6.1"}
            />
          </div>
        )}
      </section>
      <Said state={state} filter={filter} />
    </section>
  );
}

const lookedAt = ({ looked }: PlaygroundState): PlaygroundState["looked"] => looked;

/** SLIT distances of a partition's nodes. */
function useDistances(partition: string | null): Distances {
  const nodes = usePlaygroundState(({ records }) => records.node);
  const rows = useSame(
    Object.values(nodes)
      .filter((node) => node.partition === partition)
      .map(({ key, distances }) => [key, distances] as const),
  );
  return useMemo(() => {
    const known = new Map(rows.map(([key, distances]) => [key, new Map(distances)]));
    return (from, to) => known.get(`${partition}/${from}`)?.get(`${partition}/${to}`) ?? 10;
  }, [rows, partition]);
}

interface SaidProps {
  readonly state: MigrationState | null;
  readonly filter: Filter | null;
}

/** What a screen reader is told: of the mark that was chosen at once, of the migration once a second at most. */
function Said({ state, filter }: SaidProps) {
  const said = useSaid(state && state.endedAt === null ? words.announce(state) : "");
  return (
    <p className="visually-hidden" role="status">
      {filter && state ? words.filtered(filter, keptBy(state, filter), state.perCell) : said}
    </p>
  );
}

type Looking = {
  readonly at: number;
  readonly look: Extract<NonNullable<PlaygroundState["looked"]>["look"], { of: "migration" }>;
};

/** The last look at the same attempt: following another page asks anew, and the picture stays meanwhile. */
function useLast(looked: PlaygroundState["looked"], partition: string | null, attempt: number | null): Looking | null {
  const last = useRef<Looking | null>(null);
  const look =
    looked?.look.of === "migration" && looked.look.partition === partition
      ? { at: looked.at, look: looked.look }
      : null;
  if (look) last.current = look;
  else if (last.current?.look.attempt !== attempt) last.current = null;
  return last.current;
}

/** Calls off what runs, as the verdict does. */
function Cancel({ attempt }: { readonly attempt: number }) {
  const playground = usePlayground();
  const [pressed, setPressed] = useState(false);
  return (
    <button
      type="button"
      className={styles.button}
      aria-disabled={pressed}
      onClick={() => {
        if (pressed) return;
        setPressed(true);
        void playground.send({ do: "signal", op: attempt }).then(({ errno }) => {
          if (errno !== null) setPressed(false);
        });
      }}
    >
      {pressed ? words.cancelling : words.cancel}
    </button>
  );
}

/**
 * Migration: a block that is being emptied, pageblock by pageblock; where its pages go, how fast, in which pass; why some
 * stay; one page through its five functions; and what processes pay for it afterwards. What is drawn is one instant's
 * (`data-at`), as the frame brought it. While the view is open the engine is told of every page that moves.
 */
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { PlaygroundState } from "../../client/playground.ts";
import { usePlayground, usePlaygroundState, useRecord } from "../../client/react.tsx";
import type { MigrationState } from "../../engine/inspect/index.ts";
import { type Choice, emptyings, NEWEST, opened } from "./attempts.ts";
import { FlowFigure } from "./FlowFigure.tsx";
import { FollowedFigure } from "./FollowedFigure.tsx";
import { Passes, RateFigure, Reasons } from "./Measures.tsx";
import { MigrationTables } from "./MigrationTables.tsx";
import { type Filter, isSame, keptBy } from "./filter.ts";
import frame from "../frame.module.css";
import { partitionInView } from "../partition-in-view.ts";
import styles from "./migration.module.css";
import { Nothing, Unwatched } from "./Nothing.tsx";
import { PaidFigure } from "./PaidFigure.tsx";
import { slotToken } from "./palette.ts";
import { layRate, SLOTS } from "./rate-shapes.ts";
import { SourceFigure } from "./SourceFigure.tsx";
import { migrationStrings as words } from "./strings.ts";
import { useNarrowRoom } from "./use-narrow-room.ts";
import { useSaid } from "./use-said.ts";
import { count } from "../reading.ts";
import { PAGE_SIZE, SECTION_BYTES } from "../../engine/units.ts";
import { useSecond } from "../use-second.ts";
import { useTwin } from "../use-twin.ts";

export function MigrationView({ tabs }: { readonly tabs?: ReactNode }) {
  const playground = usePlayground();
  const partition = usePlaygroundState(partitionInView);
  const status = usePlaygroundState((state) => state.status);
  const looked = usePlaygroundState((state) => state.looked);
  const now = usePlaygroundState((state) => state.now);
  const selected = usePlaygroundState((state) => state.selection.pfn);
  const attempts = usePlaygroundState(useShallow(({ records }) => emptyings(records, partition)));
  const record = useRecord("partition", partition);
  const nodes = usePlaygroundState(({ records }) => records.node);
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

  const look = useLast(looked?.look.of === "migration" && looked.look.partition === partition ? looked : null, attempt);
  const state = look?.look.state ?? null;
  const second = useSecond(state !== null);
  const said = useSaid(state && state.endedAt === null ? words.announce(state) : "");
  const whole = attempts.find(({ id }) => id === (choice.whole ?? state?.whole ?? state?.attempt));
  const running = attempts.find(({ result }) => result === "running");
  const distances = useMemo(
    () => (from: number, to: number) =>
      nodes[`${partition}/${from}`]?.distances.find(([key]) => key === `${partition}/${to}`)?.[1] ?? 10,
    [nodes, partition],
  );
  const blockPages = (record?.blockBytes ?? SECTION_BYTES) / PAGE_SIZE;
  const onPage = (pfn: number) => playground.select({ block: `${partition}:${Math.floor(pfn / blockPages)}`, pfn });
  const onFollow = (page: number | null) => setFollow({ page, next: follow.next + 1 });
  const kept = useMemo(() => (state && filter ? keptBy(state, filter) : null), [state, filter]);
  const only = filter?.by === "kind" ? filter.of : null;
  // The same once more lets go of it.
  const onFilter = (chosen: Filter) => setFilter(isSame(filter, chosen) ? null : chosen);
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
      data-at={look?.at ?? ""}
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
      {whole?.kind === "eject" && (
        <ul className={styles.blocks} aria-label={words.blocks}>
          {whole.steps.map((step) => (
            <li key={step.target}>
              <button
                type="button"
                data-state={step.state}
                aria-pressed={step.attempt === (attempt ?? state?.attempt)}
                onClick={() => setChoice({ whole: whole.id, part: step.attempt })}
              >
                {step.target} <small>{words.stepStates[step.state]}</small>
              </button>
            </li>
          ))}
        </ul>
      )}
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
            <Source
              state={state}
              only={only}
              kept={kept?.cells ?? null}
              describedBy={twin}
              onPage={(pfn, cell) => {
                onPage(pfn);
                onFilter({ by: "cell", of: cell });
              }}
            />
            <section className={styles.flow} aria-label={words.flow(state.endedAt === null)}>
              <div className={styles.flowHead}>
                <FlowTitle state={state} />
                <Kinds state={state} only={only} onOnly={(slot) => onFilter({ by: "kind", of: slot })} />
              </div>
              <FlowFigure
                state={state}
                kept={kept}
                target={filter?.by === "target" ? filter.of : null}
                down={narrow}
                rule={
                  filter && kept
                    ? words.filtered(filter, kept, state.perCell)
                    : state.roundLimit !== null && state.destinations.some(({ node }) => node === state.node)
                      ? words.oldRule
                      : words.rule(
                          state.destinations.some(({ node }) => node !== state.node),
                          state.node,
                        )
                }
                onTarget={(key) => onFilter({ by: "target", of: key })}
              />
            </section>
            <div className={styles.measures}>
              {second && (
                <>
                  <RateFigure state={state} only={only} />
                  <Passes {...{ state, filter, kept, onFilter }} />
                  <Reasons {...{ state, filter, kept, onFilter, onPage }} />
                </>
              )}
            </div>
            <div className={styles.lower}>
              {second && (
                <>
                  <FollowedFigure
                    page={look?.look.page ?? null}
                    kernel={record?.kernel ?? "6.1"}
                    moving={state.endedAt === null}
                    selected={selected}
                    blockOf={(pfn) => words.block(Math.floor(pfn / blockPages))}
                    onFollow={onFollow}
                    onPage={onPage}
                  />
                  <PaidFigure state={state} distances={distances} />
                </>
              )}
            </div>
          </div>
        )}
      </section>
      <p className="visually-hidden" role="status">
        {filter && kept && state ? words.filtered(filter, kept, state.perCell) : said}
      </p>
    </section>
  );
}

type Looking = {
  readonly at: number;
  readonly look: Extract<NonNullable<PlaygroundState["looked"]>["look"], { of: "migration" }>;
};

/** The last look at the same attempt: following another page asks anew, and the picture stays meanwhile. */
function useLast(looked: PlaygroundState["looked"], attempt: number | null): Looking | null {
  const last = useRef<Looking | null>(null);
  const look = looked?.look.of === "migration" ? { at: looked.at, look: looked.look } : null;
  if (look) last.current = look;
  else if (last.current?.look.attempt !== attempt) last.current = null;
  return last.current;
}

interface SourceProps {
  readonly state: MigrationState;
  readonly only: number | null;
  readonly kept: ReadonlySet<number> | null;
  readonly describedBy: string;
  onPage(pfn: number, cell: number): void;
}

function Source({ state, only, kept, describedBy, onPage }: SourceProps) {
  const share = (many: number) => `${state.inUse === 0 ? 0 : (many / state.inUse) * 100}%`;
  const stuck = state.left === 0 && state.again > 0;
  return (
    <section className={styles.from} aria-label={`${words.from} ${words.block(state.block)}`}>
      <h3>
        {words.from} <code>{words.block(state.block)}</code> <small>{words.where(state.node, state.zone)}</small>
      </h3>
      <SourceFigure {...{ state, only, kept, describedBy }} onChoose={onPage} />
      <div className={styles.progress} aria-hidden="true">
        <i data-what="moved" style={{ inlineSize: share(state.moved) }} />
        <i data-what="again" data-none={state.again === 0} style={{ inlineSize: share(state.again) }} />
      </div>
      <dl className={styles.figures}>
        <div>
          <dd>{count(state.moved)}</dd>
          <dt>{words.figures.moved(state.inUse)}</dt>
        </div>
        <div>
          <dd>{count(state.left)}</dd>
          <dt>{words.figures.left}</dt>
        </div>
        <div data-what="again" data-none={state.again === 0}>
          <dd>{count(state.again)}</dd>
          <dt>{stuck ? words.figures.stuck : words.figures.again}</dt>
        </div>
      </dl>
      <p className={styles.note}>
        {state.ended > 0
          ? `${words.ended(state.ended)} · ${words.cellShort(state.perCell)}`
          : words.cell(state.perCell)}
      </p>
      {state.late && <p className={styles.note}>{words.late}</p>}
    </section>
  );
}

function FlowTitle({ state }: { readonly state: MigrationState }) {
  const { now, firstAfter } = layRate(state.rate, 1, 1);
  const moving = state.endedAt === null;
  // What moved before anybody watched is in no rate.
  const none = firstAfter === null && state.moved === 0;
  return (
    <h3>
      {moving && now > 0 ? (
        <>
          <span className={styles.speed}>{words.rateNow(now)}</span> <small>{words.bandwidth(now)}</small>
        </>
      ) : (
        <span className={styles.speed}>
          {none ? words.nothingYet : moving && state.left === 0 ? words.still : words.flow(moving)}
        </span>
      )}
    </h3>
  );
}

interface KindsProps {
  readonly state: MigrationState;
  readonly only: number | null;
  onOnly(slot: number): void;
}

/** A legend of what is on the screen; each entry shows its kind alone. */
function Kinds({ state, only, onOnly }: KindsProps) {
  const present = new Set<number>();
  for (let i = 0; i < state.cells.length; i++)
    if ((state.cells[i] ?? 0) > 0 && i % (SLOTS + 1) < SLOTS) present.add(i % (SLOTS + 1));
  for (let i = 0; i < state.rate.pages.length; i++) if ((state.rate.pages[i] ?? 0) > 0) present.add(i % SLOTS);
  return (
    <ul className={styles.kinds} aria-label={words.key}>
      {[...present]
        .sort((x, y) => x - y)
        .map((slot) => (
          <li key={slot}>
            <button
              type="button"
              aria-pressed={only === slot}
              title={words.only(words.kinds[slot] ?? "")}
              onClick={() => onOnly(slot)}
            >
              <i style={{ background: `var(${slotToken(slot)})` }} aria-hidden="true" />
              {words.kinds[slot]}
            </button>
          </li>
        ))}
      {state.flow.some(({ kind }) => kind === null) && (
        <li>
          <i style={{ background: "var(--edge)" }} aria-hidden="true" />
          {words.earlier}
        </li>
      )}
    </ul>
  );
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

/** The first half of the picture, which is watched: what is still in the block, and where it goes. */
import { memo, useMemo } from "react";
import { useWords } from "../../client/language/react.ts";
import type { MigrationState } from "../../engine/inspect/index.ts";
import { count } from "../reading.ts";
import { useSecond } from "../use-second.ts";
import { FlowFigure } from "./FlowFigure.tsx";
import { type Filter, keptBy } from "./filter.ts";
import styles from "./migration.module.css";
import { slotToken } from "./palette.ts";
import { rateNow, SLOTS } from "./rate-shapes.ts";
import { SourceFigure } from "./SourceFigure.tsx";
import { migrationStrings as words } from "./strings.ts";

interface FirstHalfProps {
  readonly state: MigrationState;
  readonly filter: Filter | null;
  readonly narrow: boolean;
  /** The view is just being opened: the second half comes in the frame after this one. */
  readonly opening: boolean;
  readonly describedBy: string;
  onPage(pfn: number): void;
  onFilter(filter: Filter): void;
}

export const FirstHalf = memo(function FirstHalf(props: FirstHalfProps) {
  const { state, filter, narrow, opening, describedBy, onPage, onFilter } = props;
  useWords(words);
  const kept = useMemo(() => filter && keptBy(state, filter), [state, filter]);
  // The flow asks what room it has, and is laid out once more: where the second half has a turn of its own, not together with the
  // source's first picture.
  const flows = useSecond(true) || opening;
  const only = filter?.by === "kind" ? filter.of : null;
  return (
    <>
      <Source
        state={state}
        only={only}
        kept={kept?.cells ?? null}
        describedBy={describedBy}
        onPage={(pfn, cell) => {
          onPage(pfn);
          onFilter({ by: "cell", of: cell });
        }}
      />
      <section
        className={styles.flow}
        aria-label={words.flow(state.endedAt === null)}
        data-coming={flows ? undefined : ""}
      >
        {flows && (
          <>
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
          </>
        )}
      </section>
    </>
  );
});

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
  const { now, any } = rateNow(state.rate);
  const moving = state.endedAt === null;
  // What moved before anybody watched is in no rate.
  const none = !any && state.moved === 0;
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

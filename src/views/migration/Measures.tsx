/** Rate, passes, and why pages stay. */
import { memo, useCallback } from "react";
import { useWords } from "../../client/language/react.ts";
import { ownerWords } from "../../client/owners.ts";
import type { MigrationState } from "../../engine/inspect/index.ts";
import { count } from "../reading.ts";
import type { Filter, Kept } from "./filter.ts";
import styles from "./migration.module.css";
import own from "./figures.module.css";
import measureStyles from "./measured.module.css";
import { slotToken } from "./palette.ts";
import { layRate } from "./rate-shapes.ts";
import { migrationStrings as words } from "./strings.ts";

const WIDTH = 256;
const HEIGHT = 40;

export function RateFigure({ state, only }: { readonly state: MigrationState; readonly only: number | null }) {
  const shapes = layRate(state.rate, WIDTH, HEIGHT);
  const over = state.left === 0 || state.endedAt !== null;
  const moving = shapes.lastAfter !== null && shapes.firstAfter !== null ? shapes.lastAfter - shapes.firstAfter : 0;
  return (
    <section className={measureStyles.rate} aria-label={words.rate}>
      <h3>
        {words.rate} <small>{words.rateUnit}</small>
        <small>{shapes.firstAfter === null ? "" : over ? words.over(moving) : words.rateTop(shapes.top)}</small>
      </h3>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 2}`} preserveAspectRatio="none" aria-hidden="true">
        {shapes.areas.map(({ slot, path }) => (
          <path
            key={slot}
            d={path}
            className={own.area}
            data-dim={only !== null && only !== slot}
            style={{ fill: `var(${slotToken(slot)})` }}
          />
        ))}
        <path d={`M0 ${HEIGHT + 0.5}H${WIDTH}`} className={own.axis} />
        {state.endedAt === null && <path d={`M${WIDTH - 1} 0V${HEIGHT}`} className={own.now} />}
      </svg>
    </section>
  );
}

interface FilteredProps {
  readonly filter: Filter | null;
  readonly kept: Kept | null;
  onFilter(filter: Filter): void;
}

interface PassesProps extends FilteredProps {
  readonly state: Pick<MigrationState, "passes" | "passLimit" | "round" | "roundLimit" | "endedAt">;
}

export function Passes({ state, filter, kept, onFilter }: PassesProps) {
  const { passes, passLimit, round, roundLimit, endedAt } = state;
  return (
    <section className={measureStyles.passes} aria-label={words.passes}>
      <h3>
        {words.passes} <small>{words.passOf(round, roundLimit)}</small>
        <small className={own.marks} aria-hidden="true">
          <i data-what="moved" />
          {words.passMarks.moved} <i data-what="stayed" />
          {words.passMarks.stayed}
        </small>
      </h3>
      <ol>
        {Array.from({ length: passLimit }, (_, n) => {
          const { pages = 0, moved = 0, stayed = 0 } = passes[n] ?? {};
          return (
            <Pass
              // biome-ignore lint/suspicious/noArrayIndexKey: passes are their numbers.
              key={n}
              {...{ n, pages, moved, stayed, onFilter }}
              run={n < passes.length}
              now={endedAt === null && n === passes.length - 1}
              dim={kept !== null && filter?.by !== "reason" && !kept.passes.has(n)}
              pressed={filter?.by === "pass" && filter.of === n}
            />
          );
        })}
      </ol>
    </section>
  );
}

interface PassProps extends Pick<FilteredProps, "onFilter"> {
  readonly n: number;
  /** Pages that it took on, and of them those that moved and that stayed. */
  readonly pages: number;
  readonly moved: number;
  readonly stayed: number;
  readonly run: boolean;
  readonly now: boolean;
  readonly dim: boolean;
  readonly pressed: boolean;
}

/** Most of the ten are what they were in the frame before. */
const Pass = memo(function Pass({ n, pages, moved, stayed, run, now, dim, pressed, onFilter }: PassProps) {
  useWords(words);
  const choose = useCallback(() => onFilter({ by: "pass", of: n }), [onFilter, n]);
  const share = (many: number) => (pages > 0 ? `${(many / pages) * 100}%` : "0%");
  return (
    <li data-run={run} data-now={now} data-dim={dim}>
      <button
        type="button"
        disabled={!run}
        aria-pressed={pressed}
        aria-label={words.pass(n, run ? { pages, moved, stayed } : undefined)}
        onClick={choose}
      >
        <span aria-hidden="true">
          {run && <i data-what="stayed" style={{ blockSize: share(stayed) }} />}
          {run && <i data-what="moved" style={{ blockSize: share(moved) }} />}
        </span>
        <span aria-hidden="true">{n}</span>
      </button>
    </li>
  );
});

interface ReasonsProps extends FilteredProps {
  readonly reasons: MigrationState["reasons"];
  onPage(pfn: number): void;
}

export const Reasons = memo(function Reasons({ reasons, filter, kept, onFilter, onPage }: ReasonsProps) {
  useWords(words);
  return (
    <section className={measureStyles.reasons} aria-label={words.reasons}>
      <h3>{words.reasons}</h3>
      <ul>
        {reasons.map(({ errno, pages, first }) => (
          <li key={errno} data-none={pages === 0} data-dim={kept !== null && !kept.reasons.has(errno)}>
            <i aria-hidden="true" />
            <button
              type="button"
              aria-pressed={filter?.by === "reason" && filter.of === errno}
              onClick={() => onFilter({ by: "reason", of: errno })}
            >
              <code>{errno}</code> {words.reason(errno)}
            </button>
            <b>{count(kept === null ? pages : (kept.reasons.get(errno) ?? 0))}</b>
            {first && (
              <span className={own.first}>
                {words.firstPage}{" "}
                <button
                  type="button"
                  className={`word-button ${styles.ref}`}
                  data-ref
                  onClick={() => onPage(first.pfn)}
                >
                  pfn {words.hex(first.pfn)}
                </button>{" "}
                · {ownerWords(first.owner)}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
});

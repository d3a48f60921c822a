/** Rate, passes, and why pages stay. */
import { ownerWords } from "../../client/owners.ts";
import type { MigrationState } from "../../engine/inspect/index.ts";
import { count } from "../reading.ts";
import type { Filter, Kept } from "./filter.ts";
import styles from "./migration.module.css";
import own from "./figures.module.css";
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
    <section className={styles.rate} aria-label={words.rate}>
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
  readonly state: MigrationState;
  readonly filter: Filter | null;
  readonly kept: Kept | null;
  onFilter(filter: Filter): void;
}

export function Passes({ state, filter, kept, onFilter }: FilteredProps) {
  const { passes, passLimit, round, roundLimit, endedAt } = state;
  return (
    <section className={styles.passes} aria-label={words.passes}>
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
          const pass = passes[n];
          const share = (many: number) => (pass && pass.pages > 0 ? `${(many / pass.pages) * 100}%` : "0%");
          return (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: passes are their numbers.
              key={n}
              data-run={pass !== undefined}
              data-now={endedAt === null && n === passes.length - 1}
              data-dim={kept !== null && filter?.by !== "reason" && !kept.passes.has(n)}
            >
              <button
                type="button"
                disabled={pass === undefined}
                aria-pressed={filter?.by === "pass" && filter.of === n}
                aria-label={words.pass(n, pass)}
                onClick={() => onFilter({ by: "pass", of: n })}
              >
                <span aria-hidden="true">
                  {pass && <i data-what="stayed" style={{ blockSize: share(pass.stayed) }} />}
                  {pass && <i data-what="moved" style={{ blockSize: share(pass.moved) }} />}
                </span>
                <span aria-hidden="true">{n}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

interface ReasonsProps extends FilteredProps {
  onPage(pfn: number): void;
}

export function Reasons({ state, filter, kept, onFilter, onPage }: ReasonsProps) {
  return (
    <section className={styles.reasons} aria-label={words.reasons}>
      <h3>{words.reasons}</h3>
      <ul>
        {state.reasons.map(({ errno, pages, first }) => (
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
}

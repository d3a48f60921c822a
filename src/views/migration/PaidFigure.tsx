/** What processes pay afterwards: their pages by distance, and the mean of it, before and now. */
import type { MigrationState } from "../../engine/inspect/index.ts";
import styles from "./migration.module.css";
import own from "./figures.module.css";
import paidStyles from "./paid.module.css";
import { type Distances, paidBar } from "./paid-bars.ts";
import { migrationStrings as words } from "./strings.ts";

export function PaidFigure({ state, distances }: { readonly state: MigrationState; readonly distances: Distances }) {
  const rows = state.paid.slice(0, 4).map((paid) => ({ paid, bar: paidBar(paid, distances) }));
  const steps = [...new Set(rows.flatMap(({ bar }) => bar.parts.map(({ distance }) => distance)))].sort(
    (x, y) => x - y,
  );
  const rank = (distance: number) =>
    distance <= 10 ? 0 : Math.min(3, steps.filter((one) => one > 10).indexOf(distance) + 1);
  return (
    <section className={paidStyles.paid} aria-label={words.paid}>
      <h3>
        {words.paid} <small>{words.paidOf}</small>
        <span className={own.distances}>
          {steps.map((distance) => (
            <span key={distance}>
              <i data-rank={rank(distance)} aria-hidden="true" /> {distance}
            </span>
          ))}
          <small>{words.mean}</small>
        </span>
      </h3>
      {rows.length === 0 && <p className={styles.hint}>{words.paidNone}</p>}
      <ul>
        {rows.map(({ paid, bar }) => (
          <li key={paid.pid}>
            <span>{words.process(paid.comm, paid.pid)}</span>
            <span
              className={paidStyles.bar}
              role="img"
              aria-label={words.paidRow(
                paid.comm,
                paid.pid,
                paid.before === null ? words.unknown : words.distance(paid.distanceBefore),
                paid.now === null ? words.gone : words.distance(paid.distanceNow),
              )}
            >
              {bar.parts.map(({ distance, share }) => (
                <i key={distance} data-rank={rank(distance)} style={{ inlineSize: `${share * 100}%` }} />
              ))}
              {bar.localBefore !== null && <em style={{ insetInlineStart: `${bar.localBefore * 100}%` }} />}
            </span>
            <span className={own.mean}>
              <small>{paid.before === null ? words.unknown : words.distance(paid.distanceBefore)}</small> →{" "}
              <b>{paid.now === null ? words.gone : words.distance(paid.distanceNow)}</b>
            </span>
          </li>
        ))}
      </ul>
      {rows.length > 0 && (
        <p className={styles.note}>
          {state.late ? (
            words.paidLate
          ) : (
            <>
              <em aria-hidden="true" /> {words.tick}
            </>
          )}
        </p>
      )}
    </section>
  );
}

/** Watermarks with what each sets off, and what the zone keeps back from requests that could go higher. */
import type { ZoneLists } from "../../engine/inspect/index.ts";
import { ZoneType } from "../../engine/memory/kinds.ts";
import { amount, count } from "../zones/strings.ts";
import { ZONE_ORDER } from "../zones/zone-shapes.ts";
import { zoneDepthStrings } from "./strings.ts";
import frame from "../frame.module.css";
import { TwinTable } from "../TwinTable.tsx";
import changed from "../changes/changes.module.css";
import { By } from "../changes/ShowChanges.tsx";
import { changeStrings } from "../changes/strings.ts";
import styles from "./zones-in-depth.module.css";

const words = zoneDepthStrings.marks;
const MARKS = ["high", "low", "min"] as const;
/** Units of the gauge: as many as fit, text of its own size beside it. */
const WIDTH = 100;
/** It reaches to this many times the high mark; a zone that has more is full as far as the marks go. */
const REACH = 1.6;

export function Marks({
  zone,
  at,
  asTable,
  before,
}: {
  readonly zone: ZoneLists;
  readonly at: string;
  readonly asTable: boolean;
  /** As it was at the moment that changes are counted from. */
  readonly before: ZoneLists | null;
}) {
  return (
    <section aria-label={words.title}>
      <h3>{words.title}</h3>
      {asTable ? <MarksTable zone={zone} at={at} before={before} /> : <Gauge zone={zone} before={before} />}
      <p className={styles.note}>{words.note}</p>
    </section>
  );
}

function Gauge({ zone, before }: { readonly zone: ZoneLists; readonly before: ZoneLists | null }) {
  const change = before === null ? 0 : zone.free - before.free;
  const most = Math.max(1, zone.high * REACH);
  const x = (pages: number): number => (Math.min(pages, most) / most) * WIDTH;
  return (
    <>
      <svg
        className={styles.gauge}
        viewBox={`0 0 ${WIDTH} 10`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.figure(zone.zone, zone.free, words.state(zone.free, zone))}
      >
        <rect className={styles.ground} width={WIDTH} height={10} />
        <rect width={x(zone.free)} height={10} fill={`var(--zone-${zone.zone.toLowerCase()})`} opacity={0.55} />
        {MARKS.map((mark) => (
          <line key={mark} className={styles.tick} x1={x(zone[mark])} x2={x(zone[mark])} y1={0} y2={10} />
        ))}
      </svg>
      <p className={styles.state}>
        <b className="figures">{words.free(zone.free)}</b>
        <By change={change} /> {words.state(zone.free, zone)}
      </p>
      <dl className={styles.marks}>
        {MARKS.map((mark) => (
          <div key={mark} data-below={zone.free <= zone[mark]}>
            <dt>
              {words.names[mark]}{" "}
              <b
                className={`figures ${before && before[mark] !== zone[mark] ? changed.foot : ""}`}
                data-changed={before !== null && before[mark] !== zone[mark]}
              >
                {count(zone[mark])}
              </b>{" "}
              {before && <By change={zone[mark] - before[mark]} />}
            </dt>
            <dd>{words.does[mark]}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

interface CompareProps {
  readonly zone: ZoneLists;
  readonly before: ZoneLists | null;
}

function MarksTable({ zone, at, before }: CompareProps & { readonly at: string }) {
  return (
    <TwinTable
      className={styles.rows}
      caption={words.caption(zone.zone, at)}
      columns={before ? [...words.columns, changeStrings.column] : words.columns}
      rows={MARKS.map((mark) => ({
        key: mark,
        cells: [
          words.names[mark],
          zone[mark],
          { value: zone[mark], shown: amount(zone[mark]) },
          words.does[mark],
          zone.free <= zone[mark] ? words.below : words.above,
          ...(before ? [byCell(zone[mark] - before[mark])] : []),
        ],
      }))}
    />
  );
}

const byCell = (change: number) => ({ value: change, shown: changeStrings.by(change) });

/** The row `protection` of /proc/zoneinfo, and the first request that it concerns in a sentence. */
export function Protection({ zone, before }: CompareProps) {
  const text = zoneDepthStrings.protection;
  // Nobody asks for ZONE_DEVICE: what it would have to leave is in the file, and concerns no request.
  const highest = zone.protection.slice(0, ZoneType.Device).findLastIndex((pages) => pages > 0);
  return (
    <section aria-label={text.title}>
      <h3>{text.title}</h3>
      <table className={`${frame.table} ${styles.rows}`}>
        <caption className="visually-hidden">{text.caption(zone.zone)}</caption>
        <thead>
          <tr>
            <th scope="col">{text.highest}</th>
            {zone.protection.map((_, type) => (
              <th key={ZONE_ORDER[type]} scope="col">
                {ZONE_ORDER[type]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="figures">
          <tr>
            <th scope="row">{text.pages}</th>
            {zone.protection.map((pages, type) => (
              <td
                key={ZONE_ORDER[type]}
                className={before && before.protection[type] !== pages ? changed.foot : undefined}
              >
                {count(pages)}
                {before && <By change={pages - (before.protection[type] ?? 0)} />}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
      <p className={styles.note}>
        {highest < 0
          ? text.none(zone.zone)
          : text.some(zone.zone, ZONE_ORDER[highest] ?? "", zone.protection[highest] ?? 0)}
      </p>
    </section>
  );
}

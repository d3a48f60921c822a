/** Free lists of a zone: a row for each migrate type, a column for each order, shaded by the memory that lies there. */
import type { ZoneLists } from "../../engine/inspect/index.ts";
import { largest } from "../../engine/lists.ts";
import { amount, count } from "../zones/strings.ts";
import { changeStrings } from "../changes/strings.ts";
import { By } from "../changes/ShowChanges.tsx";
import changed from "../changes/changes.module.css";
import { zoneDepthStrings } from "./strings.ts";
import styles from "./zones-in-depth.module.css";

const words = zoneDepthStrings.lists;
const ORDERS = Array.from({ length: 11 }, (_, order) => order);

/** Memory on a list of a zone as a depth of colour, 0 to 1: a little is seen, too. */
export const depthOf = (pages: number, all: number): number => (pages === 0 ? 0 : 0.12 + 0.88 * (pages / all) ** 0.5);

const inAll = (chunks: readonly number[]): number => chunks.reduce((sum, many, order) => sum + many * 2 ** order, 0);

export interface FreeListsProps {
  readonly zone: ZoneLists;
  readonly at: string;
  /** As it was at the moment that changes are counted from. */
  readonly before: ZoneLists | null;
}

export function FreeLists({ zone, at, before }: FreeListsProps) {
  const change = (type: number, order: number, many: number): number =>
    before === null ? 0 : many - (before.types.find((one) => one.type === type)?.chunks[order] ?? 0);
  const sums = ORDERS.map((order) => zone.types.reduce((sum, { chunks }) => sum + (chunks[order] ?? 0), 0));
  const all = largest(
    sums.map((chunks, order) => chunks * 2 ** order),
    1,
  );
  return (
    <section aria-label={words.title}>
      <h3>{words.title}</h3>
      <section
        className={styles.wide}
        aria-label={words.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: where there is little room it scrolls sideways, by keys, too.
        tabIndex={0}
      >
        <table className={styles.lists}>
          <caption className="visually-hidden">{words.caption(zone.zone, at)}</caption>
          <thead>
            <tr>
              <th scope="col">{words.corner}</th>
              {ORDERS.map((order) => (
                <th key={order} scope="col">
                  {order}
                  <small>{words.size(order)}</small>
                </th>
              ))}
              <th scope="col">{words.sum}</th>
            </tr>
          </thead>
          <tbody className="figures">
            {zone.types.map(({ type, name, chunks }) => (
              <tr key={type} data-type={type}>
                <th scope="row">
                  <i data-type={type} aria-hidden="true" />
                  {name}
                </th>
                {chunks.map((many, order) => (
                  <td
                    // biome-ignore lint/suspicious/noArrayIndexKey: an order is its place.
                    key={order}
                    data-none={many === 0}
                    data-changed={change(type, order, many) !== 0}
                    className={change(type, order, many) === 0 ? undefined : changed.foot}
                    style={{ "--depth": depthOf(many * 2 ** order, all) } as React.CSSProperties}
                  >
                    {count(many)}
                    {before && <small>{changeStrings.by(change(type, order, many)) || "\u00a0"}</small>}
                  </td>
                ))}
                <td>
                  {amount(inAll(chunks))}
                  {before && (
                    <By
                      amount
                      change={inAll(chunks) - inAll(before.types.find((one) => one.type === type)?.chunks ?? [])}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot className="figures">
            <tr>
              <th scope="row">{words.all}</th>
              {sums.map((many, order) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: see above.
                <td key={order} data-none={many === 0}>
                  {count(many)}
                </td>
              ))}
              <td>{amount(inAll(sums))}</td>
            </tr>
          </tfoot>
        </table>
      </section>
      <p className={styles.note}>{words.source}</p>
    </section>
  );
}

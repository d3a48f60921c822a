/** Where would this go? Who asks, and the path that the allocator would take now, zone by zone. */
import { type ReactNode, useId } from "react";
import { ASKERS, type Ask, type Asker, POLICIES } from "../../engine/inspect/askers.ts";
import type { Placement } from "../../engine/inspect/index.ts";
import { MIGRATE_TYPE_NAMES } from "../../engine/memory/kinds.ts";
import { zoneDepthStrings } from "./strings.ts";
import { TwinTable } from "../TwinTable.tsx";
import styles from "./zones-in-depth.module.css";

const words = zoneDepthStrings.where;
const HUGE_ORDER = 9;
const ORDERS = Array.from({ length: 11 }, (_, order) => order);

type Asked = Placement["tries"][number]["asked"][number];

export interface WhereToProps {
  readonly ask: Ask;
  /** `null` while it is waited for. */
  readonly placement: Placement | null;
  /** The node asked about is not there any more. */
  readonly gone: boolean;
  readonly nodes: readonly number[];
  readonly blockPages: number;
  readonly at: string;
  readonly asTable: boolean;
  onAsk(ask: Ask): void;
  onChoose(pfn: number): void;
  onZone(node: number, zone: string): void;
}

export function WhereTo(props: WhereToProps) {
  const { placement, gone, at, asTable, ask } = props;
  const title = useId();
  return (
    <section className={styles.where} aria-labelledby={title}>
      <h3 id={title}>{words.title}</h3>
      <Questions {...props} />
      <p className={styles.note}>{words.about(ask.asker)}</p>
      {gone ? (
        <p role="status">{words.gone}</p>
      ) : placement === null ? (
        <p className={styles.note}>{zoneDepthStrings.waiting}</p>
      ) : (
        <>
          {placement.list !== ask.node && <p className={styles.note}>{words.ignored(ask.node, placement.list)}</p>}
          <Outcome {...props} placement={placement} />
          {asTable ? <PathTable {...props} placement={placement} at={at} /> : <Path {...props} placement={placement} />}
        </>
      )}
      <p className={styles.note}>{words.note}</p>
    </section>
  );
}

function Questions({ ask, nodes, onAsk }: WhereToProps) {
  return (
    <div className={styles.form}>
      <Choice label={words.who} value={ask.asker} onChange={(asker) => onAsk({ ...ask, asker: asker as Asker })}>
        {ASKERS.map((asker) => (
          <option key={asker} value={asker}>
            {words.asker(asker)}
          </option>
        ))}
      </Choice>
      <Choice
        label={words.order}
        value={ask.asker === "huge" ? HUGE_ORDER : ask.order}
        disabled={ask.asker === "huge"}
        onChange={(order) => onAsk({ ...ask, order: Number(order) })}
      >
        {ORDERS.map((order) => (
          <option key={order} value={order}>
            {words.orders(order)}
          </option>
        ))}
      </Choice>
      <Choice
        label={words.policy}
        value={ask.policy}
        onChange={(policy) => onAsk({ ...ask, policy: policy as Ask["policy"] })}
      >
        {POLICIES.map((policy) => (
          <option key={policy} value={policy}>
            {words.policies[policy]}
          </option>
        ))}
      </Choice>
      <Choice
        label={
          { default: words.cpuNode, interleave: words.turn, bind: words.policyNode, preferred: words.policyNode }[
            ask.policy
          ]
        }
        value={ask.node}
        onChange={(node) => onAsk({ ...ask, node: Number(node) })}
      >
        {nodes.map((node) => (
          <option key={node} value={node}>
            {words.nodeName(node)}
          </option>
        ))}
      </Choice>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | number;
  readonly disabled?: boolean;
  readonly children: ReactNode;
  onChange(value: string): void;
}

function Choice({ label, value, disabled = false, children, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <span>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} disabled={disabled} onChange={({ target }) => onChange(target.value)}>
        {children}
      </select>
    </span>
  );
}

type Shown = WhereToProps & { readonly placement: Placement };

function Outcome({ placement: { found, otherwise, order }, blockPages, onChoose }: Shown) {
  if (!found)
    return (
      <p className={styles.outcome} role="status">
        {otherwise ? words.reclaims(otherwise.reclaims.map(({ node, zone }) => words.place(node, zone))) : words.fails}
      </p>
    );
  const name = (type: number): string => MIGRATE_TYPE_NAMES[type] ?? "";
  const block = Math.floor(found.pfn / blockPages);
  return (
    <div className={styles.outcome} role="status">
      <p>
        <b>{words.answer(found.node, found.zone)}</b>{" "}
        <button type="button" className={`word-button ${styles.ref}`} data-ref onClick={() => onChoose(found.pfn)}>
          {order === 0 ? words.page(found.pfn, block) : words.range(found.pfn, block, order)}
        </button>
      </p>
      <p>
        {found.steal === 0
          ? words.chunk(found.order, order, name(found.from))
          : found.steal === 1
            ? words.stealsChunk(name(found.type), found.order, name(found.from), name(found.pageblock))
            : found.order >= HUGE_ORDER
              ? words.stealsMore(name(found.type), name(found.from))
              : words.stealsBlock(name(found.type), name(found.from), name(found.pageblock), name(found.becomes))}
      </p>
    </div>
  );
}

function verdictOf({ ask, placement }: Shown, { verdict, left, mark, protection }: Asked): string {
  switch (verdict) {
    case "above":
      return words.verdicts.above(ask.asker);
    case "mask":
      return words.verdicts.mask(placement.mask ?? []);
    case "below":
      return words.verdicts.below(left, mark, protection);
    case "no chunk":
      return words.verdicts["no chunk"](placement.order);
    default:
      return words.verdicts[verdict];
  }
}

function Path(props: Shown) {
  const { tries } = props.placement;
  return (
    <ol className={styles.tries} aria-label={words.path}>
      {tries.map((one, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: tries are told apart by their place.
        <li key={i}>
          <h4>{words.tries(one.mark, one.mayFragment)}</h4>
          <ol>
            {one.asked.map((asked) => (
              <li key={`${asked.node} ${asked.zone}`} data-verdict={asked.verdict}>
                <button
                  type="button"
                  className={`word-button ${styles.ref}`}
                  data-ref
                  onClick={() => props.onZone(asked.node, asked.zone)}
                >
                  {words.place(asked.node, asked.zone)}
                </button>
                <Level asked={asked} />
                <span>{verdictOf(props, asked)}</span>
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

/** What the zone would have left, against what that must exceed, which is in the middle. */
function Level({ asked: { verdict, left, mark, protection, zone } }: { readonly asked: Asked }) {
  const needed = mark + protection;
  const share = needed === 0 ? 1 : Math.max(0, Math.min(1, left / (2 * needed)));
  const wasAsked = verdict !== "above" && verdict !== "mask" && verdict !== "other node";
  return (
    <span className={styles.level} aria-hidden="true" data-asked={wasAsked}>
      {wasAsked && <i style={{ inlineSize: `${share * 100}%`, background: `var(--zone-${zone.toLowerCase()})` }} />}
    </span>
  );
}

/** The path's twin. */
function PathTable(props: Shown & { readonly at: string }) {
  return (
    <TwinTable
      className={styles.rows}
      caption={words.caption(props.at)}
      columns={words.columns}
      rows={props.placement.tries.flatMap((one, i) =>
        one.asked.map((asked) => ({
          key: `${i} ${asked.node} ${asked.zone}`,
          cells: [
            words.tries(one.mark, one.mayFragment),
            words.place(asked.node, asked.zone),
            asked.free,
            asked.left,
            asked.mark + asked.protection,
            verdictOf(props, asked),
          ],
        })),
      )}
    />
  );
}

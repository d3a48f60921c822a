/** One of two futures: the blocks of the nodes that differ, how its attempts ended, and its zones. */
import { memo } from "react";
import type { RecordTables } from "../../client/playground.ts";
import type { Records } from "../../protocol/records.ts";
import { displayGroups, pagesOfGroup, zoneToken } from "../kinds.ts";
import styles from "./futures.module.css";
import { futuresStrings as words } from "./futures-strings.ts";

interface FutureSideProps {
  readonly side: 0 | 1;
  readonly name: string;
  readonly records: RecordTables;
  /** Keys of nodes to show, and of all blocks of them on either side. */
  readonly nodes: readonly { readonly key: string; readonly blocks: readonly string[] }[];
  /** How many differences are told. */
  readonly told: number;
  /** Number of the difference that a block or zone is a place of. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Keys of what is chosen. */
  readonly chosen: ReadonlySet<string>;
  /** `null`: it has not been run to its end. */
  readonly onKeep: (() => void) | null;
}

/** Drawn anew when something of it is another object: while both play, most display frames bring nothing. */
export const FutureSide = memo(function FutureSide(props: FutureSideProps) {
  const { side, name, records, nodes, told, numbers, chosen, onKeep } = props;
  const attempts = Object.values(records.attempt)
    .filter(({ parent }) => parent === null)
    .sort((a, b) => b.id - a.id)
    .slice(0, 2);
  const drawn = new Set([
    ...nodes.flatMap(({ key, blocks }) => [...blocks, ...(records.node[key]?.zones ?? [])]),
    ...attempts.map(({ kind, target }) => `attempt ${kind} ${target}`),
  ]);
  const placed = new Set([...numbers].flatMap(([place, number]) => (drawn.has(place) ? [number] : [])));
  // What is about all of the machine, or about what this side has not, stands at its name.
  const others = Array.from({ length: told }, (_, i) => i + 1).filter((number) => !placed.has(number));
  return (
    <section className={styles.side} aria-label={name} data-side={side}>
      <h3>
        <span>
          <code>{name}</code>
          {others.map((number) => (
            <Dot key={number} number={number} />
          ))}
        </span>
        <button type="button" disabled={!onKeep} onClick={() => onKeep?.()} aria-label={words.keepLabel(name)}>
          {words.keep}
        </button>
      </h3>
      {nodes.map(({ key, blocks }) => (
        <div key={key}>
          <h4>
            {words.node(key)} <small>{words.blocks(blocks.filter((block) => records.block[block]).length)}</small>
          </h4>
          <ol className={styles.blocks}>
            {blocks.map((block) => (
              <Block
                key={block}
                number={Number(block.split(":")[1])}
                block={records.block[block]}
                difference={numbers.get(block)}
                chosen={chosen.has(block)}
                refused={
                  attempts[0]?.result === "failed" &&
                  Object.values(records.attempt).some(
                    ({ culprit, partition }) => culprit && `${partition}:${culprit.block}` === block,
                  )
                }
              />
            ))}
          </ol>
          <ul className={styles.zones}>
            {(records.node[key]?.zones ?? []).map((zone) => {
              const record = records.zone[zone];
              return record && <Zone key={zone} zone={record} difference={numbers.get(zone)} />;
            })}
          </ul>
        </div>
      ))}
      {attempts.length > 0 && (
        <ul className={styles.outcomes} aria-label={words.outcomes}>
          {attempts.map((attempt) => (
            <li key={attempt.key} data-result={attempt.result}>
              <strong>{words.attempt(attempt)}</strong>
              {words.detail(attempt) && <span>{words.detail(attempt)}</span>}
              <Dot number={numbers.get(`attempt ${attempt.kind} ${attempt.target}`)} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
});

interface BlockProps {
  readonly number: number;
  readonly block: Records["block"] | undefined;
  readonly difference: number | undefined;
  readonly chosen: boolean;
  readonly refused: boolean;
}

/** Records that did not change are the same objects. */
const Block = memo(function Block({ number, block, difference, chosen, refused }: BlockProps) {
  if (!block)
    return (
      <li data-state="gone" data-chosen={chosen}>
        <div className={styles.cell} role="img" aria-label={`${words.block(number)}: ${words.noBlock}`} />
        <span>{number}</span>
        <Dot number={difference} />
      </li>
    );
  const groups = displayGroups
    .map((group) => ({ id: group.id, token: group.token, pages: pagesOfGroup(group, [block]) }))
    .filter(({ id, pages }) => pages > 0 && id !== "free" && id !== "offline");
  return (
    <li data-state={block.state} data-chosen={chosen} data-refused={refused}>
      <div
        className={styles.cell}
        role="img"
        aria-label={words.cell(number, block.state, block.zone, block.dimm)}
        style={{ borderBlockEndColor: block.zone ? `var(${zoneToken(block.zone)})` : undefined }}
      >
        {groups.map(({ id, token, pages }) => (
          <i key={id} style={{ background: `var(${token})`, blockSize: `${(100 * pages) / block.pages}%` }} />
        ))}
      </div>
      <span>
        {number}
        {block.dimm && <b>{block.dimm}</b>}
      </span>
      <Dot number={difference} />
    </li>
  );
});

interface ZoneProps {
  readonly zone: Records["zone"];
  readonly difference: number | undefined;
}

const Zone = memo(function Zone({ zone, difference }: ZoneProps) {
  const { node, zone: name, managed, free } = zone;
  return (
    <li>
      <span>{words.zone(node, name)}</span>
      <i>
        <i
          style={{
            background: `var(${zoneToken(name)})`,
            inlineSize: `${managed === 0 ? 0 : (100 * (managed - free)) / managed}%`,
          }}
        />
      </i>
      <span>{words.free(free, managed)}</span>
      <Dot number={difference} />
    </li>
  );
});

export const Dot = ({ number }: { readonly number: number | undefined }) =>
  number === undefined ? null : (
    <b className={styles.dot} role="img" aria-label={words.number(number)}>
      {number}
    </b>
  );

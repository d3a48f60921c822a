/**
 * Two futures of one machine at one instant of one axis: what differs is found by comparing their records, weighed and
 * numbered, and each number stands at both of its places.
 */
import { type KeyboardEvent, type ReactNode, useId, useMemo, useState } from "react";
import { useStore } from "zustand";
import type { RecordTables } from "../../client/playground.ts";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { natural } from "../reading.ts";
import { Chooser } from "./FuturesChooser.tsx";
import { type Difference, differences } from "./differences.ts";
import { Dot, FutureSide } from "./FutureSide.tsx";
import frame from "../frame.module.css";
import styles from "./futures.module.css";
import { type Film, openFuturesOf, recordsAt } from "./futures-state.ts";
import { futuresStrings as words } from "./futures-strings.ts";
import { TimeOfBoth } from "./TimeOfBoth.tsx";
import { useTwin } from "../use-twin.ts";

/** Differences that are told before somebody asks for more. */
const MOST = 7;
/** Nodes that are drawn. */
const MOST_NODES = 2;
const MOST_BLOCKS = 32;

interface TwoFuturesProps {
  readonly tabs: ReactNode;
  readonly modes: ReactNode;
}

export function TwoFutures({ tabs, modes }: TwoFuturesProps) {
  const playground = usePlayground();
  const futures = openFuturesOf(playground);
  const { pair, films, ends, at, rate, running, broke } = useStore(futures.store);
  const now = usePlaygroundState((state) => state.scenario);
  const [all, setAll] = useState(false);
  const both = useTwin();
  const { asTable } = both;
  const [chosen, setChosen] = useState<string | null>(null);
  const [shown, setShown] = useState<0 | 1>(0);
  const title = useId();
  const left = recordsAt(films[0], at);
  const right = recordsAt(films[1], at);
  // While both play, most display frames show the same pictures as the one before.
  const records = useMemo(() => [left, right] as const, [left, right]);
  const found = useMemo(
    () => (films[0].length > 0 && films[1].length > 0 ? differences(records[0], records[1]) : null),
    [records, films],
  );
  const told = useMemo(() => found?.slice(0, all ? found.length : MOST) ?? [], [found, all]);
  const numbers = useMemo(() => [numbersOf(told, 0), numbersOf(told, 1)] as const, [told]);
  const places = useMemo(() => {
    const of = told.find(({ key }) => key === chosen)?.places;
    return [new Set(of?.[0]), new Set(of?.[1])] as const;
  }, [told, chosen]);
  const select = (step: number) => {
    const index = told.findIndex(({ key }) => key === chosen);
    const next = told[(index + step + told.length) % told.length] ?? told[0];
    if (next) setChosen(next.key);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    both.onKeyDown(event);
    if (event.target instanceof HTMLSelectElement || event.target instanceof HTMLInputElement) return;
    if (event.key !== "[" && event.key !== "]") return;
    event.preventDefault();
    select(event.key === "]" ? 1 : -1);
  };
  const keep = useMemo(() => {
    const keepOf = (side: 0 | 1) => () => {
      const kept = futures.kept(side);
      if (!kept) return;
      playground.takeUp(kept);
      futures.close();
    };
    return [keepOf(0), keepOf(1)] as const;
  }, [futures, playground]);
  const moves = useMemo(
    () => ({
      onGo: (to: number) => futures.goTo(to),
      onPlay: (to: number, within: { readonly begin: number; readonly end: number }) => futures.play(to, within),
      onPass: (elapsed: number, until: number) => futures.pass(elapsed, until),
    }),
    [futures],
  );
  const end = Math.max(pair?.sides[0].film.until ?? 0, pair?.sides[1].film.until ?? 0);
  const begin = Math.max(pair?.parting ?? 0, Math.min(films[0][0]?.at ?? 0, films[1][0]?.at ?? 0));
  const nodes = useMemo(() => nodesToShow(records, told), [records, told]);
  return (
    <section
      className={`${frame.panel} ${styles.panel}`}
      aria-labelledby={title}
      aria-busy={running}
      data-at={at}
      onKeyDown={onKeyDown}
    >
      <header className={`${frame.head} ${styles.head}`}>
        {tabs}
        <h2 id={title}>
          {words.title}
          {pair && <small> {words.parted(pair.common, pair.parting)}</small>}
        </h2>
        {modes}
      </header>
      <div className={styles.tools}>
        <Chooser key={now} futures={futures} cards={!pair} />
        {running && <span role="status">{words.working}</span>}
        {pair && (
          <button {...both.button} className={frame.button}>
            {asTable ? words.picture : words.table}
          </button>
        )}
      </div>
      {broke !== null && (
        <p role="alert" className={styles.broke}>
          {words.broke(broke)}
        </p>
      )}
      {!pair ? (
        <p className={styles.hint}>{words.empty}</p>
      ) : (
        <div className={styles.body}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys. */}
          <section className={styles.scroller} aria-label={words.title} tabIndex={0}>
            {asTable ? (
              <DifferenceTable names={[pair.sides[0].name, pair.sides[1].name]} found={found ?? []} />
            ) : (
              <div className={styles.columns} data-shown={shown}>
                <section className={styles.middle} aria-label={words.differs}>
                  <h3>{words.differs}</h3>
                  {found?.length === 0 && <p>{words.nothing}</p>}
                  <ol>
                    {told.map((difference, index) => (
                      <Told
                        key={difference.key}
                        number={index + 1}
                        difference={difference}
                        chosen={difference.key === chosen}
                        onChoose={() => setChosen(difference.key === chosen ? null : difference.key)}
                      />
                    ))}
                  </ol>
                  {found && found.length > MOST && (
                    <button type="button" className={frame.button} onClick={() => setAll(!all)}>
                      {all ? words.fewer : words.more(found.length - MOST)}
                    </button>
                  )}
                </section>
                <fieldset className={styles.switch} aria-label={words.side}>
                  {pair.sides.map(({ name }, side) => (
                    <button
                      key={name}
                      type="button"
                      aria-pressed={shown === side}
                      onClick={() => setShown(side as 0 | 1)}
                    >
                      {name}
                    </button>
                  ))}
                </fieldset>
                {([0, 1] as const).map((side) => (
                  <FutureSide
                    key={side}
                    side={side}
                    name={pair.sides[side].name}
                    records={records[side]}
                    nodes={nodes}
                    told={told.length}
                    numbers={numbers[side]}
                    chosen={places[side]}
                    onKeep={ends[side] ? keep[side] : null}
                  />
                ))}
              </div>
            )}
          </section>
          {films[0].length > 0 && films[1].length > 0 && (
            <TimeOfBoth
              names={[pair.sides[0].name, pair.sides[1].name]}
              last={[lastOf(films[0]), lastOf(films[1])]}
              begin={begin}
              end={end}
              parting={pair.parting}
              at={Math.max(begin, at)}
              differing={found?.length ?? 0}
              rate={rate}
              {...moves}
            />
          )}
        </div>
      )}
    </section>
  );
}

const lastOf = (film: Film): RecordTables => recordsAt(film, Number.POSITIVE_INFINITY);

interface ToldProps {
  readonly number: number;
  readonly difference: Difference;
  readonly chosen: boolean;
  onChoose(): void;
}

function Told({ number, difference, chosen, onChoose }: ToldProps) {
  const [left, right] = words.sides(difference);
  return (
    <li data-chosen={chosen}>
      <Dot number={number} />
      <button type="button" aria-pressed={chosen} onClick={onChoose}>
        <strong>{words.titleOf(difference)}</strong>
        <span className="figures">
          <span>{left}</span> <b aria-hidden="true">≠</b> <span>{right}</span>
        </span>
        <small>{words.why(difference.of)}</small>
      </button>
    </li>
  );
}

interface DifferenceTableProps {
  readonly names: readonly [string, string];
  readonly found: readonly Difference[];
}

function DifferenceTable({ names, found }: DifferenceTableProps) {
  const heads = [words.columns[0], words.columns[1], names[0], names[1]];
  return (
    <table className={frame.table}>
      <caption>{found.length === 0 ? words.nothing : words.differs}</caption>
      <thead>
        <tr>
          {heads.map((name, column) =>
            column === 0 ? (
              <td key={0} />
            ) : (
              <th key={name} scope="col">
                {name}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody className="figures">
        {found.map((difference, index) => (
          <tr key={difference.key}>
            <td>{index + 1}</td>
            <th scope="row">{words.titleOf(difference)}</th>
            {words.sides(difference).map((side, column) => (
              <td key={names[column as 0 | 1]}>{side}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The number of the first difference at each place of a side. */
function numbersOf(told: readonly Difference[], side: 0 | 1): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const [index, difference] of told.entries()) {
    if (difference.of === "outcome" || difference.of === "took") {
      // Both have their attempt in their key: partition, kind, target, and the how-manieth.
      const [, , kind, target] = difference.key.split(" ");
      const attempt = `attempt ${kind} ${target}`;
      numbers.set(attempt, numbers.get(attempt) ?? index + 1);
      continue;
    }
    // One place of many: the number stands at the first that has none yet.
    const place = difference.places[side].find((key) => !numbers.has(key));
    if (place !== undefined) numbers.set(place, index + 1);
  }
  return numbers;
}

/** Nodes in which something differs, those of the weightiest first, with their blocks on both sides. */
function nodesToShow(records: readonly [RecordTables, RecordTables], told: readonly Difference[]) {
  const places = told.flatMap((one) => one.places.flat());
  const all = [...new Set(records.flatMap(({ node }) => Object.keys(node)))].sort(natural);
  const blocks = (key: string) =>
    [...new Set(records.flatMap(({ node }) => node[key]?.blocks ?? []))].sort(natural).slice(0, MOST_BLOCKS);
  const weight = (key: string) => {
    const mine = new Set([...blocks(key), ...records.flatMap(({ node }) => node[key]?.zones ?? [])]);
    const first = places.findIndex((place) => mine.has(place));
    return first < 0 ? places.length : first;
  };
  return all
    .map((key) => ({ key, blocks: blocks(key), weight: weight(key) }))
    .filter((one) => one.blocks.length > 0)
    .sort((one, other) => one.weight - other.weight)
    .slice(0, MOST_NODES);
}

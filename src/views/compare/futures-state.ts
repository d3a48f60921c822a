/** Two futures that are compared, as films of their records. They outlive the view, as an open trace does. */
import { createStore, type StoreApi } from "zustand/vanilla";
import { applyPatches, NO_RECORDS } from "../../client/apply-frame.ts";
import { type BeginBeside, beginBeside } from "../../client/beside-line.ts";
import type { Kept } from "../../client/keeper.ts";
import type { RecordTables } from "../../client/playground.ts";
import type { Resume } from "../../protocol/messages.ts";
import type { Pair } from "./futures.ts";

/** The records of a future at instants that follow one another; those that did not change are the same objects. */
export type Film = readonly { readonly at: number; readonly records: RecordTables }[];

export interface FuturesState {
  readonly pair: Pair | null;
  readonly films: readonly [Film, Film];
  /** How to go on from the end of each. */
  readonly ends: readonly [Resume | null, Resume | null];
  /** Simulated ns, of both. */
  readonly at: number;
  /** Both play: simulated time per real time; 0: they stand. */
  readonly rate: number;
  readonly running: boolean;
  readonly broke: string | null;
}

const NOTHING: FuturesState = {
  pair: null,
  films: [[], []],
  ends: [null, null],
  at: 0,
  rate: 0,
  running: false,
  broke: null,
};

export class OpenFutures {
  readonly store: StoreApi<FuturesState> = createStore<FuturesState>(() => NOTHING);
  readonly #begin: BeginBeside;
  #end: () => void = () => {};

  constructor(begin: BeginBeside = beginBeside) {
    this.#begin = begin;
  }

  /** Has both run and filmed, one engine after the other, in a worker of their own. */
  compare(pair: Pair): void {
    this.#end();
    const [left, right] = pair.sides;
    const at = Math.max(left.film.until, right.film.until);
    this.store.setState({ ...NOTHING, pair, at, running: true });
    this.#end = this.#begin({ type: "film", futures: [left.film, right.film] }, (message) => {
      switch (message.type) {
        case "shot":
          this.store.setState(({ films }) => {
            const film = films[message.side];
            const records = applyPatches(film.at(-1)?.records ?? NO_RECORDS, message.patches);
            return { films: put(films, message.side, [...film, { at: message.at, records }]) };
          });
          return;
        case "filmed":
          this.store.setState(({ ends }) => ({ ends: put<Resume | null>(ends, message.side, message.resume) }));
          return;
        case "done":
          this.store.setState({ running: false });
          return;
        case "broke":
          this.store.setState({ running: false, broke: message.reason });
      }
    });
  }

  close(): void {
    this.#end();
    this.store.setState(NOTHING);
  }

  goTo(at: number): void {
    this.store.setState({ at, rate: 0 });
  }

  /** Both play from where they are; from the beginning where they are at the end. */
  play(rate: number, { begin, end }: { readonly begin: number; readonly end: number }): void {
    this.store.setState(({ at }) => ({ rate, at: rate > 0 && at >= end ? begin : Math.max(begin, at) }));
  }

  /** Real milliseconds have passed. */
  pass(elapsed: number, end: number): void {
    this.store.setState(({ at, rate }) => {
      const to = Math.min(end, at + elapsed * 1e6 * rate);
      return { at: to, rate: to < end ? rate : 0 };
    });
  }

  /** What it takes to go on with a future from its end; `null` while it has none. */
  kept(side: 0 | 1): Kept | null {
    const { pair, ends } = this.store.getState();
    const resume = ends[side];
    return pair && resume ? { scenario: pair.sides[side].film.scenario, resume } : null;
  }
}

function put<T>(sides: readonly [T, T], side: 0 | 1, value: T): readonly [T, T] {
  return side === 0 ? [value, sides[1]] : [sides[0], value];
}

/** The records at an instant: those of the last picture before it. */
export function recordsAt(film: Film, at: number): RecordTables {
  let low = 0;
  let high = film.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((film[middle]?.at ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return film[low]?.records ?? NO_RECORDS;
}

const open = new WeakMap<object, OpenFutures>();

/** The comparison of a playground. */
export function openFuturesOf(playground: object): OpenFutures {
  const known = open.get(playground) ?? new OpenFutures();
  open.set(playground, known);
  return known;
}

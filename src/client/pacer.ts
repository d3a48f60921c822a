/**
 * One part of the page a frame. Records that change concern nearly every part, and to render, lay out and paint them all
 * in one display frame takes longer than that has. So each part has a store that follows the playground's: when only
 * records, log and time have changed, the followers take their turns, one in a display frame, those that have waited
 * longest first. What is selected is so in all of them at once, but for what records took along when they went; and at any other
 * change, another view's first look among them, all of them have everything. A machine that has just come is for the first of
 * them at once.
 *
 * A part that is much to render, lay out and paint may come in two halves: the second has the state that the first was given, in the
 * turn after it, before any other part has its own.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Pace, Playground, PlaygroundState } from "./playground.ts";

type Store = StoreApi<PlaygroundState>;

export interface Follower {
  readonly store: Store;
  /** Follows from now on; call the result to stop. */
  join(): () => void;
}

/** A follower that waits: since which news, and its place among those that wait for the same. */
interface Waiting {
  readonly news: number;
  readonly turn: number;
}

/** A second half has no place in the order: nobody comes before it. */
const NEXT: Waiting = { news: 0, turn: 0 };

export class Pacer {
  readonly #playground: Playground;
  /** Of each follower its turn; of a second half the first. */
  readonly #turns = new Map<Store, number | Store>();
  readonly #waiting = new Map<Store, Waiting>();
  #news = 0;
  #rests = false;
  /** Parts were given something at once since the last display frame, or took it themselves, and render it in the next at the latest. */
  #atOnce = false;

  constructor(playground: Playground) {
    this.#playground = playground;
  }

  /** Begins to pace; returns how to stop. */
  start(): () => void {
    const { store } = this.#playground;
    const stop = [
      store.subscribe((state, before) => this.#changed(state, before)),
      this.#playground.pacedBy((frame) => this.#serve(frame)),
    ];
    for (const follower of this.#turns.keys()) follower.setState(store.getState());
    return () => {
      for (const end of stop) end();
    };
  }

  /**
   * `turn`: smaller ones come first among those that wait for the same news; or the store of the part whose second half this is. What
   * is no part, but the playground's own store, has no halves.
   */
  follow(turn: number | Store): Follower {
    const source = this.#playground.store;
    if (turn === source) return { store: source, join: () => () => {} };
    const { getState } = typeof turn === "object" ? turn : source;
    const store = createStore<PlaygroundState>(() => getState());
    return {
      store,
      join: () => {
        this.#turns.set(store, turn);
        store.setState(getState());
        return () => {
          this.#turns.delete(store);
          this.#waiting.delete(store);
        };
      },
    };
  }

  /** A part renders something in this display frame, or in the next at the latest, that it did not get from here. */
  readonly renders = (): void => {
    this.#atOnce = true;
  };

  #changed(state: PlaygroundState, before: PlaygroundState): void {
    const passes = (key: keyof PlaygroundState) =>
      PASSING.has(key) ||
      (key === "looked" && goesOn(state, before)) ||
      // Nobody chose anything: what was selected is gone with its record, and a part hears of both in its turn.
      (key === "selection" && state.records !== before.records);
    const atOnce = keysOf(state).filter((key) => state[key] !== before[key] && !passes(key));
    if (before.status === "starting" && state.status === "running") {
      // A machine that may be large: the first part shows it now, as at the start of the page, the others in their turns.
      this.#waiting.clear();
      this.#enqueue();
      this.#giveNext();
      this.#atOnce = true;
      this.#playground.requestFrame();
      return;
    }
    if (atOnce.length > 0) this.#atOnce = true;
    if (atOnce.some((key) => key !== "selection")) {
      this.#waiting.clear();
      // A listener before this one may have changed it again.
      const now = this.#playground.store.getState();
      for (const follower of this.#turns.keys()) follower.setState(now);
      return;
    }
    if (atOnce.length > 0) for (const follower of this.#turns.keys()) follower.setState({ selection: state.selection });
    if (!keysOf(state).some((key) => passes(key) && state[key] !== before[key])) return;
    this.#enqueue();
    this.#playground.requestFrame();
  }

  /** There is news, for which all wait who don't wait already. */
  #enqueue(): void {
    this.#news++;
    for (const [follower, turn] of this.#turns)
      if (typeof turn === "number" && !this.#waiting.has(follower))
        this.#waiting.set(follower, { news: this.#news, turn });
  }

  /** Who is next has its turn; false when nobody waits. */
  #giveNext(): boolean {
    const [next] = [...this.#waiting].sort(([, one], [, other]) => one.news - other.news || one.turn - other.turn);
    if (!next) return false;
    const [follower] = next;
    this.#waiting.delete(follower);
    const turn = this.#turns.get(follower);
    follower.setState((typeof turn === "object" ? turn : this.#playground.store).getState());
    for (const [half, first] of this.#turns) if (first === follower) this.#waiting.set(half, NEXT);
    return true;
  }

  /** True when a part renders in this frame: it has its turn, or was given something at once. */
  #serve({ news, pagesChanged }: Parameters<Pace>[0]): boolean {
    const atOnce = this.#atOnce;
    this.#atOnce = false;
    // To take in what came, and to paint it, is work enough for a frame; but where something comes with every frame,
    // nobody waits for ever.
    this.#rests = (news || pagesChanged) && !this.#rests && this.#waiting.size > 0;
    if (this.#rests) {
      this.#playground.requestFrame();
      return atOnce;
    }
    if (!this.#giveNext()) return atOnce;
    if (this.#waiting.size > 0) this.#playground.requestFrame();
    return true;
  }
}

/** What comes with every frame of a machine at work. */
const PASSING: ReadonlySet<keyof PlaygroundState> = new Set([
  "records",
  "now",
  "log",
  "idle",
  "offers",
  "cursor",
  "calls",
]);

/** The same view looks on: what it sees comes with every frame, too. Its first picture does not wait. */
const goesOn = ({ looked }: PlaygroundState, before: PlaygroundState): boolean =>
  looked !== null &&
  looked.look.of === before.looked?.look.of &&
  looked.look.partition === before.looked.look.partition;

const keysOf = (state: PlaygroundState) => Object.keys(state) as (keyof PlaygroundState)[];

/**
 * What a drop would do, asked of the engine before it happens. Answers are kept for a while: a busy machine changes, so
 * they go stale. A pointer that sweeps over targets asks only where it rests; whole lists are asked one at a
 * time, so that a simulation in full swing isn't held up.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Playground } from "../../client/playground.ts";
import type { Foresight } from "../../protocol/messages.ts";
import { type PlaceKey, placeOf } from "./floor.ts";

interface Known {
  readonly foresight: Foresight;
  readonly askedAt: number;
}
export interface ForesightState {
  readonly known: Readonly<Record<string, Known>>;
}
export interface Oracle {
  readonly store: StoreApi<ForesightState>;
  /** Asks once the person rests on this target; `then` gets the answer unless another target was asked for since. */
  ask(dimm: string, place: PlaceKey, then: (foresight: Foresight) => void): void;
  /** Asks for many targets, one after another; a later call replaces what has not been asked yet. */
  askAll(dimm: string, places: readonly PlaceKey[]): void;
  /** Drops what has not been asked yet. */
  stop(): void;
  /** Forgets answers about this DIMM: it moved, or what it holds changed for good. */
  forget(dimm: string): void;
  dispose(): void;
}
export interface OracleTimes {
  /** How long a target has to be rested on. */
  readonly restMs: number;
  /** How long an answer is good for. */
  readonly freshMs: number;
}

const keyOf = (dimm: string, place: PlaceKey) => `${dimm}>${place}`;
/** The answer known for this drop, or `undefined`. */
export const foreseen = (state: ForesightState, dimm: string, place: PlaceKey): Foresight | undefined =>
  state.known[keyOf(dimm, place)]?.foresight;

/** What is told beforehand of a DIMM; `kept` where it would answer the question that is asked: which of these can go? */
export const toldAhead = (
  asked: readonly string[],
  dimm: string,
  foresight: Foresight | undefined,
): Foresight | "kept" | undefined => (asked.includes(dimm) && foresight?.outlook !== "stays" ? "kept" : foresight);

export function createOracle(
  foresee: Playground["foresee"],
  { restMs, freshMs }: OracleTimes = { restMs: 90, freshMs: 2000 },
): Oracle {
  const store = createStore<ForesightState>(() => ({ known: {} }));
  let resting: ReturnType<typeof setTimeout> | undefined;
  let question = 0;
  let list = 0;
  let disposed = false;

  const fresh = (dimm: string, place: PlaceKey): Foresight | undefined => {
    const known = store.getState().known[keyOf(dimm, place)];
    return known && performance.now() - known.askedAt < freshMs ? known.foresight : undefined;
  };
  const fetch = async (dimm: string, place: PlaceKey): Promise<Foresight | undefined> => {
    const known = fresh(dimm, place);
    if (known) return known;
    const askedAt = performance.now();
    try {
      const foresight = await foresee(dimm, placeOf(place));
      if (!disposed)
        store.setState(({ known }) => ({ known: { ...known, [keyOf(dimm, place)]: { foresight, askedAt } } }));
      return foresight;
    } catch {
      // The playground was closed or began again: there is nothing to foresee any more.
      return undefined;
    }
  };

  return {
    store,
    ask(dimm, place, then) {
      clearTimeout(resting);
      question++;
      const mine = question;
      const answer = async () => {
        const foresight = await fetch(dimm, place);
        if (foresight && mine === question && !disposed) then(foresight);
      };
      resting = setTimeout(() => void answer(), fresh(dimm, place) ? 0 : restMs);
    },
    askAll(dimm, places) {
      list++;
      const mine = list;
      const askEach = async () => {
        for (const place of places) {
          if (mine !== list || disposed) return;
          await fetch(dimm, place);
        }
      };
      void askEach();
    },
    stop() {
      clearTimeout(resting);
      question++;
      list++;
    },
    forget(dimm) {
      store.setState(({ known }) => ({
        known: Object.fromEntries(Object.entries(known).filter(([key]) => !key.startsWith(`${dimm}>`))),
      }));
    },
    dispose() {
      disposed = true;
      clearTimeout(resting);
      list++;
    },
  };
}

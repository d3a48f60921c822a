/**
 * Carries out what ./carry.ts decides, for one box on the page: sends commands, asks for foresight, speaks, selects.
 * The data path of a move: an input (./pointer.ts, ./keyboard.ts, ./MoveMenu.tsx) dispatches events → the machine →
 * `playground.send({do: "move", …})` → the engine → records → the floor → views. No React in here.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Playground } from "../../client/playground.ts";
import type { Command } from "../../engine/time/commands.ts";
import {
  type Announcement,
  AT_REST,
  carry,
  type CarryEffect,
  type CarryEvent,
  type CarryState,
  type NotBegun,
} from "./carry.ts";
import { createFloorSelector, type Floor, liftObstacle, type PlaceKey, SHELF, targetsOf } from "./floor.ts";
import { createOracle, type Oracle, toldAhead } from "./oracle.ts";
import { happenings } from "./happenings.ts";
import { placeName } from "./naming.ts";
import { boxStrings } from "./strings.ts";

export interface CarriageState {
  readonly carry: CarryState;
  readonly floor: Floor;
  /** What the live region says. */
  readonly spoken: string;
  /** What in the box had the focus last (see ./roving.ts). */
  readonly lastItem: string | null;
}
export interface Carriage {
  readonly store: StoreApi<CarriageState>;
  readonly oracle: Oracle;
  dispatch(event: CarryEvent): void;
  /** A complete move in one go, as the menu makes it. */
  move(dimm: string, to: PlaceKey): void;
  /** Push the attention button. */
  press(dimm: string): void;
  /** Call the eject off: a signal to the task behind it. */
  cancelEject(dimm: string): void;
  /** DIMMs that a question is about from now on: what would become of them is not told beforehand. */
  ask(asked: readonly string[]): void;
  dispose(): void;
}
/** Puts the focus where the machine wants it. */
export type Focuser = (on: { readonly dimm: string } | { readonly place: PlaceKey }) => void;

/** More targets than this are not asked for beforehand, only when held over. */
const ASKED_BEFOREHAND = 24;
const JUST_SAID_MS = 1000;

/** `onFloor` hears of a floor that is new, before anything shows it. */
export function createCarriage(playground: Playground, focus: Focuser, onFloor: () => void): Carriage {
  const floorOf = createFloorSelector();
  const oracle = createOracle((dimm, to) => playground.foresee(dimm, to));
  const store = createStore<CarriageState>(() => ({
    carry: AT_REST,
    floor: floorOf(playground.store.getState().records),
    spoken: "",
    lastItem: null,
  }));

  let asked: readonly string[] = [];
  const sentence = (what: Announcement) => sentenceOf(playground, asked, what);
  let spokenAt = Number.NEGATIVE_INFINITY;
  const speak = (sentence: string) => {
    spokenAt = performance.now();
    // A live region that is told the same words twice says nothing: a no-break space makes them other words.
    store.setState(({ spoken }) => ({ spoken: spoken === sentence ? `${sentence}\u00a0` : sentence }));
  };
  /** What the machine does follows on what the person did: it must not cut off words that were only just said. */
  const speakAfter = (sentences: readonly string[]) => {
    if (sentences.length === 0) return;
    const before = performance.now() - spokenAt < JUST_SAID_MS ? [store.getState().spoken] : [];
    speak([...before, ...sentences].join(" "));
  };
  const perform = (effect: CarryEffect) => {
    switch (effect.effect) {
      case "send":
        void send(effect);
        break;
      case "foresee":
        oracle.ask(effect.dimm, effect.place, (foresight) =>
          dispatch({ type: "foreseen", dimm: effect.dimm, place: effect.place, foresight }),
        );
        break;
      case "say":
        speak(sentence(effect.what));
        break;
      case "select":
        select(playground, effect.dimm);
        break;
      case "focus":
        focus(effect.on);
        break;
    }
  };
  /** Why the engine would not begin; `null` when it did. */
  const order = async (command: Command): Promise<NotBegun | null> => {
    try {
      const { errno, rejection } = await playground.send(command);
      return errno === null ? null : { errno, rejection };
    } catch (problem) {
      // The playground was closed or began again, or the simulator is gone.
      return {
        errno: "EIO",
        rejection:
          problem instanceof Error
            ? { why: "no-simulator", trouble: { why: "cannot-send", said: problem.message } }
            : null,
      };
    }
  };
  const send = async ({ turn, command }: Extract<CarryEffect, { effect: "send" }>) => {
    const refusal = await order(command);
    dispatch({ type: "answered", turn, refusal });
  };
  const orderFor = async (dimm: string, command: Command) => {
    const refusal = await order(command);
    if (refusal) speak(sentence({ said: "not-accepted", dimm, refusal }));
  };
  const dispatch = (event: CarryEvent) => {
    const before = store.getState();
    const { state, effects } = carry(before.carry, event, before.floor);
    if (state !== before.carry) store.setState({ carry: state });
    const lifted = state.carrying?.dimm;
    if (lifted !== before.carry.carrying?.dimm) {
      oracle.stop();
      if (lifted !== undefined) oracle.askAll(lifted, targetsOf(before.floor, lifted).slice(-ASKED_BEFOREHAND));
    }
    for (const effect of effects) perform(effect);
  };

  const unsubscribe = playground.store.subscribe((state, previous) => {
    if (state.records === previous.records) return;
    const floor = floorOf(state.records);
    const before = store.getState().floor;
    if (floor !== before) {
      for (const dimm of floor.dimms.values())
        if (before.dimms.get(dimm.key)?.place !== dimm.place) oracle.forget(dimm.key);
      onFloor();
      store.setState({ floor });
      dispatch({ type: "floor-changed" });
    }
    if (state.scenario === previous.scenario) speakAfter(happenings(previous.records, state.records));
  });

  return {
    store,
    oracle,
    dispatch,
    move(dimm, to) {
      if (store.getState().carry.carrying?.dimm !== dimm) dispatch({ type: "lift", dimm, by: "menu" });
      dispatch({ type: "place", place: to });
      if (store.getState().carry.carrying?.by === "menu") dispatch({ type: "cancel" });
    },
    press(dimm) {
      const { floor } = store.getState();
      if (liftObstacle(floor, dimm) !== null || floor.dimms.get(dimm)?.place === SHELF) return;
      dispatch({ type: "cancel" });
      select(playground, dimm);
      void orderFor(dimm, { do: "press", dimm });
    },
    cancelEject(dimm) {
      const { records } = playground.store.getState();
      const attempt = records.attempt[records.dimm[dimm]?.attempt ?? ""];
      if (attempt) void orderFor(dimm, { do: "signal", op: attempt.id });
    },
    ask(these) {
      asked = these;
    },
    dispose() {
      unsubscribe();
      oracle.dispose();
    },
  };
}

/** Shows the DIMM in the other views: its node and its first block. */
function select(playground: Playground, key: string): void {
  const { records } = playground.store.getState();
  const dimm = records.dimm[key];
  if (!dimm) return;
  const node = dimm.slot === null ? null : (records.slot[dimm.slot]?.node ?? null);
  const block = dimm.blocks[0];
  playground.select({ dimm: key, ...(node === null ? {} : { node }), ...(block === undefined ? {} : { block }) });
}

function sentenceOf(playground: Playground, asked: readonly string[], what: Announcement): string {
  const { records } = playground.store.getState();
  const { said, obstacle } = boxStrings;
  const name = (place: PlaceKey) => placeName(records, place);
  const dimm = boxStrings.dimm(what.dimm);
  switch (what.said) {
    case "picked-up": {
      const how = what.by === "keys" ? said.pickedUpByKeys : what.by === "click" ? byClickOrTap() : "";
      return `${said.pickedUp(dimm, name(what.from))} ${how}`.trim();
    }
    case "cannot-lift":
      return said.cannotLift(dimm, obstacle(what.obstacle));
    case "over":
      return said.over(name(what.place), boxStrings.foresight(toldAhead(asked, what.dimm, what.foresight)));
    case "cannot-place":
      return what.place === null ? said.chooseFirst : said.cannotPlace(obstacle(what.obstacle));
    case "dropped":
      return said.dropped(dimm, name(what.to));
    case "put-back":
      return said.putBack(dimm, name(what.home));
    case "not-accepted":
      return said.notAccepted(dimm, what.refusal.errno, what.refusal.rejection);
  }
}

/** Told in the words of what someone has in hand. */
const byClickOrTap = () =>
  matchMedia("(pointer: coarse)").matches ? boxStrings.said.pickedUpByTap : boxStrings.said.pickedUpByClick;

/**
 * Carrying a DIMM: one machine for pointer, click-click, keyboard and menu. Pure: events and the floor in, the next
 * state and effects out; the effects are carried out in ./carriage.ts. Whatever the input, a drop ends in the same
 * command, `{do: "move", dimm, to}`.
 *
 *     at rest ──lift──▶ carrying ──place──▶ at rest, and the drop is pending until the engine answered
 *                        │   ▲
 *                        └over┘   cancel, or the DIMM can no longer be carried ──▶ at rest
 */
import type { Command } from "../../engine/time/commands.ts";
import type { Foresight } from "../../protocol/messages.ts";
import { type Floor, liftObstacle, type Obstacle, placeObstacle, type PlaceKey, placeOf, SHELF } from "./floor.ts";
import type { ErrnoName } from "../../engine/chronicle/outcome.ts";
import type { Rejected } from "../../protocol/messages.ts";

/** What carries it. Decides only how it looks and where the focus goes, never what is commanded. */
export type Carrier = "pointer" | "click" | "keys" | "menu";

export interface Carrying {
  readonly dimm: string;
  /** Where it was picked up, and where it goes back to when the carry is cancelled. */
  readonly home: PlaceKey;
  /** Legal target that it is held over. */
  readonly over: PlaceKey | null;
  /** Place that it is held over and that cannot take it: it says why. */
  readonly barred: PlaceKey | null;
  readonly by: Carrier;
}
/** A drop whose command the engine has not answered yet. */
export interface Drop {
  readonly turn: number;
  readonly dimm: string;
  readonly to: PlaceKey;
  readonly by: Carrier;
}
export interface CarryState {
  readonly carrying: Carrying | null;
  readonly drops: readonly Drop[];
  /** Number of the last drop. */
  readonly turn: number;
}
export const AT_REST: CarryState = { carrying: null, drops: [], turn: 0 };

export type CarryEvent =
  | { readonly type: "lift"; readonly dimm: string; readonly by: Carrier }
  | { readonly type: "over"; readonly place: PlaceKey | null }
  /** Drop at `place`, or where it is held over when that is left out. */
  | { readonly type: "place"; readonly place?: PlaceKey }
  | { readonly type: "cancel" }
  /** The places changed: what is carried may be gone, its target taken. */
  | { readonly type: "floor-changed" }
  | { readonly type: "foreseen"; readonly dimm: string; readonly place: PlaceKey; readonly foresight: Foresight }
  | { readonly type: "answered"; readonly turn: number; readonly refusal: NotBegun | null };

/** The engine would not even begin. */
export interface NotBegun {
  readonly errno: ErrnoName;
  readonly rejection: Rejected | null;
}

export type Announcement =
  | { readonly said: "picked-up"; readonly dimm: string; readonly from: PlaceKey; readonly by: Carrier }
  | { readonly said: "cannot-lift"; readonly dimm: string; readonly obstacle: Obstacle }
  | { readonly said: "over"; readonly dimm: string; readonly place: PlaceKey; readonly foresight: Foresight }
  | {
      readonly said: "cannot-place";
      readonly dimm: string;
      readonly place: PlaceKey | null;
      readonly obstacle: Obstacle;
    }
  | { readonly said: "dropped"; readonly dimm: string; readonly to: PlaceKey }
  | { readonly said: "put-back"; readonly dimm: string; readonly home: PlaceKey }
  | { readonly said: "not-accepted"; readonly dimm: string; readonly refusal: NotBegun };

export type CarryEffect =
  | { readonly effect: "send"; readonly turn: number; readonly command: Command }
  | { readonly effect: "foresee"; readonly dimm: string; readonly place: PlaceKey }
  | { readonly effect: "say"; readonly what: Announcement }
  | { readonly effect: "select"; readonly dimm: string }
  | { readonly effect: "focus"; readonly on: { readonly dimm: string } | { readonly place: PlaceKey } };

export interface CarryStep {
  readonly state: CarryState;
  readonly effects: readonly CarryEffect[];
}

const say = (what: Announcement): CarryEffect => ({ effect: "say", what });
const stay = (state: CarryState, ...effects: CarryEffect[]): CarryStep => ({ state, effects });
/** Focus moves along only where the keyboard drives: a mouse user's focus stays where it is. */
const focus = (carrying: Carrying, on: { dimm: string } | { place: PlaceKey }): readonly CarryEffect[] =>
  carrying.by === "keys" ? [{ effect: "focus", on }] : [];

/** One step of the machine. */
export function carry(state: CarryState, event: CarryEvent, floor: Floor): CarryStep {
  switch (event.type) {
    case "lift":
      return lift(state, event.dimm, event.by, floor);
    case "over":
      return over(state, event.place, floor);
    case "place":
      return place(state, event.place ?? state.carrying?.over ?? null, floor);
    case "cancel":
      return putBack(state);
    case "floor-changed":
      return floorChanged(state, floor);
    case "foreseen": {
      const { carrying } = state;
      if (carrying?.dimm !== event.dimm || carrying.over !== event.place) return stay(state);
      return stay(state, say({ said: "over", dimm: event.dimm, place: event.place, foresight: event.foresight }));
    }
    case "answered": {
      const drop = state.drops.find((candidate) => candidate.turn === event.turn);
      if (!drop) return stay(state);
      const next = { ...state, drops: state.drops.filter((candidate) => candidate !== drop) };
      if (event.refusal === null) return stay(next);
      return stay(next, say({ said: "not-accepted", dimm: drop.dimm, refusal: event.refusal }));
    }
  }
}

function lift(state: CarryState, dimm: string, by: Carrier, floor: Floor): CarryStep {
  if (state.carrying?.dimm === dimm) {
    // Picked up by a click, now dragged or steered by keys: the same carry goes on. A second click puts it down again.
    const takenOver = by !== state.carrying.by && (by === "pointer" || by === "keys");
    return takenOver ? stay({ ...state, carrying: { ...state.carrying, by } }) : putBack(state);
  }
  const select: CarryEffect = { effect: "select", dimm };
  const pending = state.drops.some((drop) => drop.dimm === dimm);
  const obstacle = liftObstacle(floor, dimm) ?? (pending ? "being-emptied" : null);
  const known = floor.dimms.get(dimm);
  if (obstacle !== null || !known) {
    const why = obstacle ?? "unknown";
    const told = say({ said: "cannot-lift", dimm, obstacle: why });
    return { state: { ...state, carrying: null }, effects: known ? [select, told] : [told] };
  }
  return stay(
    { ...state, carrying: { dimm, home: known.place, over: null, barred: null, by } },
    select,
    say({ said: "picked-up", dimm, from: known.place, by }),
  );
}

function over(state: CarryState, key: PlaceKey | null, floor: Floor): CarryStep {
  const { carrying } = state;
  if (!carrying) return stay(state);
  const legal = key !== null && placeObstacle(floor, carrying.dimm, key) === null && !promised(state, key);
  const target = legal ? key : null;
  const barred = legal || key === carrying.home ? null : key;
  if (target === carrying.over && barred === carrying.barred) return stay(state);
  const next = { ...state, carrying: { ...carrying, over: target, barred } };
  if (target === null) return stay(next);
  return {
    state: next,
    effects: [...focus(carrying, { place: target }), { effect: "foresee", dimm: carrying.dimm, place: target }],
  };
}

/** A slot that an unanswered drop goes to is taken. The shelf takes any number. */
function promised(state: CarryState, key: PlaceKey): boolean {
  return key !== SHELF && state.drops.some((drop) => drop.to === key);
}

function place(state: CarryState, key: PlaceKey | null, floor: Floor): CarryStep {
  const { carrying } = state;
  if (!carrying) return stay(state);
  const { dimm, by } = carrying;
  if (liftObstacle(floor, dimm) !== null) return putBack(state);
  const obstacle =
    key === null ? "unknown" : (placeObstacle(floor, dimm, key) ?? (promised(state, key) ? "reserved" : null));
  if (key === null || obstacle !== null) {
    // A finger that lets go has nowhere to hold it; whoever clicks or types may try another target.
    if (by === "pointer" || obstacle === "already-there") return putBack(state);
    return stay(state, say({ said: "cannot-place", dimm, place: key, obstacle: obstacle ?? "unknown" }));
  }
  const turn = state.turn + 1;
  return {
    state: { carrying: null, turn, drops: [...state.drops, { turn, dimm, to: key, by }] },
    effects: [
      { effect: "send", turn, command: { do: "move", dimm, to: placeOf(key) } },
      say({ said: "dropped", dimm, to: key }),
      ...focus(carrying, { dimm }),
    ],
  };
}

function putBack(state: CarryState): CarryStep {
  const { carrying } = state;
  if (!carrying) return stay(state);
  return {
    state: { ...state, carrying: null },
    effects: [
      say({ said: "put-back", dimm: carrying.dimm, home: carrying.home }),
      ...focus(carrying, { dimm: carrying.dimm }),
    ],
  };
}

function floorChanged(state: CarryState, floor: Floor): CarryStep {
  const { carrying } = state;
  if (!carrying) return stay(state);
  if (liftObstacle(floor, carrying.dimm) !== null || floor.dimms.get(carrying.dimm)?.place !== carrying.home)
    return putBack(state);
  if (carrying.over !== null && placeObstacle(floor, carrying.dimm, carrying.over) !== null)
    return stay({ ...state, carrying: { ...carrying, over: null } });
  return stay(state);
}

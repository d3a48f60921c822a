/**
 * Plays a talk on a playground. At every place (a scene, and how many of its cues were played) the machine is the same one,
 * to the bit, whichever way led there: cues are stretches with exact ends, and between them time stands still. So two
 * windows that are at the same place can compare the hashes of their machines.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Playground } from "../client/playground.ts";
import type { Command } from "../engine/time/commands.ts";
import type { ErrnoName } from "../engine/chronicle/outcome.ts";
import type { PlaceInTime } from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { type Cue, LONGEST_CUE, type Place, type Scene, type Talk } from "./format.ts";

/** A command of a cue, and what became of it; `undefined`: it runs. */
export interface Done {
  readonly command: Command;
  readonly outcome: ErrnoName | null | undefined;
  /** Number of the cue that gave it, from 1. */
  readonly cue: number;
}

export interface TalkState {
  /** Where the machine is, or is on its way to. */
  readonly place: Place;
  /** A cue is being played. */
  readonly playing: boolean;
  /** A machine is being made that was not there. */
  readonly coming: boolean;
  /** Of the machine at the place; `null` while it is on its way. */
  readonly hash: string | null;
  /** Simulated time of the last place that it was at, ns. */
  readonly at: number;
  /** Commands of this scene so far. */
  readonly done: readonly Done[];
  /** Block whose culprit is pointed at. */
  readonly pointed: string | null;
}

/** What the machine was like after each cue that was played. */
interface Kept {
  readonly at: PlaceInTime;
  readonly hash: string;
  readonly done: readonly Done[];
  readonly rewound: boolean;
}

const NOWHERE: Place = { scene: -1, cue: 0 };
/** So often a machine that was lost is made again before somebody asks for it once more. */
const MOST_TRIES = 3;
/** Simulated ns a real ns where a cue doesn't say. */
const USUAL_SPEED = 1 / 16;
const AS_FAST_AS_POSSIBLE = 1000;

/** The scenario with which a scene's machine begins, and the scenes whose cues lead to the scene's start. */
export function startOf(
  talk: Talk,
  number: number,
): { readonly scenario: Scenario; readonly before: readonly Scene[] } {
  const scene = talk.scenes[number];
  if (!scene) throw new Error(`no scene ${number}`);
  const { machine } = scene;
  if (!("after" in machine)) return { scenario: { ...machine, script: [], focus: { speed: 0 } }, before: [] };
  const last = talk.scenes.findIndex(({ id }) => id === machine.after);
  const { scenario, before } = startOf(talk, last);
  return { scenario, before: [...before, talk.scenes[last] as Scene] };
}

export class TalkPlayer {
  readonly talk: Talk;
  readonly playground: Playground;
  readonly store: StoreApi<TalkState>;
  readonly #load: (scenario: Scenario) => void;
  readonly #timer: (callback: () => void, milliseconds: number) => () => void;
  /** After 0, 1, 2… cues of the scene. */
  #kept: Kept[] = [];
  /** What is asked is done in its order. */
  #queue: Promise<void> = Promise.resolve();
  #closed = false;
  /** What is played is to be over at once. */
  #hurried = false;
  #frozen = false;
  /** Of the cue that is played. */
  #speed = USUAL_SPEED;
  #cancel: () => void = () => {};
  /** Newest wish: those before it are hurried. */
  #wishes = 0;

  /** `load` gives the playground a scenario to build. */
  constructor(
    talk: Talk,
    playground: Playground,
    load: (scenario: Scenario) => void,
    timer: (callback: () => void, milliseconds: number) => () => void = (callback, milliseconds) => {
      const waiting = setTimeout(callback, milliseconds);
      return () => clearTimeout(waiting);
    },
  ) {
    this.talk = talk;
    this.playground = playground;
    this.#load = load;
    this.#timer = timer;
    this.store = createStore<TalkState>(() => ({
      place: NOWHERE,
      playing: false,
      coming: true,
      hash: null,
      at: 0,
      done: [],
      pointed: null,
    }));
  }

  get scene(): Scene {
    const scene = this.talk.scenes[Math.max(0, this.store.getState().place.scene)];
    if (!scene) throw new Error("a talk without scenes");
    return scene;
  }

  /** Plays what is played to its end at once. */
  finish(): void {
    if (!this.store.getState().playing) return;
    this.#hurried = true;
    this.#frozen = false;
    this.playground.hurry(AS_FAST_AS_POSSIBLE);
  }

  /** Where one click further, or back, leads; `null` at either end. */
  next(step: 1 | -1, { scene, cue }: Place = this.store.getState().place): Place | null {
    const cues = this.talk.scenes[scene]?.cues.length ?? 0;
    if (step > 0 && cue < cues) return { scene, cue: cue + 1 };
    if (step > 0) return scene + 1 < this.talk.scenes.length ? { scene: scene + 1, cue: 0 } : null;
    if (cue > 0) return { scene, cue: cue - 1 };
    const before = this.talk.scenes[scene - 1];
    return before ? { scene: scene - 1, cue: before.cues.length } : null;
  }

  /** Goes to a place; only the very next cue is played for those who watch. What is on its way is finished first. */
  goTo(place: Place): Promise<void> {
    this.#wishes++;
    const wish = this.#wishes;
    this.finish();
    this.#queue = this.#queue.then(async () => {
      await this.#go(place, wish);
      // A simulator that went silent was replaced, and the talk's machine is not there: it is made again.
      for (let tries = 0; this.#isLost && this.#has(place) && wish === this.#wishes && tries < MOST_TRIES; tries++) {
        this.store.setState({ place: NOWHERE });
        await this.#go(place, wish);
      }
    });
    return this.#queue;
  }

  /** Lets time stand still in the middle of a cue, or go on. */
  freeze(frozen: boolean): void {
    this.#frozen = frozen;
    if (!this.store.getState().playing) return;
    this.playground.hurry(frozen ? 0 : this.#hurried ? AS_FAST_AS_POSSIBLE : this.#speed);
    if (!frozen) this.#limit();
  }

  /** Makes the machine anew, and goes to a place. */
  again(place: Place): Promise<void> {
    this.finish();
    this.#queue = this.#queue.then(() => {
      this.store.setState({ place: NOWHERE });
    });
    return this.goTo(place);
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  /** Nothing is on its way any more, and nothing is known of the machine. */
  get #isLost(): boolean {
    return !this.#closed && this.store.getState().hash === null;
  }

  #has({ scene, cue }: Place): boolean {
    const cues = this.talk.scenes[scene]?.cues;
    return cues !== undefined && cue <= cues.length;
  }

  async #go(place: Place, wish: number): Promise<void> {
    const now = this.store.getState().place;
    if (this.#closed || (now.scene === place.scene && now.cue === place.cue)) return;
    const cues = this.talk.scenes[place.scene]?.cues;
    if (!cues || !this.#has(place)) return;
    if (now.scene !== place.scene) await this.#begin(place.scene, now);
    if (this.store.getState().place.cue > place.cue) await this.#back(place.cue);
    const from = this.store.getState().place.cue;
    for (let cue = from; cue < place.cue; cue++) {
      if (cue > from && this.#isLost) return;
      // Who only passes by doesn't wait.
      const watched = place.cue - from === 1 && now.scene === place.scene && wish === this.#wishes;
      await this.#play(cues[cue] as Cue, cue + 1, watched);
    }
  }

  /** The machine at the start of a scene. */
  async #begin(scene: number, from: Place): Promise<void> {
    const { scenario, before } = startOf(this.talk, scene);
    const last = this.talk.scenes[from.scene];
    // One that goes on with the machine has it already.
    const isThere = last !== undefined && from.cue === last.cues.length && !this.#isLost;
    const goesOn = isThere && before.at(-1)?.id === last.id;
    this.store.setState({ place: { scene, cue: 0 }, hash: null, done: [], pointed: null, coming: true });
    if (!goesOn) {
      this.#load(scenario);
      for (const one of before) {
        for (const [i, cue] of one.cues.entries()) if (!(await this.#run(cue, i + 1, AS_FAST_AS_POSSIBLE))) return;
      }
    }
    this.#kept = [];
    this.store.setState({ done: [] });
    await this.#keep(false);
    this.store.setState({ coming: false });
  }

  async #back(cue: number): Promise<void> {
    const kept = this.#kept[cue];
    const rewound = this.#kept.slice(cue + 1).some((one) => one.rewound);
    if (!kept) return;
    this.store.setState({ hash: null, coming: true });
    if (rewound) await this.playground.travel("redo");
    // What was only said or pointed at left the machine where it was.
    if (!isSame(this.#kept.at(-1)?.at, kept.at)) await this.playground.goTo(kept.at);
    this.#kept.length = cue + 1;
    const { scene } = this.store.getState().place;
    const pointed = this.talk.scenes[scene]?.cues.slice(0, cue).findLast(({ point }) => point)?.point?.block ?? null;
    this.store.setState({
      place: { scene, cue },
      done: kept.done,
      pointed,
      coming: false,
      hash: (await this.playground.past())?.hash ?? null,
      at: kept.at.instant.at,
    });
  }

  async #play(cue: Cue, number: number, watched: boolean): Promise<void> {
    const { scene } = this.store.getState().place;
    this.store.setState({ place: { scene, cue: number }, hash: null, playing: cue.run !== undefined });
    const speed = watched ? (cue.speed ?? USUAL_SPEED) : AS_FAST_AS_POSSIBLE;
    this.#hurried = false;
    this.#speed = speed;
    this.#limit();
    const ran = await this.#run(cue, number, speed);
    this.#cancel();
    if (cue.point) this.store.setState({ pointed: cue.point.block });
    this.store.setState({ playing: false });
    if (ran) await this.#keep(cue.rewind !== undefined);
  }

  /** An audience waits so long, and no longer. */
  #limit(): void {
    this.#cancel();
    this.#cancel = this.#timer(() => {
      if (!this.#frozen) this.finish();
    }, LONGEST_CUE * 900);
  }

  /** False: the machine was lost on the way. */
  async #run(cue: Cue, number: number, speed: number): Promise<boolean> {
    for (const [i, step] of (cue.run ?? []).entries()) {
      const before = this.store.getState().done;
      this.store.setState({
        done: [...before, ...step.do.map((command) => ({ command, outcome: undefined, cue: number }))],
      });
      const stretched = await this.playground.stretch(step.do, {
        length: step.for ?? null,
        speed: this.#hurried ? AS_FAST_AS_POSSIBLE : speed,
        follows: i > 0,
      });
      if (!stretched) return false;
      const done = step.do.map((command, at) => ({ command, outcome: stretched.outcomes[at] ?? null, cue: number }));
      this.store.setState({ done: [...before, ...done] });
    }
    if (cue.rewind) {
      // Its records come with a frame.
      await this.playground.whenIdle();
      const attempt = this.playground.store.getState().records.block[cue.rewind.block]?.attempt;
      if (attempt) await this.playground.travel({ culprit: attempt });
    }
    return true;
  }

  /** Takes down where the machine is: time stands still there. */
  async #keep(rewound: boolean): Promise<void> {
    const past = rewound ? await this.playground.past() : null;
    const stretched = rewound ? null : await this.playground.stretch([], { length: 0, speed: 0, follows: true });
    const hash = past?.hash ?? stretched?.hash ?? null;
    const at = past ? (this.#kept.at(-1)?.at ?? null) : (stretched?.place ?? null);
    if (at && hash !== null) this.#kept.push({ at, hash, done: this.store.getState().done, rewound });
    this.store.setState({ hash, at: at?.instant.at ?? 0 });
  }
}

const isSame = (a: PlaceInTime | undefined, b: PlaceInTime): boolean =>
  a?.entries === b.entries && a.instant.step === b.instant.step && a.instant.at === b.instant.at;

/**
 * The page's own time: whether it shows the present or an instant of the seen past, and how it goes from one to the other.
 * While it shows the past the machine stands still, and what comes of it all the same is recorded and kept for the return.
 */
import { pruneSelection } from "../apply-frame.ts";
import type { Frame, PlaceInTime } from "../../protocol/messages.ts";
import type { PlaygroundState } from "../playground.ts";
import { Film, type Scene } from "./film.ts";
import type { Shown } from "./shot.ts";

/** What the reel needs of the playground whose past it shows. */
export interface ReelHost {
  shown(): PlaygroundState;
  /** Lets the machine's time pass at this speed, whatever the page shows. */
  run(speed: number): void;
  /** Something is to be shown in the next display frame. */
  requestFrame(): void;
  /** Takes the machine to a place; false when it can't go there. */
  travel(place: PlaceInTime): Promise<boolean>;
  /** Views of the present want their maps again. */
  returned(): void;
}

/** What is new on the page with a display frame. */
export interface Showing {
  readonly state: Partial<PlaygroundState> | null;
  readonly changedBlocks: readonly string[];
  readonly pagesChanged: boolean;
}

export interface Bookmark {
  /** Of the shot. */
  readonly id: number;
  readonly at: number;
  readonly name: string;
}

/** The functions that operations are in, as a text. */
export const callsText = (calls: PlaygroundState["calls"]): string =>
  calls.map(({ op, stack }) => `${op} ${stack.join()}`).join(";");

const NOTHING: Showing = { state: null, changedBlocks: [], pagesChanged: false };

export class Reel {
  #film = new Film();
  /**
   * The first frame of a machine: of a large one there is so much to record that it is shown before that, and recorded when the next
   * comes, or when somebody asks for the film; in no display frame.
   */
  #unrecorded: { readonly frame: Frame; readonly state: PlaygroundState; readonly pagesOf: string | null } | null =
    null;
  /** The machine is on its way to another instant: how much of that is behind, from 0 to 1. */
  underway: number | null = null;
  /** Oldest first. */
  bookmarks: readonly Bookmark[] = [];
  readonly #host: ReelHost;
  readonly #listeners = new Set<() => void>();
  /** The present, while the past is shown. */
  #present: PlaygroundState | null = null;
  #scene: Scene | null = null;
  #wanted: number | null = null;
  /** The return is shown with the next display frame. */
  #returns = false;
  /** The machine is on its way to the instant that is shown. */
  #follows = false;
  /** The speed to go on with. */
  #speed = 0;
  /** The film plays: so fast, and it has come to this time. */
  #playing: { readonly speed: number; at: number } | null = null;
  /** The person selected something while the past was shown. */
  #chosen = false;

  constructor(host: ReelHost) {
    this.#host = host;
  }

  /** All that was shown. */
  get film(): Film {
    this.catchUp();
    return this.#film;
  }

  /** What was undone last, as it was shown last; asking for it leaves the first frame for later. */
  get future(): Shown | null {
    return this.#film.future;
  }

  /** Records what was shown before it was recorded; to be called before its maps become those of another frame. */
  catchUp(): void {
    const waits = this.#unrecorded;
    this.#unrecorded = null;
    if (waits) this.#film.take(waits.frame, waits.state, waits.pagesOf);
  }

  /** The present, where it is not what is shown. */
  get present(): PlaygroundState | null {
    return this.#present;
  }

  /** The instant that is shown, `null` for the present. */
  get scene(): Scene | null {
    return this.#scene;
  }

  /** The speed before the past was shown; one that passes. */
  get usualSpeed(): number {
    return this.#speed > 0 ? this.#speed : 1;
  }

  /** The film plays from the present towards its beginning. */
  get backward(): boolean {
    return this.#playing !== null && this.#playing.speed < 0;
  }

  get playing(): boolean {
    return this.#playing !== null;
  }

  /** Another machine: nothing of this one is kept. */
  reset(): void {
    this.#film = new Film(this.#film.budget);
    this.#unrecorded = null;
    this.bookmarks = [];
    this.#forget();
  }

  /** Shows an instant in the next display frame. The last one is the present. */
  goTo(index: number): void {
    this.#playing = null;
    this.#go(index);
  }

  #go(index: number): void {
    if (this.film.length === 0 || this.#follows) return;
    if (index >= this.film.length - 1) {
      this.leave();
      return;
    }
    this.#enter();
    this.#returns = false;
    this.#wanted = Math.max(0, index);
    this.#host.requestFrame();
  }

  /** So many shots on or back from the one that is shown. */
  step(by: number): void {
    this.goTo((this.#wanted ?? this.#scene?.index ?? this.film.length - 1) + by);
  }

  /** On or back to where operations were in other functions; where nothing runs, to the picture after that one. */
  stepFunction(way: 1 | -1): void {
    const { film } = this;
    const from = this.#wanted ?? this.#scene?.index ?? film.length - 1;
    const here = callsText(film.callsAt(from));
    let to = from + way;
    if (here !== "") while (to > 0 && to < film.length - 1 && callsText(film.callsAt(to)) === here) to += way;
    this.goTo(to);
  }

  #enter(): void {
    if (this.#present) return;
    const shown = this.#host.shown();
    this.#present = shown;
    this.#speed = shown.speed;
    this.#chosen = false;
    this.#host.run(0);
  }

  /** Back to the present, which goes on as it did. */
  leave(): void {
    if (!this.#present || this.#follows) return;
    this.#playing = null;
    this.#wanted = null;
    this.#returns = true;
    this.#host.requestFrame();
  }

  /** Plays what was seen from here on, and goes on with the machine where that ends; at speed 0 it stands. */
  play(speed: number): void {
    const from = this.#scene?.place.instant.at;
    if (speed > 0) this.#speed = speed;
    this.#playing = speed > 0 && from !== undefined ? { speed, at: from } : null;
    this.#host.requestFrame();
  }

  /** Plays what was seen backward from here, up to its beginning, where it stands. */
  playBack(speed: number): void {
    const { film } = this;
    if (film.length < 2 || this.#follows || speed <= 0) return;
    this.#enter();
    this.#returns = false;
    this.#wanted = null;
    this.#speed = speed;
    this.#playing = { speed: -speed, at: this.#scene?.place.instant.at ?? film.at(film.length - 1) };
    this.#host.requestFrame();
  }

  select(): void {
    this.#chosen = true;
  }

  /** Takes the machine to the instant that is shown, so that it goes on from there. False when it can't go there. */
  async follow(): Promise<boolean> {
    if (!this.#present || this.#returns || !this.#scene) return true;
    this.#playing = null;
    this.#follows = true;
    const went = await this.#host.travel(this.#scene.place);
    // Gone there, it tells of itself in a frame that begins anew.
    if (!went) this.#follows = false;
    return went;
  }

  /** Calls back when bookmarks change, and as the machine goes its way; returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** A bookmark at what is shown; or, where there is one, none any more. */
  bookmark(name: (at: number) => string): void {
    const { film } = this;
    const index = this.#scene?.index ?? film.length - 1;
    if (index < 0) return;
    const { id, place } = film.seek(index);
    const there = this.bookmarks.some((one) => one.id === id);
    film.keep(index, !there);
    const others = this.bookmarks.filter((one) => one.id !== id);
    this.bookmarks = there
      ? others
      : [...others, { id, at: place.instant.at, name: name(place.instant.at) }].sort((a, b) => a.id - b.id);
    for (const tell of this.#listeners) tell();
  }

  /**
   * What a display frame shows: a frame that came is taken up (`state`: the present after it, `null` when only its maps
   * are news), and what is to be shown of the past.
   */
  show(
    elapsed: number,
    frame: Frame | null,
    state: PlaygroundState | null,
    live: Showing,
    pagesOf: string | null,
  ): Showing {
    if (frame) this.catchUp();
    this.#hearUnderway(frame);
    if (frame && frame.underway === undefined) {
      const present = state ?? this.#present ?? this.#host.shown();
      const taken = { frame, state: { ...present, now: frame.now }, pagesOf };
      if (this.#film.length === 0) this.#unrecorded = taken;
      else this.#film.take(taken.frame, taken.state, pagesOf);
      if (frame.anew && this.#follows) {
        const speed = this.#speed;
        this.#forget();
        this.#host.run(speed);
        const { selection } = this.#host.shown();
        this.#host.returned();
        const kept = pruneSelection(selection, present.records);
        return { ...live, state: { ...present, speed, selection: kept, cursor: null } };
      }
      if (this.#present && state) this.#present = state;
    }
    if (!this.#present) return live;
    if (this.#returns) return this.#return(this.#present);
    this.#playOn(elapsed);
    if (this.#wanted === null) return NOTHING;
    return this.#showScene(this.#wanted);
  }

  #hearUnderway(frame: Frame | null): void {
    const underway = frame ? (frame.underway ?? null) : this.underway;
    if (underway === this.underway) return;
    this.underway = underway;
    for (const tell of this.#listeners) tell();
  }

  #playOn(elapsed: number): void {
    if (!this.#playing) return;
    const { speed } = this.#playing;
    this.#playing.at += elapsed * 1e6 * speed;
    const { film } = this;
    const there = film.indexAt(this.#playing.at);
    // Backward the last picture is the present, which it comes from; before the first there is none.
    const index = speed < 0 ? Math.min(there, film.length - 2) : there;
    if (speed < 0 && this.#playing.at <= film.at(0)) this.#playing = null;
    if (index !== this.#scene?.index || this.#playing === null) this.#go(index);
    else this.#host.requestFrame();
  }

  #showScene(wanted: number): Showing {
    this.#wanted = null;
    const scene = this.film.seek(Math.min(wanted, this.film.length - 1));
    this.#scene = scene;
    const { now, idle, records, log, looked, calls } = scene;
    const selection = pruneSelection(this.#chosen ? this.#host.shown().selection : scene.selection, records);
    if (this.#playing) this.#host.requestFrame();
    const cursor = { id: scene.id, index: scene.index, at: now };
    return {
      state: { now, idle, records, log, looked, calls, selection, cursor, speed: Math.abs(this.#playing?.speed ?? 0) },
      changedBlocks: Object.keys(records.block),
      pagesChanged: true,
    };
  }

  #return(present: PlaygroundState): Showing {
    const speed = this.#speed;
    const selection = this.#chosen ? pruneSelection(this.#host.shown().selection, present.records) : present.selection;
    this.#forget();
    this.#host.run(speed);
    this.#host.returned();
    return {
      state: { ...present, speed, selection, cursor: null },
      changedBlocks: Object.keys(present.records.block),
      pagesChanged: true,
    };
  }

  #forget(): void {
    this.#present = null;
    this.#scene = null;
    this.#wanted = null;
    this.#returns = false;
    this.#follows = false;
    this.#playing = null;
  }
}

/**
 * Other instants than the one at which the machine stands: the seen past that is shown, whose code is fetched when it is
 * first asked for, and the ways on which the machine itself goes elsewhere. Whoever goes on from the present leaves the past.
 */
import type { StoreApi } from "zustand/vanilla";
import type { Command } from "../engine/time/commands.ts";
import type { PlaceInTime, Stretched } from "../protocol/messages.ts";
import type { Reel } from "./film/reel.ts";
import type { FrameScheduler } from "./frame-scheduler.ts";
import type { PageMaps } from "./page-maps.ts";
import type { Playground, PlaygroundState } from "./playground.ts";
import type { SimulatorLine } from "./simulator-line.ts";

/** Those of a playground's ways that lead to another instant, or to the speed at which time passes. */
export type Ways = Pick<Playground, "travel" | "stretch" | "step" | "hurry" | "goTo" | "setSpeed" | "reel">;

export interface TimeTravelParts {
  readonly store: StoreApi<PlaygroundState>;
  readonly line: SimulatorLine;
  readonly scheduler: FrameScheduler;
  readonly maps: PageMaps;
  /** Something is to be shown in the next display frame. */
  requestFrame(): void;
  /** Views of the present want their maps again. */
  watch(): void;
}

export class TimeTravel implements Ways {
  /** Of the last frame that was shown. */
  place: PlaceInTime | null = null;
  #reel: Reel | null = null;
  #toCome: Promise<Reel> | null = null;
  readonly #parts: TimeTravelParts;

  constructor(parts: TimeTravelParts) {
    this.#parts = parts;
  }

  /** `null` until somebody asked for it and it came. */
  get loaded(): Reel | null {
    return this.#reel;
  }

  /** The reel, while it shows the past. */
  get past(): Reel | null {
    return this.#reel?.present ? this.#reel : null;
  }

  /** The present, whatever is shown. */
  get present(): PlaygroundState {
    return this.#reel?.present ?? this.#parts.store.getState();
  }

  /** Leaves the past for the present. */
  async #leave(reel: Reel): Promise<void> {
    reel.leave();
    while (reel.present) await new Promise<void>((resolve) => this.#parts.scheduler.nextFrame(resolve));
  }

  async travel(to: "undo" | "redo" | { readonly culprit: string }): Promise<boolean> {
    if (this.past) await this.#leave(this.past);
    const { store, line } = this.#parts;
    const { speed } = store.getState();
    if (typeof to === "object") this.setSpeed(0);
    const { went, what, at } = await line.ask("travel", (id) =>
      typeof to === "string" ? { type: to, id } : { type: "culprit", id, attempt: Number(to.culprit) },
    );
    if (went !== null) store.setState({ travelled: { went, what, at } });
    else if (typeof to === "object") this.setSpeed(speed);
    return went !== null;
  }

  async stretch(
    commands: readonly Command[],
    { length, speed, follows = false }: Parameters<Playground["stretch"]>[1],
  ): Promise<Stretched | null> {
    if (this.past) await this.#leave(this.past);
    const { store, line } = this.#parts;
    store.setState({ speed });
    const how = { type: "stretch", commands, length, speed, follows } as const;
    const { stretched } = await line.ask("stretch", (id) => ({ ...how, id }));
    if (stretched) store.setState({ speed: 0 });
    return stretched;
  }

  async step(): Promise<boolean> {
    if (this.past) await this.#leave(this.past);
    const { store, line } = this.#parts;
    store.setState({ speed: 0 });
    return (await line.ask("step", (id) => ({ type: "step", id }))).stepped;
  }

  hurry(speed: number): void {
    this.#parts.line.post({ type: "speed", speed, stretch: true });
  }

  async goTo(place: PlaceInTime): Promise<boolean> {
    if (this.past) await this.#leave(this.past);
    this.setSpeed(0);
    return this.#go(place);
  }

  setSpeed(speed: number): void {
    const { past } = this;
    if (past) past.play(speed);
    else this.#parts.line.post({ type: "speed", speed });
    this.#parts.store.setState({ speed });
  }

  reel(): Promise<Reel> {
    this.#toCome ??= import("./film/reel.ts").then(
      ({ Reel }) => {
        const { store, line, maps, requestFrame, watch } = this.#parts;
        const reel = new Reel({
          shown: () => store.getState(),
          run: (speed) => line.post({ type: "speed", speed }),
          requestFrame,
          travel: (place) => this.#go(place),
          returned: watch,
        });
        const state = store.getState();
        if (this.place && state.status === "running")
          reel.film.begin(
            state,
            this.place,
            () => maps.pages,
            (block) => maps.pageblocks(block),
          );
        this.#reel = reel;
        return reel;
      },
      (error: unknown) => {
        this.#toCome = null;
        throw error;
      },
    );
    return this.#toCome;
  }

  async #go(place: PlaceInTime): Promise<boolean> {
    return (await this.#parts.line.ask("travel", (id) => ({ type: "goto", id, place }))).went !== null;
  }
}

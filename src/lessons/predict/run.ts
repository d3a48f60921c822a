/**
 * An exercise that somebody is in: the workshop makes it, the page's own machine stands there for it, and once an answer has
 * been chosen it does what was asked about, slowly, up to the moment that decides.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Playground } from "../../client/playground.ts";
import type { ErrnoName } from "../../engine/chronicle/outcome.ts";
import type { Exercise, ExerciseName, FromWorkshop } from "./format.ts";
import { observe } from "./observe.ts";
import type { BeginWork } from "./workshop-line.ts";

export interface PredictState {
  readonly name: ExerciseName | null;
  readonly phase: "coming" | "asked" | "running" | "seen" | "broken";
  readonly exercise: Exercise | null;
  /** Index of an option. */
  readonly chosen: number | null;
  /** What the machine did, as it was read off it. */
  readonly saw: string | null;
  readonly outcomes: readonly (ErrnoName | null)[];
  /** Simulated time at which the machine began, ns. */
  readonly begun: number;
  /** Why there is no exercise: a sentence. */
  readonly problem: string | null;
}

const NOTHING: PredictState = {
  name: null,
  phase: "coming",
  exercise: null,
  chosen: null,
  saw: null,
  outcomes: [],
  begun: 0,
  problem: null,
};

/** Real ns that the moves take together. */
const SLOW = 4e9;
/** Simulated ns a real ns where movement is not wanted. */
const AT_ONCE = 100;

export class PredictRun {
  readonly store: StoreApi<PredictState> = createStore<PredictState>(() => NOTHING);
  readonly #playground: Playground;
  readonly #work: BeginWork;
  #end: () => void = () => {};
  /** Counts the exercises: what is late for one is not for the next. */
  #turn = 0;

  constructor(playground: Playground, work: BeginWork) {
    this.#playground = playground;
    this.#work = work;
  }

  /** Begins an exercise, in place of what was there. */
  open(name: ExerciseName): void {
    this.close();
    const turn = ++this.#turn;
    this.store.setState({ ...NOTHING, name }, true);
    this.#end = this.#work({ type: "exercise", name }, (message) => {
      if (turn === this.#turn) void this.#hear(message);
    });
  }

  close(): void {
    this.#turn++;
    this.#end();
    this.#end = () => {};
  }

  choose(option: number): void {
    const { phase, exercise } = this.store.getState();
    if (phase === "asked" && exercise?.options[option]) this.store.setState({ chosen: option });
  }

  /** Lets the machine do it; `slowly`: for somebody who watches. True when the answer was the right one. */
  async see(slowly: boolean): Promise<boolean | null> {
    const { phase, exercise, chosen } = this.store.getState();
    if (phase !== "asked" || !exercise || chosen === null) return null;
    const turn = this.#turn;
    this.store.setState({ phase: "running", begun: this.#playground.store.getState().now });
    const { records: before } = this.#playground.store.getState();
    const takes = exercise.moves.reduce((sum, move) => sum + move.takes, 0);
    const speed = slowly && takes > 0 ? takes / SLOW : AT_ONCE;
    const outcomes: (ErrnoName | null)[] = [];
    for (const [i, move] of exercise.moves.entries()) {
      const how = { length: move.ends ? null : move.takes, speed, follows: i > 0 };
      const stretched = await this.#playground.stretch([move.command], how);
      if (turn !== this.#turn) return null;
      outcomes.push(stretched?.outcomes[0] ?? null);
    }
    // The last of its records come with a frame.
    await this.#playground.whenIdle();
    if (turn !== this.#turn) return null;
    const { records } = this.#playground.store.getState();
    const saw = observe(exercise.observation, { before, records, outcomes });
    this.store.setState({ phase: "seen", saw, outcomes });
    return chosen === exercise.truth;
  }

  /** Plays the rest at once. */
  hurry(): void {
    if (this.store.getState().phase === "running") this.#playground.hurry(AT_ONCE);
  }

  async #hear(message: FromWorkshop): Promise<void> {
    if (message.type === "broke") {
      this.store.setState({ phase: "broken", problem: message.reason });
      return;
    }
    if (message.type !== "exercise") return;
    const turn = this.#turn;
    this.#playground.load(message.exercise.scenario);
    await this.#playground.whenIdle();
    if (turn === this.#turn) this.store.setState({ phase: "asked", exercise: message.exercise });
  }
}

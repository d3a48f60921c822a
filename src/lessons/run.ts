/**
 * A lesson that somebody is in: the book of each instant, how far the steps have come, what was asked and answered. It stands
 * beside the machine and never in its way.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { FrameInfo, Playground } from "../client/playground.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { type Book, note, openBook } from "./book.ts";
import { fillLine } from "./fill.ts";
import type { Lesson, Prediction } from "./format.ts";
import { find } from "./predicates.ts";

/** What was answered to a prediction, and what the copy did. */
export interface Guess {
  readonly chosen: number | null;
  /** `asking`: a copy is at it. */
  readonly asking: boolean;
  /** The options that are true of the copy; `null` before it was asked. */
  readonly truth: readonly number[] | null;
}

export interface RunState {
  /** `null` before the machine is there. */
  readonly book: Book | null;
  /** Which step is shown. */
  readonly step: number;
  /** Hints that were asked for. */
  readonly hints: number;
  readonly guesses: Readonly<Record<string, Guess>>;
  /** The machine is another scenario's. */
  readonly elsewhere: boolean;
  /** Solutions that were looked at. */
  readonly looked: readonly string[];
}

const NO_GUESS: Guess = { chosen: null, asking: false, truth: null };
/** Books that are kept for those who go back in time. */
const KEPT = 400;

export class LessonRun {
  readonly lesson: Lesson;
  readonly scenario: Scenario;
  readonly store: StoreApi<RunState> = createStore<RunState>(() => ({
    book: null,
    step: 0,
    hints: 0,
    guesses: {},
    elsewhere: false,
    looked: [],
  }));
  readonly #playground: Playground;
  readonly #leave: (() => void)[] = [];
  /** Another machine is being made. */
  #starting = true;
  /** Books of earlier instants, oldest first. */
  #past: Pick<RunState, "book" | "step">[] = [];
  /** Told when the machine was made anew or taken back: shells are others then. */
  onAnew: () => void = () => {};

  constructor(playground: Playground, lesson: Lesson, scenario: Scenario) {
    this.#playground = playground;
    this.lesson = lesson;
    this.scenario = scenario;
  }

  /** Makes the lesson's machine, and begins to keep its book. Returns how to leave. */
  begin(): () => void {
    const { view } = this.lesson;
    this.#playground.watchMoments(true);
    this.#leave.push(
      () => this.#playground.watchMoments(false),
      this.#playground.store.subscribe((state) => {
        if (state.status === "starting") this.#starting = true;
      }),
      this.#playground.onFrame((frame) => this.#take(frame)),
    );
    this.restart();
    this.#playground.select({
      ...(view.node !== undefined && { node: view.node }),
      ...(view.block !== undefined && { block: view.block }),
      ...(view.dimm !== undefined && { dimm: view.dimm }),
    });
    return () => {
      for (const leave of this.#leave.splice(0)) leave();
    };
  }

  restart(): void {
    this.#playground.load(this.scenario);
    if (this.lesson.view.speed !== undefined) this.#playground.setSpeed(this.lesson.view.speed);
  }

  hint(): void {
    this.store.setState(({ hints }) => ({ hints: Math.min(this.lesson.hints.length, hints + 1) }));
  }

  /** A step further, or back. */
  go(by: 1 | -1): void {
    const last = Math.max(0, this.lesson.steps.length - 1);
    this.store.setState(({ step }) => ({ step: Math.max(0, Math.min(last, step + by)) }));
  }

  choose({ id }: Prediction, option: number): void {
    this.#guess(id, { ...NO_GUESS, chosen: option });
  }

  /** Lets a copy settle it. */
  async see(asked: Prediction): Promise<void> {
    const { chosen } = this.store.getState().guesses[asked.id] ?? NO_GUESS;
    this.#guess(asked.id, { chosen, asking: true, truth: null });
    const { records } = this.#playground.store.getState();
    const moves = asked.commands.map((move) => (typeof move === "string" ? fillLine(move, records) : move));
    const rehearsal = await this.#playground.rehearse(this.lesson.partition, moves);
    const world = rehearsal && { records: rehearsal.records, last: rehearsal.acts.at(-1) ?? null };
    const truth = world ? asked.options.flatMap(({ when }, i) => (find(when, world).holds ? [i] : [])) : null;
    this.#guess(asked.id, { chosen, asking: false, truth });
  }

  look(solution: string): void {
    this.store.setState(({ looked }) => ({ looked: looked.includes(solution) ? looked : [...looked, solution] }));
  }

  #guess(id: string, guess: Guess): void {
    this.store.setState(({ guesses }) => ({ guesses: { ...guesses, [id]: guess } }));
  }

  #take({ now, news, anew, moments }: FrameInfo): void {
    const { status, scenario, records } = this.#playground.store.getState();
    if (status !== "running") return;
    if (this.#starting) {
      this.#starting = false;
      this.#past = [];
      const elsewhere = scenario !== this.scenario.name;
      this.store.setState({
        book: elsewhere ? null : openBook(this.lesson, now, records),
        step: 0,
        guesses: {},
        elsewhere,
      });
      this.onAnew();
      return;
    }
    const before = this.store.getState();
    if (before.elsewhere || !before.book) return;
    let { book, step } = before;
    if (anew) {
      while (this.#past.length > 1 && (this.#past.at(-1)?.book?.at ?? 0) > now) this.#past.pop();
      const then = this.#past.at(-1);
      book = then?.book ?? book;
      step = then?.step ?? step;
      this.onAnew();
    } else for (const moment of moments) book = note(this.lesson, book, moment);
    if (!news && !anew && moments.length === 0) return;
    book = note(this.lesson, book, { at: now, records, acts: [] });
    for (let until = this.lesson.steps[step]?.until; until; until = this.lesson.steps[step]?.until) {
      if (!find(until, { records, last: book.last }).holds || step + 1 >= this.lesson.steps.length) break;
      step++;
    }
    this.store.setState({ book, step });
    if (this.#past.length === 0) this.#past.push(before);
    this.#past.push({ book, step });
    if (this.#past.length > KEPT) this.#past.splice(1, 1);
  }
}

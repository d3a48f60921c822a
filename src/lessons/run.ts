/**
 * A lesson that somebody is in: the book of each instant, how far the steps have come, what was asked and answered. It stands
 * beside the machine and never in its way.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { NO_RECORDS } from "../client/apply-frame.ts";
import type { FrameInfo, Playground, PlaygroundState, RecordTables } from "../client/playground.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { type Book, note, notePointing, openBook } from "./book.ts";
import { type Boot, bootedWith } from "./boot.ts";
import type { Lesson, Prediction } from "./format.ts";
import { followedTo, type Pointing } from "./pointing.ts";
import { find } from "./predicates.ts";
import { type Worked, type WorkedCopy, work } from "./worked.ts";

/** What was answered to a prediction, and what copies did. */
export interface Guess {
  readonly chosen: number | null;
  /** Copies are at it. */
  readonly asking: boolean;
  /** What was seen before the question; `null` before it was looked at. */
  readonly watched: readonly WorkedCopy[] | null;
  /** All of it; `null` before the question was answered. */
  readonly seen: Worked | null;
  /** No copy could be made to answer. */
  readonly failed: boolean;
}

export interface RunState {
  /** `null` before the machine is there. */
  readonly book: Book | null;
  /** Which step is shown. */
  readonly step: number;
  /** Hints that were asked for. */
  readonly hints: number;
  readonly guesses: Readonly<Record<string, Guess>>;
  /** How the reader had it booted; `null`: as the lesson has it. */
  readonly boot: Boot | null;
  /** The machine is another scenario's. */
  readonly elsewhere: boolean;
  /** Solutions that were looked at. */
  readonly looked: readonly string[];
  /** What was pointed at last, and whether a goal was reached by it. */
  readonly pointed: { readonly thing: Pointing; readonly hit: boolean } | null;
}

/** The book at an instant. */
interface Page {
  readonly book: Book;
  readonly step: number;
}

const NO_GUESS: Guess = { chosen: null, asking: false, watched: null, seen: null, failed: false };
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
    boot: null,
    elsewhere: false,
    looked: [],
    pointed: null,
  }));
  readonly #playground: Playground;
  readonly #leave: (() => void)[] = [];
  /** Another machine is being made. */
  #starting = true;
  /** The machine as the lesson found it. */
  #begun: RecordTables = NO_RECORDS;
  /** Books of earlier instants, oldest first. */
  #past: Page[] = [];
  /** Where the present left those that came later, after a way back. */
  #branch: number | null = null;
  /** A picture of the past was what was shown last. */
  #wasInPast = false;
  /** Told when the machine was made anew or taken back: shells are others then. */
  onAnew: () => void = () => {};

  constructor(playground: Playground, lesson: Lesson, scenario: Scenario) {
    this.#playground = playground;
    this.lesson = lesson;
    this.scenario = scenario;
  }

  /** Makes the lesson's machine, and begins to keep its book. Returns how to leave. */
  begin(): () => void {
    this.#playground.watchMoments(true);
    this.#leave.push(
      () => this.#playground.watchMoments(false),
      this.#playground.store.subscribe((state, { looked }) => {
        if (state.status === "starting") this.#starting = true;
        if (state.looked !== looked) this.#follow(state.looked);
      }),
      this.#playground.onFrame((frame) => this.#take(frame)),
    );
    this.restart();
    return () => {
      for (const leave of this.#leave.splice(0)) leave();
    };
  }

  /** Makes the machine anew, booted as it was, or otherwise. */
  restart(boot: Boot | null = this.store.getState().boot): void {
    this.store.setState({ boot });
    this.#playground.load(boot ? bootedWith(this.scenario, this.lesson.partition, boot) : this.scenario);
    this.#select();
    if (this.lesson.view.speed !== undefined) this.#playground.setSpeed(this.lesson.view.speed);
  }

  #select(): void {
    const { node, block, dimm } = this.lesson.view;
    this.#playground.select({
      ...(node !== undefined && { node }),
      ...(block !== undefined && { block }),
      ...(dimm !== undefined && { dimm }),
    });
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
    this.#guess(id, { chosen: option, seen: null, failed: false });
  }

  /** Lets copies run up to the question. */
  async watch(asked: Prediction): Promise<void> {
    this.#guess(asked.id, { asking: true, failed: false });
    const worked = await this.#work(asked, "question");
    this.#guess(asked.id, { asking: false, watched: worked?.copies ?? null, failed: worked === null });
  }

  /** Lets a copy settle it. */
  async see(asked: Prediction): Promise<void> {
    this.#guess(asked.id, { asking: true, failed: false });
    const seen = await this.#work(asked, "end");
    this.#guess(asked.id, { asking: false, seen, failed: seen === null });
  }

  #work(asked: Prediction, until: "question" | "end"): Promise<Worked | null> {
    const { scenario, lesson } = this;
    return work(
      { playground: this.#playground, scenario, partition: lesson.partition, records: this.#begun },
      asked,
      until,
      this.store.getState().guesses[asked.id]?.watched ?? [],
    );
  }

  look(solution: string): void {
    this.store.setState(({ looked }) => ({ looked: looked.includes(solution) ? looked : [...looked, solution] }));
  }

  /** A page that is followed in Migration has come to where it goes: noted where a goal asks for it, and only then. */
  #follow(looked: PlaygroundState["looked"]): void {
    if (looked?.look.of !== "migration") return;
    const { page } = looked.look;
    const { book } = this.store.getState();
    const { records, cursor } = this.#playground.store.getState();
    if (!book || cursor !== null || page?.outcome !== "moved" || page.copy === null) return;
    const thing = followedTo(looked.look.partition, { pfn: page.pfn, copy: page.copy, kind: page.kind }, records);
    const after = notePointing(this.lesson, book, thing, records);
    if (this.lesson.goal.some(({ id }) => after.goals[id]?.ticked && !book.goals[id]?.ticked)) this.point(thing);
  }

  /** Somebody says that this is the cause. The machine goes on as it was. */
  point(thing: Pointing): void {
    const { records, cursor } = this.#playground.store.getState();
    const { book, step } = this.store.getState();
    if (!book || cursor !== null) return;
    const after = notePointing(this.lesson, book, thing, records);
    const hit = this.lesson.goal.some(({ id }) => after.goals[id]?.ticked && !book.goals[id]?.ticked);
    const page = { book: after, step: this.#stepOf(step, after, records) };
    this.store.setState({ ...page, pointed: { thing, hit } });
    this.#keep(page, true);
  }

  #guess(id: string, news: Partial<Guess>): void {
    this.store.setState(({ guesses }) => ({ guesses: { ...guesses, [id]: { ...NO_GUESS, ...guesses[id], ...news } } }));
  }

  #take({ now, news, anew, moments }: FrameInfo): void {
    const { status, scenario, records, cursor } = this.#playground.store.getState();
    if (status !== "running") return;
    if (this.#starting) {
      this.#starting = false;
      this.#past = [];
      this.#branch = null;
      const elsewhere = scenario !== this.scenario.name;
      const book = elsewhere ? null : openBook(this.lesson, now, records);
      this.#begun = records;
      this.store.setState({ book, step: 0, guesses: {}, elsewhere, pointed: null });
      if (book) this.#past.push({ book, step: 0 });
      this.onAnew();
      return;
    }
    const before = this.store.getState();
    if (before.elsewhere || !before.book) return;
    // The book of a picture of the past is opened at its page, and nothing is written.
    if (cursor !== null) {
      this.#wasInPast = true;
      this.store.setState(this.#pageAt(cursor.at) ?? {});
      return;
    }
    let { book, step } = before;
    if (anew || this.#wasInPast) {
      if (anew && !this.#wasInPast) this.onAnew();
      this.#wasInPast = false;
      const then = this.#pageAt(now);
      if (then) ({ book, step } = then);
      const later = this.#past.findIndex((page) => page.book.at > now);
      this.#branch = later < 0 ? null : later;
    }
    for (const moment of anew ? [] : moments) book = note(this.lesson, book, moment);
    if (!news && !anew && moments.length === 0) return;
    book = note(this.lesson, book, { at: now, records, acts: [] });
    step = this.#stepOf(step, book, records);
    this.store.setState({ book, step });
    this.#keep(
      { book, step },
      moments.some(({ acts }) => acts.length > 0),
    );
  }

  /** Steps move on by themselves when what they wait for has come. */
  #stepOf(from: number, book: Book, records: RecordTables): number {
    let step = from;
    for (let until = this.lesson.steps[step]?.until; until; until = this.lesson.steps[step]?.until) {
      if (!find(until, { records, last: book.last, acts: book.done }).holds || step + 1 >= this.lesson.steps.length)
        break;
      step++;
    }
    return step;
  }

  /** Pages of the book that came after a branch are kept for who comes back, until something else is done or later. */
  #keep(page: Page, acted: boolean): void {
    if (this.#branch !== null) {
      if (!acted && (this.#past.at(-1)?.book.at ?? 0) >= page.book.at) return;
      this.#past.splice(this.#branch);
      this.#branch = null;
    }
    this.#past.push(page);
    if (this.#past.length > KEPT) this.#past.splice(1, 1);
  }

  #pageAt(at: number): Page | undefined {
    return this.#past.findLast((page) => page.book.at <= at) ?? this.#past[0];
  }
}

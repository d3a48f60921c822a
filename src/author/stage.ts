/** A lesson's machine outside of a page: the worker's own, and the book that a page would keep of it. */
import { applyPatches, momentsOf, NO_RECORDS } from "../client/apply-frame.ts";
// Machines with rules of udev, or with virtio devices, need their code.
import "../engine/kernel/boot-layout/crash-kernel.ts";
import "../engine/time/restart.ts";
import "../engine/time/swap-commands.ts";
import "../engine/time/udev.ts";
import "../engine/time/virtio-devices.ts";
import type { RecordTables } from "../client/playground.ts";
import { type Book, note, notePointing, openBook } from "../lessons/book.ts";
import { type Boot, bootedWith, isBoot } from "../lessons/boot.ts";
import { fillLine } from "../lessons/fill.ts";
import type { Doing, Lesson } from "../lessons/format.ts";
import type { Deed } from "../lessons/items.ts";
import { isPoint, type Point, pointed, type Pointing, pointingAtNothing } from "../lessons/pointing.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { simNs } from "../engine/units.ts";
import { EngineHost } from "../worker/engine-host.ts";
import { Play } from "../worker/play.ts";
import { Hand, type Turns } from "../worker/rehearsal.ts";

const turns: Turns = {
  clock: () => performance.now(),
  // Browsers know no other way to let others have a turn.
  later: (callback) => void (typeof setImmediate === "function" ? setImmediate(callback) : setTimeout(callback)),
};

interface Conditions {
  readonly seed?: number;
  readonly patience?: number;
}

export class Stage {
  readonly lesson: Lesson;
  book: Book;
  records: RecordTables = NO_RECORDS;
  readonly acts: Deed[] = [];
  #play: Play;
  #hand: Hand;
  readonly #scenario: Scenario;
  readonly #patience: number | undefined;
  /** Looks whether the page that is followed has moved. */
  #following: (() => void) | null = null;

  /** The machine that a lesson finds, with its own seed or another. `patience`: simulated ns that a move gets. */
  constructor(lesson: Lesson, scenario: Scenario, { seed = scenario.seed, patience }: Conditions = {}) {
    this.lesson = lesson;
    this.#scenario = { ...scenario, seed };
    this.#patience = patience;
    ({ play: this.#play, hand: this.#hand } = this.#start(this.#scenario));
    this.book = openBook(lesson, this.#play.engine.now, this.records);
  }

  /** A machine that has done what its scenario begins with. */
  #start(scenario: Scenario): { readonly play: Play; readonly hand: Hand } {
    const play = new Play((given) => new EngineHost(given), scenario);
    play.setUp();
    play.engine.keepMoments(true);
    this.records = applyPatches(NO_RECORDS, play.engine.drainPatches());
    play.engine.drainMoments();
    return { play, hand: new Hand(turns, play, this.#patience) };
  }

  /** Another machine, and a new book of it. */
  #boot(how: Boot): void {
    this.acts.length = 0;
    this.#following = null;
    ({ play: this.#play, hand: this.#hand } = this.#start(bootedWith(this.#scenario, this.lesson.partition, how)));
    this.book = openBook(this.lesson, this.#play.engine.now, this.records);
  }

  /** What its terminals showed. */
  get text(): string {
    return this.#hand.text;
  }

  /** Sentences about what does not agree with itself. */
  audit(): Promise<string[]> {
    return this.#play.engine.audit();
  }

  async make(moves: readonly Doing[]): Promise<void> {
    for (const move of moves) {
      if (isPoint(move)) {
        this.#point(move);
        continue;
      }
      if (isBoot(move)) {
        this.#boot(move);
        continue;
      }
      const filled = typeof move === "string" ? fillLine(move, this.records, this.book.wrong?.items) : move;
      await this.#hand.move(filled, this.lesson.partition);
      this.#catchUp();
    }
  }

  /** Follows a page of a DIMM, as Migration does: one that moves from now on. */
  #follow({ dimm }: Point): void {
    const moved = () =>
      Object.values(this.records.attempt)
        .filter(({ target }) => dimm === undefined || this.#dimmOf(target) === dimm)
        .reduce((sum, { pagesMoved }) => sum + pagesMoved, 0);
    const before = moved();
    this.#following = () => {
      if (moved() <= before) return;
      this.#following = null;
      this.#note({ ...pointingAtNothing(this.lesson.partition), at: "followed", dimm: dimm ?? null });
    };
  }

  /** Of a DIMM's or a block's name, as attempts call what they are about; a block may be gone with its DIMM. */
  #dimmOf(target: string): string | null {
    const number = /^memory(\d+)$/.exec(target)?.[1];
    return number === undefined ? target : (this.records.block[`${this.lesson.partition}:${number}`]?.dimm ?? null);
  }

  #point(move: Point): void {
    if (move.at === "followed") {
      this.#follow(move);
      return;
    }
    const { engine } = this.#play;
    const found = pointed(move, this.lesson.partition, this.records, (partition, pfn) =>
      engine.inspect(partition, pfn),
    );
    if (found) this.#note(found);
  }

  #note(pointing: Pointing): void {
    this.book = notePointing(this.lesson, this.book, pointing, this.records);
    if (this.book.last) this.acts.push(this.book.last);
  }

  /** Lets so many simulated ns pass. */
  wait(ns: number): void {
    this.#play.engine.runUntil(simNs(this.#play.engine.now + ns));
    this.#catchUp();
  }

  #catchUp(): void {
    const { engine } = this.#play;
    const patches = engine.drainPatches();
    const moments = engine.drainMoments();
    for (const moment of momentsOf({ patches, moments }, this.records)) {
      for (const act of moment.acts) this.acts.push(act);
      this.book = note(this.lesson, this.book, moment);
    }
    this.records = applyPatches(this.records, patches);
    this.book = note(this.lesson, this.book, { at: engine.now, records: this.records, acts: [] });
    this.#following?.();
  }
}

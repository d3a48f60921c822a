/**
 * The live past: machines that stopped at other instants of the one that runs, for undo and redo. An operation that is
 * half done can't be copied, so a checkpoint is a machine that was run there by the same journal: one spare follows,
 * in quiet moments, to where the next undo will go.
 */
import type { JournalEntry } from "../engine/time/journal.ts";
import type { Scenario } from "../protocol/scenario.ts";
import type { BuildEngine } from "./engine-port.ts";
import { Play } from "./play.ts";
import { type Goal, Rewind } from "./rewind.ts";

/** Machines that were left by undo and stand by for redo; of what was left before them the journals are kept. */
const STANDING_BY = 2;

/** What was left by an undo. */
interface Future {
  readonly what: string;
  /** The machine; `null` when only what it takes to make it again is kept. */
  readonly play: Play | null;
  readonly causes: readonly JournalEntry[];
  readonly goal: Goal;
}

/** A way to another instant. */
export interface Travel {
  /** What is undone, or done again. */
  readonly what: string;
  /** Goes as far as the budget allows: the machine when it is there, `null` before that. */
  run(budget: { expired(): boolean }): Play | null;
}

export class History {
  readonly #build: BuildEngine;
  readonly #scenario: Scenario;
  /** The last to be left is the first to come back to. */
  #futures: Future[] = [];
  #spare: Rewind | null = null;
  /** The last deed of the machine when a future was left: with another one after it the futures are no longer its own. */
  #lastDeed = -1;

  constructor(build: BuildEngine, scenario: Scenario) {
    this.#build = build;
    this.#scenario = scenario;
  }

  /** What can be undone and done again, in words. */
  offers(play: Play): { readonly undo: string | null; readonly redo: string | null } {
    this.#keepUp(play);
    return { undo: play.deeds.at(-1)?.what ?? null, redo: this.#futures.at(-1)?.what ?? null };
  }

  /** Lets the spare come after the machine that runs, within the budget. */
  follow(play: Play, budget: { expired(): boolean }): void {
    const deed = play.deeds.at(-1);
    if (!deed) return;
    const goal: Goal = { entries: deed.entry, instant: deed.instant };
    if (this.#spare && this.#spare.goal.entries > goal.entries) this.#spare = null;
    if (!this.#spare) this.#spare = this.#to(play.begin, play.engine.journal.slice(0), goal);
    else if (this.#spare.goal.entries < goal.entries) this.#spare.goOn(play.engine.journal.slice(0), goal);
    this.#spare.run(budget);
  }

  /** The way to just before the last deed; `null` when there is none. */
  undo(play: Play): Travel | null {
    const deed = play.deeds.at(-1);
    if (!deed) return null;
    this.#keepUp(play);
    const goal: Goal = { entries: deed.entry, instant: deed.instant };
    const causes = play.engine.journal.slice(0);
    const spare = this.#spare && this.#spare.goal.entries <= goal.entries ? this.#spare : null;
    this.#spare = null;
    spare?.goOn(causes, goal);
    return travel(deed.what, spare ?? this.#to(play.begin, causes, goal), (arrived) => {
      this.#futures.push({
        what: deed.what,
        play,
        causes,
        goal: { entries: causes.length, instant: play.engine.instant },
      });
      this.#retire();
      this.#lastDeed = lastDeedOf(arrived);
    });
  }

  /** The way to where the last undo began; `null` when something else was done since, or nothing undone. */
  redo(play: Play): Travel | null {
    this.#keepUp(play);
    const future = this.#futures.at(-1);
    if (!future) return null;
    const come = (arrived: Play) => {
      this.#futures.pop();
      // What it followed is not the past of what runs now.
      this.#spare = null;
      const before = this.#futures.at(-1);
      this.#lastDeed = before ? lastDeedOf(arrived) : -1;
    };
    if (future.play) {
      const { play: arrived } = future;
      return {
        what: future.what,
        run: () => {
          come(arrived);
          return arrived;
        },
      };
    }
    return travel(future.what, this.#to(play.begin, future.causes, future.goal), come);
  }

  #to(begin: number, causes: readonly JournalEntry[], goal: Goal): Rewind {
    const play = new Play(this.#build, this.#scenario);
    play.begin = begin;
    return new Rewind(play, causes, goal);
  }

  /** Of the machines that stand by only the newest do so as machines. */
  #retire(): void {
    const standing = this.#futures.length - STANDING_BY;
    this.#futures = this.#futures.map((future, i) => (i < standing ? { ...future, play: null } : future));
  }

  #keepUp(play: Play): void {
    if (this.#futures.length > 0 && lastDeedOf(play) !== this.#lastDeed) this.#futures = [];
  }
}

const lastDeedOf = (play: Play): number => play.deeds.at(-1)?.entry ?? -1;

function travel(what: string, rewind: Rewind, arrive: (play: Play) => void): Travel {
  return {
    what,
    run: (budget) => {
      if (!rewind.run(budget)) return null;
      arrive(rewind.play);
      return rewind.play;
    },
  };
}

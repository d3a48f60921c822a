/**
 * The live past: machines that stopped at other instants of the one that runs, for undo and redo. An operation that is
 * half done can't be copied, so a checkpoint is a machine that was run there by the same journal: one spare follows,
 * in quiet moments, to where the next undo will go.
 */
import type { JournalEntry } from "../engine/time/journal.ts";
import type { Answer, Frame } from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";
import type { BuildEngine } from "./engine-port.ts";
import { Play } from "./play.ts";
import { type Goal, Rewind } from "./rewind.ts";

/** Machines that were left by undo and stand by for redo; of what was left before them the journals are kept. */
const STANDING_BY = 2;

/** What was left. */
interface Future {
  /** What was undone; `null` when the machine was only left for an earlier instant. */
  readonly what: string | null;
  /** The machine; `null` when only what it takes to make it again is kept. */
  readonly play: Play | null;
  readonly causes: readonly JournalEntry[];
  readonly goal: Goal;
  /** What was known to come then. */
  readonly ahead: readonly JournalEntry[];
}

/** To just before a deed, to after it again, to an earlier instant, or back from there. */
export type Went = NonNullable<Extract<Answer, { to: "travel" }>["went"]>;

/** A way to another instant. */
export interface Travel {
  readonly went: Went;
  /** What is undone, or done again; empty where nothing is. */
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
  /** What a person had done in the machine when it took the place of the last future: with more, those are not its own. */
  #acts = 0;

  constructor(build: BuildEngine, scenario: Scenario) {
    this.#build = build;
    this.#scenario = scenario;
  }

  /** What can be undone and done again, in words. */
  offers(play: Play): NonNullable<Frame["offers"]> {
    this.#keepUp(play);
    const future = this.#futures.at(-1);
    const back = future?.what === null ? future.goal.instant.at : null;
    return { undo: play.deeds.at(-1)?.what ?? null, redo: future?.what ?? null, back };
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
    return this.#leave(play, deed.what, "before", spare ?? this.#to(play.begin, causes, goal));
  }

  /** The way to where the last undo began; `null` when something else was done since, or nothing undone. */
  redo(play: Play): Travel | null {
    this.#keepUp(play);
    const future = this.#futures.at(-1);
    if (!future) return null;
    const went = future.what === null ? "back" : "after";
    const come = (arrived: Play): Play => {
      this.#futures.pop();
      // What it followed is not the past of what runs now.
      this.#spare = null;
      this.#acts = arrived.acts;
      return arrived;
    };
    const { play: left, what } = future;
    if (left) return { went, what: what ?? "", run: () => come(left) };
    const rewind = this.#to(play.begin, future.causes, future.goal);
    return travel(went, what ?? "", rewind, (arrived) => {
      arrived.expect(future.ahead);
      come(arrived);
    });
  }

  /**
   * The way to the first instant at which the page that an attempt was refused for was what it is; from there on what
   * was done comes again, until a person does something else. `null` when it was so at boot.
   */
  culprit(play: Play, attempt: number): Travel | null {
    const found = play.engine.culprit(attempt);
    if (!found) return null;
    this.#keepUp(play);
    const { partition, pfn, provenance } = found;
    const causes = play.engine.journal.slice(0);
    const rewind = this.#to(play.begin, causes, {
      entries: causes.length,
      instant: play.engine.instant,
      sooner: (engine) => engine.provenance(partition, pfn) === provenance,
    });
    return this.#leave(play, null, "there", rewind);
  }

  /** The way from a machine, which stays behind as a future, along `rewind`. */
  #leave(play: Play, what: string | null, went: Went, rewind: Rewind): Travel {
    const causes = play.engine.journal.slice(0);
    return travel(went, what ?? "", rewind, (arrived) => {
      const goal: Goal = { entries: causes.length, instant: play.engine.instant };
      this.#futures.push({ what, play, causes, goal, ahead: play.ahead });
      const standing = this.#futures.length - STANDING_BY;
      this.#futures = this.#futures.map((future, i) => (i < standing ? { ...future, play: null } : future));
      if (what === null) arrived.expect([...causes.slice(rewind.given), ...play.ahead]);
      this.#acts = arrived.acts;
    });
  }

  #to(begin: number, causes: readonly JournalEntry[], goal: Goal): Rewind {
    const play = new Play(this.#build, this.#scenario);
    play.begin = begin;
    return new Rewind(play, causes, goal);
  }

  #keepUp(play: Play): void {
    if (this.#futures.length > 0 && play.acts !== this.#acts) this.#futures = [];
  }
}

function travel(went: Went, what: string, rewind: Rewind, arrive: (play: Play) => void): Travel {
  return {
    went,
    what,
    run: (budget) => {
      if (!rewind.run(budget)) return null;
      arrive(rewind.play);
      return rewind.play;
    },
  };
}

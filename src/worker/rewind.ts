/** A machine on its way to an instant of another's past: the same scenario, given the same causes at the same places. */
import { isTerminalCommand } from "../engine/time/commands.ts";
import type { Instant, JournalEntry } from "../engine/time/journal.ts";
import type { EnginePort } from "./engine-port.ts";
import type { Play } from "./play.ts";

export interface Goal {
  /** Causes that were given before it. */
  readonly entries: number;
  readonly instant: Instant;
  /** It is reached earlier, after the first step of the machine that makes this true. */
  readonly sooner?: (engine: EnginePort) => boolean;
}

export class Rewind {
  readonly play: Play;
  /** Those that were not given when its goal was set. */
  #causes: readonly JournalEntry[];
  /** How many came before those. */
  #before = 0;
  #goal: Goal;
  #next = 0;
  #there = false;

  /**
   * `play`: has just booted, or been `given` so many of the causes. `causes`: the first ones of the other machine; those
   * beyond the goal are not given.
   */
  constructor(play: Play, causes: readonly JournalEntry[], goal: Goal, given = 0) {
    this.play = play;
    this.#causes = causes;
    this.#goal = goal;
    this.#next = given;
  }

  /** Causes that it was given so far. */
  get given(): number {
    return this.#next;
  }

  get goal(): Goal {
    return this.#goal;
  }

  /** Goes on to a later instant of the same past. `causes`: from the first one on that it was not `given`. */
  goOn(causes: readonly JournalEntry[], goal: Goal): void {
    this.#causes = causes;
    this.#before = this.#next;
    this.#goal = goal;
  }

  /**
   * Goes as far as the budget allows. True when it is there; also false while the code of terminals is on its way, which
   * `play.join()` waits for.
   */
  run(budget: { expired(): boolean }): boolean {
    const { play } = this;
    const sooner = this.#goal.sooner ?? (() => false);
    const halt = {
      expired: () => {
        this.#there ||= sooner(play.engine);
        return this.#there || budget.expired();
      },
    };
    while (this.#next < this.#goal.entries) {
      const cause = this.#causes[this.#next - this.#before];
      if (!cause) throw new Error(`the journal has no entry ${this.#next}`);
      if (isTerminalCommand(cause.command) && !play.terminals) {
        void play.join();
        return false;
      }
      if (!play.engine.advanceTo(cause, halt)) return this.#there;
      play.give(cause);
      this.#next++;
      if (halt.expired()) return this.#there;
    }
    return play.engine.advanceTo(this.#goal.instant, halt) || this.#there;
  }
}

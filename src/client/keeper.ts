/**
 * What a page keeps of its machine, so that another simulator can make it again when the first is gone: what was done to it,
 * as frames tell of it, and the instant that was shown last. More than was shown is not kept: nothing comes back that was
 * not seen.
 */
import type { Instant, JournalEntry } from "../engine/time/journal.ts";
import type { Frame, KeptFuture, Resume } from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";
import type { PlaygroundState } from "./playground.ts";

export interface Kept {
  readonly scenario: Scenario;
  readonly resume: Resume;
}

/** Who breaks again within so many real milliseconds, with nothing done in between, would break for ever. */
const SOON = 15_000;

/** What the page showed of a machine last. */
export type LastShown = Pick<PlaygroundState, "now" | "log" | "records">;

/** A future that was left: a journal, of which a machine is made when somebody asks for it. */
export interface Fork extends Kept {
  /** The how-manieth that was left. */
  readonly number: number;
  /** What a person calls it: then it stays until that person lets go of it. */
  readonly name: string | null;
  /** `null`: nothing was shown of it. */
  readonly shown: LastShown | null;
}

/** The futures beside the present. */
export interface Futures {
  /** All that are kept, oldest first; ./forks.ts says which of them are futures of their own. */
  readonly left: readonly Fork[];
  /** Goes up whenever one comes, goes, or gets another name. */
  readonly revision: number;
  /** Calls back then; returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** Keeps the machine as it is `shown`, by a name that is made of its number. */
  keep(name: (number: number) => string, shown: LastShown): void;
  /** Names one; `null`: it has no name any more. */
  rename(number: number, name: string | null): void;
  /** Lets go of one. */
  forget(number: number): void;
}

/** Futures that are kept at most; the oldest that has no name goes first. */
const MOST_FORKS = 24;

export class Keeper implements Futures {
  #left: Fork[] = [];
  #number = 0;
  revision = 0;
  readonly #listeners = new Set<() => void>();
  #scenario: Scenario | null = null;
  #causes: JournalEntry[] = [];
  #instant: Instant | null = null;
  /** What can be done again, as the simulator has it. */
  #standing: KeptFuture[] = [];
  /** When it was last asked for, and what had been done by then. */
  #last: { readonly at: number; readonly causes: number } | null = null;

  /** Another machine, of which nothing was shown. `left`: what was left of the one before is kept beside it. */
  begin(scenario: Scenario, left: "forgotten" | "kept" = "forgotten", shown: LastShown | null = null): void {
    const before = this.now;
    if (left === "forgotten") this.#left = [];
    else if (before) this.#leave(before, shown);
    this.#scenario = scenario;
    this.#causes = [];
    this.#standing = [];
    this.#instant = null;
    this.#last = null;
    this.#tell();
  }

  /** A frame is shown; `shown`: until now. */
  take(
    {
      anew,
      place,
      causes = [],
      left = [],
      offers = null,
    }: Pick<Frame, "anew" | "place" | "causes" | "left"> & Partial<Pick<Frame, "offers">>,
    shown: LastShown | null = null,
  ): void {
    for (const { what, causes: rest, whole, instant, standing } of left) {
      // It is known up to the last frame, and the rest comes with the first one of what is shown instead.
      const known = whole ? [] : this.#causes;
      const future = { what, causes: [...known, ...rest], instant };
      if (this.#scenario)
        this.#leave({ scenario: this.#scenario, resume: { ...future, terminals: [] } }, whole ? null : shown);
      if (standing > this.#standing.length) this.#standing.push(future);
      else this.#standing.length = standing;
    }
    if (offers && offers.redo === null && offers.back === null) this.#standing = [];
    if (anew) this.#causes = [];
    for (const cause of causes) this.#causes.push(cause);
    this.#instant = place.instant;
    if (anew) this.#tell();
  }

  /** The machine as it was shown last; `null` before the first time. */
  get now(): Kept | null {
    if (!this.#scenario || !this.#instant) return null;
    return { scenario: this.#scenario, resume: { causes: [...this.#causes], instant: this.#instant, terminals: [] } };
  }

  get left(): readonly Fork[] {
    return this.#left;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  keep(name: (number: number) => string, shown: LastShown): void {
    const { now } = this;
    if (now) this.#leave(now, shown, name);
    this.#tell();
  }

  rename(number: number, name: string | null): void {
    this.#left = this.#left.map((fork) => (fork.number === number ? { ...fork, name } : fork));
    this.#tell();
  }

  forget(number: number): void {
    this.#left = this.#left.filter((fork) => fork.number !== number);
    this.#tell();
  }

  #tell(): void {
    this.revision++;
    for (const listener of this.#listeners) listener();
  }

  #leave(kept: Kept, shown: LastShown | null, name?: (number: number) => string): void {
    const number = ++this.#number;
    this.#left.push({ ...kept, number, name: name?.(number) ?? null, shown });
    if (this.#left.length <= MOST_FORKS) return;
    const first = this.#left.findIndex((fork) => fork.name === null);
    this.#left.splice(Math.max(0, first), 1);
  }

  /** What it takes to make the machine again at the real time `now`; `null` when there is nothing, or it has been of no use. */
  kept(terminals: Resume["terminals"], now: number): Kept | null {
    const { length } = this.#causes;
    const present = this.now;
    if (!present) return null;
    if (this.#last && this.#last.causes === length && now - this.#last.at < SOON) return null;
    this.#last = { at: now, causes: length };
    return { ...present, resume: { ...present.resume, futures: this.#standing, terminals } };
  }
}

/**
 * What a page keeps of its machine, so that another simulator can make it again when the first is gone: what was done to it,
 * as frames tell of it, and the instant that was shown last. More than was shown is not kept: nothing comes back that was
 * not seen.
 */
import type { Instant, JournalEntry } from "../engine/time/journal.ts";
import type { Frame, Resume } from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";

export interface Kept {
  readonly scenario: Scenario;
  readonly resume: Resume;
}

/** Who breaks again within so many real milliseconds, with nothing done in between, would break for ever. */
const SOON = 15_000;

/** A future that was left: a journal, of which a machine is made when somebody asks for it. */
export interface Fork extends Kept {
  /** The how-manieth that was left. */
  readonly number: number;
}

/** Futures that are kept at most; the oldest goes first. */
const MOST_FORKS = 24;

export class Keeper {
  #left: Fork[] = [];
  #number = 0;
  #scenario: Scenario | null = null;
  #causes: JournalEntry[] = [];
  #instant: Instant | null = null;
  /** When it was last asked for, and what had been done by then. */
  #last: { readonly at: number; readonly causes: number } | null = null;

  /** Another machine, of which nothing was shown. `left`: what was left of the one before is kept beside it. */
  begin(scenario: Scenario, left: "forgotten" | "kept" = "forgotten"): void {
    const before = this.now;
    if (left === "forgotten") this.#left = [];
    else if (before) this.#leave(before);
    this.#scenario = scenario;
    this.#causes = [];
    this.#instant = null;
    this.#last = null;
  }

  /** A frame is shown. */
  take({ anew, place, causes = [], left }: Pick<Frame, "anew" | "place" | "causes" | "left">): void {
    const before = left && this.now;
    // What was left is known up to the last frame, and the rest comes with the first one of what is shown instead.
    if (before)
      this.#leave({
        ...before,
        resume: { ...before.resume, causes: [...before.resume.causes, ...left.causes], instant: left.instant },
      });
    if (anew) this.#causes = [];
    for (const cause of causes) this.#causes.push(cause);
    this.#instant = place.instant;
  }

  /** The machine as it was shown last; `null` before the first time. */
  get now(): Kept | null {
    if (!this.#scenario || !this.#instant) return null;
    return { scenario: this.#scenario, resume: { causes: [...this.#causes], instant: this.#instant, terminals: [] } };
  }

  /**
   * Futures that were left, oldest first: nothing that was done is lost when something else is done in its place. What the
   * present machine, or another one of them, has come to as well is none.
   */
  get forks(): readonly Fork[] {
    const present = this.now;
    // Of two that are alike the newer one is kept.
    const rivals = ({ number, resume }: Fork) =>
      this.#left.filter((one) => one.number > number || one.resume.causes.length > resume.causes.length);
    return this.#left.filter(
      (fork) => !(present ? [present, ...rivals(fork)] : rivals(fork)).some((one) => holds(one, fork)),
    );
  }

  #leave(kept: Kept): void {
    this.#left.push({ ...kept, number: ++this.#number });
    if (this.#left.length > MOST_FORKS) this.#left.shift();
  }

  /** What it takes to make the machine again at the real time `now`; `null` when there is nothing, or it has been of no use. */
  kept(terminals: Resume["terminals"], now: number): Kept | null {
    const { length } = this.#causes;
    const present = this.now;
    if (!present) return null;
    if (this.#last && this.#last.causes === length && now - this.#last.at < SOON) return null;
    this.#last = { at: now, causes: length };
    return { ...present, resume: { ...present.resume, terminals } };
  }
}

/** Whether all that was done in `fork` was done in `other`, too. */
function holds(other: Kept, fork: Kept): boolean {
  const [more, less] = [other.resume.causes, fork.resume.causes];
  return (
    (other.scenario === fork.scenario || JSON.stringify(other.scenario) === JSON.stringify(fork.scenario)) &&
    less.length <= more.length &&
    less.every((cause, i) => isSame(cause, more[i] as JournalEntry))
  );
}

const isSame = (one: JournalEntry, other: JournalEntry): boolean =>
  one.step === other.step && one.at === other.at && JSON.stringify(one.command) === JSON.stringify(other.command);

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

export class Keeper {
  #scenario: Scenario | null = null;
  #causes: JournalEntry[] = [];
  #instant: Instant | null = null;
  /** When it was last asked for, and what had been done by then. */
  #last: { readonly at: number; readonly causes: number } | null = null;

  /** Another machine, of which nothing was shown. */
  begin(scenario: Scenario): void {
    this.#scenario = scenario;
    this.#causes = [];
    this.#instant = null;
    this.#last = null;
  }

  /** A frame is shown. */
  take({ anew, place, causes = [] }: Pick<Frame, "anew" | "place" | "causes">): void {
    if (anew) this.#causes = [];
    for (const cause of causes) this.#causes.push(cause);
    this.#instant = place.instant;
  }

  /** What it takes to make the machine again at the real time `now`; `null` when there is nothing, or it has been of no use. */
  kept(terminals: Resume["terminals"], now: number): Kept | null {
    const { length } = this.#causes;
    if (!this.#scenario || !this.#instant) return null;
    if (this.#last && this.#last.causes === length && now - this.#last.at < SOON) return null;
    this.#last = { at: now, causes: length };
    return {
      scenario: this.#scenario,
      resume: { causes: [...this.#causes], instant: this.#instant, terminals },
    };
  }
}

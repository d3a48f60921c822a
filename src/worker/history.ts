/**
 * The live past: machines that stopped at other instants of the one that runs, for undo and redo. An operation that is
 * half done can't be copied, so a checkpoint is a machine that was run there by the same journal: in quiet moments one spare
 * follows to where the next undo will go, and another waits before the first deed, where the one after that begins its way.
 */
import type { Occasion } from "../engine/chronicle/occasion.ts";
import type { JournalEntry } from "../engine/time/journal.ts";
import type { Answer, Frame, KeptFuture, PlaceInTime } from "../protocol/messages.ts";
import { LIVE_BUDGET } from "../protocol/pasts.ts";
import type { Scenario } from "../protocol/scenario.ts";
import type { BuildEngine } from "./engine-port.ts";
import { type Deed, Play } from "./play.ts";
import { type Goal, Rewind } from "./rewind.ts";

/** At most so many machines that undo left stand by for redo; of what was left before them the journals are kept. */
const STANDING_BY = 2;

/** What was left. */
interface Future {
  /** What was undone; `null` when the machine was only left for an earlier instant. */
  readonly what: Occasion | null;
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
  readonly what: Occasion | null;
  /** How much of it is behind, from 0 to 1, by simulated time. */
  readonly share: number;
  /** Goes as far as the budget allows: the machine when it is there, `null` before that. */
  run(budget: { expired(): boolean }): Play | null;
}

/** A way that is being gone. */
export interface Underway {
  readonly way: Travel;
  readonly id: number;
  /** Real milliseconds. */
  readonly begun: number;
  /** The machine that is found there, while the code of terminals is on its way. */
  readonly arrived?: Play;
}

export class History {
  readonly #build: BuildEngine;
  readonly #scenario: Scenario;
  /** The last to be left is the first to come back to. */
  #futures: Future[] = [];
  /** Just before the last deed, or on its way there. */
  #near: Rewind | null = null;
  /** Just before the first deed. */
  #home: Rewind | null = null;
  /** What a person had done in the machine when it took the place of the last future: with more, those are not its own. */
  #acts = 0;
  readonly #budget: number;

  /** `budget`: bytes. */
  constructor(build: BuildEngine, scenario: Scenario, budget = LIVE_BUDGET) {
    this.#build = build;
    this.#scenario = scenario;
    this.#budget = budget;
  }

  /** Of the machines that stand by. */
  get bytes(): number {
    const left = this.#futures.reduce((sum, { play }) => sum + (play?.engine.bytes ?? 0), 0);
    return left + bytesOf(this.#near) + bytesOf(this.#home);
  }

  /** What can be undone and done again, in words. */
  offers(play: Play): NonNullable<Frame["offers"]> {
    this.#keepUp(play);
    const future = this.#futures.at(-1);
    const back = future?.what === null ? future.goal.instant.at : null;
    return { undo: play.deeds.at(-1)?.what ?? null, redo: future?.what ?? null, back };
  }

  /** How many machines stand by for redo, and what was undone last (`null`: nothing, or only left). */
  get stack(): { readonly standing: number; readonly what: Occasion | null } {
    return { standing: this.#futures.length, what: this.#futures.at(-1)?.what ?? null };
  }

  /** What another simulator had undone, or left, before `play`. */
  resume(play: Play, futures: readonly KeptFuture[]): void {
    /** All that is known to have happened where the last of them was left for an earlier instant: it comes again. */
    let known: readonly JournalEntry[] = [];
    this.#futures = futures.map(({ what, causes, instant }) => {
      const ahead = known.slice(causes.length);
      known = what === null ? [...causes, ...ahead] : [];
      return { what, play: null, causes, goal: { entries: causes.length, instant }, ahead };
    });
    play.expect(known.slice(play.engine.journal.length));
    this.#acts = play.acts;
  }

  /** Lets the spares come after the machine that runs, within the budget. */
  follow(play: Play, budget: { expired(): boolean }): void {
    const [first] = play.deeds;
    const last = play.deeds.at(-1);
    if (!first || !last) return;
    if (this.#near?.goal.entries !== last.entry) {
      if (!this.#near && !this.#home && !this.#hasRoomFor(play)) return;
      this.#near = this.#towards(play, last);
    }
    const there = this.#near.run(budget);
    this.#fit();
    if (!there || budget.expired()) return;
    if (!this.#home && !this.#hasRoomFor(play)) return;
    this.#home ??= this.#fromBoot(play.begin, play.engine.journal.slice(0), before(first));
    this.#home.run(budget);
    this.#fit();
  }

  /** A spare comes to take as much as the machine that it follows. */
  #hasRoomFor({ engine }: Play): boolean {
    return this.bytes + engine.bytes <= this.#budget;
  }

  /**
   * What there is no room for is not kept. Worth most is the machine that redo goes to next, then the one that undo goes to,
   * then those that make the way after that shorter.
   */
  #fit(): void {
    let room = this.#budget;
    const fits = (bytes: number): boolean => {
      if (bytes > room) return false;
      room -= bytes;
      return true;
    };
    const standing = new Set<Future>();
    const stand = (future: Future | undefined) => {
      if (future?.play && fits(future.play.engine.bytes)) standing.add(future);
    };
    const [older, newest] = [this.#futures.slice(-STANDING_BY, -1), this.#futures.at(-1)];
    stand(newest);
    if (!fits(bytesOf(this.#near))) this.#near = null;
    if (!fits(bytesOf(this.#home))) this.#home = null;
    for (const future of older.reverse()) stand(future);
    this.#futures = this.#futures.map((future) => (standing.has(future) ? future : { ...future, play: null }));
  }

  /** The way to just before the last deed; `null` when there is none. */
  undo(play: Play): Travel | null {
    const deed = play.deeds.at(-1);
    if (!deed) return null;
    this.#keepUp(play);
    const spare = this.#towards(play, deed);
    this.#near = null;
    return this.#leave(play, deed.what, "before", spare);
  }

  /** The way to a place of this machine's own past; `null` when it is not in its past. */
  goTo(play: Play, { entries, instant }: PlaceInTime): Travel | null {
    const now = play.engine.instant;
    if (entries > play.engine.journal.length || instant.step > now.step || instant.at > now.at) return null;
    this.#keepUp(play);
    const spare = this.#towards(play, { entry: entries, instant });
    this.#near = null;
    const undone = play.deeds.find((deed) => deed.entry >= entries);
    return this.#leave(play, undone?.what ?? null, "before", spare);
  }

  /** The spare that is nearest before a deed, or a new one, from now on on its way there. */
  #towards(play: Play, deed: Pick<Deed, "entry" | "instant">): Rewind {
    const isBefore = (spare: Rewind | null): spare is Rewind => spare !== null && reaches(before(deed), spare.goal);
    const { journal } = play.engine;
    let spare = this.#near;
    if (!isBefore(spare)) {
      spare = this.#home;
      this.#home = null;
    }
    if (!isBefore(spare)) return this.#fromBoot(play.begin, journal.slice(0), before(deed));
    spare.goOn(journal.slice(spare.given), before(deed));
    return spare;
  }

  /** The way to where the last undo began; `null` when something else was done since, or nothing undone. */
  redo(play: Play): Travel | null {
    this.#keepUp(play);
    const future = this.#futures.at(-1);
    if (!future) return null;
    const went = future.what === null ? "back" : "after";
    const come = (arrived: Play): Play => {
      this.#futures.pop();
      this.#acts = arrived.acts;
      return arrived;
    };
    const { play: left, what } = future;
    if (left) return { went, what, share: 0, run: () => come(left) };
    const rewind = this.#fromBoot(play.begin, future.causes, future.goal);
    return travel(went, what, rewind, (arrived) => {
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
    const rewind = this.#fromBoot(play.begin, causes, {
      entries: causes.length,
      instant: play.engine.instant,
      sooner: (engine) => engine.provenance(partition, pfn) === provenance,
    });
    return this.#leave(play, null, "there", rewind);
  }

  /** The way from a machine, which stays behind as a future, along `rewind`. */
  #leave(play: Play, what: Occasion | null, went: Went, rewind: Rewind): Travel {
    return travel(went, what, rewind, (arrived) => {
      const causes = play.engine.journal.slice(0);
      const goal: Goal = { entries: causes.length, instant: play.engine.instant };
      this.#futures.push({ what, play, causes, goal, ahead: play.ahead });
      if (what === null) arrived.expect([...causes.slice(rewind.given), ...play.ahead]);
      this.#acts = arrived.acts;
      // From here it may go another way than the spares went.
      const here = { entries: arrived.engine.journal.length, instant: arrived.engine.instant };
      if (this.#near && !reaches(here, this.#near.goal)) this.#near = null;
      if (this.#home && !reaches(here, this.#home.goal)) this.#home = null;
      this.#fit();
    });
  }

  #fromBoot(begin: number, causes: readonly JournalEntry[], goal: Goal): Rewind {
    const play = new Play(this.#build, this.#scenario);
    play.begin = begin;
    return new Rewind(play, causes, goal);
  }

  #keepUp(play: Play): void {
    if (this.#futures.length > 0 && play.acts !== this.#acts) this.#futures = [];
  }
}

const bytesOf = (spare: Rewind | null): number => spare?.play.engine.bytes ?? 0;

const before = ({ entry, instant }: Pick<Deed, "entry" | "instant">): Goal => ({ entries: entry, instant });

/** Whether an instant of a past comes after another one of it, or is that one. */
const reaches = (one: PlaceInTime, other: PlaceInTime): boolean =>
  one.entries >= other.entries && one.instant.step >= other.instant.step && one.instant.at >= other.instant.at;

function travel(went: Went, what: Occasion | null, rewind: Rewind, arrive: (play: Play) => void): Travel {
  const { play, goal } = rewind;
  const begun = play.engine.now;
  return {
    went,
    what,
    get share() {
      return Math.min(1, (play.engine.now - begun) / Math.max(1, goal.instant.at - begun));
    },
    run: (budget) => {
      if (!rewind.run(budget)) return null;
      arrive(rewind.play);
      return rewind.play;
    },
  };
}

/**
 * Follows a talk: what was said, in its order, on a machine of its own. Whatever is heard goes through the ledger; what is
 * missing is asked for; a machine that comes to another state than the speaker's is made anew, once, and then says so.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Entry, Line, TalkPlace } from "./entries.ts";
import { Ledger, type Shape } from "./ledger.ts";
import { type Mode, placeKey, readSums, type Sums } from "./tally.ts";
import type { Transport } from "./transport.ts";

/** A player of the talk, as far as following needs it. */
export interface Followed {
  goTo(place: TalkPlace): unknown;
  /** Makes the machine anew. */
  again(place: TalkPlace): unknown;
  finish(): void;
  freeze(frozen: boolean): void;
  now(): Whereabouts;
  /** Calls when that has changed. */
  subscribe(listener: () => void): () => void;
}
export interface Whereabouts {
  readonly place: TalkPlace;
  /** `null`: on its way. */
  readonly hash: string | null;
  readonly playing: boolean;
  readonly at: number;
}

export interface FollowState {
  readonly mode: "joining" | "in-step" | "catching-up" | "cut-off" | "ended";
  /** Where the speaker is. */
  readonly place: TalkPlace | null;
  readonly black: boolean;
  readonly frozen: boolean;
  readonly trip: boolean;
  readonly driver: string | null;
  /** The machine stays another one than the speaker's. */
  readonly differs: boolean;
  readonly sums: Sums | null;
  /** What was guessed here, by place. */
  readonly guesses: Readonly<Record<string, number>>;
}

/** Hands that are needed from outside: a test has others. */
export interface Ways {
  /** Calls once, later; returns how not to. */
  later(callback: () => void, milliseconds: number): () => void;
  random(): number;
}
export const realWays: Ways = {
  later: (callback, milliseconds) => {
    const waiting = setTimeout(callback, milliseconds);
    return () => clearTimeout(waiting);
  },
  random: Math.random,
};

/** Lines that wait for those before them, at most. */
const MOST_WAITING = 64;
/** Between two tries to ask what was said, ms: the first, and the longest. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 8000;
/** How one follows is said again after so long, ms; and not sooner than that after a change. */
const STILL_HERE = 20_000;
const SETTLED = 1500;

export class Follower {
  readonly store: StoreApi<FollowState>;
  readonly #transport: Transport;
  readonly #player: Followed;
  readonly #ways: Ways;
  readonly #who: string;
  readonly #ledger: Ledger;
  #connected = false;
  /** Lines that came before those that they follow. */
  #waiting: Line[] = [];
  #asking = false;
  #tries = 0;
  #stopWaiting: (() => void) | null = null;
  /** The state that the speaker's machine came to, and where. */
  #expected: { readonly place: TalkPlace; readonly state: string; readonly at: number } | null = null;
  #madeAnew = false;
  #away: "around" | "copy" | null = null;
  #told: Mode | null = null;
  #stopTelling: (() => void) | null = null;
  readonly #stop: () => void;
  #closed = false;

  constructor(player: Followed, transport: Transport, shape: Shape, ways: Ways = realWays) {
    this.#player = player;
    this.#transport = transport;
    this.#ways = ways;
    this.#ledger = new Ledger(shape);
    this.#who = Array.from({ length: 16 }, () => Math.floor(ways.random() * 16).toString(16)).join("");
    this.store = createStore<FollowState>(() => ({
      mode: "joining",
      place: null,
      black: false,
      frozen: false,
      trip: false,
      driver: null,
      differs: false,
      sums: null,
      guesses: {},
    }));
    this.#stop = player.subscribe(() => this.#look());
    transport.listen({
      line: (line) => this.#hear(line),
      sums: (text) => this.#hearSums(text),
      connected: (yes) => {
        this.#connected = yes;
        this.#tries = 0;
        // What was told on the way may be lost.
        this.#told = null;
        this.#stopTelling?.();
        this.#stopTelling = null;
        if (yes) this.#ask();
        this.#look();
      },
    });
  }

  /** Number of the last entry, and the hash of its text. */
  get head() {
    return this.#ledger.head;
  }

  /** One looks around on one's own, or has a copy; what the speaker does goes on beneath. */
  away(how: "around" | "copy" | null): void {
    this.#away = how;
    this.#look();
  }

  /** One tap; another one at the same place replaces it. */
  guess(choice: number): void {
    const { place, guesses } = this.store.getState();
    if (!place) return;
    this.store.setState({ guesses: { ...guesses, [placeKey(place)]: choice } });
    this.#transport.say(JSON.stringify({ is: "guess", who: this.#who, on: placeKey(place), choice }));
  }

  /** A word on leaving, so that one is not counted for another minute. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stop();
    this.#stopWaiting?.();
    this.#stopTelling?.();
    if (this.#connected) this.#transport.say(JSON.stringify({ is: "bye", who: this.#who }));
    this.#transport.close();
  }

  #hear(line: Line): void {
    const verdict = this.#ledger.take(line);
    if (verdict.is === "taken") {
      this.#follow([verdict.entry]);
      this.#takeWaiting();
    } else if (verdict.is === "ahead") {
      if (this.#waiting.length < MOST_WAITING) this.#waiting.push(line);
      this.#askLater();
    }
  }

  #hearSums(text: string): void {
    const sums = readSums(text);
    if (!sums) return;
    this.store.setState({ sums });
    if (sums.head > this.#ledger.head.seq) this.#askLater();
  }

  /** Soon, and not all at once: what is missing may have been on its way; and all may miss the same. */
  #askLater(): void {
    if (this.#asking || this.#stopWaiting || this.#closed) return;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries) * (0.5 + this.#ways.random());
    this.#tries = Math.min(this.#tries + 1, 10);
    this.#stopWaiting = this.#ways.later(() => {
      this.#stopWaiting = null;
      this.#ask();
    }, wait);
  }

  #ask(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = null;
    if (this.#asking || this.#closed) return;
    this.#asking = true;
    void this.#askAll().then((got) => {
      this.#asking = false;
      if (got === null) this.#askLater();
      else if (got) this.#tries = 0;
      this.#takeWaiting();
      this.#look();
    });
  }

  /** Asks until nothing new comes; whether anything did, `null` where nobody answers. */
  async #askAll(): Promise<boolean | null> {
    const taken: Entry[] = [];
    let answered = true;
    try {
      for (;;) {
        const lines = await this.#transport.history(this.#ledger.head.seq + 1);
        if (this.#closed) return false;
        const before = taken.length;
        for (const line of lines) {
          const verdict = this.#ledger.take(line);
          if (verdict.is === "taken") taken.push(verdict.entry);
        }
        if (taken.length === before) break;
      }
    } catch {
      answered = false;
    }
    this.#follow(taken);
    return answered ? taken.length > 0 : null;
  }

  /** What still isn't next is asked for when the next line or sum shows that it is missing. */
  #takeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const taken: Entry[] = [];
    for (const line of waiting) {
      const verdict = this.#ledger.take(line);
      if (verdict.is === "taken") taken.push(verdict.entry);
    }
    this.#follow(taken);
  }

  /** Only where they lead to counts: what lies between is caught up with on the way. */
  #follow(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const before = this.store.getState();
    let { place, black, frozen, trip } = before;
    let finish = false;
    for (const { do: deed, at } of entries) {
      if (deed.is === "go") {
        place = deed.place;
        black = false;
        frozen = false;
        trip = false;
        finish = false;
        this.#expected = null;
        this.#madeAnew = false;
      } else if (deed.is === "there") this.#expected = { place: deed.place, state: deed.state, at };
      else if (deed.is === "finish") finish = true;
      else if (deed.is === "show") ({ black, frozen, trip } = deed);
    }
    this.store.setState({ place, black, frozen, trip, driver: this.#ledger.driver });
    // Going where one is would hurry what is played there.
    if (place && (!before.place || !isSame(place, before.place))) this.#player.goTo(place);
    if (frozen !== before.frozen) this.#player.freeze(frozen);
    if (finish) this.#player.finish();
    this.#look();
  }

  /** Where the machine is, against where it should be. */
  #look(): void {
    if (this.#closed) return;
    const { place, differs } = this.store.getState();
    const own = this.#player.now();
    const there = place !== null && isSame(own.place, place);
    let differing = differs;
    if (there && own.hash !== null && this.#expected && isSame(this.#expected.place, own.place)) {
      const same = own.hash === this.#expected.state && own.at === this.#expected.at;
      if (!same && !this.#madeAnew) {
        this.#madeAnew = true;
        this.#player.again(own.place);
      } else differing = !same;
    }
    const mode = this.#mode(there && (own.playing || own.hash !== null));
    if (mode !== this.store.getState().mode || differing !== differs) this.store.setState({ mode, differs: differing });
    this.#tell();
  }

  #mode(there: boolean): FollowState["mode"] {
    if (this.#ledger.ended) return "ended";
    if (!this.#connected) return this.#ledger.driver === null ? "joining" : "cut-off";
    if (this.#ledger.driver === null) return "joining";
    return there && !this.#asking ? "in-step" : "catching-up";
  }

  /** For the sums: how one follows, soon after it has changed, and from time to time. */
  #tell(): void {
    const { mode } = this.store.getState();
    if (mode !== "in-step" && mode !== "catching-up") return;
    const how: Mode = this.#away ?? mode;
    if (how === this.#told || (this.#stopTelling && this.#told === null)) return;
    this.#stopTelling?.();
    this.#told = null;
    this.#stopTelling = this.#ways.later(() => this.#sayHow(), SETTLED * (0.5 + this.#ways.random()));
  }

  #sayHow(): void {
    const { mode } = this.store.getState();
    const how = this.#away ?? mode;
    this.#stopTelling = null;
    // Once it is again, it is told.
    if (!this.#connected || how === "joining" || how === "cut-off" || how === "ended") return;
    this.#stopTelling = this.#ways.later(() => this.#sayHow(), STILL_HERE * (0.75 + this.#ways.random() / 2));
    this.#told = how;
    this.#transport.say(JSON.stringify({ is: "here", who: this.#who, mode: how }));
  }
}

const isSame = (a: TalkPlace, b: TalkPlace): boolean => a.scene === b.scene && a.cue === b.cue;

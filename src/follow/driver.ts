/**
 * Tells those who follow what a speaker's window does, one entry after the other: the next is said when the one before it is
 * kept. Of two windows of one driver the entry that came later is said again, after the other; a window that doesn't drive
 * says nothing, and goes where the driver goes.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { type Deed, type Line, type TalkPlace, writeEntry } from "./entries.ts";
import { type Ways, realWays } from "./follower.ts";
import { Ledger, type Shape } from "./ledger.ts";
import { readSums, type Sums } from "./tally.ts";
import type { DriverTransport } from "./transport.ts";

export interface DriverState {
  readonly connected: boolean;
  /** This window's name is that of who drives. */
  readonly drives: boolean;
  readonly driver: string | null;
  /** Entries that nobody has heard yet. */
  readonly unsaid: number;
  readonly sums: Sums | null;
  readonly ended: boolean;
}

/** What somebody else who drives has done, for this window to do as well. */
export interface Led {
  go(place: TalkPlace): void;
  show(how: { readonly black: boolean; readonly frozen: boolean; readonly trip: boolean }): void;
  finish(): void;
}

interface Unsaid {
  readonly deed: Deed;
  readonly at: number;
}

const FIRST_WAIT = 250;
const LONGEST_WAIT = 4000;

export class Driver {
  readonly store: StoreApi<DriverState>;
  readonly id: string;
  readonly #transport: DriverTransport;
  readonly #ledger: Ledger;
  readonly #led: Led;
  readonly #ways: Ways;
  #queue: Unsaid[] = [];
  #saying = false;
  #tries = 0;
  #stopWaiting: (() => void) | null = null;
  #closed = false;

  constructor(id: string, transport: DriverTransport, shape: Shape, led: Led, ways: Ways = realWays) {
    this.id = id;
    this.#transport = transport;
    this.#ledger = new Ledger(shape);
    this.#led = led;
    this.#ways = ways;
    this.store = createStore<DriverState>(() => ({
      connected: false,
      drives: false,
      driver: null,
      unsaid: 0,
      sums: null,
      ended: false,
    }));
    transport.listen({
      line: (line) => {
        if (this.#take(line) === "ahead") this.#say();
      },
      sums: (text) => {
        const sums = readSums(text);
        if (sums) this.store.setState({ sums });
      },
      connected: (connected) => {
        this.store.setState({ connected });
        if (connected) this.#say();
      },
    });
  }

  get head() {
    return this.#ledger.head;
  }

  /** Says what this window did at a simulated time; nothing where somebody else drives. */
  tell(deed: Deed, at: number): void {
    if (this.#ledger.driver !== null && this.#ledger.driver !== this.id) return;
    // Where nobody hears it, only the last way counts.
    if (deed.is === "go" && !this.store.getState().connected)
      this.#queue = this.#queue.filter(({ deed: { is } }) => is !== "go" && is !== "there" && is !== "finish");
    this.#queue.push({ deed, at });
    this.#report();
    this.#say();
  }

  close(): void {
    this.#closed = true;
    this.#stopWaiting?.();
    this.#transport.close();
  }

  #report(): void {
    const { driver, ended } = this.#ledger;
    this.store.setState({ driver, drives: driver === this.id && !ended, unsaid: this.#queue.length, ended });
  }

  #take(line: Line): string {
    const before = this.#ledger.driver;
    const verdict = this.#ledger.take(line);
    if (verdict.is !== "taken") return verdict.is;
    const { do: deed } = verdict.entry;
    // One's own entries come back, too; before there was any other, they say where the talk was.
    if (line.from !== this.id || !this.#begun) {
      if (deed.is === "go") this.#led.go(deed.place);
      else if (deed.is === "show") this.#led.show(deed);
      else if (deed.is === "finish") this.#led.finish();
    }
    if (before === this.id && this.#ledger.driver !== this.id) this.#queue = [];
    this.#report();
    return "taken";
  }

  /** What was said before this window came has been heard. */
  #begun = false;

  #say(): void {
    if (this.#saying || this.#closed) return;
    this.#stopWaiting?.();
    this.#stopWaiting = null;
    this.#saying = true;
    void this.#sayAll().then((all) => {
      this.#saying = false;
      this.#report();
      if (all) this.#tries = 0;
      else this.#later();
    });
  }

  #later(): void {
    if (this.#closed || !this.store.getState().connected) return;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries);
    this.#tries = Math.min(this.#tries + 1, 10);
    this.#stopWaiting = this.#ways.later(() => this.#say(), wait);
  }

  /** False where something is left to say and nobody answers. */
  async #sayAll(): Promise<boolean> {
    try {
      await this.#catchUp();
      this.#begun = true;
      if (this.#ledger.driver === null) await this.#publish({ deed: { is: "begin", driver: this.id }, at: 0 });
      for (;;) {
        if (this.#closed || this.#ledger.ended) return true;
        if (this.#ledger.driver !== this.id) {
          this.#queue = [];
          return true;
        }
        const [next] = this.#queue;
        if (!next) return true;
        if (await this.#publish(next)) this.#queue = this.#queue.filter((one) => one !== next);
      }
    } catch {
      return false;
    }
  }

  /** False: somebody was faster; what they said is heard, and this is said after it. */
  async #publish({ deed, at }: Unsaid): Promise<boolean> {
    const { text } = writeEntry(this.#ledger.head, at, deed);
    const seq = this.#ledger.head.seq + 1;
    const said = await this.#transport.publish(text, seq);
    if (said === "taken") {
      this.#take({ from: this.id, text });
      return true;
    }
    await this.#catchUp();
    if (this.#ledger.head.seq < seq) throw new Error("what is there is no entry");
    return false;
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const lines = await this.#transport.history(this.#ledger.head.seq + 1);
      let taken = 0;
      for (const line of lines) if (this.#take(line) === "taken") taken++;
      if (taken === 0) return;
    }
  }
}

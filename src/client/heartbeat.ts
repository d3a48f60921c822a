/**
 * Notices within two seconds that the simulator does not answer any more.
 *
 * It is asked at every beat, and the beats that pass without anything from it are counted; not the time, for the page
 * itself may have slept: hidden, throttled, stopped by a debugger, or busy. A beat that comes late counts nothing, since
 * what the simulator said meanwhile may still wait behind it.
 */

/** Real milliseconds between two beats. */
export const BEAT = 450;
/** Beats without a sign of life, while a machine runs: no event of it computes for a tenth as long. */
const PATIENCE = 3;
/** The same while a machine is built, which is one long event: for 16 TiB two seconds, and many on a slow computer. */
const BUILDING_PATIENCE = 70;

export interface HeartbeatClock {
  /** Real milliseconds. */
  now(): number;
  /** Nobody looks at the page: its timers are throttled. */
  hidden(): boolean;
  /** Calls back again and again; returns how to stop. */
  every(milliseconds: number, callback: () => void): () => void;
}

export const browserHeartbeat: HeartbeatClock = {
  now: () => performance.now(),
  hidden: () => document.hidden,
  every: (milliseconds, callback) => {
    const timer = setInterval(callback, milliseconds);
    return () => clearInterval(timer);
  },
};

export class Heartbeat {
  readonly #clock: HeartbeatClock;
  readonly #ask: (ping: number) => void;
  readonly #silent: (seconds: number) => void;
  readonly #stop: () => void;
  #last: number;
  #asked = 0;
  #missed = 0;
  /** Nothing has come yet: its code is on the way, and a network may take as long as it likes. */
  #arrived = false;
  building = false;

  /** `ask` sends a question that is answered at once; `silent` is told once for every silence. */
  constructor(clock: HeartbeatClock, ask: (ping: number) => void, silent: (seconds: number) => void) {
    this.#clock = clock;
    this.#ask = ask;
    this.#silent = silent;
    this.#last = clock.now();
    this.#stop = clock.every(BEAT, () => this.#beat());
  }

  /** Another simulator, that nothing has come from. */
  begin(): void {
    this.#arrived = false;
    this.#missed = 0;
    this.#ask(++this.#asked);
  }

  /** The simulator said something. */
  heard(): void {
    this.#arrived = true;
    this.#missed = 0;
  }

  stop(): void {
    this.#stop();
  }

  #beat(): void {
    const now = this.#clock.now();
    const late = now - this.#last > 2 * BEAT;
    this.#last = now;
    if (!this.#arrived) return;
    if (late || this.#clock.hidden()) this.#missed = 0;
    else if (++this.#missed === (this.building ? BUILDING_PATIENCE : PATIENCE) + 1)
      this.#silent((this.#missed * BEAT) / 1000);
    this.#ask(++this.#asked);
  }
}

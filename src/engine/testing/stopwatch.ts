/**
 * How long single events of a machine compute. Between two events nobody is heard: no key, no Ctrl-C, no frame. A
 * machine that others use stops and starts whoever measures, so the same lines run several times, which repeats the same
 * events, and each event counts with its shortest time.
 */
import type { Engine } from "../time/engine.ts";

export interface LongEvent {
  /** Which event of the run it is: the same in every repetition. */
  readonly ordinal: number;
  /** Simulated time at which it ran, ns. */
  readonly at: number;
  /** Ms of computing. */
  readonly ms: number;
}

/** Both in ms. */
export interface Clocks {
  wall(): number;
  /** Of this process, all its threads together. */
  processor(): number;
}

/** Events shorter than this need no list, ms. */
const SHORT = 2;

/** Clock for the events of one engine; give it to `runUntil` as its budget. */
export class Stopwatch {
  /** All but the short ones, by ordinal. */
  readonly long = new Map<number, LongEvent>();
  count = 0;
  private readonly engine: Engine;
  private readonly clocks: Clocks;
  private readonly until: () => boolean;
  private wall = 0;
  private processor = 0;

  constructor(engine: Engine, clocks: Clocks, until: () => boolean = () => false) {
    this.engine = engine;
    this.clocks = clocks;
    this.until = until;
    this.restart();
  }

  /** Forgets what went on since the last event: it was not the engine's. */
  restart(): void {
    this.wall = this.clocks.wall();
    this.processor = this.clocks.processor();
  }

  /** Times something that is done from outside, between two events: a command. */
  around<T>(act: () => T): T {
    this.restart();
    const result = act();
    this.expired();
    return result;
  }

  /** Called after each event (see `Engine.runUntil`). */
  expired(): boolean {
    // Neither clock is below what the event computed: one counts others' turns, the other helper threads.
    const wall = this.clocks.wall() - this.wall;
    const ms = wall < SHORT ? wall : Math.min(wall, this.clocks.processor() - this.processor);
    const ordinal = this.count++;
    if (ms >= SHORT) this.long.set(ordinal, { ordinal, at: this.engine.now, ms });
    const stop = this.until();
    this.restart();
    return stop;
  }
}

/** The longest event of a run that is repeated `times` times, the shortest time of each event counting. */
export function longestEvent(times: number, run: () => Stopwatch): LongEvent {
  const runs = Array.from({ length: times }, run);
  let longest: LongEvent = { ordinal: -1, at: 0, ms: 0 };
  for (const event of runs[0]?.long.values() ?? []) {
    const ms = Math.min(...runs.map(({ long }) => long.get(event.ordinal)?.ms ?? SHORT));
    if (ms > longest.ms) longest = { ...event, ms };
  }
  return longest;
}

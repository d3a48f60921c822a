/**
 * How many pages moved in each stretch of simulated time, by slot. Bounded: when the stretches run out, two become one,
 * twice as long.
 */
const STRETCHES = 128;
/** 0.5 ms: several batches. */
const SHORTEST = 500_000;

export interface RateSeries {
  /** Simulated ns when the first stretch began, and the length of each. */
  readonly from: number;
  readonly stretch: number;
  /** Stretches that have begun. */
  readonly count: number;
  /** Pages of 4 KiB, slot after slot within a stretch, stretch after stretch. */
  readonly pages: Uint32Array<ArrayBuffer>;
}

export class Rate {
  private readonly slots: number;
  private readonly from: number;
  private stretch = SHORTEST;
  private pages: Uint32Array<ArrayBuffer>;

  constructor(from: number, slots: number) {
    this.from = from;
    this.slots = slots;
    this.pages = new Uint32Array(STRETCHES * slots);
  }

  add(at: number, slot: number, pages: number): void {
    this.reach(at);
    const i = this.placeOf(at) * this.slots + slot;
    this.pages[i] = (this.pages[i] as number) + pages;
  }

  /** What has been added until now. */
  series(now: number): RateSeries {
    this.reach(now);
    const count = this.placeOf(now) + 1;
    return { from: this.from, stretch: this.stretch, count, pages: this.pages.slice(0, count * this.slots) };
  }

  private placeOf(at: number): number {
    return Math.floor((at - this.from) / this.stretch);
  }

  private reach(at: number): void {
    while (this.placeOf(at) >= STRETCHES) {
      const joined = new Uint32Array(STRETCHES * this.slots);
      for (let i = 0; i < this.pages.length; i++) {
        const to = Math.floor(i / this.slots / 2) * this.slots + (i % this.slots);
        joined[to] = (joined[to] as number) + (this.pages[i] as number);
      }
      this.pages = joined;
      this.stretch *= 2;
    }
  }
}

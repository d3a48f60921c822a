/**
 * What has to change in one list of lines to make it another: Myers' O(ND) comparison in linear space (Algorithmica 1,
 * 1986), then each run of changed lines slid to where GNU diff shows it.
 */

import { type Budget, type Running, breathe } from "../../system.ts";

/** Lines `from` up to `to` (not included) of the first list become lines `otherFrom` up to `otherTo` of the second. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly otherFrom: number;
  readonly otherTo: number;
}

/**
 * Changes in order, with unchanged lines between each two. Equal lines at both ends are set aside but for `around` of
 * them, which is how far a run of changed lines may slide into them. Where a shortest path would cost too much, a good
 * one does (as GNU diff's, without --minimal).
 */
export function* editScript(
  first: readonly string[],
  second: readonly string[],
  around: number,
  budget: Budget,
): Running<Change[]> {
  const most = Math.min(first.length, second.length);
  let ahead = 0;
  while (ahead < most && first[ahead] === second[ahead]) ahead++;
  let behind = 0;
  while (behind < most - ahead && first.at(-1 - behind) === second.at(-1 - behind)) behind++;
  const skipped = Math.max(0, ahead - around);
  const inside = (lines: readonly string[]): readonly string[] =>
    lines.slice(skipped, lines.length - Math.max(0, behind - around));
  const numbers = new Map<string, number>();
  const a = yield* numbered(inside(first), numbers, budget);
  const b = yield* numbered(inside(second), numbers, budget);
  const changed = { a: new Uint8Array(a.length), b: new Uint8Array(b.length) };
  const keptA = yield* shared(a, b, changed.a, budget);
  const keptB = yield* shared(b, a, changed.b, budget);
  yield* new Comparison(keptA, keptB, changed, budget).run();
  const ours = yield* slid(a, yield* runsOf(changed.a, budget), gapsOf(yield* runsOf(changed.b, budget)), budget);
  const theirs = yield* slid(b, yield* runsOf(changed.b, budget), gapsOf(ours), budget);
  return joined(ours, theirs, skipped);
}

/** What a step of a walk costs, and looking at a line. */
const NS_PER_STEP = 4;
const NS_PER_LINE = 100;

/** Lines as numbers, the same for the same text. */
function* numbered(lines: readonly string[], numbers: Map<string, number>, budget: Budget): Running<number[]> {
  const all: number[] = [];
  for (const line of lines) {
    const known = numbers.get(line) ?? numbers.size;
    numbers.set(line, known);
    all.push(known);
    budget.spend(NS_PER_LINE);
    yield* breathe(budget);
  }
  return all;
}

interface Kept {
  readonly lines: readonly number[];
  /** Where they stand in the whole list. */
  readonly places: readonly number[];
}

/** Lines that the other list has somewhere; what it has not is a change, whatever else is. */
function* shared(
  lines: readonly number[],
  other: readonly number[],
  changed: Uint8Array,
  budget: Budget,
): Running<Kept> {
  const known = new Set<number>();
  for (const line of other) {
    known.add(line);
    budget.spend(NS_PER_LINE);
    yield* breathe(budget);
  }
  const places: number[] = [];
  for (const [i, line] of lines.entries()) {
    if (known.has(line)) places.push(i);
    else changed[i] = 1;
    budget.spend(NS_PER_LINE);
    yield* breathe(budget);
  }
  return { lines: places.map((place) => lines[place] as number), places };
}

type Part = readonly [x0: number, x1: number, y0: number, y1: number, minimal: boolean];

/** Where two walks met; whether a shortest path is wanted on each side of it. */
interface Meeting {
  readonly x: number;
  readonly y: number;
  readonly minimal: readonly [boolean, boolean];
}

const LEAST_EXPENSIVE = 4096;

/** Walks the edit graph from both ends until the two walks meet, and divides there. */
class Comparison {
  private readonly a: Kept;
  private readonly b: Kept;
  private readonly changed: { readonly a: Uint8Array; readonly b: Uint8Array };
  private readonly budget: Budget;
  /** Steps of a walk after which a good path does. */
  private readonly tooExpensive: number;
  /** How far (x) a walk has come on each diagonal (x - y), shifted by `origin`. */
  private readonly forward: Int32Array;
  private readonly backward: Int32Array;
  private readonly origin: number;

  constructor(a: Kept, b: Kept, changed: Comparison["changed"], budget: Budget) {
    this.a = a;
    this.b = b;
    this.changed = changed;
    this.budget = budget;
    this.origin = b.lines.length + 1;
    const diagonals = a.lines.length + b.lines.length + 3;
    this.tooExpensive = Math.max(LEAST_EXPENSIVE, 2 ** Math.ceil(Math.log2(diagonals + 1) / 2));
    this.forward = new Int32Array(diagonals);
    this.backward = new Int32Array(diagonals);
  }

  *run(): Running<void> {
    const left: Part[] = [[0, this.a.lines.length, 0, this.b.lines.length, false]];
    for (let part = left.pop(); part; part = left.pop()) {
      let [x0, x1, y0, y1] = part;
      const before = x1 - x0 + y1 - y0;
      while (x0 < x1 && y0 < y1 && this.same(x0, y0)) {
        x0++;
        y0++;
      }
      while (x0 < x1 && y0 < y1 && this.same(x1 - 1, y1 - 1)) {
        x1--;
        y1--;
      }
      this.budget.spend((before - (x1 - x0) - (y1 - y0)) * NS_PER_STEP + NS_PER_LINE);
      yield* breathe(this.budget);
      if (x0 === x1) for (let y = y0; y < y1; y++) this.changed.b[this.b.places[y] as number] = 1;
      else if (y0 === y1) for (let x = x0; x < x1; x++) this.changed.a[this.a.places[x] as number] = 1;
      else {
        const { x, y, minimal } = yield* this.meeting(x0, x1, y0, y1, part[4]);
        left.push([x0, x, y0, y, minimal[0]], [x, x1, y, y1, minimal[1]]);
      }
    }
  }

  private same(x: number, y: number): boolean {
    return this.a.lines[x] === this.b.lines[y];
  }

  /** A point on a shortest path between two corners; when that is not to be `minimal`, on a good one. */
  private *meeting(x0: number, x1: number, y0: number, y1: number, minimal: boolean): Running<Meeting> {
    const { forward, backward, origin } = this;
    const [start, end] = [x0 - y0, x1 - y1];
    const odd = ((start - end) & 1) !== 0;
    const [least, most] = [x0 - y1, x1 - y0];
    const reach = { forward: [start, start], backward: [end, end] } as {
      forward: [number, number];
      backward: [number, number];
    };
    forward[start + origin] = x0;
    backward[end + origin] = x1;
    for (let cost = 1; ; cost++) {
      widen(reach.forward, [least, most], forward, origin, -1);
      for (let diagonal = reach.forward[1]; diagonal >= reach.forward[0]; diagonal -= 2) {
        const [below, above] = [forward[diagonal - 1 + origin] as number, forward[diagonal + 1 + origin] as number];
        let x = below < above ? above : below + 1;
        while (x < x1 && x - diagonal < y1 && this.same(x, x - diagonal)) x++;
        forward[diagonal + origin] = x;
        if (odd && within(diagonal, reach.backward) && (backward[diagonal + origin] as number) <= x)
          return { x, y: x - diagonal, minimal: [true, true] };
      }
      widen(reach.backward, [least, most], backward, origin, BEYOND);
      for (let diagonal = reach.backward[1]; diagonal >= reach.backward[0]; diagonal -= 2) {
        const [below, above] = [backward[diagonal - 1 + origin] as number, backward[diagonal + 1 + origin] as number];
        let x = below < above ? below : above - 1;
        while (x > x0 && x - diagonal > y0 && this.same(x - 1, x - diagonal - 1)) x--;
        backward[diagonal + origin] = x;
        if (!odd && within(diagonal, reach.forward) && x <= (forward[diagonal + origin] as number))
          return { x, y: x - diagonal, minimal: [true, true] };
      }
      if (!minimal && cost >= this.tooExpensive) return this.farthest(x0, x1, y0, y1, reach);
      this.budget.spend(
        (reach.forward[1] - reach.forward[0] + reach.backward[1] - reach.backward[0] + 2) * NS_PER_STEP,
      );
      yield* breathe(this.budget);
    }
  }

  /** Where the walk that came farther is: what is behind it is known to be short, what is before it is not. */
  private farthest(
    x0: number,
    x1: number,
    y0: number,
    y1: number,
    reach: { readonly forward: readonly [number, number]; readonly backward: readonly [number, number] },
  ): Meeting {
    const { forward, backward, origin } = this;
    let ahead = { x: x0, sum: -1 };
    for (let diagonal = reach.forward[1]; diagonal >= reach.forward[0]; diagonal -= 2) {
      let x = Math.min(forward[diagonal + origin] as number, x1);
      let y = x - diagonal;
      if (y > y1) [x, y] = [y1 + diagonal, y1];
      if (x + y > ahead.sum) ahead = { x, sum: x + y };
    }
    let behind = { x: x1, sum: BEYOND };
    for (let diagonal = reach.backward[1]; diagonal >= reach.backward[0]; diagonal -= 2) {
      let x = Math.max(backward[diagonal + origin] as number, x0);
      let y = x - diagonal;
      if (y < y0) [x, y] = [y0 + diagonal, y0];
      if (x + y < behind.sum) behind = { x, sum: x + y };
    }
    return x1 + y1 - behind.sum < ahead.sum - (x0 + y0)
      ? { x: ahead.x, y: ahead.sum - ahead.x, minimal: [true, false] }
      : { x: behind.x, y: behind.sum - behind.x, minimal: [false, true] };
  }
}

const within = (diagonal: number, [least, most]: readonly [number, number]): boolean =>
  diagonal >= least && diagonal <= most;

/** Farther than any walk comes. */
const BEYOND = 0x7fff_ffff;

/** One more step may reach one more diagonal on either side, as long as there are any; on those behind, `nothing` is. */
function widen(
  reach: [number, number],
  [least, most]: readonly [number, number],
  walk: Int32Array,
  origin: number,
  nothing: number,
): void {
  if (reach[0] > least) {
    reach[0]--;
    walk[reach[0] - 1 + origin] = nothing;
  } else reach[0]++;
  if (reach[1] < most) {
    reach[1]++;
    walk[reach[1] + 1 + origin] = nothing;
  } else reach[1]--;
}

/** Changed lines next to each other, with how many unchanged lines stand before them. */
interface Run {
  start: number;
  length: number;
  gap: number;
}

function* runsOf(changed: Uint8Array, budget: Budget): Running<Run[]> {
  const runs: Run[] = [];
  let unchanged = 0;
  for (const [i, is] of changed.entries()) {
    budget.spend(NS_PER_LINE);
    yield* breathe(budget);
    const last = runs.at(-1);
    if (is === 0) unchanged++;
    else if (last && last.start + last.length === i) last.length++;
    else runs.push({ start: i, length: 1, gap: unchanged });
  }
  return runs;
}

const gapsOf = (runs: readonly Run[]): ReadonlySet<number> => new Set(runs.map(({ gap }) => gap));

/**
 * A run can often stand a line earlier or later just as well. It goes up as far as it can, joining runs on its way, then
 * down as far as it can; where the other list has a change beside it, it stays with the last such.
 */
function* slid(
  lines: readonly number[],
  runs: readonly Run[],
  otherGaps: ReadonlySet<number>,
  budget: Budget,
): Running<Run[]> {
  const done: Run[] = [];
  const ahead = runs.map((run) => ({ ...run })).reverse();
  for (let run = ahead.pop(); run; run = ahead.pop()) {
    let before: number;
    let beside = -1;
    do {
      before = run.length;
      while (run.start > 0 && lines[run.start - 1] === lines[run.start + run.length - 1]) {
        budget.spend(NS_PER_LINE);
        yield* breathe(budget);
        run.start--;
        run.gap--;
        const last = done.at(-1);
        if (last && last.start + last.length === run.start) {
          run.start = last.start;
          run.length += last.length;
          done.pop();
        }
      }
      beside = otherGaps.has(run.gap) ? run.gap : -1;
      while (run.start + run.length < lines.length && lines[run.start] === lines[run.start + run.length]) {
        budget.spend(NS_PER_LINE);
        yield* breathe(budget);
        run.start++;
        run.gap++;
        if (ahead.at(-1)?.start === run.start + run.length) run.length += ahead.pop()?.length ?? 0;
        if (otherGaps.has(run.gap)) beside = run.gap;
      }
    } while (run.length !== before);
    if (beside >= 0) {
      run.start -= run.gap - beside;
      run.gap = beside;
    }
    done.push(run);
  }
  return done;
}

/** Runs of both lists behind the same unchanged lines are one change. */
function joined(ours: readonly Run[], theirs: readonly Run[], skipped: number): Change[] {
  const gaps = [...new Set([...ours, ...theirs].map(({ gap }) => gap))].sort((x, y) => x - y);
  const inOurs = new Map(ours.map((run) => [run.gap, run]));
  const inTheirs = new Map(theirs.map((run) => [run.gap, run]));
  let [lengthOurs, lengthTheirs] = [skipped, skipped];
  return gaps.map((gap) => {
    const [from, otherFrom] = [gap + lengthOurs, gap + lengthTheirs];
    lengthOurs += inOurs.get(gap)?.length ?? 0;
    lengthTheirs += inTheirs.get(gap)?.length ?? 0;
    return { from, to: gap + lengthOurs, otherFrom, otherTo: gap + lengthTheirs };
  });
}

/**
 * What has to change in one list of lines to make it another: Myers' O(ND) comparison in linear space (Algorithmica 1,
 * 1986), then each run of changed lines slid to where GNU diff shows it.
 */

/** Lines `from` up to `to` (not included) of the first list become lines `otherFrom` up to `otherTo` of the second. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly otherFrom: number;
  readonly otherTo: number;
}

/**
 * Changes in order, with unchanged lines between each two. Equal lines at both ends are set aside but for `around` of
 * them, which is how far a run of changed lines may slide into them. `spent` is told of steps made.
 */
export function editScript(
  first: readonly string[],
  second: readonly string[],
  around = 0,
  spent: (steps: number) => void = () => {},
): Change[] {
  const most = Math.min(first.length, second.length);
  let ahead = 0;
  while (ahead < most && first[ahead] === second[ahead]) ahead++;
  let behind = 0;
  while (behind < most - ahead && first.at(-1 - behind) === second.at(-1 - behind)) behind++;
  const skipped = Math.max(0, ahead - around);
  const inside = (lines: readonly string[]): readonly string[] =>
    lines.slice(skipped, lines.length - Math.max(0, behind - around));
  const [a, b] = numbered(inside(first), inside(second));
  const changed = { a: new Uint8Array(a.length), b: new Uint8Array(b.length) };
  const keptA = shared(a, b, changed.a);
  const keptB = shared(b, a, changed.b);
  new Comparison(keptA, keptB, changed, spent).run();
  const ours = slid(a, runsOf(changed.a), gapsOf(runsOf(changed.b)));
  const theirs = slid(b, runsOf(changed.b), gapsOf(ours));
  return joined(ours, theirs, skipped);
}

/** Lines as numbers, the same for the same text. */
function numbered(first: readonly string[], second: readonly string[]): [number[], number[]] {
  const numbers = new Map<string, number>();
  const number = (line: string): number => {
    const known = numbers.get(line) ?? numbers.size;
    numbers.set(line, known);
    return known;
  };
  return [first.map(number), second.map(number)];
}

interface Kept {
  readonly lines: readonly number[];
  /** Where they stand in the whole list. */
  readonly places: readonly number[];
}

/** Lines that the other list has somewhere; what it has not is a change, whatever else is. */
function shared(lines: readonly number[], other: readonly number[], changed: Uint8Array): Kept {
  const known = new Set(other);
  const places: number[] = [];
  for (const [i, line] of lines.entries()) {
    if (known.has(line)) places.push(i);
    else changed[i] = 1;
  }
  return { lines: places.map((place) => lines[place] as number), places };
}

/** Walks the edit graph from both ends until the two walks meet, and divides there. */
class Comparison {
  private readonly a: Kept;
  private readonly b: Kept;
  private readonly changed: { readonly a: Uint8Array; readonly b: Uint8Array };
  private readonly spent: (comparisons: number) => void;
  /** How far (x) a walk has come on each diagonal (x - y), shifted by `origin`. */
  private readonly forward: Int32Array;
  private readonly backward: Int32Array;
  private readonly origin: number;

  constructor(a: Kept, b: Kept, changed: Comparison["changed"], spent: (comparisons: number) => void) {
    this.a = a;
    this.b = b;
    this.changed = changed;
    this.spent = spent;
    this.origin = b.lines.length + 1;
    const diagonals = a.lines.length + b.lines.length + 3;
    this.forward = new Int32Array(diagonals);
    this.backward = new Int32Array(diagonals);
  }

  run(): void {
    const left: [number, number, number, number][] = [[0, this.a.lines.length, 0, this.b.lines.length]];
    for (let part = left.pop(); part; part = left.pop()) {
      let [x0, x1, y0, y1] = part;
      while (x0 < x1 && y0 < y1 && this.same(x0, y0)) {
        x0++;
        y0++;
      }
      while (x0 < x1 && y0 < y1 && this.same(x1 - 1, y1 - 1)) {
        x1--;
        y1--;
      }
      if (x0 === x1) for (let y = y0; y < y1; y++) this.changed.b[this.b.places[y] as number] = 1;
      else if (y0 === y1) for (let x = x0; x < x1; x++) this.changed.a[this.a.places[x] as number] = 1;
      else {
        const [x, y] = this.meeting(x0, x1, y0, y1);
        left.push([x0, x, y0, y], [x, x1, y, y1]);
      }
    }
  }

  private same(x: number, y: number): boolean {
    return this.a.lines[x] === this.b.lines[y];
  }

  /** A point on a shortest path between two corners. */
  private meeting(x0: number, x1: number, y0: number, y1: number): [number, number] {
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
    for (;;) {
      widen(reach.forward, [least, most], forward, origin, -1);
      for (let diagonal = reach.forward[1]; diagonal >= reach.forward[0]; diagonal -= 2) {
        const [below, above] = [forward[diagonal - 1 + origin] as number, forward[diagonal + 1 + origin] as number];
        let x = below < above ? above : below + 1;
        while (x < x1 && x - diagonal < y1 && this.same(x, x - diagonal)) x++;
        forward[diagonal + origin] = x;
        if (odd && within(diagonal, reach.backward) && (backward[diagonal + origin] as number) <= x)
          return [x, x - diagonal];
      }
      widen(reach.backward, [least, most], backward, origin, BEYOND);
      for (let diagonal = reach.backward[1]; diagonal >= reach.backward[0]; diagonal -= 2) {
        const [below, above] = [backward[diagonal - 1 + origin] as number, backward[diagonal + 1 + origin] as number];
        let x = below < above ? below : above - 1;
        while (x > x0 && x - diagonal > y0 && this.same(x - 1, x - diagonal - 1)) x--;
        backward[diagonal + origin] = x;
        if (!odd && within(diagonal, reach.forward) && x <= (forward[diagonal + origin] as number))
          return [x, x - diagonal];
      }
      this.spent(reach.forward[1] - reach.forward[0] + 1);
    }
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

function runsOf(changed: Uint8Array): Run[] {
  const runs: Run[] = [];
  let unchanged = 0;
  for (const [i, is] of changed.entries()) {
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
function slid(lines: readonly number[], runs: readonly Run[], otherGaps: ReadonlySet<number>): Run[] {
  const done: Run[] = [];
  const ahead = runs.map((run) => ({ ...run })).reverse();
  for (let run = ahead.pop(); run; run = ahead.pop()) {
    let before: number;
    let beside = -1;
    do {
      before = run.length;
      while (run.start > 0 && lines[run.start - 1] === lines[run.start + run.length - 1]) {
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

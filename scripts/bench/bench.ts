/**
 * A benchmark, as `npm run bench` runs it. A file `scripts/bench/*.bench.ts` exports them as
 * `export const benches: readonly Bench[]`.
 */
export interface Bench {
  readonly name: string;
  /** What one run yields, in the order of `run`'s values. */
  readonly figures: readonly Figure[];
  /** Runs that count; the median over them is the result. */
  readonly runs: number;
  /** Runs before them that don't count (compilers warm up). */
  readonly warmUp?: number;
  /** One run: a value for each figure, in its unit. `gc()` is at hand as a global. */
  run(): readonly number[] | Promise<readonly number[]>;
  /** Gives back what the runs shared. */
  close?(): void | Promise<void>;
}

export interface Figure {
  readonly name: string;
  /** `ms`, `MiB`, `M pages/s`, `×` … */
  readonly unit: string;
  readonly better: "lower" | "higher";
  /** What it should reach; a figure without one is only shown. */
  readonly target?: number;
}

/** A figure over all runs. */
export interface Result {
  readonly bench: string;
  readonly figure: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  readonly target: number | null;
  /** Whether the median reaches the target; `null` without one. */
  readonly met: boolean | null;
}

/** Runs a benchmark and sums it up, a result for each of its figures. */
export async function runBench(bench: Bench): Promise<Result[]> {
  try {
    for (let i = 0; i < (bench.warmUp ?? 0); i++) await bench.run();
    const runs: (readonly number[])[] = [];
    for (let i = 0; i < bench.runs; i++) runs.push(await bench.run());
    return bench.figures.map((figure, i) =>
      summary(
        bench.name,
        figure,
        runs.map((values) => figureOf(bench, values, i)),
      ),
    );
  } finally {
    await bench.close?.();
  }
}

function figureOf(bench: Bench, values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined || !Number.isFinite(value)) {
    throw new Error(`A run of "${bench.name}" gave no number for "${bench.figures[index]?.name}".`);
  }
  return value;
}

function summary(bench: string, figure: Figure, values: readonly number[]): Result {
  const { name, unit, better, target } = figure;
  const median = quantile(values, 0.5);
  const met = target === undefined ? null : better === "lower" ? median <= target : median >= target;
  const [min, max] = [quantile(values, 0), quantile(values, 1)];
  return { bench, figure: name, unit, better, median, min, max, runs: values.length, target: target ?? null, met };
}

/** Linear interpolation between the two nearest values; `share` from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

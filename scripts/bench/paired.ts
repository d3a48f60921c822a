/** Figures of this state beside those of another, run in turn on one machine: the ratio of each pair says what changed. */
import { quantile, type Result } from "./bench.ts";

export interface Paired {
  readonly bench: string;
  readonly figure: string;
  readonly unit: string;
  /** Medians of the rounds. */
  readonly now: number;
  readonly before: number;
  /** This state's figure by the other's, pair by pair: more is worse. */
  readonly worse: { readonly median: number; readonly min: number; readonly max: number };
  /** No worse than `MAY_GROW` in the median. */
  readonly kept: boolean;
}

/** What a figure may lose: noise of a machine that does other things, too. */
export const MAY_GROW = 1.05;

/** Rounds of both states, in order. A figure that one of them does not have is left out. */
export function paired(now: readonly (readonly Result[])[], before: readonly (readonly Result[])[]): readonly Paired[] {
  const keyOf = ({ bench, figure }: Result): string => `${bench}: ${figure}`;
  const found: Paired[] = [];
  for (const first of now[0] ?? []) {
    const pairs = now.flatMap((round, i) => {
      const own = round.find((one) => keyOf(one) === keyOf(first));
      const other = before[i]?.find((one) => keyOf(one) === keyOf(first));
      return own && other ? [[own.median, other.median] as const] : [];
    });
    if (pairs.length === 0) continue;
    const ratios = pairs.map(([own, other]) =>
      ratio(first.better === "lower" ? own : other, first.better === "lower" ? other : own),
    );
    const median = quantile(ratios, 0.5);
    found.push({
      bench: first.bench,
      figure: first.figure,
      unit: first.unit,
      now: quantile(
        pairs.map(([own]) => own),
        0.5,
      ),
      before: quantile(
        pairs.map(([, other]) => other),
        0.5,
      ),
      worse: { median, min: quantile(ratios, 0), max: quantile(ratios, 1) },
      kept: median <= MAY_GROW,
    });
  }
  return found;
}

/** Nothing by nothing is the same. */
const ratio = (one: number, other: number): number => (one === other ? 1 : one / other);

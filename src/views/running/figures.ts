/** Of loads, what is the same in any language. */
import { LOAD_KINDS, type LoadKind } from "../../engine/workload/load-description.ts";

export const isLoad = (word: string): word is LoadKind => (LOAD_KINDS as readonly string[]).includes(word);

/** Whole percents, never 0 or 100 for something in between. */
export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "0 %";
  const percents = (part / whole) * 100;
  return percents < 1 ? "< 1 %" : percents > 99 && part < whole ? "> 99 %" : `${Math.round(percents)} %`;
}

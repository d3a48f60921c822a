/** Figures of zones, the same in any language. */
import { formatBytes, PAGE_SIZE } from "../../engine/units.ts";

/** An amount of memory given in pages. */
export const amount = (pages: number): string => formatBytes(pages * PAGE_SIZE);
/** Whole percents, but never 0 or 100 for something in between. */
export function percent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return "0 %";
  const share = (part / whole) * 100;
  return share < 1 ? "< 1 %" : share > 99 && part < whole ? "> 99 %" : `${Math.round(share)} %`;
}

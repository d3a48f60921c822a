/** What the slider of time says of an instant. */
import type { Happening } from "./happenings.ts";
import { lengthOf } from "./durations.ts";
import { timeStrings as strings } from "./strings.ts";

/** `137 ms, d3 stayed in its slot: EBUSY`: the time since power-on, and what happened last until then. */
export function sliderValue(at: number, happenings: readonly Happening[]): string {
  const last = happenings.findLast((happening) => happening.at <= at);
  return strings.value(lengthOf(at), last?.text ?? null);
}

/** What comes second in a picture that is large: to make, lay out and paint all of it at once takes longer than a frame has. */
import { useDeferredValue } from "react";

/**
 * Whether the second part of a picture is due: not together with the first, but as soon as the page has time after it. It goes
 * with the first.
 */
export function useSecond(first: boolean): boolean {
  return useDeferredValue(first, false) && first;
}

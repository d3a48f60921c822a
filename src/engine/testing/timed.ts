/** Takes all steps of a piece of kernel work at once, outside the box's time, as `finish` (../chronicle/slices.ts), and tells what they cost. */
import { type Steps, Walk } from "../chronicle/task.ts";

/** What it comes to, how long it would have taken (simulated ns), and in how many steps. */
export function timed<T>(steps: Steps<T>): { readonly result: T; readonly ns: number; readonly steps: number } {
  const walk = new Walk(steps);
  let [ns, taken] = [0, 0];
  for (;;) {
    const { done, value } = walk.next();
    if (done) return { result: value as T, ns, steps: taken };
    ns += value as number;
    taken++;
  }
}

/** One kernel function on. */
import type { Play } from "./play.ts";

/** Simulated ns after which one step on stops, wherever it is: an offline that gets nowhere goes on for ever. */
const LONGEST = 1e9;

/** Lets time pass until an operation comes to another function; `advance` asks after each step whether that was the last. */
export function stepOn({ engine }: Play, advance: (nanoseconds: number, stops: () => boolean) => void): boolean {
  const where = (): string =>
    engine
      .callStacks()
      .map(({ op, stack }) => `${op} ${stack.join()}`)
      .join(";");
  const here = where();
  if (engine.idle) return false;
  advance(LONGEST, () => where() !== here);
  return where() !== here;
}

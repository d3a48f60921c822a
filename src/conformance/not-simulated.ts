/** What a tool says of words of the command lines that the machine does not act on. */
import type { Engine } from "../engine/time/engine.ts";

/** A line that names each such word once, or `null` where there is none. Of all partitions unless some are named. */
export function notSimulated(engine: Engine, partitions: Iterable<string> = engine.layouts.keys()): string | null {
  const words = new Set([...partitions].flatMap((id) => engine.layouts.get(id)?.notSimulated ?? []));
  return words.size === 0 ? null : `not simulated: ${[...words].join(" ")}\n`;
}

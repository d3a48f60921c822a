/** Plays a journal again: the same seed, box and commands at the same instants make the same machine, byte for byte. */
import type { Engine } from "./engine.ts";
import type { Instant, JournalEntry } from "./journal.ts";

/**
 * Gives a machine that has just booted the commands of a journal, each at its instant, and lets it run to `end`. A
 * journal with terminals needs a machine that has them (`Engine.join`). Throws where the journal is another machine's.
 */
export function replay(engine: Engine, entries: Iterable<JournalEntry>, end?: Instant): void {
  for (const { step, at, origin, command } of entries) {
    engine.advanceTo({ step, at });
    engine.submit(command, origin ?? undefined);
  }
  if (end) engine.advanceTo(end);
}

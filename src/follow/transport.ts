/** What carries a talk: who follows hears it, and who drives says it. What stands behind is a broker, or a test. */
import type { Line } from "./entries.ts";

export interface Listener {
  /** Said just now. */
  line(line: Line): void;
  /** Sums of what those who follow said, as text. */
  sums(text: string): void;
  /** Whether anything is heard at all. What was said while nothing was heard has to be asked for. */
  connected(yes: boolean): void;
}

export interface Transport {
  /** There is one listener. */
  listen(listener: Listener): void;
  /** What was said from that number on, oldest first; all of it, or the next few hundred. Throws where nobody answers. */
  history(from: number): Promise<readonly Line[]>;
  /** A guess, or how one follows: for the sums. Lost where nobody hears it. */
  say(text: string): void;
  close(): void;
}

export interface DriverTransport extends Transport {
  /**
   * Says the entry of that number; `taken` when it is kept. `late`: another one has that number. Throws where nobody answers,
   * or where the broker refuses it: then it may have been kept or not.
   */
  publish(text: string, seq: number): Promise<"taken" | "late">;
}

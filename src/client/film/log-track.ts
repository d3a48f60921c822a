/** The log as the film has it: it only grows, until the page shows another one. Of lines that nothing shows it lets go. */
import type { LogEntry } from "../../protocol/messages.ts";
import { LONGEST_LOG } from "../apply-frame.ts";
import { saysTheSame } from "./changes.ts";
import type { LogRun, Shot } from "./shot.ts";
import { trimmed, weighLine } from "./thinning.ts";

export class LogTrack {
  #run: LogRun = { entries: [], before: 0 };
  #bytes = 0;
  /** Of those bytes, what came while the lines were weighed. */
  #added = 0;

  /** Of logs that shots show, each line once. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The log of now. */
  get run(): LogRun {
    return this.#run;
  }

  /** Lines that it has had. */
  get logged(): number {
    return this.#run.before + this.#run.entries.length;
  }

  /** Another log begins; mostly as the one before, up to some line. */
  begin(log: readonly LogEntry[]): void {
    const { entries } = this.#run;
    const known = new Map(entries.slice(-2 * LONGEST_LOG).map((entry) => [entry.seq, entry] as const));
    this.#run = { entries: [], before: 0 };
    this.write(log, known);
  }

  /** `known`: lines that are weighed already, by number. */
  write(log: readonly LogEntry[], known?: ReadonlyMap<number, LogEntry>): void {
    for (const entry of log) {
      const before = known?.get(entry.seq);
      const same = before !== undefined && saysTheSame(before, entry);
      this.#run.entries.push(same ? before : entry);
      const weight = weighLine(entry, same);
      this.#bytes += weight;
      this.#added += weight;
    }
  }

  /** Lets go of what none of the shots shows, in parts; lines may come in between. */
  *trim(shots: readonly Shot[]): Generator<void> {
    this.#added = 0;
    const lines = yield* trimmed(shots, this.#run);
    this.#bytes = lines + this.#added;
  }
}

/**
 * A stretch of time with an exact end: commands are given at one instant, then time passes until nothing runs any more, or
 * for so long, and stands still. However fast it is played and wherever the turns of the pump fall, it ends at the same
 * instant with the same machine.
 */
import type { ErrnoName } from "../engine/chronicle/outcome.ts";
import { simNs } from "../engine/units.ts";
import type { Stretched, ToWorker } from "../protocol/messages.ts";
import type { Play } from "./play.ts";

type Asked = Pick<Extract<ToWorker, { type: "stretch" }>, "commands" | "length" | "follows">;

/** Simulated ns after which what does not end by itself is left running: longer than Linux retries any offline that can end. */
const LONGEST = 130e9;

export class Stretch {
  readonly #play: Play;
  readonly #end: number;
  readonly #untilIdle: boolean;
  readonly #begun: number;
  readonly #given: readonly { readonly errno: ErrnoName | null; readonly op: number | null }[];

  /** Gives the commands. Those that follow others belong to what a person did before: one undo takes back all. */
  constructor(play: Play, { commands, length, follows }: Asked) {
    this.#play = play;
    this.#begun = play.engine.now;
    this.#untilIdle = length === null;
    this.#end = this.#begun + (length ?? LONGEST);
    this.#given = commands.map((command, i) => play.submit(command, follows || i > 0 ? "stretch" : undefined));
    // Time that passes goes another way than it once went.
    if (commands.length === 0) play.fork();
  }

  /** Lets so much time pass, as far as the budget allows. True at the end. */
  advance(nanoseconds: number, budget: { expired(): boolean }): boolean {
    const { engine } = this.#play;
    if (this.#done) return true;
    const target = Math.min(engine.now + Math.round(nanoseconds), this.#end);
    engine.runUntil(simNs(target), { expired: () => this.#done || budget.expired() });
    return this.#done;
  }

  /** What became of the commands so far. */
  get outcomes(): (ErrnoName | null)[] {
    return this.#given.map(({ errno, op }) => errno ?? (op === null ? null : this.#play.engine.outcome(op)));
  }

  get result(): Stretched {
    const { engine } = this.#play;
    return {
      outcomes: this.outcomes,
      place: { entries: engine.journal.length, instant: engine.instant },
      took: engine.now - this.#begun,
      hash: engine.past().hash,
    };
  }

  get #done(): boolean {
    const { engine } = this.#play;
    return engine.now >= this.#end || (this.#untilIdle && engine.idle);
  }
}

/**
 * A copy of a machine that does something nobody did: for questions that only running it can answer. The copy is made as an
 * undo's is, by the same journal, or begins anew; then moves are made in it as a person would, in a terminal or with the mouse.
 */
import type { Move, Rehearsed, RehearsedMove } from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { simNs } from "../engine/units.ts";
import type { BuildEngine } from "./engine-port.ts";
import { Play } from "./play.ts";
import { Rewind } from "./rewind.ts";

/** A terminal that no page has. */
const TERMINAL = 2 ** 40;
const FOLDER = "/sys/devices/system/memory";
/** Simulated ns that a move gets: an offline that nothing ends is seen to go on after it. */
export const PATIENCE = 120e9;
const SLICE = 20e6;
/** Real ms of one turn. */
const BUDGET = 8;

export interface Turns {
  clock(): number;
  later(callback: () => void, milliseconds: number): void;
}

/** What a machine is told to do. */
export interface Moves {
  readonly partition: string;
  readonly moves: readonly Move[];
  /** Begins anew from this instead of where the machine is. */
  readonly scenario?: Scenario | null;
}

const breath = (turns: Turns): Promise<void> => new Promise((resolve) => turns.later(resolve, 0));

/** A machine that is where `play` is now, from a journal. */
export async function copyOf(turns: Turns & { readonly build: BuildEngine }, play: Play): Promise<Play> {
  const copy = new Play(turns.build, play.scenario);
  copy.begin = play.begin;
  const causes = play.engine.journal.slice(0);
  const rewind = new Rewind(copy, causes, { entries: causes.length, instant: play.engine.instant });
  for (;;) {
    const end = turns.clock() + BUDGET;
    if (rewind.run({ expired: () => turns.clock() >= end })) return copy;
    await breath(turns);
  }
}

/** Makes moves in a machine, each to its end. */
export class Hand {
  readonly #turns: Turns;
  readonly #play: Play;
  readonly #terminals = new Map<string, number>();
  readonly #patience: number;
  /** What its terminals showed. */
  text = "";

  /** `patience`: simulated ns that a move gets. */
  constructor(turns: Turns, play: Play, patience = PATIENCE) {
    this.#turns = turns;
    this.#patience = patience;
    this.#play = play;
  }

  async move(move: Move, partition: string): Promise<void> {
    const { engine } = this.#play;
    if (typeof move !== "string") {
      this.#play.submit(move);
      await this.#until(() => engine.idle);
      return;
    }
    await this.#type(`${move}\r`, await this.#terminal(partition));
  }

  async #terminal(partition: string): Promise<number> {
    const open = this.#terminals.get(partition);
    if (open !== undefined) return open;
    const terminal = TERMINAL + this.#terminals.size;
    this.#terminals.set(partition, terminal);
    await this.#play.join();
    this.#play.audience = {
      output: (_, text) => {
        this.text += text;
      },
      ended: () => {},
    };
    this.#play.submit({ do: "terminal-open", terminal, partition, columns: 200, rows: 50 });
    await this.#until(() => false, SLICE);
    await this.#type(`cd ${FOLDER}\r`, terminal);
    return terminal;
  }

  async #type(text: string, terminal: number): Promise<void> {
    const { engine, terminals } = this.#play;
    this.#play.submit({ do: "terminal-input", terminal, text });
    // The shell reads in a step of its own.
    await this.#until(() => false, 1e6);
    await this.#until(() => terminals?.busy(terminal) !== true && engine.idle);
  }

  /** Lets time pass until something is so, or for so long. */
  async #until(done: () => boolean, limit = this.#patience): Promise<void> {
    const { engine } = this.#play;
    const end = engine.now + limit;
    while (engine.now < end && !done()) {
      const stop = this.#turns.clock() + BUDGET;
      while (engine.now < end && !done() && this.#turns.clock() < stop)
        engine.runUntil(simNs(Math.min(end, engine.now + SLICE)), { expired: done });
      await breath(this.#turns);
    }
  }
}

/** Simulated ns that a command of a setup gets. */
const SETUP = 600e9;

/** A machine that begins anew, as its scenario says (`Play.setUp`); the one that runs has its turns meanwhile. */
async function anew(turns: Turns & { readonly build: BuildEngine }, scenario: Scenario): Promise<Play> {
  const play = new Play(turns.build, scenario);
  const { engine } = play;
  for (const command of scenario.setup) {
    await breath(turns);
    play.submit(command, "setup");
    const end = engine.now + SETUP;
    for (;;) {
      const stop = turns.clock() + BUDGET;
      if (engine.settle(end - engine.now, { expired: () => turns.clock() >= stop })) break;
      await breath(turns);
    }
  }
  play.begin = engine.now;
  return play;
}

/** Lets a copy make the moves, and tells what each did. */
export async function rehearse(
  turns: Turns & { readonly build: BuildEngine },
  play: Play,
  { partition, moves, scenario }: Moves,
): Promise<Rehearsed> {
  const copy = await (scenario ? anew(turns, scenario) : copyOf(turns, play));
  const { engine } = copy;
  engine.showAgain();
  engine.keepMoments(true);
  const begin = engine.drainPatches();
  engine.drainMoments();
  const hand = new Hand(turns, copy);
  const made: RehearsedMove[] = [];
  for (const move of moves) {
    const before = hand.text.length;
    await hand.move(move, partition);
    made.push({
      patches: engine.drainPatches(),
      acts: engine.drainMoments().flatMap(({ acts }) => acts),
      text: hand.text.slice(before),
    });
  }
  return { at: engine.now, begin, moves: made };
}

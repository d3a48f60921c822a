/**
 * Undo of what a person did last, by the worker's own session: processor time from the key to the frame that shows the machine
 * as it was. After a quiet second the spare machine stands where undo goes; at once it has everything since the deed before
 * still to do, and most of all where that one emptied a DIMM.
 */
import type { Command } from "../../src/engine/time/commands.ts";
import type { FromWorker, ToWorker } from "../../src/protocol/messages.ts";
import type { Scenario } from "../../src/protocol/scenario.ts";
import { findScenario } from "../../src/protocol/scenarios/index.ts";
import { EngineHost } from "../../src/worker/engine-host.ts";
import { Session } from "../../src/worker/session.ts";
import type { Bench } from "./bench.ts";

/** Real milliseconds of a turn in which nothing is computed. */
const TURN = 4;
/** Turns that a person takes to press the key at once, and a quiet second of them. */
const AT_ONCE = 25;
const QUIET = 1000 / TURN;

const processor = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** A page over a session; real time is what the processor takes, and what the page waits. */
class Person {
  readonly #session: Session;
  readonly #turns: (() => void)[] = [];
  #inbox: FromWorker[] = [];
  #waited = 0;
  #next = 1;

  constructor(scenario: Scenario) {
    this.#session = new Session({
      build: (given) => new EngineHost(given),
      send: (message) => this.#inbox.push(message),
      clock: () => processor() + this.#waited,
      later: (callback) => this.#turns.push(callback),
    });
    this.#tell({ type: "start", run: 1, scenario });
  }

  #tell(message: ToWorker): void {
    this.#session.receive(message);
  }

  /** One turn of the worker; what it sent is acknowledged. */
  async #turn(): Promise<readonly FromWorker[]> {
    for (const turn of this.#turns.splice(0)) turn();
    await new Promise((resolve) => setImmediate(resolve));
    const heard = this.#inbox;
    this.#inbox = [];
    for (const message of heard) {
      if (message.type === "fault") throw new Error(JSON.stringify(message.trouble));
      if (message.type === "frame") this.#tell({ type: "ack", frame: message.frame, buffers: [] });
    }
    return heard;
  }

  async pass(turns: number): Promise<void> {
    for (let i = 0; i < turns; i++) {
      this.#waited += TURN;
      await this.#turn();
    }
  }

  /** Does something, at a speed at which it is watched or that of the computer, until it ended. */
  async act(command: Command, speed = 1): Promise<void> {
    this.#tell({ type: "speed", speed });
    this.#tell({ type: "command", id: this.#next++, command });
    for (let idle = false, turns = 0; !idle || turns < 3; turns++) {
      if (turns > 100_000) throw new Error(`${command.do} does not end`);
      this.#waited += TURN;
      for (const message of await this.#turn()) if (message.type === "frame") idle = message.idle;
    }
  }

  /** Undoes, or does again: processor time until a frame shows the machine there. */
  async travel(type: "undo" | "redo"): Promise<number> {
    const id = this.#next++;
    const began = processor();
    this.#tell({ type, id });
    for (let went = false; ; ) {
      for (const message of await this.#turn()) {
        if (message.type === "answer" && message.id === id) {
          if (message.answer.to !== "travel" || message.answer.went === null)
            throw new Error(`${type}: it went nowhere`);
          went = true;
        }
        if (message.type === "frame" && message.anew && went) return processor() - began;
      }
    }
  }
}

const load = (mib: number): Command => ({
  do: "load",
  partition: "A",
  load: { kind: "anon", mib, node: 1, policy: "preferred" },
});

function undoing(name: string, scenario: string, emptied: string, target: number, runs: number): Bench {
  const line = (what: string) => ({ name: what, unit: "ms", better: "lower", target }) as const;
  return {
    name: `undo ${name}`,
    figures: [
      line("after a quiet second, processor time"),
      line("at once, processor time"),
      line("at once, after a DIMM was emptied, processor time"),
      line("redo, processor time"),
    ],
    runs,
    warmUp: 1,
    async run() {
      const found = findScenario(scenario);
      if (!found) throw new Error(`There is no scenario ${scenario}.`);
      const person = new Person(found);
      await person.pass(QUIET / 4);
      for (let i = 0; i < 6; i++) {
        await person.act(load(8 + i));
        await person.pass(QUIET / 4);
      }
      await person.act(load(64));
      await person.pass(QUIET);
      const quiet = await person.travel("undo");
      const redo = await person.travel("redo");
      await person.pass(QUIET / 4);
      await person.act(load(32));
      await person.pass(AT_ONCE);
      const once = await person.travel("undo");
      await person.act({ do: "move", dimm: emptied, to: { shelf: true } });
      await person.act(load(16));
      const emptying = await person.travel("undo");
      return [quiet, once, emptying, redo];
    },
  };
}

export const benches: readonly Bench[] = [
  undoing("on the standard box", "busy-server", "d4", 150, 5),
  undoing("on a box of 64 GiB", "four-nodes", "d4", 1000, 3),
];

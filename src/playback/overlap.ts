/** Steps that go on while others are done: what was begun under a name, until somebody asks for its end. */
import type { PlayedStep, TraceEvent, TraceStep } from "../protocol/trace.ts";
import { exitStatus } from "../shell/process/process.ts";
import { Signal } from "../shell/process/signals.ts";
import { endsRequest, late } from "./request-end.ts";
import type { SimulatedMachine, StartedScript } from "./simulated-machine.ts";

export type Answer = Pick<PlayedStep, "exit" | "stdout" | "stderr" | "error">;

interface Begun {
  readonly ended: () => boolean;
  readonly answer: () => Answer;
  readonly script?: StartedScript;
}

export class Overlap {
  private readonly begun = new Map<string, Begun>();
  private readonly machine: SimulatedMachine;
  /** All events so far. */
  private readonly events: () => readonly TraceEvent[];

  constructor(machine: SimulatedMachine, events: () => readonly TraceEvent[]) {
    this.machine = machine;
    this.events = events;
  }

  script(name: string, text: string): void {
    const script = this.machine.begin(text, "sh", true);
    const { process, output } = script;
    this.begun.set(name, {
      ended: () => !process.alive,
      answer: () => ({
        exit: process.ending ? exitStatus(process.ending) : 0,
        stdout: output.out,
        stderr: output.err,
      }),
      script,
    });
  }

  request(name: string, kind: "hotadd" | "hotremove", id: string): void {
    const seen = this.events().length;
    this.begun.set(name, {
      ended: () =>
        this.events()
          .slice(seen)
          .some((event) => endsRequest(kind, id, event)),
      answer: () => ({ error: null }),
    });
  }

  /** An operation of the engine. `answer` says what the recorder's program prints of its end. */
  operation(name: string, op: number | null, answer: () => Answer): void {
    this.begun.set(name, { ended: () => op === null || this.machine.done(op), answer });
  }

  until(step: Extract<TraceStep, { until: unknown }>): Answer {
    const { until, seconds } = step;
    this.machine.beginStep(seconds);
    if ("block" in until) {
      const state = () => this.machine.kernel.blocks.get(until.block)?.state;
      return this.machine.waitFor(seconds, () => state() === until.is) ? {} : { error: late(seconds) };
    }
    const begun = this.begun.get(until.ended);
    if (!begun) throw new Error(`nothing was started as ${until.ended}`);
    return this.machine.waitFor(seconds, begun.ended) ? begun.answer() : { error: late(seconds) };
  }

  interrupt({ interrupt, signal }: Extract<TraceStep, { interrupt: unknown }>): void {
    const script = this.begun.get(interrupt)?.script;
    if (script) this.machine.signal(script, Signal[signal]);
  }
}

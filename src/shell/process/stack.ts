/**
 * What a process is in the middle of. Generators that call each other with `yield*` lie on JavaScript's own stack each
 * time the process goes on: a function of a script that calls itself would overflow it, and to wake the process would
 * cost more the deeper it is. What may nest without end is run `apart` instead: its generator lies in an array, and
 * only the innermost one is asked to go on.
 */
import type { Running, Wait, Woken } from "../system.ts";

const GO: Woken = { ended: true, errno: null };

/** As `yield* steps`, on a stack of its own. */
export function* apart<T>(steps: Running<T>): Running<T> {
  const { value } = yield { op: null, until: 0, call: steps };
  return value as T;
}

/** The process becomes `steps`, as by execve(2): what it was in the middle of is forgotten, and never goes on. */
export function* instead(steps: Running<number>): Running<never> {
  yield { op: null, until: 0, become: steps };
  throw new Error("a process went on with what it no longer is");
}

export class Stack {
  private frames: Running<unknown>[];

  constructor(first: Running<number>) {
    this.frames = [first];
  }

  /** Goes on until the process waits or has ended; throws what nobody in it caught. */
  next(woken: Woken): IteratorResult<Wait, number> {
    let given = woken;
    let thrown: { readonly error: unknown } | null = null;
    for (;;) {
      const top = this.frames.at(-1) as Running<unknown>;
      let step: IteratorResult<Wait, unknown>;
      try {
        step = thrown ? top.throw(thrown.error) : top.next(given);
        thrown = null;
      } catch (error) {
        this.frames.pop();
        if (this.frames.length === 0) throw error;
        thrown = { error };
        continue;
      }
      if (step.done) {
        this.frames.pop();
        if (this.frames.length === 0) return { done: true, value: step.value as number };
        given = { ...GO, value: step.value };
      } else if (step.value.call) {
        this.frames.push(step.value.call);
        given = GO;
      } else if (step.value.become) {
        this.frames = [step.value.become];
        given = GO;
      } else return step;
    }
  }

  /** Gives everything up, innermost first. */
  return(): void {
    for (let top = this.frames.pop(); top; top = this.frames.pop()) {
      try {
        top.return(0);
      } catch (error) {
        // It is itself running (it ended by a signal of its own): it won't be asked to go on.
        if (!(error instanceof TypeError)) throw error;
      }
    }
  }
}

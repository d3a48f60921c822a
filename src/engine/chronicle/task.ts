/** A unit of simulated work: runs until it yields the nanoseconds that the last step took. */
import type { AttemptLog } from "./attempt.ts";
import type { AttemptKind } from "./outcome.ts";

/** Yields costs in simulated ns, or other steps that come first and whose result it then gets (`call`); what it returns is its result. */
export type Steps<T> = Generator<number | Steps<unknown>, T, unknown>;

/**
 * Other steps come first, as with `yield*`; but each of theirs is taken without going through all that wait for them. For
 * what takes many steps deep down.
 */
export function* call<T>(steps: Steps<T>): Steps<T> {
  return (yield steps) as T;
}

/** Steps with all that they call, one after the other: yields costs alone. */
export class Walk<T> implements IterableIterator<number, T, unknown> {
  /** Who waits for whom; the last is taken. */
  private readonly stack: Steps<unknown>[];

  constructor(steps: Steps<T>) {
    this.stack = [steps];
  }

  next(): IteratorResult<number, T> {
    const { stack } = this;
    let given: unknown;
    for (;;) {
      const { done, value } = (stack.at(-1) as Steps<unknown>).next(given);
      given = undefined;
      if (done) {
        if (stack.length === 1) return { done: true, value: value as T };
        stack.pop();
        given = value;
      } else if (typeof value === "number") return { done: false, value };
      else stack.push(value);
    }
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** What a running step may ask of the task that it belongs to. */
export interface Task {
  readonly id: number;
  /** A signal is pending. Kernel workers (ACPI) never get one. */
  readonly signalled: boolean;
  /** Begins an attempt, part of `parent` when there is one. */
  attempt(kind: AttemptKind, partition: string, target: string, parent: AttemptLog | null): AttemptLog;
}

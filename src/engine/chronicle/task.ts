/**
 * A unit of simulated work: it runs step by step, and of each step says how long it took and whose work it was. What it calls
 * stands on a stack, so whoever asks at any instant finds the kernel functions that it is in.
 */
import type { AttemptLog } from "./attempt.ts";
import type { KernelFunction } from "./functions.ts";
import type { AttemptKind } from "./outcome.ts";

/** What a step took, simulated ns, and the kernel functions below the ones called that it was spent in, the last at work. */
export interface Spent {
  readonly ns: number;
  readonly path: readonly KernelFunction[];
}

/** Steps that somebody waits for, as the kernel function that they are the work of. */
interface Called {
  readonly name: KernelFunction | null;
  readonly steps: Steps<unknown>;
}

/** Yields what each step took, or calls (`call`, `resume`), whose result it then gets; what it returns is its result. */
export type Steps<T> = Generator<Spent | readonly Called[], T, unknown>;

/** A step: so many simulated ns went by in these functions, outermost first. */
export const spend = (ns: number, ...path: readonly [KernelFunction, ...KernelFunction[]]): Spent => ({ ns, path });

/**
 * Steps of a kernel function come first, as with `yield*`; but they stand on the stack under its name, and each is taken without
 * going through all that wait for it.
 */
export function* call<T>(name: KernelFunction, steps: Steps<T>): Steps<T> {
  return (yield [{ name, steps }]) as T;
}

/** What a walk has left comes first, with all who wait in it. The walk itself is not to be used any more. */
export function* resume<T>(walk: Walk<T>): Steps<T> {
  return (yield walk.called) as T;
}

/** Steps with all that they call, one after the other: yields costs alone. */
export class Walk<T> implements IterableIterator<number, T, unknown> {
  /** Who waits for whom; the last is taken. */
  readonly called: Called[];
  private last: Spent | null = null;

  constructor(steps: Steps<T>) {
    this.called = [{ name: null, steps }];
  }

  /** The functions that the last step was taken in, outermost first; empty before the first. */
  get stack(): KernelFunction[] {
    const { called, last } = this;
    if (last === null) return [];
    const names: KernelFunction[] = [];
    for (const { name } of called) if (name !== null) names.push(name);
    for (const name of last.path) names.push(name);
    return names;
  }

  next(): IteratorResult<number, T> {
    const { called } = this;
    let given: unknown;
    for (;;) {
      const { done, value } = (called.at(-1) as Called).steps.next(given);
      given = undefined;
      if (done) {
        if (called.length === 1) return { done: true, value: value as T };
        called.pop();
        given = value;
      } else if ("ns" in value) {
        this.last = value;
        return { done: false, value: value.ns };
      } else for (const one of value) called.push(one);
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

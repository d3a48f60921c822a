/**
 * Work over many pages, a slice at a time, as the kernel does it with cond_resched() in between: no event computes for
 * long, and what happens meanwhile elsewhere happens between two slices.
 */
import type { Occasion } from "./occasion.ts";
import type { ErrnoName } from "./outcome.ts";
import { resume, type Steps, type Task, Walk } from "./task.ts";

/** Counts work, and says when it is time to let others in. */
export class Slices {
  private readonly pages: number;
  private left: number;
  /** Simulated ns of one slice: what is yielded when it is full. */
  readonly cost: number;

  /** `pages`: of one slice; `ns` that each of them costs. */
  constructor(pages: number, ns: number) {
    this.pages = pages;
    this.left = pages;
    this.cost = pages * ns;
  }

  /** So many pages' worth of work was done. True when that ends a slice. */
  full(pages: number): boolean {
    this.left -= pages;
    if (this.left > 0) return false;
    this.left = this.pages;
    return true;
  }
}

/** One slice that is never full. */
export const AT_ONCE = new Slices(Number.POSITIVE_INFINITY, 1);

/** Does all of it at once: for what is known to be small. */
export function finish<T>(steps: Steps<T>): T {
  const walk = new Walk(steps);
  for (;;) {
    const step = walk.next();
    if (step.done) return step.value;
  }
}

/** Begins an operation (`Kernel.start`, `Engine.start`) and returns its number. */
type Start = (occasion: Occasion, steps: (task: Task) => Steps<ErrnoName | null>) => number;

/**
 * Does the first slice at once. What is left, if anything, goes on as an operation, whose number is returned: whoever
 * asked for little has it done at once. What the first slice costs is then part of the operation.
 */
export function begin(start: Start, occasion: Occasion, steps: Steps<unknown>): number | null {
  const walk = new Walk(steps);
  const first = walk.next();
  if (first.done) return null;
  return start(occasion, function* () {
    yield { ns: first.value, path: walk.stack };
    yield* resume(walk);
    return null;
  });
}

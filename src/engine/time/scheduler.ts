/**
 * Simulated time: tasks run in the order of their due times, ties in the order in which they were scheduled. A task is
 * a generator; each step says how many nanoseconds it took, and the task is due again after them.
 */
import { type SimNs, simNs } from "../units.ts";

export interface Scheduled {
  readonly id: number;
  /** Each step says how many simulated ns it took. */
  readonly steps: { next(): IteratorResult<number, unknown> };
  /** Called before each step. */
  readonly before: () => void;
  /** Called when the generator has returned. */
  readonly after: (result: unknown) => void;
  readonly afterStep: () => void;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly task: Scheduled;
}

export class Scheduler {
  private readonly heap: Entry[] = [];
  private nextOrder = 0;
  private done = 0;

  /** Steps run so far: the place of what comes from outside, exact where many tasks are due at one nanosecond. */
  get steps(): number {
    return this.done;
  }

  /** When the next task is due; infinite when there is none. */
  get nextAt(): number {
    return this.heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  schedule(task: Scheduled, at: number): void {
    this.push({ at, order: this.nextOrder++, task });
  }

  /** Runs one step of the task that is due first. Returns the simulated time at which it ran. */
  step(): SimNs {
    const entry = this.pop();
    if (!entry) throw new Error("nothing is due");
    const { task, at } = entry;
    this.done++;
    task.before();
    const { done, value } = task.steps.next();
    if (done) task.after(value);
    else this.push({ at: at + Math.max(0, Math.round(value)), order: this.nextOrder++, task });
    task.afterStep();
    return simNs(at);
  }

  private push(entry: Entry): void {
    const heap = this.heap;
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!earlier(entry, heap[parent] as Entry)) break;
      heap[i] = heap[parent] as Entry;
      i = parent;
    }
    heap[i] = entry;
  }

  private pop(): Entry | undefined {
    const heap = this.heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (!earlier(heap[child] as Entry, last)) break;
      heap[i] = heap[child] as Entry;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

const earlier = (x: Entry, y: Entry): boolean => x.at < y.at || (x.at === y.at && x.order < y.order);

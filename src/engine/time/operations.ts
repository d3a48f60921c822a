/**
 * Operations: tasks that somebody waits for and that have an end, with the attempts that they make on the way. What has
 * ended can be asked for a while longer.
 */
import { AttemptLog } from "../chronicle/attempt.ts";
import type { KernelFunction } from "../chronicle/functions.ts";
import type { Occasion } from "../chronicle/occasion.ts";
import type { AttemptKind, ErrnoName } from "../chronicle/outcome.ts";
import { type Steps, type Task, Walk } from "../chronicle/task.ts";
import { type SimNs, simNs } from "../units.ts";
import { HALTED } from "./halting.ts";
import type { Scheduled } from "./scheduler.ts";

export interface Operation {
  readonly id: number;
  readonly partition: string;
  /** What came from outside and led to it, as an origin of transactions. */
  readonly cause: string;
  readonly occasion: Occasion;
  readonly interruptible: boolean;
  signalled: boolean;
  done: boolean;
  errno: ErrnoName | null;
  /** The attempt that it began last. */
  attempt: AttemptLog | null;
  /** Where it is. */
  readonly walk: Walk<ErrnoName | null>;
  /** When its last step began, and how long that takes, simulated ns. */
  step: { readonly from: SimNs; readonly ns: number } | null;
}

/**
 * Where an operation is: the kernel functions that it is in by the names of functions.ts, outermost first; time passes in the last.
 * `attempt`: the innermost that it is about, `null` when it is about none yet. `from` and `until`: the instants (simulated ns)
 * between which that function is at work.
 */
export interface CallStack {
  readonly op: number;
  readonly partition: string;
  readonly attempt: number | null;
  readonly stack: readonly KernelFunction[];
  readonly from: SimNs;
  readonly until: SimNs;
}

/** What is to be done: for whom, and how. */
export interface Errand {
  readonly partition: string;
  readonly occasion: Occasion;
  /** A signal reaches it. */
  readonly interruptible: boolean;
  readonly steps: (task: Task) => Steps<ErrnoName | null>;
  readonly onEnd?: ((errno: ErrnoName | null) => void) | undefined;
}

/** What lets its steps pass: a number that no other task has, the time, what is going on, and a place among all tasks. */
export interface Clockwork {
  newId(): number;
  readonly now: SimNs;
  /** Origin of what happens now. */
  readonly origin: string;
  readonly schedule: Schedule;
}

/** A task among all others. */
export interface QueuedTask {
  readonly id: number;
  readonly partition: string;
  readonly origin: string;
  readonly occasion: Occasion;
  readonly steps: Scheduled["steps"];
  /** Gets HALTED when the kernel of the partition stopped meanwhile. */
  after(result: unknown): void;
}
export type Schedule = (task: QueuedTask) => void;

/** Operations and attempts that have ended and can still be asked for. Twice as many are kept at most. */
const KEPT_ENDED = 512;

export class Operations {
  /** Attempts that run, and those that ended last. */
  readonly attempts = new Map<number, AttemptLog>();
  private readonly clockwork: Clockwork;
  /** Operations that run, and those that ended last. */
  private readonly all = new Map<number, Operation>();
  /** Sizes of both with which what ended is looked for the next time. */
  private readonly full = { operations: 2 * KEPT_ENDED, attempts: 2 * KEPT_ENDED };
  /** How many run. */
  running = 0;
  /** What waits for operations to end. */
  private readonly endings = new Map<number, (() => void)[]>();
  /** Attempts that belong to each operation, so that a signal to one reaches it. */
  private readonly operationOfAttempt = new Map<number, number>();

  constructor(clockwork: Clockwork) {
    this.clockwork = clockwork;
  }

  get(id: number): Operation | undefined {
    return this.all.get(id);
  }

  /** Begins one and returns its number. */
  start({ partition, occasion, interruptible, steps, onEnd }: Errand): number {
    const { clockwork } = this;
    const id = clockwork.newId();
    const task: Task = {
      id,
      get signalled() {
        return operation.signalled;
      },
      attempt: (kind, of, target, parent) => this.newAttempt(kind, of, target, parent, operation),
    };
    const walk = new Walk(steps(task));
    const operation: Operation = {
      id,
      partition,
      cause: this.causeOf(clockwork.origin),
      occasion,
      interruptible,
      signalled: false,
      done: false,
      errno: null,
      attempt: null,
      walk,
      step: null,
    };
    if (this.all.size >= this.full.operations) this.full.operations = forgetEnded(this.all, ({ done }) => done);
    this.all.set(id, operation);
    this.running++;
    const timed = {
      next: () => {
        const step = walk.next();
        operation.step = step.done ? null : { from: clockwork.now, ns: step.value };
        return step;
      },
    };
    const after = (result: unknown): void => {
      if (result === HALTED) {
        this.halt(operation);
        return;
      }
      operation.done = true;
      operation.errno = result as ErrnoName | null;
      this.running--;
      onEnd?.(operation.errno);
      const waiting = this.endings.get(id) ?? [];
      this.endings.delete(id);
      for (const act of waiting) act();
    };
    clockwork.schedule({ id, partition, origin: `op:${id}`, occasion, steps: timed, after });
    return id;
  }

  /** Sends a signal to the operation with this number, or to the one that an attempt with this number belongs to. */
  signal(id: number): ErrnoName | null {
    const operation = this.all.get(this.operationOfAttempt.get(id) ?? id);
    if (!operation || operation.done) return "ENOENT";
    if (!operation.interruptible) return "EPERM";
    operation.signalled = true;
    return null;
  }

  /** Calls back when one has ended; at once when it has already. */
  whenEnded(id: number, act: () => void): void {
    const operation = this.all.get(id);
    if (!operation || operation.done) {
      act();
      return;
    }
    this.endings.set(id, [...(this.endings.get(id) ?? []), act]);
  }

  /** A kernel has stopped: what it was doing has no end that anybody is told of. */
  haltAll(partition: string): void {
    for (const operation of this.all.values()) if (operation.partition === partition) this.halt(operation);
  }

  /** Where each is that has begun its first step, oldest first. */
  callStacks(): CallStack[] {
    const found: CallStack[] = [];
    for (const { id: op, partition, walk, attempt: last, step } of this.all.values()) {
      if (step === null) continue;
      let attempt = last;
      while (attempt && !attempt.running) attempt = attempt.whole;
      const { from, ns } = step;
      found.push({ op, partition, attempt: attempt?.id ?? null, stack: walk.stack, from, until: simNs(from + ns) });
    }
    return found;
  }

  private halt(operation: Operation): void {
    if (operation.done) return;
    operation.done = true;
    operation.errno = "EIO";
    operation.step = null;
    this.running--;
    this.endings.delete(operation.id);
  }

  /** An operation may begin another, as an eject the insertion elsewhere: what led to the first led to both. */
  private causeOf(origin: string): string {
    const operation = /^op:(\d+)$/.exec(origin)?.[1];
    return (operation !== undefined && this.all.get(Number(operation))?.cause) || origin;
  }

  private newAttempt(
    kind: AttemptKind,
    partition: string,
    target: string,
    parent: AttemptLog | null,
    operation: Operation,
  ): AttemptLog {
    const { cause } = operation;
    const { clockwork } = this;
    const id = clockwork.newId();
    const attempt = new AttemptLog({ id, kind, partition, target, at: clockwork.now, whole: parent, cause });
    if (this.attempts.size >= this.full.attempts) {
      // What an attempt is made of stays as long as it runs itself.
      this.full.attempts = forgetEnded(this.attempts, (one) => !one.running && !one.whole?.running);
      for (const of of this.operationOfAttempt.keys()) if (!this.attempts.has(of)) this.operationOfAttempt.delete(of);
    }
    this.attempts.set(id, attempt);
    operation.attempt = attempt;
    this.operationOfAttempt.set(id, operation.id);
    return attempt;
  }
}

/**
 * Forgets the oldest of what has ended, but for the newest 512 of all. Returns the size with which it is worth looking
 * again. It depends on nothing but the simulation, so a replay forgets the same.
 */
function forgetEnded<T>(all: Map<number, T>, ended: (one: T) => boolean): number {
  let left = all.size - KEPT_ENDED;
  for (const [id, one] of all) {
    if (left-- <= 0) break;
    if (ended(one)) all.delete(id);
  }
  return Math.max(2 * KEPT_ENDED, 2 * all.size);
}

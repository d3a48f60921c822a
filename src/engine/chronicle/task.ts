/** A unit of simulated work: runs until it yields the nanoseconds that the last step took. */
import type { AttemptLog } from "./attempt.ts";
import type { AttemptKind } from "./outcome.ts";

/** Yields costs in simulated ns; what it returns is its result. */
export type Steps<T> = Generator<number, T, void>;

/** What a running step may ask of the task that it belongs to. */
export interface Task {
  readonly id: number;
  /** A signal is pending. Kernel workers (ACPI) never get one. */
  readonly signalled: boolean;
  /** Begins an attempt, part of `parent` when there is one. */
  attempt(kind: AttemptKind, partition: string, target: string, parent: AttemptLog | null): AttemptLog;
}

/**
 * Writes down what happens. A transaction gathers the changes between `begin` and `commit`; pages that are taken
 * meanwhile are stamped with its cause.
 */
import type { Change, LogLevel, Transaction } from "./transactions.ts";
import { type SimNs, simNs } from "../units.ts";
import { Provenances } from "./provenance.ts";

/** A line of a kernel's log: its number since boot, and facility * 8 + level. */
export interface KernelMessage {
  readonly seq: number;
  readonly at: SimNs;
  readonly priority: number;
  readonly line: string;
}

export interface LogRing {
  readonly lines: KernelMessage[];
  next: number;
}

export interface LogLine {
  readonly seq: number;
  readonly at: SimNs;
  readonly partition: string;
  readonly level: LogLevel;
  readonly line: string;
  readonly transaction: number;
}

/** Lines of its log that a kernel keeps (a ring buffer of 256 KiB holds about as many). */
const KEPT_LINES = 2_500;
/** Priorities (facility kernel) of our levels: KERN_WARNING, KERN_INFO, KERN_DEBUG. */
const PRIORITY: Readonly<Record<LogLevel, number>> = { warn: 4, info: 6, debug: 7 };
/** Transactions kept for who drains them late; older ones are forgotten. */
const KEPT = 100_000;

export class Recorder {
  now: SimNs = simNs(0);
  private origin = "boot";
  private reason = "boot";
  private changes: Change[] = [];
  private transactions: Transaction[] = [];
  private nextTransaction = 1;
  private log: LogLine[] = [];
  private nextLine = 1;
  private readonly rings = new Map<string, LogRing>();
  /** When and why pages were taken. */
  readonly provenances = new Provenances();
  /** Number of the present cause, or -1 while no page was taken for it. */
  private stamped = -1;

  /** Everything until `commit` has this cause. */
  begin(origin: string, reason: string): void {
    this.origin = origin;
    this.reason = reason;
    this.stamped = -1;
  }

  /** For `PageArray.born`: the number of what goes on now. */
  get stamp(): number {
    if (this.stamped < 0) this.stamped = this.provenances.numberOf(this.now, this.origin, this.reason);
    return this.stamped;
  }

  /** Number of the transaction that is being gathered. */
  get current(): number {
    return this.nextTransaction;
  }

  emit(change: Change): void {
    this.changes.push(change);
    if (change.c === "log") {
      this.log.push({
        seq: this.nextLine++,
        at: this.now,
        partition: change.partition,
        level: change.level,
        line: change.line,
        transaction: this.nextTransaction,
      });
      const ring = this.logOf(change.partition);
      ring.lines.push({
        seq: ring.next++,
        at: this.now,
        priority: change.priority ?? PRIORITY[change.level],
        line: change.line,
      });
      if (ring.lines.length > 2 * KEPT_LINES) ring.lines.splice(0, ring.lines.length - KEPT_LINES);
    }
  }

  /** The log of a partition's kernel, as /dev/kmsg gives it to whoever opens it. */
  logOf(partition: string): LogRing {
    let ring = this.rings.get(partition);
    if (!ring) {
      ring = { lines: [], next: 0 };
      this.rings.set(partition, ring);
    }
    return ring;
  }

  commit(): void {
    if (this.changes.length === 0) return;
    this.transactions.push({
      id: this.nextTransaction++,
      at: this.now,
      origin: this.origin,
      reason: this.reason,
      changes: this.changes,
    });
    this.changes = [];
    if (this.transactions.length > 2 * KEPT) this.transactions.splice(0, KEPT);
  }

  drainTransactions(): Transaction[] {
    const drained = this.transactions;
    this.transactions = [];
    return drained;
  }

  drainLog(): LogLine[] {
    const drained = this.log;
    this.log = [];
    return drained;
  }
}

/**
 * Writes down what happens. A transaction gathers the changes between `begin` and `commit`; pages that are taken
 * meanwhile are stamped with its cause.
 */
import { BOOT, type Occasion } from "./occasion.ts";
import type { Change, LogLevel } from "./transactions.ts";
import { type SimNs, simNs } from "../units.ts";
import { Provenances } from "./provenance.ts";
import { TransactionRing } from "./transaction-ring.ts";

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

/** Lines of its log that a kernel keeps (a ring buffer of 256 KiB holds about as many). */
const KEPT_LINES = 2_500;
/** Priorities (facility kernel) of our levels: KERN_WARNING, KERN_INFO, KERN_DEBUG. */
const PRIORITY: Readonly<Record<LogLevel, number>> = { warn: 4, info: 6, debug: 7 };

export class Recorder {
  now: SimNs = simNs(0);
  /** What causes everything until the next `begin`. */
  origin = "boot";
  private occasion: Occasion = BOOT;
  private changes: Change[] = [];
  /** What happened, for everybody who reads it. */
  readonly transactions: TransactionRing;
  private readonly rings = new Map<string, LogRing>();
  /** When and why pages were taken. */
  readonly provenances = new Provenances();
  /** Number of the present cause, or -1 while no page was taken for it. */
  private stamped = -1;

  /** `kept`: changes kept for readers. */
  constructor(kept?: number) {
    this.transactions = new TransactionRing(kept);
  }

  /** Everything until `commit` has this cause. */
  begin(origin: string, occasion: Occasion): void {
    this.origin = origin;
    this.occasion = occasion;
    this.stamped = -1;
  }

  /** For `PageArray.born`: the number of what goes on now. */
  get stamp(): number {
    if (this.stamped < 0) this.stamped = this.provenances.numberOf(this.now, this.origin, this.occasion);
    return this.stamped;
  }

  /** Number of the transaction that is being gathered. */
  get current(): number {
    return this.transactions.next;
  }

  emit(change: Change): void {
    this.changes.push(change);
    if (change.c === "log") {
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

  /** Another kernel boots there: its log begins with nothing, and at number 0. */
  forgetLog(partition: string): void {
    this.rings.delete(partition);
  }

  commit(): void {
    if (this.changes.length === 0) return;
    const { now: at, origin, occasion, changes } = this;
    this.changes = [];
    this.transactions.add({ id: this.current, at, origin, occasion, changes });
  }
}

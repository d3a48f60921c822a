/**
 * What happened, once, for any number of readers: the page's log, tools, tests, whoever records or checks. Each keeps its
 * own place. The ring is bounded; a reader that comes too late is told how much it missed.
 */
import type { Transaction } from "./transactions.ts";

/** Changes kept for readers, when nobody says otherwise: some seconds of the busiest machine, two MB. */
const KEPT = 10_000;

export class TransactionRing {
  private held: Transaction[] = [];
  /** Number of the first transaction that is held; they are numbered from 1 without gaps. */
  private first = 1;
  /** Changes that are held. */
  changes = 0;
  private readonly kept: number;

  constructor(kept = KEPT) {
    this.kept = kept;
  }

  /** Number of the next transaction. */
  get next(): number {
    return this.first + this.held.length;
  }

  add(transaction: Transaction): void {
    this.held.push(transaction);
    this.changes += transaction.changes.length;
    if (this.changes > 2 * this.kept) this.forget();
  }

  /** A reader of what happens from now on, or of everything that is still held. */
  reader(from: "now" | "first" = "now"): TransactionReader {
    return new TransactionReader(this, from === "now" ? this.next : this.first);
  }

  /** What is held from a number on, and how many before the first of them were asked for and are gone. */
  since(number: number): { readonly transactions: readonly Transaction[]; readonly missed: number } {
    const missed = Math.max(0, this.first - number);
    return { transactions: this.held.slice(Math.max(0, number - this.first)), missed };
  }

  /** Forgets the oldest, so that about half is kept: seldom, so that it costs each transaction next to nothing. */
  private forget(): void {
    let gone = 0;
    while (this.changes > this.kept && gone < this.held.length - 1)
      this.changes -= (this.held[gone++] as Transaction).changes.length;
    this.held = this.held.slice(gone);
    this.first += gone;
  }
}

export class TransactionReader {
  /** Transactions that were gone before this reader came to them. */
  missed = 0;
  private readonly ring: TransactionRing;
  private place: number;

  constructor(ring: TransactionRing, place: number) {
    this.ring = ring;
    this.place = place;
  }

  /** What happened since the last call. */
  read(): readonly Transaction[] {
    const { transactions, missed } = this.ring.since(this.place);
    this.missed += missed;
    this.place = this.ring.next;
    return transactions;
  }
}

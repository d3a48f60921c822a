/**
 * Instants between two frames, for whoever must miss none: after each transaction that says something of blocks, DIMMs,
 * processes, attempts or files the records that changed are taken, and where they end is marked.
 */
import type { Change } from "../engine/chronicle/transactions.ts";
import type { TransactionReader } from "../engine/chronicle/transaction-ring.ts";
import type { Command } from "../engine/time/commands.ts";
import type { Engine, Submission } from "../engine/time/engine.ts";
import type { Act, MomentMark } from "../protocol/messages.ts";
import type { Patch } from "../protocol/records.ts";

/** Everything else is figures, which frames tell soon enough. */
const TELLING: ReadonlySet<Change["c"]> = new Set(["block", "dimm", "node", "process", "attempt", "file"]);
/** Of a machine that nobody draws only the newest instants are kept. */
const MOST = 2000;

export class Moments {
  private readonly engine: Engine;
  private readonly take: () => Patch[];
  private reader: TransactionReader;
  private held: Patch[] = [];
  private marks: MomentMark[] = [];
  private acts: Act[] = [];
  /** What goes on, by its operation. */
  private readonly open = new Map<number, Act>();
  private count = 0;

  /** `take`: the records that changed since the last call. */
  constructor(engine: Engine, take: () => Patch[]) {
    this.engine = engine;
    this.take = take;
    this.reader = engine.transactions.reader();
  }

  /** Everything anew, for a page that has seen nothing of it. */
  begin(): void {
    this.reader = this.engine.transactions.reader();
    this.held = [];
    this.marks = [];
    this.acts = [];
    this.open.clear();
  }

  /** Something was commanded; what follows at once has just happened. */
  done(command: Command, { errno, op }: Submission): void {
    const act: Act = { id: ++this.count, at: this.engine.now, command, errno };
    this.acts.push(act);
    if (op !== null) this.open.set(op, act);
    this.mark();
  }

  /** What has come to its end since, and was refused. */
  private answers(): void {
    for (const [op, act] of this.open) {
      const operation = this.engine.operation(op);
      if (operation && !operation.done) continue;
      this.open.delete(op);
      if (operation && operation.errno !== null) this.acts.push({ ...act, errno: operation.errno });
    }
  }

  /** A budget that looks after each step of the machine whether something has to be told. */
  during(budget: { expired(): boolean } | undefined): { expired(): boolean } {
    return {
      expired: () => {
        this.mark();
        return budget?.expired() ?? false;
      },
    };
  }

  /** All patches since the last call, those of instants included. */
  patches(): Patch[] {
    this.mark();
    const all = [...this.held, ...this.take()];
    this.held = [];
    return all;
  }

  /** The instants on the way to what `patches` has handed over. */
  drain(): MomentMark[] {
    return this.marks.splice(0);
  }

  private mark(): void {
    const news = this.reader.read().some(({ changes }) => changes.some(({ c }) => TELLING.has(c)));
    if (this.open.size > 0) this.answers();
    if (!news && this.acts.length === 0) return;
    for (const patch of this.take()) this.held.push(patch);
    this.marks.push({ at: this.engine.now, patches: this.held.length, acts: this.acts.splice(0) });
    if (this.marks.length > MOST) this.marks.shift();
  }
}

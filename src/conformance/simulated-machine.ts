/**
 * A simulated machine that scripts and monitors act on. Whoever waits moves simulated time; every wait is bounded, in
 * simulated time and on the wall clock, so that nothing that is asked of it hangs.
 */
import { Engine, type Submission } from "../engine/time/engine.ts";
import type { BoxDescription } from "../engine/hardware/description.ts";
import type { Kernel } from "../engine/kernel/kernel.ts";
import type { FileErrno } from "../engine/sysfs/errno.ts";
import { modulesOf } from "../engine/sysfs/module-files.ts";
import { type WriteResult, failed } from "../engine/sysfs/tree.ts";
import type { Command } from "../engine/time/commands.ts";
import type { Transaction } from "../engine/time/transactions.ts";
import { MountedFiles } from "../shell/mounts.ts";
import type { Running, System, Wait, Woken } from "../shell/system.ts";

export const SECOND = 1e9;
/** Simulated time that one step may take beyond the waits it asks for. */
const STEP_LIMIT_NS = 120 * SECOND;
/** How long a signalled operation may take to undo what it did. */
const UNDO_NS = 5 * SECOND;
/** Real time that one step may take. */
const STEP_LIMIT_MS = 60_000;
/** Simulated time between two looks at the wall clock. */
const SLICE_NS = SECOND / 4;

/** A step used up its time. */
export class OutOfTime extends Error {}

export class SimulatedMachine implements System {
  readonly engine: Engine;
  readonly partition: string;
  readonly files: MountedFiles;
  /** Told of all transactions as they are drained. */
  onTransactions: (transactions: readonly Transaction[]) => void = () => {};
  private deadline = 0;
  private wallDeadline = 0;

  constructor(scenario: { readonly seed: number; readonly box: BoxDescription }, partition: string) {
    this.engine = new Engine(scenario);
    this.partition = partition;
    const tree = this.engine.files(partition);
    const kernelFiles = {
      list: (path: string) => tree.list(path),
      stat: (path: string) => tree.stat(path),
      open: (path: string, how: "read" | "write") => tree.open(path, how),
      read: (path: string) => tree.read(path),
      write: (path: string, text: string): WriteResult => {
        const { errno, op } = this.submit({ do: "write", partition, path, text });
        return errno === null ? { errno, op } : failed(errno);
      },
    };
    this.files = new MountedFiles(
      kernelFiles,
      Object.keys(modulesOf(this.kernel.profile.version)).map((name) => `${name}.ko`),
    );
    this.beginStep(0);
  }

  get kernel(): Kernel {
    return this.engine.kernel(this.partition);
  }

  /** From here a step may take its own waits (simulated seconds) and the limits above. */
  beginStep(seconds: number): void {
    this.deadline = this.engine.now + seconds * SECOND + STEP_LIMIT_NS;
    this.wallDeadline = Date.now() + STEP_LIMIT_MS;
  }

  submit(command: Command): Submission {
    return this.engine.submit(command);
  }

  now(): number {
    return this.engine.now;
  }

  /** What a process that comes and goes takes and leaves is part of every write; this one writes nothing. */
  forked(): void {
    this.submit({ do: "write", partition: this.partition, path: "/dev/null", text: "" });
  }

  signal(op: number): void {
    this.submit({ do: "signal", op });
  }

  insmod(path: string, parameters: string): FileErrno | null {
    if (!/^\/mods\/[\w-]+\.ko$/.test(path) || this.files.open(path, "read") !== null) return "ENOENT";
    return this.submit({ do: "write", partition: this.partition, path, text: `insmod ${parameters}`.trim() }).errno;
  }

  /** Lets simulated time pass. */
  pass(seconds: number): void {
    this.advance(this.now() + seconds * SECOND, () => false);
  }

  /** Waits for an operation; its errno, or `undefined` when the step's time was over first. */
  finish(op: number): FileErrno | null | undefined {
    if (!this.advance(this.deadline, () => this.ended(op))) return undefined;
    return this.engine.operation(op)?.errno ?? null;
  }

  /** Drives a script to its end; one that is still waiting when the step's time is over is ended as by SIGTERM. */
  drive<T>(running: Running<T>): T | undefined {
    let step = running.next();
    while (!step.done) {
      const wait = step.value;
      if (Math.min(wait.until, this.deadline) === this.deadline && this.now() >= this.deadline)
        return this.abandon(running, wait);
      const woken = this.wait(wait);
      if (!woken.ended && wait.until > this.deadline) return this.abandon(running, wait);
      step = running.next(woken);
    }
    return step.value;
  }

  private abandon<T>(running: Running<T>, { op }: Wait): undefined {
    if (op !== null) {
      this.signal(op);
      this.advance(this.now() + UNDO_NS, () => this.ended(op));
    }
    running.return(undefined as T);
    return undefined;
  }

  private wait({ op, until }: Wait): Woken {
    const end = Math.min(until, this.deadline);
    if (op === null) {
      this.advance(end, () => false);
      return { ended: end >= until, errno: null };
    }
    const ended = this.advance(end, () => this.ended(op));
    return { ended, errno: ended ? (this.engine.operation(op)?.errno ?? null) : null };
  }

  private ended(op: number): boolean {
    return this.engine.operation(op)?.done ?? true;
  }

  /** Runs until the time, or until `stop` says so: true then. */
  private advance(until: number, stop: () => boolean): boolean {
    const budget = { expired: () => stop() };
    while (!stop()) {
      if (Date.now() > this.wallDeadline) throw new OutOfTime("took more than a minute");
      if (this.now() >= until) return false;
      this.engine.runUntil(Math.min(until, this.now() + SLICE_NS), budget);
    }
    return true;
  }

  /** Transactions since the last call. */
  drainTransactions(): Transaction[] {
    const drained = this.engine.drainTransactions();
    this.onTransactions(drained);
    return drained;
  }
}

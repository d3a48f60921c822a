/**
 * A simulated machine that scripts and monitors act on. Whoever waits moves simulated time; every wait is bounded, in
 * simulated time and on the wall clock, so that nothing that is asked of it hangs.
 */
import { Engine, type Submission } from "../engine/time/engine.ts";
// Recorded machines have virtio devices, memory for a crash kernel, swap, and restarts.
import "../engine/kernel/boot-layout/crash-kernel.ts";
import "../engine/time/restart.ts";
import "../engine/time/swap-commands.ts";
import "../engine/time/virtio-devices.ts";
import type { BoxDescription } from "../engine/hardware/description.ts";
import type { Kernel } from "../engine/kernel/kernel.ts";
import type { FileErrno } from "../engine/sysfs/errno.ts";
import type { Command } from "../engine/time/commands.ts";
import type { TransactionReader } from "../engine/chronicle/transaction-ring.ts";
import type { Transaction } from "../engine/chronicle/transactions.ts";
import { startScript } from "../shell/host.ts";
import { exitStatus, type Process } from "../shell/process/process.ts";
import { clearLog } from "../shell/commands/memory/dmesg.ts";
import { Signal } from "../shell/process/signals.ts";
import { Userland } from "../shell/process/userland.ts";

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

export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** A script that runs. */
export interface StartedScript {
  readonly process: Process;
  readonly output: { readonly out: string; readonly err: string };
}

/** A step of the trace may do this much before anybody reads of it. */
const KEPT_CHANGES = 2_000_000;

export class SimulatedMachine {
  readonly engine: Engine;
  readonly partition: string;
  /** The recorded machines ran busybox; a process was counted as one that came and went. */
  readonly userland: Userland;
  /** Told of all transactions as they are read. */
  onTransactions: (transactions: readonly Transaction[]) => void = () => {};
  private readonly reader: TransactionReader;
  /** What a step takes, ms, by which clock: that on the wall, or one that leaves out what others do on this computer. */
  clock: () => number = Date.now;
  private deadline = 0;
  private wallDeadline = 0;

  /** `atWork`: as the engine's. */
  constructor(
    scenario: { readonly seed: number; readonly box: BoxDescription },
    partition: string,
    atWork?: () => void,
  ) {
    this.engine = new Engine(scenario, KEPT_CHANGES, atWork);
    this.reader = this.engine.transactions.reader("first");
    this.partition = partition;
    this.userland = new Userland(this.engine, partition, { dialect: "busybox", memory: "passing" });
    this.beginStep(0);
  }

  get kernel(): Kernel {
    return this.engine.kernel(this.partition);
  }

  /** From here a step may take its own waits (simulated seconds) and the limits above. */
  beginStep(seconds: number): void {
    this.deadline = this.engine.now + seconds * SECOND + STEP_LIMIT_NS;
    this.wallDeadline = this.clock() + STEP_LIMIT_MS;
  }

  submit(command: Command): Submission {
    return this.engine.submit(command);
  }

  now(): number {
    return this.engine.now;
  }

  /** What a process that comes and goes takes and leaves is part of every write; this one writes nothing. */
  forked(): void {
    this.userland.forked();
  }

  /** Empties the kernel's log for whoever reads it on the machine, as `dmesg -C` does. */
  clearLog(): void {
    clearLog(this.userland);
  }

  /** Lets simulated time pass. */
  pass(seconds: number): void {
    this.advance(this.now() + seconds * SECOND, () => false);
  }

  /** Waits for an operation; its errno, or `undefined` when the step's time was over first. */
  finish(op: number): FileErrno | null | undefined {
    if (!this.advance(this.deadline, () => this.done(op))) return undefined;
    return this.failure(op);
  }

  /** How an operation failed that is over. */
  failure(op: number): FileErrno | null {
    return this.engine.operation(op)?.errno ?? null;
  }

  /** Lets simulated time pass until `over` says so; false when the seconds were over first. */
  waitFor(seconds: number, over: () => boolean): boolean {
    return this.advance(this.now() + seconds * SECOND, over);
  }

  /** Starts a script, and leaves it to run while the machine does. */
  begin(text: string, name: string, fromArgument = false): StartedScript {
    const output = { out: "", err: "" };
    const process = startScript(this.userland, {
      text,
      name,
      fromArgument,
      folder: "/",
      out: (written) => {
        output.out += written;
      },
      err: (written) => {
        output.err += written;
      },
    });
    return { process, output };
  }

  signal({ process }: StartedScript, signal: (typeof Signal)[keyof typeof Signal]): void {
    this.userland.killGroup(process.group, signal);
  }

  /** Runs a script to its end; one that is still at work when the step's time is over is ended as by SIGTERM. */
  script(text: string, name: string): ScriptResult {
    const { process, output } = this.begin(text, name);
    const over = () => !process.alive;
    if (!this.advance(this.deadline, over)) {
      this.userland.killGroup(process.group, Signal.TERM);
      this.advance(this.now() + UNDO_NS, over);
      return { exit: 128 + Signal.TERM, stdout: "", stderr: "Terminated\n" };
    }
    const killed = process.ending?.signal === Signal.KILL ? "Killed\n" : "";
    return { exit: process.ending ? exitStatus(process.ending) : 0, stdout: output.out, stderr: output.err + killed };
  }

  /** Whether an operation is over. */
  done(op: number): boolean {
    return this.engine.operation(op)?.done ?? true;
  }

  /** Runs until the time, or until `stop` says so: true then. */
  private advance(until: number, stop: () => boolean): boolean {
    const budget = { expired: () => stop() };
    while (!stop()) {
      if (this.clock() > this.wallDeadline) throw new OutOfTime("took more than a minute");
      if (this.now() >= until) return false;
      this.engine.runUntil(Math.min(until, this.now() + SLICE_NS), budget);
    }
    return true;
  }

  /** Transactions since the last call. */
  happened(): readonly Transaction[] {
    const read = this.reader.read();
    if (this.reader.missed > 0) throw new Error("more happened in one step than the ring of transactions holds");
    this.onTransactions(read);
    return read;
  }
}

/**
 * The engine: a box, its kernels and their time. Commands go in, transactions come out; the same seed and commands
 * give the same transactions, byte for byte. Nothing here looks at a wall clock.
 */
import { BOOT, type Occasion } from "../chronicle/occasion.ts";
import type { BoxDescription, PartitionDescription } from "../hardware/description.ts";
import { Chassis } from "../hardware/chassis.ts";
import { AttemptLog } from "../chronicle/attempt.ts";
import type { KernelFunction } from "../chronicle/functions.ts";
import type { AttemptKind, ErrnoName } from "../chronicle/outcome.ts";
import { bootKernel, takeKernelMemory } from "../kernel/boot.ts";
import type { BootLayout } from "../kernel/boot-layout/index.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { simNs, type SimNs } from "../units.ts";
import { kernelFiles } from "../sysfs/files.ts";
import type { FileTree } from "../sysfs/tree.ts";
import { coldPlug, fileActions } from "./box-operations.ts";
import { type Cause, type Command, isTerminalCommand, type TerminalCommand } from "./commands.ts";
import { execute, STOPPED } from "./execute.ts";
import { HALTED, untilPanic, whileRunning } from "./halting.ts";
import { type Instant, Journal } from "./journal.ts";
import { seededRandom } from "./random.ts";
import { Recorder } from "../chronicle/recorder.ts";
import { occasionOf } from "./occasion-of.ts";
import { type Scheduled, Scheduler } from "./scheduler.ts";
import { type Steps, type Task, Walk } from "../chronicle/task.ts";
import type { TransactionRing } from "../chronicle/transaction-ring.ts";
import { VirtioDevices } from "./virtio-devices.ts";
import type { Rejection } from "./rejection.ts";

/** What became of a command: refused at once, done, or going on as an operation. */
export interface Submission {
  readonly errno: ErrnoName | null;
  /** Why it was not accepted. */
  readonly rejection: Rejection | null;
  /** Operation that goes on; ask `operation(op)` for its end. */
  readonly op: number | null;
}

/**
 * The userland as the engine sees it: terminals with shells behind them, whose code is fetched apart
 * (src/shell/terminals.ts). It acts on the box by `Engine.act`.
 */
export interface TerminalHost {
  carryOut(command: TerminalCommand): Submission;
  /** A person is about to give a command: what is returned is told what became of it. */
  watch(command: Command): ((submission: Submission) => void) | null;
}

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

/** Longest simulated time that `settle` waits for operations that never end by themselves. */
const SETTLE_NS = 600e9;
/** Operations and attempts that have ended and can still be asked for. Twice as many are kept at most. */
const KEPT_ENDED = 512;

export class Engine {
  readonly recorder: Recorder;
  readonly chassis: Chassis;
  readonly kernels: ReadonlyMap<string, Kernel>;
  readonly layouts: ReadonlyMap<string, BootLayout>;
  private readonly fileTrees = new Map<string, FileTree>();
  private readonly virtioDevices = new Map<string, VirtioDevices>();
  /** Attempts that run, and those that ended last. */
  readonly attempts = new Map<number, AttemptLog>();
  /** Every cause that came from outside, with its exact place: enough to play all of it again (./replay.ts). */
  readonly journal = new Journal();
  readonly seed: number;
  readonly random: () => number;
  private terminals: TerminalHost | null = null;
  private readonly descriptions: ReadonlyMap<string, PartitionDescription>;
  private readonly scheduler = new Scheduler();
  /** Operations that run, and those that ended last. */
  private readonly operations = new Map<number, Operation>();
  /** Sizes of both with which what ended is looked for the next time. */
  private readonly full = { operations: 2 * KEPT_ENDED, attempts: 2 * KEPT_ENDED };
  private running = 0;
  private nextId = 1;
  private lastTask = -1;
  /** What waits for operations to end. */
  private readonly endings = new Map<number, (() => void)[]>();
  /** Attempts that belong to each operation, so that a signal to one reaches it. */
  private readonly operationOfAttempt = new Map<number, number>();

  private readonly atWork: () => void;

  /**
   * `kept`: changes kept for those who read transactions; for tools that read seldom and must miss none. `atWork`: called
   * between the parts of building and of settling; what it throws ends them.
   */
  constructor(
    scenario: { readonly seed: number; readonly box: BoxDescription },
    kept?: number,
    atWork: () => void = () => {},
  ) {
    this.atWork = atWork;
    this.recorder = new Recorder(kept);
    this.seed = scenario.seed;
    this.random = seededRandom(scenario.seed);
    this.chassis = new Chassis(scenario.box);
    this.descriptions = new Map(scenario.box.partitions.map((partition) => [partition.id, partition]));
    const kernels = new Map<string, Kernel>();
    const layouts = new Map<string, BootLayout>();
    this.recorder.begin("boot", BOOT);
    for (const partition of scenario.box.partitions) {
      this.atWork();
      const { kernel, layout } = bootKernel(partition, this.recorder);
      kernels.set(partition.id, kernel);
      layouts.set(partition.id, layout);
      this.chassis.setWindow(partition.id, layout.hotplugWindow);
      this.virtioDevices.set(partition.id, new VirtioDevices(this, partition.id, kernel, layout));
      this.fileTrees.set(partition.id, kernelFiles(kernel, fileActions(this, partition.id, kernel)));
      kernel.start = (occasion, steps) => this.start(partition.id, occasion, true, steps);
      for (const boot of layout.bootDimms) {
        const dimm = this.chassis.dimms.get(boot.id);
        if (!dimm) continue;
        dimm.ranges = boot.ranges;
        this.chassis.setPhase(dimm, "in-use");
      }
    }
    this.kernels = kernels;
    this.layouts = layouts;
    for (const { allocator, pages } of kernels.values()) {
      this.recorder.provenances.watch(pages);
      allocator.causes = this.recorder;
    }
    this.recorder.commit();
    for (const partition of scenario.box.partitions) {
      for (const dimm of partition.coldplug ?? []) coldPlug(this, partition.id, dimm);
      this.virtio(partition.id).plugIn(partition.virtioMem ?? []);
    }
    this.settle();
    for (const { parameters } of kernels.values()) parameters.bootAddsUntil = null;
    for (const partition of scenario.box.partitions)
      if (partition.coldplug?.length) takeKernelMemory(this.kernel(partition.id), partition);
    // The last that boot says of memory (mm/memory-tiers.c, memory_tier_late_init).
    this.recorder.begin("boot", BOOT);
    for (const kernel of kernels.values()) kernel.tellDemotionTargets();
    this.recorder.commit();
  }

  get now(): SimNs {
    return this.recorder.now;
  }

  /** No operation is running. Loads that go on for ever do not count. */
  get idle(): boolean {
    return this.running === 0;
  }

  kernel(partition: string): Kernel {
    const kernel = this.kernels.get(partition);
    if (!kernel) throw new Error(`no partition ${partition}`);
    return kernel;
  }

  /** A partition as it was described. */
  description(partition: string): PartitionDescription {
    const description = this.descriptions.get(partition);
    if (!description) throw new Error(`no partition ${partition}`);
    return description;
  }

  /** virtio devices of a partition. */
  virtio(partition: string): VirtioDevices {
    const devices = this.virtioDevices.get(partition);
    if (!devices) throw new Error(`no partition ${partition}`);
    return devices;
  }

  /** /sys and /proc of a partition. */
  files(partition: string): FileTree {
    const files = this.fileTrees.get(partition);
    if (!files) throw new Error(`no partition ${partition}`);
    return files;
  }

  /** Where the machine is: between which two steps, and at what simulated time. */
  get instant(): Instant {
    return { step: this.scheduler.steps, at: this.now };
  }

  /** Gives the box terminals. Commands to terminals need them. */
  join(terminals: TerminalHost): void {
    this.terminals = terminals;
  }

  /** Terminals can be opened. */
  get hasTerminals(): boolean {
    return this.terminals !== null;
  }

  /** Does a command from outside at the present instant, and writes it into the journal. */
  submit(command: Cause, origin?: string): Submission {
    const { terminals } = this;
    if (isTerminalCommand(command)) {
      if (!terminals) throw new Error("a command to a terminal, and no userland");
      this.journal.add({ ...this.instant, origin: origin ?? null, command });
      this.touched();
      return terminals.carryOut(command);
    }
    this.journal.add({ ...this.instant, origin: origin ?? null, command });
    // Above the prompt of a terminal, people read what their mouse did as a line of the shell.
    const told = origin === undefined ? terminals?.watch(command) : null;
    const submission = this.act(command, origin ?? `command:${this.journal.length}`);
    told?.(submission);
    return submission;
  }

  /**
   * Does what follows from something that the journal has already: what a shell does because of keys. `origin` names
   * the cause.
   */
  act(command: Command, origin: string): Submission {
    this.touched();
    this.recorder.begin(origin, occasionOf(command));
    const submission = untilPanic(this, () => execute(this, command));
    this.recorder.commit();
    return submission ?? STOPPED(command);
  }

  /**
   * Runs to an instant of a machine that did the same until then. Throws where this one can't get there. False when the
   * budget expired before it was there: call it again.
   */
  advanceTo({ step, at }: Instant, budget?: { expired(): boolean }): boolean {
    while (this.scheduler.steps < step) {
      if (this.scheduler.nextAt > at) throw new Error(`no step ${step} until ${at} ns`);
      this.runOne();
      if (budget?.expired()) return false;
    }
    if (this.scheduler.steps > step || this.now > at) throw new Error(`step ${step} at ${at} ns has passed`);
    this.recorder.now = simNs(at);
    return true;
  }

  /** Runs everything that is due up to `t`. With a budget it may stop earlier: `now` says where it got. */
  runUntil(t: number, budget?: { expired(): boolean }): void {
    while (this.scheduler.nextAt <= t) {
      this.runOne();
      if (budget?.expired()) return;
    }
    if (t > this.recorder.now) this.recorder.now = simNs(t);
  }

  runFor(ns: number): void {
    this.runUntil(this.now + ns);
  }

  /** Runs until no operation is running, for at most ten simulated minutes. */
  settle(limit = SETTLE_NS): void {
    const end = this.now + limit;
    while (this.running > 0 && this.scheduler.nextAt <= end) {
      this.runOne();
      this.atWork();
    }
  }

  /** Runs until one operation has ended or the time is up. True when it ended. */
  runOperation(id: number, until: number): boolean {
    const operation = this.operations.get(id);
    while (operation && !operation.done && this.scheduler.nextAt <= until) this.runOne();
    return operation?.done ?? true;
  }

  /** An operation that runs, or was among the last 512 to begin. */
  operation(id: number): Operation | undefined {
    return this.operations.get(id);
  }

  /** Where each operation is that has begun its first step, oldest first. */
  callStacks(): CallStack[] {
    const found: CallStack[] = [];
    for (const { id: op, partition, walk, attempt: last, step } of this.operations.values()) {
      if (step === null) continue;
      let attempt = last;
      while (attempt && !attempt.running) attempt = attempt.whole;
      const { from, ns } = step;
      found.push({ op, partition, attempt: attempt?.id ?? null, stack: walk.stack, from, until: simNs(from + ns) });
    }
    return found;
  }

  /** Begins an operation: a task that is waited for and that has an end. */
  start(
    partition: string,
    occasion: Occasion,
    interruptible: boolean,
    steps: (task: Task) => Steps<ErrnoName | null>,
    onEnd?: (errno: ErrnoName | null) => void,
  ): number {
    const id = this.nextId++;
    const task: Task = {
      id,
      get signalled() {
        return operation.signalled;
      },
      attempt: (kind, partition, target, parent) => this.newAttempt(kind, partition, target, parent, operation),
    };
    const walk = new Walk(steps(task));
    const operation: Operation = {
      id,
      partition,
      cause: this.causeOf(this.recorder.origin),
      occasion,
      interruptible,
      signalled: false,
      done: false,
      errno: null,
      attempt: null,
      walk,
      step: null,
    };
    if (this.operations.size >= this.full.operations)
      this.full.operations = forgetEnded(this.operations, ({ done }) => done);
    this.operations.set(operation.id, operation);
    this.running++;
    const { recorder } = this;
    const timed = {
      next: () => {
        const step = walk.next();
        operation.step = step.done ? null : { from: recorder.now, ns: step.value };
        return step;
      },
    };
    this.schedule(id, `op:${id}`, occasion, whileRunning(this, partition, timed), (result) => {
      if (result === HALTED) {
        this.halt(operation);
        return;
      }
      operation.done = true;
      operation.errno = result as ErrnoName | null;
      this.running--;
      onEnd?.(operation.errno);
      const waiting = this.endings.get(operation.id) ?? [];
      this.endings.delete(operation.id);
      for (const act of waiting) act();
    });
    return operation.id;
  }

  /** A kernel has stopped: what it was doing has no end that anybody is told of. */
  haltOperations(partition: string): void {
    for (const operation of this.operations.values()) if (operation.partition === partition) this.halt(operation);
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
    return (operation !== undefined && this.operations.get(Number(operation))?.cause) || origin;
  }

  /** Begins a load: a task that nobody waits for. */
  spawn(
    partition: string,
    origin: string,
    occasion: Occasion,
    steps: Steps<unknown>,
    onEnd: (result: unknown) => void,
  ): void {
    this.schedule(this.nextId++, origin, occasion, whileRunning(this, partition, new Walk(steps)), (result) => {
      if (result !== HALTED) onEnd(result);
    });
  }

  /**
   * Calls back at a simulated time, between the steps of tasks: for what acts on the box from outside, such as the
   * processes of a shell. It changes the box by `act` only.
   */
  at(time: number, act: () => void): void {
    const nothing = (): void => {};
    this.scheduler.schedule(
      { id: -2, steps: new Walk(once(act)), before: nothing, after: nothing, afterStep: nothing },
      Math.max(time, this.now),
    );
  }

  /** Calls back when an operation has ended; at once when it has already. */
  whenEnded(op: number, act: () => void): void {
    const operation = this.operations.get(op);
    if (!operation || operation.done) {
      act();
      return;
    }
    this.endings.set(op, [...(this.endings.get(op) ?? []), act]);
  }

  /** Sends a signal to the operation with this number, or to the one that an attempt with this number belongs to. */
  signal(id: number): ErrnoName | null {
    const operation = this.operations.get(this.operationOfAttempt.get(id) ?? id);
    if (!operation || operation.done) return "ENOENT";
    if (!operation.interruptible) return "EPERM";
    operation.signalled = true;
    return null;
  }

  newAttempt(
    kind: AttemptKind,
    partition: string,
    target: string,
    parent: AttemptLog | null,
    operation: Operation,
  ): AttemptLog {
    const { cause } = operation;
    const attempt = new AttemptLog({ id: this.nextId++, kind, partition, target, at: this.now, whole: parent, cause });
    if (this.attempts.size >= this.full.attempts) {
      // What an attempt is made of stays as long as it runs itself.
      this.full.attempts = forgetEnded(this.attempts, (one) => !one.running && !one.whole?.running);
      for (const id of this.operationOfAttempt.keys()) if (!this.attempts.has(id)) this.operationOfAttempt.delete(id);
    }
    this.attempts.set(attempt.id, attempt);
    operation.attempt = attempt;
    this.operationOfAttempt.set(attempt.id, operation.id);
    return attempt;
  }

  /** What happened, for any number of readers. */
  get transactions(): TransactionRing {
    return this.recorder.transactions;
  }

  private schedule(
    id: number,
    origin: string,
    occasion: Occasion,
    steps: Scheduled["steps"],
    after: (result: unknown) => void,
  ): void {
    const recorder = this.recorder;
    this.scheduler.schedule(
      {
        id,
        steps,
        before: () => {
          if (this.lastTask !== id) this.touched();
          this.lastTask = id;
          recorder.begin(origin, occasion);
        },
        afterStep: () => recorder.commit(),
        after,
      },
      this.now,
    );
  }

  private runOne(): void {
    this.recorder.now = simNs(Math.max(this.recorder.now, this.scheduler.nextAt));
    this.scheduler.step();
  }

  /** Something else than the running task may have changed the kernels' state. */
  private touched(): void {
    this.lastTask = -1;
    for (const kernel of this.kernels.values()) kernel.epoch++;
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

/** Steps that do one thing and end. */
// biome-ignore lint/correctness/useYield: what ends with its first step never waits.
function* once(act: () => void): Steps<null> {
  act();
  return null;
}

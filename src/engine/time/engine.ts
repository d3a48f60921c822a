/**
 * The engine: a box, its kernels and their time. Commands go in, transactions come out; the same seed and commands
 * give the same transactions, byte for byte. Nothing here looks at a wall clock.
 */
import { BOOT, type Occasion } from "../chronicle/occasion.ts";
import type { BoxDescription, PartitionDescription } from "../hardware/description.ts";
import { Chassis } from "../hardware/chassis.ts";
import type { AttemptLog } from "../chronicle/attempt.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { bootKernel, takeKernelMemory } from "../kernel/boot.ts";
import type { KeptLayout } from "../kernel/boot-layout/index.ts";
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
import { type CallStack, type Operation, Operations, type Schedule } from "./operations.ts";
import { Scheduler } from "./scheduler.ts";
import { type Steps, type Task, Walk } from "../chronicle/task.ts";
import type { TransactionRing } from "../chronicle/transaction-ring.ts";
import { newUdev, RULES_FILE, type Udev } from "./udev-port.ts";
import { Virtio } from "./virtio-port.ts";
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
  /** Another kernel runs on a partition: all processes are gone. */
  restarted(partition: string): void;
}

/** Longest simulated time that `settle` waits for operations that never end by themselves. */
const SETTLE_NS = 600e9;
/** Longest simulated time that boot waits for udev: ten times what its rules need for thousands of blocks. */
const UDEV_PATIENCE_NS = 1e9;
export class Engine {
  readonly recorder: Recorder;
  readonly chassis: Chassis;
  private readonly running = new Map<string, Kernel>();
  private readonly laidOut = new Map<string, KeptLayout>();
  private readonly fileTrees = new Map<string, FileTree>();
  /** udev of the partitions where it runs. */
  readonly udevs = new Map<string, Udev>();
  private readonly virtioDevices = new Map<string, Virtio>();
  /** Every cause that came from outside, with its exact place: enough to play all of it again (./replay.ts). */
  readonly journal = new Journal();
  readonly seed: number;
  readonly random: () => number;
  private terminals: TerminalHost | null = null;
  private readonly descriptions = new Map<string, PartitionDescription>();
  private readonly scheduler = new Scheduler();
  private readonly operations: Operations;
  private nextId = 1;
  private lastTask = -1;

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
    this.operations = this.newOperations();
    this.seed = scenario.seed;
    this.random = seededRandom(scenario.seed);
    this.chassis = new Chassis(scenario.box);
    this.recorder.begin("boot", BOOT);
    for (const partition of scenario.box.partitions) {
      this.atWork();
      this.powerOn(partition);
    }
    this.recorder.commit();
    for (const partition of scenario.box.partitions) {
      for (const dimm of partition.coldplug ?? []) coldPlug(this, partition.id, dimm);
      this.plugInVirtio(partition);
    }
    this.settle();
    for (const partition of scenario.box.partitions) this.bootIsOver(partition);
    // The last that boot says of memory (mm/memory-tiers.c, memory_tier_late_init).
    this.recorder.begin("boot", BOOT);
    for (const kernel of this.kernels.values()) kernel.tellDemotionTargets();
    this.recorder.commit();
    for (const { id, udevRules } of scenario.box.partitions) if (udevRules !== undefined) this.beginUdev(id, udevRules);
  }

  /** A partition's kernel boots, in place of the one that ran there: what firmware tells it of, and nothing that comes later. */
  powerOn(partition: PartitionDescription): void {
    const { kernel, layout } = bootKernel(partition, this.recorder);
    const before = this.running.get(partition.id);
    this.descriptions.set(partition.id, partition);
    this.running.set(partition.id, kernel);
    const { nodeOfPxm, fallbackNode, notSimulated } = layout;
    this.laidOut.set(partition.id, { nodeOfPxm, fallbackNode, notSimulated });
    this.chassis.setWindow(partition.id, layout.hotplugWindow);
    this.virtioDevices.set(partition.id, new Virtio(kernel));
    this.fileTrees.set(partition.id, kernelFiles(kernel, fileActions(this, partition.id, kernel)));
    kernel.start = (occasion, steps) => this.start(partition.id, occasion, true, steps);
    kernel.spawn = (occasion, steps) => this.spawn(partition.id, "ksmd", occasion, steps, () => {});
    for (const boot of layout.bootDimms) {
      const dimm = this.chassis.dimms.get(boot.id);
      if (!dimm) continue;
      dimm.ranges = boot.ranges;
      this.chassis.setPhase(dimm, "in-use");
    }
    this.recorder.provenances.watch(kernel.pages, before?.pages);
    kernel.allocator.causes = this.recorder;
  }

  /** virtio devices of a partition that has just been powered on, after its DIMMs. */
  plugInVirtio({ id, virtioMem = [] }: PartitionDescription): void {
    this.virtio(id).plugIn(this, id, this.laidOut.get(id) as KeptLayout, virtioMem);
  }

  /** What comes from now on comes to a kernel that runs. */
  bootIsOver(partition: PartitionDescription): void {
    const kernel = this.kernel(partition.id);
    kernel.parameters.bootAddsUntil = null;
    kernel.booted = true;
    if (partition.coldplug?.length) takeKernelMemory(kernel, partition);
  }

  get kernels(): ReadonlyMap<string, Kernel> {
    return this.running;
  }

  get layouts(): ReadonlyMap<string, KeptLayout> {
    return this.laidOut;
  }

  get now(): SimNs {
    return this.recorder.now;
  }

  /** No operation is running, and udev has nothing left to do. Loads that go on for ever do not count. */
  get idle(): boolean {
    if (this.operations.running > 0) return false;
    for (const { busy } of this.udevs.values()) if (busy) return false;
    return true;
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
  virtio(partition: string): Virtio {
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

  /** Another kernel runs on a partition, with nothing of what ran on the one before it. */
  restarted(partition: string): void {
    this.udevs.delete(partition);
    const { udevRules } = this.description(partition);
    if (udevRules !== undefined) this.tellUdev(partition, udevRules);
    this.terminals?.restarted(partition);
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

  /**
   * Runs until no operation is running, for at most ten simulated minutes, or `limit` ns. False when the budget expired before,
   * to be called again with what is left of the limit.
   */
  settle(limit = SETTLE_NS, budget?: { expired(): boolean }): boolean {
    const end = this.now + limit;
    while (!this.idle && this.scheduler.nextAt <= end) {
      this.runOne();
      this.atWork();
      if (budget?.expired()) return false;
    }
    return true;
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

  /** Attempts that run, and those that ended last. */
  get attempts(): ReadonlyMap<number, AttemptLog> {
    return this.operations.attempts;
  }

  /** Where each operation is that has begun its first step, oldest first. */
  callStacks(): CallStack[] {
    return this.operations.callStacks();
  }

  /** Begins an operation: a task that is waited for and that has an end. Returns its number. */
  start(
    partition: string,
    occasion: Occasion,
    interruptible: boolean,
    steps: (task: Task) => Steps<ErrnoName | null>,
    onEnd?: (errno: ErrnoName | null) => void,
  ): number {
    return this.operations.start({ partition, occasion, interruptible, steps, onEnd });
  }

  /** A kernel has stopped: what it was doing has no end that anybody is told of. */
  haltOperations(partition: string): void {
    this.operations.haltAll(partition);
  }

  /** Begins a load: a task that nobody waits for. */
  spawn(
    partition: string,
    origin: string,
    occasion: Occasion,
    steps: Steps<unknown>,
    onEnd: (result: unknown) => void,
  ): void {
    const after = (result: unknown): void => {
      if (result !== HALTED) onEnd(result);
    };
    this.schedule({ id: this.nextId++, partition, origin, occasion, steps: new Walk(steps), after });
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
    this.operations.whenEnded(op, act);
  }

  /** Sends a signal to the operation with this number, or to the one that an attempt with this number belongs to. */
  signal(id: number): ErrnoName | null {
    return this.operations.signal(id);
  }

  /** What happened, for any number of readers. */
  get transactions(): TransactionRing {
    return this.recorder.transactions;
  }

  /** udev of a partition, which runs from now on if it did not. */
  udevOf(partition: string): Udev {
    const known = this.udevs.get(partition);
    if (known) return known;
    const udev = newUdev(this, partition);
    this.udevs.set(partition, udev);
    return udev;
  }

  /**
   * udev as part of boot: each device is told again, and the rules are done with all of them before anybody looks. Rules that
   * cause events for ever are not waited for: they go on when the machine is up, as `udevadm settle` gives up.
   */
  private beginUdev(partition: string, rules: string): void {
    const udev = this.tellUdev(partition, rules);
    const patience = this.now + UDEV_PATIENCE_NS;
    while (udev.busy && this.scheduler.nextAt <= patience) {
      this.runOne();
      this.atWork();
    }
  }

  /** udev has these rules, and is told of each device again. */
  private tellUdev(partition: string, rules: string): Udev {
    const udev = this.udevOf(partition);
    udev.load([{ path: RULES_FILE, text: rules }]);
    udev.trigger();
    return udev;
  }

  private newOperations(): Operations {
    const { recorder } = this;
    return new Operations({
      newId: () => this.nextId++,
      get now() {
        return recorder.now;
      },
      get origin() {
        return recorder.origin;
      },
      schedule: this.schedule,
    });
  }

  private readonly schedule: Schedule = ({ id, partition, origin, occasion, steps, after }) => {
    const { recorder } = this;
    this.scheduler.schedule(
      {
        id,
        steps: whileRunning(this, partition, steps),
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
  };

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

/** Steps that do one thing and end. */
// biome-ignore lint/correctness/useYield: what ends with its first step never waits.
function* once(act: () => void): Steps<null> {
  act();
  return null;
}

/**
 * The processes of one partition. Each is a generator that yields what it waits for; it goes on as an event of the
 * engine, at the simulated time when that has come. A process computes for at most a slice before others may. It is a
 * process of the simulated kernel too: it takes memory, and not more of them fit than there is room for.
 */
import type { FileErrno } from "../../engine/sysfs/errno.ts";
import type { Command } from "../../engine/time/commands.ts";
import type { Engine } from "../../engine/time/engine.ts";
import { seededRandom } from "../../engine/time/random.ts";
import {
  type Dialect,
  type Files,
  LimitReached,
  type Machine,
  type Running,
  type System,
  type Wait,
  type Woken,
} from "../system.ts";
import { PARTS, type ShellParts } from "../parts.ts";
import { programs } from "../run/programs.ts";
import { install, kernelModule, mountedFiles } from "./machine-files.ts";
import { baseNodes, monitorDevices } from "./monitor.ts";
import { cgroupsOf } from "../../engine/sysfs/more/cgroup-files.ts";
import type { Kernel } from "../../engine/kernel/kernel.ts";
import type { Cgroup } from "../../engine/workload/cgroups.ts";
import { seqnum } from "../../engine/sysfs/more/uevent-file.ts";
import { type Ending, Process, type ProcessOptions, commOf } from "./process.ts";
import { Signal, defaultAction } from "./signals.ts";
import { Stack } from "./stack.ts";
import { KernelPanic, type Stop } from "../../engine/kernel/panic.ts";

export interface UserlandOptions {
  readonly dialect?: Dialect;
  /**
   * Memory of processes: `held` from their beginning to their end; `passing` for machines whose recordings counted a
   * process only as something that came and went.
   */
  readonly memory?: "held" | "passing";
  /** Told of the kernel's last words. */
  readonly stopped?: (last: Stop) => void;
  /** Told of what processes do to the machine before that reaches the engine. */
  readonly submit?: (command: Command) => ReturnType<Engine["act"]>;
}

export interface SpawnOptions extends Omit<ProcessOptions, "now"> {
  readonly parent: Process | null;
  readonly command: string;
  readonly steps: (process: Process) => Running<number>;
}

const AWAKE: Woken = { ended: true, errno: null };
const LATE: Woken = { ended: false, errno: null };
const INTERRUPTED: Woken = { ended: false, errno: null, interrupted: true };

/** Processes beyond the limit that the shell of a terminal may start: whoever sits there can end what fills the machine. */
const RESERVED = 16;
const roomFor = (parent: Process): number =>
  parent.limits.processes + (parent.parent === null && parent.terminal ? RESERVED : 0);

export class Userland implements System {
  readonly engine: Engine;
  readonly partition: string;
  readonly dialect: Dialect;
  readonly files: Files;
  readonly machine: Machine;
  readonly parts: ShellParts = PARTS;
  readonly processes = new Map<number, Process>();
  /** Chance in the userland: names of temporary files. From the machine's seed, so that a replay has the same. */
  readonly random: () => number;
  private readonly memory: "held" | "passing";
  private nextPid = 300;
  private readonly kernel: Kernel;

  constructor(engine: Engine, partition: string, options: UserlandOptions = {}) {
    this.engine = engine;
    this.partition = partition;
    this.dialect = options.dialect ?? "bash";
    this.memory = options.memory ?? "held";
    this.random = seededRandom([...partition].reduce((mixed, c) => mixed * 31 + c.charCodeAt(0), engine.seed));
    // It follows from keys and scripts, which are the causes that a journal holds.
    const act = options.submit ?? ((command: Command) => engine.act(command, `shell:${partition}`));
    const kernel = engine.kernel(partition);
    this.kernel = kernel;
    const submit: typeof act = (command) => {
      const submission = act(command);
      // Whoever made the kernel stop hears of nothing any more.
      if (kernel.stopped) throw new KernelPanic(partition, kernel.stopped.words);
      return submission;
    };
    kernel.watchers.killed = (pid) => {
      const process = this.processes.get(pid);
      if (process) this.kill(process, Signal.KILL);
    };
    kernel.watchers.stopped = (last) => {
      this.halt();
      options.stopped?.(last);
    };
    this.machine = {
      partition,
      submit,
      devices: () => monitorDevices(engine, partition),
      uevents: {
        told: () => kernel.uevents.told,
        seqnum: ({ number }) => seqnum(kernel.profile.version, number),
        after: (told) => kernel.uevents.after(told),
        running: () => engine.udevs.has(partition),
        busy: () => engine.udevs.get(partition)?.busy ?? false,
      },
      baseNodes: baseNodes(engine, partition),
    };
    this.files = mountedFiles(engine, partition, (command) => submit(command), this.dialect === "bash" ? "bash" : "sh");
    if (this.dialect === "bash") install(this.files, programs().keys());
  }

  /** The kernel that it ran on runs no more. */
  get gone(): boolean {
    return this.kernel.stopped !== null;
  }

  now(): number {
    return this.engine.now;
  }

  forked(): void {
    if (this.memory === "passing")
      this.machine.submit({ do: "write", partition: this.partition, path: "/dev/null", text: "" });
  }

  signal(op: number): void {
    this.machine.submit({ do: "signal", op });
  }

  insmod(path: string, parameters: string): FileErrno | null {
    return kernelModule(this.files, path)
      ? this.machine.submit({ do: "write", partition: this.partition, path, text: `insmod ${parameters}`.trim() }).errno
      : "ENOENT";
  }

  /** Starts a process, or says why there can be none: EAGAIN at the limit of processes, ENOMEM without memory. */
  spawn(options: SpawnOptions): Process | FileErrno {
    const { parent, command } = options;
    if (parent && this.processes.size >= roomFor(parent)) return "EAGAIN";
    const pid = this.newPid(command, parent);
    // Memory for its child may have been had by killing it.
    if (pid === undefined && parent?.dying === Signal.KILL) throw new LimitReached();
    if (pid === undefined) return "ENOMEM";
    const process = new Process(pid, parent, command, { ...options, now: this.now() });
    parent?.children.add(process);
    this.processes.set(pid, process);
    process.pipePage = () => this.pipePage(process);
    process.steps = new Stack(options.steps(process));
    if (parent) this.tellGroup(process, parent.pid);
    this.wakeSoon(process, AWAKE);
    return process;
  }

  /** ENOMEM where the process's group has no memory for a pipe's buffer. */
  private pipePage({ pid, comm }: Process): FileErrno | null {
    const { kernel, group } = this.groupOf(pid);
    if (!group?.cpuset.movableOnly) return null;
    const by = { pid, comm: kernel.processes.get(pid)?.comm ?? comm };
    return this.machine.submit({ do: "pipe", partition: this.partition, by }).errno;
  }

  private groupOf(pid: number): { readonly kernel: Kernel; readonly group: Cgroup | undefined } {
    const kernel = this.kernel;
    const group = cgroupsOf(kernel)?.of(pid);
    return { kernel, group: group?.parent ? group : undefined };
  }

  /** Where the kernel holds no process, it hears of those whose groups count: that they are where `like` is, or gone. */
  private tellGroup({ pid, comm }: Process, like: number | null): void {
    if (this.memory === "held") return;
    const { group } = this.groupOf(like ?? pid);
    if (!group) return;
    const path = `/sys/fs/cgroup${like === null ? "" : group.path}/cgroup.procs`;
    this.machine.submit({ do: "write", partition: this.partition, path, text: "0", by: { pid, comm } });
  }

  /** The number of a new process; with memory of its own where that is held. */
  private newPid(command: string, parent: Process | null): number | undefined {
    if (this.memory === "passing") return this.nextPid++;
    const pid = this.kernel.nextPid;
    const comm = commOf(command);
    // Whose parent may run anywhere need not name it.
    const own = parent && this.kernel.processes.get(parent.pid);
    const bound = own && (own.cpus ?? this.groupOf(parent.pid).group);
    const inherited = bound ? { parent: parent.pid } : {};
    return this.machine.submit({ do: "fork", partition: this.partition, comm, ...inherited }).errno === null
      ? pid
      : undefined;
  }

  /** Sends a signal. False when there is nobody to get it. */
  kill(process: Process, signal: number): boolean {
    if (!process.alive) return false;
    if (signal === 0) return true;
    const action = process.actions.get(signal);
    const unmaskable = signal === Signal.KILL || signal === Signal.STOP;
    if (signal === Signal.CONT || signal === Signal.KILL) this.resume(process);
    if (action === "ignore" && !unmaskable) return true;
    if (action === "catch" && !unmaskable) {
      process.caught.push(signal);
      process.fresh = true;
      this.interrupt(process);
      return true;
    }
    switch (defaultAction(signal)) {
      case "terminate":
        process.dying ??= signal;
        this.interrupt(process);
        return true;
      case "stop":
        process.stopped = signal;
        process.changed.wake();
        process.parent?.changed.wake();
        return true;
      default:
        return true;
    }
  }

  /** Sends a signal to a process that runs no command of ours: a load, which any signal but 0 ends. */
  killOther(pid: number, signal: number): boolean {
    if (!this.kernel.processes.has(pid)) return false;
    if (signal !== 0 && defaultAction(signal) === "terminate")
      this.machine.submit({ do: "kill", partition: this.partition, pid });
    return true;
  }

  killGroup(group: number, signal: number): boolean {
    const all = [...this.processes.values()].filter((process) => process.group === group);
    for (const process of all) this.kill(process, signal);
    return all.length > 0;
  }

  private resume(process: Process): void {
    if (process.stopped === null) return;
    process.stopped = null;
    process.changed.wake();
    const { held } = process;
    process.held = null;
    if (held) this.wakeSoon(process, held);
  }

  /** A signal reaches a process that waits: the kernel's operation is told; any other wait is over. */
  private interrupt(process: Process): void {
    const { waiting } = process;
    if (!waiting) return;
    if (waiting.op !== null) this.signal(waiting.op);
    else if (process.dying !== null) this.end(process, { status: 0, signal: process.dying });
    else this.wakeNow(process, INTERRUPTED);
  }

  /** Lets a process go on as soon as what is due now has run. */
  private wakeSoon(process: Process, woken: Woken): void {
    const ticket = ++process.ticket;
    this.engine.at(this.now(), () => {
      if (process.ticket === ticket) this.run(process, woken);
    });
  }

  private wakeNow(process: Process, woken: Woken): void {
    this.leaveQueue(process);
    process.waiting = null;
    this.wakeSoon(process, woken);
  }

  private leaveQueue(process: Process): void {
    process.waiting?.queue?.remove(process.wake);
  }

  private run(process: Process, woken: Woken): void {
    if (!process.alive || !process.steps || this.kernel.stopped) return;
    if (process.stopped !== null) {
      process.held = woken;
      return;
    }
    this.leaveQueue(process);
    process.waiting = null;
    const gone = this.memory === "held" && !this.kernel.processes.has(process.pid);
    const ended = process.dying ?? (gone ? Signal.KILL : null);
    if (ended !== null) {
      this.end(process, { status: 0, signal: ended });
      return;
    }
    if (woken.interrupted || woken.errno === "EINTR") process.fresh = false;
    let step: IteratorResult<Wait, number>;
    try {
      step = process.steps.next(woken);
    } catch (error) {
      if (error instanceof KernelPanic) return;
      const signal = error instanceof LimitReached ? Signal.KILL : error instanceof RangeError ? Signal.SEGV : null;
      if (signal === null) throw error;
      this.end(process, { status: 0, signal });
      return;
    }
    this.afterFiles(process, () => this.goOn(process, step));
  }

  /** What was given back of the machine's memory keeps who did it, whatever signal comes: it is in a system call. */
  private afterFiles(process: Process, act: () => void): void {
    const { ns, ops } = this.files.givenBack();
    process.budget.spend(ns);
    if (ops.length === 0) {
      act();
      return;
    }
    const left = [...ops];
    const ticket = ++process.ticket;
    const next = (): void => {
      const op = left.shift();
      if (op === undefined) this.engine.at(this.now(), this.ifStill(process, ticket, act));
      else this.engine.whenEnded(op, next);
    };
    next();
  }

  /** A process that has taken a step ends, or waits for what it wants to wait for. */
  private goOn(process: Process, step: IteratorResult<Wait, number>): void {
    if (step.done) {
      this.end(process, { status: step.value & 255, signal: null });
      return;
    }
    // What it computed takes its time: nothing wakes it before that is over.
    const owed = Math.round(process.budget.owed);
    process.budget.owed = 0;
    process.used += owed;
    if (process.dying !== null && step.value.op === null) this.end(process, { status: 0, signal: process.dying });
    else this.wait(process, step.value, owed);
  }

  private ifStill(process: Process, ticket: number, act: () => void): () => void {
    return () => {
      if (process.ticket === ticket && !this.kernel.stopped) act();
    };
  }

  private wait(process: Process, wait: Wait, owed: number): void {
    const ticket = ++process.ticket;
    const ready = this.now() + owed;
    const go = (woken: Woken): void =>
      this.engine.at(
        Math.max(this.now(), ready),
        this.ifStill(process, ticket, () => this.run(process, woken)),
      );
    process.waiting = wait;
    if (wait.op !== null) {
      const { op } = wait;
      this.engine.whenEnded(op, () => go({ ended: true, errno: this.engine.operation(op)?.errno ?? null }));
      if (process.dying !== null || process.fresh) this.signal(op);
    }
    if (wait.queue) {
      process.wake = () => go(AWAKE);
      wait.queue.add(process.wake);
      // A signal that came while it computed would never wake it again.
      if (process.fresh) {
        this.wakeNow(process, INTERRUPTED);
        return;
      }
    }
    if (!Number.isFinite(wait.until)) return;
    const timed = wait.op === null && !wait.queue;
    const at = Math.max(wait.until, this.now()) + (timed ? owed : 0);
    this.engine.at(
      at,
      this.ifStill(process, ticket, () => this.run(process, timed ? AWAKE : LATE)),
    );
  }

  /** The kernel has stopped: no process does anything any more, its own end included, and nobody is told. */
  private halt(): void {
    for (const process of this.processes.values()) {
      process.ending = { status: 0, signal: Signal.KILL };
      process.ticket++;
      process.waiting = null;
    }
    this.processes.clear();
  }

  private end(process: Process, ending: Ending): void {
    if (!process.alive) return;
    process.ending = ending;
    process.ticket++;
    this.leaveQueue(process);
    process.waiting = null;
    const { steps } = process;
    process.steps = null;
    steps?.return();
    process.closeAll();
    this.processes.delete(process.pid);
    process.parent?.children.delete(process);
    this.tellGroup(process, null);
    if (this.memory === "held") this.machine.submit({ do: "kill", partition: this.partition, pid: process.pid });
    process.changed.wake();
    process.parent?.changed.wake();
  }
}

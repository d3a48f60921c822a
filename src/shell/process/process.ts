/**
 * A process of the simulated machine that runs a command: what it has open, whom it belongs to, what it does about
 * signals, and how it ended. ./userland.ts runs it.
 */
import type { FileErrno } from "../../engine/sysfs/errno.ts";
import type { OpenFile } from "../io/open-file.ts";
import type { Terminal } from "../io/terminal.ts";
import { Budget, type Wait, WaitQueue, type Woken } from "../system.ts";
import type { Stack } from "./stack.ts";

/** How a process ended: with a status of its own, or by a signal. */
export interface Ending {
  readonly status: number;
  readonly signal: number | null;
}

/** `$?` of a process that ended so. */
export const exitStatus = ({ status, signal }: Ending): number => (signal === null ? status : 128 + signal);

export interface Limits {
  /** Processes that there may be (RLIMIT_NPROC). */
  processes: number;
}

export class Process {
  readonly pid: number;
  readonly parent: Process | null;
  /** Process group: who gets Ctrl-C together. */
  group: number;
  /** Shown by `ps`: the command and its arguments. */
  command: string;
  readonly terminal: Terminal | null;
  readonly descriptors: Map<number, OpenFile>;
  /** What redirections put aside until their commands end. */
  readonly aside = new Set<Map<number, OpenFile | null>>();
  readonly children = new Set<Process>();
  readonly limits: Limits;
  readonly started: number;
  /** Computing time so far, ns. */
  used = 0;
  umask: number;

  /** What it does about signals, other than what they do by themselves. */
  readonly actions: Map<number, "ignore" | "catch">;
  /** Signals caught and not yet looked at, oldest first. */
  readonly caught: number[] = [];
  /** A signal was caught that no wait has told it of. */
  fresh = false;
  /** Signal that will end it as soon as it can be ended. */
  dying: number | null = null;
  stopped: number | null = null;
  ending: Ending | null = null;
  /** Woken when it ends, stops or goes on. */
  readonly changed = new WaitQueue();
  readonly budget = new Budget();

  /** Asks for a page for what it writes into a pipe. */
  pipePage: () => FileErrno | null = () => null;

  /** The rest belongs to the scheduler in ./userland.ts. */
  steps: Stack | null = null;
  waiting: Wait | null = null;
  /** Changes with every wait, so that what wakes late finds nobody. */
  ticket = 0;
  /** What woke it while it was stopped. */
  held: Woken | null = null;
  wake: () => void = () => {};

  constructor(pid: number, parent: Process | null, command: string, options: ProcessOptions) {
    this.pid = pid;
    this.parent = parent;
    this.command = command;
    this.group = options.group === 0 ? pid : (options.group ?? parent?.group ?? pid);
    this.terminal = options.terminal === undefined ? (parent?.terminal ?? null) : options.terminal;
    this.limits = { ...(parent?.limits ?? { processes: DEFAULT_PROCESSES }) };
    this.umask = parent?.umask ?? 0o022;
    this.started = options.now;
    this.descriptors = new Map(options.descriptors ?? parent?.descriptors);
    for (const file of this.descriptors.values()) file.share();
    // Caught signals are as if nothing had been said about them; ignored ones stay ignored (fork and exec).
    this.actions = new Map([...(parent?.actions ?? [])].filter(([, action]) => action === "ignore"));
    for (const signal of options.byDefault ?? []) this.actions.delete(signal);
  }

  /** Its name in the kernel: the last part of its program's path, at most 15 characters (TASK_COMM_LEN). */
  get comm(): string {
    return commOf(this.command);
  }

  get alive(): boolean {
    return this.ending === null;
  }

  /** Puts a file in a descriptor's place; `null` closes it. */
  install(descriptor: number, file: OpenFile | null): void {
    const before = this.descriptors.get(descriptor);
    file?.share();
    if (file) this.descriptors.set(descriptor, file);
    else this.descriptors.delete(descriptor);
    before?.release();
  }

  /** The lowest descriptor from `from` that is free. */
  free(from: number): number {
    let descriptor = from;
    while (this.descriptors.has(descriptor)) descriptor++;
    return descriptor;
  }

  /** Lets go of all that was put aside: what is redirected now stays so. */
  forgetAside(): void {
    for (const saved of this.aside) for (const file of saved.values()) file?.release();
    this.aside.clear();
  }

  closeAll(): void {
    this.forgetAside();
    for (const file of this.descriptors.values()) file.release();
    this.descriptors.clear();
  }
}

export const commOf = (command: string): string => command.split(" ", 1)[0]?.replace(/^.*\//, "").slice(0, 15) || "sh";

export interface ProcessOptions {
  readonly now: number;
  /** Process group; its parent's when left out, one of its own when 0. */
  readonly group?: number;
  readonly terminal?: Terminal | null;
  /** What is open; what its parent has open when left out. */
  readonly descriptors?: ReadonlyMap<number, OpenFile>;
  /** Signals that the parent ignores and this process does not. */
  readonly byDefault?: readonly number[];
}

/** Few enough that a fork bomb stays small; `ulimit -u` shows it. */
const DEFAULT_PROCESSES = 256;

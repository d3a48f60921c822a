/**
 * What a shell stands on, and how it waits. The interpreter is a generator: it yields what it waits for (an
 * operation of the simulated kernel, or a simulated time), and whoever drives it moves the simulation there. So it
 * runs headless in one go, and can be stepped, signalled or abandoned at any of these points.
 */
import type { FileErrno } from "../engine/sysfs/errno.ts";
import type { Told } from "../engine/kernel/uevents.ts";
import type { ReadResult, Stat, WriteResult } from "../engine/sysfs/tree.ts";
import type { Command } from "../engine/time/commands.ts";
import type { Writer } from "../engine/sysfs/tree.ts";
import type { Rejection } from "../engine/time/rejection.ts";

/**
 * Wait for the end of `op` (when there is one), or until somebody wakes `queue`, but not beyond simulated time `until`
 * (ns). Or no wait at all: see ./process/stack.ts for `call` and `become`.
 */
export interface Wait {
  readonly op: number | null;
  readonly until: number;
  readonly queue?: WaitQueue;
  readonly call?: Running<unknown>;
  readonly become?: Running<number>;
}
/**
 * `ended` is false when the time came first, or a signal that the process catches (`interrupted`). `errno` is that of
 * the operation, `value` what a call gave.
 */
export interface Woken {
  readonly ended: boolean;
  readonly errno: FileErrno | null;
  readonly interrupted?: boolean;
  readonly value?: unknown;
}
export type Running<T> = Generator<Wait, T, Woken>;

/** Processes that wait for something that others do: room in a pipe, a child's end, a key. */
export class WaitQueue {
  private readonly waiting = new Set<() => void>();

  add(wake: () => void): void {
    this.waiting.add(wake);
  }

  remove(wake: () => void): void {
    this.waiting.delete(wake);
  }

  wake(): void {
    const all = [...this.waiting];
    this.waiting.clear();
    for (const wake of all) wake();
  }
}

/** Waits until somebody wakes the queue. False when a signal came first. */
export function* waitOn(queue: WaitQueue): Running<boolean> {
  const { interrupted } = yield { op: null, until: Number.POSITIVE_INFINITY, queue };
  return interrupted !== true;
}

/** Memory on its way back: the simulated ns that it took, and the operations in which what is left of it goes. */
export interface GivingBack {
  readonly ns: number;
  readonly ops: readonly number[];
}

/** Files by absolute path; a simulated kernel's tree has this form (src/engine/sysfs/tree.ts). */
export interface Files {
  list(path: string): { readonly names: readonly string[] } | { readonly errno: FileErrno };
  stat(path: string): Stat | { readonly errno: FileErrno };
  open(path: string, how: "read" | "write"): FileErrno | null;
  read(path: string): ReadResult;
  /** Part of a file, one character a byte (pread); "" at its end. For files too large to render whole, as /proc/kpageflags. */
  readAt(path: string, offset: number, length: number): ReadResult;
  /** One write(2), at the end of the file where it has one; `by` is the process, which the kernel's log may name. */
  write(path: string, text: string, by?: Writer): WriteResult;
  /** Empties a file that holds text; creates it where files can be made. */
  truncate(path: string): void;
  mkdir(path: string, mode?: number): FileErrno | null;
  /** unlink(2), or rmdir(2) of an empty folder. */
  remove(path: string, what: "file" | "directory"): FileErrno | null;
  /** What `remove`, `truncate` and `rename` have given back of the machine's memory since it was last asked for. */
  givenBack(): GivingBack;
  /** EXDEV between two file systems. */
  rename(from: string, to: string): FileErrno | null;
  symlink(target: string, path: string): FileErrno | null;
  chmod(path: string, mode: number): FileErrno | null;
  /** Sets the time of the last change (simulated ns; now when left out), making the file where it is missing. */
  touch(path: string, at?: number): FileErrno | null;
}

/** What the monitor of the emulated machine shows of a memory device. */
export interface MonitorDevice {
  readonly kind: "dimm" | "virtio-mem";
  readonly id: string;
  readonly address: number;
  readonly size: number;
  readonly node: number;
  /** Of a DIMM. */
  readonly slot: number | null;
  /** Of a virtio-mem device: what the hypervisor asks for, and the size of its region, in bytes. */
  readonly requested: number | null;
  readonly region: number | null;
  readonly hotplugged: boolean;
}

/** What is told of devices, and by whom. */
export interface UeventSource {
  /** How many were told until now, by the kernel and by udev. */
  readonly told: () => number;
  /** SEQNUM of an event. */
  readonly seqnum: (event: Told["event"]) => number;
  /** Those that were told after so many, oldest first. */
  readonly after: (told: number) => readonly Told[];
  /** Of udev: whether it runs, and whether it still deals with events. */
  readonly running: () => boolean;
  readonly busy: () => boolean;
}

/** The machine around the kernel: loads, hardware, and the journal that they go through. */
export interface Machine {
  readonly partition: string;
  /** As `Engine.submit`: refused at once, done, or going on as an operation. */
  submit(command: Command): {
    readonly errno: FileErrno | null;
    readonly rejection: Rejection | null;
    readonly op: number | null;
  };
  devices(): readonly MonitorDevice[];
  /** Uevents, and udev where it runs. */
  readonly uevents: UeventSource;
  /** What it was switched on with, before any memory device, node by node: bytes, and CPUs as a list. */
  readonly baseNodes: readonly { readonly bytes: number; readonly cpus: string }[];
}

/** Whose words messages are in: bash and the coreutils, or the busybox that the recorded machines ran. */
export type Dialect = "bash" | "busybox";

/** The rest of the machine, as far as commands need it. */
export interface System {
  readonly files: Files;
  readonly dialect: Dialect;
  /** Simulated time, ns. */
  now(): number;
  /** Chance in [0, 1), from the machine's seed. */
  random(): number;
  /** A process was forked, ran and ended: it took and gave back a little memory. */
  forked(): void;
  /** Ends the task behind a long operation, which ends with EINTR. */
  signal(op: number): void;
  /** Absent where there are files only, as in tests of the shell. */
  readonly machine?: Machine;
  /** Loads a kernel module by its path. */
  insmod(path: string, parameters: string): FileErrno | null;
}

/** The answer of what never waits, to those who wait for it. */
// biome-ignore lint/correctness/useYield: it has nothing to wait for.
export function* done<T>(value: T): Running<T> {
  return value;
}

/** Waits for simulated time to pass. */
export function* pass(system: System, ns: number): Running<void> {
  yield { op: null, until: system.now() + ns };
}

/** A write that may take long: its errno once it has ended. A signal that came first counts as EINTR. */
export function* writeThrough(files: Files, path: string, text: string, by?: Writer): Running<FileErrno | null> {
  const { errno, op } = files.write(path, text, by);
  if (op === null) return errno;
  const woken = yield { op, until: Number.POSITIVE_INFINITY };
  return woken.ended ? woken.errno : "EINTR";
}

/** Waits until memory of files that were removed or emptied has been given back: until then the system call goes on. */
export function* released(files: Files, budget: Budget): Running<void> {
  const { ns, ops } = files.givenBack();
  budget.spend(ns);
  for (const op of ops) yield { op, until: Number.POSITIVE_INFINITY };
  yield* breathe(budget);
}

/** A process asked for more text at once than there is memory for: it ends as if killed. */
export class LimitReached extends Error {}

/** Text that one step may make, hold or search. */
const MAX_TEXT = 64 * 1024 * 1024;
const NS_PER_CHARACTER = 0.5;
/** Bytes of elements that a process may keep. */
const MAX_KEPT = 128 * 1024 * 1024;

/** Computing time, in simulated ns, after which a process lets others go on. */
export const SLICE = 100_000;

/** What a process has computed since it last let time pass; it owes the simulated time for it. */
export class Budget {
  /** Simulated ns. */
  owed = 0;
  private kept = 0;

  /** That so much text is held at once: too much ends the process. */
  holds(characters: number): void {
    if (characters > MAX_TEXT) throw new LimitReached("too much text");
  }

  /** Charges text that is made, held or searched. */
  text(characters: number): void {
    this.holds(characters);
    this.owed += characters * NS_PER_CHARACTER;
  }

  spend(ns: number): void {
    this.owed += ns;
  }

  /** Memory that is kept from now on, such as an element of an array, or let go (below 0). Too much ends the process. */
  keep(bytes: number): void {
    this.kept += bytes;
    if (this.kept > MAX_KEPT) throw new LimitReached("too much memory");
  }
}

/**
 * Lets others go on when enough was computed since they last could. Whoever works through what may be long calls it every
 * few hundred steps, having told the budget what they cost: so no event of the machine is long, and signals are heard.
 */
export function* breathe(budget: Budget): Running<void> {
  if (budget.owed > SLICE) yield { op: null, until: 0 };
}

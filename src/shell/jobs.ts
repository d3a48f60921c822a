/** Jobs of a shell: pipelines that run in the background or were stopped (bash, jobs.c). */
import { type Ending, type Process, exitStatus } from "./process/process.ts";
import { Signal, signalText } from "./process/signals.ts";
import { largest } from "../engine/lists.ts";

export class Job {
  readonly number: number;
  readonly text: string;
  readonly processes: readonly Process[];
  /** Told of since it last changed. */
  told = "";
  background: boolean;

  constructor(number: number, text: string, processes: readonly Process[], background: boolean) {
    this.number = number;
    this.text = text;
    this.processes = processes;
    this.background = background;
  }

  get group(): number {
    return this.processes[0]?.group ?? 0;
  }

  get pid(): number {
    return this.processes.at(-1)?.pid ?? 0;
  }

  get done(): boolean {
    return this.processes.every((process) => process.ending !== null);
  }

  get stopped(): boolean {
    return !this.done && this.processes.every((process) => process.ending !== null || process.stopped !== null);
  }

  get ending(): Ending {
    return this.processes.at(-1)?.ending ?? { status: 0, signal: null };
  }

  /** As `jobs` prints it: `Running`, `Stopped`, `Done`, `Exit 3`, `Terminated`. */
  get state(): string {
    if (this.stopped) return "Stopped";
    if (!this.done) return "Running";
    const { status, signal } = this.ending;
    if (signal !== null) return signal === Signal.INT ? "Interrupt" : signalText(signal);
    return status === 0 ? "Done" : `Exit ${status}`;
  }
}

/** Jobs after which those that have ended are forgotten untold. */
const MANY = 128;

export class Jobs {
  private readonly all = new Map<number, Job>();
  /** Last used first. */
  private order: number[] = [];
  /** Statuses of background processes that ended, for `wait PID`. */
  private readonly known = new Map<number, Process>();

  add(text: string, processes: readonly Process[], background: boolean): Job {
    // A loop that starts jobs never comes to the prompt that would tell of them.
    if (this.all.size >= MANY) for (const held of this.list()) if (held.done) this.remove(held);
    const number = largest(this.all.keys(), 0) + 1;
    const job = new Job(number, text, processes, background);
    this.all.set(number, job);
    this.touch(job);
    for (const process of processes) this.known.set(process.pid, process);
    if (this.known.size > 1024) {
      for (const [pid, process] of this.known) {
        if (process.ending !== null && this.known.size > 512) this.known.delete(pid);
      }
    }
    return job;
  }

  touch(job: Job): void {
    this.order = [job.number, ...this.order.filter((number) => number !== job.number)];
  }

  remove(job: Job): void {
    this.all.delete(job.number);
    this.order = this.order.filter((number) => number !== job.number);
  }

  list(): Job[] {
    return [...this.all.values()].sort((a, b) => a.number - b.number);
  }

  /** Stopped jobs come before running ones. */
  private get recent(): Job[] {
    const jobs = this.order.flatMap((number) => this.all.get(number) ?? []);
    return [...jobs.filter((job) => job.stopped), ...jobs.filter((job) => !job.stopped)];
  }

  get current(): Job | undefined {
    return this.recent[0];
  }

  mark(job: Job): string {
    const [current, previous] = this.recent;
    return job === current ? "+" : job === previous ? "-" : " ";
  }

  /** `%1`, `%%`, `%+`, `%-`, `%name`, `%?part`; `undefined` when there is none. */
  find(spec: string): Job | undefined {
    const what = spec.slice(1);
    if (what === "" || what === "%" || what === "+") return this.current;
    if (what === "-") return this.recent[1] ?? this.current;
    if (/^\d+$/.test(what)) return this.all.get(Number(what));
    return this.list().find((job) =>
      what.startsWith("?") ? job.text.includes(what.slice(1)) : job.text.startsWith(what),
    );
  }

  process(pid: number): Process | undefined {
    return this.known.get(pid);
  }

  status(process: Process): number {
    return process.ending ? exitStatus(process.ending) : 0;
  }

  /** What a subshell sees: the same jobs, which are not its children. */
  inherited(): Jobs {
    const copy = new Jobs();
    for (const [number, job] of this.all) copy.all.set(number, job);
    copy.order = [...this.order];
    return copy;
  }
}

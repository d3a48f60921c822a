/** What a process has open, as commands see it. */
import type { FileErrno } from "../../engine/sysfs/errno.ts";
import type { Process } from "../process/process.ts";
import { Signal } from "../process/signals.ts";
import type { Input, Sink, Standard } from "../streams.ts";
import { type Running, breathe } from "../system.ts";
import type { Userland } from "../process/userland.ts";

const CHUNK = 16_384;
/** What a filter does with a character. */
const NS_PER_CHARACTER = 3;

/** Reads from a descriptor, whatever it refers to at the time. */
export class DescriptorInput implements Input {
  private readonly process: Process;
  private readonly descriptor: number;

  constructor(process: Process, descriptor: number) {
    this.process = process;
    this.descriptor = descriptor;
  }

  get isTerminal(): boolean {
    return this.process.descriptors.get(this.descriptor)?.isTerminal ?? false;
  }

  /** The next text, "" at the end or when it can't be read. */
  private *read(max: number, stop?: string): Running<string> {
    const file = this.process.descriptors.get(this.descriptor);
    if (!file) return "";
    const read = yield* file.read(this.process, max, stop);
    if ("errno" in read) return "";
    this.process.budget.text(read.text.length);
    return read.text;
  }

  *line(): Running<string | undefined> {
    let line = "";
    for (;;) {
      const text = yield* this.read(CHUNK, "\n");
      if (text === "") return line === "" ? undefined : line;
      line += text;
      if (text.endsWith("\n")) return line.slice(0, -1);
      this.process.budget.text(line.length);
    }
  }

  *chunk(): Running<string | undefined> {
    const text = yield* this.read(CHUNK);
    this.process.budget.spend(text.length * NS_PER_CHARACTER);
    yield* breathe(this.process.budget);
    return text || undefined;
  }

  *rest(): Running<string> {
    const parts: string[] = [];
    let held = 0;
    for (;;) {
      const text = yield* this.read(65_536);
      if (text === "") return parts.join("");
      parts.push(text);
      held += text.length;
      // More than there is memory for ends the process.
      if (held > 1 << 22) this.process.budget.text(held);
      yield* breathe(this.process.budget);
    }
  }
}

/** Writes to a descriptor. A pipe that nobody reads ends the writer, unless that looks after SIGPIPE itself. */
export class DescriptorSink implements Sink {
  private readonly userland: Userland;
  private readonly process: Process;
  private readonly descriptor: number;

  constructor(userland: Userland, process: Process, descriptor: number) {
    this.userland = userland;
    this.process = process;
    this.descriptor = descriptor;
  }

  *write(text: string): Running<FileErrno | null> {
    const { process } = this;
    const file = process.descriptors.get(this.descriptor);
    if (!file) return "EBADF";
    process.budget.text(text.length);
    const errno = yield* file.write(process, text);
    if (errno === "EPIPE") {
      this.userland.kill(process, Signal.PIPE);
      if (process.dying !== null) yield { op: null, until: 0 };
    }
    yield* breathe(process.budget);
    return errno;
  }
}

export const standardOf = (userland: Userland, process: Process): Standard => ({
  in: new DescriptorInput(process, 0),
  out: new DescriptorSink(userland, process, 1),
  err: new DescriptorSink(userland, process, 2),
});

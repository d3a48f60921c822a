/** Standard input of this program as standard input of a script on the simulated machine. */
import type { Readable } from "node:stream";
import type { ReadResult } from "../engine/sysfs/tree.ts";
import { TextFile } from "../shell/io/files.ts";
import { endOfRead } from "../shell/io/open-file.ts";
import type { Process } from "../shell/process/process.ts";
import { type Running, WaitQueue, waitOn } from "../shell/system.ts";

/** Text taken in before it is read. */
const MOST_HELD = 1 << 20;

/** A text that is not there from the beginning. Nothing is taken from outside before somebody on the machine reads. */
export class OutsideInput extends TextFile {
  private readonly stream: Readable;
  private held = "";
  private begun = false;
  private ended = false;
  private hungry = false;
  private readonly came = new WaitQueue();
  private tell: () => void = () => {};

  constructor(stream: Readable) {
    super("");
    this.stream = stream;
  }

  override *read(_by: Process, max: number, stop?: string): Running<ReadResult> {
    this.begin();
    while (this.held === "" && !this.ended) {
      this.hungry = true;
      if (!(yield* waitOn(this.came))) return { errno: "EINTR" };
    }
    const end = endOfRead(this.held, 0, max, stop);
    const text = this.held.slice(0, end);
    this.held = this.held.slice(end);
    if (this.held.length < MOST_HELD) this.stream.resume();
    return { text };
  }

  /** Somebody waits for what comes from outside. */
  get wanted(): boolean {
    return this.hungry;
  }

  /** Ends when something came, or after so long (ms of real time). */
  more(patience: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience);
      this.tell = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Lets go of the stream, so that this program can end. */
  close(): void {
    if (this.begun) this.stream.destroy();
  }

  private begin(): void {
    if (this.begun) return;
    this.begun = true;
    this.stream.setEncoding("utf8");
    this.stream.on("data", (text) => {
      this.held += String(text);
      if (this.held.length >= MOST_HELD) this.stream.pause();
      this.arrived();
    });
    const end = (): void => {
      this.ended = true;
      this.arrived();
    };
    this.stream.on("end", end);
    this.stream.on("error", end);
  }

  private arrived(): void {
    this.hungry = false;
    this.came.wake();
    this.tell();
  }
}

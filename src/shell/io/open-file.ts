/** What a descriptor refers to: shared by all descriptors that were duplicated or inherited from one open. */
import type { FileErrno } from "../../engine/sysfs/errno.ts";
import type { ReadResult } from "../../engine/sysfs/tree.ts";
import type { Process } from "../process/process.ts";
import type { Running } from "../system.ts";

export interface OpenFile {
  /** The path that was opened; `null` for pipes. */
  readonly path: string | null;
  readonly isTerminal: boolean;
  /** At most `max` characters, and none after the first `stop` character; "" at the end. A signal that is caught gives EINTR. */
  read(by: Process, max: number, stop?: string): Running<ReadResult>;
  /** One write(2): a file of the kernel sees the text whole. Waits where there is no room. */
  write(by: Process, text: string): Running<FileErrno | null>;
  /** One more descriptor refers to it. */
  share(): void;
  /** One descriptor fewer; the last one closes it. */
  release(): void;
}

/** Counts references for those that care about the last one. */
export abstract class Counted {
  private references = 0;

  share(): void {
    this.references++;
  }

  release(): void {
    if (--this.references === 0) this.closed();
  }

  protected closed(): void {}
}

/** Where a read of at most `max` characters that stops after `stop` ends in a text. */
export function endOfRead(text: string, from: number, max: number, stop?: string): number {
  const most = Math.min(text.length, from + max);
  if (stop === undefined) return most;
  const at = text.indexOf(stop, from);
  return at < 0 || at >= most ? most : at + stop.length;
}

/** A pipe: 64 KiB of room, readers that wait for text, writers that wait for room (fs/pipe.c). */
import type { FileErrno } from "../../engine/sysfs/errno.ts";
import type { ReadResult } from "../../engine/sysfs/tree.ts";
import type { Process } from "../process/process.ts";
import { type Running, WaitQueue, waitOn } from "../system.ts";
import { Counted, type OpenFile, endOfRead } from "./open-file.ts";

const ROOM = 65_536;

class Channel {
  text = "";
  readers = 0;
  writers = 0;
  readonly readable = new WaitQueue();
  readonly writable = new WaitQueue();
}

class PipeEnd extends Counted implements OpenFile {
  readonly path = null;
  readonly isTerminal = false;
  private readonly channel: Channel;
  private readonly side: "read" | "write";

  constructor(channel: Channel, side: "read" | "write") {
    super();
    this.channel = channel;
    this.side = side;
    channel[side === "read" ? "readers" : "writers"]++;
  }

  *read(_by: Process, max: number, stop?: string): Running<ReadResult> {
    const { channel } = this;
    if (this.side === "write") return { errno: "EBADF" };
    while (channel.text === "") {
      if (channel.writers === 0) return { text: "" };
      if (!(yield* waitOn(channel.readable))) return { errno: "EINTR" };
    }
    const end = endOfRead(channel.text, 0, max, stop);
    const text = channel.text.slice(0, end);
    // It was put together of what was written; to look at it is to join that, now and not with all the rest.
    text.charCodeAt(0);
    channel.text = channel.text.slice(end);
    channel.writable.wake();
    return { text };
  }

  *write(by: Process, text: string): Running<FileErrno | null> {
    const { channel } = this;
    if (this.side === "read") return "EBADF";
    const refused = channel.readers === 0 || text === "" ? null : by.pipePage();
    if (refused !== null) return refused;
    let at = 0;
    do {
      if (channel.readers === 0) return "EPIPE";
      const room = ROOM - channel.text.length;
      if (room > 0) {
        channel.text += text.slice(at, at + room);
        at += room;
        channel.readable.wake();
      } else if (!(yield* waitOn(channel.writable))) return "EINTR";
    } while (at < text.length);
    return null;
  }

  protected override closed(): void {
    const { channel } = this;
    if (this.side === "read") {
      channel.readers--;
      channel.writable.wake();
    } else {
      channel.writers--;
      channel.readable.wake();
    }
  }
}

export function pipe(): { readonly reader: OpenFile; readonly writer: OpenFile } {
  const channel = new Channel();
  return { reader: new PipeEnd(channel, "read"), writer: new PipeEnd(channel, "write") };
}

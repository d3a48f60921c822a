/** QEMU's monitor (QMP): commands one after the other, and the events that come in between. */
import type { Socket } from "node:net";
import { Incoming } from "./connection.ts";

export interface MonitorEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>> | null;
}

export interface MemoryDevice {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

const REPLY_MS = 60_000;

export class Monitor {
  /** All events since the beginning. */
  readonly events: MonitorEvent[] = [];
  private readonly incoming: Incoming;
  private waiting: ((reply: Reply) => void) | null = null;
  private onEvent: () => void = () => {};

  private constructor(socket: Socket) {
    this.incoming = new Incoming(socket);
  }

  static async open(socket: Socket): Promise<Monitor> {
    const monitor = new Monitor(socket);
    if ((await monitor.incoming.until("\n", REPLY_MS)) === undefined)
      throw new Error("the emulator's monitor is silent");
    void monitor.read();
    await monitor.command("qmp_capabilities");
    return monitor;
  }

  private async read(): Promise<void> {
    while (!this.incoming.closed) {
      const line = await this.incoming.until("\n", REPLY_MS);
      if (!line?.trim()) continue;
      const message = JSON.parse(line) as Reply & { readonly event?: string; readonly data?: MonitorEvent["data"] };
      if (message.event === undefined) this.waiting?.(message);
      else {
        this.events.push({ event: message.event, data: message.data ?? null });
        this.onEvent();
      }
    }
    this.waiting?.({ error: { desc: "the emulator has ended" } });
    this.onEvent();
  }

  /** Runs a command. What QEMU refuses is an answer, not an exception. */
  async command(execute: string, args: Readonly<Record<string, unknown>> = {}): Promise<Reply> {
    const reply = new Promise<Reply>((done) => {
      this.waiting = done;
    });
    this.incoming.socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
    const answer = await reply;
    this.waiting = null;
    return answer;
  }

  /** QEMU's refusal in its own words, or null. */
  async tell(execute: string, args: Readonly<Record<string, unknown>>): Promise<string | null> {
    return (await this.command(execute, args)).error?.desc ?? null;
  }

  /** Plugged DIMMs and virtio-mem devices. */
  async memoryDevices(): Promise<readonly MemoryDevice[]> {
    return ((await this.command("query-memory-devices")).return ?? []) as readonly MemoryDevice[];
  }

  /** Waits until an event from number `first` on fits; false when the time is over. */
  async event(first: number, fits: (event: MonitorEvent) => boolean, milliseconds: number): Promise<boolean> {
    const end = Date.now() + milliseconds;
    for (;;) {
      if (this.events.slice(first).some(fits)) return true;
      const left = end - Date.now();
      if (left <= 0 || this.incoming.closed) return false;
      await new Promise<void>((done) => {
        const timer = setTimeout(done, left);
        this.onEvent = () => {
          clearTimeout(timer);
          done();
        };
      });
      this.onEvent = () => {};
    }
  }
}

/** Sockets of the emulator: connected when it has made them, read as text, waited for with a bound. */
import { type Socket, createConnection } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const RETRY_MS = 20;

/** Connects to a socket that will be there soon. `alive` says whether it still makes sense to wait. */
export async function connect(path: string, alive: () => boolean): Promise<Socket> {
  for (;;) {
    try {
      return await new Promise<Socket>((done, fail) => {
        const socket = createConnection({ path }, () => done(socket));
        socket.once("error", fail);
      });
    } catch (error) {
      if (!alive()) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** What comes in on a socket, as text that is consumed piece by piece. */
export class Incoming {
  private buffer = "";
  private searched = 0;
  private ended = false;
  private wake: () => void = () => {};
  readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.buffer += text;
      this.wake();
    });
    const end = () => {
      this.ended = true;
      this.wake();
    };
    socket.on("close", end);
    socket.on("error", end);
  }

  /** The last that came in and was not consumed, for messages about why nothing more came. */
  get rest(): string {
    return this.buffer.slice(-500);
  }

  /** Text up to a mark, which is consumed too; `undefined` when the time is over or the socket has closed. */
  async until(mark: string, milliseconds: number): Promise<string | undefined> {
    const end = Date.now() + milliseconds;
    for (;;) {
      const at = this.buffer.indexOf(mark, this.searched);
      if (at >= 0) {
        const text = this.buffer.slice(0, at);
        this.buffer = this.buffer.slice(at + mark.length);
        this.searched = 0;
        return text;
      }
      // The mark may begin in what is there.
      this.searched = Math.max(0, this.buffer.length - mark.length);
      const left = end - Date.now();
      if (this.ended || left <= 0) return undefined;
      await this.more(left);
    }
  }

  private async more(milliseconds: number): Promise<void> {
    await new Promise<void>((done) => {
      const timer = setTimeout(done, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
    this.wake = () => {};
  }

  get closed(): boolean {
    return this.ended;
  }
}

/**
 * A terminal between a person and processes (drivers/tty/n_tty.c): keys become lines or signals, `\n` becomes `\r\n`,
 * and whoever writes faster than the terminal draws waits. While a line editor is at work it takes the keys as they are.
 */
import type { FileErrno } from "../../engine/sysfs/errno.ts";
import type { ReadResult } from "../../engine/sysfs/tree.ts";
import type { Process } from "../process/process.ts";
import { Signal } from "../process/signals.ts";
import { type Running, WaitQueue, waitOn } from "../system.ts";
import { Counted, type OpenFile, endOfRead } from "./open-file.ts";

export interface TerminalHost {
  /** Text for the screen. */
  output(text: string): void;
  /** Sends a signal to all processes of a group. */
  signal(group: number, signal: number): void;
  /** Calls back within this moment of simulated time, after what is due now. */
  soon(act: () => void): void;
  /** Simulated time, ns. */
  now(): number;
}

/** Text gathered before it is handed on within a moment. */
const GATHERED = 16_384;
/** What a character costs its writer. */
const NS_PER_CHARACTER = 50;
/**
 * A terminal draws a megabyte a second of simulated time, and what is on its way to it is at most this many characters:
 * who writes more waits. How fast the page really draws is no part of it, so that a replay is the same everywhere.
 */
const NS_PER_DRAWN = 1_000;
export const WINDOW = 128 * 1024;
/** A line that is typed while nobody reads can be this long (N_TTY_BUF_SIZE). */
const MAX_LINE = 4096;
const SIGNAL_KEYS: Readonly<Record<string, readonly [signal: number, shown: string]>> = {
  "\x03": [Signal.INT, "^C"],
  "\x1c": [Signal.QUIT, "^\\"],
  "\x1a": [Signal.TSTP, "^Z"],
};

export class Terminal extends Counted implements OpenFile {
  readonly path = "/dev/tty";
  readonly isTerminal = true;
  columns: number;
  rows: number;
  /** The process group that keys' signals go to, and that may read. */
  foreground = 0;
  /** A line editor that takes the keys itself; what comes after its line it gives back. */
  editor: ((text: string) => string) | null = null;
  private readonly host: TerminalHost;
  private pending = "";
  private flushing = false;
  /** Simulated time at which it has drawn all that was written so far. */
  private drawnAt = 0;
  /** Wakes writers when what is on its way is thrown away. */
  private readonly drained = new WaitQueue();
  /** Lines typed and not yet read; "" is the end of the input (Ctrl-D). */
  private lines: string[] = [];
  private line = "";
  private readonly typed = new WaitQueue();
  private hungUp = false;

  constructor(host: TerminalHost, columns: number, rows: number) {
    super();
    this.host = host;
    this.columns = columns;
    this.rows = rows;
  }

  /** Keys, in the order in which they were pressed. */
  keys(text: string): void {
    let rest = text;
    while (rest !== "") {
      if (this.editor) {
        rest = this.editor(rest);
        continue;
      }
      const key = rest[0] as string;
      rest = rest.slice(1);
      this.key(key);
    }
  }

  private key(key: string): void {
    const signal = SIGNAL_KEYS[key];
    if (signal) {
      this.line = "";
      this.lines = [];
      // As NOFLSH not set: what is on its way is thrown away (isig in n_tty.c).
      this.drawnAt = 0;
      this.drained.wake();
      this.show(signal[1]);
      this.host.signal(this.foreground, signal[0]);
    } else if (key === "\r" || key === "\n") {
      this.show("\n");
      this.give(`${this.line}\n`);
    } else if (key === "\x04") this.give(this.line);
    else if (key === "\x7f" || key === "\b") this.erase(1);
    else if (key === "\x15") this.erase(this.line.length);
    else if (key === "\x17") this.erase(/\S*\s*$/.exec(this.line)?.[0].length ?? 0);
    else if (this.line.length < MAX_LINE) {
      this.line += key;
      this.show(shown(key));
    }
  }

  private give(line: string): void {
    this.lines.push(line);
    this.line = "";
    this.typed.wake();
  }

  private erase(count: number): void {
    for (let i = 0; i < count && this.line !== ""; i++) {
      this.show("\b \b".repeat(shown(this.line.at(-1) ?? "").length));
      this.line = this.line.slice(0, -1);
    }
  }

  /** What was typed ahead and nobody has read: the line editor takes it over. */
  takeTyped(): string {
    const text = this.lines.join("") + this.line;
    this.lines = [];
    this.line = "";
    return text;
  }

  *read(by: Process, max: number, stop?: string): Running<ReadResult> {
    for (;;) {
      if (by.group !== this.foreground && !this.hungUp) {
        if (by.actions.get(Signal.TTIN) === "ignore") return { errno: "EIO" };
        this.host.signal(by.group, Signal.TTIN);
        yield { op: null, until: 0 };
        continue;
      }
      const line = this.lines[0];
      if (line !== undefined) {
        const end = endOfRead(line, 0, max, stop);
        if (end >= line.length) this.lines.shift();
        else this.lines[0] = line.slice(end);
        return { text: line.slice(0, end) };
      }
      if (this.hungUp) return { text: "" };
      if (!(yield* waitOn(this.typed))) return { errno: "EINTR" };
    }
  }

  *write(by: Process, text: string): Running<FileErrno | null> {
    if (this.hungUp) return "EIO";
    for (let at = 0; at < text.length; at += GATHERED) {
      for (let room = this.roomAt(); room > this.host.now(); room = this.roomAt()) {
        const woken = yield { op: null, until: room, queue: this.drained };
        if (woken.interrupted) return "EINTR";
        if (this.hungUp) return "EIO";
      }
      const piece = text.slice(at, at + GATHERED);
      by.budget.spend(piece.length * NS_PER_CHARACTER);
      this.show(piece);
      if (text.length > GATHERED) yield { op: null, until: 0 };
    }
    return null;
  }

  /** Text of the terminal's own or of processes, gathered for a moment. */
  show(text: string): void {
    this.pending += text.replaceAll("\n", "\r\n");
    if (this.pending.length >= GATHERED) {
      this.flush();
      return;
    }
    if (this.flushing) return;
    this.flushing = true;
    this.host.soon(() => {
      this.flushing = false;
      this.flush();
    });
  }

  /** Text of a line editor: on the screen at once, as it is. */
  draw(text: string): void {
    this.flush();
    this.send(text);
  }

  flush(): void {
    const text = this.pending;
    this.pending = "";
    this.send(text);
  }

  private send(text: string): void {
    if (text === "") return;
    this.drawnAt = Math.max(this.drawnAt, this.host.now()) + text.length * NS_PER_DRAWN;
    this.host.output(text);
  }

  /** When there is room for more on the way to the terminal. */
  private roomAt(): number {
    return this.drawnAt - (WINDOW - this.pending.length) * NS_PER_DRAWN;
  }

  hangUp(): void {
    this.hungUp = true;
    this.typed.wake();
    this.drained.wake();
  }
}

/** A control character as terminals echo it: `^A`. */
const shown = (key: string): string => {
  const code = key.charCodeAt(0);
  return code < 32 && key !== "\t" ? `^${String.fromCharCode(code + 64)}` : key;
};

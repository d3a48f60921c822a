/** The page's ends of its terminals' lines to the worker. What comes before a line's number is known, or after its end, is dropped. */
import type { Trouble } from "../protocol/trouble.ts";
import {
  type ForegroundSleep,
  type FromTerminal,
  LARGEST_SCRIPT,
  type Resume,
  type ToTerminal,
} from "../protocol/messages.ts";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What a terminal on the screen is told. */
export interface TerminalEnds {
  /** Text for the screen, with escape sequences. Call `drawn` when it is drawn: only then does more come than a little. */
  output(text: string, drawn: () => void): void;
  /** A command runs in the foreground, or has ended; what sleeps there. */
  busy(busy: boolean, sleep: ForegroundSleep | null): void;
  /** Nothing comes after this. `trouble` is `null` when the shell ended by itself, with this status. */
  ended(status: number, trouble: Trouble | null): void;
}

export interface TerminalLine {
  /** As terminals send it: `\r` for Enter, `\x03` for Ctrl-C. */
  input(text: string): void;
  resize(size: TerminalSize): void;
  /** Puts a file into the home folder, and says so in the terminal. */
  drop(name: string, text: string): void;
  close(): void;
}

/** `end`, or one before: a character of two code units stays whole. */
const endOfPiece = (text: string, end: number): number => ((text.codePointAt(end - 1) ?? 0) > 0xffff ? end - 1 : end);

export class TerminalLines {
  readonly #send: (message: ToTerminal) => void;
  readonly #ends = new Map<number, TerminalEnds>();
  readonly #places = new Map<number, { partition: string; columns: number; rows: number }>();
  #last = 0;

  constructor(send: (message: ToTerminal) => void) {
    this.#send = send;
  }

  open(partition: string, size: TerminalSize, ends: TerminalEnds): TerminalLine {
    const terminal = ++this.#last;
    const send = (message: ToTerminal) => {
      if (this.#ends.has(terminal)) this.#send(message);
    };
    this.#ends.set(terminal, ends);
    this.#places.set(terminal, { partition, ...size });
    send({ type: "terminal-open", terminal, partition, ...size });
    return {
      // What is pasted may be longer than a message may be.
      input: (text) => {
        for (let at = 0; at < text.length; ) {
          const end = endOfPiece(text, at + LARGEST_SCRIPT);
          send({ type: "terminal-input", terminal, text: text.slice(at, end) });
          at = end;
        }
      },
      resize: ({ columns, rows }) => {
        this.#places.set(terminal, { partition, columns, rows });
        send({ type: "terminal-resize", terminal, columns, rows });
      },
      drop: (name, text) => send({ type: "terminal-drop", terminal, name, text }),
      close: () => {
        send({ type: "terminal-close", terminal });
        this.#ends.delete(terminal);
      },
    };
  }

  /** Those that are open. */
  get opened(): Resume["terminals"] {
    return [...this.#ends.keys()].flatMap((terminal) => {
      const place = this.#places.get(terminal);
      return place ? [{ terminal, ...place }] : [];
    });
  }

  /** Another simulator has them now: what runs in the foreground is told anew. */
  replaced(): void {
    for (const ends of this.#ends.values()) ends.busy(false, null);
  }

  receive(message: FromTerminal): void {
    const { terminal } = message;
    const ends = this.#ends.get(terminal);
    if (!ends) return;
    switch (message.type) {
      case "terminal-output": {
        const characters = message.text.length;
        ends.output(message.text, () => {
          if (this.#ends.has(terminal)) this.#send({ type: "terminal-ack", terminal, characters });
        });
        return;
      }
      case "terminal-busy":
        ends.busy(message.busy, message.sleep);
        return;
      case "terminal-end":
        this.#ends.delete(terminal);
        ends.ended(message.status, message.trouble);
        return;
      default:
        message satisfies never;
    }
  }

  /** Every line ends, because the simulator is gone. */
  abandon(trouble: Trouble): void {
    const all = [...this.#ends.values()];
    this.#ends.clear();
    for (const ends of all) ends.ended(0, trouble);
  }
}

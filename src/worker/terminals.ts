/**
 * The page's terminals as the worker holds them: their shells are part of the machine (src/shell/shell-terminals.ts),
 * and here their text waits for the page.
 *
 * The page says what it has drawn; at most TERMINAL_WINDOW characters are on their way to it. With too many waiting here
 * `full` says so, and then simulated time rests until the page has caught up: a flood costs the page a few milliseconds
 * in each frame and never more, and what the machine does stays the same however slow the page is.
 */
import type { Trouble } from "../protocol/trouble.ts";
import type { Cause } from "../engine/time/commands.ts";
import type { Submission } from "../engine/time/engine.ts";
import {
  type ForegroundSleep,
  type FromTerminal,
  type Resume,
  TERMINAL_WINDOW,
  type ToTerminal,
} from "../protocol/messages.ts";
import type { TerminalSink } from "../shell/shell-terminals.ts";
import type { Play, Screen } from "./play.ts";
import { workerStrings as strings } from "./strings.ts";

/** The machine behind the terminals. */
export interface TerminalMachine {
  submit(command: Cause): Pick<Submission, "errno">;
  /** A command runs in the foreground of a terminal. */
  busy(terminal: number): boolean;
  /** What sleeps there, and until when. */
  sleep(terminal: number): ForegroundSleep | null;
}

/** Characters in one message: drawn by the page without a pause that anyone sees. */
const CHUNK = 4 * 1024;
/** With more than this waiting, Ctrl-C throws away what waits, as a terminal's line discipline does. */
const FLUSHED_BEYOND = 2048;
/** With more than this waiting, time rests. */
const FULL = 256 * 1024;
/** Ends an escape sequence that was cut in the middle, and whatever colours it began. */
const CLEAN_CUT = "\x18\x1b[m";
/** Messages that do something else than what is known to come. */
const TYPED: ReadonlySet<ToTerminal["type"]> = new Set(["terminal-open", "terminal-input", "terminal-drop"]);
const GREY = "\x1b[90m";
const PLAIN = "\x1b[39m";

export class Terminals implements TerminalSink {
  readonly #send: (message: FromTerminal) => void;
  readonly #machine: TerminalMachine;
  readonly #terminals = new Map<number, Terminal>();
  /** A machine whose terminals are not yet those of the page. */
  #unsettled: Play | null = null;

  constructor(send: (message: FromTerminal) => void, machine: TerminalMachine) {
    this.#send = send;
    this.#machine = machine;
  }

  /** More waits for the page than it will have drawn soon. */
  get full(): boolean {
    for (const terminal of this.#terminals.values()) if (terminal.waiting > FULL) return true;
    return false;
  }

  receive(message: ToTerminal): void {
    const { terminal: id } = message;
    if (this.#unsettled && TYPED.has(message.type)) {
      this.#unsettled.fork();
      this.#settle(this.#unsettled);
    }
    if (message.type === "terminal-open") {
      this.#open(message);
      return;
    }
    const terminal = this.#terminals.get(id);
    // Of a terminal that has ended: the page will hear of that.
    if (!terminal) return;
    switch (message.type) {
      case "terminal-input":
        if (message.text.includes("\x03")) terminal.cut();
        this.#machine.submit({ do: message.type, terminal: id, text: message.text });
        break;
      case "terminal-resize":
        terminal.place = { ...terminal.place, columns: message.columns, rows: message.rows };
        if (!this.#unsettled)
          this.#machine.submit({ do: message.type, terminal: id, columns: message.columns, rows: message.rows });
        break;
      case "terminal-ack":
        terminal.drawn(message.characters);
        break;
      case "terminal-drop":
        this.#machine.submit({ do: message.type, terminal: id, name: message.name, text: message.text });
        break;
      case "terminal-close":
        this.#terminals.delete(id);
        if (!this.#unsettled) this.#machine.submit({ do: message.type, terminal: id });
        return;
      default:
        message satisfies never;
    }
    this.#flush(id, terminal);
  }

  output(terminal: number, text: string): void {
    this.#terminals.get(terminal)?.put(text);
  }

  ended(id: number, status: number): void {
    this.#end(id, status, null);
  }

  /** Sends what came up since the last call, as far as the page can take it. */
  flush(): void {
    // While what is known comes again, nothing new may come between.
    if (this.#unsettled && !this.#unsettled.next) this.#settle(this.#unsettled);
    for (const [id, terminal] of this.#terminals) this.#flush(id, terminal);
  }

  /** The terminals of a page whose simulator is gone: what they show stays, and their shells are as the machine has them. */
  takeOver(terminals: Resume["terminals"], play: Play): void {
    for (const { terminal: id, ...place } of terminals)
      this.#terminals.set(id, new Terminal(place, (message) => this.#send({ ...message, terminal: id })));
    this.rejoin(play, strings.replaced);
  }

  /** Another machine is what runs now. What the terminals show stays, and after it stands where the machine is. */
  rejoin(play: Play, said: (at: number) => string = strings.elsewhere): void {
    play.audience = this;
    this.#unsettled = play;
    for (const [id, terminal] of this.#terminals) {
      terminal.cut();
      terminal.put(`\r\n${GREY}${said(play.engine.now)}${PLAIN}\r\n${play.screens.get(id)?.line ?? ""}`);
    }
    this.flush();
  }

  /** In the machine those terminals are open that are so on the page, and no others. */
  #settle(play: Play): void {
    this.#unsettled = null;
    const screens = new Map(play.screens);
    for (const id of screens.keys())
      if (!this.#terminals.has(id)) this.#machine.submit({ do: "terminal-close", terminal: id });
    for (const [id, { place }] of this.#terminals) {
      const { partition, columns, rows } = place;
      const screen = screens.get(id);
      if (!screen) this.#machine.submit({ do: "terminal-open", terminal: id, partition, columns, rows });
      else if (screen.columns !== columns || screen.rows !== rows)
        this.#machine.submit({ do: "terminal-resize", terminal: id, columns, rows });
    }
  }

  /** The machine is gone, with all shells on it: every terminal ends. */
  stop(trouble: Trouble): void {
    for (const id of this.#terminals.keys()) this.#send({ type: "terminal-end", terminal: id, status: 0, trouble });
    this.#terminals.clear();
  }

  #open({ terminal: id, partition, columns, rows }: Extract<ToTerminal, { type: "terminal-open" }>): void {
    const terminal = new Terminal({ partition, columns, rows }, (message) => this.#send({ ...message, terminal: id }));
    this.#terminals.set(id, terminal);
    const { errno } = this.#machine.submit({ do: "terminal-open", terminal: id, partition, columns, rows });
    if (errno !== null) this.#end(id, 1, { why: "shell-refused", errno });
    else this.#flush(id, terminal);
  }

  #flush(id: number, terminal: Terminal): void {
    terminal.flush(this.#machine.busy(id), this.#machine.sleep(id));
  }

  #end(id: number, status: number, trouble: Trouble | null): void {
    const terminal = this.#terminals.get(id);
    if (!terminal) return;
    terminal.flush(false, null);
    this.#terminals.delete(id);
    this.#send({ type: "terminal-end", terminal: id, status, trouble });
  }
}

const isSame = (one: ForegroundSleep | null, other: ForegroundSleep | null): boolean =>
  one?.command === other?.command && one?.from === other?.from && one?.until === other?.until;

/** A message without the terminal's number. */
type Told = FromTerminal extends infer M ? (M extends FromTerminal ? Omit<M, "terminal"> : never) : never;

/** One terminal: what waits for the page to have drawn. */
class Terminal {
  readonly #send: (message: Told) => void;
  #waiting = "";
  #onTheWay = 0;
  #busy = false;
  #sleep: ForegroundSleep | null = null;

  /** As it is on the page. */
  place: Pick<Screen, "partition" | "columns" | "rows">;

  constructor(place: Terminal["place"], send: (message: Told) => void) {
    this.place = place;
    this.#send = send;
  }

  /** Characters that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  put(text: string): void {
    this.#waiting += text;
  }

  /** Throws away what waits, when that is much. */
  cut(): void {
    if (this.#waiting.length <= FLUSHED_BEYOND) return;
    this.#waiting = "";
    this.#output(CLEAN_CUT);
  }

  drawn(characters: number): void {
    this.#onTheWay -= Math.min(characters, this.#onTheWay);
  }

  /** Sends what waits, as far as the page can take it, and what runs in the foreground when that has changed. */
  flush(busy: boolean, sleep: ForegroundSleep | null): void {
    while (this.#waiting !== "" && this.#onTheWay + CHUNK <= TERMINAL_WINDOW) {
      const text = this.#waiting.slice(0, CHUNK);
      this.#waiting = this.#waiting.slice(CHUNK);
      this.#output(text);
    }
    if (busy === this.#busy && isSame(sleep, this.#sleep)) return;
    this.#busy = busy;
    this.#sleep = sleep;
    this.#send({ type: "terminal-busy", busy, sleep });
  }

  #output(text: string): void {
    this.#onTheWay += text.length;
    this.#send({ type: "terminal-output", text });
  }
}

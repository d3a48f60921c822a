/**
 * The worker's ends of the page's terminals: each has a shell of its own behind it, whose code is fetched when the
 * first one opens.
 *
 * Output flows with back-pressure. The page says what it has drawn; until then at most TERMINAL_WINDOW characters are
 * on their way, what waits here is bounded by the shell's own window, and beyond that the command that writes waits,
 * in simulated time too. So a flood costs the page a few milliseconds in each frame and never more.
 */
import { type FromTerminal, TERMINAL_WINDOW, type ToTerminal } from "../protocol/messages.ts";
import type { Session as Shell, SessionOptions } from "../shell/session.ts";

/** Starts a shell on a partition; rejects when there is no such partition, or its code can't be had. */
export type OpenShell = (partition: string, options: SessionOptions) => Promise<Shell>;

/** Characters in one message: drawn by the page without a pause that anyone sees. */
const CHUNK = 8 * 1024;
/** With more than this waiting, Ctrl-C throws away what waits, as a terminal's line discipline does. */
const FLUSHED_BEYOND = 2048;
/** Ends an escape sequence that was cut in the middle, and whatever colours it began. */
const CLEAN_CUT = "\x18\x1b[m";

export class Terminals {
  readonly #send: (message: FromTerminal) => void;
  readonly #open: OpenShell;
  readonly #terminals = new Map<number, Terminal>();
  /** How often terminals were opened or typed into. */
  #uses = 0;

  constructor(send: (message: FromTerminal) => void, open: OpenShell) {
    this.#send = send;
    this.#open = open;
  }

  receive(message: ToTerminal): void {
    if (message.type === "terminal-open") {
      this.#begin(message);
      return;
    }
    const terminal = this.#terminals.get(message.terminal);
    // Of a terminal that has ended: the page will hear of that.
    if (!terminal) return;
    switch (message.type) {
      case "terminal-input":
        terminal.used = ++this.#uses;
        terminal.input(message.text);
        break;
      case "terminal-resize":
        terminal.tell((shell) => shell.resize(message.columns, message.rows));
        break;
      case "terminal-ack":
        terminal.drawn(message.characters);
        break;
      case "terminal-drop":
        terminal.tell((shell) => shell.announce(landed(shell.drop(message.name, message.text))));
        break;
      case "terminal-close":
        terminal.tell((shell) => shell.close());
        this.#terminals.delete(message.terminal);
        return;
      default:
        message satisfies never;
    }
    terminal.flush();
  }

  /** Shows lines in the terminal of a partition that was used last; does nothing when it has none. */
  announce(partition: string, lines: readonly string[]): void {
    const terminal = [...this.#terminals.values()]
      .filter((candidate) => candidate.partition === partition)
      .reduce<Terminal | null>((last, candidate) => (last && last.used >= candidate.used ? last : candidate), null);
    if (!terminal) return;
    for (const line of lines) terminal.tell((shell) => shell.announce(`\x1b[90m${line}\x1b[39m`));
    terminal.flush();
  }

  /** Sends what came up since the last call, as far as the page can take it. */
  flush(): void {
    for (const terminal of this.#terminals.values()) terminal.flush();
  }

  /** The machine is gone, with all shells on it: every terminal ends. */
  stop(reason: string): void {
    for (const id of this.#terminals.keys()) this.#send({ type: "terminal-end", terminal: id, status: 0, reason });
    this.#terminals.clear();
  }

  #begin({ terminal: id, partition, columns, rows }: Extract<ToTerminal, { type: "terminal-open" }>): void {
    const isOpen = () => this.#terminals.get(id) === terminal;
    const end = (status: number, reason: string | null) => {
      if (!isOpen()) return;
      terminal.flush();
      this.#terminals.delete(id);
      this.#send({ type: "terminal-end", terminal: id, status, reason });
    };
    const terminal = new Terminal(partition, (message) => {
      if (isOpen()) this.#send({ ...message, terminal: id });
    });
    terminal.used = ++this.#uses;
    this.#terminals.set(id, terminal);
    const onExit = (status: number) => end(status, null);
    this.#open(partition, { columns, rows, acknowledges: true, onOutput: (text) => terminal.put(text), onExit }).then(
      (shell) => {
        if (isOpen()) terminal.connect(shell);
        else shell.close();
      },
      (error: unknown) =>
        end(1, `No shell could be started: ${error instanceof Error ? error.message : String(error)}.`),
    );
  }
}

const landed = (path: string): string => `# ${path} is here: bash ${path}`;

/** A message without the terminal's number. */
type Told = FromTerminal extends infer M ? (M extends FromTerminal ? Omit<M, "terminal"> : never) : never;

/** One terminal: what waits for its shell to be there, and what waits for the page to have drawn. */
class Terminal {
  readonly partition: string;
  /** The higher, the later it was opened or typed into. */
  used = 0;
  readonly #send: (message: Told) => void;
  #shell: Shell | null = null;
  #calls: ((shell: Shell) => void)[] = [];
  #waiting = "";
  #onTheWay = 0;
  /** Characters of our own among those: the shell never wrote them, so they are not acknowledged to it. */
  #ours = 0;
  #busy = false;

  constructor(partition: string, send: (message: Told) => void) {
    this.partition = partition;
    this.#send = send;
  }

  connect(shell: Shell): void {
    this.#shell = shell;
    for (const call of this.#calls.splice(0)) call(shell);
    this.flush();
  }

  /** Calls the shell as soon as it is there. */
  tell(call: (shell: Shell) => void): void {
    if (this.#shell) call(this.#shell);
    else this.#calls.push(call);
  }

  put(text: string): void {
    this.#waiting += text;
  }

  input(text: string): void {
    if (text.includes("\x03") && this.#waiting.length > FLUSHED_BEYOND) {
      const dropped = this.#waiting.length;
      this.#waiting = "";
      this.tell((shell) => shell.acknowledge(dropped));
      this.#ours += CLEAN_CUT.length;
      this.#output(CLEAN_CUT);
    }
    this.tell((shell) => shell.input(text));
  }

  drawn(characters: number): void {
    const known = Math.min(characters, this.#onTheWay);
    this.#onTheWay -= known;
    const ours = Math.min(known, this.#ours);
    this.#ours -= ours;
    if (known > ours) this.tell((shell) => shell.acknowledge(known - ours));
  }

  /** Sends what waits, as far as the page can take it, and whether a command runs. */
  flush(): void {
    while (this.#waiting !== "" && this.#onTheWay + CHUNK <= TERMINAL_WINDOW) {
      const text = this.#waiting.slice(0, CHUNK);
      this.#waiting = this.#waiting.slice(CHUNK);
      this.#output(text);
    }
    const busy = this.#shell?.busy ?? false;
    if (busy === this.#busy) return;
    this.#busy = busy;
    this.#send({ type: "terminal-busy", busy });
  }

  #output(text: string): void {
    this.#onTheWay += text.length;
    this.#send({ type: "terminal-output", text });
  }
}

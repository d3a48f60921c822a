/**
 * The page's terminals, whose code is fetched when the first one opens: what is said to them meanwhile keeps its order.
 * Each machine has terminals of its own, so a machine that takes another's place is joined by those of the page.
 */
import type { FromTerminal, Resume, ToTerminal } from "../protocol/messages.ts";
import type { Trouble } from "../protocol/trouble.ts";
import type { Play } from "./play.ts";
import type { Terminals } from "./terminals.ts";
import { textOf } from "./text-of.ts";

type Code = typeof import("./terminals.ts");

export interface TerminalsHost {
  send(message: FromTerminal): void;
  /** The machine that runs now; throws when there is none. */
  running(): Play;
  /** Number of the start that it is of. */
  run(): number;
  fail(error: unknown): void;
}

export class LateTerminals {
  readonly #host: TerminalsHost;
  #terminals: Terminals | null = null;
  #toCome: Promise<Terminals> | null = null;

  constructor(host: TerminalsHost) {
    this.#host = host;
  }

  /** One has opened. */
  get open(): boolean {
    return this.#terminals !== null;
  }

  /** More waits for the page than it will have drawn soon. */
  get full(): boolean {
    return this.#terminals?.full === true;
  }

  tell(message: ToTerminal): void {
    if (this.#terminals) {
      this.#terminals.receive(message);
      return;
    }
    // Messages keep their order while they wait.
    this.#toCome ??= this.#fetch();
    this.#toCome
      .then(
        (terminals) => terminals.receive(message),
        (error: unknown) => this.#refuse(message, error),
      )
      .catch((error: unknown) => this.#host.fail(error));
  }

  /** Sends what the page has room for. */
  flush(): void {
    this.#terminals?.flush();
  }

  /** Another machine runs now, which has terminals. */
  rejoin(play: Play): void {
    this.#terminals?.rejoin(play);
  }

  /** Terminals that the page had at another simulator, in a machine that has been joined. */
  takeOver(code: Code, kept: Resume["terminals"], play: Play): void {
    this.#terminals = this.#of(code);
    this.#terminals.takeOver(kept, play);
  }

  end(trouble: Trouble): void {
    this.#terminals?.stop(trouble);
    this.#terminals = null;
    this.#toCome = null;
  }

  #refuse({ type, terminal }: ToTerminal, error: unknown): void {
    if (!this.#terminals) this.#toCome = null;
    const trouble: Trouble = { why: "no-shell", said: textOf(error) };
    if (type === "terminal-open") this.#host.send({ type: "terminal-end", terminal, status: 1, trouble });
  }

  async #fetch(): Promise<Terminals> {
    const { running, run: started } = this.#host;
    const run = started();
    const terminals = this.#of(await import("./terminals.ts"));
    let play: Play;
    do {
      play = running();
      await play.join();
      if (started() !== run) throw new Error("the scenario began again");
      // Meanwhile another machine may have taken its place.
    } while (running() !== play);
    play.audience = terminals;
    this.#terminals = terminals;
    return terminals;
  }

  #of({ Terminals }: Code): Terminals {
    const { send, running } = this.#host;
    return new Terminals(send, {
      submit: (command) => running().submit(command),
      busy: (terminal) => running().terminals?.busy(terminal) ?? false,
      sleep: (terminal) => running().terminals?.sleep(terminal) ?? null,
    });
  }
}

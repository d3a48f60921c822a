/**
 * A machine and all that begins, stops and is played again together with it: its log, its terminals, how far the
 * scenario's script has come, and what was done to it that a person could wish undone.
 */
import type { Occasion } from "../engine/chronicle/occasion.ts";
import { type Cause, type Command, isTerminalCommand, type TerminalCommand } from "../engine/time/commands.ts";
import type { Submission } from "../engine/time/engine.ts";
import { occasionOf } from "../engine/time/occasion-of.ts";
import type { Instant, JournalEntry } from "../engine/time/journal.ts";
import type { Scenario } from "../protocol/scenario.ts";
import type { TerminalSink } from "../shell/shell-terminals.ts";
import type { BuildEngine, EnginePort, TerminalsOfMachine } from "./engine-port.ts";
import { LogBook } from "./log-book.ts";

/** Commands of a shell about its own processes: it sends them all the time, and nobody would read them in the log. */
const OWN_AFFAIRS: ReadonlySet<Command["do"]> = new Set(["fork", "affinity", "kill", "signal"]);
/** Longest unfinished line that is kept of a terminal, in characters. */
const LONGEST_LINE = 4096;

/** Something that a person did to the machine. */
export interface Deed {
  /** Number of its entry in the journal: for a shell's line, of the key that ended it. */
  readonly entry: number;
  /** Just before it. */
  readonly instant: Instant;
  readonly what: Occasion;
}

/** A terminal as the machine has it. */
export interface Screen {
  readonly partition: string;
  readonly columns: number;
  readonly rows: number;
  /** What it showed since the last end of a line: a prompt, and what was typed there. */
  readonly line: string;
}

export class Play {
  readonly scenario: Scenario;
  readonly engine: EnginePort;
  readonly log: LogBook;
  /** Oldest first. */
  readonly deeds: Deed[] = [];
  readonly screens = new Map<number, Screen>();
  /** Who hears the terminals. Nobody, while the machine is on its way to somewhere. */
  audience: TerminalSink | null = null;
  /** Simulated time when the setup was done: script times count from it. */
  begin = 0;
  /** Commands of the script that were given. */
  step = 0;
  /** In order of their times. */
  readonly script: Scenario["script"];
  #terminals: TerminalsOfMachine | null = null;
  #joining: Promise<void> | null = null;
  /** What is known to come: causes that are given again at their places, until a person gives another. */
  #ahead: readonly JournalEntry[] = [];
  /** How many of them were given. */
  #given = 0;
  /** Things that a person did in this machine that were not given again. */
  #acts = 0;
  /** For each partition the last line that was typed in a terminal there. */
  readonly #lines = new Map<string, Omit<Deed, "what">>();

  /** A machine that has just booted. */
  constructor(build: BuildEngine, scenario: Scenario) {
    this.scenario = scenario;
    this.engine = build({ seed: scenario.seed, box: scenario.box });
    this.log = new LogBook(this.engine);
    this.script = scenario.script.toSorted((a, b) => a.at - b.at);
  }

  /** Does what the scenario begins with. */
  setUp(): void {
    for (const command of this.scenario.setup) {
      this.submit(command, "setup");
      this.engine.settle();
    }
    this.begin = this.engine.now;
  }

  /** Hands a new cause to the machine: what was known to come does not come any more. Without an origin it is a person's. */
  submit(command: Cause, origin?: string): Submission {
    this.fork();
    return this.#take(command, origin);
  }

  /** Gives a cause of the past again. */
  give({ command, origin }: JournalEntry): void {
    this.#take(command, origin ?? undefined);
  }

  /** What is known to come; `next` is the first of it. */
  get ahead(): readonly JournalEntry[] {
    return this.#ahead.slice(this.#given);
  }

  get next(): JournalEntry | undefined {
    return this.#ahead[this.#given];
  }

  /** `causes` come next, unless another one comes before them. */
  expect(causes: readonly JournalEntry[]): void {
    this.#ahead = causes;
    this.#given = 0;
  }

  /** Nothing is known to come from here. */
  fork(): void {
    this.expect([]);
  }

  get acts(): number {
    return this.#acts;
  }

  /** Gives again what is known to come until a simulated time, as far as the budget allows. */
  goOn(until: number, budget: { expired(): boolean }): void {
    for (let { next } = this; next && next.at <= until; next = this.next) {
      if (!this.engine.advanceTo(next, budget)) return;
      this.give(next);
      this.#given++;
      if (budget.expired()) return;
    }
  }

  #take(command: Cause, origin?: string): Submission {
    const { engine } = this;
    const place = { entry: engine.journal.length, instant: engine.instant };
    if (isTerminalCommand(command)) {
      this.#follow(command, place);
      return engine.submit(command, origin);
    }
    if (origin === "script") this.step++;
    const submission = this.log.submit(command, origin);
    // What was refused at once left the machine as it was.
    if (origin === undefined && submission.errno === null) this.#note({ ...place, what: occasionOf(command) });
    return submission;
  }

  get terminals(): TerminalsOfMachine | null {
    return this.#terminals;
  }

  /** Gives the machine terminals, once; their code is fetched now. */
  join(): Promise<void> {
    this.#joining ??= this.engine
      .joinTerminals(
        {
          output: (terminal, text) => {
            this.#keepLine(terminal, text);
            this.audience?.output(terminal, text);
          },
          ended: (terminal, status) => {
            this.screens.delete(terminal);
            this.audience?.ended(terminal, status);
          },
        },
        (command, origin) => this.#act(command, origin),
      )
      .then((terminals) => {
        this.#terminals = terminals;
      });
    return this.#joining;
  }

  #act(command: Command, origin: string): Submission {
    if (OWN_AFFAIRS.has(command.do)) return this.engine.act(command, origin);
    const line = this.#lines.get(origin.replace("shell:", ""));
    if (line && line.entry > (this.deeds.at(-1)?.entry ?? -1)) this.#note({ ...line, what: occasionOf(command) });
    return this.log.act(command, origin);
  }

  #note(deed: Deed): void {
    this.deeds.push(deed);
    if (!this.next) this.#acts++;
  }

  #follow(command: TerminalCommand, place: Omit<Deed, "what">): void {
    const { terminal } = command;
    const screen = this.screens.get(terminal);
    switch (command.do) {
      case "terminal-open":
        if (!screen) this.screens.set(terminal, { ...sizeOf(command), partition: command.partition, line: "" });
        return;
      case "terminal-close":
        this.screens.delete(terminal);
        return;
      case "terminal-resize":
        if (screen) this.screens.set(terminal, { ...screen, ...sizeOf(command) });
        return;
      case "terminal-input":
        if (screen && command.text.includes("\r")) this.#lines.set(screen.partition, place);
        return;
      default:
        command.do satisfies "terminal-drop";
    }
  }

  #keepLine(terminal: number, text: string): void {
    const screen = this.screens.get(terminal);
    if (!screen) return;
    const end = text.lastIndexOf("\n");
    const line = (end < 0 ? screen.line + text : text.slice(end + 1)).slice(-LONGEST_LINE);
    this.screens.set(terminal, { ...screen, line });
  }
}

const sizeOf = ({ columns, rows }: Pick<Screen, "columns" | "rows">): Pick<Screen, "columns" | "rows"> => ({
  columns,
  rows,
});
